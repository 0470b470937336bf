"""What people and machines ask of this service, and the moments that it waits for."""

from datetime import date, datetime

from services.subcontractors.domain.roster import Change
from shared.domain import Caller, Forbidden, Rejected
from shared.events.base import Command, Internal, Said
from shared.events.words import NamedSubcontractor, PartyDescription, Share

SHORTEST_REASON = 3
"""Letters below which a reason says nothing."""


class DeclareSubcontractor(Command):
    """Somebody other than a document names a subcontractor."""

    contract_id: str
    supplier_id: str
    named: NamedSubcontractor
    channel: str = "api"


class ApproveSubcontractor(Command):
    contract_id: str
    party_id: str
    reason: str


class RefuseSubcontractor(Command):
    contract_id: str
    party_id: str
    reason: str


class WithdrawSubcontractor(Command):
    contract_id: str
    party_id: str
    ends: date
    reason: str


class AskForChain(Command):
    """Ask a supplier who works for it; it answers through a link."""

    contract_id: str
    supplier_id: str
    reason: str
    working_days: int


class GiveNotice(Command):
    """The supplier changes something about a subcontractor, itself or told to somebody."""

    contract_id: str
    party_id: str
    change: Change
    effective: date | None = None
    reason: str


class AgreeToChange(Command):
    contract_id: str
    notice_id: str
    reason: str


class RefuseChange(Command):
    contract_id: str
    notice_id: str
    reason: str


class Seen(Said):
    """One company on a paper: an invoice line, a line of a site list, a name in a document."""

    company: str
    party_id: str | None = None
    source: str
    reference: str = ""
    seen_on: date


class NoteSightings(Command):
    contract_id: str
    seen: tuple[Seen, ...]


class DismissViolation(Command):
    contract_id: str
    violation_id: str
    reason: str


class ProposeSubstitute(Command):
    """The supplier proposes, itself through its link or by somebody at the buyer's."""

    replacement_id: str
    party: PartyDescription
    share: Share | None = None
    service: str = ""


class ClearSubstitute(Command):
    """Accept a substitute from a day on; without one from today."""

    replacement_id: str
    party_id: str
    reason: str
    effective: date | None = None


class RefuseSubstitute(Command):
    replacement_id: str
    party_id: str
    reason: str


class AllowProvisional(Command):
    """A substitute works from today on, and its documents follow within so many working days."""

    replacement_id: str
    party_id: str
    working_days: int
    reason: str


class ConfirmProvisional(Command):
    replacement_id: str
    reason: str


class EndProvisional(Command):
    replacement_id: str
    reason: str


class ExtendReplacement(Command):
    """Give so many working days from today."""

    replacement_id: str
    working_days: int
    reason: str


class WithdrawReplacement(Command):
    replacement_id: str
    reason: str


class ReplacementDeadlineCame(Internal):
    replacement_id: str
    deadline: datetime


class ChainDayCame(Internal):
    """A day from which on a rule can say something else about a chain."""

    contract_id: str


class PaperDayCame(Internal):
    """The day after the last one of a document."""

    party_id: str


class SwapDayCame(Internal):
    """The day from which a cleared substitute takes over."""

    replacement_id: str
    effective: date


def reasoned(reason: str) -> str:
    """The reason, which every decision must have."""
    if len(reason.strip()) < SHORTEST_REASON:
        raise Rejected("say why, in a few words at least", field="reason")
    return reason.strip()


def asked_by(caller: Caller | None, buyer_id: str) -> str:
    """Who asks, once it is sure that they act for this buyer."""
    if caller is None:
        raise Forbidden("this needs a person who is signed in")
    caller.must_serve(buyer_id)
    return caller.subject
