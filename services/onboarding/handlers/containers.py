"""Archives and mails: what lies in them becomes documents, all of them or none."""

from services.onboarding.commands import (
    ContainerOpened,
    DocumentNotUnderstood,
    OpenContainer,
    PartKept,
)
from services.onboarding.domain import Consignment, Document, State, document_id
from services.onboarding.files import FileStore
from services.onboarding.policy import Policy
from services.onboarding.scanning import Scanner
from services.onboarding.taking import kept, media_type
from services.onboarding.unpacking import NotOpened, Part
from services.onboarding.unpacking.room import UnpackingRoom
from shared.persons import without_person_numbers
from shared.unit import Unit

from .papers import erase_containers
from .receiving import LONGEST_NAME, review, start
from .router import router


@router.does(OpenContainer)
async def open_container(
    effect: OpenContainer, files: FileStore, unpacking_room: UnpackingRoom
) -> ContainerOpened | DocumentNotUnderstood:
    """Open it where it can do no harm. Its files are kept by their hashes before they are told of;
    those of a container that turns out bad half-way are swept away with other orphans.
    """
    document_id, attempt = effect.document_id, effect.attempt
    data = await files.get(effect.sha256)
    reason = "its file is not there, or was erased"
    if data is not None:
        try:
            parts = [await _keep(part, files) async for part in unpacking_room.open(data)]
        except NotOpened as why:
            reason = why.reason
        else:
            found = {part.sha256: part for part in reversed(parts)}
            return ContainerOpened(
                document_id=document_id, attempt=attempt, parts=tuple(reversed(found.values()))
            )
    return DocumentNotUnderstood(document_id=document_id, attempt=attempt, reason=reason)


async def _keep(part: Part, files: FileStore) -> PartKept:
    digest, refused = await kept(part.data, files)
    return PartKept(
        sha256=digest,
        name=without_person_numbers(f"{part.path}{part.name}")[-LONGEST_NAME:],
        media_type=media_type(part.data),
        size=len(part.data),
        refused=refused,
        problem=part.problem,
    )


@router.on(ContainerOpened)
async def take_parts(event: ContainerOpened, unit: Unit, policy: Policy, scanner: Scanner) -> None:
    """Every file becomes a document of the same buyer, channel and sender."""
    container = await unit.get(Document, event.document_id)
    if container.attempts != event.attempt or container.state is not State.RECEIVED:
        return
    if not event.parts and not await _is_automatic(container, unit):
        review(container, "it carries no file: a person must read it", unit, policy)
        unit.save(container)
        return
    ids = []
    for part in event.parts:
        id = document_id(container.buyer_id, part.sha256)
        if id == container.id:
            continue
        ids.append(id)
        if await unit.load(Document, id) is None:
            _take(part, container, unit, policy, scanner)
    container.open(tuple(ids))
    unit.save(container)
    for id in ids:
        held = await unit.load(Document, id)
        if held is not None and held.kept_as:
            await erase_containers(id, unit)


def _take(
    part: PartKept, container: Document, unit: Unit, policy: Policy, scanner: Scanner
) -> None:
    document = Document.receive(
        buyer_id=container.buyer_id,
        digest=part.sha256,
        name=part.name,
        media_type=part.media_type,
        size=part.size,
        channel=container.channel,
        at=unit.now,
        sender_id=container.sender_id,
        part_of=container.id,
        kept_for=container.kept_for,
    )
    document.link_id, document.consignment_id = container.link_id, container.consignment_id
    document.expected_party_id = container.expected_party_id
    document.contract_id = container.contract_id
    if part.refused:
        document.stored = False
    if part.refused or part.problem:
        review(document, part.refused or part.problem, unit, policy)
    else:
        start(document, unit, scanner)
    unit.save(document)


async def _is_automatic(container: Document, unit: Unit) -> bool:
    """A machine that tells that it is away sends no papers, and nobody need read that."""
    if not container.consignment_id:
        return False
    consignment = await unit.load(Consignment, container.consignment_id)
    return consignment is not None and consignment.automatic
