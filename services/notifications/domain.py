"""People, what is put to them, and what became of each message."""

import hashlib
from datetime import datetime, timedelta
from typing import ClassVar, Literal

from pydantic import BaseModel

from shared.domain import Aggregate, Rejected, Unknown
from shared.events.base import Need, Personal
from shared.events.notifications import (
    NotificationAcknowledged,
    NotificationDelivered,
    NotificationEscalated,
)

DIRECTORY = "directory"
EVERY_BUYER = "*"
LAST_RESORT = ("approver", "admin")
"""Roles that are told, in this order, when the deputies have not acted either (design §5: what a
person must do has an owner, a deputy and an escalation)."""

AGAIN_AFTER = timedelta(hours=24)
"""Between two steps of an escalation, so that each person has a day."""


def id_of(kind: str, *causes: str) -> str:
    """The same causes give the same id, whoever works it out: `need-1f3c…`."""
    return f"{kind}-{hashlib.sha256('|'.join(causes).encode()).hexdigest()[:16]}"


class Person(BaseModel, frozen=True):
    """Somebody who works for a buyer: `subject` is the name that the tokens give."""

    subject: str
    name: str
    email: str
    roles: tuple[str, ...]
    buyers: tuple[str, ...]
    language: Literal["da", "sv", "en"] = "da"
    deputy: str = ""

    def serves(self, buyer_id: str) -> bool:
        return EVERY_BUYER in self.buyers or buyer_id in self.buyers


class Directory(Aggregate):
    """Who works here. There is one; `file_sha256` is the file that it was last taken from."""

    people: tuple[Person, ...] = ()
    file_sha256: str = ""

    def find(self, subject: str) -> Person | None:
        return next((person for person in self.people if person.subject == subject), None)

    def with_role(self, role: str, buyer_id: str) -> tuple[Person, ...]:
        return tuple(p for p in self.people if role in p.roles and p.serves(buyer_id))

    def asked_by(self, need: Need) -> tuple[Person, ...]:
        """Whom a need is put to: its owner, else all of its role, else whoever may at last."""
        owner = self.find(need.owner) if need.owner else None
        if owner is not None and owner.serves(need.buyer_id):
            return (owner,)
        for role in (need.role, *LAST_RESORT):
            if people := self.with_role(role, need.buyer_id):
                return people
        return ()

    def next_after(self, told: tuple[str, ...], need: Need) -> tuple[Person, ...]:
        """Who is told next when nobody acted: deputies, then the roles of the last resort."""
        deputies = [found.deputy for s in told if (found := self.find(s)) and found.deputy]
        people = [self.find(subject) for subject in dict.fromkeys(deputies)]
        fresh = tuple(p for p in people if p and p.subject not in told and p.serves(need.buyer_id))
        if fresh:
            return fresh
        for role in LAST_RESORT:
            others = self.with_role(role, need.buyer_id)
            if fresh := tuple(p for p in others if p.subject not in told):
                return fresh
        return ()

    def replace(
        self, people: tuple[Person, ...], *, kept: tuple[Person, ...] = (), file: str = ""
    ) -> None:
        """Take over a whole new list; `kept` are those whom the caller may not touch."""
        everybody = (*kept, *people)
        subjects = [person.subject for person in everybody]
        for person in people:
            if subjects.count(person.subject) > 1:
                raise Rejected(f"{person.subject} is in the list twice", field="subject")
            if person.deputy and person.deputy not in subjects:
                raise Rejected(
                    f"{person.deputy}, the deputy of {person.subject}, is not in the list",
                    field="deputy",
                )
            if person.deputy == person.subject:
                raise Rejected(f"{person.subject} cannot be their own deputy", field="deputy")
        self.people, self.file_sha256 = everybody, file


