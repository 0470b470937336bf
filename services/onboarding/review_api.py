"""The desk of review: a page of a document beside what was read in it, and what a person corrects.

Corrections are kept as examples: a better reader must get them right (`ansvar documents examples`).
"""

from typing import Annotated

from fastapi import Path as InPath
from fastapi import Query, Response
from pydantic import BaseModel

from services.onboarding.commands import CorrectFields, RightFinding, RightValue
from services.onboarding.domain import Correction, Document, Field, State
from services.onboarding.files import FileStore
from services.onboarding.handlers.steps import SURE_ENOUGH
from services.onboarding.keeping import may_see, must_see
from services.onboarding.offences import must_see_offences
from services.onboarding.readers import NotUnderstood
from services.onboarding.reading_room import ReadingRoom
from services.onboarding.registers_api import EntryView, certificate_of
from shared.domain import Rejected, Unknown
from shared.http import Api, Desk, Done, Page
from shared.why import Why, coded

review_api = Api("onboarding")

REVIEWERS = ("officer", "wage_controller")
LOOKS = (*REVIEWERS, "approver", "auditor", "contract_manager")


class FieldView(Field):
    """A field with its number, and whether a person must look at it."""

    number: int
    unsure: bool


class ReviewView(BaseModel):
    """What a person needs to decide: why, what was read and where, and how many pages there are.

    `certificate` is what EUDAMED says, where the document shows a certificate that can be there.
    """

    document_id: str
    kind: str
    state: str
    reasons: tuple[str, ...]
    why: tuple[Why, ...] = ()
    certificate: EntryView | None = None
    fields: tuple[FieldView, ...]
    pages: int


class Example(BaseModel):
    """What a reader saw in one place of a file, and what is right there."""

    document_id: str
    sha256: str
    kind: str
    reader: str
    corrections: tuple[Correction, ...]


class Corrections(BaseModel):
    """What stands in the places of fields, and what an authority says about grounds."""

    reason: str
    fields: tuple[RightValue, ...] = ()
    findings: tuple[RightFinding, ...] = ()


@review_api.get("/review", roles=REVIEWERS)
async def review_queue(
    buyer_id: str,
    desk: Desk,
    after: str | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Page[ReviewView]:
    """What waits for a person, the oldest first. Pages are counted when one is opened."""
    desk.caller.must_serve(buyer_id)
    found = await desk.find(
        Document,
        {"buyer_id": buyer_id, "state": State.REVIEW.value},
        sort="received_at",
        limit=limit,
        after=after,
    )
    seen = [_view(one, 0) for one in found if may_see(one.kind, desk.caller)]
    last = found[-1].received_at if len(found) == limit else None
    return Page(items=seen, next=last)


@review_api.get("/examples", roles=("officer", "admin"))
async def examples(
    buyer_id: str,
    desk: Desk,
    after: str | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Page[Example]:
    """Documents in which a person corrected something, for tests of better readers. Documents that
    are kept in a special way are none.
    """
    desk.caller.must_serve(buyer_id)
    found = await desk.find(
        Document,
        {"buyer_id": buyer_id, "corrected": True},
        sort="received_at",
        limit=limit,
        after=after,
    )
    shown = [_example(one) for one in found if one.reviewer == "officer"]
    return Page(items=shown, next=found[-1].received_at if len(found) == limit else None)


@review_api.get("/documents/{document_id}/review", roles=LOOKS)
async def review_one(document_id: str, desk: Desk) -> ReviewView:
    """What was read, field by field, and how many pages there are to see it on."""
    document = await _served(document_id, desk)
    room: ReadingRoom = desk.adapters["reading_room"]
    pages = 0
    if document.stored and document.media_type == "application/pdf":
        try:
            pages = await room.count(await _data(document, desk))
        except NotUnderstood:
            pages = 0  # what does not open has nothing to show; the reasons say so
    desk.tag(document)
    view = _view(document, pages)
    if document.certificate:
        return view.model_copy(update={"certificate": await certificate_of(document, desk)})
    return view


@review_api.get("/documents/{document_id}/pages/{page}", roles=LOOKS, response_class=Response)
async def show_page(
    document_id: str, page: Annotated[int, InPath(ge=1, le=100)], desk: Desk
) -> Response:
    """One page as a picture (PNG), drawn where a hostile file can do no harm."""
    document = await _served(document_id, desk)
    room: ReadingRoom = desk.adapters["reading_room"]
    try:
        picture = await room.picture(await _data(document, desk), page)
    except NotUnderstood as why:
        raise Rejected(why.reason, field="page") from why
    headers = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}
    return Response(picture, media_type="image/png", headers=headers)


@review_api.post("/documents/{document_id}/corrections", roles=REVIEWERS)
async def correct(document_id: str, body: Corrections, desk: Desk) -> Done:
    """Confirm or correct fields. Where nothing else is in doubt, the document counts then."""
    return await desk.send(CorrectFields(document_id=document_id, **body.model_dump()))


async def _served(document_id: str, desk: Desk) -> Document:
    document = await desk.get(Document, document_id)
    desk.caller.must_serve(document.buyer_id)
    must_see(document.kind, desk.caller)
    must_see_offences(document, desk.caller)
    return document


async def _data(document: Document, desk: Desk) -> bytes:
    files: FileStore = desk.adapters["files"]
    data = await files.get(document.file) if document.stored else None
    if data is None:
        raise Unknown("file", document.id)
    return data


def _view(document: Document, pages: int) -> ReviewView:
    fields = document.understood.fields if document.understood else ()
    return ReviewView(
        document_id=document.id,
        kind=document.kind,
        state=document.state,
        reasons=document.reasons,
        why=coded(document.reasons),
        fields=tuple(
            FieldView(**one.model_dump(), number=number, unsure=one.confidence < SURE_ENOUGH)
            for number, one in enumerate(fields)
        ),
        pages=pages,
    )


def _example(document: Document) -> Example:
    return Example(
        document_id=document.id,
        sha256=document.sha256,
        kind=document.kind,
        reader=document.understood.reader if document.understood else "",
        corrections=document.corrections,
    )
