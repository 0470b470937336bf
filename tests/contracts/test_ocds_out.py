"""Our OCDS releases pass the official schema with our extension, and hold nothing else."""

import copy
import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator, FormatChecker

from services.contracts.api import api
from services.contracts.app import Settings
from services.contracts.ocds import read
from shared.events.subcontractors import SubcontractorApproved, SubcontractorWithdrawn
from shared.events.words import Identifier, Share
from shared.testing import World
from tests.contracts.conftest import PERSON_KEY, package, release, sample
from tests.contracts.test_api import STRANGER, SYSTEM
from tests.contracts.test_asking import declared
from tests.contracts.test_releases import K1, NORDLYS, take_in
from tests.contracts.test_status import BALTIC, BUYER, found
from tests.serving import Standing

EXTENSION = Path(__file__).parents[2] / "docs" / "ocds" / "ansvar-subcontractors"
OFFICIAL = Path(__file__).parent / "ocds" / "release-schema-1.1.4.json"
PERSON = "se-sole-0123456789abcdef0123"


def is_moment(value: object) -> bool:
    """RFC 3339: OCDS asks for a time zone."""
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


FORMATS = FormatChecker()
FORMATS.checks("date-time", raises=ValueError)(is_moment)


def merged(target: Any, patch: Any) -> Any:
    """JSON Merge Patch (RFC 7396), by which OCDS applies extensions."""
    if not isinstance(patch, dict):
        return patch
    result = copy.deepcopy(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name), value)
    return result


def closed(schema: Any) -> Any:
    """The schema with no field allowed that it does not name: a validator reports those, too."""
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    result = {name: closed(value) for name, value in schema.items()}
    if result.get("type") == "object" and isinstance(result.get("properties"), dict):
        result.setdefault("additionalProperties", False)
    return result


@pytest.fixture(scope="module")
def validator() -> Draft4Validator:
    official = json.loads(OFFICIAL.read_text())
    extension = json.loads((EXTENSION / "release-schema.json").read_text())
    schema = closed(merged(official, extension))
    Draft4Validator.check_schema(schema)
    return Draft4Validator(schema, format_checker=FORMATS)


@pytest.fixture
async def standing(world: World, tmp_path: Path) -> Standing:
    await take_in(world, sample("nordlys-contract.json"), package(release(1)))
    settings = Settings.model_validate({"public_url": "https://ansvar.example"})
    return Standing(world, api, tmp_path, settings=settings)


async def published(standing: Standing, contract_id: str = K1) -> dict[str, Any]:
    async with standing.client(SYSTEM) as client:
        answer = await client.get(f"/ocds/contracts/{contract_id}")
    assert answer.status_code == 200, answer.text
    said: dict[str, Any] = answer.json()
    return said


async def chained(world: World) -> None:
    first = declared(BALTIC, Identifier(scheme="dk-cvr", value="93587278"))
    person = declared(PERSON).model_copy(
        update={"parent_id": BALTIC, "tier": 2, "share": Share(minimum=5, maximum=10)}
    )
    person = person.model_copy(update={"party": person.party.model_copy(update={"name": "Åsa"})})
    await world.tell(first, person)


def problems(validator: Draft4Validator, said: dict[str, Any]) -> list[str]:
    return [
        f"{'/'.join(map(str, error.path))}: {error.message}"
        for one in said["releases"]
        for error in validator.iter_errors(one)
    ]


@pytest.mark.parametrize("contract_id", [K1, NORDLYS])
async def test_a_release_passes_the_official_schema_with_our_extension(
    standing: Standing, world: World, validator: Draft4Validator, contract_id: str
) -> None:
    await chained(world)
    await world.tell(found())
    said = await published(standing, contract_id)
    assert problems(validator, said) == []
    assert {"uri", "version", "publishedDate", "publisher", "releases"} <= set(said)
    assert said["extensions"][0].endswith("ansvar-subcontractors/1.0/extension.json")


