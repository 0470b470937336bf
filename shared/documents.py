"""What is written, as documents: the journal's blocks, the inbox, what waits, and back."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from shared import journal
from shared.domain import Stored
from shared.envelope import Block, DeadLetter, Entry, Held, Message, Outcome
from shared.sealing import Keys, seal

SHAPE = "_shape"
"""Which shape a document has; without it the first one."""


class NewerShape(Exception):
    """A document was written by a newer release in a shape that this one cannot keep."""


def state_document(stored: Stored, keys: Keys) -> dict[str, Any]:
    document = seal(stored, keys)
    document["_id"] = document.pop("id")
    if stored.shape > 1:
        document[SHAPE] = stored.shape
    if stored.lasts is not None:  # only a moment of the database's own kind lets it expire
        document[stored.lasts[0]] = getattr(stored, stored.lasts[0])
    return {**stored.unknown, **document} if stored.unknown else document


def shape_of(document: Mapping[str, Any]) -> int:
    return int(document.get(SHAPE, 1))


def upgraded(kind: type[Stored], document: dict[str, Any]) -> dict[str, Any]:
    """The document in the shape that this release writes. Raises `NewerShape`."""
    shape = shape_of(document)
    if shape > kind.shape:
        raise NewerShape(
            f"{kind.__name__} {document.get('_id')} has shape {shape}, this release knows "
            f"{kind.shape}: it waits to be replaced by the newer one"
        )
    for step in range(shape, kind.shape):
        document = kind.upgrades[step](dict(document))
    if kind.shape > 1:
        document[SHAPE] = kind.shape
    return document


def unknown_in(kind: type[Stored], document: dict[str, Any]) -> dict[str, Any]:
    """Take out of a document, whose id is under `id`, what this release does not know."""
    document.pop(SHAPE, None)
    names = document.keys() - kind.model_fields.keys()
    return {name: document.pop(name) for name in names}


def block_document(block: Block) -> dict[str, Any]:
    entries = [{name: getattr(entry, name) for name in Entry.__slots__} for entry in block.entries]
    dead = [{name: getattr(letter, name) for name in DeadLetter.__slots__} for letter in block.dead]
    return {"c": block.c, "e": entries, "dead": dead}


def block_of(document: dict[str, Any]) -> Block:
    dead = [
        DeadLetter(**{**letter, "headers": tuple((k, v) for k, v in letter["headers"])})
        for letter in document["dead"]
    ]
    return Block(document["c"], [Entry(**entry) for entry in document["e"]], dead)


def inbox_document(inbox: dict[str, Outcome]) -> dict[str, Any]:
    outcomes = [
        {
            "id": id,
            "result": outcome.result,
            "error": outcome.error,
            "events": list(outcome.events),
            "correlation": outcome.correlation,
            "payload": outcome.payload_sha256,
        }
        for id, outcome in inbox.items()
        if outcome.payload_sha256
    ]
    return {"ids": list(inbox), "at": datetime.now(UTC), "outcomes": outcomes}


def outcome_of(kept: dict[str, Any]) -> Outcome:
    return Outcome(
        result=kept["result"],
        error=kept["error"],
        events=tuple(kept["events"]),
        correlation=kept["correlation"],
        payload_sha256=kept["payload"],
    )


_KEPT = ("type", "key", "body", "source", "correlation", "cause", "sequence", "topic", "origin")


def held_document(held: Held, number: int) -> dict[str, Any]:
    message = held.message
    document: dict[str, Any] = {name: getattr(message, name) for name in _KEPT}
    return document | {
        "_id": message.original_id or message.id,
        "n": number,
        "time": message.time,
        "headers": [list(header) for header in message.headers],
        "why": held.why,
        "missing": held.missing,
        "reason": held.reason,
        "since": held.since,
    }


def held_of(document: dict[str, Any]) -> Held:
    message = Message(
        id=document["_id"],
        time=document["time"],
        headers=tuple((name, bytes(value)) for name, value in document["headers"]),
        **{name: document[name] for name in _KEPT},
    )
    return Held(
        message, document["why"], document["missing"], document["reason"], document["since"]
    )


def later_document(id: str, said: Any, message: Message, keys: Keys) -> dict[str, Any]:
    return {
        "_id": id,
        "type": type(said).__name__,
        "body": journal.body_of(said, keys),
        "corr": message.story,
        "cause": message.id,
    }
