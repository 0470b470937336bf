"""A payment through the real broker and database, to the person who is asked about it."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest
from aiokafka import AIOKafkaProducer
from standardwebhooks import Webhook

from services.contracts.app import Settings, service
from services.contracts.domain import KnownParty, PartyFile
from services.contracts.domain.payees import PaymentException
from services.contracts.domain.payment_sources import PaymentSource
from services.contracts.payment_commands import OpenPaymentSource
from services.contracts.payment_stream import TOPIC
from shared.administration.topics import apply
from shared.domain import Caller
from shared.embedded.stack import Stack
from shared.envelope import Message
from shared.runtime import Service
from shared.store import Work
from shared.testing import until
from shared.webhooks import Secrets
from tests.contracts.conftest import ROOT_SECRET
from tests.contracts.test_payments import invoice
from tests.contracts.test_status import BUYER

LISTED = "dk-cvr-92431185"
ADMIN = Caller(subject="root", roles=("admin",), buyers=("*",))


@pytest.fixture
async def contracts(stack: Stack, tmp_path: Path) -> Service:
    heard = ["onboarding", "screening", "contracts", "subcontractors", "audits", "breaches"]
    await asyncio.to_thread(apply, stack.kafka_url, heard)
    told = {
        "kafka_url": stack.kafka_url,
        "mongo_url": stack.mongo_url,
        "embedded": True,
        "instance": "test",
        "issuer_key_file": tmp_path / "issuer.json",
        "master_key": "22" * 32,
        "person_key": "11" * 32,
        "link_key": "33" * 32,
        "webhook_secret": ROOT_SECRET,
    }
    return service(Settings.model_validate(told))


async def test_an_invoice_of_a_listed_payee_comes_from_the_topic_to_a_person(
    contracts: Service, stack: Stack
) -> None:
    await contracts.start()
    producer = AIOKafkaProducer(bootstrap_servers=stack.kafka_url)
    await producer.start()
    try:
        now = datetime.now(UTC)
        known = KnownParty(id=LISTED, buyers={BUYER: now})
        file = PartyFile(id=LISTED, screened=now, hits=("hit-1",))
        work = Work(saved={(KnownParty, LISTED): known, (PartyFile, LISTED): file})
        await contracts.store.commit(work)
        asked_for = OpenPaymentSource(buyer_id=BUYER, name="SAP")
        message = Message(
            id="open", type="OpenPaymentSource", said=asked_for, caller=ADMIN, origin="command"
        )
        opened = await contracts.commands.handle(message)
        assert opened.result is not None
        source_id, body = str(opened.result["source_id"]), orjson.dumps(invoice("F1"))
        secret = Secrets(ROOT_SECRET).of(source_id, 1)
        told = {
            "ansvar-source": source_id,
            "webhook-id": "m1",
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": Webhook(secret).sign("m1", now, body.decode()),
        }
        headers = [(name, value.encode()) for name, value in told.items()]
        for _ in range(2):  # a producer that got no answer sends it again
            await producer.send_and_wait(TOPIC, body, headers=headers)

        async def held() -> bool:
            return bool(await contracts.store.search(PaymentException, {"buyer_id": BUYER}))

        await until(held, seconds=30)
        (exception,) = await contracts.store.search(PaymentException, {"buyer_id": BUYER})
        assert (exception.party_id, exception.cause.word) == (LISTED, "listed")
        assert [one.ref.number for one in exception.invoices] == ["F1"]
        asked = [one for one in await contracts.store.chains([exception.id]) if b"need" in one.body]
        assert [orjson.loads(one.body)["need"]["role"] for one in asked] == ["officer"]
        assert not (await contracts.store.search(PaymentSource, {"buyer_id": BUYER}))[0].refusing
    finally:
        await producer.stop()
        await contracts.stop()
