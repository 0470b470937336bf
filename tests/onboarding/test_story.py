"""The way of papers from a contract to a qualified party, through the samples of the project."""

from services.onboarding.domain import Ledger, Qualification, State, ledger_id, qualification_id
from shared.events.onboarding import (
    ClaimContradicted,
    ClaimMade,
    ClaimReconciled,
    DocumentNeedsReview,
    DocumentReceived,
    DocumentRequested,
    DocumentVerified,
    OwnershipDeclared,
    PartyQualified,
    PartyRegistered,
    QualificationLost,
    SubcontractorsNamed,
)

from .conftest import Onboarding
from .papers import BALTIC, BUYER, CONTRACT, HANSEN, MALARDALEN, NORDLYS, declared, screened, signed


def kinds_asked(world: Onboarding) -> list[str]:
    return [e.kind for e in world.announced if isinstance(e, DocumentRequested)]


async def test_a_signed_contract_makes_its_supplier_a_party_and_asks_for_its_documents(
    world: Onboarding,
) -> None:
    await world.tell(signed(), screened(NORDLYS))
    assert world.told[0] is PartyRegistered
    assert kinds_asked(world) == ["espd", "serviceattest", "iso-9001"]
    assert len([id for id in world.deadlines if id.startswith("due/")]) == 3


async def test_the_supplier_is_qualified_when_everything_it_was_asked_for_is_verified(
    world: Onboarding,
) -> None:
    await world.tell(signed(), screened(NORDLYS))
    await world.drop_sample("espd/nordlys-espd-4.1.0.xml")
    await world.drop_sample("pdf/serviceattest-nordlys.pdf")
    assert PartyQualified not in world.told
    await world.drop_sample("pdf/iso-9001-nordlys.pdf")
    assert world.told[-1] is PartyQualified
    assert not [id for id in world.deadlines if id.startswith("due/")]
    assert DocumentNeedsReview not in world.told


async def test_a_swedish_supplier_is_asked_for_what_swedish_authorities_give(
    world: Onboarding,
) -> None:
    await world.tell(signed(MALARDALEN, procedure_id="RN-2026-021"), screened(MALARDALEN))
    assert kinds_asked(world) == ["espd", "skatteverket", "bolagsverket"]
    for path in (
        "espd/malardalen-espd-4.1.0.xml",
        "pdf/skatteverket-malardalen.pdf",
        "pdf/bolagsverket-malardalen.pdf",
    ):
        assert (await world.drop_sample(path)).state is State.VERIFIED
    assert PartyQualified in world.told


async def test_subcontractors_are_named_on_the_contract_of_the_procedure(
    world: Onboarding,
) -> None:
    await world.tell(signed(), screened(NORDLYS))
    await world.drop_sample("espd/nordlys-espd-4.1.0.xml")
    await world.drop_sample("xlsx/underleverandoerer-nordlys.xlsx")
    named = [e for e in world.announced if isinstance(e, SubcontractorsNamed)]
    for fact in named:
        assert fact.contract_id == CONTRACT
        assert fact.supplier_id == NORDLYS.party_id
        shares = {n.party.party_id: n.share and n.share.maximum for n in fact.named}
        assert shares == {BALTIC.party_id: 25, HANSEN.party_id: 15}
    assert len(named) == 2


async def test_papers_that_come_before_their_contract_count_when_it_comes(
    world: Onboarding,
) -> None:
    espd = await world.drop_sample("espd/nordlys-espd-4.1.0.xml")
    assert espd.state is State.REVIEW
    await world.drop_sample("xlsx/underleverandoerer-nordlys.xlsx")
    await world.drop_sample("pdf/serviceattest-nordlys.pdf")
    await world.drop_sample("pdf/iso-9001-nordlys.pdf")
    await world.tell(signed(), screened(NORDLYS))
    assert world.told.count(SubcontractorsNamed) == 2
    assert PartyQualified in world.told
    assert kinds_asked(world) == []


async def test_a_denied_debt_that_the_serviceattest_shows_is_a_question_until_it_is_paid(
    world: Onboarding,
) -> None:
    await world.tell(signed(), declared(HANSEN), screened(HANSEN))
    await world.drop_sample("espd/hansen-holm-espd-4.1.0.xml")
    await world.drop_sample("pdf/serviceattest-hansen-holm.pdf")
    contradicted = [e for e in world.announced if isinstance(e, ClaimContradicted)]
    assert [(e.ground, e.amount and e.amount.amount) for e in contradicted] == [("EX-B1", 140_000)]
    qualified = [e for e in world.announced if isinstance(e, PartyQualified)]
    assert not qualified
    await world.drop_sample("pdf/betaling-hansen-holm.pdf")
    assert ClaimReconciled in world.told
    assert world.told[-1] is PartyQualified


async def test_the_order_in_which_papers_come_changes_nothing_in_the_end(
    world: Onboarding,
) -> None:
    await world.drop_sample("pdf/betaling-hansen-holm.pdf")
    await world.drop_sample("pdf/serviceattest-hansen-holm.pdf")
    await world.drop_sample("espd/hansen-holm-espd-4.1.0.xml")
    await world.tell(signed(), declared(HANSEN), screened(HANSEN))
    ledger = world.state(Ledger, ledger_id(BUYER, HANSEN.party_id))
    assert {c.ground: c.state for c in ledger.claims}["EX-B1"] == "reconciled"
    assert [e for e in world.told if e in (ClaimContradicted, ClaimReconciled)] == [
        ClaimContradicted,
        ClaimReconciled,
    ]
    id = qualification_id(CONTRACT, HANSEN.party_id, "subcontractor")
    assert world.state(Qualification, id).qualified


async def test_a_contradiction_that_comes_later_takes_the_qualification_away(
    world: Onboarding,
) -> None:
    await world.tell(signed(), declared(HANSEN), screened(HANSEN))
    await world.drop_sample("pdf/serviceattest-hansen-holm.pdf")
    await world.drop_sample("pdf/betaling-hansen-holm.pdf")
    await world.drop_sample("espd/hansen-holm-espd-4.1.0.xml")
    assert world.told.count(PartyQualified) == 1
    assert QualificationLost not in world.told


async def test_the_same_bytes_twice_are_one_document(world: Onboarding) -> None:
    await world.tell(signed(), screened(NORDLYS))
    first = await world.drop_sample("espd/nordlys-espd-4.1.0.xml")
    before = len(world.announced)
    assert (await world.drop_sample("espd/nordlys-espd-4.1.0.xml")).id == first.id
    assert len(world.announced) == before
    assert world.told.count(DocumentReceived) == 1
    assert world.told.count(ClaimMade) == 24


async def test_an_ownership_statement_makes_its_owners_parties(world: Onboarding) -> None:
    await world.tell(signed(), declared(BALTIC))
    await world.drop_sample("bods/baltic.json")
    ownership = [e for e in world.announced if isinstance(e, OwnershipDeclared)]
    assert len(ownership) == 1
    assert sorted(stake.share.maximum for stake in ownership[0].stakes) == [40, 60]
    owners = {stake.owner.party_id for stake in ownership[0].stakes if stake.owner}
    registered = {e.party.party_id for e in world.announced if isinstance(e, PartyRegistered)}
    assert owners <= registered
    assert all(id.startswith("person-") for id in owners)
    assert DocumentVerified in world.told
