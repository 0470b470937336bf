"""Old and new releases on one database: nothing is lost, and what is old becomes new once."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, ClassVar

import pytest

from shared.documents import SHAPE
from shared.domain import Aggregate, Record
from shared.migrations import apply, drop_obsolete, standing
from shared.mongo import MongoKeyRing, MongoStore
from shared.settings import ServiceSettings
from shared.store import Conflict, Outage
from shared.testing import until
from shared.unit import Unit


def old_release() -> type[Aggregate]:
    class Machine(Aggregate):
        indexes: ClassVar[tuple[str, ...]] = ("maker",)
        name: str = ""
        maker: str = ""

    return Machine


def with_a_field_more() -> type[Aggregate]:
    class Machine(Aggregate):
        indexes: ClassVar[tuple[str, ...]] = ("maker",)
        name: str = ""
        maker: str = ""
        colour: str = "grey"

    return Machine


def in_another_shape() -> type[Aggregate]:
    def parted(document: dict[str, Any]) -> dict[str, Any]:
        first, _, rest = document.pop("name").partition(" ")
        return document | {"names": [first, rest]}

    class Machine(Aggregate):
        indexes: ClassVar[tuple[str, ...]] = ("names",)
        shape: ClassVar[int] = 2
        upgrades: ClassVar[Any] = {1: parted}
        names: tuple[str, ...] = ()
        maker: str = ""

    return Machine


class Line(Record):
    said: str = ""


@pytest.fixture
async def store(settings: ServiceSettings) -> AsyncIterator[MongoStore]:
    async with _store(settings) as one:
        yield one


def _store(settings: ServiceSettings) -> "_Opened":
    return _Opened(settings)


class _Opened:
    def __init__(self, settings: ServiceSettings) -> None:
        self._settings = settings

    async def __aenter__(self) -> MongoStore:
        self._keyring = MongoKeyRing(self._settings.mongo_url, bytes(32))
        self.store = MongoStore(self._settings.mongo_url, "onboarding", self._keyring)
        return self.store

    async def __aexit__(self, *_: object) -> None:
        self.store.close()
        self._keyring.close()


async def save(store: MongoStore, kind: type[Any], id: str, **fields: Any) -> None:
    unit = Unit(store)
    one = await unit.load(kind, id) or kind(id=id)
    for name, value in fields.items():
        setattr(one, name, value)
    unit.save(one)
    await store.commit(unit.work)


async def test_what_only_a_newer_release_knows_stays_when_an_older_one_saves(
    store: MongoStore,
) -> None:
    old, new = old_release(), with_a_field_more()
    await store.prepare((new,))
    await save(store, new, "a", name="drill", colour="red")
    store._cache.clear()
    await save(store, old, "a", name="drill 2")
    await save(store, old, "a", maker="Nordlys")  # from memory this time
    found = (await store.fetch(new, ["a"]))["a"]
    assert (found.name, found.maker, found.colour) == ("drill 2", "Nordlys", "red")  # type: ignore[attr-defined]


async def test_a_record_that_is_put_anew_keeps_what_a_newer_release_wrote(
    store: MongoStore,
) -> None:
    await store.prepare((Line,))
    await store.db.Line.insert_one({"_id": "a", "said": "one", "tone": "kind"})
    unit = Unit(store)
    assert await unit.record(Line, "a") is not None
    unit.put(Line(id="a", said="two"))
    await store.commit(unit.work)
    assert await store.db.Line.find_one({"_id": "a"}) == {
        "_id": "a",
        "said": "two",
        "tone": "kind",
    }


async def test_an_older_release_waits_at_what_it_could_not_keep(store: MongoStore) -> None:
    old, new = old_release(), in_another_shape()
    await store.prepare((old,))
    await save(store, old, "a", name="drill one")
    await save(store, new, "a", maker="Nordlys")
    with pytest.raises(Outage, match="shape 2"):
        await store.fetch(old, ["a"])
    assert (await standing(store, (old,))).newer == {"Machine": 1}


async def test_a_newer_release_reads_both_shapes_and_rewrites_the_rest(store: MongoStore) -> None:
    old, new = old_release(), in_another_shape()
    await store.prepare((old,))
    for n in range(5):
        await save(store, old, f"m{n}", name=f"drill {n}")
    await save(store, new, "m0", maker="Nordlys")
    before = await standing(store, (new,))
    assert before.old == {"Machine": 4}
    assert before.missing == ["Machine.names"]
    assert before.obsolete == ["Machine.maker"]
    assert await apply(store, (new,)) == {"Machine": 4}
    assert (await standing(store, (new,))).done
    assert await apply(store, (new,)) == {}
    assert await drop_obsolete(store, (new,)) == ["Machine.maker"]
    found = await store.fetch(new, [f"m{n}" for n in range(5)])
    assert found["m3"].names == ("drill", "3")  # type: ignore[attr-defined]
    assert found["m0"].names == ("drill", "0")  # type: ignore[attr-defined]


async def test_who_held_a_document_in_memory_finds_that_it_was_rewritten(
    store: MongoStore, settings: ServiceSettings
) -> None:
    old, new = old_release(), in_another_shape()
    await store.prepare((old,))
    await save(store, old, "a", name="drill one")
    holder = Unit(store)
    await holder.prefetch(old, ["a"], cached=True)
    held = await holder.load(old, "a")
    assert held is not None
    async with _store(settings) as elsewhere:
        await apply(elsewhere, (new,))
    holder.save(held)
    with pytest.raises(Conflict):
        await store.commit(holder.work)


async def test_two_that_apply_at_once_and_a_service_that_saves_meanwhile_lose_nothing(
    store: MongoStore, settings: ServiceSettings
) -> None:
    old, new = old_release(), in_another_shape()
    await store.prepare((old,))
    many = [{"_id": f"m{n}", "version": 1, "name": f"drill {n}", "maker": ""} for n in range(300)]
    await store.db.Machine.insert_many(many)

    async def saves() -> int:
        for n in range(0, 300, 30):
            while True:
                try:
                    await save(store, new, f"m{n}", maker="Nordlys")
                    break
                except Conflict:
                    continue
        return 0

    async with _store(settings) as one, _store(settings) as other:
        done = await asyncio.gather(apply(one, (new,)), apply(other, (new,)), saves())
    rewritten = sum(told.get("Machine", 0) for told in done if isinstance(told, dict))
    assert 290 <= rewritten <= 300
    documents = await store.db.Machine.find({}).to_list(None)
    assert len(documents) == 300
    assert all(d[SHAPE] == 2 and d["names"] == ["drill", d["_id"][1:]] for d in documents)
    assert sum(d["maker"] == "Nordlys" for d in documents) == 10


HERE = str(Path(__file__).parents[2])

KILLED = """
import asyncio, sys
from shared.migrations import apply
from shared.mongo import MongoKeyRing, MongoStore
from tests.shared.test_migrations import in_another_shape

