"""Today: what waits for me, by when, and what changed since yesterday."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from fastapi.responses import RedirectResponse, Response

from services.console.courier import Courier
from services.console.pages.door import EVERYONE, api, arrived, may_see, of_buyers
from services.console.pages.lines import Row, rows_of
from services.console.readmodels.cases import Case
from services.console.readmodels.contracts import Contract
from services.console.readmodels.hits import Hit
from services.console.readmodels.timeline import Line, sortable
from services.console.readmodels.todos import Todo
from services.console.session import own_path, token_in
from services.console.views import View, view_of
from shared.events.words import Status
from shared.http import Desk, ServiceDesk

NEWS = {
    "BreachConfirmed",
    "BreachDismissed",
    "BreachFlagged",
    "BreachRemedied",
    "ClaimContradicted",
    "ClaimReconciled",
    "ConsequenceOrdered",
    "ContractEnded",
    "ContractSigned",
    "ContractStatusChanged",
    "CorrectiveActionOverdue",
    "DecisionProposed",
    "DocumentOverdue",
    "EnquiryAnswered",
    "FindingRaised",
    "HearingAnswered",
    "HearingLapsed",
    "HitConfirmed",
    "HitDismissed",
    "InterimMeasureOrdered",
    "OwnershipFlagged",
    "PartyQualified",
    "ReplacementOverdue",
    "SubcontractorDeclared",
    "SubcontractorReplaced",
    "SubstituteProposed",
}
"""What an officer wants to know though it asks nothing of them."""

SEEN_WITHIN = 1.0
"""Seconds that a page waits to have said that it was opened."""
LOOK_BACK = timedelta(days=1)
SO_MUCH_NEWS = 14
READ_AT_MOST = 300


@dataclass(frozen=True, slots=True)
class Group:
    """Decisions whose deadlines are alike: `late`, `today`, `week` or `later`."""

    name: str
    todos: list[Todo]


@api.get("/", roles=EVERYONE, response_class=Response)
async def today(desk: Desk) -> Response:
    view = view_of(desk)
    open_todos = await of_buyers(desk, Todo, {"state": "open"})
    mine = [t for t in open_todos if t.asks(desk.caller) and not await _done_by_me(desk, t)]
    await view.learn(desk, [t.party_id for t in mine], [t.contract_id for t in mine])
    contracts = await of_buyers(desk, Contract, {"attention": True})
    return view.page(
        "today.html.j2",
        groups=_groups(view, mine),
        decisions=len(mine),
        others=len(open_todos) - len(mine),
        news=await _news(desk, view),
        counts=await _counts(desk, contracts),
    )


async def _done_by_me(desk: ServiceDesk, todo: Todo) -> bool:
    """A second signature is never asked of whom the first one, or the proposal, came from."""
    need = todo.need
    if need is None or not todo.case_id or desk.caller.roles == ("officer",):
        return False
    case = (await desk.service.store.fetch(Case, [todo.case_id])).get(todo.case_id)
    if case is None:
        return False
    me = desk.caller.subject
    if need.kind.startswith("sign") and case.decision:
        return me == case.decision.by or me in case.decision.signed
    return need.kind.startswith("second") and me == case.confirmed_by


def _groups(view: View, todos: list[Todo]) -> list[Group]:
    groups: dict[str, list[Todo]] = {"late": [], "today": [], "week": [], "later": []}
    for todo in todos:
        assert todo.need is not None
        left = todo.need.due - view.now
        name = "later"
        if left < timedelta(0):
            name = "late"
        elif left < timedelta(days=1):
            name = "today"
        elif left < timedelta(days=7):
            name = "week"
        groups[name].append(todo)
    return [
        Group(name, sorted(some, key=lambda t: (t.need.due if t.need else view.now, t.id)))
        for name, some in groups.items()
        if some
    ]


async def _news(desk: ServiceDesk, view: View) -> list[Row]:
    lines = await of_buyers(desk, Line, sort="time", descending=True, limit=READ_AT_MOST)
    since = sortable(view.now - LOOK_BACK)
    newest = sorted(lines, key=lambda line: line.time, reverse=True)
    news = [line for line in newest if line.kind in NEWS and line.time >= since]
    return await rows_of(desk, view, news[:SO_MUCH_NEWS])


async def _counts(desk: ServiceDesk, contracts: list[Contract]) -> dict[str, int]:
    """The figures that lead to the lists."""
    hits = await of_buyers(desk, Hit, field="buyers")
    cases = await of_buyers(desk, Case)
    serves = desk.caller.serves
    return {
        "hits": sum(any(h.state_for(b) == "open" for b in h.buyers if serves(b)) for h in hits),
        "cases": sum(not case.closed for case in cases),
        "contracts": sum(c.status is not Status.CLEAR for c in contracts if not c.ended),
        "blocked": sum(c.status is Status.BLOCKED_LEGAL for c in contracts if not c.ended),
    }


@api.get("/needs/{todo_id}", roles=EVERYONE, response_class=Response)
async def to_the_page(todo_id: str, desk: Desk) -> Response:
    """Where a mail leads: to the page on which the need can be settled."""
    todo = await desk.get(Todo, todo_id)
    may_see(desk.caller, todo.buyer_id)
    await _say_that_it_was_seen(todo_id, desk)
    return RedirectResponse(todo.path, 303)


async def _say_that_it_was_seen(todo_id: str, desk: ServiceDesk) -> None:
    """Who came here has read the mail, and is waited for. If that cannot be said now, no harm: it
    is said by whoever opens it next."""
    courier: Courier = desk.adapters["courier"]
    key = f"seen/{todo_id}/{desk.caller.subject}"
    token = token_in(desk.request)
    path = f"/needs/{todo_id}/acknowledge"
    with suppress(TimeoutError):
        async with asyncio.timeout(SEEN_WITHIN):
            await courier.send("notifications", path, {}, token=token, key=key)


@api.get("/waiting", roles=EVERYONE, response_class=Response)
async def still_waiting(desk: Desk, events: str = "", back: str = "/") -> Response:
    """Asked by a page every second, until what was done has reached it."""
    if await arrived(desk, filter(None, events.split(",")), within=0):
        return Response(headers={"HX-Redirect": own_path(back)})
    return Response(status_code=204)
