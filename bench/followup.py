"""A year of follow-up for a region: planned, run and reported, through HTTP and events.

    python -m bench.followup [--contracts 2000] [--seed 7]

Two replicas of audits share one embedded database and one clock that is moved by a fortnight at a
time; both look for deadlines at once, and requests go to them in turns. Contracts come as facts;
the year is proposed and approved over HTTP; auditors hold what is planned, suppliers answer
through their links or do not, managers agree on actions that are verified or missed, and facts
about hits, chains, stocks and complaints change plan and risk meanwhile. At the end the journal is
read: every step of a ladder once, none missing.
"""

import argparse
import asyncio
import json
import random
import secrets
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import psutil

from services.audits.api import api
from services.audits.app import AGGREGATES, Settings, adapters
from services.audits.handlers import router
from shared.bus import Bus
from shared.clock import Clock
from shared.commands import Commands
from shared.domain import Caller
from shared.embedded.patience import be_patient
from shared.embedded.stack import Stack
from shared.envelope import Message
from shared.events import catalogue
from shared.events.audits import (
    AuditHeld,
    AuditMoved,
    AuditPlanned,
    CorrectiveActionAgreed,
    CorrectiveActionEscalated,
    CorrectiveActionOverdue,
    CorrectiveActionReminded,
    CorrectiveActionVerified,
    DeferredFollowUpUrgent,
    EvidenceOverdue,
    EvidenceReceived,
    EvidenceReminded,
    EvidenceRequested,
    RiskChanged,
)
from shared.events.base import Event
from shared.events.contracts import ClausesSet, ContractSigned, StockFellShort
from shared.events.subcontractors import ExposureFound, SubcontractorDeclared
from shared.events.words import (
    Cause,
    CauseKind,
    Clause,
    PartyDescription,
    Right,
    Role,
    Status,
)
from shared.figures import Metrics
from shared.gate import Gate
from shared.http import build_http
from shared.issuer import Issuer
from shared.links import LinkBook
from shared.mongo import MongoKeyRing, MongoStore
from shared.router import name_of
from shared.settings import ServiceSettings
from shared.standing import Deadlines
from shared.testing import Quiet

BUYER = "dk-cvr-29190623"
CPV = ("90910000", "45200000", "60100000", "33140000", "48000000", "72200000", "39100000")
STEP = timedelta(days=14)
STEPS = 26
BOTH_EVERY = 3
"""How often both replicas look for deadlines at the same moment; else one leads, in turns."""
AT_ONCE = 24
"""Requests that are under way at the same time."""
MISSED, SILENT, FOUND = 0.25, 0.2, 0.25
"""How often an action is missed, questions are not answered in time, an audit finds something."""
IN_PARTS = 0.2
"""How often answers are kept in part before they are handed in."""
HOURS = 110.0
"""What an auditor has in a month beside everything else."""
CONTRACTS_EACH = 220
"""Contracts for each auditor of the region."""
LADDER = (2, 1, 1)
"""Reminders, escalations and overdues of an action of ten working days that nobody verifies."""

EVERYBODY = Caller(
    subject="bench",
    roles=("auditor", "contract_manager", "officer", "tip_receiver"),
    buyers=(BUYER,),
)


YEAR_OF_TIPS = {"tip_gate": Gate(1_000, 60.0)}
"""A year of tips comes from one address within minutes here."""


