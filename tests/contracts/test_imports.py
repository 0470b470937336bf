"""The ways in over HTTP: every line has its answer, whatever the format, and is done once."""

import csv
import io
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.api import api
from services.contracts.domain import Agreement, Contract, Course, Procedure
from services.contracts.notices import read_notice
from services.contracts.tables import Mapping, read_table
from shared.domain import Caller, Rejected
from shared.events.contracts import (
    ContractAmended,
    ContractEnded,
    ContractSigned,
    ProcedureAwarded,
    ProcedureOpened,
)
from shared.testing import World
from tests.contracts.conftest import PERSON_KEY, package, release, sample
from tests.serving import Standing

SAMPLES = Path(__file__).parents[2] / "samples"
BUYER = "dk-cvr-91204711"
SYSTEM = Caller(subject="cms", roles=("integration",), buyers=(BUYER,))
MANAGER = Caller(subject="karin", roles=("contract_manager",), buyers=(BUYER,))
STRANGER = Caller(subject="other", roles=("integration",), buyers=("dk-cvr-11111111",))
SENT = datetime(2026, 11, 23, tzinfo=UTC)

NOTICE = (SAMPLES / "eforms" / "rn-2026-031-contract-notice.xml").read_bytes()
RESULT = (SAMPLES / "eforms" / "rn-2026-031-result-notice.xml").read_bytes()
TABLE = (SAMPLES / "tables" / "kontrakter.csv").read_bytes()
WORKBOOK = (SAMPLES / "tables" / "kontrakter.xlsx").read_bytes()
MAPPING = (SAMPLES / "tables" / "mapping.json").read_text()
FOLDER = "procedure--dk-cvr-91204711--rn-2026-031"


@pytest.fixture
def standing(world: World, tmp_path: Path) -> Standing:
    return Standing(world, api, tmp_path, adapters=ADAPTERS)


ADAPTERS: dict[str, Any] = {"person_key": PERSON_KEY}


async def send(
    standing: Standing, path: str, content: bytes, data: dict[str, str] | None = None
) -> dict[str, Any]:
    async with standing.client(SYSTEM) as client:
        answer = await client.post(path, files={"file": ("file", content)}, data=data or {})
    assert answer.status_code == 200, answer.text
    report: dict[str, Any] = answer.json()
    return report


# ---------------------------------------------------------------- OCDS


async def test_a_record_gives_its_releases_in_their_order(standing: Standing) -> None:
    body = json.loads((SAMPLES / "records" / "nordlys-record.json").read_text())
    async with standing.client(SYSTEM) as client:
        report = (await client.post("/imports/ocds", json=body)).json()
    assert [line["line"] for line in report["lines"]] == [
        "records.0.releases.1",
        "records.0.releases.0",
    ]
    assert [line["contracts"][0]["outcome"] for line in report["lines"]] == ["signed", "amended"]


async def test_of_a_record_that_links_to_releases_the_compiled_one_is_read(
    standing: Standing,
) -> None:
    compiled = release(tag=["compiled"])
    linked = [{"url": "https://x.example/1.json", "date": "2026-11-01T10:00:00Z", "tag": ["x"]}]
    record = {"ocid": "ocds-abc123-R1", "releases": [], "compiledRelease": compiled}
    async with standing.client(SYSTEM) as client:
        report = (await client.post("/imports/ocds", json={"records": [record]})).json()
        assert report["lines"][0]["contracts"][0]["outcome"] == "signed"
        bare = {"records": [{"ocid": "ocds-abc123-R9", "releases": linked}]}
        refused = (await client.post("/imports/ocds", json=bare)).json()["lines"][0]
    assert refused["outcome"] == "refused"
    assert refused["field"]


async def test_an_award_opens_its_procedure_and_concludes_it(standing: Standing) -> None:
    body = package(release(1, tag=["tender"], tender={"id": "R1", "title": "Cleaning of wards"}))
    awarded = package(release(2, tag=["award"]))
    async with standing.client(SYSTEM) as client:
        opened = (await client.post("/imports/ocds", json=body)).json()["lines"][0]
        assert opened["procedure"]["outcome"] == "opened"
        concluded = (await client.post("/imports/ocds", json=awarded)).json()["lines"][0]
    assert "awarded" in concluded["procedure"]["changed"]
    assert standing.world.told == [ProcedureOpened, ProcedureAwarded]


