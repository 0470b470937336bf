"""Payment holds, bases and exclusions: what a contract system needs to act on, and nothing more."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from services.contracts import status
from services.contracts.api import api
from services.contracts.domain import Contract, Standing
from services.contracts.domain.concerning import UNTIL_LIFTED, UNTIL_REMEDIED, UNTIL_VERDICT
from shared.events.breaches import (
    BreachConfirmed,
    BreachRemedied,
    CaseResumed,
    Consequence,
    ConsequenceOrdered,
    DecisionWithdrawn,
    InterimMeasureLifted,
    PaymentHoldOrdered,
    PaymentHoldReleased,
)
from shared.events.contracts import ContractStatusChanged
from shared.events.screening import ListUpdated
from shared.events.words import Money, PaymentHold, Status
from shared.testing import T0, World
from shared.webhooks import Secrets
from tests.contracts.conftest import PERSON_KEY, ROOT_SECRET, package, release
from tests.contracts.receiver import Receiver, receiving
from tests.contracts.test_api import SYSTEM
from tests.contracts.test_releases import K1, take_in
from tests.contracts.test_status import BUYER, HELD, case, flagged
from tests.serving import Standing as Serving


@pytest.fixture
async def world(world: World) -> World:
    """A world with one contract in it."""
    await take_in(world, package(release(1)))
    return world


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        yield running


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


# ---------------------------------------------------------------- what breaches announces of holds

HELD_60 = {"decision_id": "decision-1", "basis": "clause labour-ilo94"}


def held(amount: float) -> PaymentHoldOrdered:
    return PaymentHoldOrdered.model_validate(
        case(Status.CONDITIONAL) | HELD_60 | {"amount": Money(amount=amount)}
    )


def released(amount: float, left: float, shows: Status = Status.CONDITIONAL) -> PaymentHoldReleased:
    return PaymentHoldReleased.model_validate(
        case(shows)
        | {
            "amount": Money(amount=amount),
            "left": Money(amount=left),
            "by": "mette",
            "reason": "back-pay of Ole Hansen was proved",
        }
    )


async def test_a_hold_is_as_large_as_was_ordered_and_shrinks_as_proof_comes(world: World) -> None:
    order = ordered(Consequence.HOLD_PAYMENT, Status.CONDITIONAL)
    await world.tell(flagged("exp-1"), order, held(60_000))
    [hold] = holds(world)
    assert (hold.amount, hold.decision_id) == (Money(amount=60_000), "decision-1")
    assert (hold.basis, hold.release_condition) == ("clause labour-ilo94", UNTIL_REMEDIED)
    version = world.state(Contract, K1).status_version
    await world.tell(released(45_000, 15_000))
    [hold] = holds(world)
    assert (hold.amount, hold.since) == (Money(amount=15_000), T0)
    assert world.state(Contract, K1).status_version == version + 1
    await world.tell(released(15_000, 0))
    assert holds(world) == []
    assert standing(world).decision_ids == ("decision-1",)


async def test_a_withdrawn_decision_holds_nothing_and_excludes_nobody(world: World) -> None:
    order = ordered(Consequence.HOLD_PAYMENT, Status.CONDITIONAL, excluded_until=date(2028, 11, 23))
    withdrawn = DecisionWithdrawn.model_validate(
        case(Status.REVIEW)
        | {
            "decision_id": "decision-1",
            "consequence": Consequence.HOLD_PAYMENT,
            "by": "mette",
            "reason": "the wrong party was heard",
        }
    )
    await world.tell(flagged("exp-1"), order, held(60_000), released(60_000, 0), withdrawn)
    now = standing(world)
    assert (now.status, now.payment_holds, now.decision_ids) == (Status.REVIEW, (), ())
    assert (now.excluded_until, now.basis) == (None, ())
    assert now.rulebook_version == flagged("exp-1").rulebook_version


async def test_a_case_that_is_taken_up_again_still_knows_its_rulebook(world: World) -> None:
    await world.tell(flagged("exp-1"), BreachRemedied(**case(Status.CLEAR), reason="paid"))
    assert standing(world) == Standing()
    resumed = CaseResumed(**case(Status.REVIEW), by="mette", reason="it was not paid after all")
    await world.tell(resumed)
    assert standing(world).rulebook_version == flagged("exp-1").rulebook_version


async def test_the_contract_system_gets_all_of_it_over_http_and_by_webhook(
    world: World, receiver: Receiver, tmp_path: Path
) -> None:
    lists = ListUpdated(
        source="eu",
        version="a1",
        list_date=date(2026, 11, 19),
        entries=2,
        added=2,
        changed=0,
        removed=0,
        binding=True,
    )
    secrets = Secrets(ROOT_SECRET)
    system = Serving(world, api, tmp_path, adapters={"person_key": PERSON_KEY, "secrets": secrets})
    async with system.client(SYSTEM) as client:
        body = {"buyer_id": BUYER, "url": receiver.url}
        opened = (await client.post("/endpoints", json=body)).json()
        receiver.secret = opened["secret"]
        order = ordered(Consequence.HOLD_PAYMENT, Status.CONDITIONAL)
        await world.tell(lists, flagged("exp-1"), order, held(60_000))
        for _ in range(3):  # one is on its way at a time; the newest takes the place of others
            await world.do_effects()
        asked = (await client.get("/status", params={"contract_id": K1})).json()
        party = {"party_id": flagged("exp-1").party_id}
        of_party = (await client.get("/status", params=party)).json()
    told = receiver.got[-1]
    for said in (asked, of_party, told):
        [hold] = said["payment_holds"]
        assert hold["amount"] == {"amount": 60_000.0, "currency": "DKK"}
        assert hold["basis"] == "clause labour-ilo94"
        assert (hold["release_condition"], hold["decision_id"]) == (UNTIL_REMEDIED, "decision-1")
        assert (said["decision_id"], said["decision_ids"]) == ("decision-1", ["decision-1"])
        assert said["basis"] == ["clause labour-ilo94"]
        assert said["list_as_of"][0]["list_date"] == "2026-11-19"
        assert said["rulebook_version"] == flagged("exp-1").rulebook_version
        assert "Ole Hansen" not in str(said)