async def test_the_check_finds_what_is_wrong(
    standing: Standing, world: World, validator: Draft4Validator
) -> None:
    await chained(world)
    good = (await published(standing))["releases"][0]
    for place, value in {
        ("contracts", 0, "ansvar_subcontractors", 0, "tier"): 0,
        ("contracts", 0, "ansvar_subcontractors", 0, "colour"): "blue",
        ("contracts", 0, "status"): "sleeping",
        ("date",): "yesterday",
        ("tag",): ["subcontract"],
        ("unheardOf",): True,
    }.items():
        bad = copy.deepcopy(good)
        inner: Any = bad
        for step in place[:-1]:
            inner = inner[step]
        inner[place[-1]] = value
        assert problems(validator, {"releases": [bad]}), place


async def test_the_chain_stands_in_the_release_with_tiers_shares_and_answers(
    standing: Standing, world: World
) -> None:
    await chained(world)
    approved = SubcontractorApproved(
        contract_id=K1, buyer_id=BUYER, party_id=BALTIC, by="mette", reason="ok", chain_version=3
    )
    await world.tell(approved)
    [one] = (await published(standing))["releases"]
    contract = one["contracts"][0]
    first, second = contract["ansvar_subcontractors"]
    assert contract["ansvar_chainVersion"] == 3
    assert first["organization"] == {"id": "DK-CVR-93587278", "name": "Baltic"}
    assert (first["tier"], first["status"]) == (1, "approved")
    assert second["hiredBy"] == {"id": "DK-CVR-93587278"}
    assert second["share"] == {"minimum": 5, "maximum": 10}
    roles = {party["id"]: party.get("roles") for party in one["parties"]}
    assert roles["DK-CVR-93587278"] == ["subcontractor"]
    ids = set(roles)
    for reference in (*(m["organization"] for m in (first, second)), first["hiredBy"]):
        assert reference["id"] in ids


async def test_a_release_names_no_natural_person_and_no_status(
    standing: Standing, world: World
) -> None:
    await chained(world)
    await world.tell(found())
    text = json.dumps(await published(standing), ensure_ascii=False)
    assert "Åsa" not in text
    assert "REVIEW" not in text
    assert "SAN-AF" not in text
    assert "@" not in text


async def test_the_same_content_is_the_same_release_and_a_change_another_one(
    standing: Standing, world: World
) -> None:
    await chained(world)
    first, again = await published(standing), await published(standing)
    assert first == again
    await world.advance(timedelta(days=1))
    await world.tell(
        SubcontractorWithdrawn(
            contract_id=K1,
            buyer_id=BUYER,
            party_id=PERSON,
            ends=world.now.date(),
            reason="over",
            chain_version=3,
        )
    )
    later = await published(standing)
    assert later["releases"][0]["id"] != first["releases"][0]["id"]
    assert later["publishedDate"] > first["publishedDate"]
    assert later["releases"][0]["ocid"] == first["releases"][0]["ocid"] == "ocds-abc123-R1"


async def test_what_we_publish_we_can_read_ourselves(standing: Standing) -> None:
    [reading] = read(await published(standing), PERSON_KEY)
    assert reading.problem == ""
    [told] = reading.told
    assert told.buyer_id == BUYER
    assert [party.name for party in told.suppliers] == ["Nordlys Rengøring A/S"]


async def test_an_ended_contract_is_published_as_ended(
    standing: Standing, world: World, validator: Draft4Validator
) -> None:
    gone = {"status": "terminated", "statusDetails": "the need is gone"}
    await take_in(world, package(release(2, tag=["contractTermination"], contract=gone)))
    said = await published(standing)
    assert said["releases"][0]["tag"] == ["contractTermination"]
    assert said["releases"][0]["contracts"][0]["status"] == "terminated"
    assert problems(validator, said) == []


async def test_another_buyers_contract_is_not_published_to_a_stranger(standing: Standing) -> None:
    async with standing.client(STRANGER) as client:
        assert (await client.get(f"/ocds/contracts/{K1}")).status_code == 403
        assert (await client.get("/ocds/contracts/nothing")).status_code == 404
