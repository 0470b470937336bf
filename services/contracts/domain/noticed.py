"""What an intake says of one procedure: a notice, a release of its tender or award, a person."""

from datetime import date, datetime

from shared.events.base import Said
from shared.events.words import Money, PartyDescription


class Noticed(Said):
    """What was told of a procedure at a moment. None: it was not spoken of.

    `reference` is the buyer's own number, or that of the notice's folder (BT-04), or the ocid.
    `winners` and `awarded` are there once the procedure is awarded; `over`: it ended without one.
    """

    reference: str
    buyer_id: str
    at: datetime
    title: str | None = None
    notice_id: str | None = None
    notice_date: date | None = None
    country: str | None = None
    regime: str | None = None
    above_threshold: bool | None = None
    category: str | None = None
    value: Money | None = None
    grounds: tuple[str, ...] | None = None
    tenderers: tuple[PartyDescription, ...] | None = None
    tenders_until: date | None = None
    standstill_until: date | None = None
    winners: tuple[PartyDescription, ...] | None = None
    awarded: date | None = None
    over: bool = False
