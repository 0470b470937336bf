"""Processes of services that can be killed, and people who sign contracts with them meanwhile."""

import asyncio
import os
import secrets
import signal
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import httpx

from shared.administration.topics import apply
from shared.embedded.readiness import free_ports
from shared.embedded.stack import Stack
from shared.issuer import Issuer
from shared.mongo import MongoKeyRing, MongoStore
from shared.testing import until
from tests.faults.nursery import Born, Nursery

SERVICES = ("contracts", "onboarding", "screening")
STARTS_WITHIN, ENDS_WITHIN = 180.0, 60.0
"""Seconds; on a busy machine a process takes many times as long as on an idle one."""

REFUSED_EACH = 97
"""One in so many signatures names a party that screening refuses to handle."""


class Ground(Protocol):
    """A broker and a database; see `shared.embedded.stack.Stack`."""

    @property
    def kafka_url(self) -> str: ...

    @property
    def mongo_url(self) -> str: ...


class Member:
    """One process with some of the services."""

    def __init__(
        self,
        names: Sequence[str],
        folder: Path,
        told: Mapping[str, str],
        instance: str,
        nursery: Nursery,
    ) -> None:
        self.names = names
        self.port = free_ports(1)[0]
        self.url = f"http://127.0.0.1:{self.port}"
        self._log = folder / f"{instance}.log"
        self._told = {**told, "ANSVAR_INSTANCE": instance}
        self._nursery = nursery
        self._process: Born | None = None

    async def start(self, **more: str) -> None:
        self._log.touch()
        told = self._told | more
        self._process = await self._nursery.bear(self.names, self.port, told, self._log)

    async def wait(self) -> None:
        async with httpx.AsyncClient() as client:

            async def answers() -> bool:
                assert self.runs, f"it ended by itself: see {self._log}"
                try:
                    asked = f"{self.url}/{self.names[0]}/healthz"
                    return (await client.get(asked, timeout=5)).is_success
                except httpx.TransportError:
                    return False

            await until(answers, seconds=STARTS_WITHIN, every=0.1)

    @property
    def runs(self) -> bool:
        return self._process is not None and self._process.runs

    async def kill(self) -> None:
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        await self._end(signal.SIGTERM)

    def freeze(self) -> None:
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: int) -> None:
        assert self._process is not None
        self._process.signal(number)

    async def _end(self, number: int) -> None:
        if self._process is None or not self._process.runs:
            return
        self._process.signal(number)
        if not await asyncio.to_thread(self._process.wait, ENDS_WITHIN):
            self._process.signal(signal.SIGKILL)
            raise TimeoutError(f"{self._log.stem} did not end within {ENDS_WITHIN:.0f} s")

    async def is_ready(self) -> bool:
        async with httpx.AsyncClient() as client:
            try:
                answers = [
                    await client.get(f"{self.url}/{name}/readyz", timeout=5) for name in self.names
                ]
            except httpx.TransportError:
                return False
        return all(answer.is_success for answer in answers)


@dataclass
class Load:
    """What was asked of the system, and what it said it took."""

    asked: int = 0
    accepted: int = 0
    refused: int = 0
    tried_again: int = 0
    slowest: float = 0.0
    by_party: Counter[str] = field(default_factory=Counter)


