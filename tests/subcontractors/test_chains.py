"""Who works on a contract: declared once, decided on, in dated versions."""

from datetime import date, timedelta

from services.subcontractors.commands import (
    ApproveSubcontractor,
    RefuseSubcontractor,
    WithdrawSubcontractor,
)
from services.subcontractors.domain import Chain
from shared.domain import Caller
from shared.events.contracts import ContractEnded
from shared.events.subcontractors import (
    ChainViolationFound,
    SubcontractorApproved,
    SubcontractorDeclared,
    SubcontractorNotApproved,
    SubcontractorWithdrawn,
)
from shared.events.words import Right, Share
from tests.subcontractors.told import (
    BALTIC,
    CONTRACT,
    HANSEN,
    NORDLYS,
    ORESUND,
    REGION,
    Chains,
    clauses,
    named,
    raised,
    signed,
)


async def test_a_named_subcontractor_is_declared_and_an_officer_is_asked() -> None:
    world = Chains()
    await world.tell(signed(), named((BALTIC, 25)))
    (declared,) = world.of(SubcontractorDeclared)
    assert (declared.parent_id, declared.tier, declared.chain_version) == (NORDLYS, 1, 1)
    need = declared.need
    assert need.id == f"approve-subcontractor/{CONTRACT}/{BALTIC}"
    assert (need.role, need.buyer_id) == ("officer", REGION)
    assert need.due > world.now + timedelta(days=4)


async def test_two_documents_that_name_the_same_one_declare_it_once() -> None:
    world = Chains()
    await world.tell(signed(), named((BALTIC, None)), named((BALTIC, 25), document="doc-xlsx"))
    assert len(world.of(SubcontractorDeclared)) == 1
    (member,) = world.state(Chain, CONTRACT).members
    assert member.share == Share.exactly(25)
    assert member.document_ids == ("doc-espd", "doc-xlsx")


async def test_names_that_come_before_their_contract_wait_for_it() -> None:
    world = Chains()
    await world.tell(named((BALTIC, 25)))
    assert world.parked[0].missing == f"chain/{CONTRACT}"
    await world.tell(signed())
    assert world.told == [SubcontractorDeclared]
    assert not world.parked


async def test_approval_names_who_and_why_and_settles_the_need() -> None:
    world = Chains()
    await world.tell(signed(), named((BALTIC, 25)))
    ask = ApproveSubcontractor(contract_id=CONTRACT, party_id=BALTIC, reason="known and screened")
    await world.tell(ask, ask)
    (approved,) = world.of(SubcontractorApproved)
    assert (approved.by, approved.settles) == (
        "mette",
        (f"approve-subcontractor/{CONTRACT}/{BALTIC}",),
    )


async def test_a_decision_needs_a_reason_and_a_caller_of_this_buyer() -> None:
    world = Chains()
    await world.tell(signed(), named((BALTIC, 25)))
    ask = ApproveSubcontractor(contract_id=CONTRACT, party_id=BALTIC, reason="  ")
    assert "say why" in await world.refused(ask)
    stranger = Caller(subject="x", roles=("officer",), buyers=("dk-cvr-1",))
    ask = ApproveSubcontractor(contract_id=CONTRACT, party_id=BALTIC, reason="fine")
    assert "do not act for" in await world.refused(ask, by=stranger)
    ask = ApproveSubcontractor(contract_id=CONTRACT, party_id=HANSEN, reason="fine")
    assert f"those are: {BALTIC}" in await world.refused(ask)


async def test_refusing_takes_a_clause_that_gives_the_buyer_a_say() -> None:
    world = Chains()
    await world.tell(signed(), named((BALTIC, 25)))
    ask = RefuseSubcontractor(contract_id=CONTRACT, party_id=BALTIC, reason="no permits")
    assert "no clause" in await world.refused(ask)
    await world.tell(clauses(Right.APPROVE_SUBCONTRACTOR), ask)
    assert world.told[-1] is SubcontractorNotApproved
    assert world.state(Chain, CONTRACT).party_ids == (NORDLYS,)


async def test_the_chain_can_be_seen_as_of_any_day() -> None:
    world = Chains()
    await world.tell(signed(), named((BALTIC, 25), (HANSEN, 15)))
    away = WithdrawSubcontractor(
        contract_id=CONTRACT, party_id=BALTIC, ends=date(2026, 12, 1), reason="sold its business"
    )
    await world.tell(away)
    chain = world.state(Chain, CONTRACT)
    assert [m.party_id for m in chain.as_of(date(2026, 11, 30))] == [BALTIC, HANSEN]
    assert [m.party_id for m in chain.as_of(date(2026, 12, 1))] == [HANSEN]
    assert chain.chain_version == 3


async def test_who_worked_under_a_party_that_leaves_has_left_with_it() -> None:
    world = Chains()
    await world.tell(signed(), named((BALTIC, 25)), named((ORESUND, 5), tier=2, document="doc-2"))
    chain = world.state(Chain, CONTRACT)
    assert chain.path_to(ORESUND) == (NORDLYS, BALTIC, ORESUND)
    await world.tell(
        WithdrawSubcontractor(
            contract_id=CONTRACT, party_id=BALTIC, ends=date(2026, 12, 1), reason="bankrupt"
        )
    )
    assert [e.party_id for e in world.of(SubcontractorWithdrawn)] == [BALTIC, ORESUND]


async def test_shares_above_the_whole_and_a_supplier_under_itself_break_the_rules() -> None:
    world = Chains()
    await world.tell(signed(), named((BALTIC, 60), (HANSEN, 50), (NORDLYS, 1)))
    found = {e.rule: e.detail for e in world.of(ChainViolationFound)}
    assert set(found) == {"CH-SHARE", "CH-CIRCLE"}
    assert "110 %" in found["CH-SHARE"]


async def test_nobody_is_declared_or_exposed_on_a_contract_that_is_over() -> None:
    world = Chains()
    await world.tell(signed(), named((BALTIC, 25)), raised(BALTIC))
    assert len(world.open_exposures) == 1
    await world.tell(
        ContractEnded(contract_id=CONTRACT, buyer_id=REGION, reason="expired"),
        named((HANSEN, 15), document="doc-late"),
    )
    assert world.open_exposures == set()
    assert len(world.of(SubcontractorDeclared)) == 1
    assert not world.rejected
