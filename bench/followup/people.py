"""What the people and the world do in a fortnight: auditors, suppliers, managers, news."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import httpx

from bench.followup.replicas import BUYER, Replica
from shared.clock import Clock
from shared.envelope import Message
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
from shared.router import name_of

CPV = ("90910000", "45200000", "60100000", "33140000", "48000000", "72200000", "39100000")
STEP = timedelta(days=14)
BOTH_EVERY = 3
"""How often both replicas look for deadlines at the same moment; else one leads, in turns."""
BUSY, PATIENT = 503, 30
"""A service that could not answer in time is asked again with the same key, so many times."""
AT_ONCE = 96
"""Requests that are under way at the same time: those of a region's suppliers and auditors."""
MISSED, SILENT, FOUND = 0.25, 0.2, 0.25
"""How often an action is missed, questions are not answered in time, an audit finds something."""
IN_PARTS = 0.2
"""How often answers are kept in part before they are handed in."""
HOURS = 110.0
"""What an auditor has in a month beside everything else."""
CONTRACTS_EACH = 220
"""Contracts for each auditor of the region."""


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
    repeated: int = 0
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
        client = self.clients[self.asked % len(self.clients)]
        key = {"Idempotency-Key": f"bench/{self.asked}"}
        for _ in range(PATIENT):
            answer = await client.post(path, json=body, headers=key)
            if answer.status_code != BUSY:
                break
            self.repeated += 1
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
        body = {"conclusion": "Looked at it.", "findings": findings, "no_conflict": True}
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
