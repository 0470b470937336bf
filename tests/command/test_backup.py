"""The drill: copy, destroy, put back, prove, go on."""

import asyncio
import json
import os
import shutil
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from shared import copies
from shared.administration.topics import apply
from shared.command import backup as backup_commands
from shared.domain import Aggregate
from shared.embedded.patience import be_patient
from shared.embedded.stack import Stack
from shared.events.onboarding import PartyRegistered
from shared.http import Api
from shared.mongo import MongoKeyRing, MongoStore
from shared.router import Router
from shared.runtime import Service
from shared.settings import ServiceSettings
from shared.store import Outage
from shared.testing import until
from shared.unit import Unit
from tests.command.conftest import Installation
from tests.shared import probe
from tests.shared.probe import Party, Register, ask, running, settings_for

pytestmark = pytest.mark.integration

NAMES = ["onboarding", "screening", "console"]
AT_ONCE, MOST = 50, 100_000

PARTIES_OF_THE_SIZE = int(os.environ.get("RECOVERY_PARTIES", "500"))
"""Each is three facts and seven documents or so; FIGURES=file keeps what it took."""


class Seen(Aggregate):
    """What a service that only repeats what others said knows of a party."""

    names: tuple[str, ...] = ()


def console(settings: ServiceSettings) -> Service:
    router = Router("console")

    @router.on(PartyRegistered, loads=(Seen, "party.party_id"))
    async def see(event: PartyRegistered, unit: Unit) -> None:
        seen = await unit.load(Seen, event.party.party_id) or Seen(id=event.party.party_id)
        seen.names = (*seen.names, event.party.name)
        unit.save(seen)

    return Service(
        "console", router=router, api=Api("console"), settings=settings, aggregates=(Seen,)
    )


async def ask_until_answered(service: Service, party: str, name: str) -> None:
    """A machine that is busy with other things lets a command wait for longer than it may."""
    while True:
        with suppress(Outage):
            command = Register(party_id=party, name=name)
            await ask(service, command, f"drill/{name}/{party}")
            return


