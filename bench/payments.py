"""How many invoices a second are answered over HTTP and on the stream, and what that costs.

    python -m bench.payments [INVOICES] [PAYEES] [ANSWERED]

A real `contracts` service with broker and database of its own is sent invoices of payees that it
knows, each with an account of its own, a few of them held and a few unreadable: over HTTP in
bodies of 1 000, the same ones once more, and others on `payments.in.v1`. ANSWERED are invoices that
were answered before all that. The baseline writes what ours writes and sends what ours sends, in
the same run and in batches of the same size, and looks at nothing.
"""

import asyncio
import json
import os
import random
import secrets
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import orjson
import psutil
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from motor.motor_asyncio import AsyncIOMotorClient
from standardwebhooks import Webhook
from stdnum.dk import cvr

from services.contracts.domain import KnownParty, PartyFile
from services.contracts.domain.payees import Payee
from shared.administration.topics import apply
from shared.domain import Aggregate
from shared.embedded.patience import be_patient
from shared.embedded.readiness import HOST, free_ports
from shared.embedded.stack import Stack
from shared.events import type_of
from shared.events.contracts import PaymentsScreened
from shared.issuer import Issuer
from shared.mongo import MongoKeyRing, MongoStore
from shared.store import Work
from tests.onboarding.alone import Memory

BUYER = "dk-cvr-91204711"
BODY, BATCH = 1_000, 250
HELD_EVERY, WRONG_EVERY = 1_000, 2_000
"""One payee in a thousand is held, of those that are paid now and then, and one line in two
thousand is wrong."""

LIMIT = 540.0
SEEDED_AT = datetime(2026, 11, 1, tzinfo=UTC)


def numbers(count: int) -> list[str]:
    """CVR numbers that are right."""
    found, number = list[str](), 10_000_000
    while len(found) < count:
        number += 7
        if cvr.checksum(str(number)) == 0:
            found.append(str(number))
    return found


def iban(payee: str) -> str:
    """A Danish account that is right."""
    account = f"0040{payee:>010}"
    return f"DK{98 - int(account + '132000') % 97:02}{account}"


def invoices(count: int, payees: list[str], run: str) -> list[bytes]:
    """Lines as an ERP writes them: some payees often, most of them seldom."""
    lines, chance = [], random.Random(run)
    accounts = {payee: iban(payee) for payee in payees}
    for n in range(count):
        payee = payees[int(len(payees) * chance.random() ** 3)]
        said = {
            "number": f"{run}-{n}",
            "amount": f"{100 + n % 90_000}.50",
            "currency": "DKK" if n % WRONG_EVERY else "DKR",
            "due": "2026-12-23",
            "payee": {"number": payee, "name": "Leverandør A/S"},
            "iban": accounts[payee],
            "reference": f"{run}{n:08}",
        }
        lines.append(orjson.dumps(said))
    return lines


async def seed(url: str, master: bytes, payees: list[str]) -> None:
    """Payees that the buyer's contracts know, that are screened, and were paid before."""
    keyring = MongoKeyRing(url, master)
    await keyring.prepare()
    store = MongoStore(url, "contracts", keyring)
    await store.prepare((KnownParty, PartyFile, Payee))
    for start in range(0, len(payees), 100):
        work = Work()
        for n, number in enumerate(payees[start : start + 100], start):
            id = f"dk-cvr-{number}"
            hits = ("hit-1",) if n % HELD_EVERY == HELD_EVERY // 2 else ()
            made: list[Aggregate] = [
                KnownParty(id=id, buyers={BUYER: SEEDED_AT}),
                PartyFile(id=id, screened=SEEDED_AT, hits=hits),
                Payee(id=Payee.id_of(BUYER, id), buyer_id=BUYER, party_id=id, accounts=("DK|",)),
            ]
            work.saved |= {(type(one), one.id): one for one in made}
        await store.commit(work)
    store.close()
    keyring.close()


def answered(count: int, now: datetime) -> dict[str, Any]:
    """What is kept of invoices that were answered together."""
    return {
        "_id": secrets.token_hex(12),
        "ids": [secrets.token_hex(12) for _ in range(count)],
        "digests": secrets.token_hex(12 * count),
        "answers": "p" * count,
        "at": now,
    }


async def fill(mongo_url: str, count: int) -> None:
    """So many invoices were answered before."""
    client: AsyncIOMotorClient[dict[str, Any]] = AsyncIOMotorClient(mongo_url, timeoutMS=20_000)
    for start in range(0, count, BATCH):
        some = answered(min(BATCH, count - start), datetime.now(UTC))
        await client["ansvar_contracts"]["Answered"].insert_one(some)
    client.close()


