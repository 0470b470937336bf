"""A job over the real protocols: stopped in the middle, sealed in the database, gone for good."""

import asyncio
import json

from services.screening.app import Settings
from services.screening.domain.job import JobState, MatchJob
from shared.runtime import Service
from shared.testing import until
from tests.screening.test_app import client, in_force, running, settings, upload

__all__ = ["settings"]

LINES = 1_500
NAME = "Vsevolod Zharkovetskij"


async def test_a_job_survives_a_stop_and_is_deleted_for_good(settings: Settings) -> None:
    body = "id,schema,name\n" + "".join(f"{i},Person,{NAME}\n" for i in range(LINES))
    async with running(settings) as one:
        await upload(one, settings, "lists/eu-v2.xml")
        await until(lambda: in_force(one, "eu", 36))
        async with client(one, settings, "officer") as officer:
            answer = await officer.post("/match-jobs", content=body)
            assert answer.status_code == 202, answer.text
            id = answer.json()["result"]["job_id"]
        await until(lambda: has_begun(one, id))
    async with running(settings) as again:
        await until(lambda: is_done(again, id), seconds=60)
        async with client(again, settings, "officer") as officer:
            shown = (await officer.get(f"/match-jobs/{id}")).json()
            assert (shown["done"], shown["hits"], shown["problems"]) == (LINES, LINES, 0)
            told = (await officer.get(f"/match-jobs/{id}/results")).text.splitlines()
            assert [int(json.loads(line)["id"]) for line in told] == list(range(LINES))
            raw = await again.store.db["MatchChunk"].find_one({"_id": f"{id}/00000"})
            for kept in (raw["lines"][0], raw["results"][0]):
                assert kept.startswith(f"sealed:1:personal:person-{id}:")
            assert (await officer.delete(f"/match-jobs/{id}")).status_code == 200
            assert await again.store.db["MatchChunk"].count_documents({}) == 0
        await until(lambda: key_is_destroyed(again, id))


async def test_a_long_question_does_not_hold_up_the_others(settings: Settings) -> None:
    odd = " ".join("ab" + chr(97 + i % 26) for i in range(240))
    query = {"schema": "Person", "properties": {"name": [odd] * 10}}
    body = {"queries": {str(i): query for i in range(5)}}
    async with running(settings) as one:
        await upload(one, settings, "lists/eu-v2.xml")
        await until(lambda: in_force(one, "eu", 36))
        async with client(one, settings, "officer") as officer:
            asked = asyncio.create_task(officer.post("/match/default", json=body))
            waited, loop = 0.0, asyncio.get_running_loop()
            while not asked.done():
                before = loop.time()
                await asyncio.sleep(0.005)
                waited = max(waited, loop.time() - before)
            assert asked.result().status_code == 200, asked.result().text
    assert waited < 0.5


async def key_is_destroyed(service: Service, id: str) -> bool:
    name = ("personal", f"person-{id}")
    return (await service.keyring.keys([name], create=False))[name] is None


async def has_begun(service: Service, id: str) -> bool:
    return (await service.store.fetch(MatchJob, [id]))[id].done > 0


async def is_done(service: Service, id: str) -> bool:
    return (await service.store.fetch(MatchJob, [id]))[id].state is JobState.DONE
