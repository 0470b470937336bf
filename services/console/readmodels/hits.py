"""Hits with their verdicts, the contracts that each touches, and the versions of the lists."""

from datetime import date, datetime
from typing import ClassVar, Literal

from pydantic import BaseModel, computed_field

from services.console.readmodels.shelves import SHELF_RANK, on_shelves
from shared.domain import Aggregate
from shared.events.base import Event, Personal
from shared.events.screening import (
    CoverageStated,
    HitConfirmed,
    HitDismissed,
    HitEnded,
    HitRaised,
    HitReopened,
    ListOverdue,
    ListRefused,
    ListRenewed,
    ListUpdated,
)
from shared.events.subcontractors import ExposureFound
from shared.events.words import CauseKind, ListEntryRef, Reason, Role
from shared.unit import Unit


class Verdict(BaseModel, frozen=True):
    """What one buyer found. `party_id` says whom the reason is about."""

    buyer_id: str
    party_id: str
    verdict: Literal["confirmed", "dismissed", "reopened"]
    by: str = ""
    reason: Personal[str] = ""
    at: datetime


class Touched(BaseModel, frozen=True):
    """A contract that the hit touches, in a role and by a path."""

    contract_id: str
    buyer_id: str
    role: Role
    path: tuple[str, ...]


class Hit(Aggregate):
    indexes: ClassVar[tuple[str, ...]] = (
        "party_id",
        "entry_key",
        "shelves",
        "rank",
        SHELF_RANK,
    )
    stepped: ClassVar[tuple[str, ...]] = ("shelves",)

    party_id: str = ""
    entry_key: str = ""
    """The listed entry, whatever its version: `eu/1234`."""
    entry: ListEntryRef | None = None
    score: float = 0.0
    explanation: tuple[Personal[str], ...] = ()
    reasons: tuple[Reason, ...] = ()
    """The same in codes, to be said in the reader's language; older hits have none."""
    advisory: bool = False
    raised: str = ""
    ended: str = ""
    buyers: tuple[str, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    touched: tuple[Touched, ...] = ()

    @computed_field  # type: ignore[prop-decorator]
    @property
    def shelves(self) -> tuple[str, ...]:
        """Open for each buyer that has not decided; one that touches nobody yet waits too."""
        waiting = [buyer for buyer in self.buyers if self.state_for(buyer) == "open"]
        waits = bool(waiting) or not (self.buyers or self.ended)
        return (
            *on_shelves(self.id, ("all",), self.buyers),
            *(on_shelves(self.id, ("open",), waiting) if waits else ()),
        )

    @computed_field  # type: ignore[prop-decorator]
    @property
    def rank(self) -> str:
        """The likeliest first."""
        return f"{1 - self.score:.4f}/{self.id}"

    def concerns(self, buyer_id: str) -> None:
        if buyer_id not in self.buyers:
            self.buyers = (*self.buyers, buyer_id)

    def verdict_of(self, buyer_id: str) -> Verdict | None:
        """The last word of a buyer."""
        own = [v for v in self.verdicts if v.buyer_id == buyer_id]
        return max(own, key=lambda v: v.at) if own else None

    def state_for(self, buyer_id: str) -> str:
        if self.ended:
            return "ended"
        verdict = self.verdict_of(buyer_id)
        return verdict.verdict if verdict and verdict.verdict != "reopened" else "open"


async def follow_hits(event: Event, unit: Unit) -> None:
    happened = unit.message.time or unit.now
    if isinstance(event, ExposureFound) and event.cause.kind is CauseKind.HIT:
        hit = await _hit(event.cause.ref.partition("#")[0], unit)
        place = Touched(
            contract_id=event.contract_id,
            buyer_id=event.buyer_id,
            role=event.role,
            path=event.path,
        )
        if place not in hit.touched:
            hit.touched = (*hit.touched, place)
        hit.concerns(event.buyer_id)
        unit.save(hit)
        return
    if not isinstance(event, HitRaised | HitConfirmed | HitDismissed | HitReopened | HitEnded):
        return
    hit = await _hit(event.hit_id, unit)
    hit.party_id = event.party_id
    match event:
        case HitRaised():
            hit.entry, hit.score, hit.explanation = event.entry, event.score, event.explanation
            hit.reasons = event.reasons
            hit.entry_key = f"{event.entry.source}/{event.entry.entry_id}"
            hit.advisory, hit.raised, hit.ended = event.advisory, happened.isoformat(), ""
        case HitEnded():
            hit.ended = event.reason
        case _:
            kind: Literal["confirmed", "dismissed", "reopened"] = "reopened"
            if isinstance(event, HitConfirmed):
                kind = "confirmed"
            elif isinstance(event, HitDismissed):
                kind = "dismissed"
            verdict = Verdict(
                buyer_id=event.buyer_id,
                party_id=event.party_id,
                verdict=kind,
                by=getattr(event, "by", ""),
                reason=event.reason,
                at=happened,
            )
            hit.verdicts = (*hit.verdicts, verdict)
            hit.concerns(event.buyer_id)
    unit.save(hit)


async def _hit(hit_id: str, unit: Unit) -> Hit:
    return await unit.load(Hit, hit_id) or Hit(id=hit_id)


class WatchedList(Aggregate):
    """A list in its newest version, and how much of what we know was compared with it."""

    indexes: ClassVar[tuple[str, ...]] = ("binding",)

    binding: bool = True
    version_hash: str = ""
    list_date: date | None = None
    entries: int = 0
    added: int = 0
    changed: int = 0
    removed: int = 0
    taken: datetime | None = None
    parties: int = 0
    gaps: int = 0
    overdue: bool = False
    """It was not known to be the current one for longer than its limit."""
    current_at: datetime | None = None
    """When it last was, as far as that was said."""
    refused: str = ""
    """Why the file that came last was not taken in."""


async def follow_lists(event: Event, unit: Unit) -> None:
    if not isinstance(
        event, ListUpdated | CoverageStated | ListOverdue | ListRenewed | ListRefused
    ):
        return
    held = await unit.load(WatchedList, event.source)
    if held is None and isinstance(event, ListRefused):
        return  # nobody has said yet whether it binds
    found = held or WatchedList(id=event.source)
    if isinstance(event, ListUpdated):
        found.binding, found.version_hash = event.binding, event.version
        found.list_date, found.entries = event.list_date, event.entries
        found.added, found.changed, found.removed = event.added, event.changed, event.removed
        found.taken, found.refused = unit.message.time or unit.now, ""
    elif isinstance(event, CoverageStated):
        found.parties, found.gaps = event.parties, event.gaps
    elif isinstance(event, ListRefused):
        found.refused = event.reason
    else:
        found.overdue, found.current_at = isinstance(event, ListOverdue), event.current_at
    unit.save(found)
