"""The rules of contracts: their terms, how they stand, and how that is told to other systems."""

from services.contracts.domain.contract import Acknowledgement, Contract, Stage
from services.contracts.domain.deal import (
    TERMS,
    Act,
    Agreement,
    Confidentiality,
    Deal,
    Forum,
    Option,
    Place,
)
from services.contracts.domain.deliveries import Delivery, Endpoint, Lane, State
from services.contracts.domain.history import Chapter, StatusOn, status_on
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
    "TERMS",
    "Acknowledgement",
    "Act",
    "Agreement",
    "Chapter",
    "Concern",
    "Confidentiality",
    "Contract",
    "Deal",
    "Delivery",
    "Endpoint",
    "Forum",
    "Lane",
    "ListsInForce",
    "Option",
    "PartyStanding",
    "Place",
    "Stage",
    "Standing",
    "State",
    "StatusOn",
    "Tidings",
    "Told",
    "status_on",
    "worst_of",
]
