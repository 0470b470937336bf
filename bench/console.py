"""The console at a region's size: its read models filled by facts, then every main page by time.

    python -m bench.console [--contracts 2000] [--facts 100000] [--rounds 30] [--folder KEPT]

`processor_ms` is what a page costs console and database together, whatever else the machine does;
`facts_per_core_second` the same of filling. Pages are asked for over HTTP of one process with the
embedded database; commands and what other services say live are not part of it. A page is to be
served in 100 ms (issue 8). `--folder`, or the variable BENCH_KEPT, keeps the filled database, and
uses the one that is there.
"""

import argparse
import asyncio
import json
import os
import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx

from services.console.api import api
from services.console.app import AGGREGATES, RECORDS
from services.console.cookies import Seal
from services.console.courier import Courier
from services.console.handlers import router
from services.console.seeking import Seeker
from shared.bus import Bus
from shared.clock import Clock
from shared.domain import Caller
from shared.embedded.patience import be_patient
from shared.embedded.stack import Stack
from shared.envelope import Message
from shared.events.base import Event, Need
from shared.events.breaches import BreachFlagged, Track
from shared.events.contracts import ContractSigned, ContractStatusChanged
from shared.events.onboarding import DocumentReceived, DocumentVerified, PartyRegistered
from shared.events.screening import HitRaised, ListUpdated, PartyScreened
from shared.events.subcontractors import (
    ExposureFound,
    SubcontractorApproved,
    SubcontractorDeclared,
)
from shared.events.words import (
    Cause,
    CauseKind,
    Identifier,
    ListEntryRef,
    ListRef,
    Money,
    PartyDescription,
    Role,
    Share,
    Status,
)
from shared.figures import Metrics
from shared.http import build_http
from shared.issuer import Issuer
from shared.journal import body_of
from shared.mongo import MongoKeyRing, MongoStore
from shared.router import name_of
from shared.testing import Quiet

BATCH = 500
BUYER = "dk-cvr-91204711"
OFFICER = Caller(subject="mette.lund", name="Mette Lund", roles=("officer",), buyers=(BUYER,))
LISTS = (
    ListRef(source="eu", version="5d1f09ab77c2", list_date=date(2026, 11, 20), entries=7600),
    ListRef(source="un", version="a0b3c4d5e6f7", list_date=date(2026, 11, 2), entries=1030),
)
HITS, CASES = 300, 80
LARGE_CHAIN = 300
SYLLABLES = tuple(a + b for a in "bdfghklmnprstv" for b in ("a", "e", "i", "o", "u", "an", "er"))
AIM_MS = 100.0
YEAR = timedelta(days=365)
PROGRESS = 5_000
FILLED = "filled.json"


