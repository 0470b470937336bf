"""The official lists: what is read from them, and what is refused with its reason."""

import datetime

import pytest

from services.screening.domain import EntryKind, ListedIdentifier, ListedName
from services.screening.lists import UnreadableList, read_list
from services.screening.lists.countries import code_of
from tests.screening.stage import SAMPLES, eu_entry, eu_list

UN_PERSON = """
<INDIVIDUAL><DATAID>6908021</DATAID><FIRST_NAME>EMERY</FIRST_NAME>
<SECOND_NAME>NDUWARUGIRA</SECOND_NAME><UN_LIST_TYPE>DRC</UN_LIST_TYPE>
<REFERENCE_NUMBER>CDi.902</REFERENCE_NUMBER><LISTED_ON>2016-03-01</LISTED_ON>
<GENDER>Male</GENDER>
<NAME_ORIGINAL_SCRIPT>إيمري ندواروجيرا</NAME_ORIGINAL_SCRIPT>
<NATIONALITY><VALUE>Democratic Republic of the Congo</VALUE></NATIONALITY>
<INDIVIDUAL_ALIAS><QUALITY>Good</QUALITY><ALIAS_NAME>Emeri N.; Emery Nduwa</ALIAS_NAME>
</INDIVIDUAL_ALIAS>
<INDIVIDUAL_ALIAS><QUALITY>Low</QUALITY><ALIAS_NAME>Tigre</ALIAS_NAME></INDIVIDUAL_ALIAS>
<INDIVIDUAL_ALIAS><QUALITY/><ALIAS_NAME/></INDIVIDUAL_ALIAS>
<INDIVIDUAL_ADDRESS><COUNTRY>Rwanda</COUNTRY></INDIVIDUAL_ADDRESS>
{births}
<INDIVIDUAL_DOCUMENT><TYPE_OF_DOCUMENT>Passport</TYPE_OF_DOCUMENT><NUMBER>OB 0814</NUMBER>
<ISSUING_COUNTRY>Türkiye</ISSUING_COUNTRY></INDIVIDUAL_DOCUMENT>
</INDIVIDUAL>"""


def un_list(*records: str, entities: str = "") -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<CONSOLIDATED_LIST dateGenerated="2026-11-18T00:00:08.412Z">'
        f"<INDIVIDUALS>{''.join(records)}</INDIVIDUALS><ENTITIES>{entities}</ENTITIES>"
        "</CONSOLIDATED_LIST>"
    ).encode()


def birth(inner: str) -> str:
    return f"<INDIVIDUAL_DATE_OF_BIRTH>{inner}</INDIVIDUAL_DATE_OF_BIRTH>"


def test_a_un_person_is_read_with_everything_that_is_said_of_it() -> None:
    births = birth("<TYPE_OF_DATE>EXACT</TYPE_OF_DATE><DATE>1969-05-14</DATE>")
    file = read_list("un", un_list(UN_PERSON.format(births=births)))
    assert file.list_date == datetime.date(2026, 11, 18)
    (entry,) = file.entries
    assert (entry.entry_id, entry.kind) == ("CDi.902", EntryKind.PERSON)
    assert [(name.text, name.strong) for name in entry.names] == [
        ("EMERY NDUWARUGIRA", True),
        ("إيمري ندواروجيرا", True),
        ("Emeri N.", True),
        ("Emery Nduwa", True),
        ("Tigre", False),
    ]
    assert entry.births == ("1969-05-14",)
    assert entry.countries == ("CD", "RW")
    assert entry.identifiers == (ListedIdentifier(kind="passport", number="OB 0814", country="TR"),)
    assert (entry.gender, entry.programmes, entry.listed_on) == ("male", ("DRC",), "2016-03-01")


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("<TYPE_OF_DATE>EXACT</TYPE_OF_DATE><YEAR>1971</YEAR>", ("1971",)),
        ("<TYPE_OF_DATE>APPROXIMATELY</TYPE_OF_DATE><DATE>1971-02-03</DATE>", ("1971",)),
        ("<TYPE_OF_DATE>BETWEEN</TYPE_OF_DATE><FROM_YEAR>1973</FROM_YEAR><TO_YEAR>1974</TO_YEAR>",
         ("1973/1974",)),
        ("<TYPE_OF_DATE/>", ()),
        ("<DATE>31 of May</DATE>", ()),
    ],
)  # fmt: skip
def test_un_dates_of_birth_keep_their_precision(said: str, read: tuple[str, ...]) -> None:
    file = read_list("un", un_list(UN_PERSON.format(births=birth(said))))
    assert file.entries[0].births == read


def test_an_eu_entry_is_read_with_everything_that_is_said_of_it() -> None:
    file = read_list("eu", (SAMPLES / "lists/eu-v2.xml").read_bytes())
    assert file.list_date == datetime.date(2026, 11, 21)
    assert len(file.entries) == 36
    entry = next(entry for entry in file.entries if entry.entry_id == "90301")
    assert entry.kind is EntryKind.PERSON
    assert entry.name == "Vsevolod Tikhonovich ZHARKOVETSKIY"
    assert ListedName(text="Всеволод Тихонович ЖАРКОВЕЦКИЙ") in entry.names
    assert entry.births == ("1968-03-17",)
    assert entry.countries == ("BY",)
    assert entry.identifiers == (ListedIdentifier(kind="passport", number="MP9900417"),)
    assert entry.programmes == ("BLR",)
    assert entry.publication == "https://eur-lex.europa.eu/eli/reg/2006/765/oj"


