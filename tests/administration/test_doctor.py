"""`ansvar doctor` says of each part whether it is well, and what to do where it is not."""

import asyncio
from datetime import UTC, datetime

import pytest

from shared.administration import topics
from shared.administration.doctor import examine
from shared.embedded.stack import Stack
from shared.finding import Finding
from shared.http import Api
from shared.issuer import Issuer
from shared.mongo import MongoKeyRing, MongoStore
from shared.router import Router
from shared.runtime import Service
from shared.settings import ServiceSettings
from shared.store import Store
from tests.shared.probe import Party

KEY = "ab" * 32


async def look_after_the_pump(store: Store, now: datetime) -> list[Finding]:
    return [Finding("pump", f"it leaks on {now:%A}", "tighten it")]


@pytest.fixture
def service(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Service:
    issuer = tmp_path_factory.mktemp("issuer") / "issuer.json"
    Issuer(issuer)
    settings = ServiceSettings(
        kafka_url=stack.kafka_url,
        mongo_url=stack.mongo_url,
        master_key=KEY,
        person_key=KEY,
        link_key=KEY,
        issuer_key_file=issuer,
        embedded=True,
    )
    return Service(
        "patient",
        router=Router("patient"),
        api=Api("patient"),
        settings=settings,
        aggregates=(Party,),
        examine=look_after_the_pump,
    )


async def found(service: Service) -> dict[str, Finding]:
    return {f"{one.part}": one async for one in examine([service])}


async def test_what_is_missing_is_named_with_what_to_do_and_well_once_it_is_done(
    service: Service,
) -> None:
    before = await found(service)
    assert "patient.v1" in before["topics"].told
    assert "topics apply" in before["topics"].remedy
    assert "indexes are missing: journal.c" in before["patient"].told
    await asyncio.to_thread(topics.apply, service.settings.kafka_url, ["patient"])
    settings = service.settings
    store = MongoStore(
        settings.mongo_url, "patient", MongoKeyRing(settings.mongo_url, settings.key("master"))
    )
    await store.prepare(service.kinds)
    store.close()
    after = await found(service)
    assert after["topics"].well
    assert after["patient"].well
    assert after["database"].well
    assert after["clock of the database"].well
    assert after["broker"].well


async def test_what_a_service_alone_knows_is_asked_of_it(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monday = datetime(2026, 11, 30, tzinfo=UTC)
    monkeypatch.setattr(service, "now", lambda: monday)  # business time, as the figures have it
    told = (await found(service))["pump"]
    assert told == Finding("pump", "it leaks on Monday", "tighten it")


async def test_a_broker_that_is_away_keeps_no_other_look_from_looking(service: Service) -> None:
    service.settings.kafka_url = "127.0.0.1:1"
    told = await found(service)
    assert not told["broker"].well
    assert told["database"].well


async def test_a_database_that_is_away_is_asked_once_and_not_for_each_service(
    service: Service,
) -> None:
    service.settings.mongo_url = "mongodb://127.0.0.1:1/?directConnection=true"
    told = await found(service)
    assert not told["database"].well
    assert told["services"].told == "not looked at while the database does not answer"
    assert "patient" not in told


async def test_a_key_that_is_no_key_is_named(service: Service) -> None:
    service.settings.link_key = type(service.settings.link_key)("short")
    told = (await found(service))["patient"]
    assert "ANSVAR_LINK_KEY must be 32 bytes in hexadecimal" in told.told
    assert told.remedy


async def test_documents_of_an_older_or_a_newer_release_are_named(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = service.settings
    keyring = MongoKeyRing(settings.mongo_url, settings.key("master"))
    store = MongoStore(settings.mongo_url, "patient", keyring)
    await store.prepare(service.kinds)
    await store.db.Party.insert_many([{"_id": "old"}, {"_id": "new", "_shape": 3}])
    monkeypatch.setattr(Party, "shape", 2)
    monkeypatch.setattr(Party, "upgrades", {1: dict})
    told = [one async for one in examine([service]) if one.part == "patient documents"]
    assert [one.told.split(" documents")[0] for one in told] == ["1", "1"]
    assert "migrate apply" in told[0].remedy
    assert "finish the upgrade" in told[1].remedy
    await store.db.Party.delete_many({})
    store.close()
    keyring.close()


async def test_a_user_who_may_not_write_is_told_which_role_is_missing(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refused(*_: object) -> bool:
        raise PermissionError("not authorized on ansvar_patient to execute command")

    monkeypatch.setattr(MongoStore, "lease", refused)
    told = (await found(service))["patient permissions"]
    assert "not authorized" in told.told
    assert "readWrite on the database ansvar_patient" in told.remedy
