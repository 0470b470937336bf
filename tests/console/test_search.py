"""Search finds parties, contracts, cases and documents, mistyped too, and only the asker's own."""

import random
from collections import Counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.console.pages.search import CANDIDATES, MOST_OF_A_KEY, SHOWN
from services.console.readmodels.sought import Sought
from services.console.seeking import (
    GOOD_ENOUGH,
    LONGEST_BEGINNING,
    Seeker,
    fold,
    likeness,
    numbers_of,
    words_of,
)
from shared.events.onboarding import PartiesMerged, PartyRegistered
from shared.testing import World
from tests.console.cast import BALTIC, CONTRACT, HANSEN, NORDLYS, OFFICER, STRANGER, A, company
from tests.console.desk import SEEKER, Console
from tests.console.facts import CASE


@pytest.mark.parametrize(
    "question",
    [
        "Nordlys Rengøring A/S",
        "nordlys",
        "Nordl",
        "rengoering",
        "norlys",
        "noordlys",
        "nordlis",
        "nrodlys",
        "Nordlys Rengoring",
        "dk-cvr-92431185",
        "92 43 11 85",
        "DK92431185",
        "9243",
    ],
)
async def test_a_supplier_is_found_by_what_one_types(console: Console, question: str) -> None:
    page = await console.visitor(OFFICER).get(f"/search?q={question}")
    assert f'href="/suppliers/{NORDLYS.party_id}"' in page.text


async def test_a_person_is_found_in_another_spelling(console: Console) -> None:
    page = await console.visitor(OFFICER).get("/search?q=Wsewolod Zharkovetsky")
    assert f'href="/suppliers/{A.party_id}"' in page.text


async def test_contracts_cases_and_documents_are_found_too(console: Console) -> None:
    visitor = console.visitor(OFFICER)
    assert f"/contracts/{CONTRACT}" in (await visitor.get("/search?q=hospitalsrengorning")).text
    assert f"/contracts/{CONTRACT}" in (await visitor.get(f"/search?q={CONTRACT.upper()}")).text
    assert f"/cases/{CASE}" in (await visitor.get(f"/search?q={CASE}")).text
    assert f"/cases/{CASE}" in (await visitor.get("/search?q=Baltic Facility")).text
    assert "/documents/doc-1" in (await visitor.get("/search?q=serviceattest-nordlys")).text


async def test_another_buyer_finds_nothing_of_ours(console: Console) -> None:
    for question in ("nordlys", CONTRACT, CASE, "serviceattest", BALTIC.party_id):
        text = await console.visitor(STRANGER).text(f"/search?q={question}")
        assert "Nothing resembles it." in text


async def test_who_was_merged_is_found_by_the_old_name(console: Console, world: World) -> None:
    old = company("33333336", "Gamle Navn Facility ApS")
    await world.tell(
        PartyRegistered(party=old),
        PartiesMerged(
            party_id=HANSEN.party_id, merged_id=old.party_id, by="mette.lund", reason="CVR"
        ),
    )
    page = await console.visitor(OFFICER).get("/search?q=gamle navn")
    assert f'href="/suppliers/{HANSEN.party_id}"' in page.text
    assert f'href="/suppliers/{old.party_id}"' not in page.text


async def test_a_question_shows_nothing_but_words(console: Console) -> None:
    page = await console.visitor(OFFICER).get("/search?q=<script>alert(1)</script>")
    assert "<script>alert" not in page.text
    assert "Who or what are you looking for?" in await console.visitor(OFFICER).text("/search?q=+")


async def test_no_name_or_number_can_be_read_where_the_search_looks(world: World) -> None:
    kept = [one for (kind, _), one in world.store.documents.items() if kind is Sought]
    assert kept
    for one in kept:
        assert isinstance(one, Sought)
        text = " ".join(one.keys)
        assert set(text) <= set("0123456789abcdef ")
        assert "nordlys" not in text
    assert Seeker(bytes(31) + b"1").keys(["Nordlys"]) != SEEKER.keys(["Nordlys"])


LETTERS = "abcdefghijklmnopqrstuvwxyz"


@given(
    st.text(LETTERS, min_size=5, max_size=12),
    st.integers(0, LONGEST_BEGINNING - 1),
    st.sampled_from(LETTERS),
    st.sampled_from(("drop", "add", "change", "swap")),
)
def test_any_one_wrong_letter_finds_the_word(word: str, at: int, letter: str, wrong: str) -> None:
    at = min(at, len(word) - 2)
    mistyped = {
        "drop": word[:at] + word[at + 1 :],
        "add": word[:at] + letter + word[at:],
        "change": word[:at] + letter + word[at + 1 :],
        "swap": word[:at] + word[at + 1] + word[at] + word[at + 2 :],
    }[wrong]
    if any(pair in word + mistyped for pair in ("aa", "ae", "oe", "ue")):
        return  # these are written as one letter, so that the mistake is two
    asked = {*SEEKER.exactly(mistyped), *SEEKER.nearly(mistyped)}
    assert asked & set(SEEKER.keys([word]))


@given(st.text(max_size=60))
@example("\U0001d56c")
@example("ǽ")
def test_any_text_can_be_asked_and_kept(text: str) -> None:
    assert len(SEEKER.exactly(text)) <= 8
    assert len(SEEKER.nearly(text)) <= 6 * 10
    assert 0.0 <= likeness(text, [text], []) <= 1.0
    assert fold(fold(text)) == fold(text)
    assert all(word == fold(word) for word in words_of(text))
    assert all(number.isalnum() for number in numbers_of(text))


def test_what_has_little_in_common_is_not_shown() -> None:
    assert likeness("nordlys", ["Sydlys Vinduer ApS"], []) < GOOD_ENOUGH
    assert likeness("hansen service", ["Hansen & Holm Service ApS"], []) > GOOD_ENOUGH


REGION = 12_000
SYLLABLES = tuple(a + b for a in "bdfghklmnprstv" for b in ("a", "e", "i", "o", "u", "an", "er"))


def made_up(random_: random.Random) -> str:
    word = "".join(random_.choice(SYLLABLES) for _ in range(random_.randint(2, 4)))
    return f"{word.title()} {random_.choice(('Service', 'Facility', 'Hospital'))} A/S"


def test_at_the_size_of_a_region_a_mistyped_name_is_found_among_few() -> None:
    """As the page looks: so many of each key at most, the real names of those compared."""
    random_ = random.Random(7)
    names = {f"party/{n}": made_up(random_) for n in range(REGION)}
    index: dict[str, list[str]] = {}
    for id, name in names.items():
        for key in SEEKER.keys([name]):
            index.setdefault(key, []).append(id)
    found = 0
    for id in random_.sample(sorted(names), 100):
        word = names[id].split()[0].lower()
        at = random_.randrange(1, len(word) - 1)
        wrong = word[:at] + random_.choice(LETTERS) + word[at + 1 :]
        weights: Counter[str] = Counter()
        for key in {*SEEKER.exactly(wrong), *SEEKER.nearly(wrong)}:
            piece = index.get(key, [])[:MOST_OF_A_KEY]
            weights.update({one: 1 + MOST_OF_A_KEY // len(piece) for one in piece})
        there = [one for one, _ in weights.most_common(CANDIDATES)]
        found += id in sorted(there, key=lambda one: -likeness(wrong, [names[one]], []))[:SHOWN]
    assert found >= 97