class Region:
    """Made-up contracts, parties, documents, hits and cases, as the facts that tell of them."""

    def __init__(self, contracts: int, parties: int, facts: int, seed: int) -> None:
        self._chance = random.Random(seed)
        self._facts = facts
        self.expected = facts
        self.parties = [self._party(number) for number in range(parties)]
        self.suppliers = self.parties[: parties // 8]
        self.contracts = [f"rn-{number:05d}-k1" for number in range(contracts)]

    def _party(self, number: int) -> PartyDescription:
        words = ("".join(self._chance.choices(SYLLABLES, k=3)).title() for _ in range(2))
        value = f"{30_000_000 + number * 7:08d}"
        return PartyDescription(
            party_id=f"dk-cvr-{value}",
            name=f"{' '.join(words)} A/S",
            country="DK",
            identifiers=(Identifier(scheme="dk-cvr", value=value),),
        )

    def facts(self) -> Iterator[Event]:
        told = 0
        for fact in self._beginning():
            told += 1
            yield fact
        while told < self._facts:  # the lists change, and all are compared again
            party = self.parties[told % len(self.parties)]
            told += 1
            yield PartyScreened(
                party_id=party.party_id, lists=LISTS, hits=(), engine="1", policy="2026-11"
            )

    def _beginning(self) -> Iterator[Event]:
        yield ListUpdated(
            source="eu",
            version=LISTS[0].version,
            list_date=LISTS[0].list_date,
            entries=7600,
            added=30,
            changed=12,
            removed=4,
            binding=True,
        )
        yield from (PartyRegistered(party=party) for party in self.parties)
        rest = iter(self.parties[len(self.suppliers) :])
        for number, contract_id in enumerate(self.contracts):
            supplier = self.suppliers[number % len(self.suppliers)]
            yield self._signed(number, contract_id, supplier)
            members = LARGE_CHAIN if number == 0 else 5
            for _ in range(members):
                yield from self._member(contract_id, supplier, next(rest, None))
        for number, supplier in enumerate(self.suppliers):
            yield from self._paper(number, supplier)
        for number in range(HITS):
            yield from self._hit(number)
        for number in range(CASES):
            yield self._case(number)

    def _signed(self, number: int, id: str, supplier: PartyDescription) -> ContractSigned:
        return ContractSigned(
            contract_id=id,
            buyer_id=BUYER,
            title=f"{self._chance.choice(('Rengøring', 'Vask', 'IT', 'Medicin'))} {number}",
            suppliers=(supplier,),
            category="cleaning",
            value=Money(amount=1_000_000 + number),
            starts=date(2026, 1, 1),
            ends=date(2029, 12, 31),
            procedure_id=f"RN-{number}",
        )

    def _member(
        self, contract_id: str, supplier: PartyDescription, party: PartyDescription | None
    ) -> Iterator[Event]:
        party = party or self._chance.choice(self.parties)
        yield SubcontractorDeclared(
            contract_id=contract_id,
            buyer_id=BUYER,
            party=party,
            parent_id=supplier.party_id,
            tier=1,
            share=Share.exactly(5),
            service="Drift",
            chain_version=1,
        )
        yield SubcontractorApproved(
            contract_id=contract_id,
            buyer_id=BUYER,
            party_id=party.party_id,
            by="mette.lund",
            reason="Kendt",
            chain_version=2,
        )

    def _paper(self, number: int, supplier: PartyDescription) -> Iterator[Event]:
        for kind in ("serviceattest", "iso-9001", "espd"):
            id = f"doc-{kind}-{number}"
            yield DocumentReceived(
                document_id=id,
                sha256="0" * 64,
                name=f"{kind}-{number}.pdf",
                media_type="application/pdf",
                size=40_000,
                channel="folder",
                buyer_id=BUYER,
            )
            yield DocumentVerified(
                document_id=id,
                party_id=supplier.party_id,
                buyer_id=BUYER,
                kind=kind,
                issued=date(2026, 10, 1),
                valid_until=date(2027, 4, 1),
                verified_by="reader",
            )

    def _hit(self, number: int) -> Iterator[Event]:
        party, contract_id = self.parties[number], self.contracts[number % len(self.contracts)]
        hit_id = f"hit-{number:012d}"
        entry = ListEntryRef(
            source="eu", entry_id=str(number), version=LISTS[0].version, name=party.name.upper()
        )
        yield HitRaised(
            hit_id=hit_id, party_id=party.party_id, entry=entry, score=0.9, explanation=()
        )
        yield ExposureFound(
            exposure_id=f"exposure-{number}",
            contract_id=contract_id,
            buyer_id=BUYER,
            party_id=party.party_id,
            supplier_id=party.party_id,
            role=Role.SUPPLIER,
            tier=0,
            path=(party.party_id,),
            cause=Cause(kind=CauseKind.HIT, ref=hit_id, rule="SAN-AF"),
            status=Status.REVIEW,
            need=_need(f"review-hit/{hit_id}/{BUYER}", "review-hit", number, hit_id),
        )
        yield ContractStatusChanged(
            contract_id=contract_id,
            buyer_id=BUYER,
            supplier_ids=(party.party_id,),
            status=Status.REVIEW,
            status_version=1,
            reason_codes=("SAN-AF",),
        )

    def _case(self, number: int) -> Event:
        party, contract_id = self.parties[number], self.contracts[number]
        case_id = f"case-{number:012d}"
        return BreachFlagged(
            case_id=case_id,
            contract_id=contract_id,
            buyer_id=BUYER,
            party_id=party.party_id,
            supplier_id=party.party_id,
            track=Track.LEGAL_BLOCK,
            rule="SAN-AF",
            status=Status.REVIEW,
            cause=Cause(kind=CauseKind.HIT, ref=f"hit-{number:012d}", rule="SAN-AF"),
            exposure_ids=(f"exposure-{number}",),
            phase="arose later",
            mandatory=True,
            basis=("Council Regulation (EU) No 269/2014 Art 2",),
            rulebook_version="2026-02",
            need=_need(f"hold/{case_id}", "hold", number, case_id),
        )


def _need(id: str, kind: str, number: int, about: str) -> Need:
    due = datetime.now(UTC) + timedelta(hours=number)
    return Need(id=id, kind=kind, role="officer", buyer_id=BUYER, due=due, about=about)


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
        stack = Stack(folder / "stack")
        await asyncio.to_thread(stack.__enter__)
        try:
            region = Region(contracts, parties, facts, seed=7)
            return await _measure(region, stack, folder, rounds)
        finally:
            await asyncio.to_thread(stack.__exit__, None, None, None)


async def _measure(region: Region, stack: Stack, folder: Path, rounds: int) -> dict[str, Any]:
    keyring = MongoKeyRing(stack.mongo_url, bytes(32))
    store = MongoStore(stack.mongo_url, "console", keyring)
    await keyring.prepare()
    await store.prepare((*AGGREGATES, *RECORDS))
    seeker, clock = Seeker(bytes(32)), Clock(None)
    adapters = {"seeker": seeker}
    filled = folder / FILLED
    if not filled.exists():
        bus = Bus(router.bound(adapters), store, keyring, clock.now, Quiet())
        filled.write_text(json.dumps(await _fill(region, bus)))
    issuer = Issuer(folder / "issuer.json")
    desk = SimpleNamespace(
        name="console",
        api=api,
        store=store,
        clock=clock,
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
    ago = (datetime.now(UTC) - YEAR / 2).date()
    pages = {}
    transport = httpx.ASGITransport(app=build_http(desk))
    async with httpx.AsyncClient(
        transport=transport,
        base_url="http://bench.test",
        headers={"Authorization": f"Bearer {token}", "Accept-Language": "da"},
        timeout=60,
    ) as client:
        for what, path in PAGES.items():
            pages[what] = await _timed(
                client, path.format(mistyped=mistyped, half_a_year_ago=ago), rounds
            )
    store.close()
    keyring.close()
    slowest = max(pages, key=lambda what: pages[what]["processor_ms"])
    slow = [what for what, figures in pages.items() if figures["p95_ms"] > AIM_MS]
    return {
        "filling": json.loads(filled.read_text()),
        "memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000),
        "load": [round(one, 1) for one in os.getloadavg()],
        "slowest": slowest,
        "slowest_processor_ms": pages[slowest]["processor_ms"],
        "pages": pages,
        "slower_than_aimed": slow,
    }


async def _fill(region: Region, bus: Bus) -> dict[str, float]:
    began, told, spent = time.perf_counter(), 0, time.process_time()
    theirs = _database_seconds()
    for batch in _messages(region.facts(), facts=region.expected):
        await bus.handle(batch)
        told += len(batch)
        if told % PROGRESS == 0:
            print(f"{told} facts", file=sys.stderr)  # noqa: T201
    took = time.perf_counter() - began
    spent, theirs = time.process_time() - spent, _database_seconds() - theirs
    return {
        "facts": told,
        "facts_per_second": round(told / took),
        "filled_in_s": round(took),
        "own_processor_s": round(spent),
        "database_processor_s": round(theirs),
        "facts_per_core_second": round(told / (spent + theirs)),
        "set_aside": len(bus.waiting),
    }


def _messages(told: Iterator[Event], facts: int) -> Iterator[list[Message]]:
    """With bodies as they travel, and times that are spread over the last year."""
    batch: list[Message] = []
    now = datetime.now(UTC)
    for number, said in enumerate(told):
        id = f"bench/{number}"
        batch.append(
            Message(
                id=id,
                type=name_of(type(said)),
                said=said,
                body=body_of(said, {}),
                topic=said.topic,
                key=id,
                time=now - YEAR * max(0.0, 1 - number / facts),
            )
        )
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


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
