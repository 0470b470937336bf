"""The way of a file: taken in, read in a process of its own, and what it says taken down."""

from typing import Any

from services.onboarding.commands import (
    DocumentNotUnderstood,
    DocumentUnderstood,
    ReadAgain,
    ReadDocument,
    ReceiveFile,
)
from services.onboarding.domain import Document, Door, State, document_id
from services.onboarding.files import FileStore
from services.onboarding.policy import Policy
from services.onboarding.readers import NotUnderstood
from services.onboarding.reading_room import ReadingRoom
from services.onboarding.understanding import understand
from shared.domain import Rejected
from shared.persons import PersonKey, without_person_numbers
from shared.unit import Unit

from .asking import working_days
from .router import router
from .steps import consider, register, whom

SPEAK_OF_THEMSELVES = ("espd", "ownership")
"""Papers by which a company itself says who it is: they make it a party. A certificate about
somebody whom we do not know waits until we do.
"""


@router.on(ReceiveFile)
async def receive(command: ReceiveFile, unit: Unit, policy: Policy) -> dict[str, Any]:
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
        name=without_person_numbers(command.name)[:200],
        media_type=command.media_type,
        size=command.size,
        channel=command.channel,
        at=unit.now,
    )
    if command.link_id:
        door = await unit.get(Door, command.link_id)
        door.pass_one()
        unit.save(door)
        document.link_id, document.expected_party_id = door.id, door.party_id
    if command.refused:
        document.stored = False
        rule = policy.on(unit.now.date(), command.buyer_id)
        due = working_days(unit, rule.review_working_days)
        document.ask_for_review((command.refused,), due)
    else:
        _have_read(document, unit)
    unit.save(document)
    return {"document_id": id, "state": document.state, "new": True}


def _have_read(document: Document, unit: Unit) -> None:
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
    except NotUnderstood as why:
        return DocumentNotUnderstood(**known, reason=without_person_numbers(why.reason))
    return DocumentUnderstood(**known, understood=understand(reading, person_key))


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
    document.understood = understood
    document.read(understood, await whom(document, unit))
    await consider(document, unit, policy)


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
async def read_again(command: ReadAgain, unit: Unit) -> dict[str, Any]:
    """Read a document in review once more, for instance with a better reader."""
    document = await unit.get(Document, command.document_id)
    if unit.caller is not None:
        unit.caller.must_serve(document.buyer_id)
    document.must_be_in_review()
    if not document.stored:
        raise Rejected("its file was not kept, so it cannot be read again")
    _have_read(document, unit)
    unit.save(document)
    return {"document_id": document.id, "attempt": document.attempts}