class Fleet:
    """Some processes on one ground, and the load on them."""

    def __init__(
        self,
        ground: Ground,
        folder: Path,
        *members: Sequence[str],
        embedded: bool = True,
        **settings: str,
    ) -> None:
        self.ground, self.folder = ground, folder
        folder.mkdir(parents=True, exist_ok=True)
        keys = {f"ANSVAR_{one}_KEY": secrets.token_hex(32) for one in ("MASTER", "PERSON", "LINK")}
        self.keyring = MongoKeyRing(ground.mongo_url, bytes.fromhex(keys["ANSVAR_MASTER_KEY"]))
        key_file = folder / "issuer.json"
        self._nursery = Nursery()
        self._told = keys | {
            "ANSVAR_KAFKA_URL": ground.kafka_url,
            "ANSVAR_MONGO_URL": ground.mongo_url,
            "ANSVAR_EMBEDDED": "1" if embedded else "0",
            "ANSVAR_ISSUER_KEY_FILE": str(key_file),
            **settings,
        }
        self._token = Issuer(key_file).issue("mette", "Mette", ["officer"], ["*"])
        self.members = [self.member(names) for names in members or (SERVICES,)]
        self.load = Load()
        self.stores = {name: MongoStore(ground.mongo_url, name, self.keyring) for name in SERVICES}

    def member(self, names: Sequence[str], instance: str = "", **settings: str) -> Member:
        """One more process, which is not started yet."""
        told = self._told | settings
        return Member(names, self.folder, told, instance or "-".join(names), self._nursery)

    async def start(self) -> None:
        await asyncio.to_thread(apply, self.ground.kafka_url, SERVICES)
        for member in self.members:
            await member.start()
        for member in self.members:
            await member.wait()

    async def stop(self) -> None:
        try:
            await asyncio.gather(*(member.stop() for member in self.members if member.runs))
        finally:
            self.close()

    def close(self) -> None:
        for store in self.stores.values():
            store.close()
        self.keyring.close()
        self._nursery.close()

    async def sign(self, count: int, *, per_second: float, parties: int = 40) -> None:
        """So many signatures, each asked for until it is accepted; its key is always the same."""
        hands = asyncio.Semaphore(16)
        first = self.load.asked
        self.load.asked += count
        # Those that the broker, a kill or a full queue turned away try the next one that answers.
        async with (
            httpx.AsyncClient(
                headers={"Authorization": f"Bearer {self._token}"}, timeout=15
            ) as client,
            asyncio.TaskGroup() as people,
        ):
            for number in range(first, first + count):
                await hands.acquire()
                task = people.create_task(self._one(client, number, parties))
                task.add_done_callback(lambda _: hands.release())
                await asyncio.sleep(1 / per_second)

    async def _one(self, client: httpx.AsyncClient, number: int, parties: int) -> None:
        refused = number % REFUSED_EACH == REFUSED_EACH - 1
        party = f"dk-cvr-{number % parties:08}"
        path = f"/contracts/contracts/{party}/sign"
        begun = time.monotonic()
        tries = 0
        while True:
            open_to = [one for one in self.members if "contracts" in one.names]
            member = open_to[(number + tries) % len(open_to)]
            try:
                answer = await client.post(
                    f"{member.url}{path}",
                    json={"refused": refused},
                    headers={"Idempotency-Key": f"s{number}"},
                )
                if answer.is_success:
                    break
                assert answer.status_code in (429, 503), answer.text
            except httpx.TransportError:
                pass
            tries += 1
            self.load.tried_again += 1
            await asyncio.sleep(0.1)
        self.load.accepted += 1
        self.load.refused += refused
        self.load.by_party[party] += 1
        self.load.slowest = max(self.load.slowest, time.monotonic() - begun)


def child(stack: Stack, name: str) -> int:
    """The process of the broker or the database."""
    return stack.pids[name]


async def kill(stack: Stack, name: str) -> None:
    """kill -9; the child is reaped, and nobody raises it again."""
    os.kill(child(stack, name), signal.SIGKILL)

    async def gone() -> bool:
        return name in stack.fallen()

    await until(gone)


async def end(stack: Stack, name: str) -> None:
    """SIGTERM, as an operator does it."""
    os.kill(child(stack, name), signal.SIGTERM)

    async def gone() -> bool:
        return name in stack.fallen()

    await until(gone, seconds=20)


async def raise_again(stack: Stack, name: str) -> None:
    """As `ansvar up` does it: a killed broker may have forgotten even its topics."""
    await asyncio.to_thread(stack.raise_again, name)
    if name == "broker":
        await asyncio.to_thread(apply, stack.kafka_url, SERVICES)
