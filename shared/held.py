"""Messages that wait or were set aside, and what says so on the topic of dead letters."""

from datetime import datetime
from typing import Literal

from shared.envelope import DeadLetter, Held, Message

DISMISSED = "ansvar.control.DeadDismissed"
"""The `ce_type` by which `ansvar dead dismiss` tells a service that a message is not wanted."""

DeadKind = Literal["rejected", "unreadable", "defect"]
Place = tuple[str, str]


class HeldKeys:
    """Which topics and keys have a message that waits, so that later ones wait behind it."""

    def __init__(self) -> None:
        self._places: dict[str, Place] = {}
        self._waiting: dict[Place, set[str]] = {}
        self._blocking: dict[Place, set[str]] = {}

    def replace(self, held: list[Held]) -> None:
        for places in (self._places, self._waiting, self._blocking):
            places.clear()
        for one in held:
            self.add(one)

    def add(self, held: Held) -> None:
        id, place = held.message.id, (held.message.topic, held.message.key)
        self._places[id] = place
        if held.message.origin == "event":
            self._waiting.setdefault(place, set()).add(id)
            if held.why != "behind":
                self._blocking.setdefault(place, set()).add(id)

    def forget(self, id: str) -> None:
        if place := self._places.pop(id, None):
            self._waiting.get(place, set()).discard(id)
            self._blocking.get(place, set()).discard(id)

    def holds(self, message: Message) -> bool:
        """Whether it waits already and was only delivered once more."""
        return not message.original_id and message.id in self._places

    def blocks(self, message: Message) -> bool:
        """Whether it must wait behind another one of its key.

        One that is released waits only for those that are themselves set aside or parked.
        """
        place = (message.topic, message.key)
        if message.original_id:
            return bool(self._blocking.get(place, set()) - {message.original_id})
        return bool(self._waiting.get(place))

    def free(self, held: list[Held]) -> list[Held]:
        """Those of the waiting that nothing blocks any more."""
        return [
            one
            for one in held
            if one.why == "behind" and not self._blocking.get((one.message.topic, one.message.key))
        ]

    def __len__(self) -> int:
        return len(self._places)


def dead_letter(
    service: str,
    message: Message,
    reason: str,
    kind: DeadKind,
    at: datetime,
) -> DeadLetter:
    """The original message with the reason why it was set aside."""
    id = message.original_id or message.id
    own = [("ce_id", message.id.encode()), ("ce_type", message.type.encode())]
    kept = [h for h in (message.headers or own) if not h[0].startswith("ansvar-")]
    told = {
        "ansvar-dead-id": id,
        "ansvar-dead-reason": reason,
        "ansvar-dead-kind": kind,
        "ansvar-dead-topic": message.topic,
        "ansvar-dead-at": at.isoformat(),
    }
    headers = (*kept, *((name, value.encode()) for name, value in told.items()))
    return DeadLetter(message.id, f"{service}.dead", message.key, message.body, headers)


def resolved(service: str, message: Message, how: Literal["replayed", "dismissed"]) -> DeadLetter:
    """The mark that a dead letter needs nobody any more."""
    headers = (
        ("ansvar-dead-id", message.original_id.encode()),
        ("ansvar-dead-resolved", how.encode()),
    )
    return DeadLetter(f"{message.id}#resolved", f"{service}.dead", message.key, b"", headers)
