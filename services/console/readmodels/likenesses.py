"""Parties that look like one, and what a person said of it."""

from datetime import datetime
from typing import ClassVar, Literal

from pydantic import computed_field

from services.console.readmodels.parties import party_of
from services.console.readmodels.shelves import SHELF_RANK, on_shelves
from shared.domain import Aggregate
from shared.events.base import Event
from shared.events.onboarding import (
    PartiesAlike,
    PartiesKeptApart,
    PartiesMerged,
    PartySplit,
)
from shared.unit import Unit


class Likeness(Aggregate):
    """Two parties that may be one: what speaks for it, what against."""

    indexes: ClassVar[tuple[str, ...]] = ("party_ids", "shelves", "rank", SHELF_RANK)
    stepped: ClassVar[tuple[str, ...]] = ("shelves",)

    party_ids: tuple[str, ...] = ()
    state: Literal["open", "merged", "apart"] = "open"
    reasons: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    due: datetime | None = None
    by: str = ""
    decision: str = ""

    @computed_field  # type: ignore[prop-decorator]
    @property
    def shelves(self) -> tuple[str, ...]:
        return on_shelves(self.id, ("all", "open") if self.state == "open" else ("all",), ())

    @computed_field  # type: ignore[prop-decorator]
    @property
    def rank(self) -> str:
        return self.id

    def decide(self, state: Literal["merged", "apart"], by: str, reason: str) -> None:
        self.state, self.by, self.decision = state, by, reason


async def follow_likenesses(event: Event, unit: Unit) -> None:
    match event:
        case PartiesAlike():
            one = await _likeness(event.proposal_id, unit)
            one.party_ids, one.state = event.party_ids, "open"
            one.reasons, one.against = event.reasons, event.against
            one.due = event.need.due if event.need else None
            if await _are_one(event.party_ids, unit):
                one.state = "merged"  # the two facts are of two aggregates: no order between them
            unit.save(one)
        case PartiesKeptApart():
            one = await _likeness(event.proposal_id, unit)
            one.party_ids = event.party_ids
            one.decide("apart", event.by, event.reason)
            unit.save(one)
        case PartiesMerged():
            await _decide_between(event.party_id, event.merged_id, "merged", event, unit)
            await _join(event, unit)
        case PartySplit():
            await _decide_between(event.party_id, event.split_id, "apart", event, unit)
            await _part(event, unit)


async def _are_one(party_ids: tuple[str, ...], unit: Unit) -> bool:
    return any([(await party_of(id, unit)).merged_into in party_ids for id in party_ids])


async def _likeness(id: str, unit: Unit) -> Likeness:
    return await unit.load(Likeness, id) or Likeness(id=id)


async def _decide_between(
    one_id: str,
    other_id: str,
    state: Literal["merged", "apart"],
    event: PartiesMerged | PartySplit,
    unit: Unit,
) -> None:
    for likeness in await unit.find(Likeness, party_ids=one_id):
        if other_id in likeness.party_ids:
            likeness.decide(state, event.by, event.reason)
            unit.save(likeness)


async def _join(event: PartiesMerged, unit: Unit) -> None:
    survivor, absorbed = (
        await party_of(event.party_id, unit),
        await party_of(event.merged_id, unit),
    )
    survivor.merged = tuple(dict.fromkeys((*survivor.merged, absorbed.id)))
    survivor.buyers = tuple(dict.fromkeys((*survivor.buyers, *absorbed.buyers)))
    absorbed.merged_into = survivor.id
    unit.save(survivor)
    unit.save(absorbed)


async def _part(event: PartySplit, unit: Unit) -> None:
    survivor, apart = await party_of(event.party_id, unit), await party_of(event.split_id, unit)
    survivor.merged = tuple(id for id in survivor.merged if id != apart.id)
    apart.merged_into = ""
    unit.save(survivor)
    unit.save(apart)
