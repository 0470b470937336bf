"""What the way of a message costs: two services against a bare copy of the same writes and sends.

The bare copy reads the same topic, writes the same documents in the same transactions and sends
messages of the same size, without any framework, in the same run on brokers and databases of its
own of the same kind, in turns:

    python -m bench.way [--events 6000] [--parties 2000]

prints events per second of both, their ratio, and p50/p99 at half of the bare copy's throughput.
"""

import argparse
import asyncio
import json
import os
import secrets
import statistics
import sys
import tempfile
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import psutil
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from shared.administration.topics import apply
from shared.embedded.patience import be_patient
from shared.embedded.stack import Stack
from shared.events import type_of
from shared.events.contracts import ContractSigned
from shared.events.words import PartyDescription


class Run:
    """One of the two, on a broker and database of its own."""

    def __init__(self, module: str, parties: int) -> None:
        self.module, self.parties = module, parties
        self.heard: dict[TopicPartition, int] = {}
        """The offset up to which we heard what came out, for each partition."""
        self._sent = 0

    async def __aenter__(self) -> "Run":
        self._folder = tempfile.TemporaryDirectory()
        self._stack = await asyncio.to_thread(Stack(Path(self._folder.name)).__enter__)
        await asyncio.to_thread(
            apply, self._stack.kafka_url, ["onboarding", "screening", "contracts"]
        )
        keys = {f"ANSVAR_{n}_KEY": secrets.token_hex(32) for n in ("MASTER", "PERSON", "LINK")}
        told = {
            "ANSVAR_KAFKA_URL": self._stack.kafka_url,
            "ANSVAR_MONGO_URL": self._stack.mongo_url,
            "ANSVAR_EMBEDDED": "1",
            "ANSVAR_INSTANCE": "bench",
            "ANSVAR_ISSUER_KEY_FILE": str(Path(self._folder.name) / "issuer.json"),
        }
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            self.module,
            env=os.environ | keys | told,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        assert self._process.stdout is not None
        await self._process.stdout.readline()
        url = self._stack.kafka_url
        self._producer = AIOKafkaProducer(bootstrap_servers=url, linger_ms=2)
        self._consumer = AIOKafkaConsumer(
            "screening.v1", bootstrap_servers=url, auto_offset_reset="earliest"
        )
        await self._producer.start()
        await self._consumer.start()
        return self

    @property
    def kafka_url(self) -> str:
        return self._stack.kafka_url

    @property
    def mongo_url(self) -> str:
        return self._stack.mongo_url

    @property
    def pids(self) -> dict[str, int]:
        return {"services": self._process.pid, **self._stack.pids}

    async def __aexit__(self, *_: object) -> None:
        await self._producer.stop()
        await self._consumer.stop()
        with suppress(ProcessLookupError):  # it has ended already, where a measure failed
            self._process.terminate()
        await self._process.wait()
        await asyncio.to_thread(self._stack.__exit__, None, None, None)
        self._folder.cleanup()

    async def feed(
        self, events: int, rate: float | None, sent: dict[str, float] | None = None
    ) -> dict[str, float]:
        """Send contracts, all at once or so many per second; notes in `sent` when each was."""
        began, waiting = time.perf_counter(), []
        sent = {} if sent is None else sent
        for number in range(events):
            self._sent += 1
            id = f"contracts/Contract/c{self._sent}/1"
            party = f"dk-cvr-{self._sent % self.parties:08}"
            if rate:
                await asyncio.sleep(max(0.0, began + number / rate - time.perf_counter()))
            sent[id] = time.perf_counter()
            waiting.append(await self._send(id, party))
        await asyncio.gather(*waiting)
        return sent

    async def _send(self, id: str, party: str) -> asyncio.Future[object]:
        said = ContractSigned(
            contract_id=party,
            buyer_id="dk-cvr-29190623",
            title="Rengøring af sygehuse",
            suppliers=(PartyDescription(party_id=party, name="Nordlys Rengøring A/S"),),
            category="90910000",
        )
        told = {
            "ce_specversion": "1.0",
            "ce_id": id,
            "ce_source": "/ansvar/contracts",
            "ce_type": type_of(ContractSigned),
            "ce_time": datetime.now(UTC).isoformat(),
            "ce_subject": party,
            "ce_correlationid": id,
            "ce_sequence": "1",
        }
        headers = [(name, value.encode()) for name, value in told.items()]
        sending: asyncio.Future[object] = await self._producer.send(
            "contracts.v1",
            said.model_dump_json(exclude_none=True).encode(),
            key=party.encode(),
            headers=headers,
        )
        return sending

    async def arrivals(self, events: int) -> dict[str, float]:
        """When each story reached the end of the second hop."""
        seen: dict[str, float] = {}
        while len(seen) < events:
            if self._process.returncode is not None:
                raise RuntimeError(f"{self.module} ended with {self._process.returncode}")
            fetched = await self._consumer.getmany(timeout_ms=200)
            now = time.perf_counter()
            self.heard |= {place: part[-1].offset + 1 for place, part in fetched.items() if part}
            for record in (r for part in fetched.values() for r in part):
                seen.setdefault(dict(record.headers)["ce_correlationid"].decode(), now)
        return seen

    async def throughput(self, events: int) -> float:
        """Events per second through both hops, when all are there at once."""
        began = time.perf_counter()
        _, seen = await asyncio.gather(self.feed(events, None), self.arrivals(events))
        return events / (max(seen.values()) - began)

    async def delays(self, events: int, rate: float) -> tuple[float, float]:
        """p50 and p99 in milliseconds from sending to the end of the second hop."""
        sent, seen = await asyncio.gather(self.feed(events, rate), self.arrivals(events))
        took = sorted((seen[id] - at) * 1000 for id, at in sent.items())
        return statistics.median(took), took[int(len(took) * 0.99)]


ROUNDS = 3
"""Times that each is measured, in turns: what else the machine does then meets both."""


async def measure(events: int, parties: int) -> dict[str, float]:
    be_patient()
    async with Run("bench.bare", parties) as bare, Run("bench.services", parties) as ours:
        await bare.throughput(parties)
        await ours.throughput(parties)
        rounds = [
            (await bare.throughput(events), await ours.throughput(events)) for _ in range(ROUNDS)
        ]
        rate = statistics.median(bare for bare, _ in rounds) / 2
        delays = [
            (await bare.delays(events // 2, rate), await ours.delays(events // 2, rate))
            for _ in range(ROUNDS)
        ]
        memory = psutil.Process(ours.pids["services"]).memory_info().rss / 2**20
    middle = statistics.median
    figures = {
        "bare_per_second": middle(bare for bare, _ in rounds),
        "ours_per_second": middle(ours for _, ours in rounds),
        "ratio": middle(ours / bare for bare, ours in rounds),
        "paced_at_per_second": rate,
        "bare_p50_ms": middle(bare[0] for bare, _ in delays),
        "ours_p50_ms": middle(ours[0] for _, ours in delays),
        "bare_p99_ms": middle(bare[1] for bare, _ in delays),
        "ours_p99_ms": middle(ours[1] for _, ours in delays),
        "p99_ratio": middle(ours[1] / bare[1] for bare, ours in delays),
        "memory_mb": memory,
    }
    return {name: round(figure, 3) for name, figure in figures.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=6000)
    parser.add_argument("--parties", type=int, default=2000)
    chosen = parser.parse_args()
    figures = asyncio.run(measure(chosen.events, chosen.parties))
    print(json.dumps(figures, indent=2))  # noqa: T201


if __name__ == "__main__":
    main()
