"""How releases, facts, commands and moments reach the rules."""

from services.contracts.handlers import (
    acknowledging,
    concerns,
    endpoints,
    goods,
    knowing,
    merging,
    nightly,
    payment_sources,
    payments,
    procedures,
    releases,
    sending,
    terms,
)
from services.contracts.handlers.door import router

__all__ = [
    "acknowledging",
    "concerns",
    "endpoints",
    "goods",
    "knowing",
    "merging",
    "nightly",
    "payment_sources",
    "payments",
    "procedures",
    "releases",
    "router",
    "sending",
    "terms",
]
