"""The other types of documents: every field of the samples, with its place on the page."""

from datetime import date
from pathlib import Path

import pytest

from services.onboarding.domain import Understanding
from services.onboarding.readers import kinds, open_document, read_document, readers
from services.onboarding.understanding import understand
from shared.persons import PersonKey

SAMPLES = Path(__file__).parents[2] / "samples"
NORDLYS, FYNS, MALARDALEN = "dk-cvr-92431185", "dk-cvr-96832516", "se-orgnr-5599874129"


def understood(path: str) -> Understanding:
    return understand(read_document((SAMPLES / path).read_bytes()), PersonKey(b"k" * 32))


Row = tuple[str, str | None, date | None, date | None, dict[str, str], tuple[str, ...]]

MAKER = {"manufacturer": "Havblik Medical GmbH", "srn": "DE-MF-000099112"}
DEVICE = {"basic_udi": "426099911HAVBLIK1QZ", "udi_di": "04260999110011"}
NOTIFIED = {"body": "Polar Notified Body GmbH", "body_number": "9907"}

PAPERS: dict[str, Row] = {
    "iso-14001-malardalen": (
        "iso-14001",
        MALARDALEN,
        date(2025, 3, 3),
        date(2028, 3, 2),
        {
            "number": "NC-14-2210",
            "body": "Norrsken Certifiering AB",
            "edition": "2015",
            "scope": "Tvätt och uthyrning av textilier för sjukvård",
            "site": "Huvudkontor Tvätterigatan 6, 721 30 Västerås",
        },
        (),
    ),
    "iso-45001-malardalen": (
        "iso-45001",
        MALARDALEN,
        date(2025, 3, 3),
        date(2028, 3, 2),
        {"number": "NC-45-0871", "edition": "2018"},
        (),
    ),
    "iso-13485-malardalen": (
        "iso-13485",
        MALARDALEN,
        date(2025, 3, 3),
        date(2028, 3, 2),
        {"number": "NC-13-0310", "edition": "2016"},
        (),
    ),
    "sa8000-malardalen": (
        "sa8000",
        MALARDALEN,
        date(2025, 3, 3),
        date(2028, 3, 2),
        {"number": "NC-SA-0042", "edition": "2014"},
        (),
    ),
    "mdr-havblik": (
        "mdr-certificate",
        None,
        date(2024, 5, 14),
        date(2029, 5, 13),
        {
            "number": "PNB-MDR-24-00311",
            "risk_class": "Class IIa",
            "status": "Valid",
            "valid_from": "2024-05-14",
            "manufacturer_address": "Am Kai 7, 24103 Kiel",
            **MAKER,
            **DEVICE,
            **NOTIFIED,
        },
        (),
    ),
    "ivdr-havblik": (
        "ivdr-certificate",
        None,
        date(2024, 5, 14),
        date(2029, 5, 13),
        {"number": "PNB-IVDR-24-00067", "risk_class": "Class C", **MAKER, **DEVICE, **NOTIFIED},
        ("it says that it is suspended",),
    ),
    "mdd-havblik": (
        "ce-certificate",
        None,
        date(2024, 5, 14),
        date(2029, 5, 13),
        {"number": "PNB-MDD-19-00120", "risk_class": "Class IIb", **MAKER, **NOTIFIED},
        (),
    ),
    "ppe-vaern": (
        "ppe-certificate",
        None,
        date(2026, 2, 2),
        date(2031, 2, 1),
        {
            "number": "PPE-26-0091",
            "manufacturer": "Værn & Vist ApS",
            "body": "Polar Prøvning A/S",
            "body_number": "9906",
            "risk_class": "III",
            "device": "Halvmaske FFP3",
        },
        (),
    ),
    "doc-havblik": (
        "declaration-of-conformity",
        None,
        date(2024, 5, 20),
        None,
        {
            "risk_class": "IIa",
            "law": "(EU) 2017/745",
            "certificate": "PNB-MDR-24-00311",
            "basic_udi": DEVICE["basic_udi"],
            "body_number": "9907",
            **MAKER,
        },
        (),
    ),
    "eudamed-havblik": (
        "eudamed",
        None,
        date(2026, 6, 30),
        None,
        {
            "actor": "Havblik Medical GmbH",
            "actor_id": "DE-MF-000099112",
            "actor_role": "Manufacturer",
            "emdn": "A030201",
            "status": "On the EU market",
            **DEVICE,
        },
        (),
    ),
    "art-10a-havblik": (
        "supply-interruption",
        None,
        date(2026, 11, 2),
        None,
        {
            "nature": "Temporary interruption",
            "starts": "2027-05-03",
            "ends": "2027-09-30",
            "reason": "Shortage of a raw material",
            "harm": "Yes, in neonatal care",
            "alternatives": "None of the same size known",
            "member_states": "DK, SE, DE",
            **MAKER,
            **DEVICE,
        },
        (),
    ),
    "forsikring-nordlys": (
        "insurance",
        NORDLYS,
        date(2026, 1, 5),
        date(2026, 12, 31),
        {
            "insurer": "Fjordens Forsikring A/S",
            "number": "FF-881204-7",
            "cover": "Erhvervs- og produktansvar",
            "sum": "20000000 DKK",
            "excess": "50000 DKK",
            "period": "2026-01-01 to 2026-12-31",
        },
        (),
    ),
    "forsakring-malardalen": (
        "insurance",
        MALARDALEN,
        date(2026, 2, 1),
        date(2027, 1, 31),
        {"insurer": "Mälarens Försäkring AB", "number": "MF 55-10204", "sum": "10000000 SEK"},
        (),
    ),
    "overenskomst-nordlys": (
        "collective-agreement",
        NORDLYS,
        date(2025, 3, 10),
        date(2028, 2, 29),
        {
            "agreement": "Serviceoverenskomsten 2025-2028",
            "employers": "Arbejdsgiverne for Service",
            "union": "Service- og Rengøringsforbundet",
            "area": "Rengøring på hospitaler",
        },
        (),
    ),
    "kollektivavtal-malardalen": (
        "collective-agreement",
        MALARDALEN,
        date(2025, 4, 15),
        date(2027, 3, 31),
        {"agreement": "Tvätteriavtalet", "union": "Textil- och Tvättförbundet"},
        (),
    ),
    "skattepolitik-nordlys": (
        "tax-policy",
        NORDLYS,
        date(2026, 2, 1),
        None,
        {"adopted_by": "Bestyrelsen", "havens_yes": "no", "country_reporting_yes": "yes"},
        (),
    ),
    "art-5k-nordlys": (
        "declaration-5k",
        NORDLYS,
        date(2026, 11, 12),
        None,
        dict.fromkeys(("established", "owned", "on behalf", "subcontractors"), "no"),
        (),
    ),
    "art-5k-fyns-english": (
        "declaration-5k",
        FYNS,
        date(2026, 11, 12),
        None,
        dict.fromkeys(("established", "owned", "on behalf", "subcontractors"), "no"),
        (),
    ),
    "art-5k-admitted": (
        "declaration-5k",
        FYNS,
        date(2026, 11, 12),
        None,
        {"established": "no", "owned": "no", "on behalf": "no", "subcontractors": "yes"},
        ("it admits what it is about (art-5k)",),
    ),
    "erklaering-134a-nordlys": (
        "declaration-134a",
        NORDLYS,
        date(2026, 11, 12),
        None,
        {"listed seat": "no", "reference": "RN-2026-014"},
        (),
    ),
    "ipi-malardalen": (
        "declaration-ipi",
        MALARDALEN,
        date(2026, 11, 12),
        None,
        {"origin of the bidder": "no", "share of goods": "no", "share_of_origin": "12"},
        (),
    ),
    "loenseddel-fyns": (
        "payslip",
        FYNS,
        date(2026, 10, 30),
        None,
        {
            "employer": "Fyns Hygiejne A/S",
            "period": "2026-10-01 to 2026-10-31",
            "hours": "148.5",
            "hourly_rate": "142.5 DKK",
            "gross_pay": "21161.25 DKK",
            "pension": "2539.35 DKK",
            "holiday_pay": "2645.16 DKK",
        },
        (),
    ),
    "loentilskud-nordlys": (
        "wage-subsidy",
        NORDLYS,
        date(2026, 10, 5),
        None,
        {
            "period": "2026-07-01 to 2026-09-30",
            "quota_percent": "5",
            "reached_percent": "6.25",
            "persons": "5",
            "staff": "80",
            "reference": "RN-2026-014",
        },
        (),
    ),
    "laerlinge-fyns": (
        "apprentices",
        FYNS,
        date(2026, 7, 10),
        None,
        {
            "period": "2026-01-01 to 2026-06-30",
            "quota_years": "4",
            "reached_years": "2.5",
            "persons": "3",
        },
        ("the quota of 4 was not reached: 2.5 (years)",),
    ),
    "klimatredovisning-malardalen": (
        "environment",
        MALARDALEN,
        date(2026, 3, 31),
        None,
        {
            "period": "2025-01-01 to 2025-12-31",
            "emissions_tonnes": "412.5",
            "quota_percent": "20",
            "reached_percent": "23",
            "label": "Svanen",
            "label_number": "3075 0999",
            "verified_by": "Norrsken Certifiering AB",
        },
        (),
    ),
    "serviceattest-fyns-english": (
        "serviceattest",
        FYNS,
        date(2026, 11, 18),
        None,
        {
            "number": "SA-2026-1106001",
            "remark": "yes",
            "skatteforvaltningen": "Overdue debt: DKK 41,200",
            "atp": "No overdue debt",
            "skifteretten": "No bankruptcy or reconstruction",
            "rigspolitiet": "No convictions",
            "erhvervsstyrelsen": "Status: Normal",
            "debt": "below 100000 DKK",
            "persons_covered": "1",
        },
        (),
    ),
    "skatteverket-malardalen-english": (
        "skatteverket",
        MALARDALEN,
        date(2026, 11, 17),
        None,
        {"number": "SKV-2026-337106", "f_skatt": "yes", "skatteskulder": "SEK 18,400"},
        (),
    ),
}


