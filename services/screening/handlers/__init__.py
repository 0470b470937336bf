"""What screening does when something is said to it."""

from services.screening.handlers import (
    control,
    fetching,
    havens,
    lists,
    matching,
    merging,
    nearest,
    outcomes,
    ownership,
    parties,
    revising,
    verdicts,
    watching,
)
from services.screening.handlers.routes import router

__all__ = [
    "control",
    "fetching",
    "havens",
    "lists",
    "matching",
    "merging",
    "nearest",
    "outcomes",
    "ownership",
    "parties",
    "revising",
    "router",
    "verdicts",
    "watching",
]
