"""How facts, commands and moments reach the rules."""

from services.breaches.handlers import (
    contracts,
    exposures,
    findings,
    followup,
    goods,
    insight,
    letters,
    reuse,
    steps,
    turns,
)
from services.breaches.handlers.door import router

__all__ = [
    "contracts",
    "exposures",
    "findings",
    "followup",
    "goods",
    "insight",
    "letters",
    "reuse",
    "router",
    "steps",
    "turns",
]