class Replica:
    """One process's worth of audits: its own store, bus and deadlines, over the one database."""

    def __init__(self, stack: Stack, folder: Path, keys: tuple[bytes, str], clock: Clock) -> None:
        self.name, self.api, self.clock = "audits", api, clock
        self.settings = ServiceSettings()
        self.keyring = MongoKeyRing(stack.mongo_url, keys[0])
        self.store = MongoStore(stack.mongo_url, "audits", self.keyring)
        self.metrics = Metrics(self.name)
        self.issuer = Issuer(folder / "issuer.json")
        self.verifier = self.issuer.verifier()
        self.links = LinkBook(keys[1])
        self.adapters = adapters(Settings(), self.links) | YEAR_OF_TIPS
        self.bus = Bus(router.bound(self.adapters), self.store, self.keyring, clock.now, Quiet())
        self.commands = Commands(self.bus)

    async def ready(self) -> list[Any]:
        return []

    @asynccontextmanager
    async def client(self) -> AsyncIterator[httpx.AsyncClient]:
        told = EVERYBODY
        token = self.issuer.issue(told.subject, told.name, told.roles, told.buyers)
        transport = httpx.ASGITransport(app=build_http(self))
        headers = {"Authorization": f"Bearer {token}"}
        async with httpx.AsyncClient(
            transport=transport, base_url="http://bench.test", headers=headers, timeout=300
        ) as client:
            yield client

    async def fire(self) -> None:
        """Handle every deadline that has come, beside the other replica that does the same."""
        deadlines = Deadlines(self.bus, self.store, self.clock.now, lambda: True)
        while True:
            await deadlines.turn()
            coming = await self.store.next_deadline()
            if coming is None or coming > self.clock.now():
                return

    def close(self) -> None:
        self.store.close()
        self.keyring.close()


