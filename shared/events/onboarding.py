"""Facts announced by onboarding: who a party is, and what it can document."""

from datetime import date, datetime
from typing import ClassVar, Literal

from shared.events.base import Criminal, Event, Personal, Said
from shared.events.offences import told_of
from shared.events.words import (
    FileProblem,
    Identifier,
    Money,
    NamedSubcontractor,
    PartyDescription,
    Stake,
)


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


class PartiesAlike(OnboardingEvent):
    """Two parties look like one: a person says whether they are. Since 2026-11.

    `reasons` say in plain words what agrees, and `against` what does not.
    """

    proposal_id: str
    party_ids: tuple[str, ...]
    reasons: tuple[str, ...]
    against: tuple[str, ...] = ()


class PartiesKeptApart(OnboardingEvent):
    """A person found that two parties that look alike are not the same. Since 2026-11."""

    proposal_id: str
    party_ids: tuple[str, ...]
    by: str
    reason: str


class RegisterFact(Said):
    """One thing that a register says: `name` is our word for it, `value` as the register has it."""

    name: str
    value: str


class RegisterAnswered(OnboardingEvent):
    """A register was asked about a party. Since 2026-11.

    `state` is `known` (with the `facts` it gave), `unknown` (it has no such party) or
    `unavailable` (it did not answer: nothing is known by that, `problem` says why). `about` names
    the certificate (notified body and number) where the register was asked about one of a
    manufacturer's instead.
    """

    party_id: str
    register_name: str
    state: str
    about: str = ""
    facts: tuple[RegisterFact, ...] = ()
    problem: str = ""
    as_of: datetime


class DocumentRequested(OnboardingEvent):
    """A party was asked for a document. The link with `link_id` lets it upload without account.

    One that does not count (`counts`, since 2026-11) is no condition of the party's qualification;
    `purpose` says what it is asked for then.
    """

    request_id: str
    party_id: str
    buyer_id: str
    contract_id: str
    kind: str
    due: datetime
    link_id: str
    counts: bool = True
    purpose: str = ""


class DocumentPlanned(OnboardingEvent):
    """A document will be asked for on a day, so that it is there when it is `needed`.

    Where it cannot be there by then, it is not `in_time`, and `note` says why. Since 2026-11.
    """

    request_id: str
    party_id: str
    buyer_id: str
    contract_id: str
    kind: str
    ask: date
    due: datetime
    needed: date | None = None
    in_time: bool = True
    note: str = ""


class DocumentReminded(OnboardingEvent):
    """A party is reminded of a document, before it is due. Since 2026-11."""

    request_id: str
    party_id: str
    buyer_id: str
    contract_id: str
    kind: str
    due: datetime
    link_id: str


class DocumentReceived(OnboardingEvent):
    """A file came in and is stored. The same bytes twice are one document.

    `part_of` is the archive or mail in which it lay, `sender_id` who sent it where that is known,
    `kept_for` the audit or case that it belongs to.
    """

    document_id: str
    sha256: str
    name: str
    media_type: str
    size: int
    channel: str
    buyer_id: str
    part_of: str = ""
    sender_id: str = ""
    kept_for: str = ""


class DocumentScanned(OnboardingEvent):
    """The virus scanner looked at a file, or could not. `found` is what it found, or why not."""

    document_id: str
    buyer_id: str
    result: Literal["clean", "infected", "unavailable"]
    found: str = ""


class DocumentOpened(OnboardingEvent):
    """An archive or a mail was opened; each of its files is a document of its own."""

    document_id: str
    buyer_id: str
    parts: tuple[str, ...]


class DocumentKept(OnboardingEvent):
    """A file is kept for an audit or a case of another service, which names the document."""

    document_id: str
    buyer_id: str
    kept_for: str


class FilesQuestioned(OnboardingEvent):
    """Files of a sender cannot be used as they are, or wait for a person: the sender is told why.

    `party_id` is the party that sent them, or the person behind the mail address in `address`;
    `language` is that of what was sent, where it says so.
    """

    consignment_id: str
    buyer_id: str
    party_id: str
    address: Personal[str] = ""
    language: str = ""
    problems: tuple[FileProblem, ...]


