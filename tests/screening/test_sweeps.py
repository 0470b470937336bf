"""Every party is compared with what a new version of a list changed, and counted."""

import pytest

from services.screening.domain import Sweep
from services.screening.handlers import sweeping
from shared.events.onboarding import PartyChanged
from shared.events.screening import (
    CoverageStated,
    HitEnded,
    HitRaised,
    HitReopened,
    ListUpdated,
    PartyScreened,
)
from tests.screening.stage import (
    Stage,
    company,
    eu_entry,
    eu_list,
    person,
    registered,
)

ZHARKOVETSKIY = eu_entry(1, "Vsevolod ZHARKOVETSKIY", born="1968-03-17")
BERDIKENOVA = eu_entry(2, "Aigul BERDIKENOVA", born="1974-09-02")
OTHERS = [eu_entry(100 + i, f"Otherwise Unheardof{i:03}") for i in range(30)]
VSEVOLOD = person("a", "Vsevolod Zharkovetskij", "1968-03-17")
AJGUL = person("b", "Ajgul Berdikenova", "1974-09-02")


async def test_parties_are_compared_with_what_is_new_and_every_party_is_counted() -> None:
    stage = Stage()
    await stage.list_in_force("eu", eu_list(*OTHERS))
    await stage.tell(registered(VSEVOLOD), registered(AJGUL), registered(company("1", "Nordlys")))
    proofs = len(stage.said(PartyScreened))
    await stage.list_in_force("eu", eu_list(ZHARKOVETSKIY, *OTHERS, day="2026-11-20"))
    assert [hit.party_id for hit in stage.said(HitRaised)] == ["person-a"]
    assert [e.party_id for e in stage.said(PartyScreened)[proofs:]] == ["person-a"]
    stated = stage.said(CoverageStated)[-1]
    assert (stated.parties, stated.gaps) == (3, 0)
    assert stated.version == stage.said(ListUpdated)[-1].version


async def test_a_sweep_goes_on_after_a_kill_and_raises_each_hit_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sweeping, "PARTIES_AT_ONCE", 2)
    stage = Stage()
    await stage.list_in_force("eu", eu_list(*OTHERS))
    for i in range(7):
        await stage.tell(registered(person(f"n{i}", "Vsevolod Zharkovetskij", "1968-03-17")))
    await stage.load("eu", eu_list(ZHARKOVETSKIY, *OTHERS, day="2026-11-20"))
    await stage.do_next_part()  # the entries
    part = stage.next_part()
    await stage.bus.handle([part])  # the first part of the sweep
    assert len(stage.said(HitRaised)) == 2
    await stage.bus.handle([part])  # once more, after a crash before the offset
    assert len(stage.said(HitRaised)) == 2
    stage.watchlists._indexes.clear()
    await stage.settle()
    await stage.advance(sweeping.SECOND_WALK_AFTER)
    assert len(stage.said(HitRaised)) == 7
    assert stage.said(CoverageStated)[-1].parties == 7


async def test_a_party_that_came_in_while_the_version_came_into_force_is_found_later() -> None:
    stage = Stage()
    await stage.list_in_force("eu", eu_list(*OTHERS))
    await stage.load("eu", eu_list(ZHARKOVETSKIY, *OTHERS, day="2026-11-20"))
    await stage.settle()
    late = Stage()
    await late.list_in_force("eu", eu_list(*OTHERS))
    await late.tell(registered(VSEVOLOD))  # screened by a process that knew the old version only
    stage.store.documents |= {
        key: value for key, value in late.store.documents.items() if key[1] == "person-a"
    }
    await stage.advance(sweeping.SECOND_WALK_AFTER)
    assert [hit.party_id for hit in stage.said(HitRaised)] == ["person-a"]
    assert stage.said(CoverageStated)[-1].gaps == 0


