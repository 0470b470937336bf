"""Stand-ins for tests, with the same promises as the real things; the way of a message is real."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import orjson

from shared import journal
from shared.access import AccessEntry, closed_now, note_opened
from shared.bus import Bus
from shared.domain import Caller, Stored
from shared.envelope import Block, DeadLetter, Due, Entry, Held, Message, Outcome
from shared.events import catalogue
from shared.events.base import Command, Effect, Event, Said
from shared.router import Router, name_of
from shared.sealing import KeyName, Keys, names_in, seal, unseal_values
from shared.store import Conflict, Work, only_values

S = TypeVar("S", bound=Stored)
T0 = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
"""The Monday on which tests begin."""

OFFICER = Caller(subject="mette", name="Mette Lund", roles=("officer",), buyers=("*",))
ANNA = Caller(subject="anna", name="Anna Berg", roles=("approver",), buyers=("*",))
BO = Caller(subject="bo", name="Bo Friis", roles=("approver",), buyers=("*",))
AUDITOR = Caller(subject="ole", name="Ole Dam", roles=("auditor",), buyers=("*",))
MANAGER = Caller(subject="karin", name="Karin Ek", roles=("contract_manager",), buyers=("*",))
MACHINE = Caller(subject="cms", name="Contract system", roles=("integration",), buyers=("*",))


class Quiet:
    """A gauge that nobody reads."""

    def handled(self, type: str, count: int = 1) -> None: ...
    def failed(self, type: str) -> None: ...
    def rejected(self, type: str) -> None: ...
    def dead(self, kind: str) -> None: ...
    def retried(self, reason: str) -> None: ...
    def batch(self, size: int, handling: float, committing: float) -> None: ...


class MemoryKeyRing:
    def __init__(self) -> None:
        self._keys: dict[KeyName, bytes | None] = {}

    async def keys(self, names: Iterable[KeyName], *, create: bool) -> Keys:
        for name in names if create else ():
            self._keys.setdefault(name, secrets.token_bytes(32))
        return self._keys

    async def destroy(self, subject: str) -> None:
        for name in self._keys:
            if name[1] == subject:
                self._keys[name] = None


class MemoryStore:
    """A `Store` that keeps documents as the objects they are. Nothing is sealed, but who would be
    shown what is sealed elsewhere is noted as there.
    """

    def __init__(self, service: str = "probe") -> None:
        self.service = service
        self.keyring = MemoryKeyRing()
        self.documents: dict[tuple[type[Stored], str], Stored] = {}
        self.journal: list[Entry] = []
        self.dead: list[DeadLetter] = []
        self.inbox: dict[str, Outcome] = {}
        self.waiting: dict[str, Held] = {}
        self.deadlines: dict[str, Due] = {}
        self.said: dict[str, Said] = {}
        self.effects: dict[str, Effect] = {}

    async def fetch(
        self, kind: type[S], ids: Iterable[str], *, cached: bool = False
    ) -> dict[str, S]:
        found: dict[str, S] = {}
        for id in ids:
            held: Any = self.documents.get((kind, id))
            if held is not None:
                found[id] = await self._shown(held)
        return found

    async def _shown(self, held: S) -> S:
        """As the real store shows it: what is closed to the caller is covered, the rest noted."""
        names, closed = names_in(held), closed_now()
        note_opened(name for name in names if name[0] not in closed)
        if not any(name[0] in closed for name in names):
            return held
        keys = await self.keyring.keys(names, create=True)
        return type(held).model_validate(unseal_values(seal(held, keys), keys, closed))

    async def search(
        self,
        kind: type[S],
        where: dict[str, Any],
        *,
        sort: str | None = None,
        descending: bool = False,
        limit: int = 1000,
        after: str | None = None,
    ) -> list[S]:
        for field in (*where, *([sort] if sort else ())):
            if field not in kind.indexes:
                raise ValueError(f"{kind.__name__}.{field} has no index")
        only_values(where)
        found: list[Any] = [d for (known, _), d in self.documents.items() if known is kind]
        found = [d for d in found if _matches(d, where)]
        if sort:
            found.sort(key=lambda d: getattr(d, sort), reverse=descending)
            if after is not None:
                found = [
                    d
                    for d in found
                    if (getattr(d, sort) < after if descending else getattr(d, sort) > after)
                ]
        return [await self._shown(one) for one in found[:limit]]

    async def search_any(
        self, kind: type[S], field: str, values: Iterable[str], *, limit: int = 10_000
    ) -> list[S]:
        found: dict[str, S] = {}
        for value in values:
            found |= {one.id: one for one in await self.search(kind, {field: value}, limit=limit)}
        return list(found.values())[:limit]

    async def ids(self, kind: type[S], where: dict[str, Any], *, limit: int) -> set[str]:
        for field in where:
            if field not in kind.indexes:
                raise ValueError(f"{kind.__name__}.{field} has no index")
        there = (d for (known, _), d in self.documents.items() if known is kind)
        return {d.id for d in list(filter(lambda d: _matches(d, where), there))[:limit]}

    async def note_access(self, entries: list[AccessEntry]) -> None:
        self.documents |= {(AccessEntry, one.id): one for one in entries}

    async def known(self, ids: list[str]) -> dict[str, Outcome]:
        return {id: self.inbox[id] for id in ids if id in self.inbox}

    async def commit(self, work: Work) -> Block | None:
        for (kind, id), aggregate in work.saved.items():
            now: Any = self.documents.get((kind, id))
            if (now.version if now else 0) != aggregate.version:
                raise Conflict(id)
        if self.inbox.keys() & work.inbox.keys():
            raise Conflict("handled before")
        self._refuse_doubles(work)
        for outcome in work.inbox.values():
            orjson.dumps(outcome.result)  # refuses, as a database does, keys that are no text
        keys = await self.keyring.keys(journal.names_to_write(work), create=True)
        block = journal.write(self.service, work, keys, len(self.journal))
        for key, aggregate in work.saved.items():
            aggregate.version += 1
            self.documents[key] = aggregate
        for key, record in work.records:
            if record is None:
                self.documents.pop(key, None)
            else:
                self.documents[key] = record
        if any(id not in self.deadlines for id, _ in work.fired):
            raise Conflict("a deadline was moved or cancelled since it was read")
        for id, _ in work.fired:
            self.deadlines.pop(id, None)
        for id, at, reminder, message in work.due:
            if at is None or reminder is None:
                self.deadlines.pop(id, None)
                continue
            body = journal.body_of(reminder, keys)
            self.deadlines[id] = Due(
                id, at, name_of(type(reminder)), body, message.story, message.id
            )
            self.said[id] = reminder
        self.effects |= {id: effect for id, effect, _ in work.effects}
        for id, _ in work.done:
            self.effects.pop(id, None)
        self.inbox |= work.inbox
        self.waiting |= {held.message.id: held for held in work.held}
        for id in work.released:
            self.waiting.pop(id, None)
        self.journal += block.entries if block else []
        self.dead += work.dead
        return block

    def _refuse_doubles(self, work: Work) -> None:
        """As a unique index does, also of the values of a list."""
        written: dict[Any, Any] = {key: record for key, record in work.records} | work.saved
        for kind in {key[0] for key in written if key[0].unique}:
            there = {key: one for key, one in self.documents.items() if key[0] is kind}
            there |= {key: one for key, one in written.items() if key[0] is kind}
            for field in kind.unique:
                seen: dict[Any, Any] = {}
                for key, one in there.items():
                    for value in _values(getattr(one, field)) if one is not None else ():
                        if seen.setdefault(value, key) != key:
                            raise Conflict(f"two documents with {field} {value}")

    async def held(self, why: str | None = None) -> list[Held]:
        return [held for held in self.waiting.values() if why in (None, held.why)]

    async def chains(self, keys: Iterable[str]) -> list[Entry]:
        found = [entry for entry in self.journal if entry.key in set(keys)]
        return sorted(found, key=lambda entry: (entry.kind, entry.key, entry.number))

    async def due(self, now: datetime, limit: int) -> list[Due]:
        come = sorted((d for d in self.deadlines.values() if d.at <= now), key=lambda d: d.at)
        return come[:limit]


def _values(value: Any) -> Iterable[Any]:
    return value if isinstance(value, tuple) else (value,)


def _matches(held: Stored, where: dict[str, Any]) -> bool:
    for name, wanted in where.items():
        value = getattr(held, name)
        if value != wanted and not (isinstance(value, tuple) and wanted in value):
            return False
    return True


class World:
    """One service without Kafka and MongoDB: tell it things, and look at what it announced."""

    def __init__(
        self,
        router: Router,
        *,
        adapters: Mapping[str, object] | None = None,
        now: datetime = T0,
    ) -> None:
        self.store = MemoryStore(router.service)
        self.now = now
        self.router = router.bound(adapters or {})
        self.bus = Bus(self.router, self.store, self.store.keyring, lambda: self.now, Quiet())
        self.last = Outcome()
        self._told = 0

    async def tell(
        self, *said: Said, by: Caller = OFFICER, key: str = "", place: str = ""
    ) -> Outcome:
        """Facts and commands, one by one; returns what came of the last one."""
        for one in said:
            self._told += 1
            message = Message(
                id=f"told/{self._told}",
                type=name_of(type(one)),
                said=one,
                origin="command" if isinstance(one, Command) else "event",
                caller=by if isinstance(one, Command) else None,
                topic=getattr(one, "topic", ""),
                key=key or f"told/{self._told}",
                place=place,
                time=self.now,
            )
            self.last = (await self.bus.handle([message]))[message.id]
        return self.last

    async def advance(self, time: timedelta) -> None:
        """Let business time pass; deadlines that come are handled in their order."""
        until = self.now + time
        while come := await self.store.due(until, 1):
            due = come[0]
            self.now = max(self.now, due.at)
            message = Message(
                id=f"{due.id}@{due.at.timestamp()}",
                type=due.type,
                key=due.id,
                body=due.body,
                correlation=due.correlation,
                cause=due.cause,
                time=due.at,
                origin="deadline",
            )
            await self.bus.handle([message])
        self.now = until

    async def do_effects(self) -> None:
        """Do what was recorded to be done outside, and handle how it ended."""
        for id, effect in list(self.store.effects.items()):
            outcome = await self.router.effects[type(effect).__name__].handler(effect)
            if outcome is None:
                self.store.effects.pop(id, None)
                continue
            self._told += 1
            message = Message(
                id=f"{id}!{self._told}",
                key=id,
                type=name_of(type(outcome)),
                said=outcome,
                origin="effect",
            )
            await self.bus.handle([message])

    @property
    def announced(self) -> list[Event]:
        kinds = catalogue()
        return [kinds[entry.type].model_validate_json(entry.body) for entry in self.store.journal]

    @property
    def told(self) -> list[type[Event]]:
        """The kinds of what was announced, in order."""
        return [type(event) for event in self.announced]

    def state(self, kind: type[S], id: str) -> S:
        found: Any = self.store.documents[kind, id]
        return found  # type: ignore[no-any-return]

    @property
    def parked(self) -> list[Held]:
        return [held for held in self.store.waiting.values() if held.why == "parked"]

    @property
    def rejected(self) -> list[str]:
        """Why facts were set aside."""
        return [dict(d.headers)["ansvar-dead-reason"].decode() for d in self.store.dead]

    @property
    def deadlines(self) -> dict[str, Due]:
        return self.store.deadlines

    @property
    def effects(self) -> list[Effect]:
        return list(self.store.effects.values())


async def play(
    router: Router,
    *said: Said,
    adapters: Mapping[str, object] | None = None,
    now: datetime = T0,
    by: Caller = OFFICER,
) -> World:
    """A world in which these things have been said."""
    world = World(router, adapters=adapters, now=now)
    await world.tell(*said, by=by)
    return world


async def until(
    condition: Callable[[], Awaitable[bool]], *, seconds: float = 10.0, every: float = 0.02
) -> None:
    """Wait for a condition with a limit. `every`: the seconds between two looks."""
    end = asyncio.get_running_loop().time() + seconds
    while not await condition():
        if asyncio.get_running_loop().time() > end:
            raise TimeoutError(f"not true within {seconds} s")
        await asyncio.sleep(every)
