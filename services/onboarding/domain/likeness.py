"""Two parties that look like one, and what a person said of it."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from shared.domain import Aggregate, Rejected
from shared.events.base import Need
from shared.events.onboarding import PartiesAlike, PartiesKeptApart


class LikenessState(StrEnum):
    PROPOSED = "proposed"
    MERGED = "merged"
    APART = "kept apart"


class Likeness(Aggregate):
    """A proposal to merge. The same pair is proposed again only for a reason that is new."""

    indexes: ClassVar[tuple[str, ...]] = ("party_ids", "state", "since")

    party_ids: tuple[str, ...]
    state: LikenessState = LikenessState.PROPOSED
    reasons: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    since: str = ""
    asked: bool = False
    decided_by: str = ""
    decision: str = ""

    @property
    def need_id(self) -> str:
        return f"decide-merge/{self.id}"

    def propose(
        self,
        reasons: tuple[str, ...],
        against: tuple[str, ...],
        buyer_id: str | None,
        due: datetime,
        now: datetime,
    ) -> bool:
        """Ask a person of a buyer that has to do with one of them. Says whether it was news."""
        if set(reasons) <= set(self.reasons):
            return False
        self.reasons, self.against, self.state = reasons, against, LikenessState.PROPOSED
        self.since, self.asked = now.isoformat(), buyer_id is not None
        self.announce(
            PartiesAlike(
                proposal_id=self.id,
                party_ids=self.party_ids,
                reasons=reasons,
                against=against,
                need=Need(
                    id=self.need_id,
                    kind="decide-merge",
                    role="officer",
                    buyer_id=buyer_id,
                    due=due,
                    about=self.id,
                )
                if buyer_id is not None
                else None,
            )
        )
        return True

    def settle(self) -> tuple[str, ...]:
        """What nobody need do any more."""
        asked, self.asked = self.asked, False
        return (self.need_id,) if asked else ()

    def keep_apart(self, by: str, reason: str) -> None:
        if self.state is LikenessState.APART:
            raise Rejected("they are kept apart already")
        if self.state is LikenessState.MERGED:
            raise Rejected("they are merged: split them")
        self.state, self.decided_by, self.decision = LikenessState.APART, by, reason
        self.announce(
            PartiesKeptApart(
                proposal_id=self.id,
                party_ids=self.party_ids,
                by=by,
                reason=reason,
                settles=self.settle(),
            )
        )

    def merged(self, by: str, reason: str) -> tuple[str, ...]:
        self.state, self.decided_by, self.decision = LikenessState.MERGED, by, reason
        return self.settle()

    def split(self, by: str, reason: str) -> None:
        self.state, self.decided_by, self.decision = LikenessState.APART, by, reason
