"""A running service: its store, bus, relay, listener and standing tasks, and its HTTP side."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import cached_property

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from fastapi import FastAPI

from shared import telemetry
from shared.brokers import Brokers
from shared.bus import Bus
from shared.certificates import files_of, seconds_left
from shared.clock import Clock
from shared.commands import Commands
from shared.desk import Check
from shared.domain import Aggregate, Record, Stored
from shared.events.base import Event
from shared.figures import Instruments, Metrics
from shared.finding import Finding
from shared.http import Api, build_http
from shared.identity import Verifier
from shared.issuer import verifier_of
from shared.listener import Listener
from shared.mongo import MongoKeyRing, MongoStore
from shared.relay import Relay
from shared.router import Router
from shared.settings import ServiceSettings
from shared.standing import Deadlines, Errands, Waiting, forever, overdue
from shared.store import Outage, Store

log = logging.getLogger("ansvar.runtime")

READY_RELAY_AGE = 30.0
"""Seconds after which an unsent fact means that the service is not ready."""

STARTS_WITHIN, AGAIN = 120.0, 1.0
"""Seconds for which a start waits for database and broker, which may be starting too, and between
two attempts. What will not pass by itself, such as a wrong password, ends it at once."""

LOOK_AT_FIGURES = 10.0
LOOK_AT_PARTS = 15.0
LOOK_AT_CERTIFICATES = 3600.0

INSTRUMENTS = Instruments()
"""One registry per process, whichever services run in it."""

Adapters = Mapping[str, object]


class Service:
    """One service, put together from its parts. Nothing happens before `start`.

    `adapters` are what handlers, effects and routes ask for by name; `background` are functions
    that run as long as the service does, given the service. `prepare` is done in a thread of its
    own before anything is taken: what would hold up the loop if it were done when first needed.
    `examine` says for `ansvar doctor` how the parts stand that only this service knows, now by the
    business clock.
    """

    def __init__(
        self,
        name: str,
        *,
        router: Router,
        api: Api,
        settings: ServiceSettings,
        aggregates: tuple[type[Aggregate], ...] = (),
        records: tuple[type[Record], ...] = (),
        announces: type[Event] | None = None,
        adapters: Adapters | Callable[["Service"], Adapters] | None = None,
        background: tuple[Callable[["Service"], Awaitable[None]], ...] = (),
        prepare: Callable[[], None] | None = None,
        examine: Callable[[Store, datetime], Awaitable[list[Finding]]] | None = None,
    ) -> None:
        self.name = name
        self.router = router
        self.api = api
        self.settings = settings
        self.aggregates = aggregates
        self.records = records
        self.announces = announces
        self.adapters: Adapters = {}
        self.metrics = Metrics(name, INSTRUMENTS)
        self.metrics.expect(router.routes)
        self.clock = Clock(settings.clock_file)
        self._given = adapters or {}
        self._background = background
        self._prepare = prepare
        self.examine = examine
        self._tasks: list[asyncio.Task[None]] = []
        self._started = False
        self._error = ""

    @cached_property
    def verifier(self) -> Verifier:
        return verifier_of(self.settings)

    @cached_property
    def app(self) -> FastAPI:
        return build_http(self, lifespan=self._lifespan)

    @asynccontextmanager
    async def _lifespan(self, app: FastAPI) -> AsyncIterator[None]:
        await self.start()
        try:
            yield
        finally:
            await self.stop()

    def now(self) -> datetime:
        return self.clock.now()

    @property
    def kinds(self) -> tuple[type[Stored], ...]:
        return (*self.aggregates, *self.records)

    async def start(self) -> None:
        telemetry.service.set(self.name)
        settings = self.settings
        _ = self.verifier  # a missing setting shall be said at the start, not at the first request
        if self._prepare is not None:
            await asyncio.to_thread(self._prepare)
        owner = f"{settings.instance}/{self.name}"
        self.keyring = MongoKeyRing.of(settings)
        self.store = MongoStore(settings.mongo_url, self.name, self.keyring)
        await self._patiently(self._prepare_store)
        self.adapters = self._given(self) if callable(self._given) else self._given
        router = self.router.bound(self.adapters)
        self.bus = Bus(
            router,
            self.store,
            self.keyring,
            self.now,
            self.metrics,
            dead_per_minute=settings.dead_per_minute,
        )
        self.commands = Commands(self.bus)
        self.relay = Relay(self.store, settings.kafka_url, owner)
        hands = settings.effect_workers
        errands = Errands(self.bus, router, self.store, owner, hands=hands)
        self.bus.committed = self.relay.wake
        self.bus.has_errands = errands.woken.set
        await self._patiently(self._listen)
        deadlines = Deadlines(self.bus, self.store, self.now, lambda: self.relay.leads)
        self.bus.scheduled = deadlines.scheduled
        waiting = Waiting(self.bus, self.store, self.aggregates, self.now)
        self._run("relay", self.relay.run())
        self._run("commands", self.commands.run())
        self._run("deadlines", forever("deadlines", deadlines.turn))
        self._run("waiting", forever("waiting", waiting.turn))
        self._run("figures", forever("figures", self._figures))
        self._run("parts", forever("parts", self._parts))
        self._run("certificates", forever("certificates", self._certificates))
        if router.effects:
            self._run("effects", errands.run())
        for function in self._background:
            self._run(function.__name__, self._kept(function))
        self._started = True

    async def _prepare_store(self) -> None:
        await self.keyring.prepare()
        await self.store.prepare(self.kinds)

    async def _listen(self) -> None:
        settings = self.settings
        topics = (*self.bus.router.topics, f"{self.name}.replay")
        # The embedded broker never lets dynamic members of a group expire; a real one does.
        instance = f"{self.name}-{settings.instance}" if settings.embedded else None
        self.listener = Listener(self.bus, settings.kafka_url, topics, instance)
        await self.listener.start()

    async def _patiently(self, step: Callable[[], Awaitable[None]]) -> None:
        """Take a step of the start; what is away is waited for."""
        end = time.monotonic() + STARTS_WITHIN
        while True:
            try:
                return await step()
            except Outage as outage:
                if time.monotonic() > end:
                    raise
                log.warning("the start waits", extra={"outage": str(outage)})
                await asyncio.sleep(AGAIN)

    async def _kept(self, function: Callable[["Service"], Awaitable[None]]) -> None:
        """Do what is done all the time; an outage ends no such work, it begins again."""
        while True:
            try:
                return await function(self)
            except Outage as outage:
                what = function.__name__
                log.warning("%s begins again", what, extra={"outage": str(outage)})
                await asyncio.sleep(AGAIN)

    def _run(self, what: str, work: Awaitable[None]) -> None:
        async def watched() -> None:
            try:
                await work
            except Exception as error:
                # A task that ends by a defect must be seen: the service is not ready without it.
                self._error = f"{what} has stopped: {error!r}"
                log.critical("a standing task has stopped", exc_info=error, extra={"what": what})

        self._tasks.append(asyncio.create_task(watched(), name=f"{self.name}: {what}"))

    async def stop(self) -> None:
        """Finish what was taken, send what was announced, and let go. Nothing is lost."""
        self._started = False
        await self.listener.pause()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.relay.stop()
        await self.listener.stop()
        self.store.close()
        self.keyring.close()

    async def _figures(self) -> float:
        counts = await self.store.counts()
        self.metrics.parked.set(counts["parked"])
        self.metrics.relay_age.set(counts["relay_age"])
        self.metrics.relay_depth.set(counts["relay_depth"])
        self.metrics.effects_pending.set(counts["effects"])
        now = self.now()
        self.metrics.deadlines_overdue.set(overdue(await self.store.next_deadline(now), now))
        for topic, lag in self.listener.lag().items():
            self.metrics.lag(topic, lag)
        return LOOK_AT_FIGURES

    async def _parts(self) -> float:
        """What `/readyz` says, for Prometheus: an idle service whose broker is away is not late."""
        for check in await self.ready():
            self.metrics.gauge("part_away", check.name).set(0 if check.ok else 1)
        return LOOK_AT_PARTS

    async def _certificates(self) -> float:
        files = files_of(self.settings.kafka_url, self.settings.mongo_url)
        told = await asyncio.to_thread(lambda: dict(seconds_left(files, datetime.now(UTC))))
        for file, seconds in told.items():
            self.metrics.gauge("certificate_seconds_left", file).set(seconds)
        return LOOK_AT_CERTIFICATES

    async def ready(self) -> list[Check]:
        """What the service needs, and whether it has it now."""
        if not self._started:
            return [Check(name="started", ok=False, detail="the service is starting or stopping")]
        checks = [Check(name="started", ok=not self._error, detail=self._error)]
        try:
            await self.store.ping()
            age = (await self.store.counts())["relay_age"]
            checks.append(Check(name="database", ok=True))
            late = age > READY_RELAY_AGE
            checks.append(
                Check(name="relay", ok=not late, detail=f"oldest unsent fact: {age:.0f} s")
            )
        except Outage:
            checks.append(Check(name="database", ok=False, detail="it does not answer"))
        checks.append(await self._broker_check())
        checks.append(Check(name="listening", ok=not self.bus.halted, detail=self.bus.halted or ""))
        return checks

    async def _broker_check(self) -> Check:
        admin = AIOKafkaAdminClient(
            **Brokers.at(self.settings.kafka_url).options(), request_timeout_ms=3_000
        )
        try:
            async with asyncio.timeout(3):
                await admin.start()
        except (KafkaError, TimeoutError, OSError):
            return Check(name="broker", ok=False, detail="it does not answer")
        finally:
            await admin.close()
        return Check(name="broker", ok=True)
