"""What onboarding does about what it hears: one function per fact, command, deadline and effect."""

from . import contracts, ownership, papers, review
from .router import router

__all__ = ["contracts", "ownership", "papers", "review", "router"]
