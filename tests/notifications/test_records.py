"""The records system gets each fact of a case once, with number, date and paper, and answers."""

import json
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from services.notifications.api import api
from services.notifications.domain import Filing
from services.notifications.handlers import router
from services.notifications.inlets import Inlet, json_reader, take_in
from services.notifications.messages import FileRecord, NoteNumber
from services.notifications.records import FolderRecords
from services.notifications.rules import read_rules
from shared.events import catalogue
from shared.events.breaches import CaseEvent, HearingAnswered
from shared.events.notifications import RecordFiled
from shared.events.onboarding import DocumentReceived, PartyRegistered
from shared.languages import LANGUAGES
from shared.testing import World, play
from tests.notifications.people import BUYER, TAKEN
from tests.notifications.test_api import METTE, STRANGER
from tests.notifications.test_handlers import HEARING, SUPPLIER, adapters
from tests.notifications.test_mail import WRITER
from tests.serving import Standing

RULES = read_rules()
PAPER = DocumentReceived(
    document_id="doc-9",
    sha256="ab" * 32,
    name="svar.pdf",
    media_type="application/pdf",
    size=100,
    channel="link",
    buyer_id=BUYER,
)
ANSWERED = HearingAnswered(
    **HEARING.model_dump(include=set(CaseEvent.model_fields) - {"need", "settles"}),
    answer="Jens Hansen, 010180-1234, was no longer with us.",
    document_ids=("doc-9",),
)


@pytest.fixture
def folder(tmp_path: Path) -> FolderRecords:
    return FolderRecords(tmp_path / "records", WRITER, "https://ansvar.region.example")


@pytest.fixture
async def world(folder: FolderRecords) -> World:
    world = await play(router, TAKEN, adapters=adapters(records=folder))
    await world.tell(PartyRegistered(party=SUPPLIER), PAPER, HEARING, ANSWERED)
    await world.do_effects()
    return world


def manifest(folder: FolderRecords, number: int) -> dict[str, Any]:
    said = (folder.folder / "case-1" / f"{number:04}" / "record.json").read_text()
    found: dict[str, Any] = json.loads(said)
    return found


def paper(folder: FolderRecords, number: int) -> str:
    document = pypdfium2.PdfDocument(folder.folder / "case-1" / f"{number:04}" / "record.pdf")
    return "\n".join(page.get_textpage().get_text_bounded() for page in document)


async def test_each_fact_of_a_case_is_a_numbered_record_with_its_date(
    world: World, folder: FolderRecords
) -> None:
    hearing, answer = manifest(folder, 1), manifest(folder, 2)
    assert (hearing["title"], hearing["direction"]) == ("Partshøring", "outgoing")
    assert (answer["title"], answer["direction"]) == ("Høringssvar", "incoming")
    assert (answer["number"], answer["journal_date"]) == ("case-1/2", "2026-11-23")
    assert answer["documents"] == [
        {
            "id": "doc-9",
            "sha256": PAPER.sha256,
            "url": "https://ansvar.region.example/api/onboarding/documents/doc-9/file",
        }
    ]
    assert json.loads((folder.folder / "case-1" / "case.json").read_text())["buyer"] == BUYER


async def test_the_paper_says_what_the_letter_said_and_holds_no_link_and_no_account(
    world: World, folder: FolderRecords
) -> None:
    said = paper(folder, 1)
    assert "Partshøring" in said
    assert "case-1/1" in said
    assert "/l/" not in said
    assert HEARING.subject not in said
    whole = paper(folder, 2) + json.dumps(manifest(folder, 2))
    assert "Jens" not in whole
    assert "010180" not in whole


async def test_the_same_record_twice_is_one_and_a_case_cannot_lead_out_of_the_folder(
    world: World, folder: FolderRecords
) -> None:
    (first, *_) = [d for (kind, _), d in world.store.documents.items() if kind is Filing]
    assert isinstance(first, Filing)
    effect = FileRecord(
        record_id=first.id,
        case_id="../../outside",
        buyer_id=BUYER,
        contract_id="k",
        contract="",
        parties=(),
        number=1,
        fact="HearingOpened",
        direction="outgoing",
        happened=HEARING.due,
        journal_date=HEARING.due.date(),
        language="sv",
    )
    for _ in range(2):
        await folder.file(effect)
    assert {one.name[:5] for one in folder.folder.iterdir()} == {"case-"}
    assert not (folder.folder.parent.parent / "outside").exists()


async def test_the_number_of_the_records_system_comes_back(
    world: World, folder: FolderRecords, tmp_path: Path
) -> None:
    record_id = manifest(folder, 1)["record_id"]
    folder.numbers.mkdir()
    said = {"record_id": record_id, "number": "26/01234-7", "journal_date": "2026-11-24"}
    for name in ("1.json", "2.json"):
        (folder.numbers / name).write_text(json.dumps(said | {"file": name}))
    (folder.numbers / "3.json").write_text(json.dumps(said | {"number": ""}))
    service = Standing(world, api, tmp_path)
    inlet = Inlet(folder.numbers, json_reader(NoteNumber))
    taken = await take_in(inlet, service)  # type: ignore[arg-type]
    assert (taken.taken, taken.refused) == (2, 1)
    (filed,) = [one for one in world.announced if isinstance(one, RecordFiled)]
    assert (filed.number, filed.case_id) == ("26/01234-7", "case-1")
    async with service.client(METTE) as client:
        (first, second) = (await client.get("/records", params={"case_id": "case-1"})).json()
        assert (first["filed_as"], first["state"]) == ("26/01234-7", "filed")
        assert (second["filed_as"], second["state"]) == ("", "given")
    async with service.client(STRANGER) as client:
        assert (await client.get("/records", params={"case_id": "case-1"})).json() == []


def test_every_fact_of_a_case_is_recorded_or_it_is_said_why_not() -> None:
    left = {name for one in RULES.records.left for name in one.events}
    for kind in catalogue().values():
        if issubclass(kind, CaseEvent):
            recorded = RULES.records.direction_of(kind.__name__) is not None
            assert recorded != (kind.__name__ in left), kind.__name__


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_record_has_a_title(language: str) -> None:
    records = RULES.records
    for name in (*records.outgoing, *records.incoming, *records.internal):
        assert WRITER.words(language).knows(f"record.{name}")  # type: ignore[arg-type]
