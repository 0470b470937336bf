"""The rules of contracts: their terms, how they stand, and how that is told to other systems."""

from services.contracts.domain.contract import Acknowledgement, Contract, Stage
from services.contracts.domain.deliveries import Delivery, Lane, State
from services.contracts.domain.endpoints import Endpoint
from services.contracts.domain.history import LastChange, ListsSaid, PartySaid, StatusSaid
from services.contracts.domain.known import ChainTold, KnownParty, Member
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
    "ChainTold",
    "Concern",
    "Contract",
    "Delivery",
    "Endpoint",
    "KnownParty",
    "Lane",
    "LastChange",
    "ListsInForce",
    "ListsSaid",
    "Member",
    "PartySaid",
    "PartyStanding",
    "Stage",
    "Standing",
    "State",
    "StatusSaid",
    "Tidings",
    "Told",
    "worst_of",
]
