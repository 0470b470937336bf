"""How facts, commands and moments reach the rules."""

from services.breaches.handlers import (
    contracts,
    delivery,
    exposures,
    findings,
    followup,
    goods,
    insight,
    insight_keeping,
    interests,
    letters,
    offence_keys,
    reuse,
    steps,
    tenders,
    turns,
    winners,
)
from services.breaches.handlers.door import router

__all__ = [
    "contracts",
    "delivery",
    "exposures",
    "findings",
    "followup",
    "goods",
    "insight",
    "insight_keeping",
    "interests",
    "letters",
    "offence_keys",
    "reuse",
    "router",
    "steps",
    "tenders",
    "turns",
    "winners",
]
