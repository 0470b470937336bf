"""Facts announced by onboarding: who a party is, and what it can document."""

from datetime import date, datetime
from typing import ClassVar

from shared.events.base import Event
from shared.events.words import Identifier, Money, NamedSubcontractor, PartyDescription, Stake


class OnboardingEvent(Event):
    topic: ClassVar[str] = "onboarding.v1"


class PartyRegistered(OnboardingEvent):
    """A party became known. `heard_from` is the fact or document that named it first."""

    party: PartyDescription
    heard_from: str = ""


class PartyChanged(OnboardingEvent):
    """What we know of a party changed. `changed` names the fields; `party` is the whole of it."""

    party: PartyDescription
    changed: tuple[str, ...]


class PartyAliased(OnboardingEvent):
    """A party turned out to have one more identifier. Its id stays."""

    party_id: str
    identifier: Identifier


class PartiesMerged(OnboardingEvent):
    """A person found that two parties are one: what is told of `merged_id` is about `party_id`.

    Records keep the id under which they were made. Since 2026-11.
    """

    party_id: str
    merged_id: str
    by: str
    reason: str


class PartySplit(OnboardingEvent):
    """A merging was wrong: `split_id` is a party of its own again. Since 2026-11."""

    party_id: str
    split_id: str
    by: str
    reason: str


class OwnershipDeclared(OnboardingEvent):
    """A company's owners as a statement names them. It replaces the earlier declaration.

    `declared_by` is the officer who entered it by hand, for the `reason` given: then there may be
    no document.
    """

    party_id: str
    stakes: tuple[Stake, ...]
    document_id: str
    as_of: date | None = None
    declared_by: str = ""
    reason: str = ""


class DocumentRequested(OnboardingEvent):
    """A party was asked for a document. The link with `link_id` lets it upload without account."""

    request_id: str
    party_id: str
    buyer_id: str
    contract_id: str
    kind: str
    due: datetime
    link_id: str


class DocumentReceived(OnboardingEvent):
    """A file came in and is stored. The same bytes twice are one document."""

    document_id: str
    sha256: str
    name: str
    media_type: str
    size: int
    channel: str
    buyer_id: str


class DocumentRead(OnboardingEvent):
    """What kind of document it is and whom it is about were understood, by a named reader."""

    document_id: str
    kind: str
    buyer_id: str
    party_id: str | None = None
    reader: str = ""
    issued: date | None = None
    valid_until: date | None = None


class DocumentNeedsReview(OnboardingEvent):
    """A person must look at a document: it is unknown, broken, or was read without certainty."""

    document_id: str
    buyer_id: str
    reason: str


class DocumentVerified(OnboardingEvent):
    """A document is what it says, is in date, and counts as evidence."""

    document_id: str
    party_id: str
    buyer_id: str
    kind: str
    issued: date | None = None
    valid_until: date | None = None
    verified_by: str = ""


class DocumentRejected(OnboardingEvent):
    """A document does not count as evidence, and why."""

    document_id: str
    buyer_id: str
    reason: str
    party_id: str | None = None


class DocumentOverdue(OnboardingEvent):
    """A requested document did not come in time."""

    request_id: str
    party_id: str
    buyer_id: str
    contract_id: str
    kind: str


class DocumentRequestWithdrawn(OnboardingEvent):
    """A requested document is no longer needed, for instance because the party left the chain."""

    request_id: str
    party_id: str
    buyer_id: str
    contract_id: str
    kind: str
    reason: str


class ClaimMade(OnboardingEvent):
    """A party says something about itself. It stays a claim until evidence speaks.

    `ground` is the code of the rulebook (`EX-B1`), `ground_exists` the answer given: in an ESPD
    true means that the ground for exclusion exists, and unanswered (None) is not false.
    """

    claim_id: str
    party_id: str
    buyer_id: str
    ground: str
    ground_exists: bool | None = None
    document_id: str


class ClaimSupported(OnboardingEvent):
    """Evidence agrees with the claim."""

    claim_id: str
    party_id: str
    buyer_id: str
    ground: str
    document_id: str


class ClaimContradicted(OnboardingEvent):
    """Evidence says something else than the claim: a question first, not yet an accusation."""

    claim_id: str
    party_id: str
    buyer_id: str
    ground: str
    document_id: str
    found: str
    amount: Money | None = None


class ClaimReconciled(OnboardingEvent):
    """Later evidence removed the contradiction, for instance a paid debt."""

    claim_id: str
    party_id: str
    buyer_id: str
    ground: str
    document_id: str
    found: str


class SubcontractorsNamed(OnboardingEvent):
    """A document names subcontractors of a supplier on a contract."""

    contract_id: str
    buyer_id: str
    supplier_id: str
    document_id: str
    named: tuple[NamedSubcontractor, ...]


class PartyQualified(OnboardingEvent):
    """A party has shown the buyer everything that its role on the contract asks for."""

    party_id: str
    buyer_id: str
    contract_id: str
    role: str
    documents: tuple[str, ...] = ()


class QualificationLost(OnboardingEvent):
    """A party that was qualified is so no longer, and why."""

    party_id: str
    buyer_id: str
    contract_id: str
    role: str
    reason: str
