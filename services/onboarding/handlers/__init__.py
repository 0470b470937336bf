"""What onboarding does about what it hears: one function per fact, command, deadline and effect."""

from . import containers, contracts, doors, ownership, papers, receiving, review, senders, sweeping
from .router import router

__all__ = [
    "containers",
    "contracts",
    "doors",
    "ownership",
    "papers",
    "receiving",
    "review",
    "router",
    "senders",
    "sweeping",
]
