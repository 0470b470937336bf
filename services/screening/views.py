"""What screening shows over HTTP."""

from collections.abc import Iterable
from datetime import datetime

from pydantic import BaseModel

from services.screening.domain import (
    Flag,
    Hit,
    Match,
    Ownership,
    Screening,
    VerdictKind,
)
from shared.domain import Caller
from shared.events.words import ListEntryRef, ListRef, Share


class VerdictView(BaseModel):
    """A verdict. Another buyer's is information: reasons and names stay with that buyer."""

    buyer_id: str
    verdict: VerdictKind
    at: datetime
    list_version: str
    reopened: str | None
    by: str | None = None
    reason: str | None = None


class HitView(BaseModel):
    id: str
    version: int
    party_id: str
    party_name: str = ""
    state: str
    ended: str | None
    entry: ListEntryRef
    score: float
    explanation: tuple[str, ...]
    advisory: bool
    raised: datetime
    verdicts: list[VerdictView]


def hit_view(hit: Hit, caller: Caller, party_name: str = "") -> HitView:
    return HitView(
        id=hit.id,
        version=hit.version,
        party_id=hit.party_id,
        party_name=party_name,
        state=hit.state,
        ended=hit.ended,
        entry=hit.entry,
        score=hit.score,
        explanation=hit.explanation,
        advisory=hit.advisory,
        raised=hit.raised,
        verdicts=[
            VerdictView(
                buyer_id=one.buyer_id,
                verdict=one.kind,
                at=one.at,
                list_version=one.entry_version,
                reopened=one.reopened,
                by=one.by if caller.serves(one.buyer_id) else None,
                reason=one.reason if caller.serves(one.buyer_id) else None,
            )
            for one in hit.verdicts
        ],
    )


class FoundView(BaseModel):
    """What a repeated comparison found. It is no hit: nobody is asked for a verdict."""

    entry: ListEntryRef
    score: float
    explanation: tuple[str, ...]
    advisory: bool


class ScreeningView(BaseModel):
    """What a party was compared with last, and what of it stands. Without hits, the proof.

    With `as_of`, a repeat with the lists that were in force then: `compared` are those versions,
    `found` what the party as it is known today resembles on them.
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


def screening_view(screening: Screening, hits: Iterable[Hit], caller: Caller) -> ScreeningView:
    return ScreeningView(
        party_id=screening.party_id,
        name=screening.party.name,
        compared=screening.compared,
        screened=screening.screened,
        engine=screening.engine,
        policy=screening.policy,
        hits=[hit_view(hit, caller, screening.party.name) for hit in hits],
    )


class OwnerView(BaseModel):
    """One holding. Without an owner the statement gave a reason instead."""

    owner_id: str | None
    name: str
    direct: Share | None
    indirect: Share | None
    votes: Share | None
    board: bool
    influence: tuple[str, ...]
    reason_unknown: str


class FlagView(BaseModel):
    flag_id: str
    buyer_id: str
    verdict: str
    share: Share | None
    owner_ids: tuple[str, ...]
    hit_ids: tuple[str, ...]
    path: tuple[str, ...]
    reason: str


class OwnershipView(BaseModel):
    party_id: str
    declared: bool
    as_of: str | None
    document_id: str
    owners: list[OwnerView]
    owns: tuple[str, ...]
    flags: list[FlagView]


def ownership_view(
    screening: Screening,
    node: Ownership | None,
    names: dict[str, str],
    flags: Iterable[Flag],
    caller: Caller,
) -> OwnershipView:
    holdings = node.holdings if node else ()
    return OwnershipView(
        party_id=screening.party_id,
        declared=node is not None,
        as_of=node.as_of.isoformat() if node and node.as_of else None,
        document_id=node.document_id if node else "",
        owners=[
            OwnerView(name=names.get(one.owner_id or "", ""), **one.model_dump(exclude={"person"}))
            for one in holdings
        ],
        owns=screening.owns,
        flags=[
            FlagView(flag_id=flag.id, **flag.model_dump(include=set(FlagView.model_fields)))
            for flag in flags
            if caller.serves(flag.buyer_id)
        ],
    )


def repeat_view(
    screening: Screening,
    as_of: datetime,
    compared: tuple[ListRef, ...],
    found: Iterable[Match],
    *,
    at: datetime,
    engine: str,
    policy: str,
) -> ScreeningView:
    return ScreeningView(
        party_id=screening.party_id,
        name=screening.party.name,
        compared=compared,
        screened=at,
        engine=engine,
        policy=policy,
        hits=[],
        as_of=as_of,
        found=[
            FoundView(
                entry=one.entry,
                score=one.score,
                explanation=one.explanation,
                advisory=one.advisory,
            )
            for one in sorted(found, key=lambda one: one.score, reverse=True)
        ],
    )
