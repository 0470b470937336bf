"""Who everybody is: identity, owners, screenings, claims and documents."""

from datetime import date, datetime
from typing import ClassVar, Literal

from pydantic import BaseModel

from shared.domain import Aggregate
from shared.events.base import Event, Personal
from shared.events.onboarding import (
    ClaimContradicted,
    ClaimMade,
    ClaimOverdue,
    ClaimReconciled,
    ClaimReopened,
    ClaimSupported,
    ClaimWaived,
    DocumentExpired,
    DocumentNeedsReview,
    DocumentOverdue,
    DocumentRead,
    DocumentReceived,
    DocumentReinstated,
    DocumentRejected,
    DocumentReplaced,
    DocumentRequested,
    DocumentRequestWithdrawn,
    DocumentSuspended,
    DocumentVerified,
    DocumentWithdrawn,
    OwnershipDeclared,
    PartyAliased,
    PartyChanged,
    PartyQualified,
    PartyRegistered,
    QualificationLost,
)
from shared.events.screening import OwnershipFlagged, PartyScreened
from shared.events.words import Identifier, ListRef, PartyDescription, Share
from shared.unit import Unit


class Owner(BaseModel, frozen=True):
    """One declared interest. Without a `party_id` the owner is unknown, and `reason` says why."""

    party_id: str = ""
    share: Share
    interest: str = ""
    direct: bool = True
    reason: str = ""


class Screened(BaseModel, frozen=True):
    """The last comparison with the lists, and with which versions."""

    at: datetime
    lists: tuple[ListRef, ...]
    hits: int


class Flag(BaseModel, frozen=True):
    """What a buyer found about the listed owners of a company."""

    buyer_id: str
    verdict: str
    share: Share
    at: datetime


class Qualification(BaseModel, frozen=True):
    buyer_id: str
    contract_id: str
    role: str
    qualified: bool
    at: datetime


REOPENED: dict[str, Literal["made", "supported", "contradicted", "reconciled"]] = {
    "open": "made",
    "supported": "supported",
    "contradicted": "contradicted",
    "reconciled": "reconciled",
}
"""What a claim is here whose waiver was taken back, by the state that onboarding names."""


