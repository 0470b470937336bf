"""What the letters of a case say of the buyer, of its decisions, and of what has ended."""

from datetime import date

import pytest

from services.breaches.commands import ConfirmBreach, SignDecision
from services.breaches.letters import Letter
from shared.domain import Caller
from shared.events.contracts import ContractPassedOn
from tests.breaches.test_hearings import contradicted, deciding, heard, suppliers_debt
from tests.breaches.test_legal_block import blocked
from tests.breaches.told import ANNA, BO, CONTRACT, REGION, REPLACEMENT, Cases, signed

IDA = Caller(subject="ida", roles=("approver",), buyers=("*",))


async def letters(world: Cases, kind: str) -> list[Letter]:
    """The letters of one kind, as they are kept, by their number."""
    await world.do_effects()
    kept = (d for d in world.store.documents.values() if isinstance(d, Letter))
    return sorted((x for x in kept if x.kind == kind), key=lambda x: x.number)


async def test_a_letter_is_signed_with_the_name_of_the_buyer() -> None:
    world = Cases()
    await world.tell(signed(buyer_name="Region Nord"))
    (letter,) = await letters(await blocked(world), "instruction")
    for text in (letter.text_da, letter.text_sv, letter.text_en):
        assert text.endswith("\nRegion Nord")
        assert REGION not in text


async def test_a_buyer_without_a_known_name_signs_with_its_number() -> None:
    (letter,) = await letters(await blocked(), "instruction")
    assert letter.text_da.endswith(f"\n{REGION}")


async def test_the_letters_after_a_merger_are_signed_by_the_successor() -> None:
    world = Cases()
    await world.tell(signed(buyer_name="Region Nord"))
    passed = ContractPassedOn(
        contract_id=CONTRACT,
        buyer_id="dk-cvr-92000001",
        predecessor_id=REGION,
        effective=date(2026, 11, 24),
        reason="the regions merge",
        buyer_name="Region Øst",
    )
    await world.tell(passed)
    (letter,) = await letters(await blocked(world), "instruction")
    assert letter.text_da.endswith("\nRegion Øst")


@pytest.mark.parametrize(
    ("consequence", "signers", "danish", "swedish", "english"),
    [
        ("replace", (ANNA, BO), "to andre personer", "två andra personer", "two others"),
        ("terminate", (ANNA, BO, IDA), "tre andre personer", "tre andra personer", "three others"),
    ],
)
async def test_a_decision_says_how_many_signed_it(
    consequence: str, signers: tuple[Caller, ...], danish: str, swedish: str, english: str
) -> None:
    ends = consequence == "terminate"
    world = await (suppliers_debt(REPLACEMENT) if ends else heard(await contradicted()))
    await world.done(ConfirmBreach(case_id=world.case.id, reason="the debt is due"))
    await world.done(deciding(world, consequence, "clause replacement"))
    for signer in signers:
        await world.done(SignDecision(case_id=world.case.id, no_conflict=True), by=signer)
    letter = (await letters(world, "decision"))[0]
    assert f"underskrevet af {danish}," in letter.text_da
    assert f"undertecknat av {swedish}," in letter.text_sv
    assert f"signed by {english}," in letter.text_en