async def test_a_party_that_cannot_be_compared_is_a_gap() -> None:
    stage = Stage()
    await stage.tell(registered(person("x", "???")))
    await stage.list_in_force("eu", eu_list(*OTHERS))
    stated = stage.said(CoverageStated)[-1]
    assert (stated.parties, stated.gaps) == (1, 1)


async def test_a_newer_version_overtakes_a_sweep_and_compares_everybody_itself() -> None:
    stage = Stage()
    await stage.list_in_force("eu", eu_list(*OTHERS))
    await stage.tell(registered(VSEVOLOD), registered(AJGUL))
    await stage.load("eu", eu_list(ZHARKOVETSKIY, *OTHERS, day="2026-11-20"))
    await stage.do_next_part()
    assert stage.said(HitRaised) == []  # in force, not yet swept
    await stage.list_in_force("eu", eu_list(ZHARKOVETSKIY, BERDIKENOVA, *OTHERS, day="2026-11-21"))
    assert {hit.party_id for hit in stage.said(HitRaised)} == {"person-a", "person-b"}
    sweeps = [d for (kind, _), d in stage.store.documents.items() if kind is Sweep]
    assert len(stage.said(CoverageStated)) == len(sweeps) - 1


async def test_a_hit_ends_with_its_entry_even_if_it_was_confirmed() -> None:
    stage = Stage()
    await stage.list_in_force("eu", eu_list(ZHARKOVETSKIY, *OTHERS))
    await stage.tell(registered(VSEVOLOD))
    (hit,) = stage.said(HitRaised)
    await stage.confirm(hit.hit_id)
    await stage.list_in_force("eu", eu_list(*OTHERS, day="2026-11-20"))
    (ended,) = stage.said(HitEnded)
    assert ended.reason == "the entry was taken off the list"
    assert f"review-hit/{hit.hit_id}/dk-cvr-91204711" in ended.settles


async def test_a_dismissal_is_reopened_when_the_entry_changes() -> None:
    stage = Stage()
    await stage.list_in_force("eu", eu_list(ZHARKOVETSKIY, BERDIKENOVA, *OTHERS))
    await stage.tell(registered(VSEVOLOD), registered(AJGUL))
    hits = {hit.party_id: hit.hit_id for hit in stage.said(HitRaised)}
    await stage.dismiss(hits["person-a"])
    await stage.dismiss(hits["person-b"])
    changed = eu_entry(1, "Vsevolod ZHARKOVETSKIY", "V. T. ZHARKOVETSKIY", born="1968-03-17")
    await stage.list_in_force("eu", eu_list(changed, BERDIKENOVA, *OTHERS, day="2026-11-20"))
    (reopened,) = stage.said(HitReopened)
    assert reopened.hit_id == hits["person-a"]
    assert reopened.reason == "the entry changed on its list"


async def test_a_confirmed_hit_whose_entry_changed_beyond_likeness_waits_for_a_person() -> None:
    stage = Stage()
    await stage.list_in_force("eu", eu_list(ZHARKOVETSKIY, *OTHERS))
    await stage.tell(registered(VSEVOLOD))
    (hit,) = stage.said(HitRaised)
    await stage.confirm(hit.hit_id)
    changed = eu_entry(1, "Somebody Elseentirely", born="1950")
    await stage.list_in_force("eu", eu_list(changed, *OTHERS, day="2026-11-20"))
    assert stage.said(HitEnded) == []
    assert len(stage.said(HitReopened)) == 1


async def test_a_party_that_changes_before_the_sweep_reaches_it_is_compared_as_it_is_now() -> None:
    stage = Stage()
    await stage.list_in_force("eu", eu_list(ZHARKOVETSKIY, *OTHERS))
    await stage.tell(registered(VSEVOLOD))
    await stage.load("eu", eu_list(*OTHERS, day="2026-11-20"))
    await stage.do_next_part()
    await stage.tell(PartyChanged(party=VSEVOLOD, changed=("contact",)))
    (ended,) = stage.said(HitEnded)
    assert ended.reason == "the entry was taken off the list"
