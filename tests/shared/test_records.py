"""Records in a real database: new ones are inserted, and two that are new at once are one."""

from collections.abc import AsyncIterator

import pytest

from shared.domain import Record
from shared.mongo import MongoKeyRing, MongoStore
from shared.settings import ServiceSettings
from shared.store import Conflict
from shared.unit import Unit


class Line(Record):
    said: str


@pytest.fixture
async def store(settings: ServiceSettings) -> AsyncIterator[MongoStore]:
    keyring = MongoKeyRing(settings.mongo_url, bytes(32))
    store = MongoStore(settings.mongo_url, "onboarding", keyring)
    await store.prepare((Line,))
    yield store
    store.close()
    keyring.close()


async def _kept(store: MongoStore) -> dict[str, str]:
    found = await store.fetch(Line, ["a", "b"])
    return {id: line.said for id, line in found.items()}


async def test_a_record_that_was_not_there_is_written_as_it_was_put_last(
    store: MongoStore,
) -> None:
    unit = Unit(store)
    assert await unit.record(Line, "a") is None
    unit.put(Line(id="a", said="first"))
    unit.put(Line(id="a", said="second"))
    unit.put(Line(id="b", said="moment"), new=True)
    await store.commit(unit.work)
    assert await _kept(store) == {"a": "second", "b": "moment"}
    unit = Unit(store)
    unit.put(Line(id="a", said="third"))
    await store.commit(unit.work)
    assert (await _kept(store))["a"] == "third"


async def test_what_another_wrote_meanwhile_is_a_conflict_and_stays(store: MongoStore) -> None:
    one, other = Unit(store), Unit(store)
    for unit, said in ((one, "one"), (other, "other")):
        assert await unit.record(Line, "a") is None
        unit.put(Line(id="a", said=said))
    await store.commit(one.work)
    with pytest.raises(Conflict):
        await store.commit(other.work)
    assert await _kept(store) == {"a": "one"}