async def test_of_a_release_with_a_wrong_contract_nothing_is_done(standing: Standing) -> None:
    other = release()["contracts"][0] | {"id": "K2"}
    body = release(tag=["contract"])
    body["contracts"].append(other | {"value": {"amount": 5, "currency": "DKK"}})
    async with standing.client(SYSTEM) as client:
        first = {**release(2), "buyer": {"id": "DK-CVR-29190623"}}
        first["contracts"][0]["id"] = "K2"
        await client.post("/imports/ocds", json=package(body))
        held = standing.world.state(Contract, "ocds-abc123-r1--k1").version
        again = release(3, contract={"title": "Changed"})
        again["contracts"].append(other | {"id": "K3", "awardID": "A1", "ansvar_clauses": None})
        again["contracts"][1]["value"] = {"amount": -1, "currency": "DKK"}
        report = (await client.post("/imports/ocds", json=package(again))).json()
    assert report["refused"] == 1
    assert report["lines"][0]["field"] == "releases.0.contracts.1.value.amount"
    assert standing.world.state(Contract, "ocds-abc123-r1--k1").version == held


async def test_lots_options_and_our_own_terms_are_read(standing: Standing) -> None:
    terms = {
        "units": ["Sygehus Nord"],
        "steeringGroup": "Facility",
        "agreement": "framework",
        "confidentiality": "restricted",
        "forum": {"kind": "arbitration", "name": "Voldgiftsnævnet", "law": "AB 18"},
        "jointBuyers": [{"id": "DK-CVR-29190623", "name": "Region H", "may": ["receive"]}],
        "places": [{"name": "Hjørring", "nuts": "DK050", "country": "DK"}],
        "omittedClauses": [{"code": "apprentices", "reason": "no building work is done"}],
    }
    body = release(contract={"ansvar_terms": terms})
    body["contracts"][0]["items"][0]["relatedLot"] = "L1"
    body["contracts"][0]["period"]["maxExtentDate"] = "2030-10-31T00:00:00Z"
    body["tender"] = {"id": "R1", "lots": [{"id": "L1", "title": "North"}]}
    async with standing.client(SYSTEM) as client:
        await client.post("/imports/ocds", json=package(body))
        view = (await client.get("/contracts/ocds-abc123-r1--k1/terms")).json()
    assert view["lots"] == [{"lot_id": "L1", "title": "North"}]
    assert view["joint"] == [
        {"buyer_id": "dk-cvr-29190623", "name": "Region H", "may": ["receive"]}
    ]
    assert (view["agreement"], view["confidentiality"]) == ("framework", "restricted")
    assert view["state"]["latest_end"] == "2030-10-31"
    assert view["omitted"][0]["code"] == "apprentices"
    [signed] = [e for e in standing.world.announced if isinstance(e, ContractSigned)]
    assert (signed.units, signed.lots[0].lot_id) == (("Sygehus Nord",), "L1")


async def test_a_wrong_term_of_our_extension_is_named(standing: Standing) -> None:
    body = release(contract={"ansvar_terms": {"agreement": "handshake"}})
    async with standing.client(SYSTEM) as client:
        line = (await client.post("/imports/ocds", json=package(body))).json()["lines"][0]
    assert line["field"] == "releases.0.contracts.0.ansvar_terms.agreement"


# ---------------------------------------------------------------- eForms


async def test_a_contract_notice_opens_a_procedure_with_the_grounds_that_it_chose(
    standing: Standing,
) -> None:
    report = await send(standing, "/imports/notices", NOTICE)
    assert report["lines"][0]["procedure"]["procedure_id"] == FOLDER
    procedure = standing.world.state(Procedure, FOLDER)
    assert procedure.grounds == ("labour-law", "envir-law", "prof-misconduct")
    assert (procedure.regime, procedure.above_threshold) == ("udbudsloven", True)
    assert procedure.notice_date is not None
    assert procedure.value is not None
    assert procedure.value.amount == 32_000_000


async def test_a_result_notice_gives_the_right_contracts(standing: Standing) -> None:
    await send(standing, "/imports/notices", NOTICE)
    report = await send(standing, "/imports/notices", RESULT)
    ids = [one["contract_id"] for one in report["lines"][0]["contracts"]]
    assert len(ids) == 2
    gloves, tests = (standing.world.state(Contract, id) for id in ids)
    assert gloves.supplier_ids == ("dk-cvr-96832516",)
    assert tests.supplier_ids == ("se-orgnr-5599874129",)
    assert (gloves.category, gloves.lots[0].lot_id) == ("33141420", "LOT-0001")
    assert gloves.value is not None
    assert (gloves.value.amount, gloves.value.currency) == (18_500_000, "DKK")
    assert (str(gloves.signed), str(gloves.ends)) == ("2026-09-28", "2030-09-30")
    assert gloves.agreement is Agreement.FRAMEWORK
    assert gloves.places[0].country == "DK"
    assert gloves.clauses_from == "medical-devices-2026"
    assert standing.world.state(Procedure, FOLDER).course is Course.AWARDED


