"""How a status is told to a contract system: one at a time per contract, the newest wins.

A *lane* is the way of one contract's statuses to one endpoint. At most one delivery of a lane is
being tried; a newer status takes the place of one that was not delivered, and both stay visible.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar

from shared.domain import Aggregate, Record, Rejected
from shared.events.base import Need, Said
from shared.events.contracts import StatusNotAcknowledged

PAUSES = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 30, 300, 1800, 7200, 18000, 36000, 50400, 64800, 82800)
)
"""Pauses between tries, about three days in all: the schedule that Standard Webhooks suggests,
with one more early try for a receiver that was only being restarted."""


PAYMENTS = "payments/"
"""How the `contract_id` of a delivery begins that is about payments, and no contract."""


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


class Owed(Said):
    """A status that the endpoint's system has not confirmed yet, and until when it should."""

    status_version: int
    since: datetime
    due: datetime


class Lane(Aggregate):
    """The way of one contract's statuses to one endpoint.

    Its methods return the deliveries that have changed, the current one last. `owed` are the
    acknowledgements that are missing, the oldest first; `alarmed`: somebody was asked to see to it.
    A message about payments is confirmed by nobody: there it was given up, and an operator is told.
    `last` is the newest delivery that has ended, for whoever looks into it.
    """

    indexes: ClassVar[tuple[str, ...]] = ("endpoint_id", "alarmed")

    endpoint_id: str = ""
    contract_id: str = ""
    current: Delivery | None = None
    waiting: Delivery | None = None
    owed: tuple[Owed, ...] = ()
    alarmed: bool = False
    last: Delivery | None = None

    @staticmethod
    def id_of(endpoint_id: str, contract_id: str) -> str:
        return f"lane-{endpoint_id}-{contract_id}"

    @property
    def of_payments(self) -> bool:
        return self.contract_id.startswith(PAYMENTS)

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
        self.last = done
        if self.of_payments:
            self.alarmed = False
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
            self.alarmed = self.alarmed or self.of_payments
            self.last = tried.now(State.GIVEN_UP, tries=tries, problem=problem, ended=now)
            return [self.last]
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

    def try_anew(self, delivery: Delivery) -> list[Delivery]:
        """Somebody has mended what a message about payments was given up for."""
        if delivery.state is not State.GIVEN_UP or self.current is not None:
            reason = f"only what was given up is sent again as it was; this is {delivery.state}"
            raise Rejected(reason, field="delivery_id")
        self.current = delivery.now(State.TRYING, tries=0, problem="", ended=None)
        return [self.current]

    def drop(self, reason: str, now: datetime) -> list[Delivery]:
        """The endpoint was closed: nothing more is told to it."""
        dropped = [one for one in (self.current, self.waiting) if one is not None]
        self.current = self.waiting = None
        return [one.now(State.GIVEN_UP, problem=reason, ended=now) for one in dropped]

    # ------------------------------------------------------------ acknowledgements

    @property
    def need_id(self) -> str:
        return f"acknowledge/{self.id}"

    def expect(self, status_version: int, now: datetime, due: datetime) -> datetime:
        """A confirmation of this version, or of a newer one, is awaited. Returns the next moment
        at which one is late: a newer status does not give an older one more time.
        """
        if all(one.status_version != status_version for one in self.owed):
            new = Owed(status_version=status_version, since=now, due=due)
            self.owed = (new,) if self.alarmed else (*self.owed, new)
        return self.owed[0].due

    def acknowledged(self, status_version: int) -> datetime | None:
        """Versions up to this one are confirmed. Returns when the next one is late, if any is."""
        self.owed = tuple(one for one in self.owed if one.status_version > status_version)
        if not self.owed:
            self.alarmed = False
        return self.owed[0].due if self.owed else None

    def forgive(self) -> None:
        """Nobody listens any more: nothing is awaited."""
        self.owed, self.alarmed = (), False

    def is_late(self, buyer_id: str, now: datetime, due: datetime) -> datetime | None:
        """Have somebody look after the contract system, once until it confirms the newest.

        Returns when to look again, where nothing is late yet.
        """
        if not self.owed or self.alarmed:
            return None
        oldest, newest = self.owed[0], self.owed[-1]
        if oldest.due > now:
            return oldest.due
        self.alarmed, self.owed = True, (newest,)
        at = self.current or self.last
        self.announce(
            StatusNotAcknowledged(
                contract_id=self.contract_id,
                buyer_id=buyer_id,
                endpoint_id=self.endpoint_id,
                status_version=newest.status_version,
                since=oldest.since,
                told=at.state.value if at else "",
                problem=at.problem if at else "",
                need=Need(
                    id=self.need_id,
                    kind="reach-contract-system",
                    role="contract_manager",
                    buyer_id=buyer_id,
                    due=due,
                    about=self.contract_id,
                ),
            )
        )
        return None

    # ------------------------------------------------------------ inside

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
