"""A new version of a list: taken in part by part, in force at once, swept through every party."""

import pytest

from services.screening.domain import ListedEntry, ListVersion, Watchlist
from services.screening.handlers import lists
from services.screening.messages import LoadList
from shared.domain import Rejected
from shared.events.screening import (
    CoverageStated,
    HitEnded,
    HitRaised,
    ListUpdated,
    PartyScreened,
)
from shared.testing import MACHINE, OFFICER
from tests.screening.stage import (
    SAMPLES,
    MemoryFiles,
    Stage,
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


async def test_a_new_version_is_counted_kept_and_announced() -> None:
    stage = Stage()
    await stage.list_in_force("eu", eu_list(ZHARKOVETSKIY, *OTHERS, day="2026-11-19"))
    await stage.list_in_force("eu", eu_list(BERDIKENOVA, *OTHERS, day="2026-11-20"))
    first, second = stage.said(ListUpdated)
    assert (first.entries, first.added, first.changed, first.removed) == (31, 31, 0, 0)
    assert (second.entries, second.added, second.changed, second.removed) == (31, 1, 0, 1)
    assert second.binding
    assert str(second.list_date) == "2026-11-20"
    assert stage.state(Watchlist, "list-eu").ref.version == second.version  # type: ignore[union-attr]


async def test_the_same_file_again_changes_nothing() -> None:
    stage = Stage()
    await stage.list_in_force("eu", eu_list(ZHARKOVETSKIY))
    outcome = await stage.list_in_force("eu", eu_list(ZHARKOVETSKIY))
    assert outcome.result is not None
    assert outcome.result["note"] == "this version is in force already"
    assert stage.told == [ListUpdated, CoverageStated]


async def test_versions_share_the_entries_they_have_in_common_and_keep_the_old_ones() -> None:
    stage = Stage()
    await stage.list_in_force("eu", eu_list(ZHARKOVETSKIY, *OTHERS))
    changed = eu_entry(1, "Vsevolod ZHARKOVETSKIY", "Usevalad ZHARKAVETSKI", born="1968-03-17")
    await stage.list_in_force("eu", eu_list(changed, *OTHERS, day="2026-11-20"))
    kept = [id for kind, id in stage.store.documents if kind is ListedEntry]
    assert len(kept) == 32
    assert len([id for id in kept if id.startswith("eu/1/")]) == 2


async def test_a_version_is_in_force_only_when_its_last_entry_is_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lists, "ENTRIES_AT_ONCE", 10)
    stage = Stage()
    await stage.load("eu", eu_list(*OTHERS))
    seen = []
    while [name for name in stage.deadlines if name.startswith("keep/")]:
        seen.append(len([1 for kind, _ in stage.store.documents if kind is ListedEntry]))
        assert stage.state(Watchlist, "list-eu").current is None
        await stage.do_next_part()
    assert seen == [0, 10, 20]
    assert stage.said(ListUpdated)[0].entries == 30


async def test_an_upload_that_died_half_way_leaves_the_old_version_in_force_and_is_resumed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lists, "ENTRIES_AT_ONCE", 10)
    files = MemoryFiles()
    stage = Stage(files)
    await stage.load("eu", eu_list(*OTHERS))
    await stage.do_next_part()
    restarted = Stage(files)  # a new process: nothing in memory, the same database
    restarted.store.documents = stage.store.documents
    restarted.store.deadlines = stage.store.deadlines
    restarted.store.inbox = stage.store.inbox
    assert restarted.state(Watchlist, "list-eu").current is None
    await restarted.settle()
    assert restarted.said(ListUpdated)[0].entries == 30


