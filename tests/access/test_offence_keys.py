"""Words that may tell of offences go with the contract that they were about."""

from datetime import timedelta

from services.audits.domain.complaints import Category
from services.breaches.commands import OpenEnquiry
from shared.events.audits import FindingRaised
from shared.events.onboarding import DataErased
from shared.events.words import CauseKind
from shared.sealing import ERASED, HeldBack
from shared.testing import World
from tests.access.followed import COMPANY, TOLD, facts, lived
from tests.audits.conftest import BUYER, K1
from tests.breaches.told import CONTRACT, HANSEN, REPLACEMENT, Cases, clauses, exposed, signed

RULE = "EX-C3"
MONTH = timedelta(days=31)


class Held:
    """Keys of which one is held back."""

    held = True

    def __init__(self, world: World) -> None:
        self._ring = world.store.keyring

    async def destroy(self, subject: str) -> None:
        if self.held:
            raise HeldBack("a case is in court")
        await self._ring.destroy(subject)


def over(contract_id: str) -> DataErased:
    return DataErased(
        contract_id=contract_id, buyer_id=BUYER, persons=0, documents=0, held=0, rule="DK"
    )


async def enquired(*others: str) -> Cases:
    """A case about an offence, with its words; the same cause on further contracts."""
    world = Cases()
    for id in (CONTRACT, *others):
        contract = signed().model_copy(update={"contract_id": id})
        found = exposed(HANSEN, CauseKind.CLAIM, RULE, detail=TOLD)
        exposure = {"contract_id": id, "exposure_id": f"{found.exposure_id}/{id}"}
        rights = clauses(REPLACEMENT).model_copy(update={"contract_id": id})
        await world.tell(contract, rights, found.model_copy(update=exposure))
    first = next(case for case in world.cases if case.contract_id == CONTRACT)
    await world.done(OpenEnquiry(case_id=first.id, question=TOLD))
    return world


async def known(world: World) -> set[str]:
    """The names of those of whom it can still be read what is told of them."""
    keys = await world.store.keyring.keys((), create=False)
    return {subject for (kind, subject), key in keys.items() if kind == "criminal" and key}


async def test_the_words_of_a_case_go_with_its_contract_and_the_case_stays() -> None:
    world = await enquired()
    (case,) = world.cases
    assert f"person-offences-{case.id}" in await known(world)
    await world.tell(over("another-contract"))
    await world.do_effects()
    assert f"person-offences-{case.id}" in await known(world)
    await world.tell(over(CONTRACT))
    await world.do_effects()
    assert await known(world) == set()
    assert world.case.rule == RULE


async def test_what_a_case_of_another_contract_says_of_the_same_stays() -> None:
    world = await enquired("contract-2")
    first, second = sorted(world.cases, key=lambda case: case.contract_id != CONTRACT)
    assert first.cause.ref == second.cause.ref
    cause = f"person-offences-{first.cause.ref}"
    assert cause in await known(world)
    await world.tell(over(CONTRACT))
    await world.do_effects()
    assert f"person-offences-{first.id}" not in await known(world)
    assert cause in await known(world)
    await world.tell(over("contract-2"))
    await world.do_effects()
    assert cause not in await known(world)


async def test_what_is_held_back_is_looked_at_again() -> None:
    world = await enquired()
    world.keys.ring = ring = Held(world)
    await world.tell(over(CONTRACT))
    await world.do_effects()
    await world.advance(MONTH)
    await world.do_effects()
    assert f"person-offences-{world.case.id}" in await known(world)
    ring.held = False
    await world.advance(MONTH)
    await world.do_effects()
    assert await known(world) == set()


async def test_the_words_of_follow_up_go_with_its_contract() -> None:
    world = await lived("human-rights", COMPANY, Category.HUMAN_RIGHTS)
    before = await known(world)
    assert {"person-offences-finding-1", "person-offences-complaint-1"} <= before
    await world.tell(over(K1))
    await world.do_effects()
    assert await known(world) == set()
    raised = [one for one in await facts(world) if isinstance(one, FindingRaised)]
    assert {one.description for one in raised} == {ERASED}
