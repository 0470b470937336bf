"""Who does something to a chain, on which day."""

from datetime import date, datetime

from pydantic import BaseModel


class Deed(BaseModel, frozen=True):
    """By whom, and when: `today` is the day where the buyer is."""

    by: str
    today: date
    now: datetime


class Declaration(Deed, frozen=True):
    """Who names subcontractors, by which way, and until when the buyer should have answered.

    `channel` is `document`, `api` or `link`.
    """

    supplier_id: str
    document_id: str = ""
    channel: str = "document"
    due: datetime