async def test_a_file_that_looks_cut_off_is_refused_unless_an_administrator_says_why() -> None:
    stage = Stage()
    await stage.list_in_force("eu", eu_list(*OTHERS))
    short = eu_list(*OTHERS[:20], day="2026-11-20")
    outcome = await stage.list_in_force("eu", short)
    assert outcome.error is not None
    assert "10 of the 30 entries in force would vanish" in outcome.error["reason"]
    assert len(stage.said(ListUpdated)) == 1
    outcome = await stage.list_in_force("eu", short, force=True)
    assert outcome.error is not None
    assert outcome.error["field"] == "reason"
    await stage.list_in_force("eu", short, force=True, reason="The regime was repealed.")
    assert stage.said(ListUpdated)[-1].removed == 10


async def test_an_older_list_is_refused_unless_forced_and_can_be_the_one_before() -> None:
    stage = Stage()
    first = eu_list(ZHARKOVETSKIY, *OTHERS, day="2026-11-19")
    await stage.list_in_force("eu", first)
    await stage.list_in_force("eu", eu_list(*OTHERS, day="2026-11-20"))
    outcome = await stage.list_in_force("eu", first)
    assert outcome.error is not None
    assert "is of 2026-11-19, the one in force of 2026-11-20" in outcome.error["reason"]
    await stage.tell(registered(VSEVOLOD))
    await stage.list_in_force("eu", first, force=True, reason="Version two was withdrawn.")
    assert [hit.party_id for hit in stage.said(HitRaised)] == ["person-a"]
    assert len(stage.said(CoverageStated)) == 3
    states = {d.state for (kind, _), d in stage.store.documents.items() if kind is ListVersion}  # type: ignore[attr-defined]
    assert states == {"in_force", "superseded"}


async def test_while_one_version_is_written_another_waits_or_is_forced_in_its_place(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lists, "ENTRIES_AT_ONCE", 10)
    stage = Stage()
    await stage.load("eu", eu_list(*OTHERS))
    await stage.do_next_part()
    other = eu_list(ZHARKOVETSKIY, *OTHERS, day="2026-11-20")
    outcome = await stage.load("eu", other)
    assert outcome.error is not None
    assert "is being taken in" in outcome.error["reason"]
    await stage.list_in_force("eu", other, force=True, reason="The first one is wrong.")
    assert [event.entries for event in stage.said(ListUpdated)] == [31]
    assert stage.rejected == []


async def test_the_same_file_again_takes_up_a_version_that_got_stuck() -> None:
    stage = Stage()
    await stage.load("eu", eu_list(*OTHERS))
    stage.store.deadlines.clear()
    await stage.list_in_force("eu", eu_list(*OTHERS))
    assert [event.entries for event in stage.said(ListUpdated)] == [30]


async def test_only_an_administrator_forces() -> None:
    stage = Stage()
    await stage.list_in_force("eu", eu_list(*OTHERS))
    await stage.watchlists.accept("eu", eu_list(*OTHERS[:3]))
    for caller in (MACHINE, OFFICER):
        outcome = await stage.tell(
            LoadList(source="eu", sha256="x", force=True, reason="why not"), by=caller
        )
        assert outcome.error is not None
        assert outcome.error["kind"] == "forbidden"


async def test_an_unreadable_file_is_refused_with_its_reason_and_not_kept() -> None:
    stage = Stage()
    with pytest.raises(Rejected, match="breaks off or is damaged"):
        await stage.watchlists.accept("eu", eu_list(*OTHERS)[:-30])
    with pytest.raises(Rejected, match="no list with id xx"):
        await stage.watchlists.accept("xx", eu_list(*OTHERS))
    assert stage.files.kept == {}


async def test_two_lists_are_in_force_next_to_each_other() -> None:
    stage = Stage()
    await stage.list_in_force("un", (SAMPLES / "lists/un-v1.xml").read_bytes())
    await stage.list_in_force("eu", eu_list(ZHARKOVETSKIY))
    await stage.tell(registered(VSEVOLOD))
    assert [ref.source for ref in stage.said(PartyScreened)[-1].lists] == ["eu", "un"]
    await stage.list_in_force("eu", eu_list(BERDIKENOVA, day="2026-11-20"))
    assert [e.party_id for e in stage.said(HitEnded)] == ["person-a"]
