"""A contract touched by a fact about a party, until its cause or its place is gone."""

from datetime import datetime
from typing import ClassVar

from pydantic import BaseModel

from services.subcontractors.domain.footprint import Footprint
from services.subcontractors.domain.reach import CONCLUDED, MEANS, Known, Touch, holds
from services.subcontractors.domain.told import Buyers
from shared.domain import Aggregate
from shared.events.base import Need
from shared.events.subcontractors import ExposureEnded, ExposureFound
from shared.events.words import Cause, CauseKind, Role, Share, Status


class Span(BaseModel, frozen=True):
    """From when to when an exposure was open once before, with which status, and why it ended."""

    found: datetime
    ended: datetime
    status: Status
    reason: str


class Exposure(Aggregate):
    """A contract touched by a fact about a party, from the day it was found until it ends.

    `told` is the status that was announced last, `spans` are the times before the last one.
    `settled` is the mark of the cause's state on which a case has ended: the same state does not
    open it again.
    """

    indexes: ClassVar[tuple[str, ...]] = ("contract_id", "party_id", "buyer_id", "supplier_id")

    contract_id: str
    buyer_id: str
    predecessors: tuple[str, ...] = ()
    party_id: str
    supplier_id: str
    role: Role
    tier: int
    path: tuple[str, ...]
    share: Share | None
    cause: Cause
    status: Status
    told: Status | None = None
    mark: str
    open: bool = False
    found: datetime | None = None
    ended: datetime | None = None
    end_reason: str = ""
    settled: str | None = None
    spans: tuple[Span, ...] = ()

    @classmethod
    def of(cls, touch: Touch) -> "Exposure":
        place = touch.place
        return cls(
            id=touch.id,
            contract_id=place.contract_id,
            buyer_id=place.buyer_id,
            predecessors=place.predecessors,
            party_id=touch.party_id,
            supplier_id=place.supplier_id,
            role=place.role,
            tier=place.tier,
            path=place.path,
            share=place.share,
            cause=touch.cause,
            status=touch.status,
            mark=touch.mark,
        )

    def is_as(self, touch: Touch) -> bool:
        """Whether nothing has to be said: it is open, or settled, in just this state."""
        place = touch.place
        same = (self.status, self.mark, self.path) == (touch.status, touch.mark, place.path)
        if self.buyers != place.buyers:
            return not self.open and self.settled == touch.mark
        return (self.open and same) or self.settled == touch.mark

    @property
    def buyers(self) -> Buyers:
        return (self.buyer_id, *self.predecessors)

    def find(self, touch: Touch, now: datetime, need: Need | None) -> None:
        """It should be open. It is announced when it was not, or when its status is another.

        That the contract has another buyer now is told by others, and is not said again here.
        """
        place = touch.place
        silent = self.open and self.status == touch.status
        self.buyer_id, self.predecessors = place.buyer_id, place.predecessors
        self.path, self.tier, self.share = place.path, place.tier, place.share
        self.cause, self.status, self.mark = touch.cause, touch.status, touch.mark
        if silent:
            return
        self._remember(now, "its status is another")
        self.open, self.found, self.ended, self.end_reason = True, now, None, ""
        self.settled, self.told = None, self.status
        self.announce(
            ExposureFound(
                exposure_id=self.id,
                contract_id=self.contract_id,
                buyer_id=self.buyer_id,
                party_id=self.party_id,
                supplier_id=self.supplier_id,
                role=self.role,
                tier=self.tier,
                path=self.path,
                cause=self.cause,
                status=self.status,
                share=self.share,
                need=need,
            )
        )

    def _remember(self, until: datetime, reason: str) -> None:
        """Keep the time that it has been open until now."""
        if self.found is not None and self.told is not None:
            ended = self.ended or until
            reason = self.end_reason or reason
            span = Span(found=self.found, ended=ended, status=self.told, reason=reason)
            self.spans = (*self.spans, span)

    def status_at(self, moment: datetime) -> Status | None:
        """What it showed at a moment. None where it was not open then."""
        for span in self.spans:
            if span.found <= moment < span.ended:
                return span.status
        if self.found is None or moment < self.found:
            return None
        return self.told if self.ended is None or moment < self.ended else None

    def end(self, reason: str, now: datetime) -> None:
        if not self.open:
            return
        self.open, self.ended, self.end_reason = False, now, reason
        self.announce(
            ExposureEnded(
                exposure_id=self.id,
                contract_id=self.contract_id,
                buyer_id=self.buyer_id,
                party_id=self.party_id,
                cause=self.cause,
                reason=reason,
            )
        )

    def settle(self, reason: str, now: datetime) -> None:
        """A case ended it: it stays closed for as long as its cause is as it was."""
        if self.open:
            self.settled = self.mark
            self.end(reason, now)

    def lapse(self, reason: str, now: datetime) -> bool:
        """Its cause or its place is gone: what comes back is new, whatever a case said of it.

        False where that was known.
        """
        if not self.open and self.settled is None:
            return False
        self.settled = None
        self.end(reason, now)
        return True


class CaseFile(Aggregate):
    """Which exposures a case is about, as breaches said when it opened the case."""

    exposure_ids: tuple[str, ...] = ()


def why_gone(exposure: Exposure, party: Footprint, known: Known) -> str:
    """The reason for which an exposure of a party that is open should not be."""
    if exposure.cause.kind is CauseKind.HIT:
        hit = party.hit(exposure.cause.ref.removesuffix("#confirmed"))
        verdict = hit.verdict(exposure.buyers)
        if hit.ended:
            return hit.ended
        if verdict is False:
            return "an officer found that the party is not the listed one"
        if verdict is True and party.id in exposure.path[: exposure.tier + 1]:
            return "the hit is confirmed, and is a ground of its own now"
        for member_id in exposure.path:
            member = known.get(member_id)
            if member and (flag := member.flag(exposure.buyers, hit.hit_id)):
                return flag.reason or f"superseded by the verdict on its shares: {flag.verdict}"
    if exposure.cause.kind is CauseKind.OWNERSHIP:
        for flag in party.flags:
            if flag.flag_id == exposure.cause.ref and flag.verdict not in MEANS:
                return flag.reason
            if flag.flag_id == exposure.cause.ref and not holds(flag, known, exposure.buyers):
                return "none of the hits that the verdict rests on is left"
        for conclusion in party.conclusions:
            ended = conclusion.verdict not in CONCLUDED
            if conclusion.conclusion_id == exposure.cause.ref and ended:
                return conclusion.reason
    if exposure.cause.kind is CauseKind.JURISDICTION:
        for seat in party.seats:
            if seat.flag_id == exposure.cause.ref and seat.ended:
                return seat.ended
    if party.id != exposure.party_id:
        return f"it was found to be {party.id}, whose exposure speaks for it"
    for footprint in (party, *(known[id] for id in exposure.path if id in known)):
        if reason := dict(footprint.left).get(exposure.contract_id):
            return reason
    return "the cause is gone"
