"""Parties are screened when they become known, and whenever they change."""

from services.screening.domain import Hit, Screening
from shared.events.onboarding import PartyAliased, PartyChanged
from shared.events.screening import (
    HitEnded,
    HitRaised,
    HitReopened,
    JurisdictionFlagged,
    PartyScreened,
)
from shared.events.words import Identifier
from tests.screening.stage import CITY, Stage, company, eu_entry, eu_list, person, registered

LISTED = eu_entry(1, "Vsevolod ZHARKOVETSKIY", born="1968-03-17", country="BY")
VSEVOLOD = person("a", "Vsevolod Zharkovetskij", "1968-03-17", country="BY")


async def stage_with(*entries: str) -> Stage:
    stage = Stage()
    await stage.list_in_force("eu", eu_list(*entries))
    return stage


async def test_a_party_without_likeness_is_proven_free_on_named_versions() -> None:
    stage = await stage_with(LISTED)
    await stage.tell(registered(company("1", "Nordlys Rengøring A/S")))
    (screened,) = stage.said(PartyScreened)
    assert screened.hits == ()
    assert [(ref.source, ref.entries) for ref in screened.lists] == [("eu", 1)]
    assert screened.engine
    assert screened.policy


async def test_without_any_list_nothing_is_proven() -> None:
    stage = Stage()
    await stage.tell(registered(VSEVOLOD))
    assert stage.told == []
    await stage.list_in_force("eu", eu_list(LISTED))
    assert [e.party_id for e in stage.said(PartyScreened)] == ["person-a"]


async def test_a_listed_person_is_a_hit_with_its_reasons() -> None:
    stage = await stage_with(LISTED)
    await stage.tell(registered(VSEVOLOD))
    (hit,) = stage.said(HitRaised)
    assert hit.party_id == "person-a"
    assert hit.entry.entry_id == "1"
    assert hit.entry.programme == "UKR"
    assert hit.entry.publication == "https://law.example/1"
    assert 0.9 < hit.score < 1
    assert not hit.advisory
    assert all(line.startswith("sealed:1:personal:person-a:") for line in hit.explanation)
    kept = stage.state(Hit, hit.hit_id)
    assert kept.explanation == (
        "“Vsevolod Zharkovetskij” resembles the listed name “Vsevolod ZHARKOVETSKIY”",
        "“vsevolod” is the same",
        "“zharkovetskij” sounds like “zharkovetskiy”",
        "born on the same day (1968-03-17)",
        "the same country (BY)",
    )
    (screened,) = stage.said(PartyScreened)
    assert screened.hits == (hit.hit_id,)


async def test_the_same_party_again_is_no_second_hit() -> None:
    stage = await stage_with(LISTED)
    await stage.tell(registered(VSEVOLOD), registered(VSEVOLOD))
    assert len(stage.said(HitRaised)) == 1
    assert len(stage.said(PartyScreened)) == 2


async def test_a_dismissal_is_remembered_and_reopened_when_the_party_changes() -> None:
    stage = await stage_with(LISTED)
    await stage.tell(registered(VSEVOLOD))
    (hit,) = stage.said(HitRaised)
    await stage.dismiss(hit.hit_id)
    moved = VSEVOLOD.model_copy(update={"address": "Elsewhere 2"})
    await stage.tell(PartyChanged(party=moved, changed=("address",)))
    assert stage.said(HitReopened) == []
    renamed = VSEVOLOD.model_copy(update={"aliases": ("Usevalad Zharkavetski",)})
    await stage.tell(PartyChanged(party=renamed, changed=("aliases",)))
    (reopened,) = stage.said(HitReopened)
    assert reopened.reason == "the party changed: its other names"
    assert reopened.need is not None
    assert reopened.need.id == f"review-hit/{hit.hit_id}/{reopened.buyer_id}"
    assert len(stage.said(HitRaised)) == 1


async def test_every_buyers_verdict_is_reopened() -> None:
    stage = await stage_with(LISTED)
    await stage.tell(registered(VSEVOLOD))
    (hit,) = stage.said(HitRaised)
    await stage.dismiss(hit.hit_id)
    await stage.confirm(hit.hit_id, CITY)
    later = VSEVOLOD.model_copy(update={"birth_date": "1968-03"})
    await stage.tell(PartyChanged(party=later, changed=("birth_date",)))
    assert {e.buyer_id for e in stage.said(HitReopened)} == {"dk-cvr-91204711", CITY}


async def test_a_hit_ends_when_the_party_turns_out_to_be_somebody_else() -> None:
    stage = await stage_with(LISTED)
    await stage.tell(registered(VSEVOLOD))
    other = VSEVOLOD.model_copy(update={"name": "Kirsten Aagaard", "birth_date": "1977-01-21"})
    await stage.tell(PartyChanged(party=other, changed=("name", "birth_date")))
    assert [e.party_id for e in stage.said(HitEnded)] == ["person-a"]
    assert stage.state(Screening, "person-a").hits == ()


async def test_a_hit_that_comes_back_is_raised_again_under_its_id() -> None:
    stage = await stage_with(LISTED)
    await stage.tell(registered(VSEVOLOD))
    other = VSEVOLOD.model_copy(update={"name": "Kirsten Aagaard", "birth_date": "1977-01-21"})
    await stage.tell(PartyChanged(party=other, changed=("name",)), registered(VSEVOLOD))
    assert len({e.hit_id for e in stage.said(HitRaised)}) == 1
    assert len(stage.said(HitRaised)) == 2


async def test_another_number_of_a_party_is_compared_too() -> None:
    listed = eu_entry(7, "Polar Trading House", kind="enterprise").replace(
        "</sanctionEntity>",
        '<identification identificationTypeCode="regnumber" number="1027700132195"/>'
        "</sanctionEntity>",
    )
    stage = await stage_with(listed)
    await stage.tell(registered(company("2", "Nordhavn Spedition ApS")))
    assert stage.said(HitRaised) == []
    number = Identifier(scheme="ru-ogrn", value="1027700132195")
    await stage.tell(PartyAliased(party_id="dk-cvr-2", identifier=number))
    (hit,) = stage.said(HitRaised)
    assert "the same number (1027700132195)" in hit.explanation


async def test_a_seat_in_a_listed_tax_haven_is_flagged_once() -> None:
    stage = await stage_with(LISTED)
    seated = company("3", "Pacific Linen Ltd", country="VU")
    await stage.tell(registered(seated), registered(seated))
    (flag,) = stage.said(JurisdictionFlagged)
    assert (flag.country, flag.whose, flag.rule) == ("VU", "seat", "EX-N")


async def test_a_seat_where_an_agreement_may_open_procurement_is_only_a_question() -> None:
    stage = await stage_with(LISTED)
    await stage.tell(registered(company("4", "Canal Services SA", country="PA")))
    assert [e.rule for e in stage.said(JurisdictionFlagged)] == ["TAX-LIST"]


async def test_a_persons_nationality_is_no_seat() -> None:
    stage = await stage_with(LISTED)
    await stage.tell(registered(person("r", "Ivan Petrovich Sidorov", country="RU")))
    assert stage.said(JurisdictionFlagged) == []