async def test_the_same_notice_twice_is_known(standing: Standing) -> None:
    await send(standing, "/imports/notices", RESULT)
    told = len(standing.world.told)
    report = await send(standing, "/imports/notices", RESULT)
    assert (report["known"], report["taken"]) == (1, 0)
    assert len(standing.world.told) == told


async def test_a_notice_with_a_wrong_number_says_which_organisation(standing: Standing) -> None:
    report = await send(standing, "/imports/notices", RESULT.replace(b"96832516", b"96832517"))
    [line] = report["lines"]
    assert (line["outcome"], line["field"]) == ("refused", "Organization[ORG-0002].CompanyID")
    assert "CVR" in line["reason"]
    assert standing.world.told == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not xml",
        b"<a/>",
        b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
        RESULT[:2000],
    ],
)
async def test_a_hostile_or_broken_notice_is_refused_with_a_reason(
    standing: Standing, content: bytes
) -> None:
    async with standing.client(SYSTEM) as client:
        answer = await client.post("/imports/notices", files={"file": ("x.xml", content)})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"].endswith("file")


@given(st.integers(0, len(RESULT) - 1), st.binary(max_size=6))
def test_a_notice_with_any_bytes_changed_is_read_or_refused(place: int, bytes_: bytes) -> None:
    try:
        readings = read_notice(RESULT[:place] + bytes_ + RESULT[place + len(bytes_) :], PERSON_KEY)
    except Rejected:
        return
    assert len(readings) == 1


# ---------------------------------------------------------------- tables


async def test_a_register_as_csv_and_as_workbook_gives_the_same_contracts(
    standing: Standing,
) -> None:
    data = {"mapping": MAPPING, "as_of": "2026-11-20"}
    report = await send(standing, "/imports/tables", TABLE, data)
    assert (report["taken"], report["refused"]) == (3, 0)
    window = standing.world.state(Contract, f"{BUYER}--rn-2025-101")
    assert window.supplier_ids == ("dk-cvr-95718426",)
    assert window.value is not None
    assert window.value.amount == 1_250_000.5
    assert (str(window.starts), str(window.ends)) == ("2025-03-01", "2028-02-29")
    assert window.units == ("Sygehus Nord", "Sygehus Vest")
    assert str(window.options[0].until) == "2030-02-28"
    told = len(standing.world.told)
    again = await send(standing, "/imports/tables", WORKBOOK, data)
    assert (again["taken"] + again["known"], again["refused"]) == (3, 0)
    assert len(standing.world.told) == told
    files = {"file": ("k.csv", TABLE), "mapping": ("mapping.json", MAPPING.encode())}
    async with standing.client(MANAGER) as client:
        answer = await client.post("/imports/tables", files=files, data={"as_of": "2026-11-20"})
    assert answer.json()["known"] == 3


async def test_a_wrong_cell_is_named_by_row_and_column_and_the_others_are_taken(
    standing: Standing,
) -> None:
    wrong = TABLE.replace(b"96832516", b"96832517").replace(b"01-09-2025", b"31-02-2025")
    report = await send(standing, "/imports/tables", wrong, {"mapping": MAPPING})
    assert (report["taken"], report["refused"]) == (1, 2)
    fields = [line["field"] for line in report["lines"]]
    assert fields == [None, "row 3.CVR/org.nr.", "row 4.Start"]
    assert "CVR" in report["lines"][1]["reason"]
    assert "31-10-2026" in report["lines"][2]["reason"]


async def test_a_changed_row_amends_its_contract_and_an_ended_one_ends_it(
    standing: Standing,
) -> None:
    await send(standing, "/imports/tables", TABLE, {"mapping": MAPPING, "as_of": "2026-11-01"})
    changed = TABLE.replace(b"8.400.000,00", b"9.000.000,00")
    data = {"mapping": MAPPING, "as_of": "2026-11-20"}
    report = await send(standing, "/imports/tables", changed, data)
    outcomes = [line["contracts"][0]["changed"] for line in report["lines"] if line["contracts"]]
    assert ["value"] in outcomes
    assert ContractAmended in standing.world.told
    how = json.loads(MAPPING)
    how["defaults"]["ended"] = "30-11-2026"
    report = await send(standing, "/imports/tables", TABLE, {"mapping": json.dumps(how)})
    assert ContractEnded in standing.world.told


def test_rows_of_one_contract_are_its_suppliers() -> None:
    lines = TABLE.decode("utf-8-sig").splitlines()
    second = lines[1].replace("95718426", "96832516").replace("Øresund Clean ApS", "Fyns")
    content = "\r\n".join([lines[0], lines[1], second]).encode()
    mapping = Mapping.model_validate_json(MAPPING)
    [reading] = read_table(content, mapping, SENT, PERSON_KEY)
    assert reading.place == "row 2, row 3"
    [told] = reading.told
    assert [one.party_id for one in told.suppliers] == ["dk-cvr-95718426", "dk-cvr-96832516"]


