"""Claims: what a party says of itself, and what evidence says of that."""

from datetime import datetime
from typing import ClassVar, Literal

from shared.domain import Aggregate
from shared.events.base import Criminal, Event
from shared.events.offences import told_of
from shared.events.onboarding import (
    ClaimContradicted,
    ClaimMade,
    ClaimOverdue,
    ClaimReconciled,
    ClaimReopened,
    ClaimSupported,
    ClaimWaived,
)
from shared.unit import Unit

ClaimState = Literal["made", "supported", "contradicted", "reconciled", "overdue", "waived"]

REOPENED: dict[str, ClaimState] = {
    "open": "made",
    "supported": "supported",
    "contradicted": "contradicted",
    "reconciled": "reconciled",
}
"""What a claim is here whose waiver was taken back, by the state that onboarding names."""


class Claim(Aggregate):
    """What a party says about itself on one ground, and what evidence says of it.

    It stands in the document `document_id`; `evidence` are those that were held against it.
    """

    subject_field: ClassVar[str] = "offences_of"
    indexes: ClassVar[tuple[str, ...]] = ("party_id", "state")

    party_id: str = ""
    buyer_id: str = ""
    ground: str = ""
    ground_exists: bool | None = None
    state: ClaimState = "made"
    found: Criminal[str] = ""
    document_id: str = ""
    evidence: tuple[str, ...] = ()
    due: datetime | None = None
    by: str = ""
    at: datetime | None = None

    @property
    def offences_of(self) -> str:
        """Whose key seals its words; nothing where no offence is spoken of (ADR 77)."""
        return told_of(self.id, self.ground, self.party_id)

    @property
    def can_be_waived(self) -> bool:
        return self.state in ("made", "overdue", "contradicted")


async def follow_claims(event: Event, unit: Unit) -> None:
    if not isinstance(
        event,
        ClaimMade
        | ClaimSupported
        | ClaimContradicted
        | ClaimReconciled
        | ClaimOverdue
        | ClaimWaived
        | ClaimReopened,
    ):
        return
    claim = await unit.load(Claim, event.claim_id) or Claim(id=event.claim_id)
    claim.party_id, claim.buyer_id, claim.ground = event.party_id, event.buyer_id, event.ground
    claim.at = unit.message.time or unit.now
    match event:
        case ClaimMade():
            claim.ground_exists, claim.document_id = event.ground_exists, event.document_id
        case ClaimSupported():
            claim.state = "supported"
            claim.evidence = _with(claim, event.document_id)
        case ClaimContradicted():
            claim.state, claim.found = "contradicted", event.found
            claim.evidence = _with(claim, event.document_id)
        case ClaimReconciled():
            claim.state, claim.found = "reconciled", event.found
            claim.evidence = _with(claim, event.document_id)
        case ClaimOverdue():
            claim.state, claim.due = "overdue", event.due
        case ClaimWaived():
            claim.state, claim.found, claim.by = "waived", event.reason, event.by
        case ClaimReopened():
            claim.state, claim.found = REOPENED.get(event.state, "made"), event.reason
            claim.by = event.by
    unit.save(claim)


def _with(claim: Claim, document_id: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*claim.evidence, document_id)))
