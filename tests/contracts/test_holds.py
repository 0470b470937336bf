"""Payment holds, bases and exclusions: what a contract system needs to act on, and nothing more."""

from datetime import date, timedelta

import pytest

from services.contracts import status
from services.contracts.domain import Contract, Standing
from services.contracts.domain.concerning import UNTIL_LIFTED, UNTIL_REMEDIED, UNTIL_VERDICT
from shared.events.breaches import (
    BreachConfirmed,
    BreachRemedied,
    Consequence,
    ConsequenceOrdered,
    InterimMeasureLifted,
)
from shared.events.contracts import ContractStatusChanged
from shared.events.words import Money, PaymentHold, Status
from shared.testing import T0, World
from tests.contracts.conftest import package, release
from tests.contracts.test_releases import K1, take_in
from tests.contracts.test_status import HELD, case, flagged


@pytest.fixture
async def world(world: World) -> World:
    """A world with one contract in it."""
    await take_in(world, package(release(1)))
    return world


def ordered(consequence: Consequence, shows: Status, **more: object) -> ConsequenceOrdered:
    said = {"basis": "clause labour-ilo94", "reason": "Ole Hansen was not paid", **more}
    return ConsequenceOrdered.model_validate(
        case(shows) | {"decision_id": "decision-1", "consequence": consequence} | said
    )


def standing(world: World) -> Standing:
    return world.state(Contract, K1).standing


def holds(world: World) -> list[PaymentHold]:
    return list(standing(world).payment_holds)


async def test_a_payment_hold_says_how_much_on_which_basis_and_until_what(world: World) -> None:
    amount = Money(amount=120_000, currency="DKK")
    order = ordered(Consequence.HOLD_PAYMENT, Status.CONDITIONAL, amount=amount)
    await world.tell(flagged("exp-1"), order)
    [hold] = holds(world)
    assert (hold.amount, hold.basis, hold.decision_id) == (
        amount,
        "clause labour-ilo94",
        "decision-1",
    )
    assert (hold.release_condition, hold.since) == (UNTIL_REMEDIED, T0)
    said = world.announced[-2]
    assert isinstance(said, ContractStatusChanged)
    assert said.payment_holds == (hold,)
    assert said.basis == ("clause labour-ilo94",)
    assert "Ole Hansen" not in said.model_dump_json()


async def test_a_hold_ends_with_what_was_wrong(world: World) -> None:
    await world.tell(flagged("exp-1"), ordered(Consequence.HOLD_PAYMENT, Status.CONDITIONAL))
    await world.tell(BreachRemedied(**case(Status.CLEAR), reason="paid"))
    assert holds(world) == []
    assert standing(world) == Standing()


async def test_a_precautionary_hold_lasts_until_the_verdict_and_then_until_the_block_is_lifted(
    world: World,
) -> None:
    await world.tell(flagged("exp-1"), HELD)
    [hold] = holds(world)
    assert (hold.amount, hold.basis, hold.release_condition) == (None, "SAN-AF", UNTIL_VERDICT)
    basis = "Regulation (EU) 269/2014 Art 2"
    await world.advance(timedelta(hours=2))
    await world.tell(
        BreachConfirmed(**case(Status.BLOCKED_LEGAL), by="mette", reason="owned", basis=basis)
    )
    [hold] = holds(world)
    assert (hold.basis, hold.release_condition, hold.since) == (basis, UNTIL_LIFTED, T0)


async def test_a_precautionary_hold_that_is_lifted_holds_nothing(world: World) -> None:
    lifted = InterimMeasureLifted(**case(Status.REVIEW), by="mette", reason="another person")
    await world.tell(flagged("exp-1"), HELD, lifted)
    assert holds(world) == []
    assert standing(world).status is Status.REVIEW


async def test_an_exclusion_names_its_procedure_and_its_last_day(world: World) -> None:
    order = ordered(Consequence.NONE, Status.EXCLUDED, excluded_until=date(2028, 11, 23))
    await world.tell(flagged("exp-1"), order)
    payload = status.of_contract(world.state(Contract, K1), ())
    assert (payload.status, payload.procedure_id) == (Status.EXCLUDED, "R1")
    assert payload.excluded_until == date(2028, 11, 23)
    await world.tell(BreachRemedied(**case(Status.CLEAR), reason="self-cleaning"))
    assert status.of_contract(world.state(Contract, K1), ()).procedure_id is None


async def test_the_paragraph_of_a_conviction_stays_inside(world: World) -> None:
    paragraph = "UL §135(1)"
    confirmed = BreachConfirmed(
        **case(Status.CONDITIONAL, rule="EX-A1"), by="mette", reason="judgment", basis=paragraph
    )
    await world.tell(confirmed)
    order = ordered(Consequence.HOLD_PAYMENT, Status.CONDITIONAL, basis=paragraph, rule="EX-A1")
    await world.tell(order)
    text = status.of_contract(world.state(Contract, K1), ()).model_dump_json()
    assert "135" not in text
    assert "EX-A1" not in text
    [hold] = holds(world)
    assert hold.basis == "EX"


async def test_a_decision_that_changes_only_its_amount_is_a_new_status(world: World) -> None:
    first = ordered(Consequence.HOLD_PAYMENT, Status.CONDITIONAL, amount=Money(amount=100))
    await world.tell(flagged("exp-1"), first)
    version = world.state(Contract, K1).status_version
    corrected = first.model_copy(update={"decision_id": "decision-2", "amount": Money(amount=60)})
    await world.tell(corrected)
    contract = world.state(Contract, K1)
    assert contract.status_version == version + 1
    assert contract.standing.decision_ids == ("decision-1", "decision-2")
    assert [hold.amount for hold in holds(world)] == [Money(amount=60)]
