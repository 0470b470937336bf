"""Personal data is sealed wherever it is written; companies' values stay in clear."""

import base64
import json
from typing import ClassVar

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain import Aggregate
from shared.events.base import Criminal, Personal, Said
from shared.events.onboarding import OwnershipDeclared, PartyRegistered
from shared.events.screening import HitDismissed
from shared.events.words import ListEntryRef, PartyDescription, PartyKind, Share, Stake
from shared.journal import body_of
from shared.sealing import (
    ERASED,
    PREFIX,
    KeyName,
    names_in,
    names_in_bytes,
    names_in_values,
    plan_of,
    seal,
    seal_text,
    unseal_bytes,
    unseal_values,
)
from shared.testing import MemoryKeyRing

NAME: KeyName = ("personal", "person-1")
KEYS = {NAME: b"1" * 32, ("criminal", "person-1"): b"2" * 32, ("personal", "person-2"): b"3" * 32}

words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(
    lambda text: text != ERASED and PREFIX not in text
)
persons = st.sampled_from(["person-1", "person-2", "person-0a9f", "se-sole-77"])
companies = st.sampled_from(["dk-cvr-61056416", "se-orgnr-5560125790", "lei-5493001KJTIIGC8Y1R12"])


class Note(Said):
    """What is known of somebody, with words of two classes of keys."""

    party_id: str
    text: Personal[str]
    conviction: Criminal[str] = "nothing"
    further: tuple[Personal[str], ...] = ()


class Folder(Said):
    """Notes about several people, in every way that a model can hold another."""

    title: str
    first: Note
    others: tuple[Note, ...] = ()
    named: dict[str, Note]


def notes(parties: st.SearchStrategy[str]) -> st.SearchStrategy[Note]:
    more = st.lists(words, max_size=3).map(tuple)
    return st.builds(Note, party_id=parties, text=words, conviction=words, further=more)


def folders(parties: st.SearchStrategy[str]) -> st.SearchStrategy[Folder]:
    note = notes(parties)
    return st.builds(
        Folder,
        title=words,
        first=note,
        others=st.lists(note, max_size=3).map(tuple),
        named=st.dictionaries(words, note, max_size=2),
    )


def keys_for(model: Said) -> dict[KeyName, bytes | None]:
    return {name: (":".join(name).encode() * 32)[:32] for name in names_in(model)}


# ------------------------------------------------------------ round trips


@given(folders(persons | companies))
def test_what_was_sealed_reads_as_it_was(folder: Folder) -> None:
    keys = keys_for(folder)
    sealed = seal(folder, keys)
    assert Folder.model_validate(unseal_values(sealed, keys)) == folder
    body = orjson.dumps(sealed)
    assert Folder.model_validate_json(unseal_bytes(body, keys)) == folder


@given(folders(persons))
def test_no_word_of_a_person_is_left_in_clear(folder: Folder) -> None:
    sealed = seal(folder, keys_for(folder))
    for note in (sealed["first"], *sealed["others"], *sealed["named"].values()):
        marked = [note["text"], note["conviction"], *note["further"]]
        assert all(value.startswith(PREFIX) for value in marked)
    assert sealed["title"] == folder.title


@given(folders(persons))
def test_what_is_sealed_names_the_keys_that_open_it(folder: Folder) -> None:
    sealed = seal(folder, keys_for(folder))
    assert names_in_values(sealed) == names_in_bytes(orjson.dumps(sealed)) == names_in(folder)


@given(folders(companies))
def test_what_is_about_companies_stays_in_clear(folder: Folder) -> None:
    assert names_in(folder) == set()
    assert seal(folder, {}) == folder.model_dump(mode="json")


@given(folders(persons))
def test_a_person_whose_key_was_destroyed_reads_as_erased(folder: Folder) -> None:
    keys = keys_for(folder)
    gone = folder.first.party_id
    left = {name: None if name[1] == gone else key for name, key in keys.items()}
    read = Folder.model_validate(unseal_values(seal(folder, keys), left))
    for was, is_ in zip((folder.first, *folder.others), (read.first, *read.others), strict=True):
        assert is_.text == (ERASED if was.party_id == gone else was.text)
        assert len(is_.further) == len(was.further)


@given(words)
def test_a_sealed_value_never_looks_the_same_twice(text: str) -> None:
    assert seal_text(text, NAME, KEYS[NAME]) != seal_text(text, NAME, KEYS[NAME])


# ------------------------------------------------------------ in facts and states


def owner(party_id: str, name: str) -> Stake:
    kind = PartyKind.PERSON if party_id.startswith("person-") else PartyKind.COMPANY
    party = PartyDescription(party_id=party_id, kind=kind, name=name, aliases=(f"{name} II",))
    return Stake(owner=party, share=Share.exactly(60))


