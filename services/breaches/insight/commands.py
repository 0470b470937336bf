"""What people ask of a request for access to documents, and the moments it waits for."""

from datetime import date, datetime
from typing import ClassVar

from services.breaches.domain.insight import ItemKind, Outcome
from shared.events.base import Command, Effect, Internal, Personal


class ReceiveInsight(Command):
    """`insight_id` is chosen by who takes it in. Name and contact may be missing: nobody need say
    who they are (TF 2 kap.). `received`: when it came, where that was earlier."""

    subject_field: ClassVar[str] = "applicant_id"

    insight_id: str
    applicant_id: str
    buyer_id: str
    country: str
    asked: Personal[str]
    applicant: Personal[str] = ""
    contact: Personal[str] = ""
    received: datetime | None = None


class InsightCommand(Command):
    insight_id: str


class NameItem(InsightCommand):
    kind: ItemKind
    ref: str
    title: str = ""
    concerns: tuple[str, ...] = ()
    sha256: str = ""


class HearOnInsight(InsightCommand):
    party_id: str
    working_days: int | None = None


class AnswerInsightHearing(InsightCommand):
    """By the party through its link, or by an officer who was told."""

    party_id: str
    objects: bool
    answer: str = ""
    link_id: str = ""


class Covered(Command):
    """One thing to withhold, as a person says it."""

    field: str = ""
    passage: str = ""
    basis: str
    reason: str


class RuleOnItem(InsightCommand):
    number: int
    outcome: Outcome
    withheld: tuple[Covered, ...] = ()


class DelayInsight(InsightCommand):
    working_days: int
    reason: str


class DecideInsight(InsightCommand):
    pass


class SendInsight(InsightCommand):
    """`sha256` of the copy that was sent, as the route that made it said."""

    sha256: str


class GiveContact(InsightCommand):
    """Where letters to the applicant go from now on."""

    subject_field: ClassVar[str] = "applicant_id"

    applicant_id: str
    contact: Personal[str]


class HandOverLetter(InsightCommand):
    """A person gave the applicant a letter by another way than mail or post."""

    number: int
    on: date
    how: str


class WithdrawInsight(InsightCommand):
    reason: str


class InsightDue(Internal):
    insight_id: str
    due: datetime


class InsightHearingDue(Internal):
    insight_id: str
    link_id: str


class WriteInsightLetter(Effect):
    """Have a letter written to the applicant: `kind` is received, delayed or decided."""

    subject_field: ClassVar[str] = "applicant_id"

    insight_id: str
    applicant_id: str
    number: int
    kind: str
    dated: datetime
    facts_json: Personal[str]


class InsightLetterWritten(Internal):
    """The letter in each language, PDF (Base64) and text."""

    subject_field: ClassVar[str] = "applicant_id"

    insight_id: str
    applicant_id: str
    number: int
    kind: str
    dated: datetime
    pdf_da: Personal[str]
    pdf_sv: Personal[str]
    pdf_en: Personal[str]
    text_da: Personal[str]
    text_sv: Personal[str]
    text_en: Personal[str]


class InsightKeepingCommand(Command):
    insight_id: str
    reason: str


class HoldInsight(InsightKeepingCommand):
    """Keep it although its time is over, such as for a court."""


class ReleaseInsight(InsightKeepingCommand):
    pass


class DecideInsightErasure(InsightKeepingCommand):
    """`reference` names the decision in the buyer's records (SE: gallringsbeslut)."""

    reference: str


class InsightErasureNear(Internal):
    """It is erased at `due`, and somebody is told now."""

    insight_id: str
    due: datetime


class InsightErasureDue(Internal):
    insight_id: str


class EraseInsight(Effect):
    """Destroy the key. `subject` is its name, which says nothing of who it was."""

    insight_id: str
    subject: str


class InsightKeyDestroyed(Internal):
    """`held`: the person behind it is held back (`ansvar persons hold`), and nothing was done."""

    insight_id: str
    held: bool
