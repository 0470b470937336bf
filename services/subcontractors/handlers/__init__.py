"""How facts, commands and moments reach the rules."""

from services.subcontractors.handlers import (
    cases,
    chains,
    changes,
    judging,
    parties,
    provisional,
    replacements,
    resting,
    succeeding,
)
from services.subcontractors.handlers.door import router

__all__ = [
    "cases",
    "chains",
    "changes",
    "judging",
    "parties",
    "provisional",
    "replacements",
    "resting",
    "router",
    "succeeding",
]
