"""The record proves itself: whatever is changed in it afterwards is found."""

import copy
import hashlib
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import pytest

from shared import journal
from shared.domain import GENESIS, Aggregate
from shared.envelope import Block, Entry, Outcome
from shared.events.onboarding import PartyChanged, PartyRegistered
from shared.events.words import PartyDescription
from shared.journal import Report, chain_hash, headers_of, verify, write
from shared.store import Announced, Key, Work
from shared.testing import T0

KEYS = {("personal", "person-1"): b"1" * 32}


class Party(Aggregate):
    """A party that says something each time it is told to."""


class Namesake(Aggregate):
    """Another kind of aggregate, which may have the same id."""


def describe(party_id: str) -> PartyDescription:
    return PartyDescription(party_id=party_id, name=f"name of {party_id}")


class Books:
    """A journal that is written the way a service writes it, commit by commit."""

    def __init__(self) -> None:
        self.known: dict[Key, Aggregate] = {}
        self.blocks: list[Block] = []

    def commit(self, *ids: str, kind: type[Aggregate] = Party, place: int = 0) -> Block:
        work = Work()
        for id in ids:
            aggregate = self.known.setdefault((kind, id), kind(id=id))
            work.saved[kind, id] = aggregate
            fact = PartyChanged(party=describe(id), changed=("name",))
            work.announced.append(Announced((kind, id), fact, "m/1", "story", T0))
        block = write("onboarding", work, KEYS, place or len(self.blocks) + 1)
        assert block is not None
        self.blocks.append(block)
        return block

    async def read(self) -> AsyncIterator[list[Entry]]:
        for block in sorted(self.blocks, key=lambda block: block.c):
            yield block.entries

    def heads(self) -> dict[tuple[str, str], str]:
        return {
            (kind.__name__, id): aggregate.head
            for (kind, id), aggregate in self.known.items()
            if aggregate.number
        }

    async def verify(self) -> Report:
        return await verify("onboarding", self.read(), self.heads())


@pytest.fixture
def books() -> Books:
    """Three aggregates, two of them of the same id, over four commits."""
    books = Books()
    books.commit("a", "a", "b")
    books.commit("a", kind=Namesake)
    books.commit("b", "a")
    books.commit("person-1", "a")
    return books


async def test_a_record_that_nobody_touched_is_whole(books: Books) -> None:
    report = await books.verify()
    assert (report.problems, report.entries, report.aggregates) == ([], 8, 4)


def test_facts_of_an_aggregate_are_numbered_and_each_names_the_one_before(books: Books) -> None:
    entries = [e for b in books.blocks for e in b.entries if (e.kind, e.key) == ("Party", "a")]
    assert [entry.number for entry in entries] == [1, 2, 3, 4]
    assert [entry.prevhash for entry in entries] == [GENESIS, *(e.hash for e in entries[:-1])]
    assert entries[0].id == "onboarding/Party/a/1"
    party = books.known[Party, "a"]
    assert (party.number, party.head, party.block) == (4, entries[-1].hash, 4)


def change_body(books: Books) -> None:
    entry = books.blocks[0].entries[1]
    entry.body = entry.body.replace(b"name of a", b"name of x")


def change_body_and_hash(books: Books) -> None:
    change_body(books)
    entry = books.blocks[0].entries[1]
    entry.hash = chain_hash(entry)


def change_type(books: Books) -> None:
    books.blocks[0].entries[0].type = "ansvar.onboarding.PartyRegistered.v1"


def change_time(books: Books) -> None:
    books.blocks[0].entries[0].time = "2020-01-01T00:00:00+00:00"


def change_cause(books: Books) -> None:
    books.blocks[0].entries[0].cause = "m/2"


def change_story(books: Books) -> None:
    books.blocks[0].entries[0].correlation = "another"


def change_topic(books: Books) -> None:
    books.blocks[0].entries[0].topic = "other.v1"


def insert(books: Books) -> None:
    last = books.blocks[2].entries[1]
    body = b'{"party": {"party_id": "a", "name": "invented"}}'
    forged = copy.copy(last)
    forged.number, forged.prevhash, forged.body = last.number + 1, last.hash, body
    forged.id = f"onboarding/Party/a/{forged.number}"
    forged.hash = chain_hash(forged)
    books.blocks[2].entries.append(forged)


def append(books: Books) -> None:
    """At the very end even the hashes fit, but the state knows another last entry."""
    last = books.blocks[3].entries[1]
    forged = copy.copy(last)
    forged.number, forged.prevhash = last.number + 1, last.hash
    forged.id = f"onboarding/Party/a/{forged.number}"
    forged.hash = chain_hash(forged)
    books.blocks[3].entries.append(forged)


def double(books: Books) -> None:
    books.blocks[1].entries *= 2


def remove(books: Books) -> None:
    del books.blocks[0].entries[1]


def remove_block(books: Books) -> None:
    del books.blocks[2]


def remove_the_last(books: Books) -> None:
    books.blocks[3].entries.pop()


def remove_all_of_one(books: Books) -> None:
    books.blocks[1].entries.clear()


def reorder_within(books: Books) -> None:
    entries = books.blocks[0].entries
    entries[0], entries[1] = entries[1], entries[0]


def reorder_blocks(books: Books) -> None:
    books.blocks[2].c, books.blocks[3].c = books.blocks[3].c, books.blocks[2].c


def renumber(books: Books) -> None:
    books.blocks[0].entries[2].number = 2


