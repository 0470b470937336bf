"""How a status is told to a contract system: one at a time per contract, the newest wins.

A *lane* is the way of one contract's statuses to one endpoint. At most one delivery of a lane is
being tried; a newer status takes the place of one that was not delivered, and both stay visible.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar

from shared.domain import Aggregate, Record, Rejected

PAUSES = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 30, 300, 1800, 7200, 18000, 36000, 50400, 64800, 82800)
)
"""Pauses between tries, about three days in all: the schedule that Standard Webhooks suggests,
with one more early try for a receiver that was only being restarted."""


class Endpoint(Aggregate):
    """Where a buyer's contract system wants to be told. Its secret is derived, never stored.

    `generations` are those of the secrets that sign: a second one while the secret is changed.
    """

    indexes: ClassVar[tuple[str, ...]] = ("buyer_id",)

    buyer_id: str = ""
    url: str = ""
    open: bool = True
    generations: tuple[int, ...] = (1,)
    since: datetime | None = None
    closed_because: str = ""

    def close(self, reason: str) -> None:
        if not self.open:
            raise Rejected(f"endpoint {self.id} is closed already: {self.closed_because}")
        self.open, self.closed_because = False, reason

    def reopen(self, now: datetime) -> None:
        """Open again, with a new secret: the old one may be why it was closed."""
        if self.open:
            raise Rejected(f"endpoint {self.id} is open")
        self.open, self.closed_because, self.since = True, "", now
        self.generations = (max(self.generations) + 1,)


class State(StrEnum):
    """Where a delivery is. `RESTING`: it was not taken and will be tried again."""

    WAITING = "waiting"
    TRYING = "trying"
    RESTING = "resting"
    DELIVERED = "delivered"
    SUPERSEDED = "superseded"
    GIVEN_UP = "given_up"


class Delivery(Record):
    """One status on its way to one endpoint. `at` is ISO 8601, by which deliveries are listed."""

    indexes: ClassVar[tuple[str, ...]] = ("buyer_id", "endpoint_id", "contract_id", "at")

    endpoint_id: str
    contract_id: str
    buyer_id: str
    status_version: int
    body: str
    at: str
    state: State = State.WAITING
    tries: int = 0
    problem: str = ""
    next_try: datetime | None = None
    ended: datetime | None = None

    def now(self, state: State, **more: object) -> "Delivery":
        return self.model_copy(update={"state": state, "next_try": None, **more})


class Lane(Aggregate):
    """The way of one contract's statuses to one endpoint.

    Its methods return the deliveries that have changed, the current one last.
    """

    endpoint_id: str = ""
    contract_id: str = ""
    current: Delivery | None = None
    waiting: Delivery | None = None

    @staticmethod
    def id_of(endpoint_id: str, contract_id: str) -> str:
        return f"lane-{endpoint_id}-{contract_id}"

    def offer(self, new: Delivery, now: datetime) -> list[Delivery]:
        """A new status is to be told. A try that is on its way is not disturbed."""
        current, waiting = self.current, self.waiting
        if current is not None and current.state is State.TRYING:
            self.waiting = new
            return [*self._superseded(waiting, now), new]
        self.current = new.now(State.TRYING)
        return [*self._superseded(current, now), self.current]

    def taken(self, delivery_id: str, now: datetime) -> list[Delivery]:
        """The endpoint has accepted it; what waits behind it is next."""
        tried = self._tried(delivery_id)
        if tried is None:
            return []
        done = tried.now(State.DELIVERED, tries=tried.tries + 1, problem="", ended=now)
        return [done, *self._next()]

    def not_taken(self, delivery_id: str, problem: str, now: datetime) -> list[Delivery]:
        """It could not be told: the newer one takes its place, or it rests until the next try."""
        tried = self._tried(delivery_id)
        if tried is None:
            return []
        tries = tried.tries + 1
        if self.waiting is not None:
            old = tried.now(State.SUPERSEDED, tries=tries, problem=problem, ended=now)
            return [old, *self._next()]
        if tries > len(PAUSES):
            self.current = None
            return [tried.now(State.GIVEN_UP, tries=tries, problem=problem, ended=now)]
        again = now + PAUSES[tries - 1]
        self.current = tried.now(State.RESTING, tries=tries, problem=problem, next_try=again)
        return [self.current]

    def resume(self, delivery_id: str) -> list[Delivery]:
        """The rest is over."""
        resting = self.current
        if resting is None or resting.id != delivery_id or resting.state is not State.RESTING:
            return []
        self.current = resting.now(State.TRYING)
        return [self.current]

    def drop(self, reason: str, now: datetime) -> list[Delivery]:
        """The endpoint was closed: nothing more is told to it."""
        dropped = [one for one in (self.current, self.waiting) if one is not None]
        self.current = self.waiting = None
        return [one.now(State.GIVEN_UP, problem=reason, ended=now) for one in dropped]

    def _tried(self, delivery_id: str) -> Delivery | None:
        tried = self.current
        if tried is None or tried.id != delivery_id or tried.state is not State.TRYING:
            return None
        return tried

    def _next(self) -> list[Delivery]:
        self.current = self.waiting.now(State.TRYING) if self.waiting else None
        self.waiting = None
        return [self.current] if self.current else []

    @staticmethod
    def _superseded(old: Delivery | None, now: datetime) -> list[Delivery]:
        return [old.now(State.SUPERSEDED, ended=now)] if old is not None else []
