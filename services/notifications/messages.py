"""What notifications says to itself: commands of people, deadlines, mails and their outcomes."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from services.notifications.domain import Duty, HookForm, MailChoice, Person, Team
from shared.events.base import Command, Effect, Internal, Personal
from shared.languages import Language

Clock = Annotated[str, Field(pattern=r"^(([01]\d|2[0-3]):[0-5]\d)?$")]
"""`07:30`, or nothing."""


class Acknowledge(Command):
    """A person says: I have seen it."""

    entry_id: str


class AcknowledgeEntries(Command):
    """A person says: I have seen all of these."""

    entry_ids: Annotated[tuple[str, ...], Field(max_length=500)]


class AddDuty(Command):
    """One more turn outside office hours, for one buyer."""

    buyer_id: str
    duty: Duty


class RemoveDuty(Command):
    """One turn less."""

    buyer_id: str
    duty: Duty


class AcknowledgeNeed(Command):
    """A person says: I have seen what is asked there, in whichever inbox it lies."""

    call_id: str


class ReplaceDirectory(Command):
    """The whole list of people, from an administrator; without `teams` those stay as they are."""

    people: tuple[Person, ...]
    teams: tuple[Team, ...] | None = None


class TakeDirectory(Command):
    """The whole list of people, from the file that the service was started with."""

    people: tuple[Person, ...]
    teams: tuple[Team, ...] = ()
    file_sha256: str


class KnowCaller(Command):
    """Whoever asks has just signed in: what their ID token says of them, beside the access token.

    What it does not say is empty, and stays as it is known.
    """

    email: str = ""
    language: Language | None = None
    units: Annotated[tuple[str, ...], Field(max_length=1000)] = ()


class HoldPerson(Command):
    """Keep somebody in the directory whom nobody has seen for long, such as for a court."""

    subject: str
    reason: str


class ReleasePerson(Command):
    subject: str


class DirectoryDue(Internal):
    """It is time to look who works here no longer."""


class SetPreferences(Command):
    """How the caller wants to be told; see `Preferences`."""

    language: Language | None = None
    mail: MailChoice = "at-once"
    quiet_from: Clock = ""
    quiet_to: Clock = ""
    quiet_on_days_off: bool = False
    away_from: date | None = None
    away_to: date | None = None


class StopDigests(Command):
    """Somebody wants no more mail with several things in it, said by the link in one (RFC 8058)."""

    subject: str


class ReplaceRota(Command):
    """Who is on duty outside office hours, for one buyer."""

    buyer_id: str
    duties: tuple[Duty, ...]


class CallOverdue(Internal):
    """The moment has come at which a need was to be settled, or its next person to be told."""

    call_id: str


class CallUnread(Internal):
    """Those who were told have had their time to look."""

    call_id: str


class PileDue(Internal):
    """What waits to be mailed to one person may be ready."""

    subject: str


class Row(BaseModel, frozen=True):
    """One of several things in a mail."""

    kind: str
    due: datetime
    path: str
    escalated: bool = False
    late: bool = False


class Telling(Effect):
    """A message about needs. It names what to say; the words are found when it is sent.

    `rows` are things that it tells of at once, the most urgent first, and `more` how many others
    there are. What becomes of it is noted on `deliveries`. It carries the `path` of a page of the
    console.
    """

    notification_id: str
    deliveries: tuple[str, ...] = ()
    language: Language
    words: str
    due: datetime | None = None
    facts: tuple[tuple[str, str], ...] = ()
    rows: tuple[Row, ...] = ()
    more: int = 0
    path: str = ""


class SendMail(Telling):
    """A mail to one recipient.

    With a `link_id` it carries a one-time link, whose token is worked out at that moment and
    never written down, instead of a page.
    """

    party_id: str = ""
    subject: str = ""
    to: Personal[str]
    link_id: str = ""
    link_scope: str = ""
    link_expires: datetime | None = None
    thread: str = ""


class SendHook(Telling):
    """A message to one webhook. After `give_up`, real time, it is not tried again."""

    endpoint_id: str
    url: str
    form: HookForm
    give_up: datetime


class PostLetter(Telling):
    """A letter to be given to a post: the official digital one, or a tender platform."""

    post: str
    party_id: str
    about: str
    link_id: str
    link_scope: str
    link_expires: datetime


class PostHasIt(Internal):
    """A post was given a letter; its receipt is awaited."""

    delivery_id: str


class PostSilent(Internal):
    """The receipt of a post was to have come."""

    delivery_id: str


class PostReceipt(Command):
    """What a post says became of a letter."""

    letter_id: str
    status: Literal["delivered", "refused"]
    at: datetime
    reference: str = ""
    problem: str = ""


class MailBounced(Command):
    """A mail server sent one of our mails back. `status` is that of RFC 3463, such as `5.1.1`."""

    notification_id: str
    status: str


class FileRecord(Effect):
    """A fact of a case, for the records system. It holds no personal data: names and accounts stay
    where they are, and documents are named by id, hash and address.

    `number` counts the records of a case; `letter` is what a letter said that the fact became.
    `letter_number` is that of a letter of the case, whose paper is fetched from its case.
    """

    record_id: str
    case_id: str
    buyer_id: str
    contract_id: str
    contract: str
    parties: tuple[str, ...]
    number: int
    fact: str
    direction: Literal["outgoing", "incoming", "internal"]
    happened: datetime
    journal_date: date
    language: Language
    papers: tuple[tuple[str, str], ...] = ()
    letter_words: str = ""
    letter_facts: tuple[tuple[str, str], ...] = ()
    letter_due: datetime | None = None
    letter_number: int = 0
    letter_sha256: str = ""


class RecordKept(Internal):
    """The records system was given a record."""

    record_id: str


class NoteNumber(Command):
    """The records system says under which number and date it took a record in."""

    record_id: str
    number: Annotated[str, Field(min_length=1, max_length=100)]
    journal_date: date


class HookRefused(Internal):
    """The webhook will not take the message, or did not for too long."""

    deliveries: tuple[str, ...]
    problem: str


class HookLate(Internal):
    """The webhook has had its time to take the message."""

    deliveries: tuple[str, ...]


class MailAccepted(Internal):
    """The mail server of the recipient took the mail."""

    deliveries: tuple[str, ...]


class MailRefused(Internal):
    """The mail server will not take the mail, and trying again cannot help."""

    deliveries: tuple[str, ...]
    problem: str
