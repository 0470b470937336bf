"""Where people and machines bring papers to onboarding, and ask what is known."""

from datetime import date
from typing import Annotated
from urllib.parse import quote

from fastapi import Query, Response
from pydantic import BaseModel

from services.onboarding.bringing_api import bringing_api
from services.onboarding.commands import ReadAgain, RejectDocument, VerifyDocument
from services.onboarding.domain import (
    Claim,
    Document,
    Field,
    Ledger,
    NamedGood,
    Party,
    Qualification,
    Request,
)
from services.onboarding.files import FileStore
from services.onboarding.keeping import may_see, must_see
from services.onboarding.ownership_api import ownership_api
from services.onboarding.review_api import review_api
from services.onboarding.upload_links_api import upload_links_api
from services.onboarding.ways_api import ways_api
from shared.domain import Caller, Rejected, Unknown
from shared.events.words import PartyDescription, Stake
from shared.http import Api, Desk, Done, Page

api = Api("onboarding")
for part in (bringing_api, ownership_api, review_api, upload_links_api, ways_api):
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
    issued: date | None
    valid_until: date | None
    reader: str
    fields: tuple[Field, ...]
    manufacturer: PartyDescription | None
    named_goods: tuple[NamedGood, ...]
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


class QualificationView(BaseModel):
    """What a party was asked for in one role, and what it waits for."""

    id: str
    party_id: str
    buyer_id: str
    contract_id: str
    role: str
    qualified: bool
    closed: bool
    waits_for: tuple[str, ...]
    requests: tuple[Request, ...]


class Reason(BaseModel):
    reason: str


class Verdict(Reason):
    """What a person saw in a document, where the reader saw something else or nothing."""

    kind: str | None = None
    party_id: str | None = None
    issued: date | None = None
    valid_until: date | None = None


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
    disposition = f"attachment; filename*=UTF-8''{quote(document.name)}"
    return Response(
        data, media_type="application/octet-stream", headers={"Content-Disposition": disposition}
    )


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


@api.get("/parties/{party_id}/claims", roles=READS)
async def show_claims(party_id: str, buyer_id: str, desk: Desk) -> list[Claim]:
    """What a party declared to a buyer, and what evidence says of it."""
    desk.caller.must_serve(buyer_id)
    await desk.get(Party, party_id)
    ledgers = await desk.find(Ledger, {"party_id": party_id, "buyer_id": buyer_id})
    return [claim for ledger in ledgers for claim in ledger.claims]


@api.get("/claims/{claim_id}", roles=READS)
async def show_claim(claim_id: str, desk: Desk) -> Claim:
    for ledger in await desk.find(Ledger, {"claim_ids": claim_id}):
        desk.caller.must_serve(ledger.buyer_id)
        return next(claim for claim in ledger.claims if claim.id == claim_id)
    raise Unknown("claim", claim_id)


@api.get("/parties/{party_id}/qualifications", roles=READS)
async def show_qualifications(party_id: str, buyer_id: str, desk: Desk) -> list[QualificationView]:
    """What a party must show a buyer, contract by contract."""
    desk.caller.must_serve(buyer_id)
    found = await desk.find(Qualification, {"party_id": party_id, "buyer_id": buyer_id})
    return [_qualification_view(one) for one in found]


@api.get("/contracts/{contract_id}/qualifications", roles=READS)
async def show_contract(contract_id: str, desk: Desk) -> list[QualificationView]:
    """Everyone who works on a contract, and what is missing of them."""
    found = await desk.find(Qualification, {"contract_id": contract_id}, limit=1_000)
    for one in found:
        desk.caller.must_serve(one.buyer_id)
    if not found:
        raise Unknown("contract", contract_id)
    return [_qualification_view(one) for one in found]


async def _served(document_id: str, desk: Desk) -> Document:
    document = await desk.get(Document, document_id)
    desk.caller.must_serve(document.buyer_id)
    must_see(document.kind, desk.caller)
    return document


def _document_view(document: Document, caller: Caller) -> DocumentView:
    """A document; of one that the caller may not look into, only that it is there."""
    understood = document.understood if may_see(document.kind, caller) else None
    own = {"reader", "fields", "named_goods", "manufacturer"}
    return DocumentView(
        **document.model_dump(include=DocumentView.model_fields.keys() - own),
        reader=understood.reader if understood else "",
        fields=understood.fields if understood else (),
        named_goods=understood.goods if understood else (),
        manufacturer=understood.manufacturer if understood else None,
    )


def _qualification_view(one: Qualification) -> QualificationView:
    return QualificationView(
        **one.model_dump(include=QualificationView.model_fields.keys() - {"waits_for"}),
        waits_for=one.waits_for,
    )