async def bare(mongo_url: str, kafka_url: str, count: int) -> float:
    """Seconds for the same documents, transactions and sends, without looking at anything."""
    client: AsyncIOMotorClient[dict[str, Any]] = AsyncIOMotorClient(mongo_url, timeoutMS=20_000)
    db = client["bare_payments"]
    for name in ("Answered", "PaymentBatch", "journal", "parcels", "inbox"):
        await db.create_collection(name)
    await db.journal.create_index("c")
    await db.journal.create_index("e.key")
    await db.inbox.create_index("ids", unique=True)
    await db.Answered.create_index("ids", unique=True)
    await db.Answered.create_index("at", expireAfterSeconds=65_664_000)
    producer = AIOKafkaProducer(bootstrap_servers=kafka_url, acks="all", enable_idempotence=True)
    await producer.start()
    now = datetime.now(UTC)
    began = time.perf_counter()
    for start in range(0, count, BATCH):
        some = answered(min(BATCH, count - start), now)
        body, answers = secrets.token_bytes(500), some["answers"]
        async with await client.start_session() as session, session.start_transaction():
            await db.Answered.insert_one(some, session=session)
            batch = {"_id": f"batch-{start}", "answers": answers}
            await db.PaymentBatch.insert_one(batch, session=session)
            entry = {"key": f"batch-{start}", "body": body}
            await db.journal.insert_one({"c": start, "e": [entry]}, session=session)
            await db.parcels.insert_one({"c": start}, session=session)
            kept = {"ids": [f"m-{start}"], "at": now, "outcomes": [answers]}
            await db.inbox.insert_one(kept, session=session)
        await producer.send_and_wait("contracts.v1", body, key=b"bare")
        await db.parcels.delete_one({"c": start})
    took = time.perf_counter() - began
    await producer.stop()
    client.close()
    return took


class Running:
    """The service in a process of its own, as `ansvar serve contracts` runs it."""

    def __init__(self, stack: Stack, room: Path) -> None:
        self.master, (self.port,) = secrets.token_hex(32), free_ports(1)
        self.issuer = Issuer(room / "issuer.json")
        told = {
            "ANSVAR_KAFKA_URL": stack.kafka_url,
            "ANSVAR_MONGO_URL": stack.mongo_url,
            "ANSVAR_EMBEDDED": "1",
            "ANSVAR_INSTANCE": "bench",
            "ANSVAR_ISSUER_KEY_FILE": str(room / "issuer.json"),
            "ANSVAR_MASTER_KEY": self.master,
            "ANSVAR_PERSON_KEY": secrets.token_hex(32),
            "ANSVAR_LINK_KEY": secrets.token_hex(32),
            "ANSVAR_WEBHOOK_SECRET": secrets.token_hex(32),
        }
        self._command = [sys.executable, "-m", "shared.command", "serve", "contracts"]
        self._env = os.environ | told
        self._log = room / "contracts.log"

    def __enter__(self) -> "Running":
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                [*self._command, "--port", str(self.port)], env=self._env, stdout=log, stderr=log
            )
        end = time.monotonic() + LIMIT
        while time.monotonic() < end:
            try:
                self.client("x", "admin").get("/healthz").raise_for_status()
                return self
            except httpx.HTTPError:
                if self.process.poll() is not None:
                    raise AssertionError(self._log.read_text()[-2000:]) from None
                time.sleep(0.1)
        raise TimeoutError("contracts does not answer")

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(60)

    def client(self, subject: str, *roles: str) -> httpx.Client:
        token = self.issuer.issue(subject, subject, roles, (BUYER,))
        headers = {"Authorization": f"Bearer {token}"}
        url = f"http://{HOST}:{self.port}"
        return httpx.Client(base_url=url, headers=headers, trust_env=False, timeout=120)


def over_http(client: httpx.Client, lines: list[bytes]) -> tuple[float, dict[str, int]]:
    """Seconds until all are answered, and how often each answer was given.

    What is told to ask again (503) is asked again with its key, as a client does.
    """
    told = dict.fromkeys(("pay", "wait", "hold", "stop", "refused"), 0)
    began = time.perf_counter()
    for start in range(0, len(lines), BODY):
        key = {"Idempotency-Key": secrets.token_hex(8)}
        while True:
            body = b"\n".join(lines[start : start + BODY])
            answer = client.post("/payments", content=body, headers=key)
            if answer.status_code != 503:
                break
            if time.perf_counter() - began > LIMIT:
                raise TimeoutError(answer.text)
        answer.raise_for_status()
        for name in told:
            told[name] += answer.json()[name]
    return time.perf_counter() - began, told


