"""What onboarding can be asked, what it does outside, and what comes back from there."""

from datetime import date

from services.onboarding.domain import Understanding
from services.onboarding.readers.reading import Owner
from shared.events.base import Command, Effect, Internal


class ReceiveFile(Command):
    """Take in a file that is stored already.

    `refused` is why it was not stored (too large, empty): then a person is told instead.
    `link_id` names the one-time link through which it came.
    """

    buyer_id: str
    sha256: str
    name: str
    media_type: str
    size: int
    channel: str
    link_id: str = ""
    refused: str = ""


class VerifyDocument(Command):
    """A person looked at a document and lets it count, with what they corrected."""

    document_id: str
    reason: str
    kind: str | None = None
    party_id: str | None = None
    issued: date | None = None
    valid_until: date | None = None


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


class DocumentUnderstood(Internal):
    """A reader knew the document and read it."""

    document_id: str
    attempt: int
    understood: Understanding


class DocumentNotUnderstood(Internal):
    """No reader knew the document, or it is broken or hostile; the reason is in plain words."""

    document_id: str
    attempt: int
    reason: str


class RequestDue(Internal):
    """The day came by which a document was asked for."""

    qualification_id: str
    request_id: str


class ExpiryCame(Internal):
    """The last day on which a document counts has passed."""

    document_id: str
