"""What is said to screening about owners, control and accounts, and what it reminds itself of."""

from datetime import date

from services.screening.domain.haven import PayeeAccount
from shared.events.base import Command, Internal


class LookAgain(Internal):
    """A day came on which something about the owners of a company begins, ends or counts anew.

    `alone`: only this party, one of very many that hang together with another that changed.
    """

    party_id: str
    alone: bool = False


class NotePayeeAccount(Command):
    """Into which account a party is paid. The number itself never comes this far."""

    party_id: str
    account: PayeeAccount


class NoteChangeOfControl(Command):
    """Somebody says that a company is owned or controlled by others from a day on.

    Without a `buyer_id` it is said to every buyer that has to do with the company.
    """

    party_id: str
    buyer_id: str = ""
    source: str
    happened: date | None = None
    what: str


class NoteRegisterChange(Command):
    """A register told of a change; `position` is its place in the subscription."""

    register_name: str
    position: int
    change: NoteChangeOfControl
