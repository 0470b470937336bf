"""How releases, facts, commands and moments reach the rules."""

from services.contracts.handlers import concerns, goods, procedures, releases, sending, terms
from services.contracts.handlers.door import router

__all__ = ["concerns", "goods", "procedures", "releases", "router", "sending", "terms"]
