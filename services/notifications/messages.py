"""What notifications says to itself: commands of people, deadlines, mails and their outcomes."""

from datetime import datetime
from typing import Literal

from services.notifications.domain import Person
from shared.events.base import Command, Effect, Internal, Personal


class Acknowledge(Command):
    """A person says: I have seen it."""

    entry_id: str


class ReplaceDirectory(Command):
    """The whole list of people, from an administrator."""

    people: tuple[Person, ...]


class TakeDirectory(Command):
    """The whole list of people, from the file that the service was started with."""

    people: tuple[Person, ...]
    file_sha256: str


class CallOverdue(Internal):
    """The moment has come at which a need was to be settled, or its next person to be told."""

    call_id: str


class SendMail(Effect):
    """A mail to one recipient. It names what to say; the words are found when it is sent.

    With a `link_id` it carries a one-time link, whose token is worked out at that moment and
    never written down; else it carries the `path` of a page of the console.
    """

    notification_id: str
    party_id: str = ""
    to: Personal[str]
    language: Literal["da", "sv", "en"]
    words: str
    due: datetime | None = None
    facts: tuple[tuple[str, str], ...] = ()
    path: str = ""
    link_id: str = ""
    link_scope: str = ""
    link_expires: datetime | None = None
    thread: str = ""


class MailAccepted(Internal):
    """The mail server of the recipient took the mail."""

    notification_id: str


class MailRefused(Internal):
    """The mail server will not take the mail, and trying again cannot help."""

    notification_id: str
    problem: str
