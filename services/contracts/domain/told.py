"""What one release of the contract system says of one contract."""

from datetime import date, datetime
from enum import StrEnum

from shared.events.base import Said
from shared.events.words import Clause, Money, PartyDescription


class Tidings(StrEnum):
    """What kind of thing a release says of a contract."""

    SIGNED = "signed"
    AMENDED = "amended"
    ENDED = "ended"


class Told(Said):
    """What one release says of one contract. None: the release does not speak of it.

    `over`: the contract has ended, which a release of any kind may say.
    """

    contract_id: str
    buyer_id: str
    release_id: str
    at: datetime
    tidings: Tidings
    over: bool = False
    title: str | None = None
    suppliers: tuple[PartyDescription, ...] = ()
    category: str | None = None
    value: Money | None = None
    starts: date | None = None
    ends: date | None = None
    signed: date | None = None
    awarded: date | None = None
    procedure_id: str = ""
    country: str = "DK"
    regime: str = "udbudsloven"
    above_threshold: bool = True
    at_buyer_facility: bool = False
    clauses: tuple[Clause, ...] | None = None
    reason: str = ""
    extensions: str = ""
