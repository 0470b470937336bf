"""The samples keep their word: official formats, valid numbers, and one consistent story."""

import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import openpyxl
import pypdfium2
import pytest
from lxml import etree
from stdnum import ean
from stdnum.dk import cvr
from stdnum.eu import vat
from stdnum.se import orgnr

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
STORY: dict[str, Any] = json.loads((SAMPLES / "story.json").read_text())
COMPANIES: dict[str, dict[str, Any]] = STORY["companies"]
UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
NS = {
    "": f"{UBL}QualificationApplicationResponse-2",
    "cac": f"{UBL}CommonAggregateComponents-2",
    "cbc": f"{UBL}CommonBasicComponents-2",
}


def read_json(path: str) -> Any:
    return json.loads((SAMPLES / path).read_text())


def xml(path: str) -> etree._Element:
    return etree.parse(SAMPLES / path).getroot()


def pdf_text(path: str) -> str:
    document = pypdfium2.PdfDocument(SAMPLES / path)
    pages = [page.get_textpage().get_text_range() for page in document]
    return " ".join(" ".join(pages).split())


def answers(key: str) -> dict[str, list[str]]:
    """The responses of an ESPD by the question they answer."""
    given: dict[str, list[str]] = {}
    for response in xml(COMPANIES[key]["espd"]).iterfind("cac:TenderingCriterionResponse", NS):
        question = response.findtext("cbc:ValidatedCriterionPropertyID", namespaces=NS)
        value = response.find("cac:ResponseValue", NS)
        if question and value is not None:
            given.setdefault(question, []).append(value[-1].text or "")
    return given


@pytest.mark.parametrize("key", COMPANIES)
def test_numbers_pass_the_check_of_their_register(key: str) -> None:
    company = COMPANIES[key]
    if company["country"] == "DK":
        assert cvr.is_valid(company["number"])
        assert company["party_id"] == f"dk-cvr-{company['number']}"
    else:
        assert orgnr.is_valid(company["number"])
        assert int(company["number"][2]) >= 2
        assert company["party_id"] == f"se-orgnr-{company['number']}"
    assert vat.is_valid(company["vat"])


def test_the_buyer_has_a_valid_cvr_number_and_gln() -> None:
    assert cvr.is_valid(STORY["buyer"]["cvr"])
    assert ean.is_valid(STORY["buyer"]["gln"])
    assert len(STORY["buyer"]["gln"]) == 13


def test_every_file_of_the_story_exists() -> None:
    paths = [STORY["people"], *STORY["lists"]["before"], *STORY["lists"]["after"]]
    paths += [STORY["debt"]["paid"], STORY["contracts"]["nordlys"]["subcontractors"]]
    for company in COMPANIES.values():
        paths += [company["espd"], company["bods"], *company["documents"]]
    assert [path for path in paths if not (SAMPLES / path).is_file()] == []


@pytest.mark.parametrize("key", COMPANIES)
def test_an_espd_is_a_ubl_response_of_edm_4_1_0_about_its_company(key: str) -> None:
    root = xml(COMPANIES[key]["espd"])
    assert root.tag == f"{{{NS['']}}}QualificationApplicationResponse"
    assert root.findtext("cbc:UBLVersionID", namespaces=NS) == "2.3"
    assert root.findtext("cbc:ProfileExecutionID", namespaces=NS) == "ESPD-EDMv4.1.0"
    party = root.find("cac:EconomicOperatorParty/cac:Party", NS)
    assert party is not None
    assert party.findtext("cac:PartyName/cbc:Name", namespaces=NS) == COMPANIES[key]["name"]
    ids = [
        (i.get("schemeID"), i.text) for i in party.iterfind("cac:PartyIdentification/cbc:ID", NS)
    ]
    assert ids == [("VAT", COMPANIES[key]["vat"]), ("NATIONAL", COMPANIES[key]["number"])]


@pytest.mark.parametrize("key", COMPANIES)
def test_every_answer_belongs_to_a_question_that_was_asked(key: str) -> None:
    root = xml(COMPANIES[key]["espd"])
    asked = {e.text for e in root.iterfind(".//cac:TenderingCriterionProperty/cbc:ID", NS)}
    assert set(answers(key)) <= asked


