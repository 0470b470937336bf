"""What screening shows of hits over HTTP, in the reader's language."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel

from services.screening.domain import Hit, Match, Screening, VerdictKind
from shared.domain import Caller
from shared.events.words import ListEntryRef, Reason
from shared.http import ServiceDesk
from shared.languages import Language
from shared.reasons import WORDS, language_asked, likelihood_in_words, likelihood_of, said

Lane = Literal["binding", "advisory"]
"""Lists of the EU and the UN bind; those of others are advice and ring nobody."""


class VerdictView(BaseModel):
    """A verdict. Another buyer's is information: reasons and names stay with that buyer."""

    buyer_id: str
    verdict: VerdictKind
    at: datetime
    list_version: str
    reopened: str | None
    by: str | None = None
    reason: str | None = None


class ReasonView(BaseModel):
    """A reason in the reader's language, and whether it speaks `for` or `against`."""

    code: str
    speaks: str
    text: str


class LikelihoodView(BaseModel):
    """A score as a word: `code` is the same in every language."""

    code: str
    text: str


class Reader(BaseModel, frozen=True):
    """Who reads, in which language, on which day."""

    caller: Caller
    language: Language
    today: date

    def reasons(self, reasons: Iterable[Reason]) -> list[ReasonView]:
        return [ReasonView(**one.model_dump()) for one in said(reasons, self.language)]

    def lines(self, reasons: Collection[Reason], explanation: tuple[str, ...]) -> tuple[str, ...]:
        """The reasons as plain lines; as they were said then where no codes were kept."""
        return tuple(one.text for one in said(reasons, self.language)) or explanation

    def remark(self, differs: str, then: str, now: str) -> str:
        """Why a repeated comparison is not the one of then."""
        words = WORDS[self.language]
        return words(f"repeat.{differs}", then=then or words("repeat.unknown"), now=now)

    def likelihood(self, score: float, on: date | None = None) -> LikelihoodView:
        day = on or self.today
        return LikelihoodView(
            code=likelihood_of(score, day), text=likelihood_in_words(score, day, self.language)
        )


def reader_at(desk: ServiceDesk) -> Reader:
    """The caller, in the language of `Accept-Language`."""
    language = language_asked(desk.request.headers.get("accept-language", ""))
    desk.response.headers["Vary"] = "Accept-Language"
    return Reader(caller=desk.caller, language=language, today=desk.now.date())


class HitView(BaseModel):
    id: str
    version: int
    party_id: str
    party_name: str = ""
    state: str
    ended: str | None
    entry: ListEntryRef
    score: float
    likelihood: LikelihoodView
    explanation: tuple[str, ...]
    reasons: list[ReasonView]
    advisory: bool
    lane: Lane
    raised: datetime
    verdicts: list[VerdictView]
    earlier: list["EarlierView"] | None = None


class EarlierView(BaseModel):
    """Another hit that was decided before, and what was decided on it. Information only.

    `alike` says why it is shown: it is about the `same_entry`, or the `same_party`.
    """

    hit_id: str
    party_id: str
    alike: Literal["same_entry", "same_party"]
    entry: ListEntryRef
    state: str
    score: float
    advisory: bool
    verdicts: list[VerdictView]

    @property
    def decided(self) -> datetime:
        return max(one.at for one in self.verdicts)


def verdict_views(hit: Hit, caller: Caller) -> list[VerdictView]:
    """Every buyer's verdict; who gave it and why only to those who act for that buyer."""
    return [
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
    ]


def earlier_view(
    hit: Hit, alike: Literal["same_entry", "same_party"], reader: Reader
) -> EarlierView:
    return EarlierView(
        hit_id=hit.id,
        party_id=hit.party_id,
        alike=alike,
        entry=hit.entry,
        state=hit.state,
        score=hit.score,
        advisory=hit.advisory,
        verdicts=verdict_views(hit, reader.caller),
    )


def hit_view(hit: Hit, reader: Reader, party_name: str = "") -> HitView:
    return HitView(
        id=hit.id,
        version=hit.version,
        party_id=hit.party_id,
        party_name=party_name,
        state=hit.state,
        ended=hit.ended,
        entry=hit.entry,
        score=hit.score,
        likelihood=reader.likelihood(hit.score, hit.raised.date()),
        explanation=reader.lines(hit.reasons, hit.explanation),
        reasons=reader.reasons(hit.reasons),
        advisory=hit.advisory,
        lane="advisory" if hit.advisory else "binding",
        raised=hit.raised,
        verdicts=verdict_views(hit, reader.caller),
    )


class ExplanationView(BaseModel):
    """Why a hit was raised, in the reader's language: the two names and what speaks each way.

    Without `reasons` the hit is older than they are, and `explanation` is in English.
    """

    hit_id: str
    party_id: str
    party_name: str
    listed_name: str
    score: float
    likelihood: LikelihoodView
    speaks_for: list[ReasonView]
    speaks_against: list[ReasonView]
    explanation: tuple[str, ...]
    engine: str
    policy: str


def explanation_view(hit: Hit, screening: Screening, reader: Reader) -> ExplanationView:
    reasons = reader.reasons(hit.reasons)
    return ExplanationView(
        hit_id=hit.id,
        party_id=hit.party_id,
        party_name=screening.party.name,
        listed_name=hit.entry.name,
        score=hit.score,
        likelihood=reader.likelihood(hit.score, hit.raised.date()),
        speaks_for=[one for one in reasons if one.speaks == "for"],
        speaks_against=[one for one in reasons if one.speaks == "against"],
        explanation=reader.lines(hit.reasons, hit.explanation),
        engine=screening.engine,
        policy=screening.policy,
    )


class FoundView(BaseModel):
    """What a repeated comparison found. It is no hit: nobody is asked for a verdict."""

    entry: ListEntryRef
    score: float
    likelihood: LikelihoodView
    explanation: tuple[str, ...]
    reasons: list[ReasonView]
    advisory: bool


def found_view(match: Match, reader: Reader) -> FoundView:
    return FoundView(
        entry=match.entry,
        score=match.score,
        likelihood=reader.likelihood(match.score),
        explanation=reader.lines(match.reasons, match.explanation),
        reasons=reader.reasons(match.reasons),
        advisory=match.advisory,
    )
