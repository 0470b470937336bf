"""One document that a party is asked for."""

from datetime import date, datetime

from shared.events.base import Said


class Request(Said):
    """One document that is to come, and the one that came for it.

    It is asked for on the day `ask` (at once without one). `renews` is the document that still
    counts and runs out; a request that renews one is missing only when that has happened.
    """

    id: str
    kind: str
    due: datetime
    document_id: str = ""
    overdue: bool = False
    ask: date | None = None
    sent: bool = True
    needed: date | None = None
    in_time: bool = True
    note: str = ""
    renews: str = ""

    @property
    def need_id(self) -> str:
        return f"chase-document/{self.id}"

    @property
    def open(self) -> bool:
        return not self.document_id
