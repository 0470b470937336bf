"""Parties that turn out to be one are told of as one, and a mistake is undone without a trace."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from services.contracts.api import api
from services.contracts.domain import Contract, PartyStanding
from services.contracts.status_file import StatusFiles
from shared.events.contracts import ContractStatusChanged, PartyStatusChanged
from shared.events.onboarding import PartiesMerged, PartyAliased, PartySplit
from shared.events.words import Identifier, Status
from shared.testing import World
from shared.webhooks import Secrets
from tests.contracts.conftest import PERSON_KEY, ROOT_SECRET, package, release
from tests.contracts.test_api import SYSTEM
from tests.contracts.test_releases import K1, take_in
from tests.contracts.test_status import BALTIC, BUYER, SUPPLIER, found, over
from tests.serving import Standing

SURVIVOR = "dk-cvr-10103940"
CVR = "10103940"
LEI = "529900T8BM49AURSDO55"
MERGED = PartiesMerged(party_id=SURVIVOR, merged_id=SUPPLIER, by="mette", reason="one company")
SPLIT = PartySplit(party_id=SURVIVOR, split_id=SUPPLIER, by="mette", reason="they are two")


@pytest.fixture
async def standing(world: World, tmp_path: Path) -> Standing:
    await take_in(world, package(release(1)))
    adapters = {
        "person_key": PERSON_KEY,
        "secrets": Secrets(ROOT_SECRET),
        "status_files": StatusFiles(lambda: world.store, PERSON_KEY, None),
    }
    return Standing(world, api, tmp_path, adapters=adapters)


async def status(standing: Standing, **asked: Any) -> dict[str, Any]:
    async with standing.client(SYSTEM) as client:
        answer = await client.get("/status", params=asked)
    assert answer.status_code == 200, answer.text
    said: dict[str, Any] = answer.json()
    return said


async def test_a_merged_supplier_is_answered_for_as_the_one_that_goes_on(
    standing: Standing,
) -> None:
    world = standing.world
    await world.tell(found(party_id=SUPPLIER), MERGED)
    contract = world.state(Contract, K1)
    assert contract.supplier_ids == (SURVIVOR,)
    assert [one.party_id for one in contract.suppliers] == [SUPPLIER]
    for asked in ({"cvr": CVR}, {"party_id": SUPPLIER}, {"cvr": "92431185"}):
        said = await status(standing, **asked)
        assert (said["party_id"], said["supplier_ids"]) == (SURVIVOR, [SURVIVOR])
        assert (said["status"], said["contract_ids"]) == ("REVIEW", [K1])


async def test_whoever_got_the_old_id_is_told_the_new_one(standing: Standing) -> None:
    world = standing.world
    await world.tell(found(party_id=SUPPLIER))
    before = world.state(Contract, K1).status_version
    await world.tell(MERGED)
    told = [one for one in world.announced if isinstance(one, ContractStatusChanged)]
    assert (told[-1].supplier_ids, told[-1].status_version) == ((SURVIVOR,), before + 1)
    parties = [one for one in world.announced if isinstance(one, PartyStatusChanged)]
    assert (parties[-1].party_id, parties[-1].status) == (SURVIVOR, Status.REVIEW)


async def test_what_concerns_either_of_them_concerns_both(standing: Standing) -> None:
    world = standing.world
    await take_in(world, package(release(1, ocid="ocds-abc123-R2", id="ocds-abc123-R2-01")))
    await world.tell(found(party_id=SUPPLIER), found("exp-2", party_id=SURVIVOR), MERGED)
    await world.tell(over())
    for id in (SUPPLIER, SURVIVOR):
        held = world.state(PartyStanding, PartyStanding.id_of(BUYER, id))
        assert held.standing.status is Status.REVIEW
    ended = over("exp-2").model_copy(update={"party_id": SURVIVOR})
    await world.tell(ended)
    for id in (SUPPLIER, SURVIVOR):
        held = world.state(PartyStanding, PartyStanding.id_of(BUYER, id))
        assert held.standing.status is Status.CLEAR


async def test_a_contract_that_names_the_old_party_is_the_survivors_from_the_start(
    standing: Standing,
) -> None:
    world = standing.world
    await world.tell(MERGED)
    await take_in(world, package(release(1, ocid="ocds-abc123-R2", id="ocds-abc123-R2-01")))
    said = await status(standing, cvr=CVR)
    assert said["contract_ids"] == [K1, "ocds-abc123-r2--k1"]
    async with standing.client(SYSTEM) as client:
        page = (await client.get("/contracts", params={"supplier_id": SURVIVOR})).json()
    assert len(page["items"]) == 2


async def test_a_number_learnt_later_leads_to_the_party(standing: Standing) -> None:
    world = standing.world
    lei = Identifier(scheme="lei", value=LEI)
    await world.tell(found(party_id=f"lei-{LEI.lower()}"))
    await world.tell(PartyAliased(party_id=SUPPLIER, identifier=lei))
    said = await status(standing, lei=LEI)
    assert (said["party_id"], said["supplier_ids"]) == (SUPPLIER, [SUPPLIER])
    assert said["status"] == "REVIEW"


async def test_a_split_undoes_it_and_the_days_between_stay_as_they_were(
    standing: Standing,
) -> None:
    world = standing.world
    await world.tell(found(party_id=SURVIVOR))
    first = world.now.date()
    await world.advance(timedelta(days=2))
    await world.tell(MERGED)
    between = world.now.date()
    await world.advance(timedelta(days=2))
    await world.tell(SPLIT)
    assert world.state(Contract, K1).supplier_ids == (SUPPLIER,)
    now = await status(standing, party_id=SUPPLIER)
    assert (now["party_id"], now["supplier_ids"]) == (SUPPLIER, [SUPPLIER])
    assert (await status(standing, party_id=SURVIVOR))["supplier_ids"] == []
    then = await status(standing, party_id=SUPPLIER, as_of=str(between))
    assert (then["party_id"], then["supplier_ids"]) == (SURVIVOR, [SURVIVOR])
    before = await status(standing, party_id=SUPPLIER, as_of=str(first))
    assert (before["party_id"], before["supplier_ids"]) == (SUPPLIER, [SUPPLIER])


async def test_a_split_leaves_each_with_what_was_told_of_it(standing: Standing) -> None:
    world = standing.world
    await world.tell(found(party_id=BALTIC))
    merged = PartiesMerged(party_id=SURVIVOR, merged_id=BALTIC, by="mette", reason="one")
    await world.tell(merged)
    assert (await status(standing, party_id=SURVIVOR))["status"] == "REVIEW"
    await world.tell(PartySplit(party_id=SURVIVOR, split_id=BALTIC, by="mette", reason="two"))
    assert (await status(standing, party_id=BALTIC))["status"] == "REVIEW"
    assert (await status(standing, party_id=SURVIVOR))["status"] == "CLEAR"


async def test_merging_again_and_twice_the_same_changes_nothing_more(standing: Standing) -> None:
    world = standing.world
    await world.tell(found(party_id=SUPPLIER), MERGED)
    version = world.state(Contract, K1).status_version
    await world.tell(MERGED.model_copy(update={"reason": "once more"}))
    assert world.state(Contract, K1).status_version == version
