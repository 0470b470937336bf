"""The oracle of every fault: accepted = handled + pending; nothing lost, doubled or out of order.

`settled` waits until nothing is pending any more; `judge` then says everything that is wrong.
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import psutil

from shared import journal
from shared.administration.line import Parcel, read_whole
from shared.envelope import Entry
from shared.held import DeadKind
from shared.mongo import MongoStore
from shared.store import Outage
from shared.testing import until
from tests.faults.fleet import Fleet
from tests.faults.services import KINDS, LOOK_EACH, Contract, Party, Screening

HEALTHY_WITHIN = 60.0
"""Seconds after the end of a fault in which the system must be well by itself (issue 9), where the
machine has a core for each process that wants one; as many times longer as they wait for cores."""


def patience() -> float:
    waiting = max(psutil.getloadavg()[:2]) / (psutil.cpu_count() or 1)
    return HEALTHY_WITHIN * max(1.0, waiting)


@dataclass
class Verdict:
    """What is wrong, and how long it took until nothing was pending."""

    problems: list[str] = field(default_factory=list)
    settled_after: float = 0.0
    facts: int = 0


async def sums(fleet: Fleet) -> dict[str, int]:
    """What became of the signatures, by the last step that each can be counted at."""
    contracts = await fleet.stores["contracts"].search(Contract, {}, limit=100_000)
    parties = await fleet.stores["onboarding"].search(Party, {}, limit=100_000)
    screenings = await fleet.stores["screening"].search(Screening, {}, limit=100_000)
    return {
        "signed": sum(one.signed for one in contracts),
        "registered": sum(one.contracts for one in parties),
        "reminded": sum(one.reminded for one in parties),
        "looked": sum(one.looked for one in parties),
        "screened": sum(one.times for one in screenings),
    }


FAR = datetime(2100, 1, 1, tzinfo=UTC)


async def pending(fleet: Fleet) -> float:
    """What waits to be sent, done, or handled, in all services."""
    waiting = 0.0
    for store in fleet.stores.values():
        counts = await store.counts()
        waiting += counts["relay_depth"] + counts["held"] + counts["effects"]
        waiting += await store.next_deadline(FAR) is not None
    return waiting


async def settled(fleet: Fleet, seconds: float) -> float:
    """Wait until all that was accepted is handled; the seconds that it took.

    Given up before, where nothing has moved for half of that time; and where all is handled and
    something still waits after a sixth of it.
    """
    began = moved_at = time.monotonic()
    complete_at = 0.0
    last = ""

    async def done() -> bool:
        nonlocal last, complete_at, moved_at
        try:
            now, waiting = await sums(fleet), await pending(fleet)
        except Outage as outage:
            last = str(outage)
            return False
        wanted = expected(fleet)
        before, last = last, f"{now} of {wanted}, {waiting:.0f} pending"
        if last != before:
            moved_at = time.monotonic()
        elif time.monotonic() - moved_at > seconds / 2:
            raise AssertionError(f"not settled, and nothing moves any more: {last}")
        if not all(now[name] >= count for name, count in wanted.items()):
            return False
        complete_at = complete_at or time.monotonic()
        if waiting and time.monotonic() - complete_at > seconds / 6:
            raise AssertionError(f"all is handled, and {waiting:.0f} things still wait")
        return not waiting

    try:
        # Each look reads everything: often would be at the cost of what is looked at.
        await until(done, seconds=seconds, every=0.5)
    except TimeoutError:
        raise AssertionError(f"not settled within {seconds:.0f} s: {last}") from None
    return time.monotonic() - began


def expected(fleet: Fleet) -> dict[str, int]:
    accepted, refused = fleet.load.accepted, fleet.load.refused
    looked = sum(-(-count // LOOK_EACH) for count in fleet.load.by_party.values())
    return {
        "signed": accepted,
        "registered": accepted,
        "reminded": accepted,
        "looked": looked,
        "screened": accepted - refused,
    }


async def judge(fleet: Fleet, *, seconds: float | None = None) -> Verdict:
    """Wait until nothing is pending, then look at everything that was kept and sent."""
    verdict = Verdict()
    try:
        verdict.settled_after = await settled(fleet, seconds or patience())
    except AssertionError as late:
        verdict.problems.append(str(late))
    found, wanted = await sums(fleet), expected(fleet)
    for name, count in wanted.items():
        if found[name] != count:
            verdict.problems.append(f"{name} {found[name]} times instead of {count}")
    for name, store in fleet.stores.items():
        verdict.facts += await _judge_service(verdict.problems, fleet, name, store)
    await _judge_order(verdict.problems, fleet)
    return verdict


async def _judge_service(problems: list[str], fleet: Fleet, name: str, store: MongoStore) -> int:
    entries: list[Entry] = []
    causes: Counter[str] = Counter()
    aside: Counter[DeadKind] = Counter()
    async for block in store.blocks():
        entries += block.entries
        causes.update({entry.cause for entry in block.entries})
        aside.update(dict(letter.headers)["ansvar-dead-kind"].decode() for letter in block.dead)  # type: ignore[misc]
    report = await journal.verify(name, _as_blocks(entries), await store.heads(KINDS[name]))
    problems += [f"{name}: {problem}" for problem in report.problems[:5]]
    doubled = [cause for cause, commits in causes.items() if commits > 1]
    if doubled:
        problems.append(f"{name}: {len(doubled)} messages handled twice, such as {doubled[0]}")
    refused = fleet.load.refused if name == "screening" else 0
    if aside != Counter({"rejected": refused} if refused else {}):
        problems.append(f"{name}: set aside {dict(aside)} instead of {refused} rejected")
    sent = await asyncio.to_thread(_sent, fleet.ground.kafka_url, f"{name}.v1")
    _judge_topic(problems, name, entries, sent)
    return len(entries)


async def _as_blocks(entries: list[Entry]) -> AsyncIterator[list[Entry]]:
    yield entries


def _sent(url: str, topic: str) -> list[Parcel]:
    return list(read_whole(url, topic))


def _judge_topic(problems: list[str], name: str, entries: list[Entry], sent: list[Parcel]) -> None:
    """Distinct sent = journal, byte by byte; and nobody hears n + 1 before n."""
    kept = {entry.id: (entry.body, entry.cause) for entry in entries}
    ids = {parcel.header("ce_id") for parcel in sent}
    if lost := kept.keys() - ids:
        problems.append(f"{name}: {len(lost)} facts never reached the topic, such as {min(lost)}")
    if ghosts := ids - kept.keys():
        problems.append(f"{name}: {len(ghosts)} facts were sent and never were: {min(ghosts)}")
    said = ((one.header("ce_id"), (one.body, one.header("ce_causationid"))) for one in sent)
    if any(kept[id] != fact for id, fact in said if id in kept):
        problems.append(f"{name}: what was sent is not what the journal holds")
    furthest: Counter[bytes | None] = Counter()
    for parcel in sent:
        number = int(parcel.header("ce_sequence"))
        if number > furthest[parcel.key] + 1:
            problems.append(f"{name}: {parcel.header('ce_id')} was sent before its turn")
            return
        furthest[parcel.key] = max(furthest[parcel.key], number)


async def _judge_order(problems: list[str], fleet: Fleet) -> None:
    for party in await fleet.stores["onboarding"].search(Party, {}, limit=100_000):
        if party.seen != tuple(range(1, len(party.seen) + 1)):
            problems.append(f"{party.id} heard its signatures out of order: {party.seen[:20]}")
            return
