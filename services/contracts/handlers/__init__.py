"""How releases, facts, commands and moments reach the rules."""

from services.contracts.handlers import concerns, releases, sending
from services.contracts.handlers.door import router

__all__ = ["concerns", "releases", "router", "sending"]
