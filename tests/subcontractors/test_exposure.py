"""Whom a fact touches: once each, by which path, and the same whatever came first."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.subcontractors.domain import Exposure, Footprint
from shared.events.base import Said
from shared.events.screening import HitEnded, HitReopened
from shared.events.subcontractors import ExposureEnded, ExposureFound
from shared.events.words import CauseKind, Role, Status
from tests.subcontractors.told import (
    BALTIC,
    CONTRACT,
    HANSEN,
    NORDLYS,
    OTHER_REGION,
    REGION,
    Chains,
    case_dismissed,
    case_flagged,
    concluded,
    confirmed,
    contradicted,
    dismissed,
    flagged,
    named,
    owned,
    raised,
    signed,
    tied,
    untied,
)

ANNA, BO = "person-anna", "person-bo"


async def test_a_hit_on_an_owner_touches_the_contract_and_asks_an_officer_to_look() -> None:
    world = Chains()
    await world.tell(signed(), named((BALTIC, 25)), owned(BALTIC, anna=60), raised(ANNA))
    (found,) = world.of(ExposureFound)
    assert found.path == (NORDLYS, BALTIC, ANNA)
    assert (found.role, found.tier, found.supplier_id) == (Role.SUBCONTRACTOR, 1, NORDLYS)
    assert (found.cause.kind, found.cause.ref, found.status) == (
        CauseKind.HIT,
        "hit-1",
        Status.REVIEW,
    )
    assert found.need.id == f"review-hit/hit-1/{REGION}"
    assert found.need.about == "hit-1"


async def test_the_same_fact_twice_touches_once() -> None:
    world = Chains()
    await world.tell(signed(), named((BALTIC, 25)), raised(BALTIC), raised(BALTIC), signed())
    await world.tell(named((BALTIC, 25)))
    assert len(world.of(ExposureFound)) == 1


async def test_an_owner_through_several_companies_is_found_by_its_path() -> None:
    world = Chains()
    holding = owned("dk-cvr-holding", anna=100)
    stake = owned(BALTIC).stakes
    above = owned(BALTIC).model_copy(
        update={
            "stakes": (
                *stake,
                owned("x", holding=51)
                .stakes[0]
                .model_copy(
                    update={
                        "owner": owned("x", y=1)
                        .stakes[0]
                        .owner.model_copy(  # type: ignore[union-attr]
                            update={"party_id": "dk-cvr-holding"}
                        )
                    }
                ),
            )
        }
    )
    await world.tell(raised(ANNA), holding, above, signed(), named((BALTIC, 25)))
    (found,) = world.of(ExposureFound)
    assert found.path == (NORDLYS, BALTIC, "dk-cvr-holding", ANNA)


async def test_owners_in_a_circle_are_walked_once() -> None:
    world = Chains()
    await world.tell(signed(), named((BALTIC, 25)))
    ring = [("dk-cvr-1", BALTIC), ("dk-cvr-2", "dk-cvr-1"), (BALTIC, "dk-cvr-2")]
    for owner, company in ring:
        stake = owned(company, x=100).stakes[0]
        described = stake.owner.model_copy(update={"party_id": owner})  # type: ignore[union-attr]
        declared = owned(company).model_copy(
            update={"stakes": (stake.model_copy(update={"owner": described}),)}
        )
        await world.tell(declared)
    await world.tell(raised("dk-cvr-2"))
    assert world.open_exposures == {(CONTRACT, "dk-cvr-2", "hit-1", "subcontractor", "REVIEW")}


async def test_a_dismissal_counts_for_its_buyer_alone_and_a_reopened_hit_returns() -> None:
    world = Chains()
    await world.tell(
        signed(), signed("other-k1", OTHER_REGION, BALTIC), named((BALTIC, 25)), raised(BALTIC)
    )
    assert len(world.open_exposures) == 2
    await world.tell(dismissed(BALTIC))
    assert {e[0] for e in world.open_exposures} == {"other-k1"}
    (ended,) = world.of(ExposureEnded)
    assert "not the listed one" in ended.reason
    await world.tell(
        HitReopened(hit_id="hit-1", party_id=BALTIC, buyer_id=REGION, reason="entry changed")
    )
    assert len(world.open_exposures) == 2


async def test_owned_by_a_listed_person_takes_the_place_of_the_owners_hit() -> None:
    world = Chains()
    await world.tell(signed(), named((BALTIC, 25)), owned(BALTIC, anna=60), raised(ANNA))
    await world.tell(confirmed(ANNA), flagged(BALTIC, "owned", ANNA))
    assert world.open_exposures == {(CONTRACT, BALTIC, f"flag-{BALTIC}", "subcontractor", "REVIEW")}
    assert world.of(ExposureEnded)[0].party_id == ANNA


async def test_a_listed_owner_of_20_percent_blocks_nothing_and_the_reason_is_recorded() -> None:
    world = Chains()
    await world.tell(signed(), named((HANSEN, 15)), owned(HANSEN, bo=20), raised(BO))
    await world.tell(confirmed(BO), flagged(HANSEN, "not_owned", BO, share=20))
    assert world.open_exposures == set()
    (ended,) = world.of(ExposureEnded)
    assert ended.reason == "listed owners hold 20 %: not_owned"


async def test_unknown_owners_make_the_contract_conditional() -> None:
    world = Chains()
    await world.tell(signed(), named((BALTIC, 25)), owned(BALTIC, anna=60), raised(ANNA))
    await world.tell(confirmed(ANNA), flagged(BALTIC, "unknown", ANNA))
    assert {e[4] for e in world.open_exposures} == {"CONDITIONAL"}


async def test_a_verdict_that_changes_changes_what_the_contract_shows() -> None:
    world = Chains()
    await world.tell(signed(), named((BALTIC, 25)), owned(BALTIC, anna=60), raised(ANNA))
    for verdict, status in (("unknown", "CONDITIONAL"), ("owned", "REVIEW")):
        await world.tell(flagged(BALTIC, verdict, ANNA))
        assert {e[4] for e in world.open_exposures} == {status}
    await world.tell(flagged(BALTIC, "not_owned", ANNA))
    assert world.open_exposures == set()


# ------------------------------------------------------------ Art 5k


@pytest.mark.parametrize(
    ("verdict", "status"), [("yes", "REVIEW"), ("review", "REVIEW"), ("unknown", "CONDITIONAL")]
)
async def test_what_art_5k_says_of_a_company_touches_every_buyers_contract(
    verdict: str, status: str
) -> None:
    world = Chains()
    await world.tell(signed(), signed("other-k1", OTHER_REGION, BALTIC), named((BALTIC, 25)))
    await world.tell(concluded(BALTIC, verdict, ANNA))
    ref = f"conclusions-{BALTIC}/SAN-5K"
    assert world.open_exposures == {
        (CONTRACT, BALTIC, ref, "subcontractor", status),
        ("other-k1", BALTIC, ref, "supplier", status),
    }
    cause = world.of(ExposureFound)[0].cause
    assert (cause.kind, cause.rule) == (CauseKind.OWNERSHIP, "SAN-5K")
    assert cause.detail == f"SAN-5K says {verdict}"


async def test_a_company_that_art_5k_does_not_speak_of_any_more_is_left_alone() -> None:
    world = Chains()
    await world.tell(signed(), named((BALTIC, 25)), concluded(BALTIC, "yes", ANNA))
    await world.tell(concluded(BALTIC, "no"))
    assert world.open_exposures == set()
    assert world.of(ExposureEnded)[0].reason == "SAN-5K says no"


async def test_an_answer_to_art_5k_changes_what_the_contract_shows() -> None:
    world = Chains()
    await world.tell(signed(), named((BALTIC, 25)), concluded(BALTIC, "unknown"))
    await world.tell(concluded(BALTIC, "yes", ANNA))
    assert {e[4] for e in world.open_exposures} == {"REVIEW"}
    assert len({e.exposure_id for e in world.of(ExposureFound)}) == 1


async def test_what_art_5k_says_of_an_owner_touches_no_contract_by_itself() -> None:
    world = Chains()
    await world.tell(signed(), named((BALTIC, 25)), owned(BALTIC, anna=60))
    await world.tell(concluded(ANNA, "yes"))
    assert world.of(ExposureFound) == []


@pytest.mark.parametrize("rule", ["BENEFICIAL", "PARENT"])
async def test_who_owns_a_company_in_the_end_touches_no_contract(rule: str) -> None:
    world = Chains()
    await world.tell(signed(), named((BALTIC, 25)), concluded(BALTIC, "yes", ANNA, rule=rule))
    assert world.of(ExposureFound) == []


async def test_another_russian_owner_after_a_dismissed_case_is_looked_at_anew() -> None:
    world = Chains()
    await world.tell(signed(), named((BALTIC, 25)), concluded(BALTIC, "review", ANNA))
    exposure = world.of(ExposureFound)[0].exposure_id
    await world.tell(case_flagged(BALTIC, exposure), case_dismissed(BALTIC))
    await world.tell(concluded(BALTIC, "review", ANNA))
    assert world.open_exposures == set()
    await world.tell(concluded(BALTIC, "review", BO))
    assert len(world.open_exposures) == 1


# ------------------------------------------------------------ ties and owners that end


async def test_a_tie_that_has_ended_touches_nothing_and_one_that_returns_does() -> None:
    world = Chains()
    await world.tell(signed(), named((BALTIC, 25)), tied(BALTIC), tied(HANSEN))
    open_before = world.open_exposures
    await world.tell(untied(BALTIC))
    assert world.open_exposures == set()
    assert world.of(ExposureEnded)[0].reason == "the owner is not in PA any more"
    await world.tell(tied(BALTIC))
    assert world.open_exposures == open_before


async def test_the_end_of_a_tie_that_was_never_told_changes_nothing() -> None:
    world = Chains()
    await world.tell(signed(), named((BALTIC, 25)), untied(BALTIC))
    assert world.of(ExposureFound) == []
    assert not world.rejected


async def test_who_no_longer_owns_a_company_is_none_of_its_owners() -> None:
    world = Chains()
    statement = owned(BALTIC, anna=60, bo=40)
    sold = statement.stakes[0].model_copy(update={"ends": date(2026, 1, 1)})
    await world.tell(signed(), named((BALTIC, 25)), raised(ANNA), raised(BO, "hit-2"))
    await world.tell(statement.model_copy(update={"stakes": (sold, statement.stakes[1])}))
    assert {e[1] for e in world.open_exposures} == {BO}
    assert world.state(Footprint, BALTIC).owner_ids == (BO,)


async def test_who_sells_only_next_year_is_an_owner_today() -> None:
    world = Chains()
    statement = owned(BALTIC, anna=60)
    sells = statement.stakes[0].model_copy(update={"ends": date(2099, 1, 1)})
    await world.tell(signed(), named((BALTIC, 25)), raised(ANNA))
    await world.tell(statement.model_copy(update={"stakes": (sells,)}))
    assert {e[1] for e in world.open_exposures} == {ANNA}


async def test_a_confirmed_hit_on_a_member_itself_is_a_cause_of_its_own() -> None:
    world = Chains()
    await world.tell(signed(), named((BALTIC, 25)), raised(BALTIC), confirmed(BALTIC))
    assert {e[2] for e in world.open_exposures} == {"hit-1#confirmed"}
    assert world.of(ExposureFound)[-1].need is None


async def test_a_delisting_ends_the_hit_and_what_was_concluded_from_it() -> None:
    world = Chains()
    await world.tell(signed(), named((BALTIC, 25)), owned(BALTIC, anna=60), raised(ANNA))
    await world.tell(confirmed(ANNA), flagged(BALTIC, "owned", ANNA))
    await world.tell(HitEnded(hit_id="hit-1", party_id=ANNA, reason="no longer on the list"))
    assert world.open_exposures == set()


async def test_an_advisory_hit_touches_nothing() -> None:
    world = Chains()
    await world.tell(signed(), named((BALTIC, 25)), raised(BALTIC, advisory=True))
    assert world.of(ExposureFound) == []


async def test_a_dismissed_case_ends_its_exposures_until_the_cause_is_another_one() -> None:
    world = Chains()
    await world.tell(signed(), named((HANSEN, 15)), contradicted(HANSEN))
    exposure = world.of(ExposureFound)[0].exposure_id
    await world.tell(case_flagged(HANSEN, exposure), case_dismissed(HANSEN))
    assert world.open_exposures == set()
    await world.tell(contradicted(HANSEN), owned(HANSEN, bo=20))
    assert world.open_exposures == set()
    assert not world.state(Exposure, exposure).open
    anew = contradicted(HANSEN).model_copy(update={"document_id": "doc-newer"})
    await world.tell(anew)
    assert len(world.open_exposures) == 1


async def test_a_hit_that_is_confirmed_again_after_its_case_was_closed_touches_again() -> None:
    world = Chains()
    await world.tell(signed(), named((BALTIC, 25)), raised(BALTIC), confirmed(BALTIC))
    exposure = world.of(ExposureFound)[-1].exposure_id
    await world.tell(case_flagged(BALTIC, exposure), dismissed(BALTIC), case_dismissed(BALTIC))
    await world.tell(
        HitReopened(hit_id="hit-1", party_id=BALTIC, buyer_id=REGION, reason="entry changed"),
        confirmed(BALTIC),
    )
    assert {e[2] for e in world.open_exposures} == {"hit-1#confirmed"}


async def test_a_cause_that_went_and_came_back_is_looked_at_whatever_a_case_said() -> None:
    world = Chains()
    await world.tell(signed(), named((BALTIC, 25)), concluded(BALTIC, "yes", ANNA))
    exposure = world.of(ExposureFound)[0].exposure_id
    await world.tell(case_flagged(BALTIC, exposure), case_dismissed(BALTIC))
    await world.tell(concluded(BALTIC, "no"), concluded(BALTIC, "yes", ANNA))
    assert len(world.open_exposures) == 1


STORY: tuple[Said, ...] = (
    signed(),
    signed("other-k1", OTHER_REGION, BALTIC),
    named((BALTIC, 25), (HANSEN, 15)),
    owned(BALTIC, anna=60),
    owned(HANSEN, bo=20),
    raised(ANNA),
    raised(BO, "hit-2"),
    raised(NORDLYS, "hit-3"),
    confirmed(ANNA),
    confirmed(BO, "hit-2"),
    dismissed(NORDLYS, "hit-3"),
    flagged(BALTIC, "owned", ANNA),
    flagged(HANSEN, "not_owned", BO, "hit-2", share=20),
    contradicted(HANSEN),
    concluded(BALTIC, "unknown", ANNA),
    concluded(HANSEN, "no"),
    tied(HANSEN),
)

IN_THE_END = {
    (CONTRACT, BALTIC, f"flag-{BALTIC}", "subcontractor", "REVIEW"),
    (CONTRACT, BALTIC, f"conclusions-{BALTIC}/SAN-5K", "subcontractor", "CONDITIONAL"),
    ("other-k1", BALTIC, f"conclusions-{BALTIC}/SAN-5K", "supplier", "CONDITIONAL"),
    (CONTRACT, HANSEN, f"claim-{HANSEN}-b1", "subcontractor", "REVIEW"),
    (CONTRACT, HANSEN, f"tie-{HANSEN}", "subcontractor", "REVIEW"),
    ("other-k1", ANNA, "hit-1", "supplier", "REVIEW"),
}


@settings(max_examples=150)
@given(st.permutations(STORY))
async def test_any_order_of_the_facts_ends_in_the_same_exposures(order: list[Said]) -> None:
    world = Chains()
    await world.tell(*order)
    assert world.open_exposures == IN_THE_END
    assert not world.parked
    assert not world.rejected


@settings(max_examples=60)
@given(st.lists(st.sampled_from(STORY), max_size=25))
async def test_repeated_and_missing_facts_never_open_an_exposure_twice(order: list[Said]) -> None:
    world = Chains()
    await world.tell(*order)
    open_now: set[str] = set()
    for event in world.announced:
        if isinstance(event, ExposureFound):
            assert event.exposure_id not in open_now
            open_now.add(event.exposure_id)
        elif isinstance(event, ExposureEnded):
            assert event.exposure_id in open_now
            open_now.remove(event.exposure_id)
