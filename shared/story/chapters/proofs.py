"""The contract system knows each status, the console shows it all, and the record is whole."""

import asyncio
import html
import re
import sys

from shared.administration import dead
from shared.events.base import Event
from shared.events.breaches import BreachDismissed, BreachRemedied, InterimMeasureOrdered
from shared.events.contracts import ContractSigned, ContractStatusChanged
from shared.events.subcontractors import (
    ReplacementDemanded,
    SubcontractorApproved,
    SubcontractorReplaced,
    SubstituteRefused,
)
from shared.events.words import Status
from shared.story.chapters.beginning import contract_of
from shared.story.player import Player

AT_THE_END = {"nordlys": Status.CLEAR, "malardalen": Status.CONDITIONAL}

TURNS: tuple[type[Event], ...] = (
    ContractSigned,
    SubcontractorApproved,
    InterimMeasureOrdered,
    ReplacementDemanded,
    BreachDismissed,
    SubstituteRefused,
    SubcontractorReplaced,
    BreachRemedied,
)
"""Where the story of the supplier turned, in this order."""

EARLIER = re.compile(r'hx-get="([^"]+timeline\?before=[^"]+)"')


async def the_contract_system_knows(p: Player) -> None:
    p.tell.chapter(8, "The contract system knows each status")
    p.check(not p.contract_system.forged, "every signature was true", p.contract_system.forged)
    for key, wanted in AT_THE_END.items():
        contract_id = await contract_of(p, key)
        status = await p.machine.get("/api/contracts/status", contract_id=contract_id)
        p.check(status["status"] == wanted, f"{contract_id} is {wanted}", status)
        newest = int(status["status_version"])
        await p.status(contract_id, wanted, after=newest - 1)
        told = p.contract_system.statuses(contract_id)
        versions = [one.version for one in told]
        p.check(versions == sorted(set(versions)), "none came late or twice", versions)
        p.check(told[-1].status == wanted, "the newest came last", told[-1])
        await _each_is_accounted_for(p, contract_id, set(versions))
        await p.machine.ask(
            f"/api/contracts/contracts/{contract_id}/acknowledgements",
            {"status_version": newest, "endpoint_id": await _endpoint(p)},
            key=f"acknowledge/{contract_id}/{newest}",
        )
        p.tell.true(
            f"{contract_id}: {' → '.join(one.status for one in told)}; "
            f"{len(told)} webhooks with true signatures, the newest last"
        )


async def _each_is_accounted_for(p: Player, contract_id: str, told: set[int]) -> None:
    """A status that did not arrive was superseded by a newer one, and is shown so."""
    announced = {
        one.status_version for one in p.facts.all(ContractStatusChanged, contract_id=contract_id)
    }
    deliveries = await p.machine.get(
        "/api/contracts/deliveries", contract_id=contract_id, buyer_id=p.buyer, limit=200
    )
    superseded = {
        one["status_version"] for one in deliveries["items"] if one["state"] == "superseded"
    }
    missing = announced - told - superseded
    p.check(not missing, "each status arrived, or a newer one took its place", missing)


async def _endpoint(p: Player) -> str:
    endpoints = await p.machine.get("/api/contracts/endpoints", buyer_id=p.buyer)
    return next(str(one["id"]) for one in endpoints if one["url"] == p.contract_system.url)


async def the_record_is_whole(p: Player) -> None:
    p.tell.chapter(9, "The console shows it all, and the record is whole")
    supplier = p.samples.company("nordlys")
    contract_id = await contract_of(p, "nordlys")
    turns = [f'{p.facts.heard(kind, contract_id=contract_id)[0].id}"' for kind in TURNS]

    async def whole() -> str | None:
        timeline = await _timeline(p, f"/suppliers/{supplier.party_id}")
        return timeline if all(id in timeline for id in turns) else None

    timeline = await p.wait_until(f"the whole story on the page of {supplier.name}", whole)
    places = [timeline.index(id) for id in turns]
    p.check(places == sorted(places, reverse=True), "the newest stands first", places)
    p.tell.true(
        f"the timeline of {supplier.name}, from its contract to the new chain, is on "
        f"{p.running.public_url}/suppliers/{supplier.party_id}"
    )

    letters = await asyncio.to_thread(dead.open_letters, p.running.kafka_url, p.running.services)
    p.check(not letters, "nothing was set aside", [(x.service, x.type, x.reason) for x in letters])
    await p.quiet()
    proof = await _ansvar(p, "journal", "verify")
    p.check("broken" not in proof, "ansvar journal verify finds every record whole", proof)
    p.tell.true("ansvar journal verify: every service's record is whole\n" + proof.rstrip())


async def _timeline(p: Player, path: str) -> str:
    """The page, and every earlier piece of its timeline, as somebody reads it to its end."""
    pages = [await p.page(p.officer, path)]
    while earlier := EARLIER.search(pages[-1]):
        pages.append(await p.page(p.officer, html.unescape(earlier[1])))
    return "\n".join(pages)


async def _ansvar(p: Player, *words: str) -> str:
    """A command as a person types it; what it said."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "shared.command",
        *words,
        "--data",
        str(p.data),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    p.check(process.returncode == 0, f"ansvar {' '.join(words)} succeeds", said.decode())
    return said.decode()
