"""A company under watch for changes of control: who has to do with it, and what was noted."""

import hashlib
from datetime import date, datetime
from typing import ClassVar

from pydantic import BaseModel

from shared.domain import Aggregate, Rejected
from shared.events.base import Need, Personal
from shared.events.screening import ChangeOfControlAnswered, ChangeOfControlNoted

NEW_STATEMENT = "get-ownership-statement"
"""The need: have the company declare its owners anew."""

MOST_OPEN = 20
"""Notices of one buyer that may wait at once: whoever has a link could tell without end."""


def watch_id(party_id: str) -> str:
    return f"watch-{party_id}"


class Notice(BaseModel, frozen=True):
    """Somebody said that control of a company changed, or will, on a day."""

    id: str
    party_id: str
    buyer_id: str
    source: str
    happened: date
    what: Personal[str]
    by: str
    noted: datetime
    answered_by: str | None = None

    @property
    def need_id(self) -> str:
        return f"{NEW_STATEMENT}/{self.id}"


class Watch(Aggregate):
    """`buyers` are those who have asked something of the company: they are told."""

    indexes: ClassVar[tuple[str, ...]] = ("party_id",)

    party_id: str
    buyers: tuple[str, ...] = ()
    notices: tuple[Notice, ...] = ()

    def concerns(self, buyer_id: str) -> bool:
        """A buyer has to do with the company. False if that was known."""
        if not buyer_id or buyer_id in self.buyers:
            return False
        self.buyers = (*self.buyers, buyer_id)
        return True

    def open_on(self, day: date) -> tuple[Notice, ...]:
        """Changes that have come and that no statement has taken into account yet."""
        return tuple(n for n in self.notices if n.answered_by is None and n.happened <= day)

    def coming_after(self, day: date) -> date | None:
        """The next day on which a noted change comes."""
        days = (n.happened for n in self.notices if n.answered_by is None)
        return min((one for one in days if one > day), default=None)

    def note(
        self,
        buyer_id: str,
        *,
        source: str,
        happened: date,
        what: str,
        by: str,
        at: datetime,
        due: datetime,
        declared: date | None,
    ) -> bool:
        """Note a change once per buyer, and ask for a new statement. False if nothing is new.

        `declared` is the day of the statement that is held: it may know of the change already.
        """
        what = what.strip()
        if len(what) < 3:
            raise Rejected("say in a few words what changed", field="what")
        seed = f"{self.party_id}|{buyer_id}|{source}|{happened}"
        id = "change-" + hashlib.sha256(seed.encode()).hexdigest()[:16]
        if any(one.id == id for one in self.notices):
            return False
        if declared is not None and declared > happened:
            return False
        waiting = [n for n in self.notices if n.buyer_id == buyer_id and n.answered_by is None]
        if len(waiting) >= MOST_OPEN:
            raise Rejected(f"{len(waiting)} changes wait for a statement already: declare owners")
        notice = Notice(
            id=id,
            party_id=self.party_id,
            buyer_id=buyer_id,
            source=source,
            happened=happened,
            what=what,
            by=by,
            noted=at,
        )
        self.notices = (*self.notices, notice)
        need = Need(
            id=notice.need_id,
            kind=NEW_STATEMENT,
            role="officer",
            buyer_id=buyer_id,
            due=due,
            about=self.party_id,
        )
        self.announce(
            ChangeOfControlNoted(
                notice_id=id,
                party_id=self.party_id,
                buyer_id=buyer_id,
                source=source,
                happened=happened,
                what=what,
                by=by,
                need=need if buyer_id else None,
            )
        )
        return True

    def declared(self, document_id: str, as_of: date | None) -> bool:
        """A statement came. It answers what was noted of its day or earlier ones."""
        answered = [
            n for n in self.notices if n.answered_by is None and as_of and n.happened <= as_of
        ]
        for one in answered:
            done = one.model_copy(update={"answered_by": document_id or "by hand"})
            self.notices = tuple(done if n.id == one.id else n for n in self.notices)
            self.announce(
                ChangeOfControlAnswered(
                    notice_id=one.id,
                    party_id=self.party_id,
                    buyer_id=one.buyer_id,
                    document_id=document_id,
                    settles=(one.need_id,),
                )
            )
        return bool(answered)
