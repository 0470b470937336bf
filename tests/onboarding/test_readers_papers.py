"""Certificates, lists and statements: every field of the samples, with its place."""

from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook

from services.onboarding.domain import Understanding
from services.onboarding.readers import read_document
from services.onboarding.readers.known.serviceattest import read as read_serviceattest
from services.onboarding.readers.pdf import Line, Text
from services.onboarding.readers.values import day_of, money_of
from services.onboarding.understanding import understand
from shared.persons import PersonKey

SAMPLES = Path(__file__).parents[2] / "samples"
OFFICIAL = Path(__file__).parents[3] / "shared" / "data" / "bods"


def understood(path: str) -> Understanding:
    return understand(read_document((SAMPLES / path).read_bytes()), PersonKey(b"k" * 32))


PAPERS = {
    "pdf/serviceattest-nordlys.pdf": (
        "serviceattest",
        "dk-cvr-92431185",
        date(2026, 11, 16),
        None,
        {"number": "SA-2026-1104731", "remark": "no", "cvr": "92431185"},
    ),
    "pdf/serviceattest-baltic.pdf": (
        "serviceattest",
        "dk-cvr-93587278",
        date(2026, 11, 16),
        None,
        {"number": "SA-2026-1104788", "remark": "no", "atp": "Ingen forfalden gæld"},
    ),
    "pdf/serviceattest-hansen-holm.pdf": (
        "serviceattest",
        "dk-cvr-94610346",
        date(2026, 11, 17),
        None,
        {"remark": "yes", "skatteforvaltningen": "Forfalden gæld: DKK 140.000"},
    ),
    "pdf/serviceattest-oresund.pdf": (
        "serviceattest",
        "dk-cvr-95718426",
        date(2026, 11, 19),
        None,
        {"remark": "no", "erhvervsstyrelsen": "Status: Normal"},
    ),
    "pdf/serviceattest-fyns.pdf": (
        "serviceattest",
        "dk-cvr-96832516",
        date(2026, 11, 20),
        None,
        {"remark": "no", "skifteretten": "Ingen konkurs eller rekonstruktion"},
    ),
    "pdf/betaling-hansen-holm.pdf": (
        "payment-confirmation",
        "dk-cvr-94610346",
        date(2026, 11, 20),
        None,
        {"number": "GS-2026-0088412", "paid": "140000 DKK", "left": "0 DKK"},
    ),
    "pdf/iso-9001-nordlys.pdf": (
        "iso-9001",
        "dk-cvr-92431185",
        date(2025, 12, 1),
        date(2028, 11, 30),
        {
            "number": "PC-QMS-25-00417",
            "body": "Polarstjernen Certificering A/S",
            "edition": "2015",
            "accreditation": "nr. 9907 - ledelsessystemer",
        },
    ),
    "pdf/iso-9001-fyns.pdf": (
        "iso-9001",
        "dk-cvr-96832516",
        date(2025, 12, 1),
        date(2028, 11, 30),
        {"number": "PC-QMS-25-00583"},
    ),
    "pdf/skatteverket-malardalen.pdf": (
        "skatteverket",
        "se-orgnr-5599874129",
        date(2026, 11, 17),
        None,
        {"number": "SKV-2026-337105", "f_skatt": "yes", "vat": "yes", "employer": "yes"},
    ),
    "pdf/bolagsverket-malardalen.pdf": (
        "bolagsverket",
        "se-orgnr-5599874129",
        date(2026, 11, 16),
        None,
        {"registered": "2011-03-28", "capital": "500 000 SEK"},
    ),
}


@pytest.mark.parametrize("path", PAPERS)
def test_every_field_of_a_paper_is_read(path: str) -> None:
    kind, party_id, issued, valid_until, values = PAPERS[path]
    paper = understood(path)
    assert (paper.kind, paper.issued, paper.valid_until) == (kind, issued, valid_until)
    assert paper.party is not None
    assert paper.party.party_id == party_id
    assert paper.problems == ()
    found = {field.name: field.value for field in paper.fields}
    assert {name: found.get(name) for name in values} == values
    assert all(f.place.startswith("page 1") and f.confidence >= 0.9 for f in paper.fields)


def test_the_sites_of_a_certificate_are_read_one_by_one() -> None:
    sites = [f.value for f in understood("pdf/iso-9001-nordlys.pdf").fields if f.name == "site"]
    assert len(sites) == 3
    assert sites[1] == "Drift, Sygehus Nord Nordkapvej 2, 9800 Hjørring"


def test_a_serviceattest_speaks_to_the_grounds_of_its_authorities() -> None:
    findings = {f.ground: f for f in understood("pdf/serviceattest-hansen-holm.pdf").findings}
    debt = findings["EX-B1"]
    assert debt.remark
    assert debt.owed is not None
    assert (debt.owed.amount, debt.owed.currency) == (140_000, "DKK")
    assert [g for g, f in findings.items() if f.remark] == ["EX-B1"]
    assert {"EX-B2", "EX-D1", "EX-A1", "EX-A6"} <= findings.keys()


def test_a_list_of_subcontractors_gives_party_share_service_and_start() -> None:
    paper = understood("xlsx/underleverandoerer-nordlys.xlsx")
    assert paper.reference == "RN-2026-014"
    rows = [(n.party.party_id, n.share and n.share.minimum, n.tier, n.starts) for n in paper.named]
    assert rows == [
        ("dk-cvr-93587278", 25, 1, date(2026, 12, 1)),
        ("dk-cvr-94610346", 15, 1, date(2026, 12, 1)),
    ]
    assert paper.named[0].party.contact == "office@baltic-facility.example"
    assert paper.named[0].service == "Daglig rengøring, sengeafsnit, Sygehus Nord"


