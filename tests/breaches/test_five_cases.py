"""Five cases as their actors play them over HTTP: officers, approvers, and suppliers by link."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest

from services.breaches.bundle.verify import verify
from shared.events.breaches import (
    AuthorityReported,
    ConsequenceOrdered,
    ContractorInstructed,
    OpinionReceived,
    PaymentHoldReleased,
    SupplySecured,
)
from shared.events.subcontractors import SubcontractorReplaced
from shared.events.words import CauseKind, Clause, Money, Right, Role, Status
from tests.breaches.playing import Play, staged
from tests.breaches.told import (
    BALTIC,
    CONTRACT,
    HANSEN,
    LABOUR,
    NORDLYS,
    REGION,
    REPLACEMENT,
    claim_contradicted,
    claim_exposed,
    clauses,
    exposed,
    finding,
    listed_goods,
    owned_by_listed,
    signed,
    suspended,
)

ASK_TAX = Clause(code="tax-transparency", rights=(Right.ASK, Right.DEMAND_DOCUMENTS))


@pytest.fixture
async def play(tmp_path: Path) -> AsyncIterator[Play]:
    async with staged(tmp_path) as play:
        yield play


async def test_the_owner_of_a_tier_2_cleaner_is_listed_overnight(play: Play) -> None:
    world = play.world
    await world.tell(signed(), clauses(REPLACEMENT))
    tier_2 = owned_by_listed().model_copy(update={"tier": 2, "path": (NORDLYS, HANSEN, BALTIC)})
    await world.tell(tier_2)
    early = await play.do("officer", "confirm", {"reason": "it is certain"}, expect=409)
    assert "First: order the precautionary hold" in early["detail"]
    await play.do("officer", "hold", {"reason": "listed this night"})
    await play.do("officer", "confirm", {"reason": "60 % by the register"})
    await play.do("anna", "second-approval", {"reason": "the same result"})
    (told,) = world.of(ContractorInstructed)
    assert "chain" in told.instruction
    shown = await play.show()
    assert shown["report_due"].startswith("2026-12-07"), "ten working days for the report"
    await play.do("officer", "report", {"reference": "ERST 2026-114"})
    assert world.of(AuthorityReported)[0].authority == "Erhvervsstyrelsen"
    hearing = await play.do("officer", "hearing", {"subject": "the freeze"}, expect=409)
    assert "takes no hearing" in hearing["detail"]
    await play.decide("replace")
    assert (await play.show())["guidance"]["until"] == "2026-12-13"
    await world.tell(
        SubcontractorReplaced(
            replacement_id="repl-1",
            case_id=world.case.id,
            contract_id=CONTRACT,
            buyer_id=REGION,
            supplier_id=NORDLYS,
            outgoing_id=BALTIC,
            incoming_id="dk-cvr-96832516",
            effective=date(2026, 12, 1),
            chain_version=3,
        )
    )
    assert (await play.show())["stage"] == "remedied"


async def test_payslips_show_underpayment_at_a_hospital_building_site(play: Play) -> None:
    world = play.world
    site = signed(at_buyer_facility=True).model_copy(update={"category": "construction"})
    await world.tell(site, clauses(LABOUR), finding("wages"))
    assert (await play.show())["track"] == "contract_breach"
    await play.do("officer", "hearing", {"subject": "three payslips below the agreement"})
    await play.do("officer", "extension", {"working_days": 15, "reason": "the payroll is abroad"})
    await play.answer("hearing", {"text": "we pay what we pay"})
    await play.do("officer", "confirm", {"reason": "DKK 40 per hour are missing"})
    capless = {"consequence": "hold_payment", "basis": "clause labour-ilo94", "reason": "wages"}
    refused = await play.do(
        "officer", "decision", {**capless, "proportionality": "covers the claim"}, expect=422
    )
    assert refused["errors"][0]["field"] == "amount"
    await play.decide("hold_payment", amount=84_000)
    shown = await play.show()
    assert shown["withheld"] == 84_000
    assert "AB 18" in shown["guidance"]["forum"]["en"]
    assert shown["guidance"]["until"] is None, "no complaint deadline runs before arbitration"
    one = {"reason": "back-pay of worker 1", "amount": 60_000, "document_ids": ["doc-1"]}
    await play.do("officer", "payment-release", one)
    await play.do("officer", "payment-release", {**one, "amount": 60_000}, expect=422)
    await play.do("officer", "payment-release", {**one, "amount": 24_000})
    assert world.of(PaymentHoldReleased)[-1].left == Money(amount=0)
    await play.do("officer", "remedy", {"reason": "all have been paid"})


async def test_a_serviceattest_shows_a_debt_two_weeks_before_the_award(play: Play) -> None:
    world = play.world
    contract = signed().model_copy(update={"awarded": date(2026, 12, 7)})
    exposure = claim_exposed().model_copy(update={"role": Role.SUPPLIER, "supplier_id": HANSEN})
    await world.tell(contract, clauses(), claim_contradicted(140_000), exposure)
    shown = await play.show()
    assert (shown["phase"], shown["mandatory"]) == ("procedure", True)
    assert shown["bases"][0].startswith("udbudsloven § 135, stk. 3")
    late = {line["step"]: line["past"] for line in shown["timetable"]}
    assert late["open the hearing"], "with an opinion it cannot be decided before the award"
    assert shown["ways_out"] == ["extend_validity", "next_tenderer", "annul"]
    await play.do("officer", "enquiry", {"question": "how does this fit with your ESPD?"})
    await play.answer("enquiry", {"text": "we did not know"})
    await play.do("officer", "hearing", {"subject": "a due debt of DKK 140 000"})
    await play.answer("hearing", {"text": "paid, with a new bookkeeper", "self_cleaning": True})
    await play.do("officer", "confirm", {"reason": "the debt was due at the deadline"})
    cleaning = {
        "compensation": "the debt is paid in full",
        "clarified": "the tax authority confirms it",
        "measures": "a new bookkeeper and monthly checks",
        "enough": True,
        "reason": "all three parts are documented",
    }
    await play.do("officer", "self-cleaning", cleaning)
    await play.do("officer", "opinion", {})
    blocked = await play.do(
        "officer",
        "decision",
        {"consequence": "dialogue", "basis": "dialogue (needs no basis)", "reason": "too soon"},
        expect=409,
    )
    assert "First: wait for the opinion" in blocked["detail"]
    await play.do("officer", "opinion/answer", {"reliable": True, "opinion": "it is reliable"})
    assert world.of(OpinionReceived)[0].reliable
    gone = {"reason": "paid, and reliable again", "way_out": "ground_gone"}
    await play.do("officer", "dismiss", gone)
    assert (await play.show())["status"] == "CLEAR"


async def test_the_certificate_of_the_only_supplier_of_a_disposable_is_suspended(
    play: Play,
) -> None:
    world = play.world
    await world.tell(signed(), clauses(), listed_goods(days_of_stock=6), suspended())
    shown = await play.show()
    assert (shown["rule"], shown["track"]) == ("SUP-CERT", "supply_case")
    assert shown["status"] == "CONDITIONAL"
    means = {"means": "derogation", "reference": "LMST 2026-9", "reason": "no other source"}
    early = await play.do("officer", "supply/means", means, expect=409)
    assert "count the usable stock" in early["detail"]
    stock = {"item": "gloves", "days_of_stock": 6, "told": "head nurse", "reason": "counted"}
    await play.do("officer", "supply/assessment", stock)
    await play.do("officer", "supply/means", means)
    assert world.of(SupplySecured)[0].means == "derogation"
    await play.do("officer", "remedy", {"reason": "the certificate is valid again"})
    assert not world.case.open


async def test_the_supplier_is_sold_to_a_holding_in_panama(play: Play) -> None:
    world = play.world
    await world.tell(signed(), clauses(ASK_TAX, LABOUR))
    sold = exposed(
        NORDLYS,
        CauseKind.JURISDICTION,
        "TAX-LIST",
        detail="Istmo Holding S.A., Panama, holds 100 %",
        role=Role.SUPPLIER,
        status=Status.CONDITIONAL,
    )
    await world.tell(sold, sold.model_copy(update={"exposure_id": "exp-2"}))
    assert len(world.cases) == 1, "the same sale told twice joins the case"
    await play.do("officer", "enquiry", {"question": "who owns the holding, and why there?"})
    await play.answer("enquiry", {"text": "a family; the tax is paid in Denmark"})
    jump = await play.do(
        "officer",
        "decision",
        {
            "consequence": "replace",
            "basis": "clause labour-ilo94",
            "reason": "Panama",
            "proportionality": "none",
        },
        expect=422,
    )
    assert "takes an established ground" in jump["detail"]
    noted = {"reason": "weigh it at the next award", "way_out": "noted"}
    await play.do("officer", "dismiss", noted)
    assert not world.of(ConsequenceOrdered), "an owner in a haven alone leads to no consequence"


async def test_the_evidence_of_a_case_is_downloaded_and_checked(play: Play, tmp_path: Path) -> None:
    await play.world.tell(signed(), clauses(REPLACEMENT), owned_by_listed())
    await play.do("officer", "hold", {"reason": "listed this night"})
    for redacted in (False, True):
        path = f"/cases/{play.world.case.id}/bundle.zip?redacted={redacted}"
        answer = await play.client("officer").get(path)
        assert answer.status_code == 200, answer.text
        (tmp_path / "case.zip").write_bytes(answer.content)
        found = verify(str(tmp_path / "case.zip"))
        assert (found.problems, found.redacted) == ([], redacted)
        assert found.facts >= 2