class Call(Aggregate):
    """A need, and whom it was put to. It stays open until a fact settles the need.

    What settles a need may be heard before the need itself: then the call begins settled. A need
    that is raised again after it was settled opens the call again.
    """

    indexes: ClassVar[tuple[str, ...]] = ("state",)

    need: Need | None = None
    state: Literal["untold", "told", "settled"] = "untold"
    told: tuple[str, ...] = ()
    settled_at: datetime | None = None
    event: str = ""
    story: str = ""

    def raised(self, need: Need, at: datetime, *, event: str, story: str) -> bool:
        """Take a need in; says whether it waits for somebody."""
        if self.state == "settled":
            if self.settled_at is None or at <= self.settled_at:
                return False
            self.state, self.told, self.settled_at = "untold", (), None
        self.need, self.event, self.story = need, event, story
        return True

    def put_to(self, people: tuple[Person, ...]) -> tuple[Person, ...]:
        """Note whom it is put to, and return those who had not been told."""
        fresh = tuple(person for person in people if person.subject not in self.told)
        if fresh:
            self.told = (*self.told, *(person.subject for person in fresh))
            self.state = "told"
        return fresh

    def settle(self, at: datetime) -> None:
        if self.settled_at is None or at > self.settled_at:
            self.settled_at = at
        self.state = "settled"

    def escalate(self, people: tuple[Person, ...]) -> tuple[Person, ...]:
        """Nobody acted in time: pass it on, and say so once per person told."""
        before = self.told[-1] if self.told else ""
        fresh = self.put_to(people)
        assert self.need is not None
        for person in fresh:
            self.announce(
                NotificationEscalated(
                    notification_id=id_of("inbox", self.need.id, person.subject),
                    recipient=before,
                    about=self.need.about,
                    escalated_to=person.subject,
                )
            )
        return fresh


class InboxEntry(Aggregate):
    """One need in one person's inbox."""

    indexes: ClassVar[tuple[str, ...]] = ("subject", "call_id", "since")

    subject: str
    call_id: str
    need: Need
    since: datetime
    escalated: bool = False
    state: Literal["unread", "read", "settled"] = "unread"
    read_at: datetime | None = None

    def ring(self, need: Need, at: datetime, *, escalated: bool) -> None:
        """The need waits (again) for this person."""
        self.need, self.since, self.escalated = need, at, escalated
        self.state, self.read_at = "unread", None

    def acknowledge(self, subject: str, at: datetime) -> None:
        """The person saw it. Seeing it again says nothing new."""
        if subject != self.subject:
            raise Unknown("inboxentry", self.id)
        if self.state == "unread":
            self.state, self.read_at = "read", at
            self.announce(
                NotificationAcknowledged(
                    notification_id=self.id, recipient=subject, about=self.need.about
                )
            )

    def settle(self) -> None:
        self.state = "settled"


class Contact(Aggregate):
    """Where letters to a party go. Its language is that of its country."""

    subject_field: ClassVar[str] = "id"

    name: Personal[str] = ""
    address: Personal[str] = ""
    country: str = ""

    @property
    def language(self) -> Literal["da", "sv", "en"]:
        known: dict[str, Literal["da", "sv"]] = {"DK": "da", "SE": "sv", "FI": "sv"}
        return known.get(self.country, "en")


class Contract(Aggregate):
    """What a contract is called, for letters about it."""

    title: str = ""


class Delivery(Aggregate):
    """One message to one recipient by one channel. `recipient` is a subject or a party id.

    `queued` is the time in ISO 8601, UTC.
    """

    indexes: ClassVar[tuple[str, ...]] = ("buyer_id", "recipient", "queued")

    recipient: str
    buyer_id: str
    channel: str = "mail"
    words: str = ""
    about: str = ""
    need_id: str = ""
    queued: str
    state: Literal["queued", "delivered", "refused", "no address"] = "queued"
    problem: str = ""
    ended: datetime | None = None

    def accepted(self, at: datetime) -> None:
        self.state, self.ended = "delivered", at
        self.announce(
            NotificationDelivered(
                notification_id=self.id,
                recipient=self.recipient,
                channel=self.channel,
                about=self.about,
                need_id=self.need_id,
            )
        )

    def refused(self, problem: str, at: datetime) -> None:
        """The other side will never take it: trying again cannot help."""
        self.state, self.problem, self.ended = "refused", problem, at
