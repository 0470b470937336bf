"""Onboarding is killed while a folder and a mailbox are taken in: nothing is lost, nothing doubled.

The oracle: what was laid and mailed = documents = facts that they were received; every file reads
as it was sent; folder and mailbox are empty in the end.
"""

import json
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from pydantic import SecretStr

from services.onboarding.app import Settings, service
from shared import journal
from shared.embedded.stack import Stack
from shared.envelope import Entry
from shared.events import type_of
from shared.events.onboarding import DocumentReceived
from shared.mongo import MongoKeyRing, MongoStore
from tests.onboarding.alone import Alone
from tests.onboarding.imap_server import ImapServer
from tests.onboarding.mails import archive, mail
from tests.onboarding.mixed import PAPERS, variant
from tests.onboarding.papers import BUYER

FILES, MAILS, KILLS = 30, 10, 3
SECONDS = 180.0


@pytest.fixture
def server() -> Iterator[ImapServer]:
    running = ImapServer()
    running.start()
    yield running
    running.stop()


@pytest.fixture
def alone(server: ImapServer, tmp_path: Path) -> Iterator[Alone]:
    with Stack(tmp_path / "stack") as stack:
        boxes = [{"url": server.url, "buyer_id": BUYER, "look": 0.2}]
        service = Alone(stack, tmp_path, ANSVAR_MAILBOXES=json.dumps(boxes))
        service.prepare()
        yield service
        service.stop()


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < end, f"not true within {SECONDS:.0f} s"
        time.sleep(0.1)


def papers(first: int, count: int) -> Iterator[tuple[str, bytes]]:
    for number in range(first, first + count):
        path = PAPERS[number % len(PAPERS)]
        yield f"{number:03}-{path.name}", variant(path, number)


def sent(alone: Alone, server: ImapServer) -> Counter[str]:
    """What came by either way: hashes of the papers."""
    hashes: Counter[str] = Counter()
    for name, data in papers(0, FILES):
        alone.lay(name, data)
        hashes[sha256(data).hexdigest()] += 1
    for nth in range(MAILS):
        (one, first), (two, second) = papers(1000 + 2 * nth, 2)
        server.deliver(mail((one, first), ("a.zip", archive({two: second})), id=f"m{nth}"))
        hashes.update(sha256(data).hexdigest() for data in (first, second))
    return hashes


@pytest.mark.long
async def test_a_killed_onboarding_loses_and_doubles_no_file(
    alone: Alone, server: ImapServer
) -> None:
    hashes = sent(alone, server)
    chance = random.Random(4)
    alone.start()

    def left() -> int:
        return alone.waiting() + server.count("INBOX")

    whole = FILES + MAILS
    for nth in range(1, KILLS + 1):
        some = whole - nth * whole // (KILLS + 1) + chance.randint(-3, 3)
        until(lambda some=some: left() <= some)  # type: ignore[misc]
        alone.kill()
        alone.start()
    alone.wait()
    until(lambda: left() == 0)
    until(lambda: all(one["state"] != "received" for one in alone.documents()))
    documents = alone.documents()
    leaves = [one for one in documents if one["kind"] != "container"]
    assert len(documents) == FILES + 3 * MAILS
    assert len(leaves) == len(hashes) == FILES + 2 * MAILS
    assert server.count("Taken") == MAILS
    got = Counter(
        sha256(alone.http.get(f"/documents/{one['id']}/content").content).hexdigest()
        for one in leaves
    )
    assert got == hashes
    received, problems = await facts_of(alone)
    assert problems == []
    assert received == Counter(one["id"] for one in documents)


async def facts_of(alone: Alone) -> tuple[Counter[str], list[str]]:
    """How often each document was told to have been received, and what ails the journal."""
    keyring = MongoKeyRing(alone.mongo_url, alone.master)
    store = MongoStore(alone.mongo_url, "onboarding", keyring)
    entries: list[list[Entry]] = [block.entries async for block in store.blocks()]

    async def told() -> AsyncIterator[list[Entry]]:
        for one in entries:
            yield one

    key = SecretStr("11" * 32)
    built = service(Settings(master_key=key, person_key=key, link_key=key))
    heads = await store.heads(built.aggregates)
    report = await journal.verify("onboarding", told(), heads)
    store.close()
    keyring.close()
    kind = type_of(DocumentReceived)
    return (
        Counter(entry.key for block in entries for entry in block if entry.type == kind),
        list(map(str, report.problems)),
    )