def test_a_weak_alias_of_the_eu_is_weak() -> None:
    file = read_list("eu", (SAMPLES / "lists/eu-v1.xml").read_bytes())
    wagner = next(entry for entry in file.entries if entry.entry_id == "4479")
    assert wagner.kind is EntryKind.ORGANISATION
    weak = [name.text for name in wagner.names if not name.strong]
    assert weak == ["Liga", "League"]


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ('year="1957" circa="true"', "1957"),
        ('year="1957" monthOfYear="4" circa="false"', "1957-04"),
        ('birthdate="1957-04-02" circa="false"', "1957-04-02"),
        ('birthdate="1957-04-02" year="1957" monthOfYear="4" dayOfMonth="2" circa="true"', "1957"),
    ],
)
def test_eu_dates_of_birth_keep_their_precision(said: str, read: str) -> None:
    entry = eu_entry(1, "A B").replace("<subjectType", f"<birthdate {said}/><subjectType")
    assert read_list("eu", eu_list(entry)).entries[0].births == (read,)


def test_the_hash_of_an_entry_covers_what_is_said_and_not_the_order() -> None:
    first = read_list("eu", eu_list(eu_entry(1, "A B", "C D"))).entries[0]
    again = read_list("eu", eu_list(eu_entry(1, "C D", "A B"))).entries[0]
    other = read_list("eu", eu_list(eu_entry(1, "A B", weak=["C D"]))).entries[0]
    assert first.content == again.content
    assert first.content != other.content


def test_the_same_file_has_the_same_version() -> None:
    data = eu_list(eu_entry(1, "A B"))
    assert read_list("eu", data).sha256 == read_list("eu", data).sha256
    assert len(read_list("eu", data).sha256) == 64


GOOD = eu_list(eu_entry(1, "A B"))
BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE export [<!ENTITY a "aaaaaaaaaa">'
    b'<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    b'<export xmlns="http://eu.europa.ec/fpi/fsd/export" generationDate="&b;"/>'
)
OUTSIDE = (
    b'<?xml version="1.0"?><!DOCTYPE export SYSTEM "file:///etc/passwd">'
    b'<export xmlns="http://eu.europa.ec/fpi/fsd/export"/>'
)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "the file is empty"),
        (b"  \n ", "the file is empty"),
        (b"entry_id;name\n1;A B\n", "the file is not XML"),
        (GOOD[:-60], "breaks off or is damaged at line 1"),
        (GOOD + b"<more/>", "breaks off or is damaged"),
        (un_list(UN_PERSON.format(births="")), "the root element is 'CONSOLIDATED_LIST', not"),
        (GOOD.replace(b"fpi/fsd", b"fpi/xyz"), "the root element is 'export', not 'export'"),
        (eu_list(), "the file holds no entries"),
        (eu_list(eu_entry(1, "A B"), eu_entry(1, "C D")), "the entry 1 is in the file twice"),
        (eu_list(eu_entry(1)), "entry 1 has no name"),
        (GOOD.replace(b'logicalId="1"', b""), "neither a logicalId nor an euReferenceNumber"),
        (BOMB, "declares a document type"),
        (OUTSIDE, "declares a document type"),
        (GOOD.replace(b"A B", b"A \xff\xfe B"), "breaks off or is damaged"),
        (GOOD.replace(b"A B", b"A &undeclared; B"), "breaks off or is damaged"),
        (GOOD.replace(b"UTF-8", b"EBCDIC-9"), "the file is not XML"),
        (b"<a>" * 40 + b"</a>" * 40, "the root element is 'a'"),
        (GOOD.replace(b"</export>", b"<x>" * 40 + b"</x>" * 40 + b"</export>"), "deep in each"),
        (eu_list(eu_entry(1, *(f"N{i}" for i in range(20_001)))), "more than 20000 parts"),
    ],
)
def test_what_is_no_whole_list_is_refused_with_the_reason(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableList, match=reason):
        read_list("eu", data)


def test_a_list_in_another_encoding_that_says_so_is_read() -> None:
    text = GOOD.decode().replace("A B", "Søren Åberg").replace("UTF-8", "UTF-16")
    assert read_list("eu", text.encode("utf-16")).entries[0].name == "Søren Åberg"


def test_a_list_that_has_no_reader_is_refused() -> None:
    with pytest.raises(UnreadableList, match="no reader for the list xx; there are edes, eu"):
        read_list("xx", GOOD)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Iran (Islamic Republic of)", "IR"),
        ("Democratic People's Republic of Korea", "KP"),
        ("Democratic People\u2019s  Republic of Korea", "KP"),
        ("Türkiye", "TR"),
        ("Turkey", "TR"),
        ("na", None),
        ("", None),
    ],
)
def test_countries_are_known_by_the_names_that_lists_give_them(name: str, code: str | None) -> None:
    assert code_of(name) == code
