"""One-time links: what a supplier sees behind one, and how officers open and close them."""

from datetime import datetime

from pydantic import BaseModel, StrictInt

from services.onboarding.bringing_api import door_of, let_in
from services.onboarding.commands import CloseUploadLink, OpenUploadLink
from services.onboarding.domain import Document, Door, Qualification
from services.onboarding.reasons import code_of
from shared.http import PUBLIC, Api, Desk, Done
from shared.links import LinkBook

upload_links_api = Api("onboarding")

OFFICERS = ("officer",)


class Wanted(BaseModel):
    """A document that is asked for, and whether it is there."""

    kind: str
    due: datetime
    there: bool


class Brought(BaseModel):
    """A file that came through the link. `reason` is a code such as `locked`, where it waits."""

    name: str
    received_at: str
    state: str
    reason: str = ""


class Behind(BaseModel):
    """What is behind a link: no other party's data, and nothing that was read in the files."""

    buyer_id: str
    contract_id: str
    expires: datetime
    left: int
    wanted: list[Wanted]
    brought: list[Brought]


class NewLink(BaseModel):
    buyer_id: str
    party_id: str
    contract_id: str = ""
    reason: str
    days: StrictInt = 14


class Opened(BaseModel):
    """A link for a supplier. Its token stands nowhere else: it is worked out from these values."""

    link_id: str
    token: str
    url: str
    expires: datetime
    events: list[str] = []


class LinkView(BaseModel):
    """A link without its token. `closed` is why it takes no more; it ends with `until` anyway."""

    id: str
    party_id: str
    contract_id: str
    asked_for: str
    opened: datetime
    until: datetime | None
    files: int
    closed: str


class Why(BaseModel):
    reason: str


@upload_links_api.get("/links/{token}", roles=PUBLIC)
async def behind(token: str, desk: Desk) -> Behind:
    """What is asked for through a link, and what became of what was brought."""
    link = let_in(token, desk)
    door = await door_of(link, desk)
    asked = await desk.find(Qualification, {"party_id": door.party_id})
    requests = [r for one in asked if one.link_id == door.id for r in one.requests]
    came = await desk.find(
        Document, {"buyer_id": door.buyer_id, "link_id": door.id}, sort="received_at", limit=200
    )
    return Behind(
        buyer_id=door.buyer_id,
        contract_id=door.contract_id,
        expires=link.expires,
        left=door.left,
        wanted=[Wanted(kind=r.kind, due=r.due, there=bool(r.document_id)) for r in requests],
        brought=[_brought(document) for document in came],
    )


def _brought(document: Document) -> Brought:
    return Brought(
        name=document.name,
        received_at=document.received_at,
        state=document.state,
        reason=code_of("; ".join(document.reasons)) if document.reasons else "",
    )


@upload_links_api.post("/upload-links", roles=OFFICERS)
async def open_link(body: NewLink, desk: Desk) -> Opened:
    """Let a party bring documents without an account. The token is told once, here."""
    done = await desk.send(OpenUploadLink(**body.model_dump()))
    door = await desk.get(Door, done.result["link_id"])
    assert door.until is not None
    links: LinkBook = desk.adapters["links"]
    token = links.token(door.id, f"documents/{door.contract_id}", door.until)
    url = f"{desk.settings.public_url}/l/{token}" if desk.settings else f"/l/{token}"
    return Opened(link_id=door.id, token=token, url=url, expires=door.until, events=done.events)


@upload_links_api.post("/upload-links/{link_id}/close", roles=OFFICERS)
async def close_link(link_id: str, body: Why, desk: Desk) -> Done:
    """Let nobody in through a link any more."""
    return await desk.send(CloseUploadLink(link_id=link_id, reason=body.reason))


@upload_links_api.get("/upload-links", roles=("officer", "approver", "auditor"))
async def list_links(buyer_id: str, party_id: str, desk: Desk) -> list[LinkView]:
    """The links of a party, open and closed, without their tokens."""
    desk.caller.must_serve(buyer_id)
    found = await desk.find(Door, {"party_id": party_id, "buyer_id": buyer_id})
    return [LinkView.model_validate(door, from_attributes=True) for door in found]
