"""Documents: those that were asked for, those that came, and what became of them."""

from datetime import date, datetime
from typing import ClassVar, Literal

from pydantic import computed_field

from services.console.readmodels.shelves import SHELF_RANK, on_shelves
from services.console.readmodels.timeline import sortable
from shared.domain import Aggregate
from shared.events.base import Event
from shared.events.onboarding import (
    DocumentExpired,
    DocumentExpiring,
    DocumentKept,
    DocumentNeedsReview,
    DocumentOpened,
    DocumentOverdue,
    DocumentPlanned,
    DocumentRead,
    DocumentReceived,
    DocumentReinstated,
    DocumentRejected,
    DocumentReminded,
    DocumentReplaced,
    DocumentRequested,
    DocumentRequestWithdrawn,
    DocumentSuspended,
    DocumentVerified,
    DocumentWithdrawn,
)
from shared.unit import Unit

PaperState = Literal[
    "planned",
    "requested",
    "received",
    "opened",
    "kept",
    "read",
    "review",
    "verified",
    "rejected",
    "late",
    "withdrawn",
    "expired",
    "replaced",
    "suspended",
    "recalled",
]
AWAITED: tuple[PaperState, ...] = ("planned", "requested", "late")


class Document(Aggregate):
    """One file, or one that was asked for and has not come (it has a `due`, no file).

    `reviewer` is the role that may look into it, `decide_by` when somebody must have done so,
    `warned` whether it counts only a while longer. `ask` is the day on which it will be asked for.
    """

    indexes: ClassVar[tuple[str, ...]] = (
        "party_id",
        "buyer_id",
        "state",
        "shelves",
        "rank",
        "turn",
        SHELF_RANK,
        "shelves turn",
    )
    stepped: ClassVar[tuple[str, ...]] = ("shelves",)

    party_id: str = ""
    buyer_id: str = ""
    contract_id: str = ""
    kind: str = ""
    name: str = ""
    media_type: str = ""
    state: PaperState = "received"
    at: datetime | None = None
    received_at: str = ""
    due: datetime | None = None
    ask: date | None = None
    reminded: datetime | None = None
    purpose: str = ""
    issued: date | None = None
    valid_until: date | None = None
    warned: bool = False
    reason: str = ""
    reviewer: str = "officer"
    decide_by: datetime | None = None

    @computed_field  # type: ignore[prop-decorator]
    @property
    def shelves(self) -> tuple[str, ...]:
        """Files alone: by what waits, by whom it is reviewed, and each list by kind too."""
        if self.due is not None:
            return ()
        lists = ["any"]
        if self.state == "review":
            lists.append(f"review:{self.reviewer}")
        if self.warned:
            lists.append("running_out")
        if self.state in ("suspended", "rejected"):
            lists.append(self.state)
        if self.kind:
            lists += [of_kind(name, self.kind) for name in lists]
        return on_shelves(self.id, lists, [self.buyer_id])

    @computed_field  # type: ignore[prop-decorator]
    @property
    def rank(self) -> str:
        """By arrival: the lists are read from their end."""
        return f"{self.received_at}/{self.id}"

    @computed_field  # type: ignore[prop-decorator]
    @property
    def turn(self) -> str:
        """What is to be decided first stands first."""
        return f"{sortable(self.decide_by) if self.decide_by else LAST}/{self.id}"

    @property
    def awaited(self) -> bool:
        return self.due is not None and self.state in AWAITED

    @property
    def asked_alone(self) -> bool:
        """No qualification depends on it: it can be taken back by itself."""
        return self.id.startswith("ask-")


LAST = "~"


def of_kind(list_name: str, kind: str) -> str:
    return f"{list_name}={kind}"


