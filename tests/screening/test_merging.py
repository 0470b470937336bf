"""Parties that a person found to be one: their shares add up, and a split takes that back."""

from shared.events.onboarding import PartiesMerged, PartySplit
from shared.events.screening import HitRaised, OwnershipConcluded, OwnershipFlagged
from tests.screening.stage import Stage, company, eu_entry, eu_list, owned, person, registered

FIRM = company("93587278", "Baltic Facility Group ApS")
HOLDING = company("61056416", "Nordhavn Holding A/S")
HOLDING_AGAIN = company("10150817", "Nordhavn Holding")
AJGUL = person("b", "Ajgul Berdikenova", "1974-09-02", country="KZ")
AJGUL_AGAIN = person("c", "Aigul Berdykenova", "1974-09-02", country="KZ")
KIRSTEN = person("k", "Kirsten Vinther Aagaard", country="DK")
IVAN = person("i", "Ivan Petrovich Sidorov", country="RU")
IVAN_AGAIN = person("j", "Iwan Petrowitsch Sidorow", country="RU")


def merged(one: str, other: str) -> PartiesMerged:
    return PartiesMerged(party_id=one, merged_id=other, by="mette", reason="The same passport.")


def split(one: str, other: str) -> PartySplit:
    return PartySplit(party_id=one, split_id=other, by="mette", reason="Two sisters.")


async def with_a_listed_owner_of_a_third() -> Stage:
    stage = Stage()
    await stage.list_in_force("eu", eu_list(eu_entry(1, "Ajgul Berdikenova", born="1974-09-02")))
    await stage.tell(registered(FIRM))
    await stage.tell(
        owned(FIRM.party_id, (AJGUL, 30), (AJGUL_AGAIN, 25), (KIRSTEN, 45)),
    )
    hit = next(one for one in stage.said(HitRaised) if one.party_id == AJGUL.party_id)
    await stage.confirm(hit.hit_id)
    return stage


async def test_shares_under_two_ids_of_one_listed_owner_add_up_to_the_freeze() -> None:
    stage = await with_a_listed_owner_of_a_third()
    assert stage.said(OwnershipFlagged)[-1].verdict == "not_owned"
    await stage.tell(merged(AJGUL.party_id, AJGUL_AGAIN.party_id))
    flag = stage.said(OwnershipFlagged)[-1]
    assert (flag.party_id, flag.verdict) == (FIRM.party_id, "owned")
    assert flag.share is not None
    assert flag.share.minimum == 55


async def test_a_split_takes_the_freeze_back() -> None:
    stage = await with_a_listed_owner_of_a_third()
    await stage.tell(merged(AJGUL.party_id, AJGUL_AGAIN.party_id))
    await stage.tell(split(AJGUL.party_id, AJGUL_AGAIN.party_id))
    assert stage.said(OwnershipFlagged)[-1].verdict == "not_owned"


async def test_a_verdict_on_the_other_id_of_an_owner_reaches_what_it_owns() -> None:
    stage = Stage()
    await stage.list_in_force("eu", eu_list(eu_entry(1, "Ajgul Berdikenova", born="1974-09-02")))
    await stage.tell(registered(FIRM))
    await stage.tell(registered(AJGUL_AGAIN))
    await stage.tell(owned(FIRM.party_id, (AJGUL, 60), (KIRSTEN, 40)))
    await stage.tell(merged(AJGUL_AGAIN.party_id, AJGUL.party_id))
    hits = [one for one in stage.said(HitRaised) if one.party_id == AJGUL_AGAIN.party_id]
    await stage.confirm(hits[-1].hit_id)
    assert stage.said(OwnershipFlagged)[-1].verdict == "owned"


async def test_the_owners_of_a_holding_count_under_either_of_its_ids() -> None:
    stage = Stage()
    await stage.tell(registered(FIRM), registered(HOLDING), registered(HOLDING_AGAIN))
    await stage.tell(owned(HOLDING_AGAIN.party_id, (IVAN, 40), (IVAN_AGAIN, 30), (KIRSTEN, 30)))
    await stage.tell(owned(FIRM.party_id, (HOLDING, 100)))
    assert russian(stage, FIRM.party_id) == "unknown"
    await stage.tell(merged(HOLDING.party_id, HOLDING_AGAIN.party_id))
    assert russian(stage, FIRM.party_id) == "yes"
    await stage.tell(split(HOLDING.party_id, HOLDING_AGAIN.party_id))
    assert russian(stage, FIRM.party_id) == "unknown"


def russian(stage: Stage, party_id: str) -> str:
    said = [one for one in stage.said(OwnershipConcluded) if one.rule == "SAN-5K"]
    return str([one.verdict for one in said if one.party_id == party_id][-1])