class FilesSwept(OnboardingEvent):
    """Files that no document names were taken away, with pieces of files never finished."""

    sweep_id: str
    files: int
    pieces: int


class UploadLinkOpened(OnboardingEvent):
    """An officer let a party bring documents without an account, until a day, and why."""

    link_id: str
    party_id: str
    buyer_id: str
    contract_id: str
    until: datetime
    reason: str


class UploadLinkClosed(OnboardingEvent):
    """A one-time link takes no more files."""

    link_id: str
    party_id: str
    buyer_id: str
    reason: str


class DocumentRead(OnboardingEvent):
    """What kind of document it is and whom it is about were understood, by a named reader.

    A certificate of goods has its manufacturer and names them by Basic UDI-DI or UDI-DI; `status`
    is what it says of its own validity (`suspended`).
    """

    document_id: str
    kind: str
    buyer_id: str
    party_id: str | None = None
    reader: str = ""
    issued: date | None = None
    valid_until: date | None = None
    manufacturer_id: str = ""
    goods: tuple[str, ...] = ()
    status: str = ""


class DocumentCorrected(OnboardingEvent):
    """A person looked at a document beside what was read, and confirmed or corrected the fields
    that are named. The values stand in the document.
    """

    document_id: str
    buyer_id: str
    fields: tuple[str, ...]
    corrected_by: str
    reason: str = ""


class DocumentRedacted(OnboardingEvent):
    """A file was kept only without what must not be kept of it: numbers of persons, union dues."""

    document_id: str
    buyer_id: str
    kind: str
    sha256: str


class DocumentForgotten(OnboardingEvent):
    """The file of a document was erased: its time has passed, or it is an archive or a mail that
    held a file which may only be kept in part.
    """

    document_id: str
    buyer_id: str
    kind: str


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


class DocumentExpiring(OnboardingEvent):
    """A document counts only a while longer; a newer one is asked for. Since 2026-11."""

    document_id: str
    party_id: str
    buyer_id: str
    kind: str
    valid_until: date


class DocumentExpired(OnboardingEvent):
    """The last day on which a document counted has passed. Since 2026-11."""

    document_id: str
    party_id: str
    buyer_id: str
    kind: str
    valid_until: date


class DocumentReplaced(OnboardingEvent):
    """A newer document of the same kind counts in the place of this one. Since 2026-11."""

    document_id: str
    party_id: str
    buyer_id: str
    kind: str
    newer_id: str


class DocumentSuspended(OnboardingEvent):
    """Whoever gave a certificate has suspended it: it does not count meanwhile.

    `source` is `officer` or the name of a register, `told` what it says. Since 2026-11.
    """

    document_id: str
    party_id: str
    buyer_id: str
    kind: str
    since: date
    source: str
    told: str
    by: str = ""


class DocumentReinstated(OnboardingEvent):
    """The suspension of a certificate is over: it counts again. Since 2026-11."""

    document_id: str
    party_id: str
    buyer_id: str
    kind: str
    since: date
    source: str
    told: str
    by: str = ""


class DocumentWithdrawn(OnboardingEvent):
    """Whoever gave a certificate has withdrawn it: it counts no more. Since 2026-11."""

    document_id: str
    party_id: str
    buyer_id: str
    kind: str
    since: date
    source: str
    told: str
    by: str = ""


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

    subject_field: ClassVar[str] = "offences_of"

    claim_id: str
    party_id: str
    buyer_id: str
    ground: str
    document_id: str
    found: Criminal[str]
    amount: Money | None = None

    @property
    def offences_of(self) -> str:
        """Whose key seals its words; nothing where no offence is spoken of (ADR 77)."""
        return told_of(self.claim_id, self.ground, self.party_id)


class ClaimReconciled(OnboardingEvent):
    """Later evidence removed the contradiction, for instance a paid debt."""

    subject_field: ClassVar[str] = "offences_of"

    claim_id: str
    party_id: str
    buyer_id: str
    ground: str
    document_id: str
    found: Criminal[str]

    @property
    def offences_of(self) -> str:
        """Whose key seals its words; nothing where no offence is spoken of (ADR 77)."""
        return told_of(self.claim_id, self.ground, self.party_id)


