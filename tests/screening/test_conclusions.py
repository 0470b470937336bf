"""The rules about owners run whenever something changes, and say only what is new."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from services.screening.domain import Screening
from services.screening.domain.conclusions import Conclusions, conclusions_id
from shared.events.onboarding import OwnershipDeclared, PartyChanged
from shared.events.screening import ControlChanged, OwnershipConcluded
from shared.events.words import PartyDescription, Share, Stake
from shared.testing import T0
from tests.screening.stage import Stage, company, owned, person, registered

BALTIC = company("93587278", "Baltic Facility Group ApS")
HOLDING = company("11111111", "Nordsund Invest ApS")
VOLGA = PartyDescription(party_id="org-volga", name="Volga Trading OOO", country="RU")
KIRSTEN = person("k", "Kirsten Vinther Aagaard", country="DK")
IVAN = person("i", "Ivan Petrovich Sidorov", country="RU")


def answers(stage: Stage, party: PartyDescription = BALTIC) -> dict[str, str]:
    """What was said last of each rule."""
    told = [e for e in stage.said(OwnershipConcluded) if e.party_id == party.party_id]
    return {one.rule: one.verdict for one in told}


async def told(*said: object) -> Stage:
    stage = Stage()
    await stage.tell(*said)  # type: ignore[arg-type]
    return stage


async def test_a_statement_is_judged_by_all_rules_without_any_verdict() -> None:
    stage = await told(registered(BALTIC), owned(BALTIC.party_id, (IVAN, 60), (KIRSTEN, 40)))
    assert answers(stage) == {"SAN-5K": "yes", "BENEFICIAL": "yes", "PARENT": "yes"}
    found = {one.rule: one for one in stage.said(OwnershipConcluded)}
    assert found["SAN-5K"].path == ("person-i", BALTIC.party_id)
    assert {one.owner_id for one in found["BENEFICIAL"].owners} == {"person-i", "person-k"}
    assert found["PARENT"].owner_ids == ("person-i",)


async def test_without_a_statement_nothing_is_announced_of_a_danish_company() -> None:
    stage = await told(registered(BALTIC))
    assert stage.said(OwnershipConcluded) == []


async def test_a_russian_company_is_russian_without_a_statement() -> None:
    stage = await told(registered(VOLGA))
    assert answers(stage, VOLGA)["SAN-5K"] == "yes"


async def test_the_same_statement_again_says_nothing_new() -> None:
    statement = owned(BALTIC.party_id, (KIRSTEN, 100))
    stage = await told(registered(BALTIC), statement, statement)
    assert len(stage.said(OwnershipConcluded)) == 3


async def test_an_owners_country_that_is_learnt_later_judges_anew() -> None:
    nowhere = VOLGA.model_copy(update={"country": None})
    stage = await told(registered(BALTIC), owned(BALTIC.party_id, (nowhere, 60), (KIRSTEN, 40)))
    assert answers(stage)["SAN-5K"] == "unknown"
    await stage.tell(PartyChanged(party=VOLGA, changed=("country",)))
    assert answers(stage)["SAN-5K"] == "yes"


async def test_an_owners_statement_judges_what_it_owns() -> None:
    stage = await told(registered(BALTIC), owned(BALTIC.party_id, (HOLDING, 100)))
    assert answers(stage)["SAN-5K"] == "unknown"
    assert answers(stage)["PARENT"] == "unknown"
    await stage.tell(owned(HOLDING.party_id, (KIRSTEN, 100)))
    assert answers(stage) == {"SAN-5K": "no", "BENEFICIAL": "yes", "PARENT": "yes"}


async def test_companies_that_own_each_other_are_unknown() -> None:
    stage = await told(
        registered(BALTIC),
        registered(HOLDING),
        owned(BALTIC.party_id, (HOLDING, 60), (KIRSTEN, 40)),
        owned(HOLDING.party_id, (BALTIC, 60), (KIRSTEN, 40)),
    )
    assert answers(stage) == {"SAN-5K": "unknown", "BENEFICIAL": "unknown", "PARENT": "unknown"}


async def test_another_majority_is_a_change_of_control() -> None:
    stage = await told(registered(BALTIC), owned(BALTIC.party_id, (KIRSTEN, 100)))
    assert stage.said(ControlChanged) == []
    await stage.tell(owned(BALTIC.party_id, (IVAN, 100), document="doc-2"))
    (change,) = stage.said(ControlChanged)
    assert (change.parent_before, change.parent_after) == ("person-k", "person-i")
    assert (change.majority_before, change.majority_after) == ("person-k", "person-i")


async def test_another_parent_further_up_is_a_change_of_control_below() -> None:
    stage = await told(
        registered(BALTIC),
        owned(BALTIC.party_id, (HOLDING, 100)),
        owned(HOLDING.party_id, (KIRSTEN, 100)),
        owned(HOLDING.party_id, (IVAN, 100), document="doc-2"),
    )
    changes = {one.party_id: one for one in stage.said(ControlChanged)}
    assert changes[BALTIC.party_id].parent_after == "person-i"
    assert changes[BALTIC.party_id].majority_after == HOLDING.party_id
    assert changes[BALTIC.party_id].path == ("person-i", HOLDING.party_id, BALTIC.party_id)


async def test_that_the_parent_is_not_known_any_more_is_no_change_until_another_is() -> None:
    stage = await told(
        registered(BALTIC),
        owned(BALTIC.party_id, (HOLDING, 100)),
        owned(HOLDING.party_id, (KIRSTEN, 100)),
        owned(HOLDING.party_id, (None, 100), document="doc-2"),
    )
    theirs = [e for e in stage.said(ControlChanged) if e.party_id == BALTIC.party_id]
    assert theirs == []
    await stage.tell(owned(HOLDING.party_id, (KIRSTEN, 100), document="doc-3"))
    theirs = [e for e in stage.said(ControlChanged) if e.party_id == BALTIC.party_id]
    assert theirs == []


async def test_an_older_statement_that_arrives_later_changes_nothing() -> None:
    new = owned(BALTIC.party_id, (KIRSTEN, 100)).model_copy(update={"as_of": date(2026, 11, 1)})
    old = owned(BALTIC.party_id, (IVAN, 100)).model_copy(update={"as_of": date(2026, 3, 1)})
    stage = await told(registered(BALTIC), new, old)
    assert answers(stage)["SAN-5K"] == "no"


async def test_an_interest_ends_on_its_day_and_is_judged_then() -> None:
    ends = (T0 + timedelta(days=10)).date()
    stakes = (
        Stake(owner=IVAN, share=Share.exactly(60), ends=ends),
        Stake(owner=KIRSTEN, share=Share.exactly(40)),
        Stake(owner=KIRSTEN, share=Share.exactly(60), starts=ends),
    )
    statement = OwnershipDeclared(party_id=BALTIC.party_id, stakes=stakes, document_id="doc-1")
    stage = await told(registered(BALTIC), statement)
    assert answers(stage)["SAN-5K"] == "yes"
    assert stage.state(Screening, "person-i").owns == (BALTIC.party_id,)
    await stage.advance(timedelta(days=10))
    assert answers(stage)["SAN-5K"] == "no"
    assert stage.state(Screening, "person-i").owns == ()
    assert stage.said(ControlChanged)[-1].parent_after == "person-k"


async def test_the_threshold_of_the_amlr_counts_from_its_day() -> None:
    others = [person(key, f"Otherwise Unheardof{key}", country="DK") for key in "abc"]
    quarters = owned(BALTIC.party_id, *((one, 25) for one in others), (KIRSTEN, 25))
    stage = await told(registered(BALTIC), quarters)
    assert answers(stage)["BENEFICIAL"] == "no"
    await stage.advance(datetime(2027, 7, 10, tzinfo=UTC) - T0 + timedelta(hours=1))
    assert answers(stage)["BENEFICIAL"] == "yes"
    assert len(stage.state(Conclusions, conclusions_id(BALTIC.party_id)).held[1].owners) == 4


async def test_where_very_many_hang_together_the_others_are_judged_a_moment_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("services.screening.handlers.judging.AT_ONCE", 2)
    chain = [company(str(n) * 8, f"Otherwise Unheardof {n} ApS") for n in range(1, 6)]
    stage = await told(*map(registered, chain))
    for below, above in pairwise(chain):
        await stage.tell(owned(below.party_id, (above, 100)))
    await stage.settle()
    await stage.tell(owned(chain[-1].party_id, (IVAN, 100)))
    late = [one for one in chain if answers(stage, one)["SAN-5K"] == "unknown"]
    assert late != []
    await stage.settle()
    assert {answers(stage, one)["SAN-5K"] for one in chain} == {"yes"}
