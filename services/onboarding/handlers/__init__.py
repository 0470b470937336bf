"""What onboarding does about what it hears: one function per fact, command, deadline and effect."""

from . import (
    certificates,
    claiming,
    containers,
    contracts,
    doors,
    merging,
    ownership,
    papers,
    planning,
    procedures,
    qualifying,
    receiving,
    registers,
    review,
    senders,
    sweeping,
    validity,
)
from .router import router

__all__ = [
    "certificates",
    "claiming",
    "containers",
    "contracts",
    "doors",
    "merging",
    "ownership",
    "papers",
    "planning",
    "procedures",
    "qualifying",
    "receiving",
    "registers",
    "review",
    "router",
    "senders",
    "sweeping",
    "validity",
]
