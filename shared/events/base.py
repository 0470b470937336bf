"""What every event carries, and how personal data in it is marked."""

from datetime import datetime
from typing import Annotated, ClassVar, TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict

T = TypeVar("T")


class Mark:
    """Says of a field that its value is data about a natural person.

    `key_class` names the key that seals the value: `personal`, or `criminal` for data about
    offences (GDPR Art 10), which has a key of its own so that it can be kept apart.
    """

    def __init__(self, key_class: str) -> None:
        self.key_class = key_class

    def __repr__(self) -> str:
        return f"Mark({self.key_class!r})"


Personal: TypeAlias = Annotated[T, Mark("personal")]
Criminal: TypeAlias = Annotated[T, Mark("criminal")]

NATURAL_PERSONS = ("person-", "se-sole-")
"""Ids that begin so belong to natural persons. A company's name is no personal data."""


def is_natural_person(party_id: str) -> bool:
    return party_id.startswith(NATURAL_PERSONS)


class Said(BaseModel):
    """Anything that is said: values never change, and unknown fields of newer versions are let be.

    `subject_field` names the field that holds the party whom the marked fields are about.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    subject_field: ClassVar[str] = "party_id"


class Need(Said):
    """Something that waits for a person: the list of today, reminders, escalation derive from it.

    `kind` is a word for what is to be done (`review-hit`), `due` the last moment in UTC at which
    it is in time, `about` the id of the thing to look at. Without an `owner` the whole role of the
    buyer is asked.
    """

    id: str
    kind: str
    role: str
    buyer_id: str
    due: datetime
    owner: str | None = None
    about: str = ""


class Event(Said):
    """A fact, in the past tense. Never edited, only followed by another.

    Its id, time, order and cause travel in the headers of the message (see `shared.envelope`).
    Events grow, never change: a new field has a default that is true for older events.
    """

    topic: ClassVar[str] = ""
    schema_version: ClassVar[int] = 1

    need: Need | None = None
    settles: tuple[str, ...] = ()


class Internal(Event):
    """A deadline that came, or how an effect ended. It is handled like a fact but never sent."""


class Command(Said):
    """What a user asks a service to do. The service may say no."""


class Effect(Said):
    """Something to do outside: a mail, a webhook, a look-up, reading a large file."""
