"""The console at a region's size: its read models filled by facts, then every main page by time.

    python -m bench.console [--contracts 2000] [--facts 100000] [--rounds 30] [--folder KEPT]

`processor_ms` is what a page costs console and database together, whatever else the machine does.
Pages are asked for over HTTP of one process with the embedded database; commands and what other
services say live are not part of it. A page is to be served in 100 ms (issue 8). `--folder`, or the
variable BENCH_KEPT, keeps the filled database (`bench.filling`). One that was stopped goes on,
and one that is there is used.
"""

import argparse
import asyncio
import json
import os
import resource
import statistics
import tempfile
import time
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx

from bench.filling import BUYER, YEAR, Region, begun, fill
from services.console.api import api
from services.console.app import AGGREGATES, RECORDS
from services.console.cookies import Seal
from services.console.courier import Courier
from services.console.seeking import Seeker
from shared.command.host import keep_what_is_loaded
from shared.domain import Caller
from shared.embedded.patience import be_patient
from shared.embedded.stack import Stack
from shared.figures import Metrics
from shared.http import build_http
from shared.issuer import Issuer
from shared.mongo import MongoKeyRing, MongoStore

OFFICER = Caller(subject="mette.lund", name="Mette Lund", roles=("officer",), buyers=(BUYER,))
AIM_MS = 100.0


PAGES = {
    "today": "/",
    "hits": "/hits",
    "hits, all": "/hits?show=all",
    "a hit": "/hits/hit-000000000007",
    "cases": "/cases",
    "a case": "/cases/case-000000000007",
    "documents to review": "/documents",
    "all documents": "/documents?show=any",
    "suppliers": "/suppliers",
    "suppliers, in the middle": "/suppliers?after=m",
    "all parties": "/suppliers?show=all",
    "a supplier": "/suppliers/dk-cvr-30000049",
    "a supplier, half a year ago": "/suppliers/dk-cvr-30000049?as_of={half_a_year_ago}",
    "contracts not clear": "/contracts",
    "all contracts": "/contracts?show=all",
    "all contracts, at the end": "/contracts?show=all&after=8/vask 1",
    "a contract": "/contracts/rn-00007-k1",
    "a contract with 300 members": "/contracts/rn-00000-k1",
    "the picture of its chain": "/contracts/rn-00000-k1/picture",
    "the table of its chain": "/contracts/rn-00000-k1/chain",
    "arrivals": "/arrivals",
    "pairs that look alike": "/likenesses",
    "lists": "/lists",
    "search, a number": "/search?q=30000049",
    "search, mistyped": "/search?q={mistyped}",
    "search, a common word": "/search?q=rengoring",
}


async def measure(
    contracts: int, parties: int, facts: int, rounds: int, kept: Path | None
) -> dict[str, Any]:
    be_patient()
    with tempfile.TemporaryDirectory() as passing:
        folder = kept or Path(passing)
        folder.mkdir(parents=True, exist_ok=True)
        stack = Stack(folder / "stack")
        await asyncio.to_thread(stack.__enter__)
        try:
            region = Region(contracts, parties, facts, seed=7, now=begun(folder))
            return await _measure(region, stack, folder, rounds)
        finally:
            await asyncio.to_thread(stack.__exit__, None, None, None)


class Still:
    """The day of the last fact, whenever the pages are measured: with its news and deadlines."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now


async def _measure(region: Region, stack: Stack, folder: Path, rounds: int) -> dict[str, Any]:
    keyring = MongoKeyRing(stack.mongo_url, bytes(32))
    store = MongoStore(stack.mongo_url, "console", keyring)
    await keyring.prepare()
    await store.prepare((*AGGREGATES, *RECORDS))
    adapters: dict[str, Any] = {"seeker": Seeker(bytes(32))}
    filling = await fill(region, store, adapters, folder)
    issuer = Issuer(folder / "issuer.json")
    desk = SimpleNamespace(
        name="console",
        api=api,
        store=store,
        clock=Still(region.now),
        metrics=Metrics("console"),
        verifier=issuer.verifier(),
        settings=SimpleNamespace(public_url="http://bench.test"),
        commands=None,
        adapters=adapters
        | {
            "courier": Courier("http://127.0.0.1:9"),  # nobody answers there, at once
            "people": {},
            "provider": None,
            "seal": Seal(bytes(32)),
        },
    )
    token = issuer.issue(OFFICER.subject, OFFICER.name, OFFICER.roles, OFFICER.buyers)
    name = region.parties[70].name.split()[0].lower()
    mistyped = f"{name[:3]}x{name[4:]}"
    ago = (region.now - YEAR / 2).date()
    pages = {}
    transport = httpx.ASGITransport(app=build_http(desk))
    async with httpx.AsyncClient(
        transport=transport,
        base_url="http://bench.test",
        headers={"Authorization": f"Bearer {token}", "Accept-Language": "da"},
        timeout=60,
    ) as client:
        keep_what_is_loaded()
        for what, path in PAGES.items():
            pages[what] = await _timed(
                client, path.format(mistyped=mistyped, half_a_year_ago=ago), rounds
            )
    store.close()
    keyring.close()
    slowest = max(pages, key=lambda what: pages[what]["processor_ms"])
    slow = [what for what, figures in pages.items() if figures["p95_ms"] > AIM_MS]
    return {
        "filling": filling,
        "memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000),
        "load": [round(one, 1) for one in os.getloadavg()],
        "slowest": slowest,
        "slowest_processor_ms": pages[slowest]["processor_ms"],
        "pages": pages,
        "slower_than_aimed": slow,
    }


def _database_seconds() -> float:
    """Processor time that the children of this process have used: broker and database."""
    ticks = 0
    for one in Path(f"/proc/{os.getpid()}/task").iterdir():
        for child in (one / "children").read_text().split():
            fields = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


async def _timed(client: httpx.AsyncClient, path: str, rounds: int) -> dict[str, float]:
    (await client.get(path)).raise_for_status()
    times = []
    own, theirs = time.process_time(), _database_seconds()
    for _ in range(rounds):
        began = time.perf_counter()
        answer = await client.get(path)
        times.append((time.perf_counter() - began) * 1000)
        answer.raise_for_status()
    own, theirs = time.process_time() - own, _database_seconds() - theirs
    times.sort()
    return {
        "processor_ms": round((own + theirs) * 1000 / rounds, 1),
        "of_that_database_ms": round(theirs * 1000 / rounds, 1),
        "p50_ms": round(statistics.median(times), 1),
        "p95_ms": round(times[int(len(times) * 0.95)], 1),
        "kb": round(len(answer.content) / 1000, 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contracts", type=int, default=2_000)
    parser.add_argument("--parties", type=int, default=12_000)
    parser.add_argument("--facts", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument(
        "--folder",
        type=Path,
        default=os.environ.get("BENCH_KEPT"),
        help="keep the filled database there, and use it",
    )
    asked = parser.parse_args()
    figures = asyncio.run(
        measure(asked.contracts, asked.parties, asked.facts, asked.rounds, asked.folder)
    )
    print(json.dumps(figures, indent=2, ensure_ascii=False))  # noqa: T201


if __name__ == "__main__":
    main()
