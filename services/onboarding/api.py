"""Where people and machines bring papers to onboarding, and ask what is known."""

from datetime import date
from typing import Annotated
from urllib.parse import quote

from fastapi import Form, Query, Response, UploadFile
from pydantic import BaseModel

from services.onboarding.claims_api import claims_api
from services.onboarding.commands import ReadAgain, ReceiveFile, RejectDocument, VerifyDocument
from services.onboarding.domain import (
    Document,
    Door,
    Field,
    Party,
)
from services.onboarding.files import FileStore
from services.onboarding.merging_api import merging_api
from services.onboarding.ownership_api import ownership_api
from services.onboarding.qualifications_api import qualifications_api
from services.onboarding.readers import LARGEST
from services.onboarding.registers_api import registers_api
from services.onboarding.taking import take
from shared.domain import Caller, Unknown
from shared.events.words import PartyDescription, Stake
from shared.http import PUBLIC, Api, Desk, Done, Page
from shared.links import LinkBook

api = Api("onboarding")
api.router.routes.extend(ownership_api.router.routes)
api.router.routes.extend(claims_api.router.routes)
api.router.routes.extend(qualifications_api.router.routes)
api.router.routes.extend(merging_api.router.routes)
api.router.routes.extend(registers_api.router.routes)

READS = ("officer", "approver", "auditor", "contract_manager", "integration")
BRINGS = ("officer", "contract_manager", "integration")
MOST_BODY = LARGEST + 1_000_000
"""A file and what a form puts around it."""


class DocumentView(BaseModel):
    """One document, with what was read and why a person must look at it, if one must."""

    id: str
    buyer_id: str
    name: str
    media_type: str
    size: int
    channel: str
    received_at: str
    state: str
    kind: str
    party_id: str | None
    issued: date | None
    valid_until: date | None
    reader: str
    fields: tuple[Field, ...]
    reasons: tuple[str, ...]
    decided_by: str
    decision: str
    version: int


class PartyView(BaseModel):
    """Who somebody is, and who owns it as it was declared last."""

    party: PartyDescription
    stakes: tuple[Stake, ...]
    stakes_as_of: date | None
    version: int


class Reason(BaseModel):
    reason: str


class Verdict(Reason):
    """What a person saw in a document, where the reader saw something else or nothing."""

    kind: str | None = None
    party_id: str | None = None
    issued: date | None = None
    valid_until: date | None = None


@api.post("/documents", roles=BRINGS, max_body=MOST_BODY)
async def bring(file: UploadFile, buyer_id: Annotated[str, Form()], desk: Desk) -> Done:
    """Bring a document in. The same bytes again are the same document."""
    desk.caller.must_serve(buyer_id)
    return await _take(file, buyer_id, "upload", desk)


@api.post("/links/{token}/documents", roles=PUBLIC, max_body=MOST_BODY)
async def bring_through_link(token: str, file: UploadFile, desk: Desk) -> Done:
    """Bring a document through a one-time link, without an account."""
    links: LinkBook = desk.adapters["links"]
    door = await desk.get(Door, links.open(token).link_id)
    caller = Caller(subject=f"link:{door.id}", name=door.party_id, buyers=(door.buyer_id,))
    desk.admit(caller)
    return await _take(file, door.buyer_id, "link", desk, door.id)


async def _take(
    file: UploadFile, buyer_id: str, channel: str, desk: Desk, link_id: str = ""
) -> Done:
    files: FileStore = desk.adapters["files"]

    async def tell(command: ReceiveFile) -> Done:
        return await desk.send(command)

    return await take(
        await file.read(),
        name=file.filename or "without a name",
        buyer_id=buyer_id,
        channel=channel,
        link_id=link_id,
        files=files,
        tell=tell,
    )


@api.get("/documents", roles=READS)
async def list_documents(
    buyer_id: str,
    desk: Desk,
    party_id: str | None = None,
    state: str | None = None,
    after: str | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Page[DocumentView]:
    """A buyer's documents, the newest first."""
    desk.caller.must_serve(buyer_id)
    asked = {"buyer_id": buyer_id, "party_id": party_id, "state": state}
    return await desk.page(
        Document,
        {name: value for name, value in asked.items() if value is not None},
        sort="received_at",
        descending=True,
        view=_document_view,
        limit=limit,
        after=after,
    )


@api.get("/documents/{document_id}", roles=READS)
async def show_document(document_id: str, desk: Desk) -> DocumentView:
    document = await _served(document_id, desk)
    desk.tag(document)
    return _document_view(document)


@api.get("/documents/{document_id}/content", roles=READS, response_class=Response)
async def download(document_id: str, desk: Desk) -> Response:
    """The file as it came, to be saved and never shown in place."""
    document = await _served(document_id, desk)
    files: FileStore = desk.adapters["files"]
    data = await files.get(document.sha256) if document.stored else None
    if data is None:
        raise Unknown("file", document_id)
    disposition = f"attachment; filename*=UTF-8''{quote(document.name)}"
    return Response(
        data, media_type="application/octet-stream", headers={"Content-Disposition": disposition}
    )


@api.post("/documents/{document_id}/verify", roles=("officer",))
async def verify(document_id: str, body: Verdict, desk: Desk) -> Done:
    """Let a document count that needed a person."""
    return await desk.send(VerifyDocument(document_id=document_id, **body.model_dump()))


@api.post("/documents/{document_id}/reject", roles=("officer",))
async def reject(document_id: str, body: Reason, desk: Desk) -> Done:
    """Do not let a document count."""
    return await desk.send(RejectDocument(document_id=document_id, reason=body.reason))


@api.post("/documents/{document_id}/read-again", roles=("officer", "admin"))
async def read_again(document_id: str, desk: Desk) -> Done:
    """Have a document in review read once more."""
    return await desk.send(ReadAgain(document_id=document_id))


@api.get("/parties/{party_id}", roles=READS)
async def show_party(party_id: str, desk: Desk) -> PartyView:
    """Who a party is: known to all buyers alike."""
    party = await desk.get(Party, party_id)
    desk.tag(party)
    return PartyView(
        party=party.party,
        stakes=party.stakes,
        stakes_as_of=party.stakes_as_of,
        version=party.version,
    )


async def _served(document_id: str, desk: Desk) -> Document:
    document = await desk.get(Document, document_id)
    desk.caller.must_serve(document.buyer_id)
    return document


def _document_view(document: Document) -> DocumentView:
    understood = document.understood
    return DocumentView(
        **document.model_dump(include=DocumentView.model_fields.keys() - {"reader", "fields"}),
        reader=understood.reader if understood else "",
        fields=understood.fields if understood else (),
    )
