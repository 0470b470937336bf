"""ESPD responses of all versions: what each of them says, field by field."""

from datetime import date
from pathlib import Path

import pytest

from services.onboarding.readers import NotUnderstood, read_document
from services.onboarding.readers.criteria import GROUND_OF
from services.onboarding.readers.reading import Reading
from services.onboarding.understanding import understand
from shared.persons import PersonKey

OURS = Path(__file__).parents[2] / "samples" / "espd"
OFFICIAL = Path(__file__).parents[3] / "shared" / "data" / "espd"
KEY = PersonKey(b"k" * 32)

COMPANIES = [
    ("nordlys", "dk-cvr-92431185", "Nordlys Rengøring A/S", "Aalborg", "RN-2026-014"),
    ("baltic", "dk-cvr-93587278", "Baltic Facility Group ApS", "Aarhus", "RN-2026-014"),
    ("hansen-holm", "dk-cvr-94610346", "Hansen & Holm Service ApS", "Vejle", "RN-2026-014"),
    ("oresund", "dk-cvr-95718426", "Øresund Clean ApS", "København", "RN-2026-014"),
    ("fyns", "dk-cvr-96832516", "Fyns Hygiejne A/S", "Odense", "RN-2026-014"),
    ("malardalen", "se-orgnr-5599874129", "Mälardalens Textilservice AB", "Väs", "RN-2026-021"),
]

DIRECTORS = {
    "nordlys": "Lykke Brandstrup Kvist",
    "baltic": "Kirsten Vinther Aagaard",
    "hansen-holm": "Jørgen Hvidkjær Holm",
    "oresund": "Henrik Lindholt Bjerre",
    "fyns": "Anne-Dorthe Kildegaard",
    "malardalen": "Ingrid Sjöstrand Hallgren",
}


@pytest.mark.parametrize(("key", "id", "name", "town", "procedure"), COMPANIES)
def test_every_field_of_our_samples_is_read(
    key: str, id: str, name: str, town: str, procedure: str
) -> None:
    data = (OURS / f"{key}-espd-4.1.0.xml").read_bytes()
    understood = understand(read_document(data), KEY)
    assert understood.party is not None
    assert understood.party.party_id == id
    assert understood.party.name == name
    assert understood.party.country == ("SE" if key == "malardalen" else "DK")
    assert town in (understood.party.address or "")
    assert "@" in (understood.party.contact or "")
    assert understood.issued == date(2026, 11, 12)
    assert understood.reference == procedure
    assert [person.name for person in understood.persons] == [DIRECTORS[key]]
    grounds = {a.ground: a.value for a in understood.answers if a.ground}
    assert grounds == dict.fromkeys(GROUND_OF.values(), False)
    assert understood.problems == ()
    values = {field.name: field.value for field in understood.fields}
    assert values["version"] == "4.1.0"
    assert values["role"] in ("sole-tenderer", "subcont")
    assert all(field.method == "xml" and field.place for field in understood.fields)


def test_the_main_supplier_names_its_subcontractors_with_their_shares() -> None:
    understood = understand(read_document((OURS / "nordlys-espd-4.1.0.xml").read_bytes()), KEY)
    named = [
        (n.party.party_id, n.party.name, n.share and n.share.minimum) for n in understood.named
    ]
    assert named == [
        ("dk-cvr-93587278", "Baltic Facility Group ApS", 25),
        ("dk-cvr-94610346", "Hansen & Holm Service ApS", 15),
    ]


def official(name: str) -> Reading:
    file = OFFICIAL / name
    if not file.exists():
        pytest.skip("the official ESPD samples do not lie beside this repository")
    return read_document(file.read_bytes())


UNANSWERED = ("EX-B1", "EX-B2")

EXPECTED = {
    "ESPD-Response-1.0.2-response_eo_party_only_vat_number_scheme_id.xml": {
        "version": "1.0.2",
        "issued": date(2016, 8, 18),
        "name": "Dell",
        "country": "AT",
        "numbers": [("this is bogus", "Bogus"), ("BE0999999999", "VAT_Number")],
        "reference": "544",
        "grounds": {"EX-A1": False},
        "criteria": 1,
    },
    "ESPD-Response-1.0.2-subcontracting_third_parties.xml": {
        "version": "1.0.2",
        "issued": date(2016, 2, 29),
        "name": "",
        "country": None,
        "numbers": [],
        "reference": "",
        "grounds": {},
        "criteria": 1,
    },
    "ESPD-Response-2.1.1-basic.xml": {
        "version": "2.1.1",
        "issued": date(2019, 11, 21),
        "name": "__EoName",
        "country": "DE",
        "numbers": [("DE153301871", "")],
        "reference": "PP.20170419.1024-9",
        "grounds": dict.fromkeys(GROUND_OF.values(), True),
        "criteria": 65,
    },
    "ESPD-Response-4.1.0.xml": {
        "version": "4.1.0",
        "issued": date(2025, 12, 9),
        "name": "__Procurer Official Name__",
        "country": "BE",
        "numbers": [("AD123456789", "")],
        "reference": "PP.20170419.1024-9",
        "grounds": dict.fromkeys(GROUND_OF.values(), True) | dict.fromkeys(UNANSWERED),
        "criteria": 62,
    },
}


