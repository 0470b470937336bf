"""How facts, commands and moments reach the rules."""

from services.breaches.handlers import contracts, exposures, followup, goods, letters, steps, turns
from services.breaches.handlers.door import router

__all__ = ["contracts", "exposures", "followup", "goods", "letters", "router", "steps", "turns"]
