"""Cases go to the records system, fact by fact."""

from typing import Any

from services.notifications.domain import Contract, Dossier, Filing, Paper, id_of
from services.notifications.handlers.routes import router
from services.notifications.hours import today
from services.notifications.letters import letter_facts, until
from services.notifications.messages import FileRecord, NoteNumber, RecordKept
from services.notifications.records import Records
from services.notifications.rules import Rules
from shared.events.base import Event
from shared.events.breaches import LetterIssued
from shared.events.onboarding import DocumentReceived
from shared.languages import Language
from shared.unit import Unit

PARTIES = ("supplier_id", "party_id", "addressee_id")


async def keep_paper(event: DocumentReceived, unit: Unit) -> None:
    paper = await unit.load(Paper, event.document_id) or Paper(id=event.document_id)
    paper.sha256 = event.sha256
    unit.save(paper)


async def record(event: Event, unit: Unit, rules: Rules) -> None:
    """Once per fact, known by its id, with the next number of its case."""
    direction = rules.records.direction_of(type(event).__name__)
    case_id = str(getattr(event, "case_id", ""))
    if direction is None or not case_id:
        return
    record_id = id_of("record", unit.message.id)
    happened = unit.message.time or unit.now
    dossier = await unit.load(Dossier, case_id) or Dossier(id=case_id)
    filing = Filing(
        id=record_id,
        case_id=case_id,
        buyer_id=str(getattr(event, "buyer_id", "")),
        fact=type(event).__name__,
        nth=dossier.next_number(),
        at=happened.isoformat(),
    )
    unit.save(dossier)
    unit.save(filing)
    contract_id = str(getattr(event, "contract_id", ""))
    contract = await unit.load(Contract, contract_id) if contract_id else None
    title = contract.title if contract else ""
    letter = rules.letter_of(event)
    unit.effect(
        record_id,
        FileRecord(
            record_id=record_id,
            case_id=case_id,
            buyer_id=filing.buyer_id,
            contract_id=contract_id,
            contract=title,
            parties=tuple(
                dict.fromkeys(p for name in PARTIES if (p := str(getattr(event, name, ""))))
            ),
            number=filing.nth,
            fact=filing.fact,
            direction=direction,
            happened=happened,
            journal_date=today(happened),
            language=_language(filing.buyer_id),
            papers=await _papers(event, unit),
            letter_words=letter.words if letter else "",
            letter_facts=letter_facts(event, title) if letter else (),
            letter_due=until(event, letter) if letter else None,
            **_paper_of(event, filing.buyer_id),
        ),
    )


def _paper_of(event: Event, buyer_id: str) -> dict[str, Any]:
    """The number of a letter and the hash of its paper, in the language of the records."""
    if not isinstance(event, LetterIssued):
        return {}
    sha256 = getattr(event, f"sha256_{_language(buyer_id)}")
    return {"letter_number": event.number, "letter_sha256": sha256}


async def _papers(event: Event, unit: Unit) -> tuple[tuple[str, str], ...]:
    ids = tuple(getattr(event, "document_ids", ()))
    await unit.prefetch(Paper, ids, cached=False)
    found = [(id, await unit.load(Paper, id)) for id in ids]
    return tuple((id, paper.sha256 if paper else "") for id, paper in found)


def _language(buyer_id: str) -> Language:
    return "sv" if buyer_id.startswith("se-") else "da"


@router.does(FileRecord)
async def file_record(effect: FileRecord, records: Records | None) -> RecordKept | None:
    if records is None:
        return None
    await records.file(effect)
    return RecordKept(record_id=effect.record_id)


@router.on(RecordKept)
async def note_kept(event: RecordKept, unit: Unit) -> None:
    filing = await unit.get(Filing, event.record_id)
    filing.given()
    unit.save(filing)


@router.on(NoteNumber)
async def note_number(command: NoteNumber, unit: Unit) -> dict[str, object]:
    filing = await unit.get(Filing, command.record_id)
    filing.filed(command.number, command.journal_date)
    unit.save(filing)
    return {"record_id": filing.id, "number": filing.filed_as}
