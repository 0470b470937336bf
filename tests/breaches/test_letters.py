"""What the letters of a case say of the buyer, of its decisions, and of what has ended."""

from datetime import date

import pytest

from services.breaches.commands import (
    AssessCleaning,
    ConfirmBreach,
    DismissCase,
    HearTimetable,
    NoteLicence,
    OpenEnquiry,
    OpenHearing,
    OrderHold,
    RemedyCase,
    RequestOpinion,
    SettleCase,
    SignDecision,
)
from services.breaches.domain import Phase
from services.breaches.letters import Letter
from services.breaches.posted import behind, link_of
from shared.domain import Caller
from shared.events.breaches import LetterIssued
from shared.events.contracts import ContractPassedOn
from shared.events.words import Role
from tests.breaches.test_hearings import contradicted, deciding, heard, suppliers_debt
from tests.breaches.test_legal_block import blocked, flagged, ordered
from tests.breaches.test_legal_block import deciding as deciding_on_a_block
from tests.breaches.test_rules_played import FREEZE
from tests.breaches.told import (
    ANNA,
    BALTIC,
    BO,
    CONTRACT,
    HANSEN,
    LABOUR,
    NORDLYS,
    OFFICER,
    REGION,
    REPLACEMENT,
    Cases,
    clauses,
    finding,
    owned_by_listed,
    signed,
)

IDA = Caller(subject="ida", roles=("approver",), buyers=("*",))


async def letters(world: Cases, kind: str) -> list[Letter]:
    """The letters of one kind, as they are kept, by their number."""
    await world.do_effects()
    kept = (d for d in world.store.documents.values() if isinstance(d, Letter))
    return sorted((x for x in kept if x.kind == kind), key=lambda x: x.number)


async def test_a_letter_is_signed_with_the_name_of_the_buyer() -> None:
    world = Cases()
    await world.tell(signed(buyer_name="Region Nord"))
    (letter,) = await letters(await blocked(world), "instruction")
    for text in (letter.text_da, letter.text_sv, letter.text_en):
        assert text.endswith("\nRegion Nord")
        assert REGION not in text


async def test_a_buyer_without_a_known_name_signs_with_its_number() -> None:
    (letter,) = await letters(await blocked(), "instruction")
    assert letter.text_da.endswith(f"\n{REGION}")


async def test_the_letters_after_a_merger_are_signed_by_the_successor() -> None:
    world = Cases()
    await world.tell(signed(buyer_name="Region Nord"))
    passed = ContractPassedOn(
        contract_id=CONTRACT,
        buyer_id="dk-cvr-92000001",
        predecessor_id=REGION,
        effective=date(2026, 11, 24),
        reason="the regions merge",
        buyer_name="Region Øst",
    )
    await world.tell(passed)
    (letter,) = await letters(await blocked(world), "instruction")
    assert letter.text_da.endswith("\nRegion Øst")


@pytest.mark.parametrize(
    ("consequence", "signers", "danish", "swedish", "english"),
    [
        ("replace", (ANNA, BO), "to andre personer", "två andra personer", "two others"),
        ("terminate", (ANNA, BO, IDA), "tre andre personer", "tre andra personer", "three others"),
    ],
)
async def test_a_decision_says_how_many_signed_it(
    consequence: str, signers: tuple[Caller, ...], danish: str, swedish: str, english: str
) -> None:
    ends = consequence == "terminate"
    world = await (suppliers_debt(REPLACEMENT) if ends else heard(await contradicted()))
    await world.done(ConfirmBreach(case_id=world.case.id, reason="the debt is due"))
    await world.done(deciding(world, consequence, "clause replacement"))
    for signer in signers:
        await world.done(SignDecision(case_id=world.case.id, no_conflict=True), by=signer)
    letter = (await letters(world, "decision"))[0]
    assert f"underskrevet af {danish}," in letter.text_da
    assert f"undertecknat av {swedish}," in letter.text_sv
    assert f"signed by {english}," in letter.text_en


# ---------------------------------------------------------------- what has ended

WORK = "kan Baltic Facility Group ApS igen arbejde på kontrakten"


async def dismissed(world: Cases, way_out: str, by: Caller = ANNA) -> list[Letter]:
    end = DismissCase(case_id=world.case.id, reason="seen in the register", way_out=way_out)
    await world.done(end, by=by)
    return await letters(world, "ended")