def move_to_another(books: Books) -> None:
    books.blocks[0].entries[2].key = "c"


def forget_the_state(books: Books) -> None:
    del books.known[Party, "person-1"]


def change_the_state(books: Books) -> None:
    books.known[Party, "b"].head = hashlib.sha256(b"another").hexdigest()


@pytest.mark.parametrize(
    ("tamper", "said"),
    [
        (change_body, "onboarding/Party/a/2: its hash does not fit"),
        (change_body_and_hash, "onboarding/Party/a/3: does not follow from the entry before"),
        (change_type, "onboarding/Party/a/1: its hash does not fit"),
        (change_time, "onboarding/Party/a/1: its hash does not fit"),
        (change_cause, "onboarding/Party/a/1: its hash does not fit"),
        (change_story, "onboarding/Party/a/1: its hash does not fit"),
        (change_topic, "onboarding/Party/a/1: its hash does not fit"),
        (insert, "onboarding/Party/a/4: follows number 4 of a"),
        (append, "Party a: its state knows another last entry"),
        (double, "onboarding/Namesake/a/1: follows number 1 of a"),
        (remove, "onboarding/Party/a/3: follows number 1 of a"),
        (remove_block, "onboarding/Party/a/4: follows number 2 of a"),
        (remove_the_last, "Party a: its state knows another last entry"),
        (remove_all_of_one, "Namesake a: its state knows another last entry"),
        (reorder_within, "onboarding/Party/a/2: follows number 0 of a"),
        (reorder_blocks, "onboarding/Party/a/4: follows number 2 of a"),
        (renumber, "onboarding/Party/b/1: follows number 0 of b"),
        (move_to_another, "Party c: has a journal but no state"),
        (forget_the_state, "Party person-1: has a journal but no state"),
        (change_the_state, "Party b: its state knows another last entry"),
    ],
)
async def test_what_was_done_to_the_record_is_found(
    books: Books, tamper: Callable[[Books], None], said: str
) -> None:
    tamper(books)
    problems = (await books.verify()).problems
    assert any(problem.startswith(said) for problem in problems), problems


async def test_erasing_a_person_leaves_every_proof_whole(books: Books) -> None:
    """Hashes cover the sealed bytes: no key is needed to follow them."""
    assert any(b"sealed:1:personal:person-1:" in e.body for b in books.blocks for e in b.entries)
    assert (await books.verify()).problems == []


def test_a_block_never_comes_before_one_with_an_earlier_fact_of_its_aggregate() -> None:
    books = Books()
    assert books.commit("a", place=100).c == 100
    assert books.commit("b", place=50).c == 50
    # Another machine, whose clock is late: in the next microsecond, by its own number.
    assert books.commit("a", "b", place=60).c == 1024 + 60


def test_a_commit_without_facts_leaves_no_block() -> None:
    work = Work()
    work.saved[Party, "a"] = Party(id="a")
    assert write("onboarding", work, {}, 1) is None


def test_the_facts_that_a_message_caused_are_named_in_what_came_of_it() -> None:
    work = Work()
    party = Party(id="a")
    work.saved[Party, "a"] = party
    work.inbox["m/1"] = Outcome()
    for _ in range(2):
        fact = PartyRegistered(party=describe("a"))
        work.announced.append(Announced((Party, "a"), fact, "m/1", "story", T0))
    write("onboarding", work, {}, 1)
    assert work.inbox["m/1"].events == ("onboarding/Party/a/1", "onboarding/Party/a/2")


def test_what_travels_is_a_cloud_event_in_binary_mode() -> None:
    work = Work()
    work.saved[Party, "a"] = Party(id="a")
    fact = PartyRegistered(party=describe("a"))
    work.announced.append(Announced((Party, "a"), fact, "m/1", "s/1", T0 + timedelta(days=1)))
    block = write("onboarding", work, {}, 1)
    assert block is not None
    headers = dict(headers_of("onboarding", block.entries[0]))
    assert headers == {
        "ce_specversion": b"1.0",
        "ce_id": b"onboarding/Party/a/1",
        "ce_source": b"/ansvar/onboarding",
        "ce_type": b"ansvar.onboarding.PartyRegistered.v1",
        "ce_time": b"2026-11-24T08:00:00+00:00",
        "ce_subject": b"a",
        "ce_correlationid": b"s/1",
        "ce_causationid": b"m/1",
        "ce_sequence": b"1",
        "ce_prevhash": GENESIS.encode(),
        "content-type": b"application/json",
    }
    assert block.entries[0].body == journal.body_of(fact, {})
    assert b"null" not in block.entries[0].body  # what is nothing does not travel


async def test_a_service_that_goes_on_working_while_its_record_is_read_is_no_problem(
    books: Books,
) -> None:
    before = books.heads()
    books.commit("a", "c")

    async def now() -> dict[tuple[str, str], str]:
        return books.heads()

    report = await verify("onboarding", books.read(), before, now)
    assert report.problems == []


async def test_a_fact_added_at_the_end_is_found_because_the_state_has_not_gone_on(
    books: Books,
) -> None:
    before = books.heads()
    forged = Books()
    forged.known = copy.deepcopy(books.known)
    books.blocks.append(forged.commit("a", place=99))

    async def now() -> dict[tuple[str, str], str]:
        return before

    report = await verify("onboarding", books.read(), before, now)
    assert report.problems == ["Party a: its state knows another last entry"]
