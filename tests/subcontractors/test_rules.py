"""Chain rules: each is broken by its cause alone, said once, and ended when the cause ends."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.subcontractors.commands import (
    ApproveSubcontractor,
    DismissViolation,
    GiveNotice,
    NoteSightings,
    RefuseSubcontractor,
    Seen,
)
from services.subcontractors.domain.roster import Change
from services.subcontractors.domain.rules import plain
from services.subcontractors.rulings import limits
from shared.events.contracts import ClausesSet, ContractEnded, GoodsListed
from shared.events.onboarding import DocumentVerified, PartyChanged, QualificationLost
from shared.events.subcontractors import ChainViolationEnded, ChainViolationFound
from shared.events.words import (
    Clause,
    Good,
    Money,
    NamedSubcontractor,
    PartyDescription,
    Right,
    Share,
)
from tests.subcontractors.told import (
    BALTIC,
    CONTRACT,
    HANSEN,
    NORDLYS,
    ORESUND,
    REGION,
    Chains,
    clauses,
    concluded,
    named,
    party,
    qualified,
    signed,
)


def limited(**more: Any) -> ClausesSet:
    clause = Clause(code="chain", rights=(), **more)
    return ClausesSet(contract_id=CONTRACT, buyer_id=REGION, clauses=(clause,), source="contract")


def broken(world: Chains) -> dict[str, str]:
    """The rules that are broken now, as others see it, with what was said of them."""
    seen: dict[str, tuple[str, str]] = {}
    for event in world.announced:
        if isinstance(event, ChainViolationFound):
            assert event.violation_id not in seen, "announced twice"
            seen[event.violation_id] = (event.rule, event.detail)
        elif isinstance(event, ChainViolationEnded):
            del seen[event.violation_id]
    return dict(seen.values())


async def begun(*shares: tuple[str, float | None]) -> Chains:
    world = Chains()
    await world.tell(signed(), named(*(shares or ((BALTIC, 25), (HANSEN, 15)))))
    return world


async def test_a_tier_below_the_deepest_that_the_contract_allows() -> None:
    world = await begun()
    await world.tell(named((ORESUND, 5), tier=3, document="doc-2"), limited(max_tier=2))
    assert "tier 3" in broken(world)["CH-DEPTH"]
    await world.tell(limited(max_tier=3))
    assert broken(world) == {}


async def test_a_share_above_what_the_contract_allows_ends_with_a_smaller_one() -> None:
    world = await begun()
    await world.tell(limited(max_share=30))
    assert "at least 40 %" in broken(world)["CH-SHARE"]
    smaller = GiveNotice(
        contract_id=CONTRACT,
        party_id=BALTIC,
        change=Change(share=Share.exactly(10)),
        reason="less work",
    )
    await world.tell(smaller)
    assert broken(world) == {}


@pytest.mark.parametrize(("share", "is_broken"), [(10, False), (10.5, True), (25, True)])
async def test_art_5k_bites_above_ten_per_cent(share: float, is_broken: bool) -> None:
    world = await begun((BALTIC, share))
    await world.tell(concluded(BALTIC, "yes"))
    assert ("SAN-5K" in broken(world)) is is_broken


@pytest.mark.parametrize("share", [None, Share(minimum=5, maximum=15)])
async def test_a_share_that_is_not_known_accuses_nobody_of_art_5k(share: Share | None) -> None:
    world = Chains()
    naming = named((BALTIC, None))
    one = NamedSubcontractor(party=party(BALTIC), share=share)
    await world.tell(signed(), naming.model_copy(update={"named": (one,)}))
    await world.tell(concluded(BALTIC, "yes"))
    assert broken(world) == {}
    assert len(world.open_exposures) == 1


async def test_art_5k_ends_with_what_was_concluded() -> None:
    world = await begun()
    await world.tell(concluded(BALTIC, "yes"), concluded(BALTIC, "yes"))
    assert "25 %" in broken(world)["SAN-5K"]
    await world.tell(concluded(BALTIC, "no"))
    assert broken(world) == {}


async def test_art_5k_asks_nothing_below_the_thresholds() -> None:
    world = Chains()
    below = signed().model_copy(update={"above_threshold": False})
    await world.tell(below, named((BALTIC, 25)), concluded(BALTIC, "yes"))
    assert broken(world) == {}


def devices(**more: Any) -> Any:
    values = {
        "category": "33190000",
        "value": Money(amount=6_000_000, currency="EUR"),
        "awarded": date(2026, 5, 1),
    }
    return signed().model_copy(update=values | more)


async def test_medical_devices_from_china_above_half_of_the_value() -> None:
    world = Chains()
    goods = tuple(
        Good(item=f"g{n}", origin=origin, share=Share.exactly(share))
        for n, (origin, share) in enumerate((("CN", 35), ("CN", 20), ("DE", 45)))
    )
    listed = GoodsListed(contract_id=CONTRACT, buyer_id=REGION, goods=goods)
    await world.tell(devices(), listed)
    assert "55 % to 55 %" in broken(world)["IPI-CN"]
    await world.tell(listed.model_copy(update={"goods": goods[1:]}))
    assert broken(world) == {}


@pytest.mark.parametrize(
    "other",
    [
        {"category": "90910000"},
        {"value": Money(amount=4_999_999, currency="EUR")},
        {"value": Money(amount=37_000_000, currency="DKK")},
        {"value": None},
        {"awarded": date(2025, 6, 29)},
    ],
)
async def test_the_measure_against_china_has_its_limits(other: dict[str, Any]) -> None:
    world = Chains()
    listed = GoodsListed(
        contract_id=CONTRACT,
        buyer_id=REGION,
        goods=(Good(item="g", origin="CN", share=Share.exactly(100)),),
    )
    await world.tell(devices(**other), listed)
    assert broken(world) == {}


async def test_subcontractors_in_china_count_and_a_move_ends_it() -> None:
    world = Chains()
    await world.tell(devices(), named((BALTIC, 60)))
    moved = PartyChanged(
        party=PartyDescription(party_id=BALTIC, name="B", country="CN"), changed=("country",)
    )
    await world.tell(moved)
    assert "IPI-CN" in broken(world)
    back = PartyDescription(party_id=BALTIC, name="B", country="SE")
    await world.tell(PartyChanged(party=back, changed=("country",)))
    assert broken(world) == {}


def seen(*companies: str, party_id: str | None = None, day: date | None = None) -> NoteSightings:
    return NoteSightings(
        contract_id=CONTRACT,
        seen=tuple(
            Seen(
                company=company,
                party_id=party_id,
                source="invoice",
                reference="F-17",
                seen_on=day or date(2026, 11, 20),
            )
            for company in companies
        ),
    )


async def test_a_company_on_an_invoice_that_is_not_in_the_chain() -> None:
    world = await begun()
    await world.tell(seen("Ghost ApS"), seen("Ghost ApS"))
    assert "Ghost ApS is named on invoice F-17" in broken(world)["CH-UNDECLARED"]


async def test_who_is_in_the_chain_is_known_by_number_or_name() -> None:
    world = await begun()
    await world.tell(seen("whoever", party_id=BALTIC), seen(HANSEN.upper()), seen(NORDLYS))
    assert broken(world) == {}


async def test_declaring_who_was_seen_ends_it() -> None:
    world = await begun()
    await world.tell(seen("Øresund", party_id=ORESUND))
    assert set(broken(world)) == {"CH-UNDECLARED"}
    await world.tell(named((ORESUND, 5), document="doc-2"))
    assert broken(world) == {}


async def test_a_person_can_say_that_a_paper_was_misread_but_not_that_a_rule_is_kept() -> None:
    world = await begun()
    await world.tell(seen("Ghost ApS"), limited(max_share=30))
    found = {e.rule: e.violation_id for e in world.of(ChainViolationFound)}
    ask = DismissViolation(
        contract_id=CONTRACT, violation_id=found["CH-UNDECLARED"], reason="a visitor"
    )
    await world.tell(ask, seen("Ghost ApS", day=date(2026, 11, 22)))
    assert set(broken(world)) == {"CH-SHARE"}
    assert world.of(ChainViolationEnded)[0].by == "mette"
    other = ask.model_copy(update={"violation_id": found["CH-SHARE"]})
    assert "ends when its cause ends" in await world.refused(other)


async def test_who_was_refused_and_is_seen_at_work() -> None:
    world = await begun()
    refuse = RefuseSubcontractor(contract_id=CONTRACT, party_id=BALTIC, reason="no permits")
    await world.tell(clauses(Right.APPROVE_SUBCONTRACTOR), refuse)
    await world.tell(seen("B", party_id=BALTIC))
    assert "is refused" in broken(world)["CH-UNAPPROVED"]


async def test_work_that_began_without_the_answer_it_needs() -> None:
    world = Chains()
    naming = named((BALTIC, 25))
    one = naming.named[0].model_copy(update={"starts": date(2026, 12, 7)})
    await world.tell(signed(), clauses(Right.APPROVE_SUBCONTRACTOR))
    await world.tell(naming.model_copy(update={"named": (one,)}))
    await world.advance(timedelta(days=13))
    assert broken(world) == {}
    await world.advance(timedelta(days=2))
    assert "works since 2026-12-07" in broken(world)["CH-UNAPPROVED"]
    await world.tell(ApproveSubcontractor(contract_id=CONTRACT, party_id=BALTIC, reason="late"))
    assert broken(world) == {}


def verified(party_id: str, until: date, id: str = "doc-iso") -> DocumentVerified:
    return DocumentVerified(
        document_id=id, party_id=party_id, buyer_id=REGION, kind="iso-9001", valid_until=until
    )


async def test_a_document_counts_until_its_last_day_and_a_newer_one_ends_it() -> None:
    world = await begun()
    await world.tell(verified(BALTIC, date(2026, 12, 1)))
    await world.advance(timedelta(days=8))
    assert broken(world) == {}
    await world.advance(timedelta(days=1))
    assert broken(world)["CH-DOCS"] == "expired: iso-9001"
    await world.tell(verified(BALTIC, date(2028, 1, 1), "doc-new"))
    assert broken(world) == {}


async def test_a_lost_qualification_and_one_that_is_shown_again() -> None:
    world = await begun()
    lost = QualificationLost(
        party_id=BALTIC,
        buyer_id=REGION,
        contract_id=CONTRACT,
        role="subcontractor",
        reason="insurance ended",
    )
    await world.tell(lost)
    assert "insurance ended" in broken(world)["CH-DOCS"]
    await world.tell(qualified(BALTIC, "subcontractor"))
    assert broken(world) == {}


async def test_a_circle_ends_when_a_person_says_that_the_paper_was_wrong() -> None:
    world = await begun((BALTIC, 25), (NORDLYS, 1))
    (found,) = world.of(ChainViolationFound)
    assert found.rule == "CH-CIRCLE"
    await world.tell(
        DismissViolation(contract_id=CONTRACT, violation_id=found.violation_id, reason="misread")
    )
    assert broken(world) == {}


async def test_a_contract_that_is_over_breaks_no_rule() -> None:
    world = await begun((BALTIC, 60), (HANSEN, 50))
    assert set(broken(world)) == {"CH-SHARE"}
    await world.tell(ContractEnded(contract_id=CONTRACT, buyer_id=REGION, reason="expired"))
    assert broken(world) == {}
    assert "over" in world.of(ChainViolationEnded)[0].reason


def test_every_number_of_the_rules_has_its_source_and_its_days() -> None:
    assert {one.code for one in limits()} == {"SAN-5K", "IPI-CN", "CH-SHARE"}
    assert all(one.source for one in limits())
    assert not any(one.holds_on(date(1999, 1, 1)) for one in limits())


@given(st.text(max_size=40))
def test_a_plain_name_is_plain_already(name: str) -> None:
    assert plain(plain(name)) == plain(name)
    assert plain(name.upper()) == plain(name.upper().casefold())
