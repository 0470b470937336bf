"""What one case may take over from another about the same party: facts, and never a decision.

The burden of proof is the buyer's own (udbudsloven § 138): what another buyer decided establishes
nothing. Documents belong to the buyer that received them, and criminal and tax data never leave it
(design §2); what the public lists and registers say is the same for all.
"""

from services.breaches.domain.case import Case
from services.breaches.domain.papers import Borrowed
from shared.domain import Forbidden, Rejected
from shared.events.words import CauseKind

PUBLIC = (CauseKind.HIT, CauseKind.OWNERSHIP, CauseKind.JURISDICTION)
"""Causes that rest on public lists and registers."""


def is_shared(other: Case, buyer_id: str) -> bool:
    """Whether this buyer may see the facts of another case."""
    return other.buyer_id == buyer_id or other.cause.kind in PUBLIC


def facts_of(other: Case) -> tuple[str, ...]:
    """What was found out in a case: its cause, and on which days it was looked at."""
    looked = [step.at for step in other.steps if step.what in ("flagged", "ground established")]
    days = ", ".join(dict.fromkeys(f"{at:%Y-%m-%d}" for at in looked))
    cause = other.cause
    return (f"{cause.kind}: {cause.detail or cause.ref} (case {other.id}, looked at {days})",)


def must_be_reusable(case: Case, other: Case) -> None:
    """Raise where facts cannot be taken over from a case, and why."""
    if other.id == case.id:
        raise Rejected("a case has its own facts already", field="from_case_id")
    if other.party_id != case.party_id:
        raise Rejected(
            f"case {other.id} is about {other.party_id} and not about {case.party_id}",
            field="from_case_id",
        )
    if not is_shared(other, case.buyer_id):
        raise Forbidden(
            f"what {other.buyer_id} was told about {other.rule} stays with it: documents belong to "
            "the buyer that received them, criminal and tax data above all. Ask the supplier"
        )
    if any(borrowed.case_id == other.id for borrowed in case.borrowed):
        raise Rejected(f"the facts of case {other.id} were taken over already")


def borrow(case: Case, borrowed: Borrowed) -> None:
    case.borrowed = (*case.borrowed, borrowed)
