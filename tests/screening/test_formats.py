"""Every official format: told by its content, read with all that it says, refused when damaged."""

import datetime
import json
import shutil
from pathlib import Path

import pytest

from services.screening.domain import EntryKind, ListedEntry, ListedIdentifier
from services.screening.lists import ListFile, UnreadableList, read_all, read_any, read_list
from services.screening.lists.bundle import LARGEST, pack, unpack
from services.screening.lists.dates import birth_of
from services.screening.lists.reading import readers
from tests.screening.stage import SAMPLES

LISTS = Path(__file__).parent / "lists"

FORMATS = {
    "ofac/sdn.csv": ("ofac-csv", "us-sdn"),
    "cons/cons_prim.csv": ("ofac-csv", "us-consolidated"),
    "sdn.xml": ("ofac-xml", "us-sdn"),
    "sdn_advanced.xml": ("ofac-advanced-xml", "us-sdn"),
    "uk.xml": ("uk-xml", "uk"),
    "uk.csv": ("uk-csv", "uk"),
    "world_bank.json": ("world-bank-json", "world-bank"),
    "edes.json": ("edes-json", "edes"),
    "collection.jsonl": ("ftm-json-lines", "own"),
    "own.csv": ("own-csv", "own"),
    "eu.csv": ("eu-fsf-csv", "eu"),
}


def read(name: str) -> ListFile:
    return read_any(LISTS / name)


def entry(file: ListFile, id: str) -> ListedEntry:
    return next(one for one in file.entries if one.entry_id == id)


def names(one: ListedEntry) -> dict[str, bool]:
    return {name.text: name.strong for name in one.names}


def number(kind: str, number: str, country: str | None = None) -> ListedIdentifier:
    return ListedIdentifier(kind=kind, number=number, country=country)


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_is_told_by_its_content(name: str) -> None:
    file = read(name)
    assert (file.format, file.source) == FORMATS[name]
    assert all(one.source == file.source for one in file.entries)


@pytest.mark.parametrize("name", FORMATS)
def test_each_content_has_one_reader(name: str) -> None:
    start = (LISTS / name).read_bytes()[:8192].decode("utf-8-sig", "replace")
    assert [reader.format for reader in readers() if reader.recognises(start)] == [FORMATS[name][0]]


def test_every_format_has_a_sample() -> None:
    own = {format for format, _ in FORMATS.values()}
    assert {reader.format for reader in readers()} == own | {"eu-fsf-xml", "un-xml"}


def test_a_folder_is_read_list_by_list() -> None:
    files = list(read_all([LISTS / "ofac", LISTS / "cons", SAMPLES / "lists"]))
    found = [(file.source, len(file.entries)) for file in files]
    assert found == [("us-sdn", 4), ("us-consolidated", 1), ("eu", 34), ("eu", 36), ("un", 32)]


# ---------------------------------------------------------------- what each one says


def test_the_three_files_of_the_united_states_are_one_list() -> None:
    file = read("ofac/alt.csv")
    assert [one.kind for one in file.entries] == [
        EntryKind.ORGANISATION,
        EntryKind.PERSON,
        EntryKind.VESSEL,
        EntryKind.UNKNOWN,
    ]
    person = entry(file, "9102")
    assert names(person) == {
        "Arkady Lvovich ZAYTSEV": True,
        "ARKASHA": False,
        "Arkadiy ZAITSEV": True,
    }
    assert person.births == ("1960-04-11", "1961")
    assert person.countries == ("RU", "CY", "KP")
    assert person.gender == "male"
    assert person.programmes == ("UKRAINE-EO13662", "RUSSIA-EO14024")
    assert person.identifiers == (
        number("passport", "712345678", "RU"),
        number("tax", "710300112233", "RU"),
    )
    company, ship = entry(file, "9101"), entry(file, "9103")
    assert names(company) == {"NORDFJORD SHIPPING AGENCY LTD.": True, "FJORDAN MARITIME LTD.": True}
    assert company.identifiers == (number("registration", "C-77120", "MT"),)
    assert ship.identifiers[0] == number("imo", "9187629")
    assert ship.countries == ("PA",)