@dataclass
class Year:
    """The people of the year. `seconds` is what each kind of work took."""

    replicas: tuple[Replica, ...]
    clients: tuple[httpx.AsyncClient, ...]
    chance: random.Random
    contracts: int
    clock: Clock
    told: int = 0
    steps: int = 0
    asked: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, float] = field(default_factory=dict)
    missed: set[str] = field(default_factory=set)
    ripe: list[str] = field(default_factory=list)

    # ------------------------------------------------------------ how things are said

    async def tell(self, facts: Iterable[Event]) -> None:
        batch = []
        for said in facts:
            self.told += 1
            id = f"{type(said).__name__}/{self.told}"
            kind = name_of(type(said))
            batch.append(Message(id=id, type=kind, said=said, topic=said.topic, key=id))
        for start in range(0, len(batch), 500):
            replica = self.replicas[start // 500 % len(self.replicas)]
            await replica.bus.handle(batch[start : start + 500])

    async def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        self.asked += 1
        answer = await self.clients[self.asked % len(self.clients)].post(path, json=body)
        if answer.status_code >= 400:
            self.refused[f"{answer.status_code} {path.split('/')[-1]}"] += 1
            return {}
        return dict(answer.json())

    async def read(self, path: str, **params: object) -> Any:
        self.asked += 1
        client = self.clients[self.asked % len(self.clients)]
        answer = await client.get(path, params=params)  # type: ignore[arg-type]
        answer.raise_for_status()
        return answer.json()

    async def every(
        self, path: str, only: Callable[[Any], bool] = bool, **params: object
    ) -> list[dict[str, Any]]:
        """All pages of a list, up to the first item that is not wanted."""
        found: list[dict[str, Any]] = []
        after: str | None = None
        while True:
            more: dict[str, object] = {"after": after} if after else {}
            page = await self.read(path, limit=200, **params, **more)
            found += filter(only, page["items"])
            after = page.get("next")
            if after is None or not all(map(only, page["items"])):
                return found

    async def all_of(self, work: Callable[[Any], Awaitable[object]], things: list[Any]) -> None:
        hands = asyncio.Semaphore(AT_ONCE)

        async def one(thing: Any) -> None:
            async with hands:
                await work(thing)

        await asyncio.gather(*(one(thing) for thing in things))

    @asynccontextmanager
    async def timed(self, what: str) -> AsyncIterator[None]:
        began = time.perf_counter()
        yield
        took = time.perf_counter() - began
        self.seconds[what] = self.seconds.get(what, 0.0) + took

    @property
    def today(self) -> date:
        return self.clock.now().date()

    # ------------------------------------------------------------ the year

    def signed(self) -> Iterable[Event]:
        """Contracts that begin throughout the year, with the clauses that their work asks for."""
        for number in range(self.contracts):
            id, supplier = f"k-{number:05}", f"dk-cvr-{30_000_000 + number * 2 // 3}"
            category = CPV[number % len(CPV)]
            yield ContractSigned(
                contract_id=id,
                buyer_id=BUYER,
                title=f"Contract {number:05}",
                suppliers=(PartyDescription(party_id=supplier, name=f"Supplier {number}"),),
                category=category,
                starts=self.today + timedelta(days=self.chance.randrange(300)),
            )
            rights = (Right.DEMAND_DOCUMENTS, Right.AUDIT)
            codes = ["tax-conduct"]
            codes += ["labour-ilo94"] if category[:2] in ("90", "45", "60") else ["environment"]
            clauses = tuple(Clause(code=code, rights=rights, flows_down=True) for code in codes)
            yield ClausesSet(contract_id=id, buyer_id=BUYER, clauses=clauses, source="contract")

    async def plan(self) -> dict[str, Any]:
        auditors = [
            {"subject": f"auditor-{n}", "hours": HOURS}
            for n in range(max(1, self.contracts // CONTRACTS_EACH))
        ]
        year = (self.today + timedelta(days=60)).year
        body = {"buyer_id": BUYER, "year": year, "auditors": auditors}
        proposed = (await self.post("/year-plans", body))["result"]
        at = f"/year-plans/{proposed['year_plan_id']}"
        outside = await self.read(f"{at}/lines", out=True)
        if outside:
            why = {"out": True, "reason": "Seen; there are no hours for it this year."}
            await self.post(f"{at}/lines/{outside[0]['id']}", why)
        await self.post(f"{at}/approve", {})
        return dict(proposed)

    async def fortnight(self) -> None:
        self.clock.advance(STEP)
        async with self.timed("deadlines"):
            self.steps += 1
            both = self.steps % BOTH_EVERY == 1
            firing = self.replicas if both else self.replicas[self.steps % 2 :][:1]
            await asyncio.gather(*(replica.fire() for replica in firing))
        async with self.timed("facts"):
            await self.tell(self._news())
        async with self.timed("requests"):
            await self._complain()
            await self._mend()
            await self._audit()
            await self._answer()

    def _news(self) -> Iterable[Event]:
        for _ in range(max(1, self.contracts // 200)):
            id = f"k-{self.chance.randrange(self.contracts):05}"
            ref = f"ref-{self.told}-{self.chance.random()}"
            party = f"dk-cvr-{50_000_000 + self.chance.randrange(500)}"
            about: dict[str, Any] = {"contract_id": id, "buyer_id": BUYER}
            yield ExposureFound(
                **about,
                exposure_id=ref,
                party_id=party,
                supplier_id=party,
                role=Role.SUPPLIER,
                tier=0,
                path=(party,),
                cause=Cause(kind=CauseKind.HIT, ref=f"{ref}#confirmed"),
                status=Status.REVIEW,
            )
            yield SubcontractorDeclared(
                **about,
                party=PartyDescription(party_id=party, name="Sub", country="PL"),
                parent_id=party,
                tier=self.chance.randrange(1, 4),
                service="work",
                chain_version=1,
            )
            yield StockFellShort(**about, item=ref, days_of_stock=30, required_days=182)

    async def _complain(self) -> None:
        tip = {"buyer_id": BUYER, "category": "wages", "text": f"Too little pay, {self.today}."}
        contract = f"k-{self.chance.randrange(self.contracts):05}"
        receipt = await self.post("/tips", tip | {"contract_id": contract})
        body = {"outcome": "founded", "told": "Pay below the agreement is reported."}
        await self.post(f"/complaints/{receipt['complaint_id']}/assess", body)

    async def _audit(self) -> None:
        due = await self.every("/audits", self._is_due, state="planned")
        await self.all_of(self._hold, due)

    def _is_due(self, audit: dict[str, Any]) -> bool:
        return date.fromisoformat(audit["planned_for"]) <= self.today

    async def _hold(self, audit: dict[str, Any]) -> None:
        found = {
            "severity": self.chance.choice(("minor", "major")),
            "finding_class": "other",
            "description": "Not all employees were told of their conditions.",
        }
        findings = [found] if self.chance.random() < FOUND else []
        body = {"conclusion": "Looked at it.", "findings": findings}
        done = await self.post(f"/audits/{audit['id']}/hold", body)
        for id in done.get("result", {}).get("finding_ids", ()):
            agreed = {"measure": "Tell all of them.", "working_days": 10}
            done = await self.post(f"/findings/{id}/action", agreed)
            action = str(done["result"]["action_id"])
            if self.chance.random() < MISSED:
                self.missed.add(action)
            else:
                self.ripe.append(action)

    async def _mend(self) -> None:
        """What was agreed a fortnight ago: verified in time, or a while after its deadline."""
        ripe, self.ripe = self.ripe, []
        body = {"document_ids": ["doc-1"], "reason": "The notice hangs there."}

        async def verify(action: str) -> None:
            await self.post(f"/actions/{action}/verify", body)

        await self.all_of(verify, ripe)

    async def _answer(self) -> None:
        requests = await self.every("/evidence-requests", state="open")
        answering = [one for one in requests if self.chance.random() > SILENT]
        await self.all_of(self._hand_in, answering)

    async def _hand_in(self, request: dict[str, Any]) -> None:
        id = request["id"]
        until = datetime.fromisoformat(request["due"]) + timedelta(days=400)
        token = self.replicas[0].links.token(f"link-{id}", f"evidence/{id}", until)
        questions = (await self.read(f"/links/{token}/questions"))["questions"]
        answers = [_answer_to(question) for question in questions]
        half = len(answers) // 2 if self.chance.random() < IN_PARTS else 0
        if half:
            await self.post(f"/links/{token}/answers", {"answers": answers[:half]})
        await self.post(f"/links/{token}/submit", {"answers": answers[half:]})
        await self.post(f"/evidence-requests/{id}/accept", {"reason": "It shows what was asked."})


def _answer_to(question: dict[str, Any]) -> dict[str, Any]:
    match question["type"]:
        case "choice":
            said: dict[str, Any] = {"text": question["options"][0]}
        case "choices":
            said = {"choices": question["options"][:1]}
        case "number":
            said = {"text": "12,5"}
        case "date":
            said = {"text": "2027-01-01"}
        case "table":
            said = {"rows": [["-"] * len(question["columns"])]}
        case _:
            said = {"text": "As agreed."}
    return said | {"question_id": question["id"]}


async def _told(store: MongoStore) -> list[Event]:
    kinds = catalogue()
    wanted = (
        AuditPlanned, AuditHeld, AuditMoved, RiskChanged, DeferredFollowUpUrgent,
        CorrectiveActionAgreed, CorrectiveActionReminded, CorrectiveActionEscalated,
        CorrectiveActionOverdue, CorrectiveActionVerified,
        EvidenceRequested, EvidenceReminded, EvidenceOverdue, EvidenceReceived,
    )  # fmt: skip
    found: list[Event] = []
    async for block in store.blocks():
        for entry in block.entries:
            kind = kinds[entry.type]
            if issubclass(kind, wanted):
                found.append(kind.model_validate_json(entry.body))
    return found


def _twice(told: list[Event]) -> int:
    """Steps that were announced more than once: of actions, of questions, of audits."""
    steps: Counter[tuple[object, ...]] = Counter()
    for fact in told:
        match fact:
            case CorrectiveActionReminded():
                steps["remind", fact.action_id, fact.reminder] += 1
            case CorrectiveActionEscalated() | CorrectiveActionOverdue():
                steps[type(fact), fact.action_id, fact.due] += 1
            case EvidenceReminded():
                steps["remind", fact.request_id, fact.reminder] += 1
            case EvidenceOverdue():
                steps["overdue", fact.request_id, fact.due] += 1
            case AuditPlanned() | AuditHeld():
                steps[type(fact), fact.audit_id] += 1
            case EvidenceRequested():
                steps["ask", fact.request_id] += 1
    return sum(count - 1 for count in steps.values())


def _missing(told: list[Event], now: datetime) -> int:
    """Actions past their deadline that were not verified, and lack a step of their ladder."""
    came: dict[str, Counter[type[Event]]] = {}
    due: dict[str, datetime] = {}
    for fact in told:
        if isinstance(fact, CorrectiveActionAgreed):
            came[fact.action_id], due[fact.action_id] = Counter(), fact.due
        elif isinstance(
            fact,
            CorrectiveActionReminded
            | CorrectiveActionEscalated
            | CorrectiveActionOverdue
            | CorrectiveActionVerified,
        ):
            came[fact.action_id][type(fact)] += 1
    ladder = (CorrectiveActionReminded, CorrectiveActionEscalated, CorrectiveActionOverdue)
    return sum(
        tuple(steps[kind] for kind in ladder) != LADDER
        for id, steps in came.items()
        if due[id] < now and not steps[CorrectiveActionVerified]
    )


async def measure(contracts: int = 2_000, seed: int = 7, steps: int = STEPS) -> dict[str, object]:
    be_patient()
    with tempfile.TemporaryDirectory() as folder:
        stack = Stack(Path(folder) / "stack")
        await asyncio.to_thread(stack.__enter__)
        try:
            return await _measure(contracts, seed, steps, stack, Path(folder))
        finally:
            await asyncio.to_thread(stack.__exit__, None, None, None)


async def _measure(
    contracts: int, seed: int, steps: int, stack: Stack, folder: Path
) -> dict[str, object]:
    keys, clock = (secrets.token_bytes(32), secrets.token_hex(32)), Clock(folder / "clock.json")
    replicas = tuple(Replica(stack, folder, keys, clock) for _ in range(2))
    await replicas[0].keyring.prepare()
    await replicas[0].store.prepare(AGGREGATES)
    running = [asyncio.create_task(one.commands.run()) for one in replicas]
    began = time.perf_counter()
    try:
        async with replicas[0].client() as first, replicas[1].client() as second:
            year = Year(replicas, (first, second), random.Random(seed), contracts, clock)
            async with year.timed("contracts"):
                await year.tell(year.signed())
            async with year.timed("plan"):
                proposed = await year.plan()
            for _ in range(steps):
                await year.fortnight()
            async with year.timed("reports"):
                figures = await year.read("/reports/figures")
                for by in ("contract", "supplier", "category", "clause", "buyer"):
                    await year.read("/reports/state", by=by)
                paper = await first.get("/reports/state", params={"format": "pdf", "by": "clause"})
                paper.raise_for_status()
            told = await _told(replicas[0].store)
            took = time.perf_counter() - began
    finally:
        for task in running:
            task.cancel()
        for one in replicas:
            one.close()
    kinds = Counter(type(fact).__name__ for fact in told)
    return {
        "contracts": contracts,
        "seconds": round(took, 1),
        "cpu_seconds": round(time.process_time(), 1),
        "load": psutil.getloadavg()[0],
        "by_work": {name: round(seconds, 1) for name, seconds in year.seconds.items()},
        "http_requests": year.asked,
        "refused": dict(year.refused),
        "year_plan": proposed,
        "facts": dict(sorted(kinds.items())),
        "actions_left_to_lapse": len(year.missed),
        "steps_twice": _twice(told),
        "ladders_incomplete": _missing(told, clock.now()),
        "figures": dict(figures["rows"]),
        "memory_mb": round(psutil.Process().memory_info().rss / 2**20),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contracts", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=7)
    chosen = parser.parse_args()
    print(json.dumps(asyncio.run(measure(chosen.contracts, chosen.seed)), indent=2))  # noqa: T201


if __name__ == "__main__":
    main()
