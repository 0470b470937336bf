"""A hit: a listed entry that resembles a party, and what each buyer's officers found of it."""

import hashlib
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from pydantic import BaseModel

from shared.domain import Aggregate, Rejected
from shared.events.base import Need, Personal
from shared.events.screening import (
    HitConfirmed,
    HitDismissed,
    HitEnded,
    HitRaised,
    HitReopened,
)
from shared.events.words import ListEntryRef, Reason


def hit_id(party_id: str, source: str, entry_id: str) -> str:
    seed = f"{party_id}|{source}|{entry_id}"
    return "hit-" + hashlib.sha256(seed.encode()).hexdigest()[:16]


def entry_key(entry: ListEntryRef) -> str:
    return f"{entry.source}/{entry.entry_id}"


def _place(id: str, raised: datetime) -> str:
    return f"{raised.isoformat()} {id}"


def review_id(hit_id: str, buyer_id: str) -> str:
    """The need that a verdict settles; `subcontractors` opens it with the exposure."""
    return f"review-hit/{hit_id}/{buyer_id}"


class HitState(StrEnum):
    OPEN = "open"
    ENDED = "ended"


class VerdictKind(StrEnum):
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"


class Verdict(BaseModel, frozen=True):
    """What an officer found for one buyer, on which words of the entry and the party.

    `reopened` says why it must be given again.
    """

    party_id: str
    buyer_id: str
    kind: VerdictKind
    by: str
    reason: Personal[str]
    at: datetime
    entry_version: str
    entry_content: str
    reopened: str | None = None


class Match(BaseModel, frozen=True):
    """What comparing a party with an entry found. `explanation` says the `reasons` in English."""

    entry: ListEntryRef
    content: str
    score: float
    explanation: tuple[str, ...]
    advisory: bool = False
    reasons: tuple[Reason, ...] = ()

    def reasons_about(self, party_id: str) -> tuple[Reason, ...]:
        """The reasons as they are kept: with the key of the party that they are about."""
        return tuple(one.model_copy(update={"party_id": party_id}) for one in self.reasons)


