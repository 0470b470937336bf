"""How contracts and parties stand: the worst of what concerns them, told once per change."""

from typing import Any

import pytest

from services.contracts import status
from services.contracts.commands import Acknowledge, OpenEndpoint
from services.contracts.domain import Contract, PartyStanding
from shared.events.breaches import (
    BreachDismissed,
    BreachFlagged,
    BreachRemedied,
    Consequence,
    ConsequenceOrdered,
    InterimMeasureOrdered,
    Track,
)
from shared.events.contracts import ContractStatusChanged, PartyStatusChanged, StatusAcknowledged
from shared.events.screening import ListUpdated
from shared.events.subcontractors import ExposureEnded, ExposureFound
from shared.events.words import Cause, CauseKind, Role, Status
from shared.testing import MACHINE, T0, World
from tests.contracts.conftest import package, release
from tests.contracts.test_releases import K1, take_in

BUYER = "dk-cvr-91204711"
SUPPLIER = "dk-cvr-92431185"
BALTIC = "dk-cvr-93587278"


@pytest.fixture
async def world(world: World) -> World:
    """A world with one contract in it."""
    await take_in(world, package(release(1)))
    return world


def found(id: str = "exp-1", status: Status = Status.REVIEW, **more: Any) -> ExposureFound:
    said = {
        "contract_id": K1,
        "party_id": BALTIC,
        "cause": Cause(kind=CauseKind.HIT, ref="hit-1", rule="SAN-AF"),
        **more,
    }
    return ExposureFound(
        exposure_id=id,
        buyer_id=BUYER,
        supplier_id=SUPPLIER,
        role=Role.SUBCONTRACTOR,
        tier=1,
        path=(SUPPLIER, BALTIC),
        status=status,
        **said,
    )


def over(id: str = "exp-1") -> ExposureEnded:
    return ExposureEnded(
        exposure_id=id,
        contract_id=K1,
        buyer_id=BUYER,
        party_id=BALTIC,
        cause=Cause(kind=CauseKind.HIT, ref="hit-1", rule="SAN-AF"),
        reason="dismissed",
    )


def case(status: Status, rule: str = "SAN-AF", id: str = "case-1") -> dict[str, Any]:
    return {
        "case_id": id,
        "contract_id": K1,
        "buyer_id": BUYER,
        "party_id": BALTIC,
        "supplier_id": SUPPLIER,
        "track": Track.LEGAL_BLOCK,
        "rule": rule,
        "status": status,
    }


def flagged(*exposure_ids: str, status: Status = Status.REVIEW) -> BreachFlagged:
    return BreachFlagged(
        **case(status),
        cause=Cause(kind=CauseKind.HIT, ref="hit-1", rule="SAN-AF"),
        exposure_ids=exposure_ids,
        phase="arose_later",
        mandatory=True,
        basis=("clause",),
        rulebook_version="2026-02",
    )


HELD = InterimMeasureOrdered(
    **case(Status.BLOCKED_LEGAL), measure="hold", by="mette", reason="listed", due=T0
)


def statuses(world: World) -> list[tuple[int, Status]]:
    return [
        (fact.status_version, fact.status)
        for fact in world.announced
        if isinstance(fact, ContractStatusChanged)
    ]


async def test_the_worst_exposure_counts_and_every_reason_is_named(world: World) -> None:
    cause = Cause(kind=CauseKind.CLAIM, ref="claim-1", rule="EX-B1")
    await world.tell(found(), found("exp-2", Status.CONDITIONAL, cause=cause))
    last = world.announced[-2]
    assert isinstance(last, ContractStatusChanged)
    assert (last.status, last.status_version) == (Status.CONDITIONAL, 2)
    assert last.reason_codes == ("EX-B1", "SAN-AF")
    assert last.supplier_ids == (SUPPLIER,)


async def test_a_second_exposure_of_the_same_kind_says_nothing_new(world: World) -> None:
    await world.tell(found(), found("exp-2"), found())
    assert statuses(world) == [(1, Status.REVIEW)]
    await world.tell(over("exp-2"))
    assert statuses(world) == [(1, Status.REVIEW)]
    await world.tell(over())
    assert statuses(world) == [(1, Status.REVIEW), (2, Status.CLEAR)]


async def test_a_substitute_under_watch_leaves_the_contract_clear(world: World) -> None:
    await world.tell(found(status=Status.CLEAR))
    assert statuses(world) == []


async def test_a_case_takes_the_place_of_its_exposures(world: World) -> None:
    await world.tell(found(), flagged("exp-1"), HELD)
    assert statuses(world)[-1][1] is Status.BLOCKED_LEGAL
    remedied = BreachRemedied(**case(Status.CLEAR), reason="replaced")
    await world.tell(remedied)
    assert statuses(world)[-1][1] is Status.CLEAR
    await world.tell(over())
    assert world.state(Contract, K1).concerns == ()


