"""Screening over the real protocols: lists and parties in the database, a kill in between."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from services.screening.app import Settings, service
from services.screening.domain import Hit, ListedEntry, Polling, Screening, Watchlist
from services.screening.sources import sources
from shared.administration.topics import apply
from shared.embedded.stack import Stack
from shared.envelope import Message
from shared.events.onboarding import OnboardingEvent
from shared.events.screening import CoverageStated, HitRaised, ListRefused
from shared.issuer import Issuer
from shared.mongo import connect
from shared.router import name_of
from shared.runtime import Service
from shared.testing import until
from tests.screening.publisher import publishing
from tests.screening.stage import REGION, SAMPLES, company, owned, person, registered

STORY: dict[str, Any] = json.loads((SAMPLES / "story.json").read_text())
VSEVOLOD = person("a", "Vsevolod Zharkovetskij", "1968-03-17", country="BY")
BALTIC = company("93587278", "Baltic Facility Group ApS")


@pytest.fixture
async def settings(stack: Stack, tmp_path: Path) -> Settings:
    await asyncio.to_thread(apply, stack.kafka_url, ["onboarding", "screening"])
    client = connect(stack.mongo_url)
    await client.drop_database("ansvar_screening")
    client.close()
    key = SecretStr("22" * 32)
    return Settings(
        kafka_url=stack.kafka_url,
        mongo_url=stack.mongo_url,
        embedded=True,
        instance="screening-test",
        master_key=key,
        person_key=key,
        link_key=key,
        clock_file=tmp_path / "clock.json",
        issuer_key_file=tmp_path / "issuer.json",
    )


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Service]:
    one = service(settings)
    await one.start()
    try:
        yield one
    finally:
        await one.stop()


def client(running: Service, settings: Settings, role: str) -> httpx.AsyncClient:
    assert settings.issuer_key_file is not None
    token = Issuer(settings.issuer_key_file).issue("mette", "Mette", [role], ["*"])
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=running.app),
        base_url="http://screening.test",
        headers={"Authorization": f"Bearer {token}"},
        timeout=30,
    )


async def upload(running: Service, settings: Settings, path: str) -> None:
    async with client(running, settings, "admin") as admin:
        source = path.rpartition("/")[2][:2]
        data = (SAMPLES / path).read_bytes()
        answer = await admin.post(f"/lists/{source}", content=data)
        assert answer.status_code == 202, answer.text


async def hear(running: Service, *facts: OnboardingEvent) -> None:
    for number, fact in enumerate(facts):
        message = Message(
            id=f"onboarding/test/{type(fact).__name__}/{number}",
            type=name_of(type(fact)),
            key=f"test-{number}",
            said=fact,
            topic=fact.topic,
        )
        await running.bus.handle([message])


async def in_force(running: Service, source: str, entries: int) -> bool:
    found = (await running.store.fetch(Watchlist, [f"list-{source}"])).get(f"list-{source}")
    return bool(found and found.ref and found.ref.entries == entries)


async def announced(running: Service, kind: type) -> list[str]:
    name = name_of(kind)
    blocks = [block async for block in running.store.blocks()]
    return [entry.key for block in blocks for entry in block.entries if entry.type == name]


async def test_a_list_update_finds_an_owner_and_an_officer_confirms_it(settings: Settings) -> None:
    async with running(settings) as one:
        await upload(one, settings, "lists/un-v1.xml")
        await upload(one, settings, "lists/eu-v1.xml")
        await until(lambda: in_force(one, "eu", 34))
        await until(lambda: in_force(one, "un", 32))
        await hear(
            one, registered(BALTIC), registered(VSEVOLOD), owned(BALTIC.party_id, (VSEVOLOD, 60))
        )
        assert await one.store.search(Hit, {"party_id": "person-a"}) == []
        await upload(one, settings, "lists/eu-v2.xml")

        async def raised() -> bool:
            return bool(await one.store.search(Hit, {"party_id": "person-a"}))

        await until(raised)
        (hit,) = await one.store.search(Hit, {"party_id": "person-a"})
        assert hit.explanation[0].startswith("“Vsevolod Zharkovetskij” resembles")
        async with client(one, settings, "officer") as officer:
            body = {"buyer_id": REGION, "reason": "Same name and date of birth."}
            answer = await officer.post(f"/hits/{hit.id}/confirm", json=body)
            assert answer.status_code == 200, answer.text
            owners = (await officer.get(f"/parties/{BALTIC.party_id}/ownership")).json()
            proof = (await officer.get(f"/parties/{BALTIC.party_id}/screenings")).json()
        assert [flag["verdict"] for flag in owners["flags"]] == ["owned"]
        assert [ref["source"] for ref in proof["compared"]] == ["eu", "un"]
        raw = await one.store.db["Hit"].find_one({"_id": hit.id})
        assert raw["explanation"][0].startswith("sealed:1:personal:person-a:")


async def test_a_restart_goes_on_where_the_process_was_stopped(settings: Settings) -> None:
    async with running(settings) as one:
        await upload(one, settings, "lists/eu-v1.xml")
        await until(lambda: in_force(one, "eu", 34))
        await hear(one, *(registered(person(f"n{i}", VSEVOLOD.name)) for i in range(20)))
        await upload(one, settings, "lists/eu-v2.xml")
    async with running(settings) as again:
        await until(lambda: in_force(again, "eu", 36))

        async def all_raised() -> bool:
            return len(await announced(again, HitRaised)) == 20

        await until(all_raised)

        async def stated() -> bool:
            return bool(await announced(again, CoverageStated))  # the first sweep was overtaken

        await until(stated, seconds=20)
        assert len(await announced(again, HitRaised)) == 20
        entries = await again.store.search(ListedEntry, {"place": "eu/90301"})
        assert len(entries) == 1
        parties = await again.store.search(Screening, {}, limit=100)
        assert {p.version_of("eu") for p in parties} == {
            (await again.store.fetch(Watchlist, ["list-eu"]))["list-eu"].ref.version  # type: ignore[union-attr]
        }


async def test_lists_are_fetched_on_their_own_where_that_is_wanted(settings: Settings) -> None:
    """Every address leads to one small list: it is right for one, and no list for the others."""
    polled = [name for name, known in sources().items() if known.poll]
    with publishing() as publisher:
        publisher.says(200, (Path(__file__).parent / "lists/sdn.xml").read_bytes(), ETag='"1"')
        wanted = {"lists_fetch": True, "lists_addresses": {one: [publisher.url] for one in polled}}
        async with running(settings.model_copy(update=wanted)) as one:
            await until(lambda: in_force(one, "us-consolidated", 2), seconds=20)

            async def refused() -> bool:
                return len(await announced(one, ListRefused)) == len(polled) - 1

            await until(refused, seconds=20)
            (polling,) = (await one.store.fetch(Polling, ["polling-us-consolidated"])).values()
            assert (polling.etag, polling.failures, polling.attempt) == ('"1"', 0, 1)
            (other,) = (await one.store.fetch(Polling, ["polling-eu"])).values()
            assert "the root element is 'sdnList', not 'export'" in other.problem
    assert len(publisher.asked) == len(polled)
