"""Complaints, tips and talks over HTTP. A tip needs no account; only its receivers read it."""

import hashlib
from datetime import timedelta

from pydantic import BaseModel, Field

from services.audits.commands import (
    AssessComplaint,
    FollowDialogue,
    NoteDialogue,
    ReceiveComplaint,
)
from services.audits.commands.keeping import (
    DecideComplaintErasure,
    HoldComplaint,
    ReleaseComplaint,
)
from services.audits.domain import Complaint, Dialogue
from services.audits.domain.complaints import Category, Channel, Outcome
from services.audits.domain.dialogues import Form
from services.audits.links_api import opened
from services.audits.mending_api import MANAGERS, READERS, Id, Note, Text, named
from shared.asked import Day
from shared.domain import Caller, Forbidden, Rejected
from shared.events.keeping import Kept
from shared.gate import Gate
from shared.http import PUBLIC, Api, Desk, Done, Page
from shared.links import LinkBook

talks_api = Api("audits")
RECEIVERS = ("tip_receiver",)
TAKERS = (*MANAGERS, *RECEIVERS)
RECEIPT = timedelta(days=365)
"""So long can somebody come back with the receipt of a tip."""


class TipBody(BaseModel):
    """`source` and `contact` may stay empty: a tip without a name is a tip."""

    buyer_id: Id
    category: Category
    text: Text
    contract_id: str = Field(default="", max_length=200)
    source: str = Field(default="", max_length=200)
    contact: str = Field(default="", max_length=200)


class ComplaintBody(TipBody):
    channel: Channel
    party_id: str = Field(default="", max_length=200)


class Receipt(BaseModel):
    """With `token` its sender can come back, at `GET /tips/{token}`; nobody else has it."""

    complaint_id: str
    token: str


class TipView(BaseModel):
    """What the sender of a tip sees of it."""

    state: str
    answer: str


class ComplaintView(BaseModel):
    id: str
    state: str
    buyer_id: str
    channel: Channel
    category: Category
    contract_id: str
    party_id: str
    listed: str
    outcome: Outcome | None
    told: str


class FullComplaint(ComplaintView):
    text: str
    source: str
    contact: str
    taken_by: str
    answer: str
    kept: Kept | None


class AssessBody(BaseModel):
    """`told`: what others may know. `answer`: what the source is told, if it comes back."""

    outcome: Outcome
    told: Text
    contract_id: str = Field(default="", max_length=200)
    party_id: str = Field(default="", max_length=200)
    answer: Note = ""


class KeepingBody(BaseModel):
    reason: Text


class ErasureBody(KeepingBody):
    """The decision by which it may be erased, as it stands in the buyer's records."""

    reference: Text


class DialogueBody(BaseModel):
    """`finding_id`, or the clause as `obligation`: what it was about, where it was about one."""

    contract_id: Id
    party_id: Id
    form: Form
    held_on: Day
    subject: Text
    agreed: Text
    finding_id: str = Field(default="", max_length=200)
    obligation: str = Field(default="", max_length=100)
    follow_on: Day | None = None


class FollowBody(BaseModel):
    kept: bool
    reason: Text


class DialogueView(BaseModel):
    id: str
    contract_id: str
    buyer_id: str
    party_id: str
    form: Form
    held_on: Day | None
    subject: str
    agreed: str
    finding_id: str
    obligation: str
    by: str
    kept: bool | None


@talks_api.post("/tips", roles=PUBLIC)
async def give_tip(body: TipBody, desk: Desk) -> Receipt:
    """Tell a buyer that something is wrong, with a name or without one. Who sends very many is
    let in again later."""
    gate: Gate = desk.adapters["tip_gate"]
    client = desk.request.client
    gate.pass_through(client.host if client else "")
    desk.admit(Caller(subject="anybody", buyers=(body.buyer_id,)))
    done = await desk.send(_received(body, Channel.FORM))
    links: LinkBook = desk.adapters["links"]
    id = str(done.result["complaint_id"])
    token = links.token(f"tip-{id}", f"tip/{id}", desk.now + RECEIPT)
    return Receipt(complaint_id=id, token=token)


@talks_api.get("/tips/{token}", roles=PUBLIC)
async def show_tip(token: str, desk: Desk) -> TipView:
    """What has become of one's own tip."""
    link, id = opened(token, "tip", desk)
    complaint = await desk.get(Complaint, id)
    if link.link_id != f"tip-{id}":
        raise Forbidden("this receipt opens nothing")
    return TipView(state=complaint.state, answer=complaint.answer)


