"""Whom of ours does a listing resemble? Asked at once, and when a list changes, before the walk."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.screening import portfolio as module
from services.screening.domain import (
    EntryKind,
    ListedEntry,
    ListedIdentifier,
    ListedName,
    Screening,
)
from services.screening.handlers import nearest, sweeping
from services.screening.handlers.sweeping import SECOND_WALK_AFTER
from services.screening.layers import Change, Layers
from services.screening.matching import Index, Likeness, load_policy, subject_of
from services.screening.messages import SweepNearest
from services.screening.portfolio import Portfolio
from services.screening.resembling import entry_of, listing_asked, party_asked
from shared.access import AccessEntry
from shared.domain import Caller
from shared.events.onboarding import DocumentRequested, PartyAliased, PartyChanged
from shared.events.screening import CoverageStated, HitRaised, PartyScreened
from shared.events.words import Identifier, PartyDescription
from shared.sealing import ERASED
from tests.screening.stage import (
    REGION,
    Stage,
    company,
    eu_entry,
    eu_list,
    owned,
    person,
    registered,
)
from tests.screening.test_api import METTE, OSKAR, Screen, screen

__all__ = ["screen"]

POLICY = load_policy()
VSEVOLOD = person("a", "Vsevolod Zharkovetskij", "1968-03-17", country="BY")
AJGUL = person("b", "Ajgul Berdikenova", "1974-09-02")
BALTIC = company("93587278", "Baltic Facility Group ApS")
LISTED = eu_entry(1, "Vsevolod ZHARKOVETSKIY", born="1968-03-17")
OTHERS = [eu_entry(100 + i, f"Otherwise Unheardof{i:03}") for i in range(30)]
ROOT = Caller(subject="root", name="Root", roles=("admin",), buyers=("*",))


def listing(*names: str, kind: EntryKind = EntryKind.PERSON, **more: Any) -> ListedEntry:
    return ListedEntry.of("eu", "1", kind, tuple(ListedName(text=one) for one in names), **more)


async def found(portfolio: Portfolio, *names: str, **more: Any) -> list[str]:
    asked = listing(*names, **more)
    these = await portfolio.resembling([asked], Index((asked,), POLICY))
    return [one.party_id for one in these]


# -------------------------------------------------------------------- base and what changed

WORDS = (
    "Anna",
    "Berit",
    "Nielsen",
    "Zharkovetskij",
    "Nordlys",
    "Holm",
    "Jensen",
    "Ali",
    "Rengøring",
)
names = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join)
parties = st.builds(
    lambda number, name, alias, birth, kind: (
        person(str(number), name, birth, aliases=alias)
        if kind
        else company(f"{number:08}", name, aliases=alias)
    ),
    st.integers(0, 8),
    names,
    st.lists(names, max_size=1).map(tuple),
    st.sampled_from([None, "1968", "1968-03-17"]),
    st.booleans(),
)
steps = st.lists(st.one_of(parties, st.integers(0, 8)), max_size=12)


@settings(max_examples=40)
@given(base=st.lists(parties, max_size=8), steps=steps, asked=names, segment=st.integers(1, 4))
def test_what_changed_since_is_found_as_in_an_index_made_anew(
    base: list[PartyDescription], steps: list[PartyDescription | int], asked: str, segment: int
) -> None:
    known = {one.party_id: entry_of(one) for one in base}
    before = tuple(one for one in known.values() if one is not None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("services.screening.layers.SEGMENT", segment)
        layers = Layers(Index(before, POLICY), POLICY)
        for moment, step in enumerate(steps):
            if isinstance(step, int):
                now: dict[str, ListedEntry | None] = dict.fromkeys(
                    (f"person-{step}", f"dk-cvr-{step:08}")
                )
            else:
                now = {step.party_id: entry_of(step)}
            for id, entry in now.items():
                known[id] = entry
                layers.put(id, Change(entry, f"{moment:03}"))
    left = tuple(one for one in known.values() if one is not None)
    anew = Index(left, POLICY)
    assert layers.parties == len(left)
    for kind in EntryKind:
        for subject in listing_asked(listing(asked, kind=kind, births=("1968-03-17",))):
            found = layers.search([subject], 0.01)
            assert len({one.entry.entry_id for one in found}) == len(found)
            assert {one.entry.id for one in found} <= {one.id for one in left}
            assert likely(found) == likely(anew.search(subject, 0.01))


def likely(found: list[Likeness]) -> set[tuple[str, float]]:
    """Which of the unlikely ones are compared at all depends on what else an index holds."""
    return {(one.entry.id, one.score) for one in found if one.score >= 0.3}


@given(parties)
def test_a_party_in_the_index_is_compared_as_it_would_be_itself(party: PartyDescription) -> None:
    more = party.model_copy(
        update={"country": "dk", "identifiers": (Identifier(scheme="vat-de", value="DE 12345"),)}
    )
    entry = entry_of(more)
    assert entry is not None
    assert party_asked(entry) == subject_of(more)


def test_who_has_no_name_to_compare_or_was_erased_is_not_in_the_index() -> None:
    assert entry_of(person("x", "???")) is None
    assert entry_of(person("x", ERASED)) is None
    assert entry_of(company("1", "Erased")) is not None


# -------------------------------------------------------------------- in step with the database


async def test_the_index_follows_parties_that_come_and_change() -> None:
    stage = Stage()
    await stage.tell(registered(VSEVOLOD), registered(BALTIC))
    portfolio = stage.portfolio
    await portfolio.renew(stage.store, stage.now)
    assert await found(portfolio, "Vsevolod ZHARKOVETSKIY") == ["person-a"]
    assert await found(portfolio, "Aigul BERDIKENOVA") == []
    await stage.tell(registered(AJGUL))
    await stage.tell(PartyChanged(party=person("a", "Vlad Holm", "1968-03-17"), changed=("name",)))
    number = Identifier(scheme="lei", value="5493001KJTIIGC8Y1R12")
    await stage.tell(PartyAliased(party_id=BALTIC.party_id, identifier=number))
    await portfolio.catch_up(stage.store)
    assert await found(portfolio, "Vsevolod ZHARKOVETSKIY") == []
    assert await found(portfolio, "Aigul BERDIKENOVA") == ["person-b"]
    numbers = (ListedIdentifier(kind="lei", number=number.value),)
    same = listing("Somebody Else", kind=EntryKind.ORGANISATION, identifiers=numbers)
    these = await portfolio.resembling([same], Index((same,), POLICY))
    assert [one.party_id for one in these] == [BALTIC.party_id]
    assert portfolio.parties == 3


async def test_many_that_changed_at_one_moment_are_all_taken_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "PAGE", 2)
    stage = Stage()
    await stage.portfolio.renew(stage.store, stage.now)
    for i in range(7):
        await stage.tell(registered(person(f"n{i}", VSEVOLOD.name)))
    await stage.portfolio.catch_up(stage.store)
    assert len(await found(stage.portfolio, "Vsevolod ZHARKOVETSKIY")) == 7


async def test_a_change_that_was_committed_late_is_taken_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stage = Stage()
    await stage.portfolio.renew(stage.store, stage.now)
    early = stage.now
    stage.now += SECOND_WALK_AFTER * 10
    await stage.tell(registered(AJGUL))
    await stage.portfolio.catch_up(stage.store)
    late = Screening(id="person-a", party_id="person-a", party=VSEVOLOD, changed=early.isoformat())
    stage.store.documents[Screening, "person-a"] = late
    monkeypatch.setattr(stage.portfolio, "_far_back_at", 0.0)
    await stage.portfolio.catch_up(stage.store)
    assert await found(stage.portfolio, "Vsevolod ZHARKOVETSKIY") == ["person-a"]


async def test_all_are_arranged_anew_when_many_have_changed_and_none_is_missed_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "MOST_CHANGED", 1)
    stage = Stage()
    portfolio = stage.portfolio
    assert portfolio.wants_renewal
    await portfolio.renew(stage.store, stage.now)
    assert not portfolio.wants_renewal
    await stage.tell(registered(VSEVOLOD), registered(AJGUL))
    await portfolio.catch_up(stage.store)
    assert portfolio.wants_renewal

    arrange = portfolio._arranged

    async def slowly(store: Any) -> Index:
        made = await arrange(store)
        await stage.tell(registered(BALTIC))
        await stage.tell(PartyChanged(party=person("a", "Vlad Holm"), changed=("name",)))
        await portfolio.catch_up(store)
        return made

    monkeypatch.setattr(portfolio, "_arranged", slowly)
    await portfolio.renew(stage.store, stage.now)
    assert await found(portfolio, "Vsevolod ZHARKOVETSKIY") == []
    assert await found(portfolio, "Vlad HOLM") == ["person-a"]
    assert await found(portfolio, BALTIC.name, kind=EntryKind.ORGANISATION) == [BALTIC.party_id]


async def test_a_large_index_is_mapped_and_leaves_no_name_on_the_disk(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(module, "FEW", 2)
    stage = Stage()
    for one in (VSEVOLOD, AJGUL, BALTIC):
        await stage.tell(registered(one))
    portfolio = Portfolio(POLICY, tmp_path)
    await portfolio.renew(stage.store, stage.now)
    assert await found(portfolio, "Vsevolod ZHARKOVETSKIY") == ["person-a"]
    place = tmp_path / "portfolio"
    assert (list(place.iterdir()), place.stat().st_mode & 0o777) == ([], 0o700)


async def test_whoever_is_erased_is_gone_with_the_next_arrangement() -> None:
    stage = Stage()
    await stage.tell(registered(VSEVOLOD))
    await stage.portfolio.renew(stage.store, stage.now)
    gone = stage.state(Screening, "person-a")
    erased = gone.model_copy(update={"party": VSEVOLOD.model_copy(update={"name": ERASED})})
    stage.store.documents[Screening, "person-a"] = erased
    await stage.portfolio.renew(stage.store, stage.now)
    assert stage.portfolio.parties == 0


# -------------------------------------------------------------------- a list changes


async def changed_list(stage: Stage, *entries: str) -> None:
    await stage.load("eu", eu_list(*entries, *OTHERS, day="2026-11-20"))
    await stage.do_next_part()  # the entries are written, the version is in force


async def tell_nearest(stage: Stage) -> None:
    (due,) = [one for id, one in stage.deadlines.items() if "/nearest/" in id]
    stage.store.deadlines.pop(due.id)
    await stage.tell(SweepNearest.model_validate_json(due.body))


async def test_who_resembles_a_new_entry_is_compared_before_the_walk(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sweeping, "PARTIES_AT_ONCE", 2)
    monkeypatch.setattr(nearest, "ENTRIES_AT_ONCE", 1)
    stage = Stage()
    await stage.list_in_force("eu", eu_list(*OTHERS))
    for i in range(5):
        await stage.tell(registered(company(f"{i:08}", f"Nordlys {i}")))
    await stage.tell(registered(VSEVOLOD), registered(AJGUL))
    await stage.portfolio.renew(stage.store, stage.now)
    await changed_list(stage, LISTED, eu_entry(2, "Aigul BERDIKENOVA", born="1974-09-02"))
    await tell_nearest(stage)
    assert [hit.party_id for hit in stage.said(HitRaised)] == ["person-a"]
    await tell_nearest(stage)
    assert [hit.party_id for hit in stage.said(HitRaised)] == ["person-a", "person-b"]
    screened = len(stage.said(PartyScreened))
    await stage.settle()
    await stage.advance(SECOND_WALK_AFTER)
    assert len(stage.said(HitRaised)) == 2
    assert len(stage.said(PartyScreened)) == screened
    stated = stage.said(CoverageStated)[-1]
    assert (stated.parties, stated.gaps) == (7, 0)


async def test_a_party_that_came_a_moment_ago_is_found_too() -> None:
    stage = Stage()
    await stage.list_in_force("eu", eu_list(*OTHERS))
    await stage.portfolio.renew(stage.store, stage.now)
    await stage.tell(registered(VSEVOLOD))
    await changed_list(stage, LISTED)
    await tell_nearest(stage)
    assert [hit.party_id for hit in stage.said(HitRaised)] == ["person-a"]


async def test_without_a_portfolio_the_walk_finds_them() -> None:
    stage = Stage()
    await stage.list_in_force("eu", eu_list(*OTHERS))
    await stage.tell(registered(VSEVOLOD))
    await changed_list(stage, LISTED)
    await tell_nearest(stage)
    assert stage.said(HitRaised) == []
    await stage.settle()
    assert [hit.party_id for hit in stage.said(HitRaised)] == ["person-a"]


# -------------------------------------------------------------------- over HTTP

BODY = {"kind": "person", "name": "Vsevolod ZHARKOVETSKIY", "birth_dates": ["1968-03-17"]}


@pytest.fixture
async def mette(screen: Screen) -> AsyncIterator[httpx.AsyncClient]:
    asked = DocumentRequested(
        request_id="r-1",
        party_id=BALTIC.party_id,
        buyer_id=REGION,
        kind="serviceattest",
        contract_id="c-1",
        link_id="l-1",
        due="2026-12-01T00:00:00Z",
    )
    stage = screen.stage
    await stage.tell(
        registered(BALTIC), registered(VSEVOLOD), owned(BALTIC.party_id, (VSEVOLOD, 60)), asked
    )
    await stage.portfolio.renew(stage.store, stage.now)
    async with screen.client(METTE) as client:
        yield client


async def test_an_owner_of_a_supplier_of_ours_is_found_with_the_reasons(
    screen: Screen, mette: httpx.AsyncClient
) -> None:
    before = (set(screen.stage.store.documents), len(screen.stage.store.journal))
    answer = await mette.post("/portfolio/match", json=BODY, headers={"Accept-Language": "da"})
    assert answer.status_code == 200, answer.text
    said = answer.json()
    (one,) = said["found"]
    assert (one["party_id"], one["name"]) == ("person-a", VSEVOLOD.name)
    assert "født samme dag (1968-03-17)" in one["explanation"]
    assert one["likelihood"]["text"] == "næsten sikkert"
    assert (said["parties"], said["others"]) == (2, 0)
    written = {kind for kind, _ in set(screen.stage.store.documents) - before[0]}
    assert written == {AccessEntry}, "nothing is kept but that she was shown"
    assert len(screen.stage.store.journal) == before[1]


async def test_parties_of_other_buyers_are_counted_and_not_named(
    screen: Screen, mette: httpx.AsyncClient
) -> None:
    async with screen.client(OSKAR) as other:
        said = (await other.post("/portfolio/match", json=BODY)).json()
    assert (said["found"], said["others"]) == ([], 1)
    async with screen.client(ROOT) as root:
        said = (await root.post("/portfolio/match", json=BODY)).json()
    assert [one["party_id"] for one in said["found"]] == ["person-a"]


async def test_what_the_database_says_now_counts(screen: Screen, mette: httpx.AsyncClient) -> None:
    held = screen.stage.state(Screening, "person-a")
    erased = held.model_copy(update={"party": VSEVOLOD.model_copy(update={"name": ERASED})})
    screen.stage.store.documents[Screening, "person-a"] = erased
    said = (await mette.post("/portfolio/match", json=BODY)).json()
    assert (said["found"], said["others"]) == ([], 0)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": "???"}, "name"),
        ({"name": "a" * 10_000}, "name"),
        ({"birth_dates": ["17/03/1968"]}, "birth_dates.0"),
        ({"countries": ["Belarus"]}, "countries.0"),
        ({"kind": "ship"}, "kind"),
    ],
)
async def test_a_listing_that_cannot_be_compared_is_refused_with_the_field(
    mette: httpx.AsyncClient, change: dict[str, Any], field: str
) -> None:
    answer = await mette.post("/portfolio/match", json=BODY | change)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field


async def test_before_the_parties_are_ready_nothing_looks_clean(screen: Screen) -> None:
    async with screen.client(METTE) as client:
        answer = await client.post("/portfolio/match", json=BODY)
    assert answer.status_code == 409
    assert "being made ready" in answer.json()["detail"]
