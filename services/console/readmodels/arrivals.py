"""What came in, through which door, from whom, and what its sender was told."""

from typing import ClassVar

from services.console.readmodels.timeline import sortable
from shared.domain import Aggregate
from shared.events.base import Event
from shared.events.onboarding import DocumentReceived, FilesQuestioned
from shared.unit import Unit


class Arrival(Aggregate):
    """One file as it arrived, under the id of its document; `part_of` is the archive or mail in
    which it lay. `told` is the code of what its sender was told about it, if anything.
    """

    indexes: ClassVar[tuple[str, ...]] = ("buyer_id", "part_of", "received_at")

    buyer_id: str = ""
    name: str = ""
    channel: str = ""
    sender_id: str = ""
    part_of: str = ""
    kept_for: str = ""
    size: int = 0
    received_at: str = ""
    told: str = ""


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
