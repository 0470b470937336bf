"""How facts, commands and moments reach the rules."""

from services.audits.handlers import mending, planning
from services.audits.handlers.door import router

__all__ = ["mending", "planning", "router"]
