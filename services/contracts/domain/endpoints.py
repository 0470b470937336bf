"""Where a buyer's contract system wants to be told, and the secrets that sign."""

from datetime import datetime, timedelta
from typing import ClassVar

from shared.domain import Aggregate, Rejected
from shared.events.base import Need
from shared.events.contracts import StatusEndpointClosed, StatusEndpointOpened

ACTIVE_SECRETS = 2
"""At most so many sign at once: the one that is taken out of use and the one that follows."""


class Endpoint(Aggregate):
    """Where a buyer's contract system wants to be told. Its secret is derived, never stored.

    `generations` are those of the secrets that sign: a second one while the secret is changed,
    until the moment `retires`. `payments`: it is told of held and released invoices, too.
    """

    indexes: ClassVar[tuple[str, ...]] = ("buyer_id",)

    buyer_id: str = ""
    url: str = ""
    open: bool = True
    generations: tuple[int, ...] = (1,)
    retires: datetime | None = None
    since: datetime | None = None
    closed_because: str = ""
    closed_at: datetime | None = None
    pings: int = 0
    replays: int = 0
    payments: bool = False

    def must_be_open(self) -> None:
        if not self.open:
            raise Rejected(f"endpoint {self.id} is closed: {self.closed_because}")

    @property
    def need_id(self) -> str:
        return f"endpoint/{self.id}"

    def start(self, now: datetime) -> None:
        self.since = now
        self.announce(StatusEndpointOpened(endpoint_id=self.id, buyer_id=self.buyer_id))

    def close(
        self, reason: str, now: datetime, by: str = "", settles: tuple[str, ...] = ()
    ) -> None:
        """Nothing more is told to it, and no confirmation awaited."""
        if not self.open:
            raise Rejected(f"endpoint {self.id} is closed already: {self.closed_because}")
        self.open, self.closed_because, self.closed_at = False, reason, now
        self.announce(
            StatusEndpointClosed(
                endpoint_id=self.id,
                buyer_id=self.buyer_id,
                reason=reason,
                by=by,
                settles=settles,
            )
        )

    def hang_up(self, reason: str, now: datetime, due: datetime, settles: tuple[str, ...]) -> None:
        """It asked to be left alone: somebody must find out whether that was meant."""
        self.open, self.closed_because, self.closed_at = False, reason, now
        self.announce(
            StatusEndpointClosed(
                endpoint_id=self.id,
                buyer_id=self.buyer_id,
                reason=reason,
                settles=settles,
                need=Need(
                    id=self.need_id,
                    kind="reach-contract-system",
                    role="contract_manager",
                    buyer_id=self.buyer_id,
                    due=due,
                    about=self.id,
                ),
            )
        )

    def reopen(self, now: datetime) -> None:
        """Open again, with a new secret: the old one may be why it was closed."""
        if self.open:
            raise Rejected(f"endpoint {self.id} is open")
        self.open, self.closed_because, self.since = True, "", now
        self.generations, self.retires = (max(self.generations) + 1,), None
        self.announce(
            StatusEndpointOpened(
                endpoint_id=self.id, buyer_id=self.buyer_id, again=True, settles=(self.need_id,)
            )
        )

    def rotate(self, now: datetime, overlap: timedelta) -> int:
        """A new secret signs beside the old one until the overlap is over. Returns the new one."""
        self.must_be_open()
        if len(self.generations) >= ACTIVE_SECRETS:
            raise Rejected(
                f"two secrets of endpoint {self.id} sign already: retire the old one first"
            )
        newest = max(self.generations) + 1
        self.generations, self.retires = (*self.generations, newest), now + overlap
        return newest

    def retire(self) -> bool:
        """From now on only the newest secret signs."""
        if len(self.generations) == 1:
            return False
        self.generations, self.retires = (max(self.generations),), None
        return True

    def ping(self) -> int:
        """The number of the next ping."""
        self.must_be_open()
        self.pings += 1
        return self.pings

    def replay(self) -> int:
        """The number of the next replay."""
        self.must_be_open()
        self.replays += 1
        return self.replays
