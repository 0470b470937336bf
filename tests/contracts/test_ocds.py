"""What is read from OCDS releases, and what is answered where one is wrong."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from services.contracts.domain import Tidings
from services.contracts.ocds import read
from services.contracts.reading import Reading
from shared.domain import Rejected
from tests.contracts.conftest import PERSON_KEY, package, release, sample

REAL = Path(os.environ.get("ANSVAR_REAL_DATA", "/nowhere")) / "ocds"


def one(body: dict[str, Any]) -> Reading:
    return read(body, PERSON_KEY)[0]


def test_the_sample_contract_is_read_whole() -> None:
    [told] = one(sample("nordlys-contract.json")).told
    assert told.contract_id == "ocds-213czf-rn-2026-014--rn-2026-014-k1"
    assert told.buyer_id == "dk-cvr-91204711"
    assert told.tidings is Tidings.SIGNED
    assert [s.party_id for s in told.suppliers] == ["dk-cvr-92431185"]
    assert told.suppliers[0].contact == "kontrakt@nordlys-rengoering.example"
    assert (told.procedure_id, told.category) == ("RN-2026-014", "90910000")
    assert told.value is not None
    assert (told.value.amount, told.value.currency) == (48_000_000, "DKK")
    assert (str(told.starts), str(told.ends)) == ("2026-11-01", "2030-10-31")
    assert (told.country, told.regime, told.above_threshold) == ("DK", "udbudsloven", True)
    assert told.at_buyer_facility
    assert told.clauses is not None
    assert [clause.code for clause in told.clauses][:2] == [
        "labour-ilo94",
        "approval-of-subcontractors",
    ]
    assert told.clauses[2].replacement_working_days == 15


def test_a_swedish_supplier_is_known_by_its_organisation_number() -> None:
    [told] = one(sample("malardalen-contract.json")).told
    assert told.suppliers[0].party_id == "se-orgnr-5599874129"
    assert told.suppliers[0].country == "SE"
    assert told.clauses is None


def test_an_amendment_needs_no_parties_and_gives_its_reason() -> None:
    [told] = one(sample("nordlys-amendment.json")).told
    assert told.tidings is Tidings.AMENDED
    assert told.contract_id == one(sample("nordlys-contract.json")).told[0].contract_id
    assert told.reason.startswith("En ny sengebygning")


@pytest.mark.parametrize(
    "name",
    ["ocds-213czf-000-00001-05-contract.json", "ocds-213czf-000-00001-04-award.json"],
)
def test_releases_of_the_standard_itself_are_read(name: str) -> None:
    path = REAL / name
    if not path.exists():
        pytest.skip("ANSVAR_REAL_DATA names no folder with the sample data of the standard")
    reading = one(json.loads(path.read_text()))
    assert not reading.problem
    if "contract" in reading.tags:
        [told] = reading.told
        assert told.buyer_id == "gb-lac-e09000003"
        assert [s.party_id for s in told.suppliers] == ["gb-coh-11111111"]
        assert told.category == "45233130"


def test_a_single_release_is_read_like_a_package_of_one() -> None:
    assert one(release()).told == one(package(release())).told


def test_the_name_of_a_contact_person_is_not_kept() -> None:
    assert "Some Person" not in one(release()).model_dump_json()


def test_what_the_standard_does_not_know_is_kept_with_the_contract() -> None:
    body = release(contract={"x_green": {"co2": 4}, "documents": [{"id": "1"}]}, x_lots=["L1"])
    [told] = one(body).told
    assert json.loads(told.extensions) == {"x_green": {"co2": 4}, "release": {"x_lots": ["L1"]}}


def test_a_sole_trader_is_a_keyed_hash_and_its_number_appears_nowhere() -> None:
    body = release()
    body["parties"][1] |= {
        "identifier": {"scheme": "SE-BLV", "id": "19121212-1212", "legalName": "Tolvans Städ"},
        "additionalIdentifiers": [{"scheme": "VAT", "id": "SE121212121201"}],
    }
    [told] = one(body).told
    assert told.suppliers[0].party_id.startswith("se-sole-")
    assert told.suppliers[0].identifiers == ()
    assert "1212121212" not in told.model_dump_json()


def test_a_danish_vat_number_is_the_cvr_number_in_it() -> None:
    body = release()
    body["parties"][1]["identifier"] = {"scheme": "VAT", "id": "DK 92431185"}
    assert one(body).told[0].suppliers[0].party_id == "dk-cvr-92431185"


def test_a_supplier_without_a_number_has_the_same_id_in_every_release_of_its_process() -> None:
    body = release()
    del body["parties"][1]["identifier"]
    body["parties"][1]["id"] = body["awards"][0]["suppliers"][0]["id"] = "local-7"
    first = one(body).told[0].suppliers[0].party_id
    assert first.startswith("ocds-party-")
    assert first == one(body | {"id": "another"}).told[0].suppliers[0].party_id


def test_a_contract_that_is_told_as_terminated_is_over() -> None:
    assert one(release(contract={"status": "terminated"})).told[0].over
    assert one(release(tag=["contractTermination"])).told[0].over


def without_currency() -> dict[str, Any]:
    return release(contract={"value": {"amount": 5}})


def wrong_number() -> dict[str, Any]:
    body = release()
    body["parties"][1]["identifier"]["id"] = "92431186"
    return body


def unknown_supplier() -> dict[str, Any]:
    body = release()
    body["awards"][0]["suppliers"] = [{"id": "nobody"}]
    return body


def nameless() -> dict[str, Any]:
    body = release()
    body["parties"][1]["identifier"].pop("legalName")
    del body["parties"][1]["name"]
    return body


CLAUSE = {"code": "labour-ilo94", "flowsDown": True, "rights": ["audit"]}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (release(ocid="nonsense"), "ocid"),
        (release(date="yesterday"), "date"),
        (release(date="2026-11-01T10:00:00"), "date"),
        (release(tag=[]), "tag"),
        (release(buyer={"id": "local-1"}), "buyer.id"),
        (release(parties=[]), "awards.0.suppliers"),
        (release(contract={"awardID": "A2"}), "contracts.0.awardID"),
        (release(contract={"period": {"startDate": "soon"}}), "contracts.0.period.startDate"),
        (release(contract={"value": {"amount": -1}}), "contracts.0.value.amount"),
        (
            release(contract={"ansvar_clauses": [CLAUSE | {"rights": ["shout"]}]}),
            "contracts.0.ansvar_clauses.0.rights.0",
        ),
        (
            release(contract={"ansvar_clauses": [CLAUSE, CLAUSE]}),
            "contracts.0.ansvar_clauses.1.code",
        ),
        (without_currency(), "contracts.0.value.currency"),
        (wrong_number(), "parties.1.identifier.id"),
        (unknown_supplier(), "awards.0.suppliers"),
        (nameless(), "parties.1.name"),
    ],
)
def test_the_field_that_is_wrong_is_named(body: dict[str, Any], field: str) -> None:
    good, bad = read(package(release(), body), PERSON_KEY)
    assert good.told
    assert bad.field == f"releases.1.{field}"
    assert bad.problem
    assert not bad.told


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "releases"),
        ({"releases": []}, "releases"),
        ({"releases": {}}, "releases"),
        ({"version": "1.0", "releases": [{}]}, "version"),
        ({"releases": [{}] * 501}, "releases"),
    ],
)
def test_what_is_no_package_is_refused_as_a_whole(body: dict[str, Any], field: str) -> None:
    with pytest.raises(Rejected) as refused:
        read(body, PERSON_KEY)
    assert refused.value.field == field


def test_a_release_that_is_no_object_is_answered_for_itself() -> None:
    assert read({"releases": ["x", release()]}, PERSON_KEY)[0].field == "releases.0"