class ClaimOverdue(OnboardingEvent):
    """Nothing that shows whether a claim is true came by the day it was due. Since 2026-11."""

    claim_id: str
    party_id: str
    buyer_id: str
    ground: str
    due: datetime


class ClaimWaived(OnboardingEvent):
    """A person no longer asks for proof of a claim, and why. `before` is the state it had.

    A waiver ends no case: evidence that comes later is weighed again. Since 2026-11.
    """

    subject_field: ClassVar[str] = "offences_of"

    claim_id: str
    party_id: str
    buyer_id: str
    ground: str
    by: str
    reason: Criminal[str]
    before: str

    @property
    def offences_of(self) -> str:
        """Whose key seals its words; nothing where no offence is spoken of (ADR 77)."""
        return told_of(self.claim_id, self.ground, self.party_id)


class ClaimReopened(OnboardingEvent):
    """A waiver was taken back. `state` is what the evidence says of the claim. Since 2026-11."""

    subject_field: ClassVar[str] = "offences_of"

    claim_id: str
    party_id: str
    buyer_id: str
    ground: str
    by: str
    reason: Criminal[str]
    state: str

    @property
    def offences_of(self) -> str:
        """Whose key seals its words; nothing where no offence is spoken of (ADR 77)."""
        return told_of(self.claim_id, self.ground, self.party_id)


class SubcontractorsNamed(OnboardingEvent):
    """A document names subcontractors of a supplier on a contract."""

    contract_id: str
    buyer_id: str
    supplier_id: str
    document_id: str
    named: tuple[NamedSubcontractor, ...]


class QualificationMoved(OnboardingEvent):
    """A qualification is in another state, and why.

    The states are draft, documents pending, screening, qualified, conditional, refused and lapsed.
    `by` is the person who decided; without one it follows from what came or did not come. `until`
    is the day by which it moves on or a person is asked, `owner` who sees to it (a person, or the
    role officer). Since 2026-11.
    """

    qualification_id: str
    party_id: str
    buyer_id: str
    contract_id: str
    role: str
    before: str
    state: str
    reasons: tuple[str, ...]
    by: str = ""
    owner: str = ""
    until: datetime | None = None


class QualificationStalled(OnboardingEvent):
    """A qualification did not move on by its day: a person must decide. Since 2026-11."""

    qualification_id: str
    party_id: str
    buyer_id: str
    contract_id: str
    role: str
    state: str
    reasons: tuple[str, ...]


class QualificationRefused(OnboardingEvent):
    """A person refused a party a role on a contract, and why. Never automatic. Since 2026-11."""

    qualification_id: str
    party_id: str
    buyer_id: str
    contract_id: str
    role: str
    by: str
    reason: str


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


class RetentionEvent(OnboardingEvent):
    """What becomes of the data kept for a contract that is over. Since 2026-11."""

    contract_id: str
    buyer_id: str


class RetentionBegan(RetentionEvent):
    """A contract is over: what is kept for it alone is erased on a day, by a rule."""

    erase_on: date
    rule: str


class ErasureAnnounced(RetentionEvent):
    """So many persons and documents are erased on the day, unless somebody holds them back.

    `needs_decision`: nothing is erased before a person records the decision (gallringsbeslut).
    """

    erase_on: date
    persons: int
    documents: int
    needs_decision: bool


class ErasureDecided(RetentionEvent):
    """A person recorded the decision by which it may be erased."""

    reference: str
    by: str
    reason: str


class ErasureHeld(RetentionEvent):
    """Nothing of it is erased until the hold ends: a dispute, a claim, an archive that waits."""

    by: str
    reason: str


class ErasureReleased(RetentionEvent):
    """The hold is ended. What is past its day is erased now, where it may be."""

    by: str
    reason: str


class ErasureWaits(RetentionEvent):
    """Its day has come and it cannot be erased: `why` is held, or undecided."""

    why: str


class DataErased(RetentionEvent):
    """The keys of so many persons, and so many documents, are destroyed; proofs stay valid.

    `held` persons were held back for another reason, and stay.
    """

    persons: int
    documents: int
    held: int
    rule: str
