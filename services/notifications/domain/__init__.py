"""People, what is put to them, and what became of each message."""

from .calls import AGAIN_AFTER, Call, InboxEntry, id_of
from .deliveries import Contact, Contract, Delivery, Unsent
from .people import DIRECTORY, EVERY_BUYER, LAST_RESORT, Directory, Person
from .piles import Pile, Piled, pile_id
from .preferences import Preferences, preferences_id
from .rota import Duty, Rota, rota_id

__all__ = [
    "AGAIN_AFTER",
    "DIRECTORY",
    "EVERY_BUYER",
    "LAST_RESORT",
    "Call",
    "Contact",
    "Contract",
    "Delivery",
    "Directory",
    "Duty",
    "InboxEntry",
    "Person",
    "Pile",
    "Piled",
    "Preferences",
    "Rota",
    "Unsent",
    "id_of",
    "pile_id",
    "preferences_id",
    "rota_id",
]