class Party(Aggregate):
    """A party as it is known now. `buyers` are those whose contracts it has to do with."""

    indexes: ClassVar[tuple[str, ...]] = ("buyers", "owner_of", "supplies")
    subject_field: ClassVar[str] = "id"

    kind: str = "company"
    name: Personal[str] = ""
    country: str = ""
    address: Personal[str] = ""
    birth_date: Personal[str] = ""
    contact: Personal[str] = ""
    aliases: tuple[Personal[str], ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    buyers: tuple[str, ...] = ()
    supplies: tuple[str, ...] = ()
    owner_of: tuple[str, ...] = ()
    owners: tuple[Owner, ...] = ()
    screened: Screened | None = None
    flags: tuple[Flag, ...] = ()
    qualifications: tuple[Qualification, ...] = ()

    def describe(self, party: PartyDescription) -> None:
        self.kind, self.name = party.kind.value, party.name
        self.country = party.country or self.country
        self.address = party.address or self.address
        self.birth_date = party.birth_date or self.birth_date
        self.contact = party.contact or self.contact
        self.aliases = party.aliases or self.aliases
        self.identifiers = tuple(dict.fromkeys((*self.identifiers, *party.identifiers)))

    def works_for(self, buyer_id: str) -> None:
        if buyer_id and buyer_id not in self.buyers:
            self.buyers = (*self.buyers, buyer_id)

    def qualify(self, new: Qualification) -> None:
        def key(q: Qualification) -> tuple[str, str]:
            return (q.contract_id, q.role)

        kept = tuple(q for q in self.qualifications if key(q) != key(new))
        self.qualifications = (*kept, new)


PaperState = Literal[
    "requested",
    "received",
    "read",
    "review",
    "verified",
    "rejected",
    "late",
    "withdrawn",
    "expired",
    "replaced",
    "suspended",
    "recalled",
]


class Document(Aggregate):
    """One file, or one that was asked for and has not come (`requested`)."""

    indexes: ClassVar[tuple[str, ...]] = ("party_id", "buyer_id", "state")

    party_id: str = ""
    buyer_id: str = ""
    contract_id: str = ""
    kind: str = ""
    name: str = ""
    media_type: str = ""
    state: PaperState = "received"
    at: datetime | None = None
    due: datetime | None = None
    issued: date | None = None
    valid_until: date | None = None
    reason: str = ""


class Claim(Aggregate):
    """What a party says about itself on one ground, and what evidence says of it."""

    indexes: ClassVar[tuple[str, ...]] = ("party_id", "state")

    party_id: str = ""
    buyer_id: str = ""
    ground: str = ""
    ground_exists: bool | None = None
    state: Literal["made", "supported", "contradicted", "reconciled", "overdue", "waived"] = "made"
    found: str = ""
    at: datetime | None = None


async def party_of(party_id: str, unit: Unit) -> Party:
    return await unit.load(Party, party_id) or Party(id=party_id)


async def follow_parties(event: Event, unit: Unit) -> None:
    happened = unit.message.time or unit.now
    match event:
        case PartyRegistered() | PartyChanged():
            party = await party_of(event.party.party_id, unit)
            party.describe(event.party)
            unit.save(party)
        case PartyAliased():
            party = await party_of(event.party_id, unit)
            party.identifiers = tuple(dict.fromkeys((*party.identifiers, event.identifier)))
            unit.save(party)
        case OwnershipDeclared():
            await _declare_owners(event, unit)
        case PartyScreened():
            party = await party_of(event.party_id, unit)
            if party.screened is None or party.screened.at <= happened:
                hits = len(event.hits)
                party.screened = Screened(at=happened, lists=event.lists, hits=hits)
                unit.save(party)
        case OwnershipFlagged():
            party = await party_of(event.party_id, unit)
            flag = Flag(
                buyer_id=event.buyer_id, verdict=event.verdict, share=event.share, at=happened
            )
            others = tuple(f for f in party.flags if f.buyer_id != event.buyer_id)
            party.flags = (*others, flag)
            unit.save(party)
        case PartyQualified() | QualificationLost():
            party = await party_of(event.party_id, unit)
            party.works_for(event.buyer_id)
            party.qualify(
                Qualification(
                    buyer_id=event.buyer_id,
                    contract_id=event.contract_id,
                    role=event.role,
                    qualified=isinstance(event, PartyQualified),
                    at=happened,
                )
            )
            unit.save(party)


async def _declare_owners(event: OwnershipDeclared, unit: Unit) -> None:
    company = await party_of(event.party_id, unit)
    company.owners = tuple(
        Owner(
            party_id=stake.owner.party_id if stake.owner else "",
            share=stake.share,
            interest=stake.interest,
            direct=stake.direct,
            reason=stake.reason_unknown or "",
        )
        for stake in event.stakes
    )
    unit.save(company)
    for stake in event.stakes:
        if stake.owner:
            owner = await party_of(stake.owner.party_id, unit)
            owner.describe(stake.owner)
            owner.owner_of = tuple(dict.fromkeys((*owner.owner_of, event.party_id)))
            unit.save(owner)


async def follow_documents(event: Event, unit: Unit) -> None:
    happened = unit.message.time or unit.now
    match event:
        case DocumentRequested() | DocumentOverdue() | DocumentRequestWithdrawn():
            document = await unit.load(Document, event.request_id)
            document = document or Document(id=event.request_id, state="requested")
            document.party_id, document.buyer_id = event.party_id, event.buyer_id
            document.contract_id, document.kind = event.contract_id, event.kind
            if isinstance(event, DocumentRequested):
                document.due, document.at = event.due, happened
            elif isinstance(event, DocumentRequestWithdrawn):
                document.state = "withdrawn" if document.state != "verified" else document.state
            elif document.state == "requested":
                document.state = "late"
            unit.save(document)
        case DocumentReceived() | DocumentRead() | DocumentNeedsReview():
            document = await _file(event.document_id, unit)
            document.buyer_id = event.buyer_id
            if isinstance(event, DocumentReceived):
                document.name, document.media_type = event.name, event.media_type
                document.at = happened
            elif isinstance(event, DocumentRead):
                document.kind, document.party_id = event.kind, event.party_id or ""
                document.issued, document.valid_until = event.issued, event.valid_until
                _advance(document, "read")
            else:
                document.reason = event.reason
                _advance(document, "review")
            unit.save(document)
        case DocumentVerified():
            document = await _file(event.document_id, unit)
            document.party_id, document.buyer_id = event.party_id, event.buyer_id
            document.kind, document.state, document.reason = event.kind, "verified", ""
            document.issued, document.valid_until = event.issued, event.valid_until
            unit.save(document)
            await _answer_requests(event, unit)
        case DocumentRejected():
            document = await _file(event.document_id, unit)
            document.buyer_id, document.party_id = event.buyer_id, event.party_id or ""
            document.state, document.reason = "rejected", event.reason
            unit.save(document)


async def follow_standing(event: Event, unit: Unit) -> None:
    """What becomes of a document that counted."""
    state: PaperState
    match event:
        case DocumentExpired():
            state, reason = "expired", ""
        case DocumentReplaced():
            state, reason = "replaced", event.newer_id
        case DocumentSuspended():
            state, reason = "suspended", event.told
        case DocumentReinstated():
            state, reason = "verified", ""
        case DocumentWithdrawn():
            state, reason = "recalled", event.told
        case _:
            return
    document = await _file(event.document_id, unit)
    document.party_id, document.buyer_id = event.party_id, event.buyer_id
    document.state, document.reason = state, reason
    unit.save(document)


async def _file(document_id: str, unit: Unit) -> Document:
    return await unit.load(Document, document_id) or Document(id=document_id)


def _advance(document: Document, state: Literal["read", "review"]) -> None:
    if document.state not in ("verified", "rejected"):
        document.state = state


async def _answer_requests(event: DocumentVerified, unit: Unit) -> None:
    """A verified document answers what was asked for: the request is no open line any more."""
    for request in await unit.find(Document, party_id=event.party_id):
        if request.kind == event.kind and request.state in ("requested", "late"):
            request.state, request.reason = "verified", event.document_id
            unit.save(request)


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
            claim.ground_exists = event.ground_exists
        case ClaimSupported():
            claim.state = "supported"
        case ClaimContradicted():
            claim.state, claim.found = "contradicted", event.found
        case ClaimReconciled():
            claim.state, claim.found = "reconciled", event.found
        case ClaimOverdue():
            claim.state = "overdue"
        case ClaimWaived():
            claim.state, claim.found = "waived", event.reason
        case ClaimReopened():
            claim.state, claim.found = REOPENED.get(event.state, "made"), event.reason
    unit.save(claim)
