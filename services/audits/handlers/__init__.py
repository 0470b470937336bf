"""How facts, commands and moments reach the rules."""

from services.audits.handlers import (
    auditing,
    disputing,
    evidence,
    ladder,
    lasting,
    mending,
    planning,
    raising,
    risks,
    wages,
    years,
)
from services.audits.handlers.door import router

__all__ = [
    "auditing",
    "disputing",
    "evidence",
    "ladder",
    "lasting",
    "mending",
    "planning",
    "raising",
    "risks",
    "router",
    "wages",
    "years",
]