@pytest.mark.parametrize("name", PAPERS)
def test_every_field_of_a_paper_is_read_with_its_place(name: str) -> None:
    kind, party_id, issued, valid_until, values, problems = PAPERS[name]
    paper = understood(f"papers/{name}.pdf")
    assert (paper.kind, paper.issued, paper.valid_until) == (kind, issued, valid_until)
    assert (paper.party and paper.party.party_id) == party_id
    found = {field.name: field.value for field in paper.fields}
    assert {name: found.get(name) for name in values} == values
    assert paper.problems == problems
    for field in paper.fields:
        assert field.page == 1
        assert field.box is not None
        assert 0 <= field.box.left < field.box.right <= 1
        assert 0 <= field.box.top < field.box.bottom <= 1
        assert 0.8 <= field.confidence < 1


def test_every_sample_of_papers_is_in_the_table() -> None:
    assert {path.stem for path in (SAMPLES / "papers").iterdir()} == PAPERS.keys()


def test_every_type_of_document_has_a_sample() -> None:
    """So that a reader cannot be added without one."""
    folders = ("papers", "pdf", "espd", "xlsx", "csv", "bods")
    read = {
        read_document(file.read_bytes()).kind for f in folders for file in (SAMPLES / f).iterdir()
    }
    assert read == kinds()


