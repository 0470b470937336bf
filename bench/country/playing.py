"""What happens in the country, by the doors that its people and machines use."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

import httpx
from kafka import OffsetSpec, TopicPartition

from bench.country.world import REGIONS, Country
from shared.administration.lag import lag
from shared.administration.line import administrator
from shared.administration.topics import PARTITIONS
from shared.command.running import Running
from shared.command.services import service_names
from shared.issuer import Issuer

PACKAGE = 50
"""Releases in one package: below the 5 MB that one may have."""

AT_ONCE = 6
"""People and machines that ask at the same time."""

LINES = 1_000
LOOK, CALM, LONGEST = 0.5, 3, 3_600.0
"""Seconds between two looks; looks without any change after which all is done; the limit."""

JUDGED = ("same name, another year of birth", "compared with the register of persons")


class Played:
    """A country on a running system."""

    def __init__(self, country: Country, running: Running, issuer: Issuer) -> None:
        self.country, self.running = country, running
        self.buyers = REGIONS[: country.buyers]
        self._issuer = issuer
        self.seconds: dict[str, float] = {}
        self.facts: dict[str, int] = {}
        self.refused: dict[str, int] = {}
        self._http = httpx.AsyncClient(base_url=running.public_url, timeout=180, trust_env=False)

    async def close(self) -> None:
        await self._http.aclose()

    @asynccontextmanager
    async def timed(self, work: str) -> AsyncIterator[None]:
        """How long a piece of work took until nothing waited any more, and its facts."""
        before, began = await asyncio.to_thread(self.announced), time.perf_counter()
        yield
        await self.calm()
        self.seconds[work] = time.perf_counter() - began - LOOK * CALM
        self.facts[work] = await asyncio.to_thread(self.announced) - before

    async def play(self, invoices: int) -> None:
        async with self.timed("lists"):
            await self._list(second=False)
        async with self.timed("contracts"):
            await self._each(self._sign(buyer) for buyer in self.buyers)
        async with self.timed("papers"):
            papers = [(c, p) for c in self.country.signed for p in self.country.papers(c)]
            await self._each(self._bring(contract, *paper) for contract, paper in papers)
        async with self.timed("new list"):
            await self._list(second=True)
        async with self.timed("verdicts"):
            await self._each(self._judge(buyer) for buyer in self.buyers)
        async with self.timed("invoices"):
            await self._each(self._pay(buyer, invoices) for buyer in self.buyers)

    # ------------------------------------------------------------ doors

    async def _list(self, *, second: bool) -> None:
        headers = {"Content-Type": "application/xml"}
        await self._ask(
            "POST",
            "/api/screening/lists/eu",
            self._token("admin"),
            content=self.country.entries(second),
            headers=headers,
        )

    async def _sign(self, buyer: str) -> None:
        releases = [self.country.release(c) for c in self.country.signed if c.buyer == buyer]
        for some in batched_of(releases, PACKAGE):
            package = {
                "version": "1.1",
                "uri": f"https://contracts.example/{buyer}/{some[0]['id']}",
                "publishedDate": "2026-11-20T08:35:00+01:00",
                "publisher": {"name": f"Region {buyer}"},
                "releases": some,
            }
            token = self._token("integration", buyer)
            told = await self._ask("POST", "/api/contracts/releases", token, json=package)
            for one in told["result"]["releases"]:
                if one["outcome"] != "taken":
                    self._count(f"release {one['outcome']}")

    async def _bring(self, contract: Any, name: str, data: bytes, party_id: str) -> None:
        said = {
            "buyer_id": contract.buyer_id,
            "contract_id": f"{contract.ocid}--{contract.folder}-K1",
        }
        said |= {"party_id": party_id or contract.supplier.party_id}
        token = self._token("integration", contract.buyer)
        path = "/api/onboarding/documents"
        await self._ask("POST", path, token, data=said, files={"file": (name, data)})

    async def _judge(self, buyer: str) -> None:
        token = self._token("officer", buyer)
        asked = {"state": "open", "limit": "200"}
        hits = await self._ask("GET", "/api/screening/hits", token, params=asked)
        for n, hit in enumerate(hits["items"]):
            verdict = ("confirm", "dismiss")[n % 2]
            path = f"/api/screening/hits/{hit['id']}/{verdict}"
            body = {"buyer_id": f"dk-cvr-{buyer}", "reason": JUDGED[n % 2]}
            await self._ask("POST", path, token, json=body)

    async def _pay(self, buyer: str, count: int) -> None:
        token = self._token("integration", buyer)
        for some in batched_of(self.country.invoices(buyer, count), LINES):
            body = b"\n".join(some)
            await self._ask("POST", "/api/contracts/payments", token, content=body)

    # ------------------------------------------------------------ asking

    def _token(self, role: str, buyer: str = "") -> str:
        buyers = (f"dk-cvr-{buyer}",) if buyer else ("*",)
        return self._issuer.issue(f"{role}-{buyer}", role, (role,), buyers)

    async def _each(self, work: Iterable[Any]) -> None:
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(some: Any) -> None:
            async with gate:
                await some

        await asyncio.gather(*(one(some) for some in work))

    async def _ask(self, method: str, path: str, token: str, **more: Any) -> Any:
        """Asked until it is taken: what is told to come again comes again with its key."""
        headers = {"Authorization": f"Bearer {token}"} | more.pop("headers", {})
        if method == "POST":
            headers["Idempotency-Key"] = f"{time.time_ns():x}"
        while True:
            answer = await self._http.request(method, path, headers=headers, **more)
            if answer.status_code not in (429, 503):
                break
            await asyncio.sleep(float(answer.headers.get("Retry-After", "1")))
        if answer.is_client_error:
            self._count(f"{method} {re.sub('[0-9a-f-]{12,}', '…', path)}: {answer.text[:160]}")
            return {"result": {"releases": []}, "items": []}
        answer.raise_for_status()
        return answer.json()

    def _count(self, what: str) -> None:
        self.refused[what] = self.refused.get(what, 0) + 1

    # ------------------------------------------------------------ looking

    def announced(self) -> int:
        """All facts on all topics."""
        places = [
            TopicPartition(f"{name}.v1", part)
            for name in service_names()
            for part in range(PARTITIONS)
        ]
        with administrator(self.running.kafka_url) as client:
            ends = client.list_partition_offsets(dict.fromkeys(places, OffsetSpec.LATEST))
        return sum(end.offset for end in ends.values())

    async def calm(self) -> None:
        """Wait until nothing is behind, unsent or undone, and nothing new comes."""
        same, last, end = 0, None, time.monotonic() + LONGEST
        while same < CALM:
            if time.monotonic() > end:
                raise TimeoutError("it never became calm")
            await asyncio.sleep(LOOK)
            behind = sum(
                one.behind
                for one in await asyncio.to_thread(lag, self.running.kafka_url, service_names())
            )
            waiting = 0.0
            for name in service_names():
                text = (await self._http.get(f"/api/{name}/metrics")).text
                for figure in ("relay_depth", "effects_pending"):
                    found = re.findall(rf"^ansvar_{figure}\{{[^}}]*\}} (\S+)", text, re.M)
                    waiting += sum(map(float, found))
            now = (behind, waiting, await asyncio.to_thread(self.announced))
            same = same + 1 if now == last and not behind and not waiting else 0
            last = now


def batched_of(items: list[Any], size: int) -> list[list[Any]]:
    return [items[start : start + size] for start in range(0, len(items), size)]
