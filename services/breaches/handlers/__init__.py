"""How facts, commands and moments reach the rules."""

from services.breaches.handlers import contracts, exposures, followup, letters, steps
from services.breaches.handlers.door import router

__all__ = ["contracts", "exposures", "followup", "letters", "router", "steps"]