@talks_api.post("/complaints", roles=TAKERS)
async def take_complaint(body: ComplaintBody, desk: Desk) -> Done:
    """Write down a complaint that came by mail, on the phone or in a meeting.

    Who writes it down cannot read it again: only receivers of tips can.
    """
    desk.caller.must_serve(body.buyer_id)
    if body.channel is Channel.FORM:
        raise Rejected(
            "a form is filled in by who complains: mail, phone, meeting", field="channel"
        )
    return await desk.send(_received(body, body.channel, body.party_id))


@talks_api.get("/complaints", roles=RECEIVERS)
async def list_complaints(
    desk: Desk, buyer_id: str | None = None, limit: int = 50, after: str | None = None
) -> Page[ComplaintView]:
    where = desk.of_buyer(buyer_id)
    return await desk.page(
        Complaint, where, sort="listed", view=_complaint, limit=limit, after=after
    )


@talks_api.get("/complaints/{complaint_id}", roles=RECEIVERS)
async def show_complaint(complaint_id: str, desk: Desk) -> FullComplaint:
    """With its source and its words: for the receivers of tips alone."""
    complaint = await desk.get(Complaint, complaint_id)
    desk.caller.must_serve(complaint.buyer_id)
    return FullComplaint.model_validate(complaint.model_dump() | {"told": complaint.others_know})


@talks_api.post("/complaints/{complaint_id}/assess", roles=RECEIVERS)
async def assess(complaint_id: str, body: AssessBody, desk: Desk) -> Done:
    return await desk.send(AssessComplaint(complaint_id=complaint_id, **dict(body)))


@talks_api.post("/complaints/{complaint_id}/hold", roles=RECEIVERS)
async def hold(complaint_id: str, body: KeepingBody, desk: Desk) -> Done:
    """Keep source and words although the time is over, such as for a court."""
    return await desk.send(HoldComplaint(complaint_id=complaint_id, **dict(body)))


@talks_api.post("/complaints/{complaint_id}/release", roles=RECEIVERS)
async def release(complaint_id: str, body: KeepingBody, desk: Desk) -> Done:
    """What was over meanwhile is erased at once."""
    return await desk.send(ReleaseComplaint(complaint_id=complaint_id, **dict(body)))


@talks_api.post("/complaints/{complaint_id}/erasure", roles=RECEIVERS)
async def decide_erasure(complaint_id: str, body: ErasureBody, desk: Desk) -> Done:
    """Record the decision by which it may be erased, where a buyer's rule wants one."""
    return await desk.send(DecideComplaintErasure(complaint_id=complaint_id, **dict(body)))


@talks_api.post("/dialogues", roles=MANAGERS)
async def note_dialogue(body: DialogueBody, desk: Desk) -> Done:
    """Log a talk and what was agreed. With `follow_on`, somebody looks again on that day."""
    said = hashlib.sha256(body.model_dump_json().encode()).hexdigest()[:16]
    return await desk.send(NoteDialogue(dialogue_id=f"dialogue-{said}", **dict(body)))


@talks_api.get("/dialogues", roles=READERS)
async def list_dialogues(
    desk: Desk,
    buyer_id: str | None = None,
    contract_id: str | None = None,
    party_id: str | None = None,
    limit: int = 50,
    after: str | None = None,
) -> Page[DialogueView]:
    where = desk.of_buyer(buyer_id) | named(contract_id, party_id, None)
    return await desk.page(Dialogue, where, sort="listed", view=_dialogue, limit=limit, after=after)


@talks_api.post("/dialogues/{dialogue_id}/follow", roles=MANAGERS)
async def follow_dialogue(dialogue_id: str, body: FollowBody, desk: Desk) -> Done:
    """Say whether what was agreed was done."""
    return await desk.send(FollowDialogue(dialogue_id=dialogue_id, **dict(body)))


def _received(body: TipBody, channel: Channel, party_id: str = "") -> ReceiveComplaint:
    said = f"{channel}|{party_id}|{body.model_dump_json(exclude={'channel', 'party_id'})}"
    id = f"complaint-{hashlib.sha256(said.encode()).hexdigest()[:24]}"
    about = body.model_dump(exclude={"channel", "party_id"})
    return ReceiveComplaint(
        complaint_id=id, source_id=f"person-{id}", channel=channel, party_id=party_id, **about
    )


def _complaint(complaint: Complaint) -> ComplaintView:
    return ComplaintView.model_validate(complaint.model_dump() | {"told": complaint.others_know})


def _dialogue(dialogue: Dialogue) -> DialogueView:
    return DialogueView.model_validate(dialogue.model_dump())
