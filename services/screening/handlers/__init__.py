"""What screening does when something is said to it."""

from services.screening.handlers import fetching, lists, ownership, parties, verdicts
from services.screening.handlers.routes import router

__all__ = ["fetching", "lists", "ownership", "parties", "router", "verdicts"]
