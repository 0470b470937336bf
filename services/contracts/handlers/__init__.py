"""How releases, facts, commands and moments reach the rules."""

from services.contracts.handlers import (
    acknowledging,
    concerns,
    endpoints,
    knowing,
    nightly,
    releases,
    sending,
)
from services.contracts.handlers.door import router

__all__ = [
    "acknowledging",
    "concerns",
    "endpoints",
    "knowing",
    "nightly",
    "releases",
    "router",
    "sending",
]
