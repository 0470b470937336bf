"""What notifications does when something happens anywhere, and when a deadline comes."""

from services.notifications.handlers import calls, hearing, letters, mails, people
from services.notifications.handlers.routes import router

__all__ = ["calls", "hearing", "letters", "mails", "people", "router"]