@pytest.mark.parametrize("key", COMPANIES)
def test_all_24_grounds_for_exclusion_are_asked_and_denied(key: str) -> None:
    codes = [
        code.text
        for code in xml(COMPANIES[key]["espd"]).iterfind(
            "cac:TenderingCriterion/cbc:CriterionTypeCode", NS
        )
    ]
    assert len(codes[:24]) == 24
    assert codes[6:8] == ["tax-pay", "socsec-pay"]
    given = answers(key)
    for number, code in enumerate(codes[:24], start=1):
        path = {"tax-pay": "RG1/QSG1/Q1", "socsec-pay": "RG1/QSG1/Q1"}.get(code or "", "QG1/Q1")
        path = "QG1/QSG1/Q1" if code == "nati-ground" else path
        assert given[f"C{number}_EG_{code}/{path}"] == ["false"]


def test_nordlys_names_both_subcontractors_with_ids_and_shares() -> None:
    given = answers("nordlys")
    baltic, hansen = COMPANIES["baltic"], COMPANIES["hansen-holm"]
    assert given["C61_OT_subco-ent/QG1/Q1"] == ["true"]
    assert given["C61_OT_subco-ent/QG1/QSG1/Q1"] == [baltic["name"], hansen["name"]]
    assert given["C61_OT_subco-ent/QG1/QSG1/Q2"] == [baltic["number"], hansen["vat"]]
    assert "Baltic Facility Group ApS 25 %" in given["C51_SC_suncont-port/RG1/QSG2/Q1"][0]


def test_the_workbook_names_the_same_subcontractors_and_shares() -> None:
    path = SAMPLES / STORY["contracts"]["nordlys"]["subcontractors"]
    rows = list(openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True))
    headings = ("Navn", "CVR", "Land", "Ydelse", "Andel (%)", "Niveau", "Startdato")
    assert rows[3][:7] == headings
    named = [(row[0], row[1], row[4]) for row in rows[4:]]
    expected = [COMPANIES[key] for key in ("baltic", "hansen-holm")]
    assert named == [(c["name"], c["number"], c["share"]) for c in expected]


@pytest.mark.parametrize(
    ("path", "phrases"),
    [
        ("pdf/serviceattest-nordlys.pdf", ("92431185", "udstedt uden anmærkninger")),
        ("pdf/serviceattest-baltic.pdf", ("93587278", "udstedt uden anmærkninger")),
        ("pdf/serviceattest-oresund.pdf", ("Øresund Clean ApS", "udstedt uden anmærkninger")),
        ("pdf/serviceattest-fyns.pdf", ("96832516", "udstedt uden anmærkninger")),
        (
            "pdf/serviceattest-hansen-holm.pdf",
            ("94610346", "udstedt med anmærkning", "DKK 140.000", "100.000 kr. eller derover"),
        ),
        ("pdf/betaling-hansen-holm.pdf", ("94610346", "DKK 140.000 er betalt fuldt ud", "DKK 0")),
        ("pdf/iso-9001-nordlys.pdf", ("ISO 9001:2015", "PC-QMS-25-00417", "30-11-2028")),
        ("pdf/iso-9001-fyns.pdf", ("ISO 9001:2015", "96832516", "30-11-2028")),
        ("pdf/skatteverket-malardalen.pdf", ("559987-4129", "Godkänd för F-skatt Ja")),
        ("pdf/bolagsverket-malardalen.pdf", ("Registreringsbevis", "559987-4129")),
    ],
)
def test_a_pdf_has_a_text_layer_that_says_what_the_story_needs(
    path: str, phrases: tuple[str, ...]
) -> None:
    text = pdf_text(path)
    assert [phrase for phrase in phrases if phrase not in text] == []


@pytest.mark.parametrize("path", sorted((SAMPLES / "pdf").glob("*.pdf")), ids=lambda p: p.name)
def test_every_pdf_says_that_it_is_invented(path: Path) -> None:
    assert any(word in pdf_text(f"pdf/{path.name}") for word in ("opdigtet", "påhittat"))


@pytest.mark.parametrize("key", COMPANIES)
def test_an_ownership_statement_is_bods_0_4_and_adds_up_to_the_whole(key: str) -> None:
    statements = read_json(COMPANIES[key]["bods"])
    required = {"statementId", "statementDate", "declarationSubject", "recordId", "recordType"}
    required |= {"recordStatus", "recordDetails", "source", "publicationDetails"}
    assert [s for s in statements if not required <= set(s)] == []
    assert {s["publicationDetails"]["bodsVersion"] for s in statements} == {"0.4"}
    assert len({s["statementId"] for s in statements}) == len(statements)
    records = {s["recordId"]: s["recordDetails"] for s in statements}
    stakes = [s["recordDetails"] for s in statements if s["recordType"] == "relationship"]
    shares = [stake["interests"][0]["share"]["exact"] for stake in stakes]
    assert sum(shares) == 100
    names = [records[stake["interestedParty"]]["names"][0]["fullName"] for stake in stakes]
    owners = [(o["name"], o["percent"]) for o in COMPANIES[key]["owners"]]
    assert list(zip(names, shares, strict=True)) == owners


