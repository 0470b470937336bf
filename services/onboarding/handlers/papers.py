"""The way of a paper: read in a process of its own, and what it says taken down."""

from datetime import timedelta
from hashlib import sha256
from typing import Any

from services.onboarding.commands import (
    DocumentNotUnderstood,
    DocumentUnderstood,
    EraseFile,
    KeptLongEnough,
    ReadAgain,
    ReadDocument,
)
from services.onboarding.domain import Document, State
from services.onboarding.files import FileStore
from services.onboarding.keeping import special
from services.onboarding.policy import Policy
from services.onboarding.readers import NotUnderstood, Reading
from services.onboarding.reading_room import ReadingRoom
from services.onboarding.scanning import Scanner
from services.onboarding.taken_folder import Taken
from services.onboarding.understanding import understand
from shared.domain import Rejected
from shared.persons import PersonKey, without_person_numbers
from shared.unit import Unit

from .asking import working_days
from .receiving import start
from .router import router
from .steps import consider, register, whom

SPEAK_OF_THEMSELVES = ("espd", "ownership")
"""Papers by which a company itself says who it is: they make it a party. A certificate about
somebody whom we do not know waits until we do.
"""


@router.does(ReadDocument)
async def read(
    effect: ReadDocument, files: FileStore, reading_room: ReadingRoom, person_key: PersonKey
) -> DocumentUnderstood | DocumentNotUnderstood:
    """Read the file where it can do no harm, and give everyone in it their id."""
    known = {"document_id": effect.document_id, "attempt": effect.attempt}
    data = await files.get(effect.sha256)
    if data is None:
        return DocumentNotUnderstood(**known, reason="its file is not there, or was erased")
    try:
        reading = await reading_room.read(data)
        kept_as = await _redact(reading, data, files, reading_room)
    except NotUnderstood as why:
        return DocumentNotUnderstood(**known, reason=without_person_numbers(why.reason))
    understood = understand(reading, person_key)
    return DocumentUnderstood(**known, understood=understood, kept_as=kept_as)


async def _redact(
    reading: Reading, data: bytes, files: FileStore, reading_room: ReadingRoom
) -> str:
    """Keep the file without what must not be kept of it; the hash of what is kept instead."""
    if not reading.redact:
        return ""
    left = await reading_room.redact(data, reading.redact)
    digest = sha256(left).hexdigest()
    await files.put(digest, left)
    return digest


@router.on(DocumentUnderstood)
async def take_down(event: DocumentUnderstood, unit: Unit, policy: Policy) -> None:
    """Register whom the document names as parties, and decide what it is worth."""
    document = await unit.get(Document, event.document_id)
    if document.attempts != event.attempt or document.state is not State.RECEIVED:
        return
    understood = event.understood
    if understood.party is not None and understood.kind in SPEAK_OF_THEMSELVES:
        await register(understood.party, document.id, unit, policy)
    for owned in understood.ownership:
        company = await register(owned.company, document.id, unit, policy)
        for stake in owned.stakes:
            if stake.owner is not None:
                await register(stake.owner, document.id, unit, policy)
        as_of = understood.issued or unit.now.date()
        if company.declare_owners(owned.stakes, document.id, as_of):
            unit.save(company)
    await _keep(document, event, unit)
    document.understood = understood
    document.read(understood, await whom(document, unit))
    await consider(document, unit, policy)


async def _keep(document: Document, event: DocumentUnderstood, unit: Unit) -> None:
    """What is kept in a special way: in part, for some time, for one role, without its name."""
    rule = special(event.understood.kind, unit.now.date())
    if event.kept_as:
        document.kind = event.understood.kind
        document.keep_redacted(event.kept_as)
        _erase(document.sha256, unit)
        await erase_containers(document.id, unit)
    if rule is not None:
        document.reviewer, document.name = rule.role, f"{rule.kind}.pdf"
        ends = unit.now + timedelta(days=rule.days)
        unit.schedule(f"keeping/{document.id}", ends, KeptLongEnough(document_id=document.id))


async def erase_containers(document_id: str, unit: Unit) -> None:
    """The archive or mail in which a file lay holds it as it came: it is not kept either. What else
    lay in it are documents of their own.
    """
    for container in await unit.find(Document, parts=document_id):
        if container.lose_file():
            unit.save(container)
            _erase(container.sha256, unit)
            await erase_containers(container.id, unit)


def _erase(sha256: str, unit: Unit) -> None:
    unit.effect(f"erase/{sha256}", EraseFile(sha256=sha256))


@router.does(EraseFile)
async def erase(effect: EraseFile, files: FileStore, taken: Taken) -> None:
    """What must not be kept is destroyed, after it is known what is kept in its place."""
    await files.erase(effect.sha256)
    await taken.remove(effect.sha256)


@router.on(KeptLongEnough)
async def forget(event: KeptLongEnough, unit: Unit) -> None:
    """Its time is over."""
    document = await unit.get(Document, event.document_id)
    document.forget()
    for file in dict.fromkeys((document.file, document.sha256)):
        _erase(file, unit)
    await erase_containers(document.id, unit)
    unit.save(document)


@router.on(DocumentNotUnderstood)
async def hand_to_person(event: DocumentNotUnderstood, unit: Unit, policy: Policy) -> None:
    document = await unit.get(Document, event.document_id)
    if document.attempts != event.attempt or document.state is not State.RECEIVED:
        return
    rule = policy.on(unit.now.date(), document.buyer_id)
    due = working_days(unit, rule.review_working_days)
    document.ask_for_review((event.reason,), due)
    unit.save(document)


@router.on(ReadAgain)
async def read_again(command: ReadAgain, unit: Unit, scanner: Scanner) -> dict[str, Any]:
    """Read a document in review once more, for instance with a better reader."""
    document = await unit.get(Document, command.document_id)
    if unit.caller is not None:
        unit.caller.must_serve(document.buyer_id)
    document.must_be_in_review()
    if not document.stored or document.kept_as:
        raise Rejected("its file was not kept, so it cannot be read again")
    start(document, unit, scanner)
    unit.save(document)
    return {"document_id": document.id, "attempt": document.attempts}
