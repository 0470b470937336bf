"""How facts, commands and moments reach the rules."""

from services.audits.handlers import (
    auditing,
    cases,
    disputing,
    evidence,
    keeping,
    ladder,
    lasting,
    mending,
    offence_keys,
    planning,
    quotas,
    raising,
    risks,
    talking,
    wages,
    years,
)
from services.audits.handlers.door import router

__all__ = [
    "auditing",
    "cases",
    "disputing",
    "evidence",
    "keeping",
    "ladder",
    "lasting",
    "mending",
    "offence_keys",
    "planning",
    "quotas",
    "raising",
    "risks",
    "router",
    "talking",
    "wages",
    "years",
]