async def test_a_case_may_be_heard_of_before_its_exposure(world: World) -> None:
    dismissed = BreachDismissed(**case(Status.CLEAR), by="mette", reason="no ground")
    await world.tell(flagged("exp-1"), dismissed, found())
    assert world.state(Contract, K1).standing.status is Status.CLEAR
    await world.tell(over(), found())
    assert world.state(Contract, K1).standing.status is Status.REVIEW


async def test_a_signed_decision_and_the_rulebook_are_named(world: World) -> None:
    ordered = ConsequenceOrdered(
        **case(Status.REPLACE_REQUIRED),
        decision_id="decision-1",
        consequence=Consequence.REPLACE,
        basis="clause",
        reason="owned",
    )
    await world.tell(flagged("exp-1"), ordered)
    payload = status.of_contract(world.state(Contract, K1), ())
    assert payload.decision_id == "decision-1"
    assert payload.rulebook_version == "2026-02"
    assert payload.valid_from == T0


async def test_a_status_names_the_binding_lists_it_rests_on(world: World) -> None:
    def updated(source: str, version: str, binding: bool) -> ListUpdated:
        return ListUpdated(
            source=source,
            version=version,
            entries=10,
            added=1,
            changed=0,
            removed=0,
            binding=binding,
        )

    lists = [updated("eu", "a1", True), updated("us", "x", False), updated("eu", "a2", True)]
    await world.tell(*lists, found())
    last = world.announced[-2]
    assert isinstance(last, ContractStatusChanged)
    assert [(one.source, one.version) for one in last.list_as_of] == [("eu", "a2")]


async def test_that_a_reason_is_a_conviction_stays_inside(world: World) -> None:
    cause = Cause(kind=CauseKind.CLAIM, ref="claim-1", rule="EX-A2")
    await world.tell(found(cause=cause))
    assert "EX-A2" not in status.of_contract(world.state(Contract, K1), ()).model_dump_json()
    assert all("EX-A2" not in fact.model_dump_json() for fact in world.announced)
    assert world.state(Contract, K1).concerns[0].reason == "EX-A2"


async def test_a_party_stands_as_the_worst_of_a_buyers_contracts_says(world: World) -> None:
    other = release(1, ocid="ocds-abc123-R2")
    await take_in(world, package(other))
    second = "ocds-abc123-r2--k1"
    await world.tell(found(), found("exp-2", Status.CONDITIONAL, contract_id=second))
    said = [
        (fact.party_id, fact.status)
        for fact in world.announced
        if isinstance(fact, PartyStatusChanged)
    ]
    assert said == [(BALTIC, Status.REVIEW), (BALTIC, Status.CONDITIONAL)]
    ended = over("exp-2").model_copy(update={"contract_id": second})
    await world.tell(ended)
    assert world.announced[-1] == PartyStatusChanged(
        party_id=BALTIC, buyer_id=BUYER, status=Status.REVIEW, reason_codes=("SAN-AF",)
    )
    id = PartyStanding.id_of(BUYER, BALTIC)
    assert list(world.state(PartyStanding, id).contracts) == [K1]


async def test_facts_about_a_contract_wait_until_it_is_known(world: World) -> None:
    unknown = found(contract_id="ocds-abc123-r9--k1")
    await world.tell(unknown)
    assert [held.missing for held in world.parked] == ["contract/ocds-abc123-r9--k1"]
    amendment = release(2, ocid="ocds-abc123-R9", tag=["contractAmendment"])
    await take_in(world, package(amendment))
    await world.tell(unknown.model_copy(update={"exposure_id": "exp-9"}))
    assert len(world.parked) == 2


async def test_an_acknowledgement_is_stored_once_and_only_for_what_was_told(
    world: World,
) -> None:
    opened = await world.tell(
        OpenEndpoint(buyer_id=BUYER, url="http://127.0.0.1:1/hook"), by=MACHINE
    )
    assert opened.result is not None
    endpoint = opened.result["endpoint_id"]

    def taken_over(version: int, endpoint_id: str = endpoint) -> Acknowledge:
        return Acknowledge(contract_id=K1, status_version=version, endpoint_id=endpoint_id)

    await world.tell(found())
    for _ in range(2):
        done = await world.tell(taken_over(1), by=MACHINE)
        assert done.result == {"acknowledged": 1, "current": 1}
    assert world.told.count(StatusAcknowledged) == 1
    for wrong, field in ((taken_over(2), "status_version"), (taken_over(1, "x"), "endpoint_id")):
        refused = await world.tell(wrong, by=MACHINE)
        assert refused.error is not None
        assert refused.error["field"] == field
