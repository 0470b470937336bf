"""What came in, through which door, from whom, and what its sender was told."""

from typing import ClassVar

from pydantic import computed_field

from services.console.readmodels.shelves import SHELF_RANK, on_shelves
from services.console.readmodels.timeline import sortable
from shared.domain import Aggregate
from shared.events.base import Event
from shared.events.onboarding import DocumentReceived, FilesQuestioned
from shared.unit import Unit


class Arrival(Aggregate):
    """One file as it arrived, under the id of its document; `part_of` is the archive or mail in
    which it lay. `told` is the code of what its sender was told about it, if anything.
    """

    indexes: ClassVar[tuple[str, ...]] = ("part_of", "shelves", "rank", SHELF_RANK)
    stepped: ClassVar[tuple[str, ...]] = ("shelves",)

    buyer_id: str = ""
    name: str = ""
    channel: str = ""
    sender_id: str = ""
    part_of: str = ""
    kept_for: str = ""
    size: int = 0
    received_at: str = ""
    told: str = ""

    @computed_field  # type: ignore[prop-decorator]
    @property
    def shelves(self) -> tuple[str, ...]:
        """What came by itself, by every door and by its own; parts are shown with their whole."""
        if self.part_of or not self.received_at:
            return ()
        return on_shelves(
            self.id, ("all", self.channel) if self.channel else ("all",), [self.buyer_id]
        )

    @computed_field  # type: ignore[prop-decorator]
    @property
    def rank(self) -> str:
        """By time: the list is read from its end."""
        return f"{self.received_at}/{self.id}"


async def follow_arrivals(event: Event, unit: Unit) -> None:
    match event:
        case DocumentReceived():
            arrival = await _arrival(event.document_id, unit)
            arrival.buyer_id, arrival.name, arrival.size = event.buyer_id, event.name, event.size
            arrival.channel, arrival.sender_id = event.channel, event.sender_id
            arrival.part_of, arrival.kept_for = event.part_of, event.kept_for
            arrival.received_at = sortable(unit.message.time or unit.now)
            unit.save(arrival)
        case FilesQuestioned():
            for problem in event.problems:
                arrival = await _arrival(problem.document_id, unit)
                arrival.buyer_id, arrival.told = event.buyer_id, problem.reason
                unit.save(arrival)


async def _arrival(document_id: str, unit: Unit) -> Arrival:
    return await unit.load(Arrival, document_id) or Arrival(id=document_id)
