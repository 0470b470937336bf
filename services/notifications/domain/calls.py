"""What is put to people, and what became of it in each inbox."""

import hashlib
from datetime import datetime, timedelta
from typing import ClassVar, Literal

from services.notifications.domain.people import Person
from shared.domain import Aggregate, Unknown
from shared.events.base import Need
from shared.events.notifications import (
    NotificationAcknowledged,
    NotificationDelivered,
    NotificationEscalated,
)

AGAIN_AFTER = timedelta(hours=24)
"""Between two steps of an escalation, so that each person has a day."""


def id_of(kind: str, *causes: str) -> str:
    """The same causes give the same id, whoever works it out: `need-1f3c…`."""
    return f"{kind}-{hashlib.sha256('|'.join(causes).encode()).hexdigest()[:16]}"


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
    route: int = -1
    """Which of the rules' routes it is told by; the last one until a rule said otherwise."""

    def raised(self, need: Need, at: datetime, *, event: str, story: str, route: int) -> bool:
        """Take a need in; says whether it waits for somebody."""
        if self.state == "settled":
            if self.settled_at is None or at <= self.settled_at:
                return False
            self.state, self.told, self.settled_at = "untold", (), None
        self.need, self.event, self.story, self.route = need, event, story, route
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
        self.announce(
            NotificationDelivered(
                notification_id=self.id,
                recipient=self.subject,
                channel="inbox",
                about=need.about,
                need_id=need.id,
            )
        )

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
