"""Two processes of audits share the work: no step comes twice, and one that is killed is replaced.

The oracle is the journal and the topic: every action that nobody verifies is reminded twice,
escalated and overdue, once each, whoever of the two did it.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from bench.followup.ladders import missing, told, twice
from shared.administration.line import Parcel, read_whole, send_in_order
from shared.embedded.patience import be_patient
from shared.embedded.stack import Stack
from shared.events import type_of
from shared.events.audits import (
    CorrectiveActionEscalated,
    CorrectiveActionOverdue,
    CorrectiveActionReminded,
)
from shared.events.base import Event
from shared.events.contracts import ContractSigned
from shared.testing import until
from tests.audits.conftest import LABOUR, SUPPLIER, clauses, signed
from tests.audits.replicas import Pair, Replica

CONTRACTS = 24
WITHIN = 180.0
DAY = timedelta(days=1)


@pytest.fixture
async def pair(tmp_path: Path) -> AsyncIterator[Pair]:
    be_patient()
    stack = Stack(tmp_path / "stack")
    await asyncio.to_thread(stack.start)
    pair = Pair(stack, tmp_path)
    try:
        await asyncio.to_thread(pair.start)
        yield pair
    finally:
        await asyncio.to_thread(pair.stop)
        await asyncio.to_thread(stack.stop)


def parcel(fact: Event, key: str) -> Parcel:
    headers = {
        "ce_specversion": "1.0",
        "ce_id": f"test/{uuid4()}",
        "ce_source": "/ansvar/contracts",
        "ce_type": type_of(type(fact)),
        "ce_time": "2026-11-22T10:00:00+00:00",
        "content-type": "application/json",
    }
    body = fact.model_dump_json().encode()
    return Parcel(key.encode(), tuple((k, v.encode()) for k, v in headers.items()), body)


async def heard_of(pair: Pair) -> list[str]:
    """Contracts with a labour clause, told on the topic as contracts would."""
    ids = [f"contract-{number}" for number in range(CONTRACTS)]
    parcels = []
    for id in ids:
        clause = clauses(LABOUR).model_copy(update={"contract_id": id})
        parcels += [parcel(signed(contract_id=id), id), parcel(clause, id)]
    await asyncio.to_thread(send_in_order, pair.kafka_url, "contracts.v1", parcels)
    for id in ids:
        await until(lambda id=id: there(pair.other, f"/plans/{id}"), seconds=WITHIN, every=0.2)  # type: ignore[misc]
    return ids


async def there(replica: Replica, path: str) -> bool:
    return (await asyncio.to_thread(replica.http.get, path)).is_success


async def agreed(
    replica: Replica, contract_id: str, what: str = "Two employees were not told."
) -> None:
    """Something was found, and its action is agreed for ten working days."""
    found = {
        "contract_id": contract_id,
        "party_id": SUPPLIER,
        "obligation": LABOUR.code,
        "severity": "major",
        "finding_class": "other",
        "description": what,
    }
    answer = await asyncio.to_thread(replica.http.post, "/findings", json=found)
    assert answer.is_success, answer.text
    id = answer.json()["result"]["finding_id"]
    body = {"measure": "Tell all of them.", "working_days": 10, "agreed_with": "by phone"}
    answer = await asyncio.to_thread(replica.http.post, f"/findings/{id}/action", json=body)
    assert answer.is_success, answer.text


def contracts_heard_by(replica: Replica) -> int:
    """How many signatures this process handled, as it counts itself."""
    kind = type_of(ContractSigned)
    lines = replica.http.get("/metrics").text.splitlines()
    counts = [one for one in lines if "messages_handled_total" in one and kind in one]
    return sum(int(float(one.rpartition(" ")[2])) for one in counts)


def said(pair: Pair, *kinds: type[Event]) -> Callable[[], Awaitable[int]]:
    async def count() -> int:
        return sum(isinstance(fact, kinds) for fact in await told(pair.store))

    return count


async def reached(count: Callable[[], Awaitable[int]], number: int) -> None:
    async def enough() -> bool:
        return await count() >= number

    await until(enough, seconds=WITHIN, every=0.5)


@pytest.mark.long
async def test_two_processes_do_every_step_once_and_one_takes_over_where_the_other_is_killed(
    pair: Pair,
) -> None:
    ids = await heard_of(pair)
    hands = (pair.one, pair.other)
    await asyncio.gather(*(agreed(hands[n % 2], id) for n, id in enumerate(ids)))
    assert pair.one.pid != pair.other.pid
    shares = [await asyncio.to_thread(contracts_heard_by, hand) for hand in hands]
    # What came to the first before the second had its partitions can come to the second again.
    assert sum(shares) >= CONTRACTS
    assert all(shares), "both heard some of the contracts"

    reminded = said(pair, CorrectiveActionReminded)
    while await reminded() == 0:
        pair.clock.advance(DAY)
        await asyncio.sleep(1.5)  # both look for what has come due, at the same time
    await reached(reminded, CONTRACTS)
    assert twice(await told(pair.store)) == 0

    # The one is killed in the middle of what comes due next; the other has to do the rest.
    last = said(pair, CorrectiveActionOverdue)
    pair.clock.advance(timedelta(days=30))
    pair.one.kill()
    await reached(last, CONTRACTS)
    facts = await told(pair.store)
    assert twice(facts) == 0
    assert missing(facts, pair.clock.now()) == 0
    assert sum(isinstance(one, CorrectiveActionEscalated) for one in facts) == CONTRACTS

    # What the killed one had kept and not sent is sent by the other, and nothing is sent anew.
    kept = {entry.id async for block in pair.store.blocks() for entry in block.entries}

    def sent() -> Counter[str]:
        parcels = read_whole(pair.kafka_url, "audits.v1")
        return Counter(one.header("ce_id") for one in parcels)

    async def all_sent() -> bool:
        return kept <= set(await asyncio.to_thread(sent))

    await until(all_sent, seconds=WITHIN, every=0.5)

    # And the killed one comes back to its work.
    await asyncio.to_thread(pair.one.start)
    await asyncio.to_thread(pair.one.wait)
    await agreed(pair.one, ids[0], "The signs are gone again.")
    pair.clock.advance(timedelta(days=40))
    await reached(last, CONTRACTS + 1)
    assert twice(await told(pair.store)) == 0