@pytest.mark.parametrize(
    ("way_out", "danish", "swedish", "english"),
    [
        ("false_match", "forveksling", "förväxling", "mistaken identity"),
        ("delisted", "slettet af listen", "strukits från listan", "taken off the list"),
        ("control_rebutted", "ikke ejer eller", "inte äger eller", "neither owns nor controls"),
        ("ground_gone", "Grunden er faldet bort", "Grunden har fallit", "The ground is gone"),
        ("", "uden følge", "utan följd", "nothing follows"),
    ],
)
async def test_the_contractor_is_told_why_a_block_ended_and_what_may_be_done_again(
    way_out: str, danish: str, swedish: str, english: str
) -> None:
    (letter,) = await dismissed(await blocked(), way_out)
    assert letter.addressee_id == NORDLYS
    assert "Standsningen af brugen er ophørt: Baltic Facility" in letter.text_da
    assert f"er ophørt den {letter.dated:%Y-%m-%d}" in letter.text_da
    assert WORK in letter.text_da
    assert "adgang til stederne" in letter.text_da
    assert "Betaling, der alene var standset af denne grund, udbetales igen" in letter.text_da
    assert danish in letter.text_da
    assert swedish in letter.text_sv
    assert english in letter.text_en
    assert "seen in the register" not in letter.text_da, "the officer's words stay inside"


async def test_the_end_of_a_hold_is_told_before_anything_was_confirmed() -> None:
    world = await flagged()
    await world.done(OrderHold(case_id=world.case.id, reason="listed owner of 60 %"))
    (letter,) = await dismissed(world, "false_match", by=OFFICER)
    assert "The precautionary hold has ended" in letter.text_en
    assert "may work on the contract again" in letter.text_en


async def test_whoever_was_only_asked_is_told_that_nothing_follows() -> None:
    world = await contradicted()
    await world.done(OpenEnquiry(case_id=world.case.id, question="how does this fit?"))
    (letter,) = await dismissed(world, "")
    assert letter.addressee_id == NORDLYS, "the subcontractor was not asked"
    assert "Vores henvendelse" in letter.text_da
    assert "I skal ikke svare yderligere" in letter.text_da


@pytest.mark.parametrize("way_out", ["ground_gone", "noted", ""])
async def test_the_subcontractor_that_was_heard_is_told_of_the_end_too(way_out: str) -> None:
    world = await heard(await contradicted())
    own, parts = await dismissed(world, way_out, by=OFFICER)
    assert (own.addressee_id, parts.addressee_id) == (NORDLYS, HANSEN)
    for letter in (own, parts):
        assert "Høringen er ophørt" in letter.text_da
        assert "havde ikke standset arbejde" in letter.text_da
        assert "140000" not in letter.text_da


async def test_after_a_hearing_about_the_timetable_the_subcontractor_may_be_paid_again() -> None:
    world = await blocked()
    await world.done(HearTimetable(case_id=world.case.id, subject="when does its use end?"))
    supplier, own = await dismissed(world, "delisted")
    assert own.addressee_id == BALTIC
    assert "Jeres kontraktpart kan igen betale jer" in own.text_da
    assert "Jeres kontraktpart" not in supplier.text_da
    assert "i jeres kæde" in supplier.text_da
    assert "i jeres kæde" not in own.text_da


async def test_what_a_decision_demanded_is_demanded_no_longer() -> None:
    (letter,) = await dismissed(await ordered(), "delisted")
    assert "kræver ikke mere af jer: underleverandøren skal udskiftes" in letter.text_da


async def test_nothing_may_be_taken_up_again_while_another_case_stops_it() -> None:
    world = await blocked()
    first = world.case.id
    above = owned_by_listed(NORDLYS, exposure="exp-2", role=Role.SUPPLIER)
    await world.tell(above)
    (other,) = [case for case in world.cases if case.id != first]
    await world.done(OrderHold(case_id=other.id, reason="the same owner holds the supplier"))
    end = DismissCase(case_id=first, reason="it is another", way_out="false_match")
    await world.done(end, by=ANNA)
    (letter,) = await letters(world, "ended")
    assert WORK not in letter.text_da
    assert "En anden foranstaltning på kontrakten gælder fortsat" in letter.text_da


async def test_the_release_of_withheld_payment_is_told_with_its_amount() -> None:
    world = await heard(await contradicted())
    await world.done(ConfirmBreach(case_id=world.case.id, reason="the debt is due"))
    case = world.case
    case.withheld = 90_000
    await world.done(SettleCase(case_id=case.id, terms="a plan of payment"))
    supplier, own = await letters(world, "ended")
    assert "Det tilbageholdte beløb frigives: DKK 90\N{NO-BREAK SPACE}000." in supplier.text_da
    assert "frigives" not in own.text_da
    assert "afsluttet med en aftale" in own.text_da
    assert "havde ikke standset" not in own.text_da, "what was agreed says what goes on"


