"""Dead letters: messages that a service could not handle, and what a person does about them.

A dead letter lies on `<service>.dead` with the bytes, key and headers of the original message and
the reason beside them. A person either lets the service hear it again, or dismisses it; both are
sent to `<service>.replay`, and the service itself marks the letter as resolved when it has acted,
so that an operator's word is never taken for the deed.
"""

import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from shared.administration import CannotAdminister
from shared.administration.line import Parcel, read_whole, send_in_order

ID = "ansvar-dead-id"
REASON = "ansvar-dead-reason"
KIND = "ansvar-dead-kind"
TOPIC = "ansvar-dead-topic"
AT = "ansvar-dead-at"
RESOLVED = "ansvar-dead-resolved"
ATTEMPT = "ansvar-attempt"
DISMISSED = "ansvar.control.DeadDismissed"

_SAID_OF_IT = (REASON, KIND, AT)


@dataclass(frozen=True)
class DeadLetter:
    """A message that `service` could not handle. `kind`: rejected, unreadable or defect."""

    service: str
    id: str
    kind: str
    reason: str
    at: str
    topic: str
    message: Parcel

    @property
    def type(self) -> str:
        return self.message.header("ce_type")


def open_letters(url: str, services: Iterable[str]) -> list[DeadLetter]:
    """The letters that nobody has resolved yet, the oldest first."""
    return [letter for service in services for letter in _open_in(url, service)]


def find(url: str, services: Iterable[str], id: str) -> DeadLetter:
    """The one open letter with this id."""
    found = [letter for letter in open_letters(url, services) if letter.id == id]
    if not found:
        raise CannotAdminister(f"no open dead letter has the id {id}; see `ansvar dead list`")
    if len(found) > 1:
        names = " and ".join(letter.service for letter in found)
        raise CannotAdminister(f"{id} is dead in {names}: say which with --service")
    return found[0]


def replay(url: str, letter: DeadLetter) -> str:
    """Let the service hear the original message again; the id of this attempt."""
    attempt = str(uuid.uuid4())
    original = tuple(pair for pair in letter.message.headers if pair[0] not in _SAID_OF_IT)
    again = Parcel(
        letter.message.key, (*original, (ATTEMPT, attempt.encode())), letter.message.body
    )
    send_in_order(url, f"{letter.service}.replay", [again])
    return attempt


def dismiss(url: str, letter: DeadLetter, *, reason: str, by: str) -> None:
    """Tell the service that this message shall never be handled, why, and who says so."""
    if not reason.strip():
        raise CannotAdminister("a dead letter is only dismissed with a reason")
    id = str(uuid.uuid4())
    headers = {
        "ce_specversion": "1.0",
        "ce_id": id,
        "ce_source": "ansvar/administration",
        "ce_type": DISMISSED,
        "content-type": "application/json",
        ID: letter.id,
        TOPIC: letter.topic,
        ATTEMPT: id,
    }
    body = json.dumps({"reason": reason, "by": by}, ensure_ascii=False).encode()
    word = Parcel(letter.message.key, tuple((k, v.encode()) for k, v in headers.items()), body)
    send_in_order(url, f"{letter.service}.replay", [word])


def _open_in(url: str, service: str) -> list[DeadLetter]:
    letters: dict[str, DeadLetter] = {}
    for message in read_whole(url, f"{service}.dead"):
        id = message.header(ID)
        if message.header(RESOLVED):
            letters.pop(id, None)
        elif id not in letters:
            letters[id] = DeadLetter(
                service=service,
                id=id,
                kind=message.header(KIND),
                reason=message.header(REASON),
                at=message.header(AT),
                topic=message.header(TOPIC),
                message=message,
            )
    return list(letters.values())