def test_each_owner_is_sealed_with_a_key_of_its_own_and_companies_are_not() -> None:
    fact = OwnershipDeclared(
        party_id="dk-cvr-1",
        stakes=(owner("person-1", "Vera"), owner("dk-cvr-2", "Holding ApS")),
        document_id="doc-1",
    )
    body = body_of(fact, KEYS)
    assert names_in(fact) == {("personal", "person-1")}
    assert b"Vera" not in body
    assert b"Holding ApS" in body
    assert OwnershipDeclared.model_validate_json(unseal_bytes(body, KEYS)) == fact


def test_reasons_of_a_verdict_are_sealed_with_the_key_of_the_party() -> None:
    entry = ListEntryRef(source="eu", entry_id="EU.1", version="a1", name="Somebody")
    fact = HitDismissed(
        hit_id="hit-1", party_id="person-1", buyer_id="b", entry=entry, by="mette", reason="born 52"
    )
    said = json.loads(body_of(fact, KEYS))
    assert said["reason"].startswith("sealed:1:personal:person-1:")
    assert said["entry"]["name"] == "Somebody"  # lists are public


def test_data_about_offences_has_a_key_of_its_own() -> None:
    sealed = seal(Note(party_id="person-1", text="a", conviction="b"), KEYS)
    assert sealed["text"].startswith("sealed:1:personal:")
    assert sealed["conviction"].startswith("sealed:1:criminal:")
    without = {**KEYS, ("criminal", "person-1"): None}
    assert unseal_values(sealed, without) == {
        "party_id": "person-1",
        "text": "a",
        "conviction": ERASED,
        "further": [],
    }


def test_an_aggregate_names_the_field_that_holds_its_person() -> None:
    class Owner(Aggregate):
        subject_field: ClassVar[str] = "id"
        name: Personal[str] = "somebody"

    assert names_in(Owner(id="person-1", name="Vera")) == {("personal", "person-1")}
    assert seal(Owner(id="person-1", name="Vera"), KEYS)["name"].startswith(PREFIX)
    assert seal(Owner(id="dk-cvr-1", name="Vera ApS"), {})["name"] == "Vera ApS"


def test_a_person_who_was_erased_takes_no_new_data() -> None:
    gone = {("personal", "person-1"): None}
    fact = PartyRegistered(party=PartyDescription(party_id="person-1", name="Vera"))
    assert json.loads(body_of(fact, gone))["party"]["name"] == ERASED


def test_an_erased_value_is_written_again_as_it_reads() -> None:
    sealed = seal(Note(party_id="person-1", text=ERASED), KEYS)
    assert sealed["text"] == ERASED


def test_what_is_nothing_or_empty_stays_so() -> None:
    class Contact(Said):
        party_id: str
        phone: Personal[str] | None = None
        mail: Personal[str] = ""

    sealed = seal(Contact(party_id="person-1"), KEYS)
    assert sealed == {"party_id": "person-1", "phone": None, "mail": ""}


def test_a_model_that_holds_itself_is_sealed_all_the_way_down() -> None:
    class Relative(Said):
        party_id: str
        name: Personal[str]
        children: "tuple[Relative, ...]" = ()

    child = Relative(party_id="person-2", name="Bo")
    parent = Relative(party_id="person-1", name="Vera", children=(child,))
    assert names_in(parent) == {("personal", "person-1"), ("personal", "person-2")}
    assert seal(parent, KEYS)["children"][0]["name"].startswith(PREFIX)


def test_only_text_can_be_sealed() -> None:
    class Wrong(Said):
        party_id: str
        birth_year: Personal[int]

    with pytest.raises(TypeError, match="only strings"):
        seal(Wrong(party_id="person-1", birth_year=1952), KEYS)


def test_a_sealed_value_opens_only_as_what_it_is() -> None:
    """It is bound to its person and class of key: copied under another name it does not open."""
    token = seal_text("Vera", NAME, KEYS[NAME])
    moved = token.replace("person-1", "person-2")
    with pytest.raises(ValueError, match="does not open"):
        unseal_values(moved, KEYS | {("personal", "person-2"): KEYS[NAME]})
    raw = bytearray(base64.b64decode(token.rsplit(":", 1)[1]))
    raw[-1] ^= 1
    changed = token.rsplit(":", 1)[0] + ":" + base64.b64encode(raw).decode()
    with pytest.raises(ValueError, match="does not open"):
        unseal_values(changed, KEYS)


def test_only_models_with_marks_are_looked_into() -> None:
    assert plan_of(Share) == {}
    assert plan_of(Stake) == {"owner": None}
    assert plan_of(Folder) == {"first": None, "others": None, "named": None}


async def test_destroying_a_person_destroys_all_its_keys_and_nobody_elses() -> None:
    ring = MemoryKeyRing()
    names = [("personal", "person-1"), ("criminal", "person-1"), ("personal", "person-2")]
    await ring.keys(names, create=True)
    await ring.destroy("person-1")
    after = await ring.keys(names, create=True)
    assert [after[name] is None for name in names] == [True, True, False]
