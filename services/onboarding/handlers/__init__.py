"""What onboarding does about what it hears: one function per fact, command, deadline and effect."""

from . import (
    claiming,
    contracts,
    merging,
    ownership,
    papers,
    planning,
    qualifying,
    registers,
    review,
    validity,
)
from .router import router

__all__ = [
    "claiming",
    "contracts",
    "merging",
    "ownership",
    "papers",
    "planning",
    "qualifying",
    "registers",
    "review",
    "router",
    "validity",
]