async def follow_requests(event: Event, unit: Unit) -> None:
    """What is to come, by when, and what it is asked for."""
    happened = unit.message.time or unit.now
    if not isinstance(
        event,
        DocumentPlanned
        | DocumentRequested
        | DocumentReminded
        | DocumentOverdue
        | DocumentRequestWithdrawn,
    ):
        return
    request = await unit.load(Document, event.request_id)
    request = request or Document(id=event.request_id, state="requested")
    request.party_id, request.buyer_id = event.party_id, event.buyer_id
    request.contract_id, request.kind = event.contract_id, event.kind
    match event:
        case DocumentPlanned():
            request.due, request.ask, request.reason = event.due, event.ask, event.note
            request.state = "planned" if request.at is None else request.state
        case DocumentRequested():
            request.due, request.at, request.purpose = event.due, happened, event.purpose
            request.state = "requested" if request.state == "planned" else request.state
        case DocumentReminded():
            request.due, request.reminded = event.due, happened
        case DocumentRequestWithdrawn():
            request.state = "withdrawn" if request.state != "verified" else request.state
        case _:
            request.state = "late" if request.state in AWAITED else request.state
    unit.save(request)


async def follow_documents(event: Event, unit: Unit) -> None:
    """A file, from its arrival to the word whether it counts."""
    match event:
        case DocumentReceived():
            document = await _file(event.document_id, unit)
            document.buyer_id = event.buyer_id
            document.name, document.media_type = event.name, event.media_type
            document.at = unit.message.time or unit.now
            document.received_at = sortable(document.at)
        case DocumentOpened() | DocumentKept():
            document = await _file(event.document_id, unit)
            document.buyer_id = event.buyer_id
            document.state = "opened" if isinstance(event, DocumentOpened) else "kept"
        case DocumentRead():
            document = await _file(event.document_id, unit)
            document.buyer_id = event.buyer_id
            document.kind, document.party_id = event.kind, event.party_id or ""
            document.issued, document.valid_until = event.issued, event.valid_until
            _advance(document, "read")
        case DocumentNeedsReview():
            document = await _file(event.document_id, unit)
            document.buyer_id, document.reason = event.buyer_id, event.reason
            if event.need is not None:
                document.reviewer, document.decide_by = event.need.role, event.need.due
            _advance(document, "review")
        case DocumentVerified():
            document = await _file(event.document_id, unit)
            document.party_id, document.buyer_id = event.party_id, event.buyer_id
            document.kind, document.state, document.reason = event.kind, "verified", ""
            document.issued, document.valid_until = event.issued, event.valid_until
            document.warned = False
            await _answer_requests(event, unit)
        case DocumentRejected():
            document = await _file(event.document_id, unit)
            document.buyer_id, document.party_id = event.buyer_id, event.party_id or ""
            document.state, document.reason = "rejected", event.reason
        case _:
            return
    unit.save(document)


async def follow_validity(event: Event, unit: Unit) -> None:
    """What becomes of a document that counted."""
    state: PaperState
    match event:
        case DocumentExpiring():
            state, reason = "verified", ""
        case DocumentExpired():
            state, reason = "expired", ""
        case DocumentReplaced():
            state, reason = "replaced", event.newer_id
        case DocumentSuspended():
            state, reason = "suspended", event.told
        case DocumentReinstated():
            state, reason = "verified", ""
        case DocumentWithdrawn():
            state, reason = "recalled", event.told
        case _:
            return
    document = await _file(event.document_id, unit)
    document.party_id, document.buyer_id = event.party_id, event.buyer_id
    document.state, document.reason = state, reason
    document.warned = isinstance(event, DocumentExpiring)
    unit.save(document)


async def _file(document_id: str, unit: Unit) -> Document:
    return await unit.load(Document, document_id) or Document(id=document_id)


def _advance(document: Document, state: Literal["read", "review"]) -> None:
    """One that counted goes back to review where the register of its certificate restricts it."""
    if document.state != "rejected" and (state == "review" or document.state != "verified"):
        document.state = state


async def _answer_requests(event: DocumentVerified, unit: Unit) -> None:
    """A verified document answers what was asked for: the request is no open line any more."""
    for request in await unit.find(Document, party_id=event.party_id):
        if request.kind == event.kind and request.awaited:
            request.state, request.reason = "verified", event.document_id
            unit.save(request)
