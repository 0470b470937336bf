"""The compiled parts of matching say what slower, well-known code says."""

import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from services.screening.domain import EntryKind, ListedEntry, ListedName
from services.screening.matching import Index, Subject, load_policy, ready
from services.screening.matching.alike import LONGEST, clear_masks, likeness, set_masks
from services.screening.matching.columns import as_bytes
from services.screening.matching.compiled import kernel
from services.screening.matching.kept import keep_index, open_index
from services.screening.matching.names import LONGEST_NAME, name_of

POLICY = load_policy()
GIVEN = ("mohammed", "ivan", "li", "jens", "fatima", "olga", "kim", "abu bakr")
FAMILY = ("al-qahtani", "petrov", "wei", "hansen", "zharkovetskiy", "o'brien", "jong un")


@kernel
def like(masks: np.ndarray, one: np.ndarray, other: np.ndarray) -> float:
    length = set_masks(masks, 0, one, 0, len(one))
    found = likeness(masks, 0, length, other, 0, len(other))
    clear_masks(masks, 0, one, 0, len(one))
    return found


words = st.text("abcdeklmnop1", min_size=1, max_size=LONGEST)


@settings(max_examples=400)
@given(words, words)
def test_two_words_are_as_alike_as_an_established_library_finds(one: str, other: str) -> None:
    masks = np.zeros((1, 128), np.uint64)
    ours = like(masks, as_bytes(one), as_bytes(other))
    assert ours == pytest.approx(OSA.normalized_similarity(one, other))
    assert not masks.any()


def people(count: int) -> list[ListedEntry]:
    chance = random.Random(4)
    return [
        ListedEntry.of(
            "own",
            str(number),
            EntryKind.PERSON,
            (ListedName(text=f"{chance.choice(GIVEN)} {chance.choice(FAMILY)} {number % 13}"),),
            births=(f"{1940 + number % 60}",),
        )
        for number in range(count)
    ]


def asked(said: str, birth: str | None = None) -> Subject:
    return Subject("person", (name_of(said, "person"),), birth)


def test_an_index_that_was_kept_finds_what_one_in_memory_finds(tmp_path: Path) -> None:
    entries = people(300)
    here = Index(entries, POLICY)
    keep_index(entries, POLICY, tmp_path / "kept")
    there = open_index(tmp_path / "kept", POLICY)
    assert there.size == here.size
    assert there.holds("17")
    assert not there.holds("300")
    for said in ("Muhamad Alqahtani", "Petroff Ivan", "zharkovetskij olga", "Kim Jongun"):
        found = [(one.entry.id, one.score) for one in here.search(asked(said, "1950"), 0.0, 5)]
        assert found
        kept = there.search(asked(said, "1950"), 0.0, 5)
        assert [(one.entry.id, one.score) for one in kept] == found


def test_whoever_keeps_an_index_second_uses_that_of_the_first(tmp_path: Path) -> None:
    entries = people(20)
    keep_index(entries, POLICY, tmp_path / "kept")
    keep_index(entries, POLICY, tmp_path / "kept")
    assert [one.name for one in tmp_path.iterdir()] == ["kept"]


@pytest.mark.parametrize(
    "said",
    [
        "a" * 10_000,
        "ab " * 3_000,
        "\x00\x07\x1b",
        "Ivan Иван 伊万 إيفان \U0001f600",
        " ".join(GIVEN) * 40,
        "\u202e\u0000",
    ],
)
def test_a_name_of_any_kind_gets_an_answer(said: str) -> None:
    index = Index(people(50), POLICY)
    assert len(index.search(asked(said, "not a date"), 0.0)) <= 50
    assert len(name_of(said, "person").said) == len(said)
    assert sum(len(one.text) for one in name_of(said, "person").tokens) <= 8 * LONGEST_NAME


@settings(max_examples=60)
@given(st.text(max_size=60))
def test_a_name_is_always_most_like_itself(said: str) -> None:
    subject = asked(said)
    entry = ListedEntry.of("own", "x", EntryKind.PERSON, (ListedName(text=said or "?"),))
    found = Index([*people(30), entry], POLICY).search(subject, 0.0, 31)
    if len(subject.names[0].tokens) > 1:
        best = {one.entry.entry_id for one in found if one.score == found[0].score}
        assert "x" in best


def test_a_service_has_kernels_made_once_for_its_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[list[str]] = []

    def run(command: list[str], *, check: bool) -> None:
        made.append(command)
        ready.marker().touch()

    monkeypatch.setattr("numba.core.config.CACHE_DIR", str(tmp_path))
    monkeypatch.setattr("subprocess.run", run)
    ready.be_ready()
    ready.be_ready()
    assert [command[1:] for command in made] == [["-m", "services.screening.matching.ready"]]
