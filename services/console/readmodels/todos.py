"""What waits for a decision, by buyer and role."""

import hashlib
from datetime import datetime
from typing import ClassVar, Literal
from urllib.parse import quote

from pydantic import computed_field

from services.console.readmodels.shelves import SHELF_RANK, on_shelves
from services.console.readmodels.timeline import sortable
from shared.domain import Aggregate, Caller
from shared.events.audits import AuditsEvent
from shared.events.base import Event, Need
from shared.events.words import Cause, CauseKind, PartyDescription
from shared.unit import Unit


def todo_id(need_id: str) -> str:
    """The id by which mails point at a need too."""
    return f"need-{hashlib.sha256(need_id.encode()).hexdigest()[:16]}"


ON_THE_PARTY = {
    "chase-document": "requests",
    "settle-claims": "claims",
    "decide-qualification": "qualifications",
}
"""Needs that are settled on the page of a party, and the part of it."""


FOLLOWED = {
    "request_id": "/follow-up/requests/{}",
    "check_id": "/follow-up/wages/{}",
    "complaint_id": "/complaints/{}",
    "year_plan_id": "/follow-up/{}",
}
"""Things of follow-up that have a page of their own, by the field of a fact that names them."""
ON_THE_CONTRACT = {
    "verify-quota": "quotas",
    "settle-quota": "quotas",
    "follow-dialogue": "talks",
    "review-year-plan": "next",
}
"""Needs that are settled on the page of a contract's follow-up, and the part of it."""


OF_ERASURES = ("review-keeping", "decide-erasure")
ERASURES = "erasures"
"""The shelf of what is soon erased, or waits for the decision to be."""

MINE = "mine:"


def is_personal(shelf: str) -> bool:
    """Whether this is the shelf of one person, which is not long and not counted."""
    return shelf.startswith(MINE)


def mine_of(subject: str) -> str:
    """The shelf of what waits for one person by name."""
    return f"{MINE}{subject}"


class Todo(Aggregate):
    """One need, from the fact that raised it to the fact that settled it."""

    indexes: ClassVar[tuple[str, ...]] = ("shelves", "rank", SHELF_RANK)
    stepped: ClassVar[tuple[str, ...]] = ("shelves",)

    need: Need | None = None
    buyer_id: str = ""
    state: Literal["open", "settled"] = "open"
    since: datetime | None = None
    settled_at: datetime | None = None
    fact: str = ""
    hit_id: str = ""
    case_id: str = ""
    replacement_id: str = ""
    document_id: str = ""
    audit_id: str = ""
    contract_id: str = ""
    party_id: str = ""
    proposal_id: str = ""
    followed: str = ""

    @computed_field  # type: ignore[prop-decorator]
    @property
    def shelves(self) -> tuple[str, ...]:
        """Open for a role, or for one person by name; and all open ones, to be counted."""
        if self.need is None or self.state != "open":
            return ()
        if self.need.owner is not None:
            return (*on_shelves(self.id, ["open"], [self.buyer_id]), mine_of(self.need.owner))
        lists = ["open", f"open:{self.need.role}"]
        if self.need.kind in OF_ERASURES:
            lists.append(ERASURES)
        return on_shelves(self.id, lists, [self.buyer_id])

    @computed_field  # type: ignore[prop-decorator]
    @property
    def rank(self) -> str:
        """By deadline."""
        return f"{sortable(self.need.due) if self.need else ''}/{self.id}"

    def asks(self, caller: Caller) -> bool:
        """Whether this caller is one of those who may do it."""
        need = self.need
        if need is None or self.state != "open" or not caller.serves(need.buyer_id):
            return False
        return need.owner in (None, caller.subject) and need.role in caller.roles

    def late(self, now: datetime) -> bool:
        return self.need is not None and self.need.due < now

    @property
    def path(self) -> str:
        """The page on which it can be decided."""
        if self.need is not None and (part := ON_THE_PARTY.get(self.need.kind)) and self.party_id:
            return f"/suppliers/{self.party_id}#{part}"
        if self.need is not None and (part := ON_THE_CONTRACT.get(self.need.kind)):
            return f"/follow-up/contracts/{quote(self.contract_id, safe='')}#{part}"
        if self.need is not None and self.need.kind == "review-erasure":
            return "/retention"
        if self.need is not None and self.need.kind == "review-payments":
            return f"/payments/{quote(self.need.about, safe='')}"
        if self.followed:
            return self.followed
        for kind, id in (
            ("likenesses", self.proposal_id),
            ("hits", self.hit_id),
            ("cases", self.case_id),
            ("documents", self.document_id),
            ("audits", self.audit_id),
            ("contracts", self.contract_id),
            ("suppliers", self.party_id),
        ):
            if id:
                return f"/{kind}/{id}"
        return "/"

    def raised(self, event: Event, need: Need, at: datetime) -> bool:
        """Take the need in, unless a later fact has settled it already."""
        if self.settled_at is not None and at <= self.settled_at:
            return False
        self.need, self.buyer_id, self.since = need, need.buyer_id, at
        self.state, self.settled_at = "open", None
        self.fact = type(event).__name__
        self.case_id = getattr(event, "case_id", "") or self.case_id
        self.replacement_id = getattr(event, "replacement_id", "") or self.replacement_id
        self.document_id = getattr(event, "document_id", "") or self.document_id
        self.audit_id = _audit_of(event) or self.audit_id
        self.contract_id = getattr(event, "contract_id", "") or self.contract_id
        self.hit_id = _hit_of(event, need) or self.hit_id
        self.party_id = _party_of(event) or self.party_id
        self.proposal_id = getattr(event, "proposal_id", "") or self.proposal_id
        self.followed = _followed(event) or self.followed
        return True

    def settle(self, at: datetime) -> None:
        self.state = "settled"
        self.settled_at = max(at, self.settled_at or at)


def _hit_of(event: Event, need: Need) -> str:
    if need.kind == "review-hit":
        cause = getattr(event, "cause", None)
        if isinstance(cause, Cause) and cause.kind is CauseKind.HIT:
            return cause.ref.partition("#")[0]
        return getattr(event, "hit_id", "") or need.about
    return ""


def _audit_of(event: Event) -> str:
    """The narrowest of audit, finding and action that a fact of audits names."""
    for name in ("action_id", "finding_id", "audit_id"):
        if id := getattr(event, name, ""):
            return str(id)
    return ""


def _followed(event: Event) -> str:
    if id := getattr(event, "insight_id", ""):
        return f"/insight/{quote(str(id), safe='')}"
    if event.topic != AuditsEvent.topic:
        return ""
    for name, path in FOLLOWED.items():
        if id := getattr(event, name, ""):
            return path.format(quote(str(id), safe=""))
    return ""


def _party_of(event: Event) -> str:
    party = getattr(event, "party", None)
    if isinstance(party, PartyDescription):
        return party.party_id
    alike = getattr(event, "party_ids", ()) if getattr(event, "proposal_id", "") else ()
    return (
        getattr(event, "substitute_id", "")
        or getattr(event, "party_id", None)
        or next(iter(alike), "")
    )


async def follow_todos(event: Event, unit: Unit) -> None:
    happened = unit.message.time or unit.now
    for need_id in event.settles:
        id = todo_id(need_id)
        todo = await unit.load(Todo, id) or Todo(id=id)
        todo.settle(happened)
        unit.save(todo)
    if event.need is not None:
        id = todo_id(event.need.id)
        todo = await unit.load(Todo, id) or Todo(id=id)
        if todo.raised(event, event.need, happened):
            unit.save(todo)
