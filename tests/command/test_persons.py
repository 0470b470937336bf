"""A person is found by name, on record, in a real database; what was erased is found no more."""

from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest
from pydantic import SecretStr

from shared.access import AccessEntry
from shared.command.persons import _export, _find, _keep
from shared.command.says import Trouble
from shared.domain import Record
from shared.embedded.stack import Stack
from shared.events.base import Personal
from shared.mongo import MongoKeyRing, MongoStore, connect
from shared.settings import ServiceSettings
from shared.unit import Unit

LYKKE, OTHER = "person-lykke1", "person-other1"


class Known(Record):
    subject_field: ClassVar[str] = "who"

    who: str
    name: Personal[str]
    alias: Personal[str] = ""


@pytest.fixture
async def services(stack: Stack) -> AsyncIterator[list[Any]]:
    settings = ServiceSettings(mongo_url=stack.mongo_url, master_key=SecretStr("11" * 32))
    ring = MongoKeyRing.of(settings)
    store = MongoStore(stack.mongo_url, "onboarding", ring)
    await store.client.drop_database("ansvar_onboarding")
    await store.prepare((Known,))
    unit = Unit(store)
    unit.put(Known(id="a", who=LYKKE, name="Lykke Brandstrup Kvist", alias="L. Kvist"))
    unit.put(Known(id="b", who=OTHER, name="Kvist Hansen"))
    unit.put(Known(id="c", who="dk-cvr-1", name="Lykke Kvist ApS"))
    await store.commit(unit.work)
    yield [SimpleNamespace(name="onboarding", kinds=(Known,), settings=settings)]
    store.close()
    ring.close()
    client = connect(stack.mongo_url)
    for name in ("ansvar_onboarding", "ansvar_keys"):
        await client.drop_database(name)
    client.close()


async def views(stack: Stack) -> list[tuple[str, str]]:
    client: Any = connect(stack.mongo_url)
    found = [d async for d in client["ansvar_onboarding"][AccessEntry.__name__].find({})]
    client.close()
    return [(d["subject"], d["route"]) for d in found]


async def test_a_person_is_found_by_all_words_of_the_name_and_that_is_on_record(
    services: list[Any], stack: Stack
) -> None:
    assert await _find(services, "kvist lykke", "she asks") == {LYKKE: {"onboarding"}}
    assert set(await _find(services, "KVIST", "she asks")) == {LYKKE, OTHER}
    assert await _find(services, "Brand", "she asks") == {}
    assert (LYKKE, "ansvar persons find") in await views(stack)
    with pytest.raises(Trouble, match="at least one word"):
        await _find(services, "  ", "she asks")


async def test_her_export_has_her_values_alone_and_none_after_her_end(
    services: list[Any], stack: Stack
) -> None:
    told = await _export(services, LYKKE, "she asks")
    assert {one["value"] for one in told["values"]} == {"Lykke Brandstrup Kvist", "L. Kvist"}
    await _keep(services, LYKKE, "hold", "a case is in court")
    with pytest.raises(Trouble, match="is held and cannot be erased"):
        await _keep(services, LYKKE, "erase", "she asks")
    await _keep(services, LYKKE, "release", "it is over")
    await _keep(services, LYKKE, "erase", "she asks")
    told = await _export(services, LYKKE, "is it gone?")
    assert {str(one["value"]) for one in told["values"]} == {"Erased"}
    assert await _find(services, "Lykke", "is it gone?") == {}