def test_the_plain_xml_of_the_united_states_is_read() -> None:
    file = read("sdn.xml")
    assert file.list_date == datetime.date(2026, 11, 20)
    person, ship = file.entries
    assert names(person) == {
        "Arkady Lvovich ZAYTSEV": True,
        "Arkadiy ZAITSEV": True,
        "ARKASHA": False,
    }
    assert (person.births, person.countries, person.gender) == (
        ("1960-04-11",),
        ("CY", "RU"),
        "male",
    )
    assert person.identifiers == (number("passport", "712345678", "RU"),)
    assert (ship.kind, ship.countries) == (EntryKind.VESSEL, ("PA",))
    assert ship.identifiers == (number("imo", "9187629"),)


def test_the_advanced_xml_is_read_through_its_reference_sets() -> None:
    file = read("sdn_advanced.xml")
    assert file.list_date == datetime.date(2026, 11, 20)
    person, bank = file.entries
    assert person.kind is EntryKind.PERSON
    assert names(person) == {"Arkady Lvovich Zaytsev": True, "Arkasha": False}
    assert person.births == ("1960-04-11", "1961/1963")
    assert (person.countries, person.gender, person.listed_on) == (("CY",), "male", "2022-03-24")
    assert person.identifiers == (number("passport", "712345678", "RU"),)
    assert person.programmes == ("RUSSIA-EO14024",)
    assert (bank.kind, bank.identifiers) == (EntryKind.ORGANISATION, (number("bic", "TUHBRU2T"),))
    assert bank.programmes == ()  # the list in the list says nothing new


def test_the_xml_of_the_united_kingdom_is_read() -> None:
    file = read("uk.xml")
    assert file.list_date == datetime.date(2026, 11, 20)
    person, ship = file.entries
    assert names(person) == {
        "Ilmari Kalevovich SUVOROV": True,
        "ILMO": False,
        "Il'mari SUVOROFF": True,
        "Ильмари Суворов": True,
    }
    assert person.births == ("1971", "1971-12-03")
    assert (person.countries, person.gender, person.listed_on) == (
        ("FI", "RU"),
        "male",
        "2022-02-24",
    )
    assert person.identifiers == (number("passport", "FP1200345"),)
    assert (ship.kind, ship.identifiers) == (EntryKind.VESSEL, (number("imo", "9301122"),))
    assert ship.listed_on == ""


def test_both_formats_of_the_united_kingdom_say_the_same() -> None:
    file = read("uk.csv")
    assert file.list_date == datetime.date(2026, 11, 20)
    person, company = file.entries
    theirs = entry(read("uk.xml"), "RUS9001")
    assert (person.births, person.identifiers) == (theirs.births, theirs.identifiers)
    assert set(person.countries) == set(theirs.countries)
    assert names(person)["ILMO"] is False
    assert company.identifiers == (number("registration", "1027700132195"),)


def test_a_firm_debarred_twice_is_one_entry_with_its_other_names() -> None:
    firm, person = read("world_bank.json").entries
    assert list(names(firm)) == ["BALTERRA CONSULT D.O.O.", "BALTERRA ENGINEERING"]
    assert firm.countries == ("RS",)
    assert firm.programmes == (
        "Procurement Guidelines 1.16(a)(ii) (debarred from 2024-03-04 to 2029-03-03)",
        "Consultant Guidelines (debarred from 2025-05-05 to 2030-05-04)",
    )
    assert (person.kind, person.name) == (EntryKind.PERSON, "ONESIMUS TARKWA")
    assert person.programmes == ("Cross debarment (debarred from 2010-01-12)",)


def test_a_published_case_of_edes_is_read_behind_its_first_line() -> None:
    (case,) = read("edes.json").entries
    assert list(names(case)) == ["Vestamar Projects SRL", "Vestamar Srl"]
    assert (case.countries, case.listed_on) == (("IT",), "2025-01-01")
    assert case.programmes == ("Exclusion, from 2025-01-01 to 2028-01-01",)


def test_entities_of_follow_the_money_gather_their_papers_and_sanctions() -> None:
    file = read("collection.jsonl")
    person, company = file.entries
    assert names(person) == {"Jelena Branković": True, "Јелена Бранковић": True, "Lena": False}
    assert (person.births, person.countries, person.gender) == (("1979-05",), ("RS",), "female")
    assert person.identifiers == (number("passport", "008812345", "RS"),)
    assert (person.programmes, person.listed_on) == (("Western Balkans",), "2023-06-01")
    assert names(company) == {"Branko Invest AD": True, "Branko Kapital": True}
    assert company.identifiers == (
        number("registration", "20881199"),
        number("lei", "5493001KJTIIGC8Y1R12"),
    )


