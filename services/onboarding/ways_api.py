"""How the ways in do: mailboxes, the sweep, and what senders were told."""

from datetime import datetime
from typing import Annotated

from fastapi import Query
from pydantic import BaseModel

from services.onboarding.domain import SWEEP, Consignment, Housekeeping
from services.onboarding.mailbox import Mailbox
from shared.events.words import FileProblem
from shared.http import Api, Desk, Page

ways_api = Api("onboarding")

LOOKS = ("officer", "auditor", "admin")


class MailboxView(BaseModel):
    """A mailbox of a buyer since the service was started; `problem` is why it does not look."""

    buyer_id: str
    name: str
    looked: datetime | None
    problem: str
    taken: int
    refused: int


class SweepView(BaseModel):
    """What was taken away so far because no document named it."""

    swept: datetime | None = None
    files: int = 0
    pieces: int = 0


class ConsignmentView(BaseModel):
    """What somebody sent at once, and what they were told. The address is not shown."""

    id: str
    channel: str
    began: str
    sender_id: str
    automatic: bool
    waiting: tuple[FileProblem, ...]
    told: tuple[FileProblem, ...]
    told_at: datetime | None


@ways_api.get("/mailboxes", roles=LOOKS)
async def list_mailboxes(desk: Desk) -> list[MailboxView]:
    """The mailboxes of the caller's buyers, and how they do."""
    boxes: list[Mailbox] = desk.adapters["mailboxes"]
    return [
        MailboxView.model_validate(box.state, from_attributes=True)
        for box in boxes
        if desk.caller.serves(box.state.buyer_id)
    ]


@ways_api.get("/sweep", roles=("admin", "auditor"))
async def show_sweep(desk: Desk) -> SweepView:
    found = await desk.service.store.fetch(Housekeeping, [SWEEP])
    return SweepView.model_validate(found.get(SWEEP, SweepView()), from_attributes=True)


@ways_api.get("/consignments", roles=LOOKS)
async def list_consignments(
    buyer_id: str,
    desk: Desk,
    after: str | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Page[ConsignmentView]:
    """What came by mail, through links and with manifests, the newest first."""
    desk.caller.must_serve(buyer_id)
    return await desk.page(
        Consignment,
        {"buyer_id": buyer_id},
        sort="began",
        descending=True,
        view=lambda one: ConsignmentView.model_validate(one, from_attributes=True),
        limit=limit,
        after=after,
    )
