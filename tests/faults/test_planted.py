"""A defect planted in each class is caught by the suite: by which test, docs/reliability.md tells.

The defects that need processes (`tests.faults.defects`) run with `make test-faults`; where a check
itself is what is taken away, the test that leans on it must fail.
"""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from shared import anchors, guard, journal
from shared.administration.line import Parcel, read_whole, send_in_order
from shared.embedded.stack import Stack
from tests.faults.fleet import Fleet, end, raise_again
from tests.faults.oracle import judge
from tests.shared import test_anchors, test_guard, test_journal
from tests.shared.serving import Jars

PAIR = ("onboarding", "screening")
SIGNATURES = 120


async def again(stack: Stack, fleet: Fleet) -> None:
    """Every contract is told once more: what has an inbox passes over it."""
    url = stack.kafka_url
    await fleet.sign(SIGNATURES, per_second=60)
    facts = await asyncio.to_thread(_on, url)
    await asyncio.to_thread(send_in_order, url, "onboarding.replay", facts)


def _on(url: str) -> list[Parcel]:
    return list(read_whole(url, "contracts.v1"))


async def broker_away(stack: Stack, fleet: Fleet) -> None:
    people = asyncio.create_task(fleet.sign(SIGNATURES, per_second=60))
    await asyncio.sleep(0.5)
    await end(stack, "broker")
    await asyncio.sleep(8)
    await raise_again(stack, "broker")
    await people


async def two_at_once(stack: Stack, fleet: Fleet) -> None:
    """Two replicas on few parties: every other commit is refused because somebody was first."""
    await fleet.sign(SIGNATURES, per_second=60, parties=3)


async def nothing_else(stack: Stack, fleet: Fleet) -> None:
    await fleet.sign(SIGNATURES, per_second=60)


Hurt = Callable[[Stack, Fleet], Awaitable[None]]


@pytest.mark.long
@pytest.mark.parametrize(
    ("defect", "hurt", "said"),
    [
        ("publish_before_commit", two_at_once, "what was sent is not what the journal holds"),
        ("inbox_off", again, "instead of"),
        ("sent_before_it_was", broker_away, "never reached the topic"),
        ("deadlines_stay", nothing_else, "all is handled, and"),
    ],
)
async def test_the_oracle_finds_a_planted_defect(
    own_stack: Stack, tmp_path: Path, defect: str, hurt: Hurt, said: str
) -> None:
    members = [("contracts",), PAIR] if hurt is not two_at_once else [("contracts", *PAIR)]
    fleet = Fleet(own_stack, tmp_path, *members, ANSVAR_DEFECT=defect)
    if hurt is two_at_once:
        fleet.members.append(fleet.member(("contracts", *PAIR), "other"))
    await fleet.start()
    await hurt(own_stack, fleet)
    verdict = await judge(fleet)
    await fleet.stop()
    assert any(said in problem for problem in verdict.problems), verdict.problems


async def test_a_chain_that_is_not_verified_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """Caught by `test_what_was_done_to_the_record_is_found`."""
    books = test_journal.Books()
    books.commit("a", "a", "b")
    found = test_journal.test_what_was_done_to_the_record_is_found
    said = "onboarding/Party/a/2: its hash does not fit"
    monkeypatch.setattr(journal, "chain_hash", lambda entry: entry.hash)
    with pytest.raises(AssertionError):
        await found(books, test_journal.change_body, said)


async def test_an_anchor_that_is_not_compared_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """Caught by `test_what_the_chains_cannot_tell_the_anchor_finds`."""
    books = test_anchors.Books()
    books.write(test_anchors.MONDAY, "a", "b")
    books.write(test_anchors.MONDAY + test_anchors.DAY, "b")
    found = test_anchors.test_what_the_chains_cannot_tell_the_anchor_finds
    monkeypatch.setattr(anchors, "merkle_root", lambda leaves: b"the same for all")
    monkeypatch.setattr(test_anchors, "compare", lambda *_: [])
    with pytest.raises(AssertionError):
        await found(books, test_anchors.cut_the_tail)


async def test_an_unbounded_read_is_caught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Caught by `test_a_stream_is_stopped_where_it_becomes_too_long`."""

    async def all_of_it(self: Any) -> Any:
        return await self._receive()

    monkeypatch.setattr(guard._Measured, "__call__", all_of_it)
    with pytest.raises(AssertionError):
        await test_guard.test_a_stream_is_stopped_where_it_becomes_too_long(
            Jars(tmp_path / "key.json")
        )
