"""People, what is put to them, and what became of each message."""

from .calls import AGAIN_AFTER, Call, InboxEntry, id_of
from .deliveries import Contact, Contract, Delivery, Procedures, Unsent
from .people import DIRECTORY, EVERY_BUYER, LAST_RESORT, Directory, HookForm, Person, Team
from .piles import TEAM, Pile, Piled, pile_id
from .preferences import MailChoice, Preferences, preferences_id
from .reach import Reach, reach_id
from .records import Dossier, Filing, Paper
from .rota import Duty, Rota, rota_id

__all__ = [
    "AGAIN_AFTER",
    "DIRECTORY",
    "EVERY_BUYER",
    "LAST_RESORT",
    "TEAM",
    "Call",
    "Contact",
    "Contract",
    "Delivery",
    "Directory",
    "Dossier",
    "Duty",
    "Filing",
    "HookForm",
    "InboxEntry",
    "MailChoice",
    "Paper",
    "Person",
    "Pile",
    "Piled",
    "Preferences",
    "Procedures",
    "Reach",
    "Rota",
    "Team",
    "Unsent",
    "id_of",
    "pile_id",
    "preferences_id",
    "reach_id",
    "rota_id",
]