def test_a_wrong_number_in_a_list_of_subcontractors_is_told_with_its_name() -> None:
    book = Workbook()
    book.worksheets[0].append(["Navn", "CVR-nr.", "Andel"])
    book.worksheets[0].append(["Baltic Facility Group ApS", 93587279, "25,5 %"])
    book.worksheets[0].append(["Hansen & Holm Service ApS", "94610346", "150"])
    out = BytesIO()
    book.save(out)
    paper = understand(read_document(out.getvalue()), PersonKey(b"k" * 32))
    assert [n.share and n.share.minimum for n in paper.named] == [25.5, None]
    assert [n.party.party_id[:4] for n in paper.named] == ["org-", "dk-c"]
    share, number = paper.problems
    assert share == "Sheet, row 3: the share is no per cent from 0 to 100"
    assert number.startswith("the number of subcontractor Baltic Facility Group ApS: a CVR number")


OWNERS = {
    "nordlys": {"Lykke Brandstrup Kvist": 70, "Mads Ellegaard Toft": 30},
    "baltic": {"Vsevolod Zharkovetskij": 60, "Kirsten Vinther Aagaard": 40},
    "hansen-holm": {"Ajgul Berdikenova": 20, "Jørgen Hvidkjær Holm": 80},
    "oresund": {"Stepan Kyrdjaliev": 100},
    "fyns": {"Anne-Dorthe Kildegaard": 55, "Preben Østerlund Skov": 45},
    "malardalen": {"Ingrid Sjöstrand Hallgren": 100},
}


@pytest.mark.parametrize("key", OWNERS)
def test_each_owner_has_one_stake_although_shares_and_votes_are_declared(key: str) -> None:
    (ownership,) = understood(f"bods/{key}.json").ownership
    stakes = {s.owner.name: s.share.maximum for s in ownership.stakes if s.owner}
    assert stakes == OWNERS[key]
    assert all(s.interest == "shareholding" and s.direct for s in ownership.stakes)


def test_an_owner_and_a_signatory_of_the_same_name_and_birth_date_are_one_person() -> None:
    (ownership,) = understood("bods/nordlys.json").ownership
    espd = understood("espd/nordlys-espd-4.1.0.xml")
    owners = {s.owner.name: s.owner.party_id for s in ownership.stakes if s.owner}
    assert owners["Lykke Brandstrup Kvist"] == espd.persons[0].party_id


def test_indirect_ownership_is_told_company_by_company() -> None:
    file = OFFICIAL / "indirect-ownership.json"
    if not file.exists():
        pytest.skip("the official BODS examples do not lie beside this repository")
    paper = understand(read_document(file.read_bytes()), PersonKey(b"k" * 32))
    told = {
        o.company.name: [(s.owner and s.owner.name, s.share.minimum, s.direct) for s in o.stakes]
        for o in paper.ownership
    }
    assert told == {
        "Company A": [("Company B", 60, True), ("Person 1", 30, False)],
        "Company B": [("Person 1", 0, True)],
    }
    person = {s.owner.party_id for o in paper.ownership for s in o.stakes if s.owner} - {
        "gb-coh-xe1010"
    }
    assert len(person) == 1


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("16-11-2026", date(2026, 11, 16)),
        ("den 16.11.2026", date(2026, 11, 16)),
        ("2026-11-16", date(2026, 11, 16)),
        ("16. november 2026", date(2026, 11, 16)),
        ("1 maj 2026", date(2026, 5, 1)),
        ("31-02-2026", None),
        ("no day at all", None),
    ],
)
def test_dates_are_read_as_they_are_written_here(text: str, day: date | None) -> None:
    assert day_of(text) == day


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("DKK 140.000", 140_000, "DKK"),
        ("på 100.000 kr. eller derover", 100_000, "DKK"),
        ("1.250.000,50 DKK", 1_250_000.5, "DKK"),
        ("99.999 kr", 99_999, "DKK"),
        ("EUR 12 500", 12_500, "EUR"),
        ("0 kr 2026-11-17", 0, "DKK"),
    ],
)
def test_amounts_are_read_as_they_are_written_here(text: str, amount: float, currency: str) -> None:
    money = money_of(text, "DKK")
    assert money is not None
    assert (money.amount, money.currency) == (amount, currency)


def test_a_number_without_a_currency_is_no_amount() -> None:
    assert money_of("nr. 6", "DKK") is None


def test_a_serviceattest_that_contradicts_itself_is_left_to_a_person() -> None:
    lines = [
        "Serviceattest",
        "Udstedelsesdato 16-11-2026",
        "CVR-nummer 92431185",
        "Serviceattesten er udstedt UDEN anmærkninger.",
        "[ ] Uden anmærkninger [X] Med anmærkninger",
        "Myndighed Kontrolleret efter Resultat",
        "Skatteforvaltningen Udbudsloven § 135, stk. 3 Forfalden gæld: DKK 140.000",
    ]
    text = Text([Line(line, 1, number) for number, line in enumerate(lines, start=1)])
    problems = read_serviceattest(text).problems
    assert "it does not say clearly whether there are remarks" in problems
    assert "it does not show what ATP says" in problems
