"""Changes in a chain: notice is given, the buyer answers where a clause says so, days are kept."""

from datetime import date, timedelta
from typing import Any

import pytest

from services.subcontractors.commands import (
    AgreeToChange,
    ApproveSubcontractor,
    AskForChain,
    DeclareSubcontractor,
    GiveNotice,
    RefuseChange,
    WithdrawSubcontractor,
)
from services.subcontractors.domain import Chain, Exposure
from services.subcontractors.domain.roster import Change
from shared.events.subcontractors import (
    ChainUpdateRequested,
    ExposureFound,
    SubcontractorChanged,
    SubcontractorChangeNotified,
    SubcontractorChangeRefused,
    SubcontractorDeclared,
)
from shared.events.words import ChainRole, Clause, NamedSubcontractor, Right, Share, Status
from tests.subcontractors.told import (
    BALTIC,
    CONTRACT,
    HANSEN,
    NORDLYS,
    ORESUND,
    Chains,
    clauses,
    dismissed,
    named,
    party,
    raised,
    signed,
)


def declaring(party_id: str, **more: Any) -> DeclareSubcontractor:
    one = NamedSubcontractor(party=party(party_id), **more)
    return DeclareSubcontractor(contract_id=CONTRACT, supplier_id=NORDLYS, named=one)


def notice(party_id: str = BALTIC, **change: Any) -> GiveNotice:
    effective = change.pop("effective", None)
    return GiveNotice(
        contract_id=CONTRACT,
        party_id=party_id,
        change=Change(**change),
        effective=effective,
        reason="agreed between us",
    )


async def begun() -> Chains:
    world = Chains()
    await world.tell(signed(), named((BALTIC, 25), (HANSEN, 15)))
    return world


async def test_who_hires_whom_puts_everyone_at_their_tier() -> None:
    world = await begun()
    await world.tell(declaring(ORESUND, parent_id=BALTIC, role=ChainRole.RELIED_UPON))
    declared = world.of(SubcontractorDeclared)[-1]
    assert (declared.parent_id, declared.tier, declared.role) == (BALTIC, 2, "relied_upon")
    assert (declared.channel, declared.by) == ("api", "mette")
    await world.tell(notice(BALTIC, parent_id=HANSEN))
    chain = world.state(Chain, CONTRACT)
    assert chain.path_to(ORESUND) == (NORDLYS, HANSEN, BALTIC, ORESUND)
    assert chain.must_have(ORESUND).tier == 3


async def test_tiers_have_no_end() -> None:
    world = await begun()
    above = BALTIC
    for number in range(30):
        below = f"dk-cvr-{10_000_000 + number}"
        await world.tell(declaring(below, parent_id=above))
        above = below
    assert world.state(Chain, CONTRACT).must_have(above).tier == 31


async def test_nobody_hires_who_hires_it() -> None:
    world = await begun()
    await world.tell(declaring(ORESUND, parent_id=BALTIC))
    assert "works under" in await world.refused(notice(BALTIC, parent_id=ORESUND))


async def test_a_change_without_a_clause_takes_effect_from_its_day() -> None:
    world = await begun()
    share = Share(minimum=30, maximum=35)
    await world.tell(notice(share=share, effective=date(2026, 12, 1)))
    (changed,) = world.of(SubcontractorChanged)
    assert (changed.changed, changed.effective) == (("share",), date(2026, 12, 1))
    assert changed.share == share
    chain = world.state(Chain, CONTRACT)
    then = {day: chain.as_of(day)[0].share for day in (date(2026, 11, 30), date(2026, 12, 1))}
    assert then == {date(2026, 11, 30): Share.exactly(25), date(2026, 12, 1): share}


async def test_a_clause_gives_the_buyer_a_say_with_its_own_deadline() -> None:
    world = await begun()
    clause = Clause(code="a", rights=(Right.APPROVE_SUBCONTRACTOR,), approval_working_days=15)
    await world.tell(clauses().model_copy(update={"clauses": (clause,)}), notice(service="windows"))
    (notified,) = world.of(SubcontractorChangeNotified)
    assert notified.need.kind == "approve-change"
    assert notified.need.due > world.now + timedelta(days=20)
    assert world.of(SubcontractorChanged) == []
    ask = AgreeToChange(contract_id=CONTRACT, notice_id=notified.notice_id, reason="fits")
    await world.tell(ask)
    (changed,) = world.of(SubcontractorChanged)
    assert changed.settles == (notified.need.id,)
    assert "approved already" in await world.refused(ask)


