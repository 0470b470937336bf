"""A job of many parties whose process is killed again and again: each line is compared once."""

import asyncio
import json
import os
import random
import secrets
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from shared.administration.topics import apply
from shared.embedded.readiness import free_ports
from shared.embedded.stack import Stack
from shared.issuer import Issuer
from shared.testing import until
from tests.screening.stage import SAMPLES

LINES, KILLS = 6_000, 3
NAME = "Vsevolod Zharkovetskij"
SERVE = "from shared.command import main; main()"


@pytest.fixture
async def own_stack(tmp_path: Path) -> AsyncIterator[Stack]:
    """A broker and database of its own, which kills may disturb."""
    stack = Stack(tmp_path)
    await asyncio.to_thread(stack.start)
    yield stack
    await asyncio.to_thread(stack.stop)


class Victim:
    """Screening as a process of its own, `ansvar serve screening`."""

    def __init__(self, stack: Stack) -> None:
        self._port = free_ports(1)[0]
        key_file = stack.data / "issuer.json"
        keys = {f"ANSVAR_{one}_KEY": secrets.token_hex(32) for one in ("MASTER", "PERSON", "LINK")}
        self._told = keys | {
            "ANSVAR_KAFKA_URL": stack.kafka_url,
            "ANSVAR_MONGO_URL": stack.mongo_url,
            "ANSVAR_EMBEDDED": "1",
            "ANSVAR_INSTANCE": "victim",
            "ANSVAR_ISSUER_KEY_FILE": str(key_file),
        }
        token = Issuer(key_file).issue("root", "Root", ["admin"], ["*"])
        self.client = httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{self._port}",
            headers={"Authorization": f"Bearer {token}"},
            timeout=20,
        )

    async def start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", SERVE, "serve", "screening", "--port", str(self._port),
            env=os.environ | self._told,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        await until(self._answers, seconds=60)

    async def _answers(self) -> bool:
        assert self._process.returncode is None, "the process ended by itself"
        try:
            return (await self.client.get("/healthz")).is_success
        except httpx.TransportError:
            return False

    async def kill(self) -> None:
        self._process.kill()
        await self._process.wait()

    async def stop(self) -> None:
        await self.client.aclose()
        self._process.terminate()
        await asyncio.wait_for(self._process.wait(), 20)

    async def asked(self, path: str) -> Any:
        answer = await self.client.get(path)
        assert answer.is_success, answer.text
        return answer.json()

    async def in_force(self) -> bool:
        lists = {one["source"]: one for one in await self.asked("/lists")}
        return lists["eu"]["in_force"] is not None


@pytest.mark.long
async def test_a_job_that_is_killed_again_and_again_compares_each_line_once(
    own_stack: Stack,
) -> None:
    await asyncio.to_thread(apply, own_stack.kafka_url, ["onboarding", "screening"])
    victim, chance = Victim(own_stack), random.Random(7)
    await victim.start()
    data = (SAMPLES / "lists/eu-v2.xml").read_bytes()
    assert (await victim.client.post("/lists/eu", content=data)).is_success
    await until(victim.in_force, seconds=30)
    body = "id,schema,name\n" + "".join(f"{i},Person,{NAME}\n" for i in range(LINES))
    begun = (await victim.client.post("/match-jobs", content=body)).json()
    path = f"/match-jobs/{begun['result']['job_id']}"
    done, seen = 0, list[int]()
    for _ in range(KILLS):

        async def went_on(done: int = done) -> bool:
            return bool((await victim.asked(path))["done"] > done)

        await until(went_on, seconds=60)
        await asyncio.sleep(chance.uniform(0, 0.1))
        await victim.kill()
        await victim.start()
        done = (await victim.asked(path))["done"]
        seen.append(done)
    assert seen[0] < LINES, "it was done before the first kill: nothing was tried"

    async def ended() -> bool:
        return bool((await victim.asked(path))["state"] == "done")

    await until(ended, seconds=120)
    shown = await victim.asked(path)
    assert (shown["done"], shown["hits"], shown["problems"]) == (LINES, LINES, 0)
    told = (await victim.client.get(f"{path}/results")).text.splitlines()
    assert [int(json.loads(line)["id"]) for line in told] == list(range(LINES))
    await victim.stop()
