"""Each fault by itself, with contracts being signed all the time; `make test-faults` runs these.

The oracle is `tests.faults.oracle`; `FIGURES=file` adds what each took as a line of JSON, which is
where the figures in docs/reliability.md come from.
"""

import asyncio
import json
import os
import random
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from shared.administration.line import Parcel, read_whole, send_in_order
from shared.embedded import CannotStart
from shared.embedded.stack import Stack
from tests.faults.fleet import SERVICES, Fleet, Member, end, kill, raise_again
from tests.faults.network import SlowLine
from tests.faults.oracle import Verdict, judge

pytestmark = pytest.mark.long

AWAY = float(os.environ.get("FAULTS_AWAY", "60"))
"""Seconds for which a broker or a database is away."""

KILLS = int(os.environ.get("FAULTS_KILLS", "100"))
PER_SECOND = 40


@pytest.fixture
async def fleet(own_stack: Stack, tmp_path: Path) -> AsyncIterator[Fleet]:
    fleet = Fleet(own_stack, tmp_path / "fleet", ("contracts",), ("onboarding", "screening"))
    await fleet.start()
    yield fleet
    await fleet.stop()


def note(name: str, fleet: Fleet, verdict: Verdict) -> None:
    """Keep what it took for docs/reliability.md, and fail where anything is wrong."""
    line = {
        "fault": name,
        "signatures": fleet.load.accepted,
        "facts": verdict.facts,
        "asked_again": fleet.load.tried_again,
        "slowest_answer_s": round(fleet.load.slowest, 1),
        "settled_after_s": round(verdict.settled_after, 1),
        "problems": verdict.problems,
        "load": round(psutil.getloadavg()[0], 1),
    }
    if file := os.environ.get("FIGURES"):
        with Path(file).open("a") as out:
            out.write(json.dumps(line) + "\n")
    assert verdict.problems == []


class People:
    """Signatures come in until `stop`, at a steady rate."""

    def __init__(self, fleet: Fleet, per_second: float = PER_SECOND) -> None:
        self._fleet, self._rate = fleet, per_second
        self._task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        while True:
            some = asyncio.create_task(self._fleet.sign(int(self._rate), per_second=self._rate))
            try:
                await asyncio.shield(some)
            except asyncio.CancelledError:
                await some  # everyone who began gets an answer
                raise

    async def stop(self) -> None:
        self._task.cancel()
        await asyncio.wait([self._task])
        if not self._task.cancelled() and (error := self._task.exception()):
            raise error


async def hurt(name: str, fleet: Fleet, fault: Callable[[], Awaitable[None]]) -> None:
    people = People(fleet)
    try:
        await asyncio.sleep(2)
        await fault()
        await asyncio.sleep(1)
    finally:
        await people.stop()
    note(name, fleet, await judge(fleet))


async def test_a_hundred_kills_of_services_database_and_their_clients(
    own_stack: Stack, fleet: Fleet
) -> None:
    chance = random.Random(11)

    async def a_hundred_kills() -> None:
        for _ in range(KILLS):
            await asyncio.sleep(chance.uniform(0.1, 1.5))
            victim: Member | None = chance.choice([*fleet.members, None])
            if victim is None:
                await kill(own_stack, "database")
                await raise_again(own_stack, "database")
                continue
            await victim.kill()
            await victim.start()
            if chance.random() < 0.5:  # the other half is killed while it starts, or soon after
                await victim.wait()
        for member in fleet.members:
            await member.wait()

    await hurt(f"{KILLS} times kill -9 of services and database", fleet, a_hundred_kills)


async def test_database_and_all_its_clients_are_killed_at_once(
    own_stack: Stack, fleet: Fleet
) -> None:
    async def all_at_once() -> None:
        for _ in range(3):
            await asyncio.sleep(1)
            await asyncio.gather(*(member.kill() for member in fleet.members))
            await kill(own_stack, "database")
            await raise_again(own_stack, "database")
            for member in fleet.members:
                await member.start()
            for member in fleet.members:
                await member.wait()

    await hurt("3 times kill -9 of database and all services at once", fleet, all_at_once)


async def test_the_broker_is_restarted(own_stack: Stack, fleet: Fleet) -> None:
    async def restarts() -> None:
        for _ in range(5):
            await end(own_stack, "broker")
            await raise_again(own_stack, "broker")
            await asyncio.sleep(2)

    await hurt("5 times SIGTERM and start of the broker", fleet, restarts)


async def test_the_broker_is_killed(own_stack: Stack, fleet: Fleet) -> None:
    async def kills() -> None:
        for _ in range(5):
            await kill(own_stack, "broker")
            await raise_again(own_stack, "broker")
            await asyncio.sleep(2)

    await hurt("5 times kill -9 of the broker", fleet, kills)


@pytest.mark.parametrize("which", ["broker", "database"])
async def test_one_of_the_two_is_away_for_a_minute(
    own_stack: Stack, fleet: Fleet, which: str
) -> None:
    async def away() -> None:
        await end(own_stack, which)
        await asyncio.sleep(AWAY)
        await raise_again(own_stack, which)

    await hurt(f"{which} away for {AWAY:.0f} s", fleet, away)


