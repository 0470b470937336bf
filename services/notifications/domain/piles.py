"""What waits to be mailed to one person: gathered, so that many things come as one mail."""

from datetime import datetime, timedelta

from pydantic import BaseModel

from shared.domain import Aggregate

MOST_WAITING = 2_000
"""Things that are named one by one; of more only their number is kept. All are in the inbox."""


def pile_id(subject: str) -> str:
    return f"pile-{subject}"


class Piled(BaseModel, frozen=True):
    """One call for this person, to be mailed at `when`."""

    call_id: str
    need_id: str
    kind: str
    due: datetime
    when: datetime
    escalated: bool = False
    channels: tuple[str, ...] = ("mail",)


HOUR = timedelta(hours=1)

TEAM = "team/"
"""Piles whose subject begins so are those of the webhook of a unit or group."""


class Pile(Aggregate):
    """`last` is when something was put on it, `first` when the oldest of what waits was, `look`
    when it is looked at next, and `sent` when messages went out in the last hour."""

    subject: str
    waiting: tuple[Piled, ...] = ()
    beyond: int = 0
    first: datetime | None = None
    last: datetime | None = None
    look: datetime | None = None
    sent: tuple[datetime, ...] = ()

    def put(self, one: Piled, at: datetime) -> None:
        """The same call once; again if it was passed on meanwhile."""
        others = tuple(w for w in self.waiting if w.call_id != one.call_id)
        if len(others) >= MOST_WAITING:
            self.beyond += 1
        else:
            self.waiting = (*others, one)
        self.first, self.last = self.first or at, at

    def look_at(self, at: datetime) -> bool:
        """Whether it is to be looked at earlier than was planned."""
        if self.look is not None and self.look <= at:
            return False
        self.look = at
        return True

    def next_ready(self) -> datetime | None:
        return min((one.when for one in self.waiting), default=None)

    def still_growing(self, at: datetime, gather: timedelta, most: timedelta) -> datetime | None:
        """When to look again, where things still come in and the oldest can wait."""
        if self.first is None or self.last is None:
            return None
        settled, patience = self.last + gather, self.first + most
        return min(settled, patience) if at < settled and at < patience else None

    def after_a_storm(self, at: datetime, most: int, pause: timedelta) -> datetime | None:
        """When to look again, where so many messages went out within an hour that the next one
        is due only a pause after the last."""
        self.sent = tuple(one for one in self.sent if one > at - HOUR)
        if len(self.sent) < most:
            return None
        allowed = self.sent[-1] + pause
        return allowed if at < allowed else None

    def take(self, at: datetime) -> tuple[tuple[Piled, ...], int]:
        """Whatever is to go now, the most urgent first, and how many more there are unnamed."""
        ready = tuple(sorted((w for w in self.waiting if w.when <= at), key=lambda w: w.due))
        self.waiting = tuple(w for w in self.waiting if w.when > at)
        beyond, self.beyond = self.beyond, 0
        self.sent = (*self.sent, at) if ready or beyond else self.sent
        self.first = self.last = None
        self.look = self.next_ready()
        return ready, beyond
