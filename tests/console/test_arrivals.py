"""The ways in: what came, what became of every part of it, and why."""

from pathlib import Path

import pytest

from services.console.handlers import router
from services.onboarding.commands import ReceiveFile
from services.onboarding.taking import media_type
from shared.testing import MACHINE, World
from tests.console.cast import OFFICER, STRANGER
from tests.console.desk import HEARS, Console
from tests.onboarding.conftest import Onboarding
from tests.onboarding.hostile import javascript_pdf
from tests.onboarding.mails import archive, mail
from tests.onboarding.papers import BUYER, NORDLYS, digest, signed

SAMPLES = Path(__file__).parents[2] / "samples"
ATTEST = (SAMPLES / "pdf/serviceattest-nordlys.pdf").read_bytes()
PAYSLIP = (SAMPLES / "papers/loenseddel-fyns.pdf").read_bytes()
BOX = {
    "buyer_id": BUYER,
    "name": "INBOX",
    "looked": "2026-11-22T09:00:00+00:00",
    "problem": "",
    "taken": 3,
    "refused": 1,
}


async def heard(console: Console) -> Console:
    """A mail with an archive and a hostile file in it, and one paper through the folder."""
    onboarding = Onboarding()
    await onboarding.tell(signed())
    letter = mail(
        ("papers.zip", archive({"attest.pdf": ATTEST, "lon.pdf": PAYSLIP})),
        ("bad.pdf", javascript_pdf()),
        id="m1",
    ).as_bytes()
    await onboarding.files.put(digest(letter), letter)
    await onboarding.tell(
        ReceiveFile(
            buyer_id=BUYER,
            sha256=digest(letter),
            name="letter.eml",
            media_type=media_type(letter),
            size=len(letter),
            channel="mail",
            sender_id="person-1",
            sender="somebody@nordlys.example",
            consignment="m1",
        ),
        by=MACHINE,
    )
    while onboarding.effects:
        await onboarding.do_effects()
    await onboarding.drop_sample("espd/nordlys-espd-4.1.0.xml")
    await console.world.tell(*onboarding.announced)
    return console


@pytest.fixture
def empty(tmp_path: Path) -> Console:
    return Console(World(router, adapters=HEARS), tmp_path)


async def test_every_part_of_a_mail_is_there_with_what_became_of_it(empty: Console) -> None:
    text = await (await heard(empty)).visitor(OFFICER).text("/arrivals")
    assert "letter.eml" in text
    assert "attest.pdf" in text
    assert "the PDF file contains JavaScript, which no certificate needs" in text
    assert "somebody@" not in text
    assert "nordlys-espd-4.1.0.xml" in text
    assert NORDLYS.name in text


async def test_it_is_told_in_the_reader_s_language(empty: Console) -> None:
    console = await heard(empty)
    visitor = console.visitor(OFFICER)
    visitor.http.headers["Accept-Language"] = "da"
    text = await visitor.text("/arrivals")
    assert "PDF-filen indeholder JavaScript" in text
    assert "Indgangene" in text


async def test_the_name_of_a_payslip_is_for_its_own_role(empty: Console) -> None:
    text = await (await heard(empty)).visitor(OFFICER).text("/arrivals")
    assert "lon.pdf" not in text
    assert "Payslip" in text


async def test_filters_stand_in_the_address(empty: Console) -> None:
    visitor = (await heard(empty)).visitor(OFFICER)
    folder = await visitor.text("/arrivals?channel=folder")
    assert "letter.eml" not in folder
    assert "nordlys-espd" in folder
    waits = await visitor.text("/arrivals?became=waits")
    assert "letter.eml" in waits
    assert "letter.eml" in await visitor.text("/arrivals?q=attest.pdf")
    assert "Nothing that came fits" in await visitor.text("/arrivals?q=nowhere")
    assert (await visitor.get("/arrivals?became=nothing")).status_code == 404


async def test_nothing_of_another_buyer_is_there(empty: Console) -> None:
    text = await (await heard(empty)).visitor(STRANGER).text("/arrivals")
    assert "letter.eml" not in text
    assert "Nothing has come in yet." in text


async def test_where_nothing_came_it_says_what_to_do(empty: Console) -> None:
    text = await empty.visitor(OFFICER).text("/arrivals")
    assert "Lay files into the watched folder" in text
    assert "How the mailboxes do cannot be asked right now." in text


async def test_mailboxes_say_how_they_do(empty: Console) -> None:
    empty.services.says["/api/onboarding/mailboxes"] = [BOX | {"problem": "it does not answer (X)"}]
    text = await empty.visitor(OFFICER).text("/arrivals")
    assert "INBOX 3 mails taken, 1 refused" in text
    assert "it does not answer (X)" in text
