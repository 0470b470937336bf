"""Five cases on one running system, as their actors play them: by token, by link, by webhook."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Any

import pytest

from shared.events.audits import BackPayShown, FindingRaised
from shared.events.breaches import (
    BreachDismissed,
    BreachFlagged,
    BreachRemedied,
    DeliveryNoted,
    LetterIssued,
    OpinionReceived,
    PaymentHoldOrdered,
    PaymentHoldReleased,
    PaymentReleaseDue,
    SupplySecured,
    Track,
)
from shared.events.contracts import ContractSigned, GoodsListed
from shared.events.onboarding import (
    ClaimContradicted,
    DocumentNeedsReview,
    DocumentRead,
    DocumentReinstated,
    DocumentSuspended,
    DocumentVerified,
    OwnershipDeclared,
    PartyRegistered,
)
from shared.events.screening import HitRaised
from shared.events.subcontractors import (
    ReplacementDemanded,
    SubcontractorDeclared,
    SubcontractorReplaced,
    SubstituteChecked,
)
from shared.events.words import Status
from shared.story import NotTrue
from shared.story.chapters.beginning import contract_of, publish, the_contract_arrives
from shared.story.chapters.beginning import the_desk_is_ready as ready
from shared.story.chapters.chain import _of
from shared.story.chapters.listing import confirm, person_id
from shared.story.chapters.substitute import _propose as propose
from shared.story.player import Player
from shared.story.playing import tell
from tests.contracts.conftest import package, release
from tests.e2e.system import System

pytestmark = pytest.mark.long

CASES = "/api/breaches/cases"
TO_AUTHORITY = "opinion"
NORDBY, MEDICO, SOLGT = "90010018", "90020005", "90030000"
"""CVR numbers of three more companies, invented like all others."""

WEIGHED = dict.fromkeys(
    ("gravity", "recurrence", "contract_link", "role_and_share", "milder_means", "supply"),
    "weighed in the case",
)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """A system that knows people, lists and the contract about cleaning."""
    system = System(tmp_path_factory.mktemp("five"))
    system.start()

    async def begin() -> None:
        async with system.player(patience=240) as player:
            await tell(player, (ready, the_contract_arrives))

    try:
        asyncio.run(begin())
        yield system
    finally:
        system.stop()


@pytest.fixture
async def p(stage: System) -> AsyncIterator[Player]:
    async with stage.player(patience=240) as player:
        yield player


# ---------------------------------------------------------------- what all of them do


async def flagged(p: Player, **about: Any) -> str:
    case = await p.fact(BreachFlagged, **about)
    return case.case_id


async def step(p: Player, case_id: str, name: str, body: dict[str, Any], who: Any = None) -> Any:
    who = who or p.officer
    key = f"five/{case_id}/{name}/{who.subject}/{sorted(body.items())!r:.60}"
    return await who.ask(f"{CASES}/{case_id}/{name}", body, key=key)


async def case(p: Player, case_id: str) -> dict[str, Any]:
    return dict(await p.officer.get(f"{CASES}/{case_id}"))


async def decide(p: Player, case_id: str, consequence: str, **more: Any) -> None:
    """The officer takes a lawful option, two approvers sign."""
    options = (await case(p, case_id))["options"]
    basis = next(one["basis"] for one in options if one["measure"] == consequence)
    body = {
        "consequence": consequence,
        "basis": basis,
        "reason": "The ground stands.",
        "proportionality": "It is grave, and nothing milder helps.",
        **more,
    }
    await step(p, case_id, "decision", body)
    for approver in (p.approver, p.second_approver):
        await step(p, case_id, "decision/sign", {"no_conflict": True}, approver)


async def answer(p: Player, email: str, scope: str, text: str, **more: Any) -> None:
    """The supplier reads its letter and answers through the one-time link in it."""
    letter = await p.letter(email, scope)
    asked = await p.supplier.get(f"/api/breaches/links/{letter.token}")
    assert asked["answerable"], asked
    assert [one["kind"] for one in asked["letters"]], "the paper lies behind the same link"
    path = f"/api/breaches/links/{letter.token}/answer"
    await p.supplier.ask(path, {"text": text, **more}, key=f"five/answer/{scope}")
    again = await p.supplier.send("POST", path, key=f"five/again/{scope}", json={"text": "more"})
    assert again.status_code in (403, 409), "a link answers once"


async def every_letter_arrived(p: Player, case_id: str, *kinds: str) -> None:
    """These letters were written in a case, in this order, and each has proof that it arrived.

    That to the competition authority an officer sends: nothing here says when it came.
    """

    async def letters() -> list[tuple[str, bool]]:
        shown = (await case(p, case_id))["letters"]
        sent = [one for one in shown if one["kind"] != TO_AUTHORITY]
        return [(one["kind"], bool(one["delivered"])) for one in sent]

    async def all_of_them() -> bool:
        return await letters() == [(kind, True) for kind in kinds]

    try:
        await p.wait_until(f"the letters of {case_id} have arrived", all_of_them)
    except NotTrue:
        raise AssertionError(f"{kinds} were to arrive, and are: {await letters()}") from None


async def reads(p: Player, email: str, case_id: str, kind: str) -> str:
    """The party opens the mail of a letter, reads the paper and fetches it as PDF."""
    issued = await p.fact(
        LetterIssued, lambda e: bool(e.link_id) and e.kind == kind, case_id=case_id
    )
    mail = await p.letter(email, f"letter/{issued.letter_id}")
    shown = await p.supplier.get(f"/api/breaches/links/{mail.token}")
    texts = {one["kind"]: one for one in shown["letters"]}
    number = texts[kind]["number"]
    pdf = await p.supplier.send("GET", f"/api/breaches/links/{mail.token}/letters/{number}.pdf")
    assert pdf.status_code == 200, f"{pdf.status_code}: {pdf.text}"
    assert pdf.content.startswith(b"%PDF"), f"{len(pdf.content)} bytes"
    page = await p.supplier.send("GET", f"/l/{mail.token}")
    assert page.status_code == 200
    assert f"letters/{number}.pdf" in page.text
    return str(texts[kind]["text_da"])


async def take_in(
    p: Player, ocid: str, cvr: str, name: str, *, srn: str = "", **contract: Any
) -> ContractSigned:
    """A contract of the contract system with a supplier of its own."""
    told = release(1, ocid=ocid, contract=contract, awards=[])
    told["parties"][1] = {
        "id": f"DK-CVR-{cvr}",
        "name": name,
        "roles": ["supplier"],
        "identifier": {"scheme": "DK-CVR", "id": cvr, "legalName": name},
        "contactPoint": {"name": "Kontakt", "email": mail_of(ocid)},
    }
    if srn:
        told["parties"][1]["additionalIdentifiers"] = [{"scheme": "SRN", "id": srn}]
    told["awards"] = [
        {"id": "A1", "date": "2026-09-21T00:00:00Z", "suppliers": [{"id": f"DK-CVR-{cvr}"}]}
    ]
    said = await p.machine.ask("/api/contracts/releases", package(told), key=f"five/release/{ocid}")
    assert said["result"]["releases"][0]["outcome"] == "taken", said
    contract_id = said["result"]["releases"][0]["contracts"][0]["contract_id"]
    signed = await p.fact(ContractSigned, contract_id=contract_id)
    await p.fact(PartyRegistered, lambda e: e.party.party_id == f"dk-cvr-{cvr}")
    return signed


def mail_of(ocid: str) -> str:
    return f"kontakt@{ocid[-4:].lower()}.example"


def clause(code: str, *rights: str) -> dict[str, Any]:
    return {"code": code, "flowsDown": True, "rights": list(rights)}


# ---------------------------------------------------------------- 1


async def test_the_owner_of_a_tier_2_cleaner_is_listed_overnight(p: Player) -> None:
    contract_id = await contract_of(p, "nordlys")
    nordlys, hansen = p.samples.company("nordlys"), p.samples.company("hansen-holm")
    baltic, owner = p.samples.company("baltic"), p.samples.index.listed["A"]
    await p.officer.ask(
        f"/api/subcontractors/contracts/{contract_id}/chain/links",
        {"supplier_id": nordlys.party_id, "reason": "We want to know the whole chain."},
        key="five/chain-link",
    )
    letter = await p.letter(nordlys.email, f"chain/{contract_id}")
    for tier, company, parent in ((1, hansen, None), (2, baltic, hansen.party_id)):
        party = {
            "name": company.name,
            "scheme": "dk-cvr",
            "number": company.number,
            "contact": company.email,
            "country": "DK",
        }
        await p.supplier.ask(
            f"/api/subcontractors/links/{letter.token}/chain",
            {"party": party, "tier": tier, "parent_id": parent},
            key=f"five/chain/{company.number}",
        )
        await p.fact(SubcontractorDeclared, _of(company.party_id), tier=tier)
        await p.officer.ask(
            f"/api/subcontractors/contracts/{contract_id}/chain/{company.party_id}/approve",
            {"reason": "Known from an earlier contract."},
            key=f"five/approve/{company.number}",
        )
    p.drop(baltic.bods)
    await p.fact(OwnershipDeclared, party_id=baltic.party_id)

    (night,) = p.samples.index.lists.after
    await publish(p, night)
    hit = await p.fact(HitRaised, party_id=await person_id(p, owner))
    await confirm(p, hit, owner)
    id = await flagged(p, party_id=baltic.party_id, rule="SAN-AF", contract_id=contract_id)
    shown = await case(p, id)
    assert shown["track"] == "legal_block"
    assert shown["path"] == [nordlys.party_id, hansen.party_id, baltic.party_id]
    early = await p.officer.is_refused(
        f"{CASES}/{id}/confirm", {"reason": "it is certain"}, key="five/early"
    )
    assert "First: order the precautionary hold" in early
    for name, who in (("hold", p.officer), ("confirm", p.officer), ("second-approval", p.approver)):
        await step(p, id, name, {"reason": "A listed person holds 60 %."}, who)
    await p.status(contract_id, Status.BLOCKED_LEGAL)
    told = await p.letter(nordlys.email, f"instruction/{id}")
    instruction = await p.supplier.get(f"/api/breaches/links/{told.token}")
    assert baltic.name in instruction["text"]
    assert [one["kind"] for one in instruction["letters"]] == ["instruction"]
    await step(p, id, "report", {"reference": "ERST 2026-114"})
    await decide(p, id, "replace", working_days=15)
    decision = await reads(p, nordlys.email, id, "decision")
    assert "Klagenævnet for Udbud" in decision
    demanded = await p.fact(ReplacementDemanded, case_id=id)
    fyns = p.samples.company("fyns")
    await propose(p, demanded, fyns)
    for file in fyns.files:
        p.drop(file)
    await p.fact(
        SubstituteChecked,
        lambda e: all(check.passed for check in e.checks),
        substitute_id=fyns.party_id,
    )
    await p.officer.ask(
        f"/api/subcontractors/replacements/{demanded.replacement_id}/substitutes/"
        f"{fyns.party_id}/clear",
        {"reason": "Every check has passed."},
        key="five/clear",
    )
    await p.fact(SubcontractorReplaced, incoming_id=fyns.party_id)
    await p.fact(BreachRemedied, case_id=id)
    ended = await reads(p, nordlys.email, id, "ended")
    assert "udskiftet med en anden" in ended
    assert "kan Baltic" not in ended, "whoever is gone does not begin to work again"
    await every_letter_arrived(p, id, "instruction", "decision", "decision", "demand", "ended")
    blocked = await p.status(contract_id, Status.BLOCKED_LEGAL)
    await p.status(contract_id, Status.CLEAR, after=blocked)


# ---------------------------------------------------------------- 2


async def test_payslips_show_underpayment_at_a_hospital_building_site(p: Player) -> None:
    ocid = "ocds-213czf-FIVE-BYG1"
    signed = await take_in(
        p,
        ocid,
        NORDBY,
        "Nordby Byg A/S",
        title="Ombygning af Sygehus Nord",
        items=[{"id": "1", "classification": {"scheme": "CPV", "id": "45215140-0"}}],
        ansvar_facility={"supervisedByBuyer": True, "name": "Sygehus Nord"},
        ansvar_clauses=[clause("labour-ilo94", "demand_documents", "audit", "hold_payment")],
    )
    party, contract_id = f"dk-cvr-{NORDBY}", signed.contract_id
    slip = {
        "worker": "w1",
        "starts": "2026-11-01",
        "ends": "2026-11-30",
        "group": "cleaner",
        "hours": "100",
        "pay": "13000",
        "pension": "1300",
        "holiday_pay": "1625",
    }
    about = {"contract_id": contract_id, "party_id": party, "agreement": "example-cleaning-dk"}
    entered = await p.auditor.ask(
        "/api/audits/wage-checks", {**about, "slips": [slip]}, key="five/wages"
    )
    check, short = entered["result"]["check_id"], float(entered["result"]["underpaid"])
    assert short > 0
    await p.auditor.ask(
        f"/api/audits/wage-checks/{check}/claim", {"obligation": "labour-ilo94"}, key="five/claim"
    )
    await p.fact(FindingRaised, contract_id=contract_id, finding_class="wages")
    id = await flagged(p, contract_id=contract_id, rule="CL-WAGE")
    assert (await case(p, id))["sum"]["claimed"] == short
    await step(p, id, "hearing", {"subject": "Three payslips lie below the agreement."})
    await answer(p, mail_of(ocid), f"hearing/{id}", "Vi betaler, hvad vi betaler.")
    await step(p, id, "confirm", {"reason": "Wages are missing."})
    proposal = {
        "consequence": "hold_payment",
        "basis": "clause labour-ilo94",
        "reason": "It covers what the workers are owed.",
        "proportionality": "Not a krone more than is claimed.",
        "amount": short + 1,
    }
    too_much = await p.officer.is_refused(
        f"{CASES}/{id}/decision", proposal, key="five/too-much", status=422
    )
    assert "can be held" in too_much
    await decide(p, id, "hold_payment", amount=short)
    held = await p.fact(PaymentHoldOrdered, case_id=id)
    assert held.cap is not None
    assert held.cap.amount == short
    decision = await reads(p, mail_of(ocid), id, "decision")
    assert "medarbejder for medarbejder" in decision, "on what it is released"
    assert "AB 18" in decision
    status = await p.machine.get("/api/contracts/status", contract_id=contract_id)
    assert status["status"] == "CONDITIONAL"
    assert [one["amount"]["amount"] for one in status["payment_holds"]] == [short]
    await p.auditor.ask(
        f"/api/audits/wage-checks/{check}/back-pay",
        {"worker": "w1", "amount": f"{short:.2f}", "document_ids": ["doc-back-pay"]},
        key="five/back-pay",
    )
    await p.fact(BackPayShown, contract_id=contract_id)
    due = await p.fact(PaymentReleaseDue, case_id=id)
    assert due.amount.amount == short
    body = {"amount": short, "reason": "Back-pay is shown.", "document_ids": ["doc-back-pay"]}
    await step(p, id, "payment-release", body)
    released = await p.fact(PaymentHoldReleased, case_id=id)
    assert released.left.amount == 0
    await step(p, id, "remedy", {"reason": "All workers have been paid."})
    await p.fact(BreachRemedied, case_id=id)
    await every_letter_arrived(p, id, "hearing", "decision", "release", "ended")


# ---------------------------------------------------------------- 3


async def test_a_serviceattest_shows_a_debt_two_weeks_before_the_award(p: Player) -> None:
    hansen = p.samples.company("hansen-holm")
    procedure = await p.machine.ask(
        "/api/contracts/procedures",
        {
            "reference": "RN-2026-077",
            "buyer_id": p.buyer,
            "at": p.clock.now().isoformat(),
            "title": "Rengøring af lægehuse",
            "tenders_until": (p.clock.now() + timedelta(days=60)).date().isoformat(),
            "grounds": ["envir-law"],
        },
        key="five/procedure",
    )
    procedure_id = procedure["result"]["procedure_id"]
    party = {
        "name": hansen.name,
        "number": hansen.number,
        "contact": hansen.email,
        "country": "DK",
    }
    await p.machine.ask(
        f"/api/contracts/procedures/{procedure_id}/intention",
        {"winners": [party], "award_on": (p.clock.now() + timedelta(days=14)).date().isoformat()},
        key="five/intention",
    )
    for file in (hansen.espd, p.samples.index.debt.evidence):
        p.drop(file)
    found = await p.fact(ClaimContradicted, party_id=hansen.party_id)
    assert found.amount is not None
    assert found.amount.amount == 140_000
    id = await flagged(p, contract_id=procedure_id, party_id=hansen.party_id)
    shown = await case(p, id)
    assert (shown["phase"], shown["mandatory"], shown["rule"]) == ("procedure", True, "EX-B1")
    late = {line["step"]: line["past"] for line in shown["timetable"]}
    assert late["open the hearing"], "with an opinion it cannot be decided before the award"
    assert shown["ways_out"] == ["extend_validity", "next_tenderer", "annul"]
    await step(p, id, "enquiry", {"question": "How does this fit with your ESPD?"})
    await answer(p, hansen.email, f"enquiry/{id}", "Det vidste vi ikke.")
    await step(p, id, "hearing", {"subject": "A due debt of DKK 140 000."})
    await answer(p, hansen.email, f"hearing/{id}", "Betalt, med ny bogholder.", self_cleaning=True)
    await step(p, id, "confirm", {"reason": "The debt was due at the deadline."})
    unweighed = await p.officer.is_refused(
        f"{CASES}/{id}/decision",
        {
            "consequence": "exclude",
            "basis": (await case(p, id))["options"][0]["basis"],
            "reason": "a debt",
            "weighing": WEIGHED,
        },
        key="five/unweighed",
    )
    assert "assess that first" in unweighed
    await step(
        p,
        id,
        "self-cleaning",
        {
            "compensation": "The debt is paid in full.",
            "clarified": "The tax authority confirms it.",
            "measures": "A new bookkeeper and monthly checks.",
            "enough": True,
            "reason": "All three parts are documented.",
        },
    )
    await step(p, id, "opinion", {})
    await step(p, id, "opinion/answer", {"reliable": True, "opinion": "It is reliable."})
    assert (await p.fact(OpinionReceived, case_id=id)).reliable
    await step(p, id, "dismiss", {"reason": "Paid, and reliable again.", "way_out": "ground_gone"})
    await p.fact(BreachDismissed, case_id=id)
    await every_letter_arrived(p, id, "enquiry", "hearing", "ended")
    kinds = [one["kind"] for one in (await case(p, id))["letters"]]
    assert kinds.count(TO_AUTHORITY) == 1, "the authority was asked in a letter"
    false = await flagged(p, contract_id=procedure_id, party_id=hansen.party_id, rule="EX-J")
    assert (await case(p, false))["phase"] == "procedure"


# ---------------------------------------------------------------- 4


async def test_the_certificate_of_the_only_supplier_of_a_disposable_is_suspended(
    p: Player,
) -> None:
    ocid = "ocds-213czf-FIVE-MED2"
    signed = await take_in(
        p, ocid, MEDICO, "Havblik Medical GmbH", srn="DE-MF-000099112", title="Sterile handsker"
    )
    contract_id, maker_id = signed.contract_id, f"dk-cvr-{MEDICO}"
    good = {
        "item": "gloves",
        "title": "Sterile handsker",
        "critical": True,
        "sole_source": True,
        "consumption_per_day": 100,
    }
    await p.machine.ask(
        f"/api/contracts/contracts/{contract_id}/goods",
        {"goods": [good]},
        key="five/goods",
        method="PUT",
    )
    await p.fact(GoodsListed, contract_id=contract_id)
    await p.machine.ask(
        f"/api/contracts/contracts/{contract_id}/goods/gloves/stock",
        {"quantity": 600, "as_of": p.clock.now().date().isoformat()},
        key="five/stock",
    )
    p.drop("papers/mdr-havblik.pdf")
    read = await p.fact(DocumentRead, lambda e: e.kind == "mdr-certificate")
    await p.fact(DocumentNeedsReview, document_id=read.document_id)
    await p.officer.ask(
        f"/api/onboarding/documents/{read.document_id}/verify",
        {"reason": "Its number is that of our supplier.", "party_id": maker_id},
        key="five/verified",
    )
    document = await p.fact(DocumentVerified, party_id=maker_id)
    await p.officer.ask(
        f"/api/onboarding/documents/{document.document_id}/standing",
        {"standing": "suspended", "reason": "The notified body suspended it."},
        key="five/suspended",
    )
    await p.fact(DocumentSuspended, document_id=document.document_id)
    id = await flagged(p, contract_id=contract_id, rule="SUP-CERT")
    shown = await case(p, id)
    assert shown["track"] == Track.SUPPLY_CASE
    assert "no other source" in shown["cause"]["detail"]
    means = {"means": "derogation", "reference": "LMST 2026-9", "reason": "no other source"}
    early = await p.officer.is_refused(f"{CASES}/{id}/supply/means", means, key="five/means-early")
    assert "count the usable stock" in early
    stock = {"item": "gloves", "days_of_stock": 6, "told": "head nurse", "reason": "counted"}
    await step(p, id, "supply/assessment", stock)
    await step(p, id, "supply/means", means)
    assert (await p.fact(SupplySecured, case_id=id)).means == "derogation"
    status = await p.machine.get("/api/contracts/status", contract_id=contract_id)
    assert status["status"] == "CONDITIONAL"
    await p.officer.ask(
        f"/api/onboarding/documents/{document.document_id}/standing",
        {"standing": "reinstated", "reason": "The notified body reinstated it."},
        key="five/reinstated",
    )
    await p.fact(DocumentReinstated, document_id=document.document_id)
    await step(p, id, "remedy", {"reason": "The certificate is valid again."})
    await p.fact(BreachRemedied, case_id=id)


# ---------------------------------------------------------------- 5


async def test_the_supplier_is_sold_to_a_holding_in_panama(p: Player) -> None:
    ocid = "ocds-213czf-FIVE-PAN1"
    signed = await take_in(
        p,
        ocid,
        SOLGT,
        "Vaskeriet Syd A/S",
        title="Vask af linned",
        ansvar_clauses=[
            clause("tax-conduct", "ask", "demand_documents"),
            clause("replacement", "replace_subcontractor"),
        ],
    )
    party, contract_id = f"dk-cvr-{SOLGT}", signed.contract_id
    holding = {"name": "Istmo Holding S.A.", "country": "PA", "address_country": "PA"}
    await p.officer.ask(
        f"/api/onboarding/parties/{party}/ownership",
        {
            "owners": [{"who": holding, "minimum": 100, "maximum": 100}],
            "source": "the company's own letter",
            "reason": "It told us that it was sold.",
        },
        key="five/sold",
    )
    id = await flagged(p, contract_id=contract_id, party_id=party, rule="TAX-LIST")
    shown = await case(p, id)
    assert shown["track"] == "enquiry", shown
    assert shown["status"] in ("REVIEW", "CONDITIONAL"), shown["status"]
    await step(p, id, "enquiry", {"question": "Who owns the holding, and why there?"})
    await answer(p, mail_of(ocid), f"enquiry/{id}", "En familie; skatten betales i Danmark.")
    proposal = {
        "consequence": "replace",
        "basis": "clause replacement",
        "reason": "Panama",
        "proportionality": "none",
    }
    jump = await p.officer.is_refused(
        f"{CASES}/{id}/decision", proposal, key="five/jump", status=422
    )
    assert "takes an established ground" in jump
    await step(p, id, "dismiss", {"reason": "Weigh it at the next award.", "way_out": "noted"})
    gone = await p.fact(BreachDismissed, case_id=id)
    assert gone.way_out == "noted"
    await every_letter_arrived(p, id, "enquiry", "ended")
    delivered = p.facts.all(DeliveryNoted, case_id=id)
    assert {one.channel for one in delivered} == {"mail"}
