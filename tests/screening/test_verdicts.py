"""Officers confirm or dismiss hits, each for one buyer; what it means for companies follows."""

import pytest

from services.screening.domain import Screening
from services.screening.messages import ConfirmHit, DismissHit
from shared.domain import Caller
from shared.events.base import Command
from shared.events.onboarding import OwnershipDeclared
from shared.events.screening import (
    HitConfirmed,
    HitDismissed,
    HitRaised,
    JurisdictionFlagged,
    OwnershipFlagged,
)
from tests.screening.stage import (
    CITY,
    REGION,
    Stage,
    company,
    eu_entry,
    eu_list,
    owned,
    person,
    registered,
)

OTHERS = [eu_entry(100 + i, f"Otherwise Unheardof{i:03}") for i in range(30)]
LIST = eu_list(
    eu_entry(1, "Vsevolod ZHARKOVETSKIY", born="1968-03-17"),
    eu_entry(2, "Aigul BERDIKENOVA", born="1974-09-02"),
    *OTHERS,
)
VSEVOLOD = person("a", "Vsevolod Zharkovetskij", "1968-03-17")
AJGUL = person("b", "Ajgul Berdikenova", "1974-09-02")
KIRSTEN = person("k", "Kirsten Vinther Aagaard", "1977-01-21")
BALTIC = company("93587278", "Baltic Facility Group ApS")
HOLDING = company("11111111", "Nordsund Invest ApS")


async def stage_with(*said: object) -> tuple[Stage, dict[str, str]]:
    """A stage on which the list is in force; and the hit ids by party."""
    stage = Stage()
    await stage.list_in_force("eu", LIST)
    await stage.tell(*said)  # type: ignore[arg-type]
    return stage, {hit.party_id: hit.hit_id for hit in stage.said(HitRaised)}


async def test_a_confirmed_owner_of_sixty_per_cent_makes_the_company_owned() -> None:
    stage, hits = await stage_with(
        registered(BALTIC),
        registered(VSEVOLOD),
        owned(BALTIC.party_id, (VSEVOLOD, 60), (KIRSTEN, 40)),
    )
    await stage.confirm(hits["person-a"])
    (confirmed,) = stage.said(HitConfirmed)
    assert confirmed.by == "mette"
    assert confirmed.settles == (f"review-hit/{hits['person-a']}/{REGION}",)
    (flag,) = stage.said(OwnershipFlagged)
    assert (flag.party_id, flag.buyer_id, flag.verdict) == (BALTIC.party_id, REGION, "owned")
    assert (flag.share.minimum, flag.share.maximum) == (60, 60)
    assert flag.owner_ids == ("person-a",)
    assert flag.hit_ids == (hits["person-a"],)
    assert flag.path == ("person-a", BALTIC.party_id)
    assert "60 %" in flag.reason


async def test_twenty_per_cent_freeze_nothing_and_the_reason_is_recorded() -> None:
    stage, hits = await stage_with(
        registered(BALTIC), owned(BALTIC.party_id, (AJGUL, 20), (KIRSTEN, 80))
    )
    await stage.confirm(hits["person-b"])
    (flag,) = stage.said(OwnershipFlagged)
    assert flag.verdict == "not_owned"
    assert "20 %" in flag.reason
    assert "nothing is frozen" in flag.reason


async def test_two_listed_owners_count_together() -> None:
    stage, hits = await stage_with(
        registered(BALTIC), owned(BALTIC.party_id, (VSEVOLOD, 30), (AJGUL, 25), (KIRSTEN, 45))
    )
    await stage.confirm(hits["person-a"])
    await stage.confirm(hits["person-b"])
    first, second = stage.said(OwnershipFlagged)
    assert (first.verdict, second.verdict) == ("not_owned", "owned")
    assert second.owner_ids == ("person-a", "person-b")
    assert second.flag_id == first.flag_id


async def test_a_verdict_counts_only_for_its_buyer() -> None:
    stage, hits = await stage_with(
        registered(BALTIC), owned(BALTIC.party_id, (VSEVOLOD, 60), (KIRSTEN, 40))
    )
    await stage.confirm(hits["person-a"], REGION)
    await stage.dismiss(hits["person-a"], CITY)
    assert [flag.buyer_id for flag in stage.said(OwnershipFlagged)] == [REGION]


async def test_the_freeze_cascades_through_an_owned_holding() -> None:
    stage, hits = await stage_with(
        registered(BALTIC),
        registered(HOLDING),
        owned(HOLDING.party_id, (VSEVOLOD, 50), (KIRSTEN, 50)),
        owned(BALTIC.party_id, (HOLDING, 51), (KIRSTEN, 49)),
    )
    await stage.confirm(hits["person-a"])
    flags = {flag.party_id: flag for flag in stage.said(OwnershipFlagged)}
    assert flags[HOLDING.party_id].verdict == "owned"
    assert flags[BALTIC.party_id].verdict == "owned"
    assert flags[BALTIC.party_id].path == ("person-a", HOLDING.party_id, BALTIC.party_id)


async def test_a_statement_after_the_verdict_is_judged_at_once() -> None:
    stage, hits = await stage_with(registered(BALTIC), registered(VSEVOLOD))
    await stage.confirm(hits["person-a"])
    assert stage.said(OwnershipFlagged) == []
    await stage.tell(owned(BALTIC.party_id, (VSEVOLOD, 60), (KIRSTEN, 40)))
    assert [flag.verdict for flag in stage.said(OwnershipFlagged)] == ["owned"]
    await stage.tell(owned(BALTIC.party_id, (VSEVOLOD, 20), (KIRSTEN, 80), document="doc-2"))
    await stage.tell(owned(BALTIC.party_id, (KIRSTEN, 100), document="doc-3"))
    verdicts = [(f.verdict, f.reason) for f in stage.said(OwnershipFlagged)]
    assert [verdict for verdict, _ in verdicts] == ["owned", "not_owned", "not_owned"]
    assert verdicts[-1][1] == "no owner has a confirmed hit"
    assert stage.state(Screening, "person-a").owns == ()


