"""The plan of a contract: every clause is followed up, from the day on which it is set."""

from datetime import date
from typing import ClassVar

from shared.domain import Aggregate
from shared.events.base import Said


class FollowUp(Said):
    """How one obligation is followed up. `audited`: an auditor looks, and again after `months`.

    What is not audited is followed up by the documents that onboarding asks for.
    """

    obligation: str
    method: str
    audited: bool
    first_after_working_days: int
    months: int
    remedy_working_days: int
    why: str = ""


class Plan(Aggregate):
    """What is followed up on one contract. Its id is that of the contract.

    `chain` holds the declared subcontractors.
    """

    indexes: ClassVar[tuple[str, ...]] = ("buyer_id", "supplier_ids", "title")

    buyer_id: str = ""
    title: str = ""
    supplier_ids: tuple[str, ...] = ()
    country: str = "DK"
    starts: date | None = None
    ends: date | None = None
    chain: tuple[str, ...] = ()
    over: str = ""
    policy_version: str = ""
    follow_ups: tuple[FollowUp, ...] = ()

    def follow(self, follow_ups: tuple[FollowUp, ...], policy_version: str) -> tuple[FollowUp, ...]:
        """Plan for these obligations. Returns what an auditor shall look at that was not yet."""
        audited = {known.obligation for known in self.follow_ups if known.audited}
        self.follow_ups, self.policy_version = follow_ups, policy_version
        if self.over:
            return ()
        return tuple(new for new in follow_ups if new.audited and new.obligation not in audited)

    def join(self, party_id: str) -> None:
        """A subcontractor was declared."""
        if party_id not in self.chain:
            self.chain = (*self.chain, party_id)

    def leave(self, party_id: str) -> None:
        self.chain = tuple(id for id in self.chain if id != party_id)

    def of(self, obligation: str) -> FollowUp | None:
        return next((one for one in self.follow_ups if one.obligation == obligation), None)

    def end(self, reason: str) -> None:
        """Nothing more is planned. What is planned already is held as the last look."""
        self.over = self.over or reason
