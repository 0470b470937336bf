"""What people ask of a case, the moments it waits for, and the letters that are written."""

from datetime import date, datetime
from typing import ClassVar

from services.breaches.domain import Phase, Stage
from services.breaches.domain.papers import Kind, Means
from shared.domain import Caller, Forbidden, Rejected
from shared.events.base import Command, Criminal, Effect, Internal
from shared.events.words import Weighing

SHORTEST_REASON = 3
"""Letters below which a reason says nothing."""


class CaseCommand(Command):
    case_id: str


class OrderHold(CaseCommand):
    reason: str
    measure: str = ""


class ConfirmBreach(CaseCommand):
    """`phase`: an officer found that the ground was there at award, or that it arose later.

    So with what only an officer can look up: whether the notice chose the ground, whether a
    decision is final, and the days from which a period runs. `claim` is what is claimed, above
    which no payment is held.
    """

    reason: str
    basis: str = ""
    phase: Phase | None = None
    chosen_in_notice: bool | None = None
    final: bool | None = None
    event_date: date | None = None
    judgment_date: date | None = None
    claim: float | None = None


class ApproveBlock(CaseCommand):
    reason: str


class OpenEnquiry(CaseCommand):
    question: str


class AnswerEnquiry(CaseCommand):
    """By the supplier through its link, or by an officer who was told."""

    answer: str
    document_ids: tuple[str, ...] = ()
    link_id: str = ""


class OpenHearing(CaseCommand):
    subject: str


class AnswerHearing(CaseCommand):
    answer: str
    self_cleaning: bool = False
    document_ids: tuple[str, ...] = ()
    link_id: str = ""


class ProposeDecision(CaseCommand):
    """Without `working_days` the time that the basis gives. On the exclusion track `weighing` says
    each side of proportionality; elsewhere one text is enough."""

    consequence: str
    basis: str
    reason: str
    proportionality: str = ""
    working_days: int | None = None
    amount: float | None = None
    deviation: str = ""
    derogation: str = ""
    weighing: Weighing | None = None


class SignDecision(CaseCommand):
    no_conflict: bool


class DismissCase(CaseCommand):
    reason: str
    way_out: str = ""


class RemedyCase(CaseCommand):
    reason: str


class ExtendDeadline(CaseCommand):
    working_days: int
    reason: str


class RestCase(CaseCommand):
    """`kind` is `disputed`, `awaits_ruling` or `suspended`."""

    kind: Kind
    working_days: int
    reason: str


class NoteLicence(CaseCommand):
    authority: str
    scope: str
    until: date


class ResumeCase(CaseCommand):
    reason: str


class SettleCase(CaseCommand):
    terms: str


class AssessCleaning(CaseCommand):
    compensation: str
    clarified: str
    measures: str
    enough: bool
    reason: str


class RequestOpinion(CaseCommand):
    pass


class ReceiveOpinion(CaseCommand):
    reliable: bool
    opinion: str


class CorrectDecision(CaseCommand):
    correction: str
    reason: str


class WithdrawDecision(CaseCommand):
    reason: str


class ReleasePayment(CaseCommand):
    amount: float
    reason: str
    document_ids: tuple[str, ...] = ()


class ReportBlock(CaseCommand):
    reference: str


class HearTimetable(CaseCommand):
    """Of a legal block: how and when the use of the party ends."""

    subject: str


class TakePrecaution(CaseCommand):
    measure: str
    basis: str
    working_days: int
    reason: str


class LiftPrecaution(CaseCommand):
    """Before its day."""

    reason: str


class NoteDelivery(CaseCommand):
    """What is asked reached its addressee on a day, by a way that is named."""

    on: date
    how: str


class AnswerAlongside(CaseCommand):
    """By the subcontractor, through the link in its own letter."""

    answer: str
    document_ids: tuple[str, ...] = ()
    self_cleaning: bool = False


class ReuseFacts(CaseCommand):
    """Take over what another case found out about the same party. Its decision stays its own."""

    from_case_id: str
    reason: str


class PrecautionDue(Internal):
    """The last moment of a precaution."""

    case_id: str
    until: datetime


class DeclareConflict(CaseCommand):
    """`person` has an interest in the party; `instead` acts in their place."""

    person: str
    instead: str
    reason: str


class DeclareInterest(Command):
    """`person` has an interest in a party, or a part in what it does for the buyer."""

    person: str
    party_id: str
    buyer_id: str
    reason: str


class EndInterest(DeclareInterest):
    """The interest is over."""


class AssessSupply(CaseCommand):
    item: str
    days_of_stock: float
    told: str
    reason: str


class SecureSupply(CaseCommand):
    means: Means
    reference: str = ""
    reason: str


class ReportDue(Internal):
    """The day by which a block should have been reported."""

    case_id: str


class StepDue(Internal):
    """The moment until which a case should have left a state."""

    case_id: str
    stage: Stage
    due: datetime


class WriteLetter(Effect):
    """A letter to one addressee, with the facts that its text fills in.

    `party_id` is whom the case is about: what is said of a natural person is sealed.
    """

    subject_field: ClassVar[str] = "whose"

    case_id: str
    number: int
    kind: str
    addressee_id: str
    part: str
    party_id: str
    offences_of: str = ""
    dated: datetime
    facts_json: Criminal[str]

    @property
    def whose(self) -> str:
        """Whose key seals it: of those of whom the case tells, else of the party."""
        return self.offences_of or self.party_id


class LetterWritten(Internal):
    """The letter as PDF (Base64) and as text, in each language."""

    subject_field: ClassVar[str] = "whose"

    case_id: str
    number: int
    kind: str
    addressee_id: str
    party_id: str
    offences_of: str = ""
    dated: datetime
    pdf_da: Criminal[str]
    pdf_sv: Criminal[str] = ""
    pdf_en: Criminal[str]
    text_da: Criminal[str]
    text_sv: Criminal[str] = ""
    text_en: Criminal[str]

    @property
    def whose(self) -> str:
        """Whose key seals it: of those of whom the case tells, else of the party."""
        return self.offences_of or self.party_id


def reasoned(reason: str, field: str = "reason") -> str:
    """What was said, which must say something."""
    if len(reason.strip()) < SHORTEST_REASON:
        raise Rejected("say it in a few words at least", field=field)
    return reason.strip()


def asked_by(caller: Caller | None, buyer_id: str) -> Caller:
    """Who asks, once it is sure that they act for this buyer."""
    if caller is None:
        raise Forbidden("this needs a person who is signed in")
    caller.must_serve(buyer_id)
    return caller
