"""An anchor holds how far the chains had come: what the chains alone cannot tell is found."""

import copy
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from shared import anchors
from shared.anchors import BEGINNING, Anchor, Sealed, compare, make, merkle_root, seal
from shared.domain import GENESIS
from shared.envelope import Block, Entry
from shared.journal import chain_hash, entry_id, verify

DAY = timedelta(days=1)
MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
KEY = Ed25519PrivateKey.generate()


class Books:
    """The journal of a service and the heads of its states, both in an attacker's hands."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.heads: dict[tuple[str, str], str] = {}

    def write(self, at: datetime, *keys: str) -> None:
        block = Block(int(at.timestamp() * 1_000_000) << 10)
        for key in keys:
            before = [e for b in self.blocks for e in b.entries if e.key == key] + [
                e for e in block.entries if e.key == key
            ]
            block.entries.append(entry(key, before))
            self.heads["Party", key] = block.entries[-1].hash
        self.blocks.append(block)

    async def read(self) -> AsyncIterator[Block]:
        for block in self.blocks:
            yield block

    async def chain_problems(self) -> list[str]:
        async def entries() -> AsyncIterator[list[Entry]]:
            for block in self.blocks:
                yield block.entries

        return (await verify("onboarding", entries(), self.heads)).problems


def entry(key: str, before: list[Entry], body: bytes = b"{}") -> Entry:
    number = len(before) + 1
    made = Entry(
        id=entry_id("onboarding", "Party", key, number),
        type="ansvar.onboarding.PartyChanged.v1",
        topic="onboarding.v1",
        kind="Party",
        key=key,
        number=number,
        prevhash=before[-1].hash if before else GENESIS,
        hash="",
        cause="m/1",
        correlation="m/1",
        time=MONDAY.isoformat(),
        body=body,
    )
    made.hash = chain_hash(made)
    return made


@pytest.fixture
def books() -> Books:
    books = Books()
    for hour in range(4):
        books.write(MONDAY + timedelta(hours=hour), "a", "b")
    books.write(MONDAY + DAY + timedelta(hours=3), "b", "c")
    return books


async def signed(books: Books) -> list[Anchor]:
    """Two days, each with an anchor."""
    made: list[Anchor] = []
    bounds = [BEGINNING, MONDAY + DAY, MONDAY + 2 * DAY]
    for period, found in enumerate(await seal(books.read(), bounds)):
        since, until = bounds[period : period + 2]
        previous = made[-1] if made else None
        made.append(make(since, until, {"onboarding": found}, previous, KEY))
    return made


async def problems(books: Books, there: list[Anchor]) -> list[str]:
    return compare("onboarding", there, await seal(books.read(), anchors.bounds_of(there)))


async def test_a_record_that_nobody_touched_is_as_it_was_signed(books: Books) -> None:
    there = await signed(books)
    assert there[0].services["onboarding"].facts == 8
    assert there[1].services["onboarding"].chains == 2
    assert anchors.check_signatures(there, KEY.public_key()) == []
    assert await problems(books, there) == []
    books.write(MONDAY + 3 * DAY, "a")
    assert await problems(books, there) == [], "what comes later is no business of old anchors"


def cut_the_tail(books: Books) -> None:
    """The last fact of a chain goes, and its state is set back: the chain itself is whole."""
    gone = books.blocks[-1].entries.pop()
    before = [e for b in books.blocks for e in b.entries if e.key == gone.key]
    if before:
        books.heads["Party", gone.key] = before[-1].hash
    else:
        del books.heads["Party", gone.key]


def cut_a_whole_day(books: Books) -> None:
    while books.blocks[-1].entries:
        cut_the_tail(books)


def write_a_chain_anew(books: Books) -> None:
    """Who holds the database can compute every hash again, with another content."""
    seen: list[Entry] = []
    for block in books.blocks:
        for place, old in enumerate(block.entries):
            if old.key == "b":
                block.entries[place] = entry("b", seen, b'{"changed": 1}')
                seen.append(block.entries[place])
    books.heads["Party", "b"] = seen[-1].hash


def insert_at_the_end(books: Books) -> None:
    known = [e for b in books.blocks for e in b.entries if e.key == "a"]
    forged = entry("a", known)
    books.blocks[-1].entries.append(forged)
    books.heads["Party", "a"] = forged.hash


def move_to_another_day(books: Books) -> None:
    books.blocks[-1].c = books.blocks[-2].c + 1


@pytest.mark.parametrize(
    "tamper",
    [
        cut_the_tail,
        cut_a_whole_day,
        write_a_chain_anew,
        insert_at_the_end,
        move_to_another_day,
    ],
)
async def test_what_the_chains_cannot_tell_the_anchor_finds(
    books: Books, tamper: Callable[[Books], None]
) -> None:
    there = await signed(books)
    tamper(books)
    assert await books.chain_problems() == [], "the chains alone say that nothing happened"
    assert await problems(books, there)


def forge_the_root(there: list[Anchor]) -> None:
    other = Sealed(1, 1, "00" * 32)
    there[0] = replace(there[0], services={"onboarding": other})


def sign_with_another_key(there: list[Anchor]) -> None:
    there[1] = make(
        MONDAY + DAY,
        MONDAY + 2 * DAY,
        there[1].services,
        there[0],
        Ed25519PrivateKey.generate(),
    )


def drop_the_first(there: list[Anchor]) -> None:
    del there[0]


def change_the_order(there: list[Anchor]) -> None:
    there.reverse()


@pytest.mark.parametrize(
    "tamper", [forge_the_root, sign_with_another_key, drop_the_first, change_the_order]
)
async def test_who_forges_an_anchor_is_found(
    books: Books, tamper: Callable[[list[Anchor]], None]
) -> None:
    there = copy.copy(await signed(books))
    tamper(there)
    assert anchors.check_signatures(there, KEY.public_key())


async def test_anchors_lie_in_a_file_and_are_read_back(books: Books, tmp_path: Path) -> None:
    there, file = await signed(books), tmp_path / "anchors.jsonl"
    for one in there:
        anchors.append(file, one)
    assert anchors.read(file) == there
    file.write_text("{}\n")
    with pytest.raises(anchors.CannotAnchor, match="no anchor"):
        anchors.read(file)


def test_the_key_is_made_once_and_refused_where_others_can_read_it(tmp_path: Path) -> None:
    file = tmp_path / "operator.pem"
    key = anchors.signing_key(file).public_key()
    assert anchors.signing_key(file).public_key() == key
    assert anchors.verifying_key(anchors.public_file(file)) == key
    file.chmod(0o644)
    with pytest.raises(anchors.CannotAnchor, match="chmod 600"):
        anchors.signing_key(file)


@given(st.lists(st.binary(max_size=8), max_size=40), st.data())
def test_another_leaf_is_another_root(leaves: list[bytes], data: st.DataObject) -> None:
    root = merkle_root(leaves)
    assert merkle_root([*leaves, b"one more"]) != root
    if leaves:
        place = data.draw(st.integers(0, len(leaves) - 1))
        assert merkle_root(leaves[:place] + leaves[place + 1 :]) != root
        changed = [*leaves]
        changed[place] += b"x"
        assert merkle_root(changed) != root


def test_the_tree_is_that_of_rfc_6962() -> None:
    """The test vectors that certificate transparency uses."""
    leaves = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657"]
    whole = merkle_root([bytes.fromhex(leaf) for leaf in leaves])
    assert whole.hex() == "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"
    assert merkle_root([]).hex().startswith("e3b0c44298fc1c14")
