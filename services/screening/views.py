"""What screening shows of parties over HTTP: what they were compared with, and what was found."""

from collections.abc import Iterable
from datetime import datetime

from pydantic import BaseModel

from services.screening.as_of import Repeat
from services.screening.domain import Hit, Screening
from services.screening.hit_views import FoundView, HitView, Reader, found_view, hit_view
from shared.events.words import ListRef


class RemarkView(BaseModel):
    """Something that a repeat could not do as it was done then."""

    differs: str
    text: str


class RepeatView(BaseModel):
    """With what a comparison was repeated, and what it was then. `faithful`: all is as it was."""

    known_since: datetime | None
    engine_then: str
    policy_then: str
    engine: str
    policy: str
    faithful: bool
    remarks: list[RemarkView]


class ScreeningView(BaseModel):
    """What a party was compared with last, and what of it stands. Without hits, the proof.

    With `as_of`, a repeat: `compared` are the lists that were in force then, `found` what the
    party as it was known then resembles on them, `repeat` how far it is the comparison of then.
    """

    party_id: str
    name: str
    compared: tuple[ListRef, ...]
    screened: datetime | None
    engine: str
    policy: str
    hits: list[HitView]
    as_of: datetime | None = None
    found: list[FoundView] = []
    repeat: RepeatView | None = None


def screening_view(screening: Screening, hits: Iterable[Hit], reader: Reader) -> ScreeningView:
    return ScreeningView(
        party_id=screening.party_id,
        name=screening.party.name,
        compared=screening.compared,
        screened=screening.screened,
        engine=screening.engine,
        policy=screening.policy,
        hits=[hit_view(hit, reader, screening.party.name) for hit in hits],
    )


def repeat_view(
    screening: Screening, as_of: datetime, repeated: Repeat, reader: Reader, *, at: datetime
) -> ScreeningView:
    then = {"engine": repeated.engine_then, "policy": repeated.policy_then}
    now = {"engine": repeated.engine, "policy": repeated.policy}
    remarks = [
        RemarkView(differs=one, text=reader.remark(one, then.get(one, ""), now.get(one, "")))
        for one in repeated.differs
    ]
    return ScreeningView(
        party_id=screening.party_id,
        name=repeated.party.name,
        compared=repeated.compared,
        screened=at,
        engine=repeated.engine,
        policy=repeated.policy,
        hits=[],
        as_of=as_of,
        found=[found_view(one, reader) for one in repeated.found],
        repeat=RepeatView(
            **repeated.model_dump(include=set(RepeatView.model_fields)),
            faithful=not repeated.differs,
            remarks=remarks,
        ),
    )
