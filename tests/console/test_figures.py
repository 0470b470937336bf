"""The figures above lists are the number of rows that there are, whoever put them there."""

from collections import Counter

import pytest
from starlette.requests import Request
from starlette.responses import Response

from services.console.pages import counting
from services.console.pages.counting import Figures
from services.console.readmodels.cases import Case
from services.console.readmodels.contracts import Contract
from services.console.readmodels.documents import Document
from services.console.readmodels.hits import Hit
from services.console.readmodels.tallies import BEGUN, KINDS, Tally
from services.console.readmodels.todos import Todo
from services.console.views import AtLeast
from shared.desk import ServiceDesk
from shared.domain import Caller
from shared.events.base import Event
from shared.events.screening import HitDismissed, HitEnded
from shared.steps import is_mark
from shared.testing import World
from tests.console.cast import BUYER, ENTRY_A, OFFICER, STRANGER, A, company
from tests.console.desk import Console, words_of
from tests.console.facts import REVIEW_B, contract, exposure, hit
from tests.console.story import BEGINNING, CONFIRMED, LISTED, told

ALL = Caller(subject="root", name="Root", roles=("admin",), buyers=("*",))
OTHER = "dk-cvr-29190658"


def rows(world: World) -> Counter[str]:
    """What stands on which list, counted one by one."""
    return Counter(
        f"{type(one).__name__}/{shelf}"
        for one in world.store.documents.values()
        if isinstance(one, KINDS)
        for shelf in getattr(one, "shelves", ())
        if not is_mark(shelf) and not shelf.startswith("mine:")
    )


def kept(world: World) -> Counter[str]:
    counts: Counter[str] = Counter()
    for one in world.store.documents.values():
        if isinstance(one, Tally) and one.id != BEGUN:
            buyer = one.id.rpartition("/")[0]
            for key, number in one.counts.items():
                counts[f"{key}/{buyer}" if buyer else key] += number
    return Counter({key: number for key, number in counts.items() if number})


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> int:
    """Up to which is counted where nobody keeps count."""
    monkeypatch.setattr(counting, "MOST_COUNTED", 5)
    return 5


def desk_of(console: Console, caller: Caller) -> ServiceDesk:
    scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": []}
    request = Request(scope | {"app": console.app(), "state": {"caller": caller}})
    return ServiceDesk(request, Response())


async def test_what_is_kept_count_of_is_what_is_there_after_every_fact() -> None:
    world = await told()
    for fact in (*BEGINNING, *LISTED, *CONFIRMED):
        await world.tell(fact)
        assert kept(world) == rows(world), fact
    assert rows(world)[f"Contract/blocked/{BUYER}"] or rows(world)[f"Hit/all/{BUYER}"]


async def test_what_leaves_a_list_is_counted_no_more(world: World) -> None:
    for number in range(3):
        party = company(f"{60_000_000 + number}", f"Firma {number}")
        await world.tell(hit(f"hit-{number}", party, ENTRY_A, 0.8))
        await world.tell(exposure(f"hit-{number}", party, party, None))
    before = kept(world)[f"Hit/open/{BUYER}"]
    gone: tuple[Event, ...] = (
        HitDismissed(
            hit_id="hit-0",
            party_id="dk-cvr-60000000",
            buyer_id=BUYER,
            entry=ENTRY_A,
            by="mette.lund",
            reason="Another company.",
        ),
        HitEnded(hit_id="hit-1", party_id="dk-cvr-60000001", entry=ENTRY_A, reason="delisted"),
    )
    await world.tell(*gone)
    assert kept(world) == rows(world)
    assert kept(world)[f"Hit/open/{BUYER}"] == before - 2


async def test_facts_of_several_partitions_are_counted_each_in_its_own_tally(world: World) -> None:
    for number, place in enumerate(("contracts.v1:3:17", "contracts.v1:11:2", "")):
        await world.tell(contract(f"k-{number}"), place=place)
    slots = {one.id for one in world.store.documents.values() if isinstance(one, Tally)}
    assert {f"{BUYER}/3", f"{BUYER}/11", f"{BUYER}/0"} <= slots
    assert kept(world) == rows(world)


@pytest.mark.parametrize("caller", [OFFICER, ALL, STRANGER], ids=["officer", "all", "stranger"])
async def test_each_sees_the_number_of_its_own_rows(console: Console, caller: Caller) -> None:
    figures = Figures(desk_of(console, caller))
    for kind, name in ((Todo, "open"), (Hit, "all"), (Case, "open"), (Contract, "all")):
        shelf = name if "*" in caller.buyers else f"{name}/{caller.buyers[0]}"
        assert await figures.of(kind, name) == rows(console.world)[f"{kind.__name__}/{shelf}"]
    several = await figures.of(Document, ["running_out", "suspended"])
    assert several == await figures.of(Document, "running_out") + await figures.of(
        Document, "suspended"
    )


async def test_one_hit_of_two_buyers_is_one(console: Console, world: World) -> None:
    party = company("60000000", "Firma")
    await world.tell(hit("hit-9", party, ENTRY_A, 0.8))
    both = exposure("hit-9", party, party, None)
    await world.tell(both, both.model_copy(update={"buyer_id": OTHER, "exposure_id": "e-2"}))
    caller = OFFICER.model_copy(update={"buyers": (BUYER, OTHER)})
    found = {
        one.id for one in await desk_of(console, caller).find(Hit, {"shelves": f"all/{BUYER}"})
    }
    assert "hit-9" in found
    assert await Figures(desk_of(console, caller)).of(Hit, "all") == len(found)


async def test_where_nothing_was_kept_from_the_first_fact_on_rows_are_counted_up_to_a_number(
    console: Console, world: World, few: int
) -> None:
    """As after an upgrade, until the read models are built again."""
    for key in [key for key in world.store.documents if key[0] is Tally]:
        del world.store.documents[key]
    for number in range(few + 20):
        await world.tell(contract(f"k-{number}"))
    found = await Figures(desk_of(console, OFFICER)).of(Contract, "all")
    assert isinstance(found, AtLeast)
    assert found == few
    assert await Figures(desk_of(console, OFFICER)).of(Todo, "open") == len(
        await desk_of(console, OFFICER).find(Todo, {"shelves": f"open/{BUYER}"})
    )


async def test_today_says_how_many_there_are(console: Console, world: World, few: int) -> None:
    for number in range(few + 20):
        party = company(f"{60_000_000 + number}", f"Firma {number}")
        await world.tell(hit(f"hit-{number}", party, ENTRY_A, 0.8))
        asked = REVIEW_B.model_copy(update={"id": f"review-hit/hit-{number}/{BUYER}"})
        await world.tell(exposure(f"hit-{number}", A, party, asked))
    page = words_of((await console.visitor(OFFICER).get("/")).text)
    there = rows(world)
    assert f"{there[f'Hit/open/{BUYER}']} open hits" in page.lower()
    assert f"{there[f'Todo/open:officer/{BUYER}']} decisions wait" in page
    assert "+" not in page.partition("My decisions")[0]
