"""What is kept for a contract ends by itself: announced, held or decided, and erased once."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from services.onboarding.domain import Contract, Document, Ledger, Party
from services.onboarding.domain.retention import Retention, RetentionState, retention_id
from services.onboarding.retention import read_retention
from services.onboarding.retention.commands import DecideErasure, HoldErasure, ReleaseErasure
from shared.domain import Caller
from shared.events.contracts import ContractEnded, ContractSigned
from shared.events.onboarding import (
    DataErased,
    DocumentForgotten,
    ErasureAnnounced,
    ErasureWaits,
    RetentionBegan,
)
from shared.events.words import PartyDescription, PartyKind, Share, Stake

from .conftest import Onboarding
from .papers import BUYER
from .papers import NORDLYS as SUPPLIER

NORDLYS = SUPPLIER.party_id
OWNER, OTHER = "person-0a1b2c", "dk-cvr-12345678"
YEAR = timedelta(days=365)


def contract(id: str, country: str = "DK", buyer: str = BUYER) -> ContractSigned:
    return ContractSigned(
        contract_id=id,
        buyer_id=buyer,
        title="Cleaning",
        suppliers=(PartyDescription(party_id=NORDLYS, name="Nordlys"),),
        category="cleaning",
        country=country,
        regime="udbudsloven",
    )


def ended(id: str, buyer: str = BUYER) -> ContractEnded:
    return ContractEnded(contract_id=id, buyer_id=buyer, reason="its time was over")


def owned(party_id: str) -> Party:
    owner = PartyDescription(party_id=OWNER, kind=PartyKind.PERSON, name="Lykke Kvist")
    party = Party.register(PartyDescription(party_id=party_id, name=party_id), "a test")
    party.declare_owners((Stake(owner=owner, share=Share.exactly(60)),), "doc", date(2026, 1, 1))
    party.take_announced()
    return party


async def over(world: Onboarding, country: str = "DK") -> None:
    """A contract whose supplier has an owner, and that has ended."""
    await world.tell(contract("k1", country))
    world.store.documents[Party, NORDLYS] = owned(NORDLYS)
    await world.tell(ended("k1"))


def kept(world: Onboarding, id: str = "k1") -> Retention:
    return world.state(Retention, retention_id(id))


async def pass_years(world: Onboarding, years: float) -> None:
    await world.advance(YEAR * years)
    await world.do_effects()
    await world.advance(timedelta(seconds=1))
    await world.do_effects()


def of(world: Onboarding, kind: type) -> list:  # type: ignore[type-arg]
    return [event for event in world.announced if type(event) is kind]


async def test_what_is_kept_for_a_danish_contract_goes_by_itself_and_is_said_before() -> None:
    world = Onboarding()
    await over(world)
    (began,) = of(world, RetentionBegan)
    assert began.erase_on == date(2032, 1, 1)
    await pass_years(world, 4.9)
    assert of(world, ErasureAnnounced) == []
    assert world.destroyed == []
    await pass_years(world, 0.15)
    (announced,) = of(world, ErasureAnnounced)
    assert announced.persons == 1
    assert announced.need.due.date() == began.erase_on
    assert world.destroyed == []
    await pass_years(world, 0.2)
    assert world.destroyed == [OWNER]
    (erased,) = of(world, DataErased)
    assert erased.settles == (announced.need.id,)
    await pass_years(world, 3)
    assert world.destroyed == [OWNER], "once"
    assert len(of(world, DataErased)) == 1


async def test_in_sweden_nothing_is_erased_before_a_decision_is_recorded() -> None:
    world = Onboarding()
    await over(world, "SE")
    await pass_years(world, 7.5)
    assert world.destroyed == []
    (waits,) = of(world, ErasureWaits)
    assert waits.why == "undecided"
    await world.tell(DecideErasure(contract_id="k1", reference="RS 2033-17", reason="decided"))
    await world.do_effects()
    assert world.destroyed == [OWNER]


async def test_a_hold_keeps_everything_until_it_ends() -> None:
    world = Onboarding()
    await over(world)
    await world.tell(HoldErasure(contract_id="k1", reason="a case is in court"))
    await pass_years(world, 6)
    assert world.destroyed == []
    assert kept(world).state is RetentionState.DUE
    await world.tell(ReleaseErasure(contract_id="k1", reason="the case is over"))
    await world.do_effects()
    assert world.destroyed == [OWNER]


@pytest.mark.parametrize("buyer", [BUYER, "dk-cvr-99999999"])
async def test_a_person_whom_another_contract_needs_stays(buyer: str) -> None:
    world = Onboarding()
    await world.tell(contract("k2", buyer=buyer))
    await over(world)
    await pass_years(world, 6)
    assert world.destroyed == []


async def test_who_also_owns_a_party_of_another_contract_stays_until_that_is_over() -> None:
    world = Onboarding()
    other = contract("k2").model_copy(
        update={"suppliers": (PartyDescription(party_id=OTHER, name="Other"),)}
    )
    await world.tell(other)
    world.store.documents[Party, OTHER] = owned(OTHER)
    await over(world)
    await pass_years(world, 6)
    assert world.destroyed == []
    await world.tell(ended("k2"))
    await pass_years(world, 6)
    assert world.destroyed == [OWNER]


async def test_a_contract_that_is_signed_anew_keeps_what_is_known() -> None:
    world = Onboarding()
    await over(world)
    record = world.store.documents
    again = world.state(Contract, "k1").model_copy(update={"ended": False})
    record[Contract, "k1"] = again
    await pass_years(world, 6)
    assert world.destroyed == []


async def test_who_is_held_back_is_counted_and_stays() -> None:
    world = Onboarding()
    await over(world)
    world.held_back.add(OWNER)
    await pass_years(world, 6)
    (erased,) = of(world, DataErased)
    assert (erased.persons, erased.held) == (0, 1)


async def test_documents_of_the_party_at_this_buyer_are_forgotten(sample: bytes) -> None:
    world = Onboarding()
    await over(world)
    document = await world.drop(sample)
    stored = world.state(Document, document.id)
    world.store.documents[Document, document.id] = stored.model_copy(
        update={"party_id": NORDLYS, "version": stored.version}
    )
    await pass_years(world, 6)
    assert [event.document_id for event in of(world, DocumentForgotten)] == [document.id]


async def test_the_keys_of_what_papers_and_claims_say_of_offences_go_with_them(
    sample: bytes,
) -> None:
    world = Onboarding()
    await world.tell(contract("k2", buyer="dk-cvr-99999999"))
    await over(world)
    document = await world.drop(sample)
    stored = world.state(Document, document.id)
    world.store.documents[Document, document.id] = stored.model_copy(
        update={"party_id": NORDLYS, "version": stored.version}
    )
    ledger = Ledger(id="l", party_id=NORDLYS, buyer_id=BUYER, claim_ids=("claim-1",))
    others = Ledger(id="m", party_id=NORDLYS, buyer_id="dk-cvr-99999999", claim_ids=("claim-2",))
    world.store.documents[Ledger, "l"], world.store.documents[Ledger, "m"] = ledger, others
    await pass_years(world, 6)
    gone = {f"person-offences-{document.id}", "person-offences-claim-1"}
    assert set(world.destroyed) == gone, "the owner, and what another buyer's claims say, stay"


@pytest.fixture
def sample() -> bytes:
    return (
        Path(__file__).parents[2] / "samples" / "pdf/serviceattest-hansen-holm.pdf"
    ).read_bytes()


async def test_another_buyers_people_hold_nothing_back() -> None:
    world = Onboarding()
    await over(world)
    stranger = Caller(subject="x", roles=("officer",), buyers=("dk-cvr-1",))
    outcome = await world.tell(HoldErasure(contract_id="k1", reason="ours"), by=stranger)
    assert outcome.error is not None
    assert kept(world).held == ""


def test_a_buyers_own_rule_comes_before_that_of_its_country() -> None:
    rules = read_retention()
    book = rules._books[0]
    own = book.rules[0].model_copy(update={"buyer_id": BUYER, "years": 10})
    mine = type(rules)([book.model_copy(update={"rules": (*book.rules, own)})])
    assert mine.on(date(2026, 11, 30), "DK", BUYER).years == 10
    assert mine.on(date(2026, 11, 30), "DK", "dk-cvr-1").years == 5