async def test_the_line_to_the_database_is_slow(own_stack: Stack, tmp_path: Path) -> None:
    port = int(own_stack.mongo_url.rpartition(":")[2].partition("/")[0])
    line = SlowLine(port, 0.05)
    await line.start()

    class Ground:
        kafka_url = own_stack.kafka_url
        mongo_url = f"mongodb://127.0.0.1:{line.port}/?directConnection=true"

    fleet = Fleet(Ground(), tmp_path / "fleet", ("contracts",), ("onboarding", "screening"))
    await fleet.start()
    try:
        await hurt("50 ms each way to the database", fleet, lambda: asyncio.sleep(15))
    finally:
        await fleet.stop()
        await line.stop()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 96 MB. Only root can mount one."""
    place = tmp_path / "disk"
    place.mkdir()
    mounting = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=96m", "tmpfs", str(place)], capture_output=True
    )
    if mounting.returncode:
        pytest.skip(f"no small disk can be mounted here: {mounting.stderr.decode().strip()}")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


async def test_the_disk_is_full_for_a_while(small_disk: Path, tmp_path: Path) -> None:
    stack = Stack(small_disk / "stack")
    await asyncio.to_thread(stack.start)
    fleet = Fleet(stack, tmp_path / "fleet", ("contracts",), ("onboarding", "screening"))
    await fleet.start()

    async def full() -> None:
        ballast = small_disk / "ballast"
        fill(ballast)
        end_at = asyncio.get_running_loop().time() + 15
        while asyncio.get_running_loop().time() < end_at:
            for name in stack.fallen():  # as `ansvar up` does
                await asyncio.to_thread(_try_to_raise, stack, name)
            await asyncio.sleep(0.5)
        ballast.unlink()
        for name in stack.fallen():
            await raise_again(stack, name)

    try:
        await hurt("disk of the embedded data full for 15 s", fleet, full)
    finally:
        await fleet.stop()
        await asyncio.to_thread(stack.stop)


def fill(ballast: Path) -> None:
    """Write until nothing more fits."""
    with ballast.open("wb", buffering=0) as out:
        try:
            while True:
                out.write(b"\0" * 65_536)
        except OSError:
            return


def _try_to_raise(stack: Stack, name: str) -> None:
    with suppress(CannotStart):
        stack.raise_again(name)


async def test_the_clock_jumps(own_stack: Stack, tmp_path: Path) -> None:
    """An hour ahead, back, and an hour behind: leases, journal and relay go on."""
    skew = tmp_path / "skew"
    fleet = Fleet(
        own_stack,
        tmp_path / "fleet",
        ("contracts",),
        ("onboarding", "screening"),
        ANSVAR_SKEW_FILE=str(skew),
    )
    await fleet.start()

    async def jumps() -> None:
        for seconds in (3600, 0, -3600, 0):
            skew.write_text(str(seconds))
            await asyncio.sleep(3)
            victim = fleet.members[1]
            await victim.kill()
            await victim.start()
            await victim.wait()

    try:
        await hurt("the machine's clock jumps by an hour, four times, with kills", fleet, jumps)
    finally:
        await fleet.stop()


async def test_everything_is_delivered_again_and_in_another_order(
    own_stack: Stack, fleet: Fleet
) -> None:
    chance = random.Random(3)

    async def again() -> None:
        url = own_stack.kafka_url
        for announcer, listener in (("contracts", "onboarding"), ("onboarding", "screening")):
            facts = await asyncio.to_thread(_on, url, f"{announcer}.v1")
            chance.shuffle(facts)
            await asyncio.to_thread(send_in_order, url, f"{listener}.replay", facts)
            await asyncio.to_thread(send_in_order, url, f"{listener}.replay", facts[:200])

    await hurt("all facts delivered again, shuffled", fleet, again)


def _on(url: str, topic: str) -> list[Parcel]:
    return list(read_whole(url, topic))


async def test_two_relays_fight_for_the_lease(own_stack: Stack, tmp_path: Path) -> None:
    """Two replicas of each service; whoever leads is frozen for longer than its lease lasts."""
    fleet = Fleet(own_stack, tmp_path / "fleet", SERVICES)
    fleet.members.append(fleet.member(SERVICES, "other"))
    await fleet.start()

    async def freezes() -> None:
        for turn in range(6):
            victim = fleet.members[turn % 2]
            victim.freeze()
            await asyncio.sleep(6)
            victim.thaw()
            await asyncio.sleep(2)

    try:
        await hurt("two replicas, the leader frozen for 6 s, 6 times", fleet, freezes)
    finally:
        for member in fleet.members:
            member.thaw()
        await fleet.stop()


async def test_a_rolling_upgrade_with_old_and_new_facts_at_once(
    own_stack: Stack, tmp_path: Path
) -> None:
    """The newer release says one field more; for a while both are there, then one goes back."""
    fleet = Fleet(own_stack, tmp_path / "fleet", ("contracts",), ("onboarding", "screening"))
    upgrade = {"ANSVAR_NEWER": "1"}
    for names in (("contracts",), ("onboarding", "screening")):
        fleet.members.append(fleet.member(names, f"{names[0]}-newer", **upgrade))
    await fleet.start()

    async def rolling() -> None:
        for goes in fleet.members:
            await goes.stop()
            await asyncio.sleep(3)
            await goes.start()
            await goes.wait()

    try:
        await hurt("rolling upgrade and back, both releases at once", fleet, rolling)
    finally:
        await fleet.stop()