def test_a_collection_can_be_loaded_as_a_list_of_its_own() -> None:
    file = read_list("opensanctions", (LISTS / "collection.jsonl").read_bytes())
    assert {one.source for one in file.entries} == {"opensanctions"}


def test_an_own_list_is_a_simple_table() -> None:
    company, person = read("own.csv").entries
    assert names(company) == {"Facade & Søn ApS": True, "Facade og Soen": True, "Facade Byg": True}
    assert company.identifiers[0] == number("registration", "91204711", "DK")
    assert company.programmes == ("Terminated 2025 for breach of the labour clause",)
    assert names(person) == {"Torkild Bæk": True, "Tork": False}
    assert (person.births, person.countries) == (("1971-02-03",), ("DK",))


def test_the_rows_of_the_eu_table_are_put_together() -> None:
    file = read("eu.csv")
    assert file.list_date == datetime.date(2026, 11, 20)
    person, company = file.entries
    assert names(person) == {"Zmicier KARATKEVICH": True, "Dzima": False}
    assert (person.births, person.countries) == (("1966-07-21",), ("BY",))
    assert person.identifiers == (number("passport", "MP1180022", "BY"),)
    assert company.name == 'Handelshaus "Neman"; Grodno'
    assert company.kind is EntryKind.ORGANISATION


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("10 Dec 1948", "1948-12-10"),
        ("Dec 1948", "1948-12"),
        ("1948", "1948"),
        ("circa 1961", "1961"),
        ("circa 12 May 1961", "1961"),
        ("1960 to 1962", "1960/1962"),
        ("01 Jan 1960 to 31 Dec 1960", "1960"),
        ("dd/mm/1971", "1971"),
        ("dd/03/1971", "1971-03"),
        ("31/02/1971", "1971-02"),
        ("1971-02-03T00:00:00", "1971-02-03"),
        ("00/00/0000", ""),
        ("unknown", ""),
        ("", ""),
    ],
)
def test_dates_of_birth_keep_their_precision(said: str, read: str) -> None:
    assert birth_of(said) == read


# ---------------------------------------------------------------- hostile and damaged files


def sample(name: str) -> bytes:
    return (LISTS / name).read_bytes()


DEEP = b'{"response": {"ZPROCSUPP": ' + b"[" * 200_000
ENTITY = b'<?xml version="1.0"?><!DOCTYPE Designations [<!ENTITY a "b">]><Designations>&a;'