class Region:
    """Three services on one data directory, which work for a moment at a time."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        self.data = installation.data
        self.settings = ServiceSettings()

    def services(self) -> list[Service]:
        return [
            probe.onboarding(self.settings),
            probe.screening(self.settings),
            console(self.settings),
        ]

    async def work(self, name: str, parties: Sequence[str], known: int = 0) -> None:
        """Register each of the parties once more under a name, and see it through all services;
        and see that the console knows so many in all."""
        be_patient()
        with Stack(self.data) as stack:
            await asyncio.to_thread(apply, stack.kafka_url, NAMES)
            self.settings = settings_for(stack.kafka_url, stack.mongo_url, self.data)
            one, two, three = self.services()
            async with running(one, two, three):
                hands = asyncio.Semaphore(AT_ONCE)

                async def register(party: str) -> None:
                    async with hands:
                        await ask_until_answered(one, party, name)

                await asyncio.gather(*(register(party) for party in parties))
                missing = list(parties)

                async def through() -> bool:
                    some = missing[:AT_ONCE]
                    known = await one.store.fetch(Party, some)
                    seen = await three.store.fetch(Seen, some)
                    if not all(
                        known[party].screened == known[party].registered
                        and party in seen
                        and seen[party].names[-1] == name
                        for party in some
                    ):
                        return False
                    del missing[:AT_ONCE]
                    return not missing

                async def all_seen() -> bool:
                    return len(await three.store.search(Seen, {}, limit=MOST)) >= known

                await until(through, seconds=60 + len(parties) / 10)
                await until(all_seen, seconds=60 + known / 10)

    async def says(self, *words: str, expect: int = 0) -> str:
        return await asyncio.to_thread(lambda: self.installation.ansvar(*words, expect=expect))

    async def state(self) -> tuple[dict[str, int], dict[str, tuple[str, ...]]]:
        """How often each party was registered, and under which names it was seen."""
        with Stack(self.data) as stack:
            keyring = MongoKeyRing(stack.mongo_url, bytes(32))
            onboarding = MongoStore(stack.mongo_url, "onboarding", keyring)
            seeing = MongoStore(stack.mongo_url, "console", keyring)
            parties = await onboarding.search(Party, {}, limit=MOST)
            seen = await seeing.search(Seen, {}, limit=MOST)
        return (
            {one.id: one.registered for one in parties},
            {one.id: one.names for one in seen},
        )


@pytest.fixture
def region(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> Region:
    region = Region(installation)
    monkeypatch.setattr(backup_commands, "service_names", lambda only="": NAMES)

    def built(names: Sequence[str]) -> list[Service]:
        region.settings = ServiceSettings()  # what the command has told the environment
        return region.services()

    monkeypatch.setattr(backup_commands, "load_services", built)
    return region


PARTIES = [f"dk-cvr-{number}" for number in range(6)]


async def test_the_drill(region: Region, tmp_path: Path) -> None:
    copy = tmp_path / "copy.tar.gz"
    await region.work("Nordlys", PARTIES)
    said = await region.says("backup", str(copy))
    assert f"{3 * len(PARTIES)} facts are in" in said
    await region.work("after the copy", PARTIES[:1])
    for lost in ("mongo", "kafka"):
        shutil.rmtree(region.data / lost)
    said = await region.says("restore", str(copy))
    assert f"{3 * len(PARTIES)} facts are proved" in said
    assert await region.state() == (
        dict.fromkeys(PARTIES, 1),
        {party: ("Nordlys",) for party in PARTIES},
    )
    await region.work("goes on", PARTIES)
    again = await region.says("backup", str(copy))
    assert f"{6 * len(PARTIES)} facts are in" in again, "and the record is still whole"
    refused = await region.says("restore", str(copy), expect=1)
    assert "--replace" in refused


async def test_a_copy_that_is_damaged_or_sealed_otherwise_changes_nothing(
    region: Region, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.tar.gz"
    await region.work("Nordlys", PARTIES[:2])
    await region.says("backup", str(copy))
    before = await region.state()
    data = copy.read_bytes()
    damaged = tmp_path / "damaged.tar.gz"
    damaged.write_bytes(data[: len(data) // 2])
    assert "no whole copy" in await region.says("restore", str(damaged), "--replace", expect=1)
    (region.data / "secrets.json").unlink()
    refused = await region.says("restore", str(copy), "--replace", expect=1)
    assert "another master key" in refused
    assert await region.state() == before


async def test_who_was_erased_after_the_copy_stays_erased(region: Region, tmp_path: Path) -> None:
    copy = tmp_path / "copy.tar.gz"
    with Stack(region.data) as stack:
        keyring = MongoKeyRing(stack.mongo_url, bytes(32))
        await keyring.keys([("personal", "person-1"), ("personal", "person-2")], create=True)
    await region.says("backup", str(copy))
    with Stack(region.data) as stack:
        keyring = MongoKeyRing(stack.mongo_url, bytes(32))
        await keyring.destroy("person-1")
    await region.says("restore", str(copy), "--replace")
    with Stack(region.data) as stack:
        keyring = MongoKeyRing(stack.mongo_url, bytes(32))
        names = [("personal", "person-1"), ("personal", "person-2")]
        keys = await keyring.keys(names, create=False)
    assert keys["personal", "person-1"] is None
    assert keys["personal", "person-2"] is not None


@pytest.mark.long
async def test_a_service_that_repeats_what_others_say_is_rebuilt_from_their_journals(
    region: Region,
) -> None:
    await region.work("first", PARTIES)
    await region.work("second", PARTIES)
    before = await region.state()
    said = await region.says("rebuild", "console")
    assert f"console will hear {2 * 3 * len(PARTIES)} facts again" in said
    assert (await region.state())[1] == {}
    await region.work("third", PARTIES[:1])

    async def all_seen() -> bool:
        return len((await region.state())[1]) == len(PARTIES)

    assert await all_seen()
    rebuilt = (await region.state())[1]
    assert rebuilt[PARTIES[1]] == before[1][PARTIES[1]]
    assert rebuilt[PARTIES[0]] == (*before[1][PARTIES[0]], "third")
    refused = await region.says("rebuild", "onboarding", expect=1)
    assert "facts of its own" in refused


@pytest.mark.long
async def test_what_it_takes_at_a_size(region: Region, tmp_path: Path) -> None:
    """Copied, lost and put back; then one database thrown away and filled again."""
    parties = [f"dk-cvr-{number:08}" for number in range(PARTIES_OF_THE_SIZE)]
    await region.work("Nordlys", parties)
    copy = tmp_path / "copy.tar.gz"
    told = [await region.says("backup", str(copy))]
    assert f"{3 * len(parties)} facts are in" in told[0]
    for lost in ("mongo", "kafka"):
        shutil.rmtree(region.data / lost)
    told.append(await region.says("restore", str(copy)))
    assert f"{3 * len(parties)} facts are proved" in told[1]
    told.append(await region.says("rebuild", "console"))
    assert f"console will hear {3 * len(parties)} facts again" in told[2]
    began = time.monotonic()
    await region.work("heard again", parties[:1], known=len(parties))
    console = (await region.state())[1]
    assert all(console[party][0] == "Nordlys" for party in parties)
    told.append(f"console heard them in {time.monotonic() - began:.1f} s, start and end included")
    note(told)


def note(told: list[str]) -> None:
    if file := os.environ.get("FIGURES"):
        line = {"recovery": told, "load": round(psutil.getloadavg()[0], 1)}
        with Path(file).open("a") as out:
            out.write(json.dumps(line) + "\n")


def test_a_mark_tells_a_master_key_and_not_what_it_is() -> None:
    assert copies.told_of(bytes(32)) == copies.told_of(bytes(32))
    assert copies.told_of(bytes(32)) != copies.told_of(b"1" * 32)
    assert len(copies.told_of(bytes(32))) == 16
