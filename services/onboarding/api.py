"""Where people and machines bring papers to onboarding, and ask what is known."""

from typing import Annotated

from fastapi import Query, Response
from pydantic import BaseModel

from services.onboarding.bringing_api import bringing_api
from services.onboarding.claims_api import claims_api
from services.onboarding.commands import ReadAgain, RejectDocument, VerifyDocument
from services.onboarding.domain import (
    Document,
    Field,
    NamedGood,
    Party,
)
from services.onboarding.files import FileStore
from services.onboarding.keeping import may_see, must_see
from services.onboarding.merging_api import merging_api
from services.onboarding.offences import must_see_offences
from services.onboarding.ownership_api import ownership_api
from services.onboarding.qualifications_api import qualifications_api
from services.onboarding.registers_api import registers_api
from services.onboarding.retention_api import retention_api
from services.onboarding.review_api import review_api
from services.onboarding.upload_links_api import upload_links_api
from services.onboarding.ways_api import ways_api
from shared.asked import Day
from shared.domain import Caller, Rejected, Unknown
from shared.events.words import PartyDescription, Stake
from shared.files import called
from shared.http import Api, Desk, Done, Page
from shared.why import Why, coded

api = Api("onboarding")
for part in (
    bringing_api,
    claims_api,
    merging_api,
    retention_api,
    ownership_api,
    qualifications_api,
    registers_api,
    review_api,
    upload_links_api,
    ways_api,
):
    api.router.routes.extend(part.router.routes)

READS = ("officer", "approver", "auditor", "contract_manager", "integration")
LOOKS = (*READS, "wage_controller")


class DocumentView(BaseModel):
    """One document, with what was read and why a person must look at it, if one must."""

    id: str
    buyer_id: str
    name: str
    media_type: str
    size: int
    channel: str
    received_at: str
    sender_id: str
    part_of: str
    parts: tuple[str, ...]
    kept_for: str
    scan: str
    state: str
    kind: str
    expected_kind: str
    contract_id: str
    party_id: str | None
    issued: Day | None
    valid_until: Day | None
    reader: str
    fields: tuple[Field, ...]
    manufacturer: PartyDescription | None
    named_goods: tuple[NamedGood, ...]
    reasons: tuple[str, ...]
    why: tuple[Why, ...] = ()
    decided_by: str
    decision: str
    version: int


class PartyView(BaseModel):
    """Who somebody is, and who owns it as it was declared last."""

    party: PartyDescription
    stakes: tuple[Stake, ...]
    stakes_as_of: Day | None
    version: int


class Reason(BaseModel):
    reason: str


class Verdict(Reason):
    """What a person saw in a document, where the reader saw something else or nothing."""

    kind: str | None = None
    party_id: str | None = None
    issued: Day | None = None
    valid_until: Day | None = None


@api.get("/documents", roles=LOOKS)
async def list_documents(
    buyer_id: str,
    desk: Desk,
    party_id: str | None = None,
    state: str | None = None,
    kind: str | None = None,
    manufacturer_id: str | None = None,
    goods: str | None = None,
    part_of: str | None = None,
    kept_for: str | None = None,
    after: str | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Page[DocumentView]:
    """A buyer's documents, the newest first: all, or those of a party, in a state, of a kind, out
    of one archive or mail, or kept for one audit or case. `goods` is a Basic UDI-DI or UDI-DI.
    """
    desk.caller.must_serve(buyer_id)
    asked = {
        "buyer_id": buyer_id,
        "party_id": party_id,
        "state": state,
        "kind": kind,
        "manufacturer_id": manufacturer_id,
        "goods": goods,
        "part_of": part_of,
        "kept_for": kept_for,
    }
    return await desk.page(
        Document,
        {name: value for name, value in asked.items() if value is not None},
        sort="received_at",
        descending=True,
        view=lambda document: _document_view(document, desk.caller),
        limit=limit,
        after=after,
    )


@api.get("/documents/{document_id}", roles=LOOKS)
async def show_document(document_id: str, desk: Desk) -> DocumentView:
    document = await _served(document_id, desk)
    desk.tag(document)
    return _document_view(document, desk.caller)


@api.get("/documents/{document_id}/content", roles=LOOKS, response_class=Response)
async def download(document_id: str, desk: Desk) -> Response:
    """The file as it came, to be saved and never shown in place."""
    document = await _served(document_id, desk)
    if document.scan not in ("", "clean"):
        raise Rejected("the virus scanner has not let this file pass")
    files: FileStore = desk.adapters["files"]
    data = await files.get(document.file) if document.stored else None
    if data is None:
        raise Unknown("file", document_id)
    return Response(data, media_type="application/octet-stream", headers=called(document.name))


@api.post("/documents/{document_id}/verify", roles=("officer", "wage_controller"))
async def verify(document_id: str, body: Verdict, desk: Desk) -> Done:
    """Let a document count that needed a person."""
    return await desk.send(VerifyDocument(document_id=document_id, **body.model_dump()))


@api.post("/documents/{document_id}/reject", roles=("officer", "wage_controller"))
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
    must_see(document.kind, desk.caller)
    must_see_offences(document, desk.caller)
    return document


def _document_view(document: Document, caller: Caller) -> DocumentView:
    """A document; of one that the caller may not look into, only that it is there."""
    understood = document.understood if may_see(document.kind, caller) else None
    own = {"reader", "fields", "named_goods", "manufacturer", "why"}
    return DocumentView(
        **document.model_dump(include=DocumentView.model_fields.keys() - own),
        why=coded(document.reasons),
        reader=understood.reader if understood else "",
        fields=understood.fields if understood else (),
        named_goods=understood.goods if understood else (),
        manufacturer=understood.manufacturer if understood else None,
    )