@pytest.mark.parametrize(
    ("mapping", "field"),
    [
        ("{}", "mapping.columns"),
        ("no json", "mapping"),
        ('{"columns": {"colour": "Titel"}}', "mapping"),
        ('{"columns": {"title": "Titel"}}', "mapping"),
        (MAPPING.replace("Aftalenr.", "Nummer"), "mapping.columns.contract_id"),
    ],
)
async def test_a_mapping_that_does_not_fit_says_what_would(
    standing: Standing, mapping: str, field: str
) -> None:
    async with standing.client(SYSTEM) as client:
        answer = await client.post(
            "/imports/tables", files={"file": ("x.csv", TABLE)}, data={"mapping": mapping}
        )
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"].endswith(field)


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 70_000_000)
    return out.getvalue()


def macros() -> bytes:
    out = io.BytesIO(WORKBOOK)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [b"", b"\0\1\2", b"PK\3\4 broken", WORKBOOK[:9000], bomb(), macros(), b'"a;b\n1;2'],
    ids=["empty", "binary", "no archive", "cut off", "bomb", "macros", "open quote"],
)
def test_a_hostile_or_broken_table_is_refused(content: bytes) -> None:
    with pytest.raises(Rejected):
        read_table(content, Mapping.model_validate_json(MAPPING), SENT, PERSON_KEY)


cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)


@given(st.lists(st.lists(cells, min_size=12, max_size=12), max_size=4))
def test_any_cells_are_read_or_named(rows: list[list[str]]) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(TABLE.decode("utf-8-sig").splitlines()[0].split(";"))
    writer.writerows(rows)
    mapping = Mapping.model_validate_json(MAPPING)
    for reading in read_table(out.getvalue().encode(), mapping, SENT, PERSON_KEY):
        assert reading.told or reading.problem


# ---------------------------------------------------------------- one by one


BODY: dict[str, Any] = {
    "number": "K-7",
    "at": "2026-11-20T10:00:00+01:00",
    "buyer": {"number": "91204711", "name": "Region Nordlyset"},
    "suppliers": [{"number": "DK92431185", "name": "Nordlys Rengøring A/S"}],
    "title": "Cleaning of clinics",
    "category": "90910000",
    "value": {"amount": 900000, "currency": "DKK"},
    "signed": "2026-11-19",
    "starts": "2026-12-01",
    "ends": "2027-11-30",
    "units": ["Klinik Syd"],
}
K7 = f"{BUYER}--k-7"


async def test_what_is_told_of_a_contract_before_it_comes_waits_for_it(
    standing: Standing,
) -> None:
    amended = BODY | {"tidings": "amended", "at": "2026-11-21T10:00:00+01:00", "suppliers": []}
    amended["units"] = ["Klinik Syd", "Klinik Nord"]
    async with standing.client(MANAGER) as client:
        first = (await client.post("/contracts", json=amended)).json()["lines"][0]
        assert first["contracts"][0]["outcome"] == "waiting"
        second = (await client.post("/contracts", json=BODY)).json()["lines"][0]
        assert second["contracts"][0]["outcome"] == "signed"
        again = (await client.post("/contracts", json=BODY)).json()
        assert again["known"] == 1
    assert standing.world.state(Contract, K7).units == ("Klinik Syd", "Klinik Nord")


async def test_another_buyers_contracts_are_not_told(standing: Standing) -> None:
    async with standing.client(STRANGER) as client:
        assert (await client.post("/contracts", json=BODY)).status_code == 403
        files = {"file": ("x.xml", NOTICE)}
        assert (await client.post("/imports/notices", files=files)).status_code == 403
    assert standing.world.told == []


async def test_a_wrong_number_of_a_supplier_is_named(standing: Standing) -> None:
    wrong = BODY | {"suppliers": [{"number": "92431186", "country": "DK"}]}
    async with standing.client(SYSTEM) as client:
        answer = await client.post("/contracts", json=wrong)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "suppliers.0.number"


async def test_the_sample_release_and_its_record_are_the_same_contract(
    standing: Standing,
) -> None:
    body = json.loads((SAMPLES / "records" / "nordlys-record.json").read_text())
    async with standing.client(SYSTEM) as client:
        await client.post("/imports/ocds", json=sample("nordlys-contract.json"))
        report = (await client.post("/imports/ocds", json=body)).json()
    assert (report["known"], report["taken"]) == (1, 1)