async def main():
    keyring = MongoKeyRing(sys.argv[1], bytes(32))
    store = MongoStore(sys.argv[1], "onboarding", keyring)
    await apply(store, (in_another_shape(),))

asyncio.run(main())
"""


async def test_a_kill_in_the_middle_leaves_what_was_done_and_the_next_one_goes_on(
    store: MongoStore, settings: ServiceSettings
) -> None:
    new = in_another_shape()
    await store.prepare((old_release(),))
    many = [{"_id": f"m{n}", "version": 1, "name": f"drill {n}", "maker": ""} for n in range(600)]
    await store.db.Machine.insert_many(many)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", KILLED, settings.mongo_url, env=os.environ | {"PYTHONPATH": HERE}
    )

    async def some_are_done() -> bool:
        first = await store.db.Machine.find_one({"_id": "m0"})
        return first is not None and SHAPE in first

    await until(some_are_done, seconds=60)
    process.send_signal(signal.SIGKILL)
    await process.wait()
    left = (await standing(store, (new,))).old["Machine"]
    assert 0 < left < 600
    assert await apply(store, (new,)) == {"Machine": left}
    documents = await store.db.Machine.find({}).to_list(None)
    assert all(d["names"] == ["drill", d["_id"][1:]] and d["version"] == 2 for d in documents)
