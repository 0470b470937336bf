"""Hears every fact of every service on Kafka, from the first one on."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar, cast

from aiokafka import AIOKafkaConsumer
from pydantic import ValidationError

from shared.embedded.patience import be_patient
from shared.events import catalogue
from shared.events.base import Event

E = TypeVar("E", bound=Event)


@dataclass(frozen=True)
class Fact(Generic[E]):
    """A fact as it travelled: what it says, and the headers that place it."""

    id: str
    topic: str
    key: str
    time: datetime
    story: str
    sequence: int
    said: E

    @property
    def name(self) -> str:
        return type(self.said).__name__


class Facts:
    """All facts so far. The same one may come twice; it is kept once.

    Values about persons stay sealed: whoever hears the topics has no keys.
    """

    def __init__(self, kafka_url: str, services: Iterable[str]) -> None:
        self._url = kafka_url
        self._topics = [f"{service}.v1" for service in services]
        self._by_id: dict[str, Fact[Event]] = {}
        self._by_kind: dict[str, list[Fact[Event]]] = {}
        self._kinds = catalogue()
        self._task: asyncio.Task[None] | None = None
        self.unreadable: list[str] = []

    def __len__(self) -> int:
        return len(self._by_id)

    async def start(self) -> None:
        """Hear what is there already, then go on hearing in the background."""
        be_patient()
        consumer = AIOKafkaConsumer(
            *self._topics,
            bootstrap_servers=self._url,
            group_id=None,
            auto_offset_reset="earliest",
            enable_auto_commit=False,
            request_timeout_ms=10_000,
        )
        await consumer.start()
        # A partition is read to its end before the story says what was there before it began.
        ends = await consumer.end_offsets(consumer.assignment())
        while any([await consumer.position(place) < end for place, end in ends.items()]):
            self._take(await consumer.getmany(timeout_ms=200))
        self._task = asyncio.create_task(self._hear(consumer), name="hears facts")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    def all(
        self, kind: type[E], where: Callable[[E], bool] = lambda _: True, **fields: object
    ) -> list[E]:
        """What the facts of a kind say, of those with these values, in the order they came."""
        return [fact.said for fact in self.heard(kind, where, **fields)]

    def heard(
        self, kind: type[E], where: Callable[[E], bool] = lambda _: True, **fields: object
    ) -> list[Fact[E]]:
        known = cast("list[Fact[E]]", self._by_kind.get(kind.__name__, []))
        return [
            fact
            for fact in known
            if all(getattr(fact.said, name) == value for name, value in fields.items())
            and where(fact.said)
        ]

    def counts(self) -> dict[str, int]:
        """How many facts of each kind there are."""
        return {name: len(facts) for name, facts in sorted(self._by_kind.items())}

    def latest(self, number: int) -> list[Fact[Event]]:
        return list(self._by_id.values())[-number:]

    async def _hear(self, consumer: AIOKafkaConsumer) -> None:
        try:
            while True:
                self._take(await consumer.getmany(timeout_ms=500))
        finally:
            await consumer.stop()

    def _take(self, batch: dict[Any, list[Any]]) -> None:
        for records in batch.values():
            for record in records:
                self._keep(record)

    def _keep(self, record: Any) -> None:
        headers = {name: (value or b"").decode() for name, value in record.headers}
        id, kind = headers.get("ce_id", ""), self._kinds.get(headers.get("ce_type", ""))
        if kind is None or id in self._by_id:
            return
        try:
            said = kind.model_validate_json(record.value)
        except ValidationError as error:
            self.unreadable.append(f"{headers['ce_type']} {id}: {error}")
            return
        fact = Fact(
            id=id,
            topic=record.topic,
            key=(record.key or b"").decode(),
            time=datetime.fromisoformat(headers["ce_time"]),
            story=headers.get("ce_correlationid", ""),
            sequence=int(headers.get("ce_sequence", "0")),
            said=said,
        )
        self._by_id[id] = fact
        self._by_kind.setdefault(fact.name, []).append(fact)
