"""What onboarding can be asked, what it does outside, and what comes back from there."""

from datetime import date, timedelta
from typing import ClassVar, Literal

from services.onboarding.domain import Understanding
from services.onboarding.domain.telling import told_in
from services.onboarding.readers.reading import Owner
from shared.events.base import Command, Effect, Internal, Personal, Said
from shared.events.words import Money


class ReceiveFile(Command):
    """Take in a file that is stored already.

    `refused` is why it was not stored (too large, empty): then a person is told instead.
    `link_id` names the one-time link through which it came. `sender` is the mail address of whoever
    sent it and `sender_id` that person's id; `consignment` is what all files of one sending share,
    and an `automatic` one was sent by no person: nobody is answered.

    `party_id`, `contract_id` and `kind` are what the sender says that it is about. What has a
    `kept_for` (`audit/a-17`, `case/c-3`) belongs to another service: it is kept, and not read.
    """

    subject_field: ClassVar[str] = "sender_id"

    buyer_id: str
    sha256: str
    name: str
    media_type: str
    size: int
    channel: str
    link_id: str = ""
    refused: str = ""
    sender_id: str = ""
    sender: Personal[str] = ""
    language: str = ""
    consignment: str = ""
    automatic: bool = False
    party_id: str = ""
    contract_id: str = ""
    kind: str = ""
    kept_for: str = ""


class Claimed(Said):
    """What a manifest says of one file."""

    name: str
    party_id: str = ""
    contract_id: str = ""
    kind: str = ""


class CheckManifest(Command):
    """Is what a manifest says known here? Asked before a single one of its files is taken."""

    buyer_id: str
    files: tuple[Claimed, ...]


class OpenUploadLink(Command):
    """Let a party bring documents without an account."""

    buyer_id: str
    party_id: str
    contract_id: str
    reason: str
    days: int


class CloseUploadLink(Command):
    """Let nobody in through a link any more."""

    link_id: str
    reason: str


class BeginSweeping(Command):
    """Look for files without a document after a while, and each day from then on."""

    after: timedelta


class VerifyDocument(Command):
    """A person looked at a document and lets it count, with what they corrected."""

    document_id: str
    reason: str
    kind: str | None = None
    party_id: str | None = None
    issued: date | None = None
    valid_until: date | None = None


class RightValue(Said):
    """What stands in the place of a field (by its number among the fields of the document)."""

    number: int
    value: str


class RightFinding(Said):
    """What a paper says about one ground, as a person sees it."""

    ground: str
    remark: bool
    owed: Money | None = None


class CorrectFields(Command):
    """A person sees the page beside the fields, and confirms or corrects some of them."""

    document_id: str
    reason: str
    fields: tuple[RightValue, ...]
    findings: tuple[RightFinding, ...] = ()


class RejectDocument(Command):
    """A person looked at a document; it does not count."""

    document_id: str
    reason: str


class ReadAgain(Command):
    """Have a document read once more, for instance after a reader was improved."""

    document_id: str


class DeclareOwners(Command):
    """An officer enters the owners of a company by hand: all of them, as on a day.

    `source` says where they are known from (a register's extract, a letter), `reason` why they
    are entered by hand.
    """

    party_id: str
    owners: tuple[Owner, ...]
    as_of: date | None = None
    source: str
    reason: str


class ReadDocument(Effect):
    """Read a stored file in a process of its own."""

    document_id: str
    sha256: str
    name: str
    attempt: int


class EraseFile(Effect):
    """Destroy the key of a file that must not be kept, and the file with it."""

    sha256: str


class DocumentUnderstood(Internal):
    """A reader knew the document. `kept_as` is the hash of what is kept in place of its file."""

    subject_field: ClassVar[str] = "offences_of"

    document_id: str
    attempt: int
    understood: Understanding
    kept_as: str = ""

    @property
    def offences_of(self) -> str:
        """Whose key seals what stands in it (ADR 77)."""
        said = self.understood
        party = said.party.party_id if said.party else None
        return told_in(self.document_id, said.kind, said, party)


class DocumentNotUnderstood(Internal):
    """No reader knew the document, or it is broken or hostile; the reason is in plain words."""

    document_id: str
    attempt: int
    reason: str


class KeptLongEnough(Internal):
    """The time for which a document of its kind may be kept has passed."""

    document_id: str


class ScanFile(Effect):
    """Have a stored file looked at by the virus scanner."""

    document_id: str
    sha256: str
    attempt: int


class FileScanned(Internal):
    """What the scanner said. `found` is the name of what it found, or why it said nothing."""

    document_id: str
    attempt: int
    result: Literal["clean", "infected", "unavailable"]
    found: str = ""


class ScanAgain(Internal):
    """The scanner was away; perhaps it is there now."""

    document_id: str


class OpenContainer(Effect):
    """Open a stored archive or mail in a process of its own, and keep what lies in it."""

    document_id: str
    sha256: str
    attempt: int


class PartKept(Said):
    """One file that lay in a container: kept, or `refused` for a reason.

    `problem` is why one that is a container itself was kept as it is and not opened.
    """

    sha256: str
    name: str
    media_type: str
    size: int
    refused: str = ""
    problem: str = ""


class ContainerOpened(Internal):
    """What lay in an archive or a mail."""

    document_id: str
    attempt: int
    parts: tuple[PartKept, ...]


class TellSender(Internal):
    """Time to tell a sender which of the files cannot be used as they are."""

    consignment_id: str


class SweepFiles(Internal):
    """Time to look for files that no document names."""


class SweepOrphans(Effect):
    """Take away the files that no document names and that nobody has brought for a while."""


class OrphansSwept(Internal):
    """How many files, and pieces of files that were never finished, were taken away."""

    files: int
    pieces: int


class RequestDue(Internal):
    """The day came by which a document was asked for."""

    qualification_id: str
    request_id: str


class ExpiryCame(Internal):
    """The last day on which a document counts has passed."""

    document_id: str