@pytest.mark.parametrize(
    ("source", "data", "reason"),
    [
        ("us-sdn", sample("sdn.xml")[:-200], "breaks off or is damaged"),
        ("us-sdn", sample("ofac/alt.csv"), "not XML|is missing"),
        ("us-sdn", sample("ofac/sdn.csv")[:-300], "breaks off or is damaged"),
        ("us-sdn", pack({"sdn.csv": sample("ofac/sdn.csv"), "alt.csv": b'77,1,"aka","A",-0- '}),
         "names the entry 77, which the list does not have"),
        ("us-sdn", sample("sdn_advanced.xml").replace(b'ID="1571">', b'ID="1">'),
         "the reference set of IDRegDocType does not explain 1571"),
        ("us-sdn", sample("sdn_advanced.xml").replace(b'ProfileID="9102"', b'ProfileID="1"'),
         "names the profile 1, which is not there"),
        ("us-sdn", sample("uk.xml"), "the root element is 'Designations', not 'sdnList'"),
        ("uk", ENTITY, "declares a document type"),
        ("uk", sample("uk.xml").replace(b"<UniqueID>RUS9002</UniqueID>", b""), "no UniqueID"),
        ("uk", sample("uk.csv")[:-60], "breaks off or is damaged"),
        ("uk", sample("uk.csv").replace(b"Name 1,", b"Given,"), "no column 'Name 1'"),
        ("uk", sample("uk.csv").replace("Ильмари".encode(), b"\xff\xfe\xfd"), "is not text"),
        ("uk", sample("uk.csv").replace(b"Kalevovich", b"Kale\x00"), "holds a NUL"),
        ("uk", sample("uk.csv").replace(b"Kalevovich", b"K" * 200_000), "field larger than"),
        ("world-bank", b"", "the file is empty"),
        ("world-bank", sample("world_bank.json")[:-30], "breaks off or is no JSON"),
        ("world-bank", DEEP, "nested too deeply"),
        ("world-bank", b'{"response": {"ZPROCSUPP": "x"}}', "is no list of firms"),
        ("world-bank", b"[]", "no response with ZPROCSUPP"),
        ("world-bank", b'{"response": {"ZPROCSUPP": [{}]}}', "no SUPP_ID"),
        ("world-bank", b'{"response": {"ZPROCSUPP": []}}', "holds no entries"),
        ("world-bank", sample("world_bank.json").replace(b"Serbia", b"\xff"), "is not UTF-8"),
        ("edes", b"<html>", "breaks off or is no JSON|is empty"),
        ("own", sample("collection.jsonl")[:-40], "line 6 breaks off"),
        ("own", b'{"schema": 1, "properties": {}}', "line 1 is no entity"),
        ("own", b'{"id": "a", "schema": "x", "properties": {}}\n[1]', "line 2 is no object"),
        ("own", sample("own.csv").replace(b"Torkild B", b"T" * 5_001), "k-2 has a name of"),
        ("edes", sample("edes.json").replace(b"Vestamar Srl", b"V " * 90_000), "a value has more"),
        ("own", sample("own.csv").replace(b"k-2,", b"k-1,"), "k-1 is in the file twice"),
        ("own", sample("own.csv").replace(b"Person", b"Dragon"), "the schema 'dragon'"),
        ("own", sample("own.csv").replace("Torkild Bæk,,Tork".encode(), b",,"), "k-2 has no name"),
        ("eu", sample("eu.csv")[:-20], "breaks off or is damaged"),
    ],
)  # fmt: skip
def test_a_damaged_or_hostile_file_is_refused_with_its_reason(
    source: str, data: bytes, reason: str
) -> None:
    with pytest.raises(UnreadableList, match=reason):
        read_list(source, data)


def test_what_is_in_no_format_is_refused_and_says_which_there_are() -> None:
    for data in (b"MZ\x90\x00", b"hello", b"<html></html>", b"{}", b"a,b,c\n1,2,3\n"):
        with pytest.raises(UnreadableList, match="in none of the formats known here: edes-json"):
            read_any(data)


def test_a_table_in_utf_16_is_read() -> None:
    text = sample("own.csv").decode()
    assert len(read_list("own", text.encode("utf-16")).entries) == 2


def test_an_own_list_between_semicolons_is_read() -> None:
    assert read_any("id;schema;name\nx;Company;A/S Ø\n".encode()).entries[0].name == "A/S Ø"


def test_files_packed_as_one_are_the_same_version_each_time(tmp_path: Path) -> None:
    files = {path.name: path.read_bytes() for path in (LISTS / "ofac").iterdir()}
    assert pack(files) == pack(dict(reversed(files.items())))
    assert unpack(pack(files)) == files
    packed, beside = read_list("us-sdn", pack(files)), read("ofac/sdn.csv")
    assert (packed.sha256, packed.entries) == (beside.sha256, beside.entries)
    shutil.make_archive(str(tmp_path / "sdn"), "zip", LISTS / "ofac")
    assert read_any(tmp_path / "sdn.zip").entries == beside.entries


def test_an_archive_that_unpacks_to_more_than_a_list_is_refused() -> None:
    bomb = pack({"sdn.csv": b"0" * (LARGEST + 1)})
    assert len(bomb) < 1_000_000
    with pytest.raises(UnreadableList, match="unpacks to more than"):
        unpack(bomb)
    with pytest.raises(UnreadableList, match="more than 8 files"):
        unpack(pack({f"{number}.csv": b"" for number in range(9)}))
    with pytest.raises(UnreadableList, match="damaged"):
        unpack(pack({"sdn.csv": b"abc"})[:-20])


def test_a_line_longer_than_any_entity_is_refused() -> None:
    long = json.dumps({"id": "a", "schema": "Person", "properties": {"name": ["x" * 6_000_000]}})
    with pytest.raises(UnreadableList, match="line 1 has more than"):
        read_list("own", long.encode())
