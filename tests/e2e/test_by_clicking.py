"""The main story played by clicking: an officer, two approvers, and suppliers on their telephones.

What only machines do in the story (a list comes out, files lie in a folder) is done by its player;
everything else is done on the pages, by people who have their own roles and are told what to do by
Today, by their inbox and by mails.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
from playwright.async_api import Browser, expect

from shared.events.onboarding import DocumentNeedsReview
from shared.events.subcontractors import ReplacementDemanded, SubcontractorReplaced
from shared.events.words import Status
from shared.story.chapters.beginning import (
    contract_of,
    publish,
    the_contract_arrives,
    the_desk_is_ready,
    the_supplier_answers,
)
from shared.story.chapters.chain import subcontractors_are_named
from shared.story.player import Player
from shared.story.playing import tell
from tests.console.browser import NEEDS_CHROMIUM, chromium
from tests.e2e.clicking import files, has_id, letter, on_the_phone, signed_in, until_shown
from tests.e2e.system import System

pytestmark = [*NEEDS_CHROMIUM, pytest.mark.long]

BEFORE = (
    the_desk_is_ready,
    the_contract_arrives,
    the_supplier_answers,
    subcontractors_are_named,
)
PATIENCE = 120.0
REPLACE = "Replacement: clause: Replacement of subcontractors"
"""The consequence and the clause that allows it, in the words of the page."""


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """A system in which a contract is signed and its subcontractors are approved."""
    system = System(tmp_path_factory.mktemp("clicking"))

    async def begin() -> None:
        async with system.player(PATIENCE) as player:
            await tell(player, BEFORE)

    try:
        system.start()
        asyncio.run(begin())
        yield system
    finally:
        system.stop()


@pytest.fixture
async def p(ready: System) -> AsyncIterator[Player]:
    async with ready.player(PATIENCE) as player:
        yield player


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


async def test_a_contradicted_claim_is_asked_about_heard_and_dismissed(
    p: Player, browser: Browser
) -> None:
    place, debt = p.running.public_url, p.samples.index.debt
    about = p.samples.company("hansen-holm").name
    supplier = p.samples.company("nordlys").email
    p.drop(debt.evidence)
    async with signed_in(browser, place, "Mette Lund") as mette:
        await mette.opens("Ask the supplier", about)
        case_id = has_id(mette.page)
        await mette.takes(
            "Ask a question",
            "The question has been sent.",
            Question_to_the_supplier="The serviceattest shows a debt. What is it about?",
        )
        mail = await letter(p, supplier, f"enquiry/{case_id}")
        async with on_the_phone(browser, mail) as phone:
            await expect(phone.locator(".asked")).to_contain_text("What is it about?")
            await phone.get_by_label("Jeres svar").fill("A wrong assessment of last year's VAT.")
            await phone.get_by_role("button", name="Send svaret").click()
            await expect(phone.get_by_role("status")).to_contain_text("Det er modtaget.")

        await mette.opens("Weigh the supplier's answer", about)
        await expect(mette.page.get_by_text("A wrong assessment").first).to_be_visible()
        await mette.takes(
            "Open a hearing",
            "The hearing is open.",
            What_the_hearing_is_about="Debt to the tax authority above the threshold.",
        )
        mail = await letter(p, supplier, f"hearing/{case_id}")
        async with on_the_phone(browser, mail) as phone:
            await phone.get_by_label("Jeres svar").fill("The debt is paid, see the receipt.")
            await phone.get_by_label("Dokumenter til svaret").set_input_files(files(p, debt.paid))
            await phone.get_by_role("button", name="Send svaret").click()
            await expect(phone.get_by_role("status")).to_contain_text("Det er modtaget.")
            await expect(phone.get_by_role("status")).to_contain_text("1")

        await mette.opens("Weigh the supplier's answer", about)
        await expect(mette.page.get_by_text("The debt is paid, see").first).to_be_visible()
        await mette.takes(
            "Dismiss the case",
            "The case is closed.",
            Reason="The debt is paid in full: the ground is gone.",
        )
        await expect(mette.page.get_by_text("Dismissed").first).to_be_visible()


async def test_a_document_is_reviewed_beside_its_page(p: Player, browser: Browser) -> None:
    answer = await p.machine.ask(
        "/api/onboarding/documents",
        key="clicking/review",
        data={"buyer_id": p.buyer},
        files={"file": ("scan.pdf", p.samples.bytes_of(UNCLEAR), "application/pdf")},
    )
    document_id = answer["result"]["document_id"]
    await p.fact(DocumentNeedsReview, document_id=document_id)
    async with signed_in(browser, p.running.public_url, "Mette Lund") as mette:
        await mette.opens("Look at a document")
        page = mette.page
        assert has_id(page) == document_id
        picture = page.get_by_role("img", name="Page 1 of the document")
        assert await picture.evaluate("it => it.decode().then(() => it.naturalWidth)") > 500
        await expect(page.get_by_role("heading", name="Why it stands like this")).to_be_visible()
        await page.get_by_label("Reason").fill("It is not about anybody of ours.")
        await page.get_by_role("button", name="It does not count").click()
        await mette.is_told("The document does not count.")
        await mette.has_nothing("Look at a document")


UNCLEAR = "papers/mdr-havblik.pdf"
"""A certificate of somebody whom nobody knows here."""


async def test_a_hit_becomes_a_block_and_a_substitute_takes_over(
    p: Player, browser: Browser
) -> None:
    place, listed = p.running.public_url, p.samples.index.listed
    owner, other = listed["A"].name, listed["B"].name
    baltic, fyns = p.samples.company("baltic"), p.samples.company("fyns")
    supplier = p.samples.company("nordlys").email
    contract_id = await contract_of(p, "nordlys")
    async with (
        signed_in(browser, place, "Mette Lund") as mette,
        signed_in(browser, place, "Anders Kjær") as anders,
        signed_in(browser, place, "Birgit Nør") as birgit,
    ):
        for file in p.samples.index.lists.after:
            await publish(p, file)

        # The bell rings without anybody touching the page; what it rang for is acknowledged.
        bell = mette.page.locator("[data-bell]")
        await expect(bell.locator("b")).not_to_be_empty()
        await bell.click()
        entry = mette.page.get_by_role("listitem").filter(has_text=owner)
        await entry.get_by_role("button", name="Seen").click()
        await mette.is_told("It is noted that you have seen it.")

        await mette.opens("Review a sanctions hit", owner)
        for name in (owner, other):  # the next hit comes by itself
            await expect(mette.page.get_by_role("heading", level=1)).to_have_text(
                f"Is {name} the listed one?"
            )
            await mette.page.get_by_label("Reason").fill("Name, birth date, nationality agree.")
            await mette.page.get_by_role("button", name="It is the listed one").click()
            await mette.is_told("The hit is confirmed.")

        await mette.opens("Decide on a precautionary hold", baltic.name)
        case_id = has_id(mette.page)
        await mette.takes(
            "Order a precautionary hold",
            "The contract is on hold.",
            Reason="A listed person owns 60 %.",
        )
        blocked = await p.status(contract_id, Status.BLOCKED_LEGAL)
        await mette.takes(
            "Confirm the block", "The ground is established.", Reason="Owned by a listed person."
        )
        await expect(mette.page.get_by_text("The case waits for an approver.")).to_be_visible()

        await anders.opens("Give the second approval", baltic.name)
        await anders.takes(
            "Approve the block", "The block is approved by two.", Reason="I have read the evidence."
        )

        mail = await letter(p, supplier, f"instruction/{case_id}")
        async with on_the_phone(browser, mail) as phone:
            await expect(phone.locator(".asked")).not_to_be_empty()

        await mette.opens("Decide the next step of a case", baltic.name)
        await mette.chooses("Prepare a decision", "Consequence and legal basis", REPLACE)
        await mette.takes(
            "Prepare a decision",
            "The decision is prepared and waits for signatures.",
            Reason="No work may go to a company owned by a listed person.",
            Proportionality_in_one_text="Nothing milder ends the ownership.",
            Deadline_in_working_days="15",
        )
        for approver in (anders, birgit):
            await approver.opens("Sign a decision", baltic.name)
            await approver.page.get_by_label("I have no conflict of interest in this case").check()
            await approver.takes("Sign the decision", "Your signature is given.")
            await approver.has_nothing("Sign a decision", baltic.name)

        demanded = await p.fact(ReplacementDemanded, case_id=case_id)
        mail = await letter(p, supplier, f"replacement/{demanded.replacement_id}")
        async with on_the_phone(browser, mail) as phone:
            await expect(phone.get_by_text(baltic.name)).to_be_visible()
            await phone.get_by_label("Virksomhedens navn").fill(fyns.name)
            await phone.get_by_label("Nummer", exact=True).fill(fyns.number)
            await phone.get_by_label("E-mail til virksomheden").fill(fyns.email)
            await phone.get_by_label("Hvad den skal udføre").fill("Rengøring")
            await phone.get_by_role("button", name="Foreslå").click()
            await expect(phone.get_by_role("status")).to_contain_text("Det er modtaget.")
            await phone.goto(mail.link)
            proposed = phone.get_by_role("region", name="Det har I foreslået")
            there = proposed.get_by_text(fyns.name)
            await until_shown(phone, there.is_visible, "what was proposed")

        mail = await letter(p, fyns.email, "documents/")
        async with on_the_phone(browser, mail) as phone:
            await phone.get_by_label("Filer").set_input_files(files(p, *fyns.files))
            await phone.get_by_role("button", name="Upload").click()
            await expect(phone.get_by_role("status")).to_contain_text("Det er modtaget.")
            there = phone.get_by_text("Alt, vi har bedt om, er modtaget.")
            await until_shown(phone, there.is_visible, "that nothing is missing")

        await mette.opens("Decide on a substitute")
        substitute = mette.page.locator(".substitute").filter(has_text=fyns.name)
        passed = substitute.get_by_text("Passed:")
        await expect(passed).not_to_have_count(0)
        await expect(substitute.get_by_text("Failed:")).to_have_count(0)
        await substitute.get_by_label("Reason").fill("Every check has passed.")
        await substitute.get_by_role("button", name="Clear the substitute").click()
        await mette.is_told("The substitute is cleared.")

        await p.fact(SubcontractorReplaced, incoming_id=fyns.party_id)
        remedied = mette.page.locator(".stand .lead").filter(has_text="Remedied")
        await until_shown(mette.page, remedied.is_visible, "that the case is remedied")
        await mette.has_nothing("Decide on a substitute")
        await p.status(contract_id, Status.CLEAR, after=blocked)
