"""The sample lists: published layouts, what version 2 changes, and who is near whom."""

import json
from pathlib import Path
from typing import Any

import pytest
from anyascii import anyascii
from lxml import etree
from rapidfuzz import fuzz

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
STORY: dict[str, Any] = json.loads((SAMPLES / "story.json").read_text())
COMPANIES: dict[str, dict[str, Any]] = STORY["companies"]
NS = {"fsd": "http://eu.europa.ec/fpi/fsd/export"}
CLOSE = 85  # per cent of rapidfuzz's token ratio that a person would look at
FAR = 65  # per cent below which nobody would


def xml(path: str) -> etree._Element:
    return etree.parse(SAMPLES / path).getroot()


def eu_names(path: str) -> dict[str, list[str]]:
    return {
        entity.get("logicalId", ""): [
            name.get("wholeName", "") for name in entity.iterfind("fsd:nameAlias", NS)
        ]
        for entity in xml(path).iterfind("fsd:sanctionEntity", NS)
    }


def closeness(one: str, other: str) -> float:
    return float(fuzz.token_sort_ratio(anyascii(one).lower(), anyascii(other).lower()))


def test_the_lists_have_the_roots_of_their_publishers() -> None:
    for path in ("lists/eu-v1.xml", "lists/eu-v2.xml"):
        root = xml(path)
        assert root.tag == f"{{{NS['fsd']}}}export"
        assert root.get("generationDate")
        assert root.get("globalFileId")
        assert 30 <= len(root) <= 40
    root = xml("lists/un-v1.xml")
    assert root.tag == "CONSOLIDATED_LIST"
    assert root.get("dateGenerated")
    assert 30 <= len(list(root.iter("INDIVIDUAL", "ENTITY"))) <= 40


def test_version_2_adds_three_changes_one_and_removes_one() -> None:
    before, after = eu_names("lists/eu-v1.xml"), eu_names("lists/eu-v2.xml")
    assert set(after) - set(before) == {STORY["persons"][key]["entry"] for key in "ABC"}
    assert set(before) - set(after) == {"90204"}
    assert [i for i in set(before) & set(after) if before[i] != after[i]] == ["90101"]


@pytest.mark.parametrize("key", "ABC")
def test_a_listed_owner_is_near_its_entry_and_born_on_the_same_day(key: str) -> None:
    person = STORY["persons"][key]
    assert person["name"] not in eu_names("lists/eu-v2.xml")[person["entry"]]
    names = eu_names("lists/eu-v2.xml")[person["entry"]]
    assert max(closeness(person["name"], name) for name in names) >= CLOSE
    entity = xml("lists/eu-v2.xml").find(f"fsd:sanctionEntity[@logicalId='{person['entry']}']", NS)
    assert entity is not None
    birth = entity.find("fsd:birthdate", NS)
    assert birth is not None
    assert birth.get("birthdate") == person["birth_date"]


def test_nobody_else_in_the_story_is_near_any_entry() -> None:
    listed = {STORY["persons"][key]["name"] for key in "ABC"}
    ours = {c["name"] for c in COMPANIES.values()} | {STORY["buyer"]["name"]}
    ours |= {o["name"] for c in COMPANIES.values() for o in c["owners"]} - listed
    names = [n for names in eu_names("lists/eu-v2.xml").values() for n in names]
    for record in xml("lists/un-v1.xml").iter("INDIVIDUAL", "ENTITY"):
        parts = (record.findtext(p) for p in ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME"))
        names.append(" ".join(part for part in parts if part))
    assert [(o, n) for o in ours for n in names if closeness(o, n) >= FAR] == []


def test_on_version_1_no_owner_is_near_any_entry() -> None:
    names = [n for names in eu_names("lists/eu-v1.xml").values() for n in names]
    persons = [STORY["persons"][key]["name"] for key in "ABC"]
    assert [(p, n) for p in persons for n in names if closeness(p, n) >= FAR] == []
