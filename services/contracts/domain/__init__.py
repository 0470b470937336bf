"""The rules of contracts: their terms, how they stand, and how that is told to other systems."""

from services.contracts.domain.contract import Acknowledgement, Contract, Stage
from services.contracts.domain.deliveries import Delivery, Endpoint, Lane, State
from services.contracts.domain.standing import (
    LISTS_IN_FORCE,
    Concern,
    ListsInForce,
    PartyStanding,
    Standing,
    worst_of,
)
from services.contracts.domain.told import Tidings, Told

__all__ = [
    "LISTS_IN_FORCE",
    "Acknowledgement",
    "Concern",
    "Contract",
    "Delivery",
    "Endpoint",
    "Lane",
    "ListsInForce",
    "PartyStanding",
    "Stage",
    "Standing",
    "State",
    "Tidings",
    "Told",
    "worst_of",
]