def test_exactly_one_reader_fits_every_sample() -> None:
    for folder in ("papers", "pdf", "espd", "xlsx", "csv", "bods"):
        for file in (SAMPLES / folder).iterdir():
            content, opened = open_document(file.read_bytes())
            fitting = [r for r in readers() if content in r.CONTENT and r.fits(opened)]
            assert len(fitting) == 1, (file.name, fitting)


def test_the_box_of_a_field_is_where_it_stands_on_the_page() -> None:
    """Higher on the page is a smaller distance from the top, and labels stand left of values."""
    fields = {f.name: f for f in understood("papers/mdr-havblik.pdf").fields}
    number, until = fields["number"].box, fields["valid_until"].box
    assert number is not None
    assert until is not None
    assert number.bottom < until.top
    assert number.left > 0.3


def test_a_certificate_of_goods_belongs_to_its_manufacturer() -> None:
    paper = understood("papers/mdr-havblik.pdf")
    assert paper.party is None
    assert paper.manufacturer is not None
    assert paper.manufacturer.party_id == "srn-de-mf-000099112"
    assert [(g.basic_udi, g.udi_di, g.name) for g in paper.goods] == [
        ("426099911HAVBLIK1QZ", "", "Havblik infusion set"),
        ("", "04260999110011", "Havblik infusion set"),
    ]