async def test_the_same_statement_again_says_nothing_new() -> None:
    statement = owned(BALTIC.party_id, (VSEVOLOD, 60), (KIRSTEN, 40))
    stage, hits = await stage_with(registered(BALTIC), statement)
    await stage.confirm(hits["person-a"])
    await stage.tell(statement)
    await stage.confirm(hits["person-a"])
    assert len(stage.said(OwnershipFlagged)) == 1
    assert len(stage.said(HitConfirmed)) == 1


async def test_a_confirmed_hit_that_is_dismissed_frees_the_company() -> None:
    stage, hits = await stage_with(
        registered(BALTIC), owned(BALTIC.party_id, (VSEVOLOD, 60), (KIRSTEN, 40))
    )
    await stage.confirm(hits["person-a"])
    await stage.dismiss(hits["person-a"])
    assert [type(e) for e in stage.announced[-2:]] == [HitDismissed, OwnershipFlagged]
    assert stage.said(OwnershipFlagged)[-1].verdict == "not_owned"


async def test_a_delisted_owner_frees_the_company() -> None:
    stage, hits = await stage_with(
        registered(BALTIC), owned(BALTIC.party_id, (VSEVOLOD, 60), (KIRSTEN, 40))
    )
    await stage.confirm(hits["person-a"])
    rest = eu_entry(2, "Aigul BERDIKENOVA", born="1974-09-02")
    await stage.list_in_force("eu", eu_list(rest, *OTHERS, day="2026-11-20"))
    assert [flag.verdict for flag in stage.said(OwnershipFlagged)] == ["owned", "not_owned"]


async def test_an_unknown_owner_next_to_a_listed_one_is_unknown_never_clean() -> None:
    stage, hits = await stage_with(
        registered(BALTIC), owned(BALTIC.party_id, (VSEVOLOD, 20), (None, 40), (KIRSTEN, 40))
    )
    await stage.confirm(hits["person-a"])
    (flag,) = stage.said(OwnershipFlagged)
    assert flag.verdict == "unknown"
    assert "an owner of dk-cvr-93587278 is not named: subject unable to confirm" in flag.reason


async def test_an_owner_nobody_registered_is_screened_from_the_statement() -> None:
    _, hits = await stage_with(registered(BALTIC), owned(BALTIC.party_id, (VSEVOLOD, 60)))
    assert list(hits) == ["person-a"]


async def test_a_statement_about_an_unknown_company_waits_for_it() -> None:
    stage, _ = await stage_with(owned(BALTIC.party_id, (VSEVOLOD, 60)))
    assert [held.missing for held in stage.parked] == [f"screening/{BALTIC.party_id}"]


async def test_an_owner_in_a_tax_haven_is_a_question() -> None:
    haven = company("22222222", "Vanuatu Nominees Ltd", country="VU")
    stage, _ = await stage_with(registered(BALTIC), owned(BALTIC.party_id, (haven, 100)))
    flags = {flag.party_id: flag for flag in stage.said(JurisdictionFlagged)}
    assert (flags[BALTIC.party_id].whose, flags[BALTIC.party_id].rule) == ("owner", "TAX-LIST")


@pytest.mark.parametrize("reason", ["", "  ", "ok"])
async def test_a_verdict_needs_a_reason(reason: str) -> None:
    stage, hits = await stage_with(registered(VSEVOLOD))
    command = ConfirmHit(hit_id=hits["person-a"], buyer_id=REGION, reason=reason)
    outcome = await stage.tell(command)
    assert outcome.error is not None
    assert outcome.error["field"] == "reason"
    assert stage.said(HitConfirmed) == []


async def test_nobody_gives_a_verdict_for_another_buyer() -> None:
    stage, hits = await stage_with(registered(VSEVOLOD))
    stranger = Caller(subject="x", roles=("officer",), buyers=(CITY,))
    for kind in (ConfirmHit, DismissHit):
        command: Command = kind(hit_id=hits["person-a"], buyer_id=REGION, reason="Not mine.")
        outcome = await stage.tell(command, by=stranger)
        assert outcome.error is not None
        assert outcome.error["kind"] == "forbidden"


async def test_a_verdict_on_a_hit_that_ended_says_that_none_is_needed() -> None:
    stage, hits = await stage_with(registered(VSEVOLOD))
    await stage.list_in_force("eu", eu_list(*OTHERS, day="2026-11-20"))
    outcome = await stage.confirm(hits["person-a"])
    assert outcome.error is not None
    assert "has ended (the entry was taken off the list)" in outcome.error["reason"]


async def test_an_unknown_hit_is_unknown() -> None:
    stage, _ = await stage_with()
    outcome = await stage.confirm("hit-none")
    assert outcome.error is not None
    assert outcome.error["kind"] == "unknown"


async def test_owners_that_own_each_other_end_in_unknown() -> None:
    other = company("33333333", "Ring Two ApS")
    statements: list[OwnershipDeclared] = [
        owned(BALTIC.party_id, (other, 60), (VSEVOLOD, 10), (KIRSTEN, 30)),
        owned(other.party_id, (BALTIC, 60), (KIRSTEN, 40)),
    ]
    stage, hits = await stage_with(registered(BALTIC), registered(other), *statements)
    await stage.confirm(hits["person-a"])
    flags = {flag.party_id: flag for flag in stage.said(OwnershipFlagged)}
    assert {flag.verdict for flag in flags.values()} == {"unknown"}
    assert "in a circle" in flags[BALTIC.party_id].reason
