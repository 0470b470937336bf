"""The facts themselves, as they came: from them a page is built as it was on any day.

A body is kept as it travelled, with its personal data sealed: whoever is erased is erased here too.
"""

from collections.abc import Iterable
from typing import ClassVar

from services.console.readmodels.timeline import about_of, sortable
from shared.domain import Record
from shared.events.base import Event
from shared.events.notifications import NotificationsEvent
from shared.events.screening import PartyScreened
from shared.unit import Unit


def screened(party_id: str) -> str:
    """Under which the screenings of a party are kept: of thousands only the last one counts."""
    return f"screened/{party_id}"


class Fact(Record):
    """One fact. `time` is ISO 8601 in UTC, the text that sorts like time."""

    indexes: ClassVar[tuple[str, ...]] = ("about", "time")

    type: str
    time: str
    key: str
    about: tuple[str, ...] = ()
    body: str = ""


async def follow_facts(event: Event, unit: Unit) -> None:
    if isinstance(event, NotificationsEvent):
        return
    message = unit.message
    # What was told without a body (in a test) has nothing sealed.
    body = message.body.decode() if message.body else event.model_dump_json()
    unit.put(
        Fact(
            id=message.id,
            type=message.type,
            time=sortable(message.time or unit.now),
            key=message.key,
            about=tuple(_about(event)),
            body=body,
        )
    )


def _about(event: Event) -> Iterable[str]:
    if isinstance(event, PartyScreened):
        return (screened(event.party_id),)
    return about_of(event)