def test_a_declaration_becomes_an_answer_about_its_ground() -> None:
    (denied,) = understood("papers/art-5k-nordlys.pdf").answers
    assert (denied.ground, denied.value) == ("SAN-5K", False)
    (admitted,) = understood("papers/art-5k-admitted.pdf").answers
    assert admitted.value is True
    (tax,) = understood("papers/erklaering-134a-nordlys.pdf").answers
    assert (tax.ground, tax.value) == ("EX-N-134A", False)


def test_a_debt_below_the_threshold_is_told_as_what_it_is() -> None:
    findings = {f.ground: f for f in understood("papers/serviceattest-fyns-english.pdf").findings}
    debt = findings["EX-B1"]
    assert debt.remark
    assert debt.owed is not None
    assert (debt.owed.amount, debt.owed.currency) == (41_200, "DKK")
    assert not findings["EX-B2"].remark


def test_a_payslip_gives_away_neither_person_nor_union() -> None:
    reading = read_document((SAMPLES / "papers/loenseddel-fyns.pdf").read_bytes())
    text = reading.model_dump_json()
    for secret in ("010190", "Rosa", "Opdigtet", "kontingent", "512,00"):
        assert secret not in text
    assert len(reading.redact) == 2


OWNERS = [("Lykke Brandstrup Kvist", 70, "1972-05-09"), ("Mads Ellegaard Toft", 30, "1966-10-30")]


@pytest.mark.parametrize("path", ["xlsx/ejere-nordlys.xlsx", "csv/ejere-nordlys.csv"])
def test_a_table_of_owners_names_each_with_its_share(path: str) -> None:
    paper = understood(path)
    (ownership,) = paper.ownership
    assert ownership.company.party_id == NORDLYS
    stakes = [
        (s.owner.name, s.share.minimum, s.owner.birth_date) for s in ownership.stakes if s.owner
    ]
    assert stakes == OWNERS
    assert paper.issued == date(2026, 11, 13)
    assert paper.problems == ()


@pytest.mark.parametrize(
    "path", ["xlsx/kontaktpersoner-nordlys.xlsx", "csv/kontaktpersoner-nordlys.csv"]
)
def test_contact_persons_are_read_with_function_and_mail(path: str) -> None:
    paper = understood(path)
    assert paper.party is not None
    assert paper.party.party_id == NORDLYS
    assert [(c.name, c.role, c.mail) for c in paper.contacts] == [
        ("Lykke Brandstrup Kvist", "Direktør", "kontrakt@nordlys-rengoering.example"),
        ("Kontraktkontoret", "Kontraktansvarlig", "kontor-kontrakt@nordlys-rengoering.example"),
    ]


def test_a_list_of_subcontractors_may_be_a_text_file() -> None:
    workbook = understood("xlsx/underleverandoerer-nordlys.xlsx").named
    text = understood("csv/underleverandoerer-nordlys.csv").named
    assert [(n.party.party_id, n.share, n.tier, n.starts) for n in text] == [
        (n.party.party_id, n.share, n.tier, n.starts) for n in workbook
    ]
    place = understood("csv/underleverandoerer-nordlys.csv").fields[0].place
    assert place == "cell A3"
