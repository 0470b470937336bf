"""What is asked about questions to parties and about their wages."""

from decimal import Decimal

from services.audits.domain.questions import Answer, Question
from services.audits.domain.wages import Hours, MissingDocument, Slip
from shared.events.base import Command, Internal


class EnterWages(Command):
    """Enter sampled payslips and timesheets, or correct them before anything is claimed."""

    check_id: str
    contract_id: str
    party_id: str
    agreement: str
    audit_id: str = ""
    slips: tuple[Slip, ...] = ()
    hours: tuple[Hours, ...] = ()
    missing: tuple[MissingDocument, ...] = ()
    document_ids: tuple[str, ...] = ()


class ClaimWages(Command):
    """Claim what is short, under a clause of the contract."""

    check_id: str
    obligation: str


class LetWagesBe(Command):
    """Say that nothing is claimed, and why."""

    check_id: str
    reason: str


class ShowBackPay(Command):
    """Say that documents show what a worker got afterwards."""

    check_id: str
    worker: str
    amount: Decimal
    document_ids: tuple[str, ...]


class AskEvidence(Command):
    """Ask a party of the contract. Without days: those of the clause; reminders: of the policy."""

    request_id: str
    contract_id: str
    party_id: str
    obligation: str
    questions: tuple[Question, ...]
    working_days: int | None = None
    remind_before: tuple[int, ...] | None = None
    audit_id: str = ""


class SaveAnswers(Command):
    """Keep these answers, and hand all of them in with `submit`."""

    request_id: str
    answers: tuple[Answer, ...] = ()
    submit: bool = False
    by_delegate: bool = False


class DelegateEvidence(Command):
    """Have a subcontractor answer too."""

    request_id: str
    party_id: str


class ExtendEvidence(Command):
    """Give a party more time, counted from today."""

    request_id: str
    working_days: int
    reason: str


class AcceptEvidence(Command):
    request_id: str
    reason: str


class AskAgain(Command):
    """Say that the answers do not do, why, and how many working days there are to mend them."""

    request_id: str
    reason: str
    working_days: int


class WithdrawEvidence(Command):
    request_id: str
    reason: str


class EvidenceReminderComes(Internal):
    """It is time to remind a party of questions."""

    request_id: str
    number: int


class EvidenceDue(Internal):
    """The nth deadline of questions has passed."""

    request_id: str
    deadline: int
