"""Complaints and tips: who gave them is protected, whatever comes of them.

    received → assessed

Source and words are sealed with a key of their own, read by one role, and never part of a fact.
What others learn is what the receiver of tips chose to tell.
"""

import re
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Literal

from services.audits.domain.findings import words
from services.audits.domain.telling import Words
from shared.domain import Rejected
from shared.events.audits import (
    ComplaintAssessed,
    ComplaintErased,
    ComplaintErasureAnnounced,
    ComplaintErasureDecided,
    ComplaintErasureWaits,
    ComplaintHeld,
    ComplaintReceived,
    ComplaintReleased,
)
from shared.events.base import Need, Personal, is_natural_person
from shared.keeping import KeepingFacts, KeptForATime


class Channel(StrEnum):
    FORM = "form"
    MAIL = "mail"
    PHONE = "phone"
    MEETING = "meeting"


class Category(StrEnum):
    WAGES = "wages"
    SAFETY = "safety"
    HUMAN_RIGHTS = "human_rights"
    ENVIRONMENT = "environment"
    CORRUPTION = "corruption"
    DELIVERY = "delivery"
    OTHER = "other"


class Outcome(StrEnum):
    FOUNDED = "founded"
    UNFOUNDED = "unfounded"
    ELSEWHERE = "elsewhere"
    """It belongs to somebody else, such as an authority."""


SHORTEST_NAME, NUMBER = 3, 6
"""Letters of a part of a name, and last digits of a telephone number, that point to somebody."""


class Complaint(KeptForATime):
    """`source_id` names the key that seals source and words. `answer` is for the source alone.

    What others may know is `told`, or `apart` where it may tell of offences (ADR 76).
    """

    indexes: ClassVar[tuple[str, ...]] = ("buyer_id", "contract_id", "state", "listed")
    subject_field: ClassVar[str] = "source_id"
    keeping_facts: ClassVar[KeepingFacts] = KeepingFacts(
        about="complaint_id",
        role="tip_receiver",
        announced=ComplaintErasureAnnounced,
        held=ComplaintHeld,
        released=ComplaintReleased,
        decided=ComplaintErasureDecided,
        waits=ComplaintErasureWaits,
        erased=ComplaintErased,
    )

    state: Literal["received", "assessed"] = "received"
    source_id: str = ""
    channel: Channel = Channel.FORM
    category: Category = Category.OTHER
    contract_id: str = ""
    party_id: str = ""
    text: Personal[str] = ""
    source: Personal[str] = ""
    contact: Personal[str] = ""
    listed: str = ""
    taken_by: str = ""
    outcome: Outcome | None = None
    told: str = ""
    apart: Words | None = None
    answer: Personal[str] = ""

    @property
    def need_id(self) -> str:
        return f"assess-complaint/{self.id}"

    def receive(self, now: datetime, due: datetime) -> None:
        """Somebody assesses it by `due`. Nothing of its words or source is told."""
        words(self.text, "text", "what happened")
        self.listed = now.isoformat()
        self.announce(
            ComplaintReceived(
                complaint_id=self.id,
                buyer_id=self.buyer_id,
                channel=self.channel,
                category=self.category,
                contract_id=self.contract_id,
                party_id=self.party_id,
                need=Need(
                    id=self.need_id,
                    kind="assess-complaint",
                    role="tip_receiver",
                    buyer_id=self.buyer_id,
                    due=due,
                    about=self.id,
                ),
            )
        )

    @property
    def others_know(self) -> str:
        return self.apart.text if self.apart else self.told

    def assess(
        self, outcome: Outcome, told: str, answer: str, by: str, offences_of: str = ""
    ) -> None:
        """What comes of it. `told` must not give the source away: no part of its name may stand
        there, nor how to reach it. `offences_of` names the key that seals it, where one does.
        """
        if self.state != "received":
            raise Rejected(f"complaint {self.id} is assessed already")
        told = words(told, "told", "what others may know")
        if self._given_away_by(told):
            raise Rejected("this would give the source away", field="told")
        self.state, self.outcome, self.answer = "assessed", outcome, answer.strip()
        assessed = ComplaintAssessed(
            complaint_id=self.id,
            buyer_id=self.buyer_id,
            outcome=outcome,
            contract_id=self.contract_id,
            party_id=self.party_id,
            offences_of=offences_of,
            told=told,
            by=by,
            settles=(self.need_id,),
        )
        if is_natural_person(assessed.whose):
            self.apart = Words(offences_of=assessed.whose, text=told)
        else:
            self.told = told
        self.announce(assessed)

    def _given_away_by(self, told: str) -> bool:
        """Whether a part of the name stands there, the contact, or the digits of its number."""
        names = {one for one in _words_of(self.source) if len(one) >= SHORTEST_NAME}
        contact, digits = self.contact.strip().casefold(), re.sub(r"\D", "", self.contact)
        return bool(
            names & _words_of(told)
            or (contact and contact in told.casefold())
            or (len(digits) >= NUMBER and digits[-NUMBER:] in re.sub(r"\D", "", told))
        )


def _words_of(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))
