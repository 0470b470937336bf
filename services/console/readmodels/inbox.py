"""What lies in each person's inbox, and how many of it they have not seen."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, ClassVar, Literal

from pydantic import computed_field

from services.console.readmodels.shelves import SHELF_RANK
from services.console.readmodels.timeline import sortable
from services.console.readmodels.todos import Todo, todo_id
from shared.domain import Aggregate
from shared.events.base import Event
from shared.events.notifications import (
    NotificationAcknowledged,
    NotificationDelivered,
    NotificationEscalated,
)
from shared.steps import with_marks
from shared.unit import Unit


def inbox_of(subject: str) -> str:
    """The shelf of what lies in somebody's inbox and is not settled."""
    return f"inbox:{subject}"


def _shelves(id: str, subject: str, state: str) -> tuple[str, ...]:
    return () if state == "settled" or not subject else with_marks((inbox_of(subject),), id)


def _rank(id: str, state: str, since: str) -> str:
    return f"{int(state == 'unread')}/{since}/{id}"


def _with_shelves(document: dict[str, Any]) -> dict[str, Any]:
    """Of the first shape, which was found by subject and state, up to a number."""
    id, subject, state = document["_id"], document["subject"], document["state"]
    since = document.get("since")
    when = sortable(datetime.fromisoformat(since)) if since else ""
    shelves = list(_shelves(id, subject, state))
    return document | {"shelves": shelves, "rank": _rank(id, state, when)}


class Note(Aggregate):
    """One need in one inbox. Its id is that of the entry which notifications keeps."""

    indexes: ClassVar[tuple[str, ...]] = ("todo_id", "shelves", "rank", SHELF_RANK)
    stepped: ClassVar[tuple[str, ...]] = ("shelves",)
    shape: ClassVar[int] = 2
    upgrades: ClassVar[Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]]] = {
        1: _with_shelves
    }

    subject: str = ""
    todo_id: str = ""
    state: Literal["unread", "read", "settled"] = "settled"
    since: datetime | None = None
    escalated: bool = False

    @computed_field  # type: ignore[prop-decorator]
    @property
    def shelves(self) -> tuple[str, ...]:
        return _shelves(self.id, self.subject, self.state)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def rank(self) -> str:
        """What was seen first, each by time: the inbox is read from the end."""
        return _rank(self.id, self.state, sortable(self.since) if self.since else "")


class Bell(Aggregate):
    """How many notes of one person are unread. Its version changes with every change of them."""

    unread: int = 0


def bell_id(subject: str) -> str:
    return f"bell-{subject}"


async def follow_inbox(event: Event, unit: Unit) -> None:
    if isinstance(event, NotificationDelivered) and event.channel == "inbox":
        await _laid(event, unit)
    if isinstance(event, NotificationAcknowledged):
        await _seen(event, unit)
    if isinstance(event, NotificationEscalated):
        note = await unit.load(Note, event.notification_id) or Note(id=event.notification_id)
        note.escalated = True
        unit.save(note)
    for need_id in event.settles:
        for note in await unit.find(Note, todo_id=todo_id(need_id)):
            if note.state != "settled":
                await _turn(note, "settled", unit)


async def _laid(event: NotificationDelivered, unit: Unit) -> None:
    """A need that was settled meanwhile is not asked for any more, in whichever order both come."""
    note = await unit.load(Note, event.notification_id) or Note(id=event.notification_id)
    happened = unit.message.time or unit.now
    note.subject, note.todo_id, note.since = event.recipient, todo_id(event.need_id), happened
    todo = await unit.load(Todo, note.todo_id)
    if todo is not None and todo.settled_at is not None and todo.settled_at >= happened:
        await _turn(note, "settled", unit)
    else:
        await _turn(note, "unread", unit)


async def _seen(event: NotificationAcknowledged, unit: Unit) -> None:
    note = await unit.load(Note, event.notification_id)
    if note is not None and note.state == "unread":
        await _turn(note, "read", unit)


async def _turn(note: Note, state: Literal["unread", "read", "settled"], unit: Unit) -> None:
    id = bell_id(note.subject)
    bell = await unit.load(Bell, id) or Bell(id=id)
    bell.unread += (state == "unread") - (note.state == "unread")
    note.state = state
    unit.save(bell)
    unit.save(note)