async def test_a_licence_is_told_with_its_scope_and_its_end() -> None:
    world = await blocked()
    licence = NoteLicence(
        case_id=world.case.id,
        authority="Erhvervsstyrelsen",
        scope="cleaning of operating theatres",
        until=date(2027, 1, 29),
    )
    await world.done(licence)
    (letter,) = await letters(world, "licence")
    assert letter.addressee_id == NORDLYS
    assert "til og med den 2027-01-29" in letter.text_da
    assert "Tilladt er: cleaning of operating theatres" in letter.text_da
    assert "Inden for tilladelsen kan arbejde, adgang til stederne og betaling" in letter.text_da
    assert "Standsningen er ikke ophævet" in letter.text_da
    assert "Stoppet är inte hävt" in letter.text_sv
    assert "holds in full again" in letter.text_en


async def test_what_was_put_right_ends_with_a_letter() -> None:
    world = await suppliers_debt(REPLACEMENT)
    await world.done(ConfirmBreach(case_id=world.case.id, reason="the debt is due"))
    await world.done(deciding(world, "terminate", "clause replacement"))
    for signer in (ANNA, BO, IDA):
        await world.done(SignDecision(case_id=world.case.id, no_conflict=True), by=signer)
    await world.done(RemedyCase(case_id=world.case.id, reason="the debt is paid"))
    (letter,) = await letters(world, "ended")
    assert "The matter has been put right" in letter.text_en
    assert "This decision still holds, however: termination of the contract" in letter.text_en
    assert "Your contracting party" not in letter.text_en


async def test_a_supplier_s_own_matter_says_nothing_of_a_subcontractor() -> None:
    world = Cases()
    await world.tell(signed(), clauses(LABOUR), finding("wages"))
    await world.done(OpenHearing(case_id=world.case.id, subject="three payslips are short"))
    (letter,) = await letters(world, "hearing")
    assert "Løn- og arbejdsvilkår" in letter.text_da
    assert "nderleverandør" not in letter.text_da
    assert "nderleverantör" not in letter.text_sv
    assert "subcontractor" not in letter.text_en


async def test_a_clause_is_named_in_the_language_of_the_letter() -> None:
    world = await ordered()
    for kind in ("decision", "demand"):
        letter = (await letters(world, kind))[0]
        assert "Grundlag: klausulen replacement." in letter.text_da
        assert "klausulen replacement" in letter.text_sv
        assert "clause replacement" in letter.text_en


# ---------------------------------------------------------------- the competition authority


async def asked_for_an_opinion() -> Cases:
    world = await suppliers_debt()
    id = world.case.id
    await world.done(ConfirmBreach(case_id=id, reason="due", phase=Phase.AT_AWARD))
    await world.done(
        AssessCleaning(
            case_id=id,
            compensation="the debt is paid",
            clarified="the tax authority has every paper",
            measures="a controller since June",
            enough=True,
            reason="the plan is kept",
        )
    )
    await world.done(RequestOpinion(case_id=id))
    return world


async def test_the_competition_authority_is_asked_in_a_letter_of_the_case() -> None:
    """udbudsloven § 138: who receives self-cleaning asks for an opinion and awaits it."""
    world = await asked_for_an_opinion()
    (letter,) = await letters(world, "opinion")
    assert letter.addressee_id == "Konkurrence- og Forbrugerstyrelsen"
    assert "ep@kfst.dk" in letter.text_da
    for said in ("the debt is paid", "the tax authority has every paper", "a controller since"):
        assert said in letter.text_da
    assert "(udbudsloven § 138)" in letter.text_da
    assert str(world.case.due.date()) in letter.text_da


async def test_no_link_opens_the_letter_to_the_authority() -> None:
    """An officer sends it with the party's papers; no one-time link leads to it."""
    world = await asked_for_an_opinion()
    (letter,) = await letters(world, "opinion")
    (issued,) = [one for one in world.of(LetterIssued) if one.kind == "opinion"]
    assert issued.link_id == ""
    assert issued.sha256_da
    kept = [d for d in world.store.documents.values() if isinstance(d, Letter)]
    assert link_of(letter, world.case, kept) == ""
    assert behind("", world.case, kept) == []
    assert letter not in behind(f"link-{world.case.id}-instruction", world.case, kept)


async def test_the_law_is_cited_in_the_language_of_the_letter() -> None:
    world = await blocked()
    by_law = {"basis": FREEZE, "consequence": "replace"}
    await world.done(deciding_on_a_block(world).model_copy(update=by_law))
    for approver in (ANNA, BO):
        await world.done(SignDecision(case_id=world.case.id, no_conflict=True), by=approver)
    (letter,) = await letters(world, "demand")
    assert "Rådets forordning (EU) nr. 269/2014, artikel 2, og de øvrige" in letter.text_da
    assert "rådets förordning (EU) nr 269/2014, artikel 2, och övriga" in letter.text_sv
    assert "Council Regulation (EU) No 269/2014 Art 2" in letter.text_en