class Busy:
    """Seconds of a processor that some processes use: what load of others does not change."""

    def __init__(self, **pids: int) -> None:
        self._processes = {name: psutil.Process(pid) for name, pid in pids.items()}
        self._before = self._now()

    def _now(self) -> dict[str, float]:
        return {name: sum(one.cpu_times()[:2]) for name, one in self._processes.items()}

    def ms_per_thousand(self, count: int) -> dict[str, int]:
        now = self._now()
        return {name: round((now[name] - self._before[name]) * 1e6 / count) for name in now}


async def on_the_stream(kafka_url: str, source_id: str, secret: str, lines: list[bytes]) -> float:
    """Seconds from the first send until the fact about every invoice has been sent."""
    consumer = AIOKafkaConsumer("contracts.v1", bootstrap_servers=kafka_url)
    await consumer.start()
    producer = AIOKafkaProducer(bootstrap_servers=kafka_url, max_request_size=8_000_000)
    await producer.start()
    signer, waiting = Webhook(secret), len(lines)
    began = time.perf_counter()
    for start in range(0, len(lines), BATCH):
        body, at, id = b"\n".join(lines[start : start + BATCH]), datetime.now(UTC), f"m{start}"
        told = {
            "ansvar-source": source_id,
            "webhook-id": id,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": signer.sign(id, at, body.decode()),
        }
        headers = [(name, value.encode()) for name, value in told.items()]
        await producer.send("payments.in.v1", body, headers=headers)
    while waiting > 0:
        if time.perf_counter() - began > LIMIT:
            raise TimeoutError(f"{waiting} invoices were not answered in {LIMIT:.0f} s")
        for record in _records(await consumer.getmany(timeout_ms=500)):
            if dict(record.headers)["ce_type"].decode() == type_of(PaymentsScreened):
                said = orjson.loads(record.value)
                waiting -= said["lines"] if said["source_id"] == source_id else 0
    took = time.perf_counter() - began
    await producer.stop()
    await consumer.stop()
    return took


def _records(fetched: dict[Any, list[Any]]) -> list[Any]:
    return [record for some in fetched.values() for record in some]


def measure(count: int = 20_000, payees: int = 4_000, before: int = 0) -> dict[str, object]:
    be_patient()
    known = numbers(payees)
    with tempfile.TemporaryDirectory() as name, Stack(Path(name, "stack")) as stack:
        apply(
            stack.kafka_url, ["contracts", "onboarding", "screening", "subcontractors", "breaches"]
        )
        running = Running(stack, Path(name))
        asyncio.run(seed(stack.mongo_url, bytes.fromhex(running.master), known))
        bare_busy = Busy(**stack.pids)
        bare_seconds = asyncio.run(bare(stack.mongo_url, stack.kafka_url, count))
        bare_cost = bare_busy.ms_per_thousand(count)
        with running, Memory(running.process.pid) as memory:
            asyncio.run(fill(stack.mongo_url, before))
            erp, admin = running.client("erp", "integration"), running.client("root", "admin")
            busy = Busy(service=running.process.pid, **stack.pids)
            took, told = over_http(erp, invoices(count, known, "a"))
            cost = busy.ms_per_thousand(count)
            busy = Busy(service=running.process.pid, **stack.pids)
            again, _ = over_http(erp, invoices(count, known, "a"))
            again_cost = busy.ms_per_thousand(count)
            source = admin.post("/payments/sources", json={"buyer_id": BUYER, "name": "erp"}).json()
            busy = Busy(service=running.process.pid, **stack.pids)
            stream = asyncio.run(
                on_the_stream(
                    stack.kafka_url,
                    source["source_id"],
                    source["secret"],
                    invoices(count, known, "b"),
                )
            )
            stream_cost = busy.ms_per_thousand(count)
            exceptions = erp.get("/payments/exceptions", params={"limit": 200}).json()["items"]
    return {
        "invoices": count,
        "payees": payees,
        "answered_before": before,
        "bare_per_second": round(count / bare_seconds),
        "http_per_second": round(count / took),
        "http_ratio": round(bare_seconds / took, 2),
        "again_per_second": round(count / again),
        "stream_per_second": round(count / stream),
        "stream_ratio": round(bare_seconds / stream, 2),
        "cpu_ms_per_thousand": {
            "bare": bare_cost,
            "http": cost,
            "again": again_cost,
            "stream": stream_cost,
        },
        "answers": told,
        "exceptions_for_people": len(exceptions),
        "most_memory_mb": round(memory.most / 1e6),
        "load": round(psutil.getloadavg()[0], 1),
    }


def main() -> None:
    given = [int(one) for one in sys.argv[1:]]
    print(json.dumps(measure(*given), indent=2))  # noqa: T201


if __name__ == "__main__":
    main()