async def test_a_refused_change_leaves_all_as_it_was() -> None:
    world = await begun()
    await world.tell(clauses(Right.APPROVE_SUBCONTRACTOR), notice(service="windows"))
    id = world.of(SubcontractorChangeNotified)[0].notice_id
    await world.tell(RefuseChange(contract_id=CONTRACT, notice_id=id, reason="no licence"))
    (refused,) = world.of(SubcontractorChangeRefused)
    assert refused.settles
    assert world.state(Chain, CONTRACT).must_have(BALTIC).service == ""


async def test_a_notice_about_one_who_leaves_needs_no_answer() -> None:
    world = await begun()
    away = WithdrawSubcontractor(
        contract_id=CONTRACT, party_id=BALTIC, ends=date(2026, 12, 1), reason="sold"
    )
    await world.tell(clauses(Right.APPROVE_SUBCONTRACTOR), notice(service="windows"), away)
    assert len(world.of(SubcontractorChangeRefused)) == 1


async def test_the_same_notice_twice_is_one_and_none_about_nothing() -> None:
    world = await begun()
    await world.tell(clauses(Right.APPROVE_SUBCONTRACTOR))
    await world.tell(notice(service="windows"), notice(service="windows"))
    assert len(world.of(SubcontractorChangeNotified)) == 1
    assert "nothing about" in await world.refused(notice(share=Share.exactly(25)))


async def test_every_version_says_who_said_what_and_when() -> None:
    world = await begun()
    await world.advance(timedelta(days=1))
    ask = ApproveSubcontractor(contract_id=CONTRACT, party_id=BALTIC, reason="known")
    await world.tell(ask, notice(HANSEN, service="windows"))
    chain = world.state(Chain, CONTRACT)
    told = [(r.version, r.day.day, r.party_id, r.what, r.by) for r in chain.revisions]
    assert told == [
        (1, 23, BALTIC, "declared", NORDLYS),
        (2, 23, HANSEN, "declared", NORDLYS),
        (2, 24, BALTIC, "approved", "mette"),
        (3, 24, HANSEN, "changed: service", "mette"),
    ]
    assert [m.standing for m in chain.as_of(date(2026, 11, 23))] == ["declared", "declared"]
    assert [m.standing for m in chain.as_of(date(2026, 11, 24))] == ["approved", "declared"]


async def test_a_supplier_is_asked_once_for_each_question() -> None:
    world = await begun()
    ask = AskForChain(contract_id=CONTRACT, supplier_id=NORDLYS, reason="yearly", working_days=5)
    await world.tell(ask, ask)
    first, second = world.of(ChainUpdateRequested)
    assert first.link_id != second.link_id
    other = ask.model_copy(update={"supplier_id": BALTIC})
    assert "the suppliers of" in await world.refused(other)
    assert "between 1 and" in await world.refused(ask.model_copy(update={"working_days": 0}))


async def test_what_an_exposure_showed_can_be_asked_as_of_any_moment() -> None:
    world = await begun()
    began = world.now
    await world.advance(timedelta(days=2))
    await world.tell(raised(BALTIC))
    id = world.of(ExposureFound)[0].exposure_id
    await world.advance(timedelta(days=2))
    await world.tell(dismissed(BALTIC))
    exposure = world.state(Exposure, id)
    seen = [exposure.status_at(began + timedelta(days=n)) for n in (1, 2, 3, 4)]
    assert seen == [None, Status.REVIEW, Status.REVIEW, None]


@pytest.mark.parametrize("role", list(ChainRole))
async def test_everyone_in_the_chain_is_exposed_whatever_their_role(role: ChainRole) -> None:
    world = await begun()
    await world.tell(declaring(ORESUND, parent_id=BALTIC, role=role), raised(ORESUND))
    assert {e[1] for e in world.open_exposures} == {ORESUND}
