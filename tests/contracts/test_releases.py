"""What happens to releases: taken in once, in any order, each with its own answer."""

from typing import Any

import pytest

from services.contracts.commands import TakeIn
from services.contracts.domain import Contract, Stage
from services.contracts.ocds import read
from shared.domain import Caller
from shared.events.contracts import ClausesSet, ContractAmended, ContractEnded, ContractSigned
from shared.testing import MACHINE, World
from tests.contracts.conftest import PERSON_KEY, package, release, sample

NORDLYS = "ocds-213czf-rn-2026-014--rn-2026-014-k1"
K1 = "ocds-abc123-r1--k1"


async def take_in(world: World, *bodies: dict[str, Any]) -> list[dict[str, Any]]:
    for body in bodies:
        command = TakeIn(readings=tuple(read(body, PERSON_KEY)))
        outcome = await world.tell(command, by=MACHINE)
    assert outcome.result is not None
    lines: list[dict[str, Any]] = outcome.result["releases"]
    return lines


async def test_a_contract_is_signed_with_the_clauses_of_its_release(world: World) -> None:
    [line] = await take_in(world, sample("nordlys-contract.json"))
    assert line["outcome"] == "taken"
    assert line["contracts"] == [
        {"contract_id": NORDLYS, "outcome": "signed", "clauses": "contract"}
    ]
    assert world.told == [ContractSigned, ClausesSet]
    clauses = world.announced[1]
    assert isinstance(clauses, ClausesSet)
    assert (len(clauses.clauses), clauses.source) == (6, "contract")


async def test_without_clauses_of_its_own_the_template_of_the_category_counts(
    world: World,
) -> None:
    await take_in(world, sample("malardalen-contract.json"))
    clauses = world.announced[1]
    assert isinstance(clauses, ClausesSet)
    assert clauses.source == "laundry-2026"
    assert "labour-ilo94" in [clause.code for clause in clauses.clauses]


@pytest.mark.parametrize(
    ("category", "signed", "source"),
    [
        ("90910000", "2026-10-12", "cleaning-2026"),
        ("33140000", "2026-10-12", "medical-devices-2026"),
        ("77777777", "2026-10-12", "general-2026"),
        ("90910000", "2024-10-12", "general-before-2026"),
    ],
)
async def test_the_template_is_the_closest_one_of_its_day(
    world: World, category: str, signed: str, source: str
) -> None:
    items = [{"id": "1", "classification": {"scheme": "CPV", "id": category}}]
    [line] = await take_in(world, package(release(contract={"items": items, "dateSigned": signed})))
    assert line["contracts"][0]["clauses"] == source


async def test_the_same_release_twice_changes_nothing(world: World) -> None:
    await take_in(world, sample("nordlys-contract.json"))
    [line] = await take_in(world, sample("nordlys-contract.json"))
    assert line["outcome"] == "known"
    assert world.told == [ContractSigned, ClausesSet]


async def test_another_release_with_the_same_id_is_refused(world: World) -> None:
    await take_in(world, package(release()))
    [line] = await take_in(world, package(release(contract={"title": "Other"})))
    assert (line["outcome"], line["field"]) == ("refused", "releases.0.id")
    assert world.state(Contract, K1).title == "Cleaning"


async def test_an_amendment_changes_what_it_names_and_tells_what_that_was(world: World) -> None:
    [line] = await take_in(world, sample("nordlys-contract.json"), sample("nordlys-amendment.json"))
    assert line["contracts"][0]["changed"] == ["value"]
    amended = world.announced[-1]
    assert isinstance(amended, ContractAmended)
    assert amended.changed == ("value",)
    assert amended.value is not None
    assert amended.value.amount == 50_400_000
    assert amended.title == "Rengøring af Sygehus Nord og Sygehus Vest"


async def test_an_amendment_that_comes_first_waits_for_its_contract(world: World) -> None:
    [line] = await take_in(world, sample("nordlys-amendment.json"))
    assert line["contracts"][0]["outcome"] == "waiting"
    assert world.told == []
    await take_in(world, sample("nordlys-contract.json"))
    assert world.told == [ContractSigned, ClausesSet, ContractAmended]
    contract = world.state(Contract, NORDLYS)
    assert contract.value is not None
    assert contract.value.amount == 50_400_000
    assert contract.waiting == ()


async def test_an_older_amendment_that_comes_late_does_not_undo_a_newer_one(
    world: World,
) -> None:
    def amendment(number: int, title: str, **more: Any) -> dict[str, Any]:
        return release(number, tag=["contractAmendment"], contract={"title": title, **more})

    older = amendment(2, "Older", value={"amount": 2, "currency": "DKK"})
    newer = amendment(3, "Newer", value=None)
    await take_in(world, package(release(1)), package(newer), package(older))
    contract = world.state(Contract, K1)
    assert contract.title == "Newer"
    assert contract.value is not None
    assert contract.value.amount == 2


async def test_a_termination_ends_the_contract_once(world: World) -> None:
    gone = {"status": "terminated", "statusDetails": "the need is gone"}
    ending = release(2, tag=["contractTermination"], contract=gone)
    again = release(3, tag=["contractTermination"], contract=gone)
    [line] = await take_in(world, package(release(1)), package(ending))
    assert line["contracts"][0]["outcome"] == "ended"
    ended = world.announced[-1]
    assert isinstance(ended, ContractEnded)
    assert ended.reason == "the need is gone"
    [line] = await take_in(world, package(again))
    assert line["outcome"] == "refused"
    assert "ended" in line["contracts"][0]["reason"]
    assert world.told.count(ContractEnded) == 1


async def test_a_wrong_release_keeps_no_other_one_out_and_may_come_again_corrected(
    world: World,
) -> None:
    bad = release(1, ocid="ocds-abc123-R2", contract={"value": {"amount": 1}})
    lines = await take_in(world, package(bad, release(1)))
    assert [line["outcome"] for line in lines] == ["refused", "taken"]
    assert lines[0]["field"] == "releases.0.contracts.0.value.currency"
    good = release(1, ocid="ocds-abc123-R2")
    assert [line["outcome"] for line in await take_in(world, package(good))] == ["taken"]


async def test_releases_that_say_nothing_of_contracts_are_passed_over(world: World) -> None:
    [line] = await take_in(world, package(release(tag=["planning"])))
    assert line["outcome"] == "passed_over"
    assert world.told == []


async def test_nothing_of_another_buyer_is_taken_in(world: World) -> None:
    other = Caller(subject="x", roles=("integration",), buyers=("dk-cvr-11111111",))
    command = TakeIn(readings=tuple(read(package(release()), PERSON_KEY)))
    outcome = await world.tell(command, by=other)
    assert outcome.error is not None
    assert outcome.error["kind"] == "forbidden"
    assert world.told == []


async def test_a_contract_cannot_be_told_by_another_buyer(world: World) -> None:
    await take_in(world, package(release(1)))
    taken_over = release(2, buyer={"id": "SE-BLV-5599874129"})
    [line] = await take_in(world, package(taken_over))
    assert line["contracts"][0]["field"] == "buyer.id"
    assert world.state(Contract, K1).stage is Stage.SIGNED
