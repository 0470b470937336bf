"""Numbers of persons that are planted everywhere come out nowhere: database, topic and log."""

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiokafka import AIOKafkaConsumer
from pydantic import SecretStr

from services.onboarding.app import Settings
from services.onboarding.app import service as onboarding
from services.onboarding.domain import Document, State, claim_id, qualification_id
from shared.administration.topics import apply
from shared.embedded.stack import Stack
from shared.envelope import Message
from shared.issuer import Issuer
from shared.mongo import connect
from shared.router import name_of
from shared.runtime import Service
from shared.testing import until

from .papers import BUYER, CONTRACT, NORDLYS, screened, signed
from .test_privacy import CPR, PERSONNUMMER, paper

SAMPLES = Path(__file__).parents[2] / "samples"
SECONDS = 60.0
DATABASE = "ansvar_onboarding"
PLANTED = tuple(
    form
    for number in (CPR, PERSONNUMMER)
    for form in (number, number.replace("-", ""), number.replace("-", " "))
)


@pytest.fixture
async def running(stack: Stack, tmp_path: Path) -> AsyncIterator[Service]:
    topics = ["onboarding", "contracts", "screening", "subcontractors", "breaches"]
    await asyncio.to_thread(apply, stack.kafka_url, topics)
    client = connect(stack.mongo_url)
    await client.drop_database(DATABASE)
    client.close()
    service = onboarding(
        Settings(
            kafka_url=stack.kafka_url,
            mongo_url=stack.mongo_url,
            embedded=True,
            instance="planted",
            master_key=SecretStr("11" * 32),
            person_key=SecretStr("33" * 32),
            link_key=SecretStr("22" * 32),
            clock_file=tmp_path / "clock.json",
            issuer_key_file=tmp_path / "issuer.json",
        )
    )
    await service.start()
    yield service
    await service.stop()


async def everything_in(stack: Stack) -> bytes:
    """All that the database holds, files and journal too, as it lies there."""
    client: Any = connect(stack.mongo_url)
    found: list[bytes] = []
    for name in await client.list_database_names():
        for collection in await client[name].list_collection_names():
            async for document in client[name][collection].find({}):
                found.append(b"".join(_pieces(document)))
    client.close()
    return b"\n".join(found)


def _pieces(value: object) -> list[bytes]:
    if isinstance(value, dict):
        return [piece for k, v in value.items() for piece in (str(k).encode(), *_pieces(v))]
    if isinstance(value, list | tuple):
        return [piece for one in value for piece in _pieces(one)]
    return [bytes(value) if isinstance(value, bytes) else f"{value} ".encode()]


async def everything_on(stack: Stack, topic: str, least: int) -> bytes:
    """All messages of a topic with their headers; waits until there are so many."""
    consumer = AIOKafkaConsumer(
        topic, bootstrap_servers=stack.kafka_url, auto_offset_reset="earliest"
    )
    await consumer.start()
    found: list[bytes] = []
    try:
        async with asyncio.timeout(SECONDS):
            while len(found) < least:
                for messages in (await consumer.getmany(timeout_ms=200)).values():
                    for m in messages:
                        headers = b"".join(key.encode() + v for key, v in m.headers)
                        found.append(b" ".join((m.key or b"", headers, m.value or b"")))
    finally:
        await consumer.stop()
    return b"\n".join(found)


async def test_planted_numbers_come_out_nowhere(
    running: Service, stack: Stack, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for event in (signed(), screened(NORDLYS)):
        kind = name_of(type(event))
        heard = Message(id=f"heard/{kind}", type=kind, said=event, topic=event.topic)
        await running.bus.handle([heard])
    token = Issuer(tmp_path / "issuer.json").issue("mette", "Mette", ("officer",), (BUYER,))
    attest = paper(
        "Skatteverket",
        "Intyg om skatter och avgifter",
        "Utfardat 2026-11-17",
        f"Organisationsnummer {PERSONNUMMER}",
        f"Namn Sven Svensson {CPR}",
        "Skatteskulder Inga skulder",
    )
    espd = (SAMPLES / "espd/nordlys-espd-4.1.0.xml").read_bytes()
    client = httpx.AsyncClient(
        transport=httpx.ASGITransport(app=running.app),
        base_url="http://ansvar.test",
        headers={"Authorization": f"Bearer {token}"},
    )
    reason = {"reason": f"seen with {CPR} and {PERSONNUMMER}"}
    async with client:
        for name, data in ((f"intyg {PERSONNUMMER}.pdf", attest), (f"{CPR}.xml", espd)):
            form = {"buyer_id": BUYER}
            answer = await client.post("/documents", data=form, files={"file": (name, data)})
            assert answer.status_code == 200, answer.text

        async def are_read() -> bool:
            held = await running.store.search(Document, {"buyer_id": BUYER})
            return len(held) == 2 and all(one.state is not State.RECEIVED for one in held)

        await until(are_read, seconds=SECONDS)
        trader = {
            "name": f"Sven {CPR}",
            "number": PERSONNUMMER,
            "scheme": "SE-BLV",
            "address": f"Vägen 1, {CPR}",
        }
        qualification = qualification_id(CONTRACT, NORDLYS.party_id, "supplier")
        body = {"buyer_id": BUYER, "kind": "espd", "purpose": f"about {CPR}"}
        for url, sent in (
            ("/parties", trader),
            (f"/claims/{claim_id(BUYER, NORDLYS.party_id, 'EX-G')}/waive", reason),
            (f"/qualifications/{qualification}/refuse", reason),
            (f"/parties/{NORDLYS.party_id}/requests", body),
        ):
            answer = await client.post(url, json=sent)
            assert answer.status_code == 200, (url, answer.text)
        wrong = await client.post("/parties", json=trader | {"number": "800101-1232"})
        assert wrong.status_code == 422
        assert "8001011232" not in wrong.text
        assert "800101-1232" not in wrong.text
    facts = len([e async for e in _journal(stack)])
    kept, said = await everything_in(stack), await everything_on(stack, "onboarding.v1", facts)
    logged = "\n".join((*(r.getMessage() for r in caplog.records), caplog.text)).encode()
    assert b"QualificationRefused" in said
    assert b"person number removed" in kept
    for number in PLANTED:
        for where in (kept, said, logged):
            assert number.encode() not in where


async def _journal(stack: Stack) -> AsyncIterator[Any]:
    """Each fact in the journal's blocks."""
    client: Any = connect(stack.mongo_url)
    async for block in client[DATABASE]["journal"].find({}):
        for entry in block.get("entries", (block,)):
            yield entry
    client.close()
