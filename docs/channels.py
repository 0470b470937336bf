"""The AsyncAPI 3.0 document of a service: what it announces and what it hears, over Kafka."""

from importlib import import_module
from typing import Any

from docs.usage import Usage
from docs.wire import Json, described
from shared.administration.topics import Topic, topics_of
from shared.events import Event, catalogue, service_of, type_of
from shared.journal import source_of
from shared.runtime import Service

SCHEMAS = "#/components/schemas/{model}"
CLOUD_EVENT = "CloudEvent"

HEADERS: dict[str, tuple[str, Json]] = {
    "ce_specversion": ("The version of CloudEvents.", {"const": "1.0"}),
    "ce_id": (
        "Service, kind, aggregate and number: the same fact always has the same id, so that "
        "hearing it twice can be noticed.",
        {"examples": ["screening/Hit/hit-1f3c0a/2"]},
    ),
    "ce_source": ("Which service says it.", {}),
    "ce_type": ("Which fact it is, and the version of its meaning.", {}),
    "ce_time": ("The business time at which it was decided.", {"format": "date-time"}),
    "ce_subject": ("The aggregate that announced it: the key of the message.", {}),
    "ce_correlationid": ("The story that it belongs to.", {}),
    "ce_causationid": ("The message that caused it.", {}),
    "ce_sequence": (
        "Its number among the facts of its aggregate, from 1.",
        {"pattern": "^[1-9][0-9]*$"},
    ),
    "ce_prevhash": (
        "The hash of the fact of the same aggregate before it: 64 zeros before the first.",
        {"pattern": "^[0-9a-f]{64}$"},
    ),
    "content-type": ("The body is the fields of the fact as JSON.", {"const": "application/json"}),
}
"""CloudEvents 1.0 in Kafka binary mode, as `shared.journal.headers_of` writes them."""


def channels_of(service: Service, usage: Usage) -> Json:
    facts = list(catalogue().values())
    said = [kind for kind in facts if service_of(kind) == service.name]
    everything = service.name in usage.hear_everything
    heard = [kind for kind in facts if everything or service.name in usage.heard_by(kind)]
    document: Json = {
        "asyncapi": "3.0.0",
        "info": {
            "title": f"Ansvar: {service.name}",
            "version": "1",
            "description": sign_on_the_door(service.name),
        },
        "defaultContentType": "application/json",
        "channels": {},
        "operations": {},
        "components": {"messages": {}, "schemas": {CLOUD_EVENT: _headers()}},
    }
    if said:
        _use(document, said, "send", "announce", "Facts that are announced here.")
    for announcer in dict.fromkeys(map(service_of, heard)):
        some = [kind for kind in heard if service_of(kind) == announcer]
        _use(document, some, "receive", f"hear-{announcer}", f"Facts heard from {announcer}.")
    return document


def sign_on_the_door(service: str) -> str:
    """What a service says of itself: its question, what it listens to, what it announces."""
    return (import_module(f"services.{service}").__doc__ or "").strip()


def _use(document: Json, kinds: list[type[Event]], action: str, name: str, summary: str) -> None:
    """One operation, with its channel and the messages that it takes."""
    announcer = service_of(kinds[0])
    channel = document["channels"].setdefault(announcer, _channel(announcer))
    for kind in kinds:
        message = kind.__name__
        channel["messages"][message] = {"$ref": f"#/components/messages/{message}"}
        if message not in document["components"]["messages"]:
            document["components"]["messages"][message] = _message(kind)
            _add_schemas(document["components"]["schemas"], kind)
    document["operations"][name] = {
        "action": action,
        "summary": summary,
        "channel": {"$ref": f"#/channels/{announcer}"},
        "messages": [
            {"$ref": f"#/channels/{announcer}/messages/{kind.__name__}"} for kind in kinds
        ],
    }


def _channel(announcer: str) -> Json:
    topic: Topic = topics_of(announcer)[0]
    retention = int(dict(topic.settings)["retention.ms"])
    return {
        "address": topic.name,
        "description": f"What {announcer} announces. Order exists per key, and only there.",
        "messages": {},
        "bindings": {
            "kafka": {
                "partitions": topic.partitions,
                "topicConfiguration": {"retention.ms": retention},
                "bindingVersion": "0.5.0",
            }
        },
    }


def _message(kind: type[Event]) -> Json:
    said: dict[str, Any] = {
        "ce_type": {"const": type_of(kind)},
        "ce_source": {"const": source_of(service_of(kind))},
    }
    return {
        "name": type_of(kind),
        "title": kind.__name__,
        "summary": " ".join((kind.__doc__ or "").split("\n\n")[0].split()),
        "contentType": "application/json",
        "headers": {
            "type": "object",
            "allOf": [{"$ref": SCHEMAS.format(model=CLOUD_EVENT)}],
            "properties": said,
        },
        "payload": {"$ref": SCHEMAS.format(model=kind.__name__)},
        "correlationId": {
            "description": "The story that the fact belongs to.",
            "location": "$message.header#/ce_correlationid",
        },
        "bindings": {
            "kafka": {
                "key": {"type": "string", "description": "The id of the aggregate."},
                "bindingVersion": "0.5.0",
            }
        },
    }


def _headers() -> Json:
    return {
        "type": "object",
        "description": "CloudEvents 1.0, Kafka binary mode. Every header is text in UTF-8.",
        "required": list(HEADERS),
        "properties": {
            name: {"type": "string", "description": meaning, **more}
            for name, (meaning, more) in HEADERS.items()
        },
    }


def _add_schemas(schemas: Json, kind: type[Event]) -> None:
    body = described(kind, SCHEMAS)
    own = {name: value for name, value in body.items() if name != "$defs"}
    for name, schema in (*body.get("$defs", {}).items(), (kind.__name__, own)):
        if schemas.setdefault(name, schema) != schema:
            raise ValueError(f"two different models of events are called {name}")