@pytest.mark.parametrize("name", EXPECTED)
def test_every_version_gives_the_same_fields(name: str) -> None:
    expected, reading = EXPECTED[name], official(name)
    assert reading.about is not None
    assert reading.fields[0].value == expected["version"]
    assert reading.issued == expected["issued"]
    assert reading.about.name == expected["name"]
    assert reading.about.country == expected["country"]
    assert [(n.text, n.scheme) for n in reading.about.numbers] == expected["numbers"]
    assert reading.reference == expected["reference"]
    assert {a.ground: a.value for a in reading.answers if a.ground} == expected["grounds"]
    assert len(reading.answers) == expected["criteria"]


def test_what_is_not_answered_is_not_a_no() -> None:
    reading = official("ESPD-Response-4.1.0.xml")
    assert {a.ground: a.value for a in reading.answers}["EX-B1"] is None
    assert "it leaves these grounds for exclusion unanswered: EX-B1, EX-B2" in reading.problems


def test_a_yes_means_that_the_ground_exists_and_needs_a_person() -> None:
    reading = official("ESPD-Response-2.1.1-basic.xml")
    assert any(
        p.startswith("it says that these grounds for exclusion exist") for p in reading.problems
    )


def test_dates_periods_and_self_cleaning_are_read_with_their_place() -> None:
    reading = official("ESPD-Response-4.1.0.xml")
    crime = next(a for a in reading.answers if a.ground == "EX-A1")
    details = {field.place: field.value for field in crime.details}
    assert details["C1_EG_crime-org/QG1/QSG1/Q1/R1/R1"] == "2000-01-01"
    assert details["C1_EG_crime-org/QG1/QSG1/Q4/R1/R1"] == "2017-01-01 to 2017-12-12"
    assert details["C1_EG_crime-org/QG1/QSG1/QSG1/Q1/R1/R1"] == "true"


def test_text_about_a_conviction_stays_in_the_document() -> None:
    """Whoever was convicted is named there: data about offences (GDPR Art 10)."""
    reading = official("ESPD-Response-4.1.0.xml")
    crime = next(a for a in reading.answers if a.ground == "EX-A1")
    assert not any("Convicted person" in field.value for field in crime.details)


def test_every_criterion_belongs_to_a_part_of_the_form() -> None:
    for name in ("ESPD-Response-2.1.1-basic.xml", "ESPD-Response-4.1.0.xml"):
        parts = [answer.part for answer in official(name).answers]
        assert parts.count("exclusion") == 24
        assert parts.count("selection") >= 30


def test_subcontractors_in_free_text_are_left_to_a_person() -> None:
    reading = official("ESPD-Response-1.0.2-subcontracting_third_parties.xml")
    assert reading.named == ()
    assert "it names subcontractors in free text: a person must enter them" in reading.problems


def test_repeated_answers_are_paired_by_their_place_and_not_by_their_order() -> None:
    text = (OURS / "nordlys-espd-4.1.0.xml").read_text()
    first, second = "QG1/QSG1/Q2/R1/R1", "QG1/QSG1/Q2/R1/R2"
    swapped = text.replace(first, "first").replace(second, first).replace("first", second)
    understood = understand(read_document(swapped.encode()), KEY)
    assert {n.party.name: n.party.party_id for n in understood.named} == {
        "Baltic Facility Group ApS": "dk-cvr-94610346",
        "Hansen & Holm Service ApS": "dk-cvr-93587278",
    }


def test_the_request_for_an_espd_is_not_an_answer() -> None:
    request = b'<ESPDRequest xmlns="urn:grow:names:specification:ubl:schema:xsd:ESPDRequest-1"/>'
    with pytest.raises(NotUnderstood, match="the request for an ESPD"):
        read_document(request)
