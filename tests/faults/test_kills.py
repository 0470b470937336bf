"""Services are killed at any moment: no fact is lost, no effect doubled, every chain stays whole.

The oracle: accepted = handled + pending; the sum of effects = handled; distinct sent = journal.
"""

import asyncio
import os
import random
import secrets
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from bench.services import Party, Screening
from shared import journal
from shared.administration.topics import apply
from shared.embedded.stack import Stack
from shared.envelope import Entry
from shared.events import type_of
from shared.events.contracts import ContractSigned
from shared.events.words import PartyDescription
from shared.mongo import MongoKeyRing, MongoStore
from shared.testing import until

FACTS, PARTIES, KILLS = 1000, 100, 4
SERVICES = ("onboarding", "screening")


@pytest.fixture
async def own_stack(tmp_path: Path) -> AsyncIterator[Stack]:
    """A broker and database of its own, which kills may disturb."""
    stack = Stack(tmp_path)
    await asyncio.to_thread(stack.start)
    yield stack
    await asyncio.to_thread(stack.stop)


class Victim:
    """The two services in one process that is killed and started again."""

    def __init__(self, stack: Stack) -> None:
        keys = {
            f"ANSVAR_{name}_KEY": secrets.token_hex(32) for name in ("MASTER", "PERSON", "LINK")
        }
        self.master = bytes.fromhex(keys["ANSVAR_MASTER_KEY"])
        self._told = keys | {
            "ANSVAR_KAFKA_URL": stack.kafka_url,
            "ANSVAR_MONGO_URL": stack.mongo_url,
            "ANSVAR_EMBEDDED": "1",
            "ANSVAR_INSTANCE": "victim",
            "ANSVAR_ISSUER_KEY_FILE": str(stack.data / "issuer.json"),
        }

    async def start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bench.services",
            env=os.environ | self._told,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        assert self._process.stdout is not None
        await asyncio.wait_for(self._process.stdout.readline(), 30)

    async def kill(self) -> None:
        self._process.kill()
        await self._process.wait()

    async def stop(self) -> None:
        self._process.terminate()
        await asyncio.wait_for(self._process.wait(), 20)


async def feed(url: str) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=url, linger_ms=2)
    await producer.start()
    for number in range(FACTS):
        party = f"dk-cvr-{number % PARTIES:08}"
        described = PartyDescription(party_id=party, name="Nordlys Rengøring A/S")
        said = ContractSigned(
            contract_id=party,
            buyer_id="dk-cvr-1",
            title="Rengøring",
            suppliers=(described,),
            category="90910000",
        )
        told = {
            "ce_id": f"contracts/Contract/{party}/{number}",
            "ce_type": type_of(ContractSigned),
            "ce_time": datetime.now(UTC).isoformat(),
            "ce_subject": party,
        }
        await producer.send(
            "contracts.v1",
            said.model_dump_json(exclude_none=True).encode(),
            key=party.encode(),
            headers=[(name, value.encode()) for name, value in told.items()],
        )
        await asyncio.sleep(1 / 250)
    await producer.stop()


async def sent_on(url: str, topic: str, enough: int) -> tuple[set[str], int]:
    """The distinct ids on a topic, and how often a fact came before the one it follows."""
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=url, auto_offset_reset="earliest")
    await consumer.start()
    ids, last, gaps = set[str](), dict[bytes, int](), 0
    async with asyncio.timeout(30):
        while len(ids) < enough:
            fetched = await consumer.getmany(timeout_ms=500)
            for record in (record for part in fetched.values() for record in part):
                headers = dict(record.headers)
                number = int(headers["ce_sequence"])
                gaps += number > last.get(record.key, 0) + 1
                last[record.key] = max(number, last.get(record.key, 0))
                ids.add(headers["ce_id"].decode())
    await consumer.stop()
    return ids, gaps


async def test_killed_services_lose_and_double_nothing(own_stack: Stack) -> None:
    url = own_stack.kafka_url
    await asyncio.to_thread(apply, url, [*SERVICES, "contracts"])
    victim, chance = Victim(own_stack), random.Random(5)
    await victim.start()
    feeding = asyncio.create_task(feed(url))
    for _ in range(KILLS):
        await asyncio.sleep(chance.uniform(0.3, 1.2))
        await victim.kill()
        await victim.start()
    await feeding
    keyring = MongoKeyRing(own_stack.mongo_url, victim.master)
    stores = {name: MongoStore(own_stack.mongo_url, name, keyring) for name in SERVICES}
    kinds: dict[str, type[Party] | type[Screening]] = dict(
        zip(SERVICES, (Party, Screening), strict=True)
    )

    async def all_handled() -> bool:
        parties = await stores["onboarding"].search(Party, {}, limit=1000)
        screenings = await stores["screening"].search(Screening, {}, limit=1000)
        pending = [(await store.counts())["relay_depth"] for store in stores.values()]
        return (
            sum(party.contracts for party in parties) >= FACTS
            and sum(screening.times for screening in screenings) >= FACTS
            and not any(pending)
        )

    await until(all_handled, seconds=60)
    assert sum(p.contracts for p in await stores["onboarding"].search(Party, {})) == FACTS
    assert sum(s.times for s in await stores["screening"].search(Screening, {})) == FACTS
    for name, store in stores.items():

        async def entries(store: MongoStore = store) -> AsyncIterator[list[Entry]]:
            async for block in store.blocks():
                yield block.entries

        heads = await store.heads([kinds[name]])
        report = await journal.verify(name, entries(), heads)
        assert (report.problems, report.entries) == ([], FACTS)
        ids, gaps = await sent_on(url, f"{name}.v1", FACTS)
        assert (len(ids), gaps) == (FACTS, 0)
    await victim.stop()