class Hit(Aggregate):
    indexes: ClassVar[tuple[str, ...]] = (
        "party_id",
        "state",
        "source",
        "place",
        "advisory",
        "entry_key",
    )

    party_id: str
    source: str
    entry_key: str = ""
    """The entry whatever its version: `eu/1234`. Older hits have it once they are found again."""
    entry: ListEntryRef
    content: str
    score: float
    explanation: tuple[Personal[str], ...]
    reasons: tuple[Reason, ...] = ()
    advisory: bool
    raised: datetime
    place: str
    """Where it stands in the order of time, for pages: the newest is the greatest."""
    state: HitState = HitState.OPEN
    ended: str | None = None
    verdicts: tuple[Verdict, ...] = ()

    @classmethod
    def of(cls, party_id: str, match: Match, at: datetime) -> "Hit":
        id = hit_id(party_id, match.entry.source, match.entry.entry_id)
        return cls(
            id=id,
            party_id=party_id,
            source=match.entry.source,
            entry_key=entry_key(match.entry),
            entry=match.entry,
            content=match.content,
            score=match.score,
            explanation=match.explanation,
            reasons=match.reasons_about(party_id),
            advisory=match.advisory,
            raised=at,
            place=_place(id, at),
        )

    def announce_raised(self) -> None:
        self.announce(
            HitRaised(
                hit_id=self.id,
                party_id=self.party_id,
                entry=self.entry,
                score=self.score,
                explanation=self.explanation,
                advisory=self.advisory,
                reasons=self.reasons,
            )
        )

    def verdict_for(self, buyer_id: str) -> Verdict | None:
        return next((one for one in self.verdicts if one.buyer_id == buyer_id), None)

    @property
    def confirmed_for(self) -> tuple[str, ...]:
        """Buyers for whom the party is the listed entry. A reopened verdict holds until changed."""
        if self.state is HitState.ENDED:
            return ()
        found = (one for one in self.verdicts if one.kind is VerdictKind.CONFIRMED)
        return tuple(one.buyer_id for one in found)

    # ------------------------------------------------------------ what officers find

    def confirm(self, buyer_id: str, by: str, reason: str, at: datetime) -> bool:
        """The party is the listed entry. False if that was found before and still holds."""
        return self._find(VerdictKind.CONFIRMED, buyer_id, by, reason, at)

    def dismiss(self, buyer_id: str, by: str, reason: str, at: datetime) -> bool:
        """The party is somebody else. Remembered until the entry or the party changes."""
        return self._find(VerdictKind.DISMISSED, buyer_id, by, reason, at)

    def _find(self, kind: VerdictKind, buyer_id: str, by: str, reason: str, at: datetime) -> bool:
        if len(reason.strip()) < 3:
            raise Rejected("a verdict needs a reason of at least three characters", field="reason")
        if self.state is HitState.ENDED:
            raise Rejected(f"hit {self.id} has ended ({self.ended}): no verdict is needed")
        before = self.verdict_for(buyer_id)
        if before and before.kind is kind and before.reopened is None:
            return False
        verdict = Verdict(
            party_id=self.party_id,
            buyer_id=buyer_id,
            kind=kind,
            by=by,
            reason=reason.strip(),
            at=at,
            entry_version=self.entry.version,
            entry_content=self.content,
        )
        self._put(verdict)
        fact = HitConfirmed if kind is VerdictKind.CONFIRMED else HitDismissed
        self.announce(
            fact(
                hit_id=self.id,
                party_id=self.party_id,
                buyer_id=buyer_id,
                entry=self.entry,
                by=by,
                reason=verdict.reason,
                settles=(review_id(self.id, buyer_id),),
            )
        )
        return True

    def _put(self, verdict: Verdict) -> None:
        others = tuple(one for one in self.verdicts if one.buyer_id != verdict.buyer_id)
        self.verdicts = (*others, verdict)

    # ------------------------------------------------------------ what the lists and parties do

    def found_again(self, match: Match, why: str | None, at: datetime, due: datetime) -> None:
        """The entry still resembles the party, or does so again.

        `why` says what changed since, where it is something that a verdict rests on.
        """
        was_ended = self.state is HitState.ENDED
        self.state, self.ended = HitState.OPEN, None
        self.entry, self.content = match.entry, match.content
        self.entry_key = entry_key(match.entry)
        self.score, self.explanation = match.score, match.explanation
        self.reasons = match.reasons_about(self.party_id)
        self.advisory = match.advisory
        if was_ended:
            self.raised, self.place = at, _place(self.id, at)
            self.announce_raised()
        if why or was_ended:
            self.reopen(why or "the entry is on the list again", due)

    def reopen(self, why: str, due: datetime) -> None:
        """Every verdict that holds must be given again."""
        for verdict in self.verdicts:
            if verdict.reopened is None:
                self._put(verdict.model_copy(update={"reopened": why}))
                self.announce(self._reopened(verdict.buyer_id, why, due))

    def _reopened(self, buyer_id: str, why: str, due: datetime) -> HitReopened:
        """An advisory hit asks nobody for anything, not even again."""
        need = (
            None
            if self.advisory
            else Need(
                id=review_id(self.id, buyer_id),
                kind="review-hit",
                role="officer",
                buyer_id=buyer_id,
                due=due,
                about=self.id,
            )
        )
        return HitReopened(
            hit_id=self.id, party_id=self.party_id, buyer_id=buyer_id, reason=why, need=need
        )

    def end(self, reason: str) -> bool:
        """The entry was delisted, or resembles the party no longer."""
        if self.state is HitState.ENDED:
            return False
        self.state, self.ended = HitState.ENDED, reason
        open_reviews = tuple(review_id(self.id, one.buyer_id) for one in self.verdicts)
        self.announce(
            HitEnded(hit_id=self.id, party_id=self.party_id, reason=reason, settles=open_reviews)
        )
        return True
