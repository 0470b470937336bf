"""What notifications does when something happens anywhere, and when a deadline comes."""

from services.notifications.handlers import (
    bounces,
    calls,
    hearing,
    hooks,
    keeping,
    letters,
    mails,
    people,
    records,
)
from services.notifications.handlers.routes import router

__all__ = [
    "bounces",
    "calls",
    "hearing",
    "hooks",
    "keeping",
    "letters",
    "mails",
    "people",
    "records",
    "router",
]
