"""The rules of contracts: their terms, how they stand, and how that is told to other systems."""

from services.contracts.domain.asof import as_of
from services.contracts.domain.chapters import Chapter
from services.contracts.domain.contract import Acknowledgement, Contract
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
from services.contracts.domain.deliveries import Delivery, Lane, State
from services.contracts.domain.endpoints import Endpoint
from services.contracts.domain.goods import (
    MOST_ITEMS,
    Article,
    Certificate,
    Environment,
    Guarantee,
    Shelf,
    Stock,
)
from services.contracts.domain.history import ListsSaid, PartySaid, StatusSaid
from services.contracts.domain.known import ChainTold, KnownParty, Member
from services.contracts.domain.noticed import Noticed
from services.contracts.domain.partyfile import PartyFile
from services.contracts.domain.procedure import Course, GateCheck, GateState, Procedure
from services.contracts.domain.standing import (
    LISTS_IN_FORCE,
    Concern,
    ListsInForce,
    PartyStanding,
    Standing,
    worst_of,
)
from services.contracts.domain.terms import Stage
from services.contracts.domain.told import Tidings, Told

__all__ = [
    "LISTS_IN_FORCE",
    "MOST_ITEMS",
    "TERMS",
    "Acknowledgement",
    "Act",
    "Agreement",
    "Article",
    "Certificate",
    "ChainTold",
    "Chapter",
    "Concern",
    "Confidentiality",
    "Contract",
    "Course",
    "Deal",
    "Delivery",
    "Endpoint",
    "Environment",
    "Forum",
    "GateCheck",
    "GateState",
    "Guarantee",
    "KnownParty",
    "Lane",
    "ListsInForce",
    "ListsSaid",
    "Member",
    "Noticed",
    "Option",
    "PartyFile",
    "PartySaid",
    "PartyStanding",
    "Place",
    "Procedure",
    "Shelf",
    "Stage",
    "Standing",
    "State",
    "StatusSaid",
    "Stock",
    "Tidings",
    "Told",
    "as_of",
    "worst_of",
]
