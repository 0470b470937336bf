"""The event catalogue: the only code that services have in common with each other.

Every class in the rooms of this package that has no subclasses is a fact that can happen.
"""

from shared.events import (
    audits,
    breaches,
    contracts,
    notifications,
    onboarding,
    screening,
    subcontractors,
)
from shared.events.base import Command, Criminal, Effect, Event, Internal, Need, Personal, Said

ROOMS = (onboarding, screening, contracts, subcontractors, audits, breaches, notifications)


def service_of(kind: type[Event]) -> str:
    """The service that announces a kind of fact: the last part of the module that defines it."""
    return kind.__module__.rsplit(".", 1)[-1]


def _facts(kind: type[Event]) -> list[type[Event]]:
    below = kind.__subclasses__()
    return [fact for sub in below for fact in _facts(sub)] if below else [kind]


def catalogue() -> dict[str, type[Event]]:
    """Every fact that can travel, by the `ce_type` it travels under."""
    rooms = {room.__name__ for room in ROOMS}
    facts = [kind for kind in _facts(Event) if kind.topic and kind.__module__ in rooms]
    return {type_of(kind): kind for kind in facts}


def type_of(kind: type[Event]) -> str:
    """`ansvar.screening.HitConfirmed.v1`"""
    return f"ansvar.{service_of(kind)}.{kind.__name__}.v{kind.schema_version}"


__all__ = [
    "ROOMS",
    "Command",
    "Criminal",
    "Effect",
    "Event",
    "Internal",
    "Need",
    "Personal",
    "Said",
    "catalogue",
    "service_of",
    "type_of",
]
