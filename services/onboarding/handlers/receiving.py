"""A file comes in: it becomes a document, is scanned, and goes to whoever opens or reads it."""

from datetime import timedelta
from typing import Any

from services.onboarding.commands import (
    FileScanned,
    OpenContainer,
    ReadDocument,
    ReceiveFile,
    ScanAgain,
    ScanFile,
    TellSender,
)
from services.onboarding.domain import (
    Consignment,
    Document,
    Door,
    State,
    consignment_id,
    document_id,
)
from services.onboarding.files import FileStore
from services.onboarding.policy import Policy
from services.onboarding.scanning import Scanner, ScannerAway
from services.onboarding.unpacking import CONTAINERS
from shared.persons import without_person_numbers
from shared.unit import Unit

from .asking import working_days
from .router import router

SCAN_AGAIN = timedelta(minutes=5)
"""Between two attempts to reach a virus scanner that is away."""

LONGEST_NAME = 200

TELL_AFTER = timedelta(minutes=15)
"""So long the problems of one consignment are collected, so that its sender gets one letter."""


@router.on(ReceiveFile)
async def receive(
    command: ReceiveFile, unit: Unit, policy: Policy, scanner: Scanner
) -> dict[str, Any]:
    """Take in a stored file. The same bytes again are the same document, and change nothing."""
    if unit.caller is not None:
        unit.caller.must_serve(command.buyer_id)
    id = document_id(command.buyer_id, command.sha256)
    document = await unit.load(Document, id)
    if document is not None:
        return {"document_id": id, "state": document.state, "new": False}
    document = Document.receive(
        buyer_id=command.buyer_id,
        digest=command.sha256,
        name=without_person_numbers(command.name)[:LONGEST_NAME],
        media_type=command.media_type,
        size=command.size,
        channel=command.channel,
        at=unit.now,
        sender_id=command.sender_id,
        kept_for=command.kept_for,
    )
    document.expected_kind, document.contract_id = command.kind, command.contract_id
    document.expected_party_id = command.party_id or None
    if command.link_id:
        door = await unit.get(Door, command.link_id)
        door.pass_one()
        unit.save(door)
        document.link_id, document.expected_party_id = door.id, door.party_id
    await _consign(document, command, unit)
    if command.refused:
        document.stored = False
        review(document, command.refused, unit, policy)
    else:
        start(document, unit, scanner)
    unit.save(document)
    return {"document_id": id, "state": document.state, "new": True}


def start(document: Document, unit: Unit, scanner: Scanner) -> None:
    """Have a stored file scanned where a scanner is used and has not let it pass, else go on."""
    if not scanner.in_use or document.scan == "clean":
        return proceed(document, unit)
    document.state, document.reasons = State.RECEIVED, ()
    attempt = document.have_scanned()
    unit.effect(
        f"scan/{document.id}/{attempt}",
        ScanFile(document_id=document.id, sha256=document.sha256, attempt=attempt),
    )


def proceed(document: Document, unit: Unit) -> None:
    """What is kept for others is kept, an archive or a mail is opened, a paper is read."""
    if document.media_type in CONTAINERS:
        attempt = document.have_read()
        unit.effect(
            f"open/{document.id}/{attempt}",
            OpenContainer(document_id=document.id, sha256=document.sha256, attempt=attempt),
        )
    elif document.kept_for:
        document.keep()
    else:
        attempt = document.have_read()
        unit.effect(
            f"read/{document.id}/{attempt}",
            ReadDocument(
                document_id=document.id,
                sha256=document.sha256,
                name=document.name,
                attempt=attempt,
            ),
        )


def review(document: Document, reason: str, unit: Unit, policy: Policy) -> None:
    """A person must look, within the days that the buyer's policy gives."""
    rule = policy.on(unit.now.date(), document.buyer_id)
    document.ask_for_review((reason,), working_days(unit, rule.review_working_days))


# ---------------------------------------------------------------- the virus scanner


@router.does(ScanFile)
async def scan(effect: ScanFile, files: FileStore, scanner: Scanner) -> FileScanned:
    """Show the file to the scanner. That it is away is an answer too: it is seen and waited for."""
    known: dict[str, Any] = {"document_id": effect.document_id, "attempt": effect.attempt}
    data = await files.get(effect.sha256)
    if data is None:
        return FileScanned(**known, result="unavailable", found="the file is not there")
    try:
        found = await scanner.scan(data)
    except ScannerAway as away:
        return FileScanned(**known, result="unavailable", found=away.reason)
    return FileScanned(**known, result="infected" if found else "clean", found=found)


@router.on(FileScanned)
async def take_scan(event: FileScanned, unit: Unit, policy: Policy, scanner: Scanner) -> None:
    """A clean file goes on, an infected one is refused; without an answer the file waits."""
    document = await unit.get(Document, event.document_id)
    if document.attempts != event.attempt or document.state is not State.RECEIVED:
        return
    if event.result == "infected":
        document.infected(event.found)
    else:
        document.scanned(event.result, event.found)
        if event.result == "clean":
            proceed(document, unit)
        elif unit.now - document.received < scanner.patience:
            reminder = ScanAgain(document_id=document.id)
            unit.schedule(f"scan/{document.id}", unit.now + SCAN_AGAIN, reminder)
        else:
            review(document, f"the virus scanner gave no answer: {event.found}", unit, policy)
    unit.save(document)


@router.on(ScanAgain)
async def scan_again(event: ScanAgain, unit: Unit, scanner: Scanner) -> None:
    document = await unit.get(Document, event.document_id)
    if document.state is State.RECEIVED and document.scan == "unavailable":
        start(document, unit, scanner)
        unit.save(document)


# ---------------------------------------------------------------- the sender


async def _consign(document: Document, command: ReceiveFile, unit: Unit) -> None:
    """Remember who sent it, and look after a while whether there is something to tell."""
    sender, what = command.sender_id, command.consignment
    if document.link_id and document.expected_party_id:
        sender, what = document.expected_party_id, f"{document.link_id}/{unit.now.date()}"
    if not sender:
        return
    id = consignment_id(document.buyer_id, document.channel, what or document.sha256)
    consignment = await unit.load(Consignment, id)
    if consignment is None:
        consignment = Consignment(
            id=id,
            buyer_id=document.buyer_id,
            channel=document.channel,
            began=unit.now.isoformat(),
            sender_id=sender,
            address=command.sender,
            language=command.language,
            automatic=command.automatic,
        )
        unit.save(consignment)
    document.sender_id, document.consignment_id = sender, id
    tell_sender_soon(document, unit)


def tell_sender_soon(document: Document, unit: Unit) -> None:
    if id := document.consignment_id:
        unit.schedule(f"tell/{id}", unit.now + TELL_AFTER, TellSender(consignment_id=id))
