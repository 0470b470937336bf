"""The readers and the index on the official files themselves, where they lie at hand."""

import os
from pathlib import Path

import pytest

from services.screening.domain import EntryKind
from services.screening.lists import ListFile, UnreadableList, read_all, read_any, read_list
from services.screening.matching import Index, load_policy, subject_of
from shared.events.words import PartyDescription, PartyKind

LISTS = Path(
    os.environ.get(
        "ANSVAR_OFFICIAL_LISTS", Path(__file__).resolve().parents[3] / "shared/data/lists"
    )
)
EU, UN = LISTS / "eu_fsf_1_1.xml", LISTS / "un_consolidated.xml"

pytestmark = pytest.mark.skipif(
    not (EU.exists() and UN.exists()),
    reason="the official lists are not at hand (ANSVAR_OFFICIAL_LISTS names their directory)",
)


@pytest.fixture(scope="module")
def eu() -> ListFile:
    return read_list("eu", EU.read_bytes())


@pytest.fixture(scope="module")
def un() -> ListFile:
    return read_list("un", UN.read_bytes())


def test_the_whole_eu_list_is_read(eu: ListFile) -> None:
    assert len(eu.entries) > 5_000
    assert eu.count(EntryKind.PERSON) > 3_000
    assert eu.count(EntryKind.ORGANISATION) > 900
    assert sum(len(entry.names) for entry in eu.entries) > 2 * len(eu.entries)
    assert sum(bool(entry.births) for entry in eu.entries) > 2_000
    assert any(not name.strong for entry in eu.entries for name in entry.names)


def test_the_whole_un_list_is_read(un: ListFile) -> None:
    assert len(un.entries) > 900
    assert un.count(EntryKind.PERSON) > 500
    assert un.list_date is not None
    nationals = [entry for entry in un.entries if entry.countries]
    assert len(nationals) > 800


def test_half_of_the_eu_list_is_no_list() -> None:
    data = EU.read_bytes()
    with pytest.raises(UnreadableList, match="breaks off or is damaged"):
        read_list("eu", data[: len(data) // 2])


def test_everybody_on_the_list_is_found_on_it_and_innocents_are_not(eu: ListFile) -> None:
    index = Index(eu.entries, load_policy())
    persons = [entry for entry in eu.entries if entry.kind is EntryKind.PERSON and entry.births]
    some = persons[:: len(persons) // 150]
    found = 0
    for entry in some:
        name = " ".join(reversed(entry.names[0].text.split()))
        born = entry.births[0]
        party = PartyDescription(
            party_id="p",
            kind=PartyKind.PERSON,
            name=name,
            birth_date=born.partition("/")[0],
        )
        best = index.search(subject_of(party))
        found += bool(best) and best[0].entry.entry_id == entry.entry_id
    assert found / len(some) > 0.97
    alarms = 0
    given, family = ("Mette", "Lars", "Karin", "Anders"), ("Jensen", "Lindqvist", "Holm", "Berg")
    for first in given:
        for last in family:
            party = PartyDescription(
                party_id="p", kind=PartyKind.PERSON, name=f"{first} {last}", birth_date="1975-05-17"
            )
            alarms += bool(index.search(subject_of(party)))
    assert alarms == 0


@pytest.mark.skipif(
    not (LISTS / "ofac").exists(), reason="the United States' lists are not at hand either"
)
def test_the_whole_lists_of_the_united_states_are_read_from_their_tables() -> None:
    sdn, other = read_any(LISTS / "ofac/sdn.csv"), read_any(LISTS / "ofac/cons_prim.csv")
    assert (sdn.source, other.source) == ("us-sdn", "us-consolidated")
    assert len(sdn.entries) > 8_000
    assert sdn.count(EntryKind.PERSON) > 4_000
    assert sdn.count(EntryKind.VESSEL) > 300
    assert len(other.entries) > 400
    born = [entry for entry in sdn.entries if entry.births]
    assert len(born) > 0.9 * sdn.count(EntryKind.PERSON)
    assert sum(bool(entry.countries) for entry in sdn.entries) > 7_000
    assert sum(bool(entry.identifiers) for entry in sdn.entries) > 2_000
    assert any(not name.strong for entry in sdn.entries for name in entry.names)
    persons = [entry for entry in sdn.entries if entry.kind is EntryKind.PERSON]
    assert sum("," in entry.names[0].text for entry in persons) < 20  # "…, Jr." and the like


def test_a_folder_of_official_lists_is_read_list_by_list() -> None:
    found = {file.source: file.format for file in read_all([LISTS])}
    assert found["eu"] == "eu-fsf-xml"
    assert found["un"] == "un-xml"