def test_persons_in_statements_have_a_birth_date_and_no_national_number() -> None:
    for company in COMPANIES.values():
        for statement in read_json(company["bods"]):
            if statement["recordType"] == "person":
                assert statement["recordDetails"]["birthDate"]
                assert "identifiers" not in statement["recordDetails"]


@pytest.mark.parametrize(
    ("path", "tag"),
    [
        ("ocds/nordlys-contract.json", "contract"),
        ("ocds/malardalen-contract.json", "contract"),
        ("ocds/nordlys-amendment.json", "contractAmendment"),
    ],
)
def test_an_ocds_file_is_a_release_package_of_the_buyer(path: str, tag: str) -> None:
    package = read_json(path)
    assert {"version", "uri", "publishedDate", "publisher", "releases"} <= set(package)
    assert package["version"] == "1.1"
    for release in package["releases"]:
        assert {"ocid", "id", "date", "tag", "initiationType", "buyer"} <= set(release)
        assert release["tag"] == [tag]
        assert release["buyer"]["id"] == f"DK-CVR-{STORY['buyer']['cvr']}"


@pytest.mark.parametrize("key", STORY["contracts"])
def test_a_contract_names_the_supplier_and_ids_of_the_story(key: str) -> None:
    told = STORY["contracts"][key]
    release = read_json(told["release"])["releases"][0]
    suppliers = [p for p in release["parties"] if "supplier" in p["roles"]]
    assert [p["identifier"]["id"] for p in suppliers] == [COMPANIES[key]["number"]]
    assert release["ocid"] == told["ocid"]
    assert release["tender"]["id"] == told["procedure"]
    assert [c["id"] for c in release["contracts"]] == [told["id"]]
    root = xml(COMPANIES[key]["espd"])
    assert root.findtext("cbc:ContractFolderID", namespaces=NS) == told["procedure"]


def test_the_clauses_of_the_main_contract_fit_our_declared_extension() -> None:
    package = read_json("ocds/nordlys-contract.json")
    assert any("ansvar-clauses" in url for url in package["extensions"])
    contract = package["releases"][0]["contracts"][0]
    patch = read_json("ocds/ansvar-clauses/release-schema.json")
    schema = {"$ref": "#/definitions/Contract", **patch}
    jsonschema.validate(contract, schema)
    assert [clause["code"] for clause in contract["ansvar_clauses"]] == [
        "labour-ilo94",
        "approval-of-subcontractors",
        "replacement-of-subcontractors",
        "documentation",
        "tax-conduct",
        "change-of-control",
    ]
    assert contract["ansvar_facility"]["supervisedByBuyer"] is True


def test_the_swedish_contract_leaves_its_clauses_to_the_template() -> None:
    contract = read_json("ocds/malardalen-contract.json")["releases"][0]["contracts"][0]
    assert "ansvar_clauses" not in contract


def test_the_amendment_points_to_the_release_that_it_amends() -> None:
    amended = read_json("ocds/nordlys-contract.json")["releases"][0]
    release = read_json("ocds/nordlys-amendment.json")["releases"][0]
    assert release["ocid"] == amended["ocid"]
    assert release["contracts"][0]["id"] == amended["contracts"][0]["id"]
    assert release["contracts"][0]["amendments"][0]["amendsReleaseID"] == amended["id"]


def test_the_directory_has_every_role_and_deputies_who_exist() -> None:
    with (SAMPLES / "people.csv").open(newline="") as file:
        people = list(csv.DictReader(file))
    roles = [role for person in people for role in person["roles"].split(";")]
    assert {"officer", "auditor", "contract_manager", "admin"} <= set(roles)
    assert roles.count("approver") == 2
    subjects = {person["subject"] for person in people}
    assert {person["deputy"] for person in people if person["deputy"]} <= subjects
    assert {person["buyers"] for person in people} == {STORY["buyer"]["id"]}


def test_making_the_samples_again_gives_the_same_bytes(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, str(SAMPLES / "make.py"), "--into", str(tmp_path)],
        check=True,
        capture_output=True,
    )
    made = {p.relative_to(tmp_path): p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    assert len(made) == 68
    assert [str(p) for p, content in made.items() if (SAMPLES / p).read_bytes() != content] == []
