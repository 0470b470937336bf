"""Today: what waits for me, by when, and what changed since yesterday."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from fastapi.responses import RedirectResponse, Response

from services.console.bells import shown
from services.console.courier import Courier
from services.console.pages.counting import Figures
from services.console.pages.door import EVERYONE, api, arrived, may_see
from services.console.pages.lines import Row, rows_of
from services.console.pages.sheets import ROWS, ranked, shelves_of
from services.console.readmodels.cases import Case
from services.console.readmodels.contracts import Contract
from services.console.readmodels.hits import Hit
from services.console.readmodels.timeline import ALL_NEWS, Line, sortable
from services.console.readmodels.todos import Todo, mine_of
from services.console.session import own_path, token_in
from services.console.views import AtLeast, View, view_of
from shared.http import Desk, ServiceDesk

SEEN_WITHIN = 1.0
"""Seconds that a page waits to have said that it was opened."""
LOOK_BACK = timedelta(days=1)
SO_MUCH_NEWS = 14


@dataclass(frozen=True, slots=True)
class Group:
    """Decisions whose deadlines are alike: `late`, `today`, `week` or `later`."""

    name: str
    todos: list[Todo]


@api.get("/", roles=EVERYONE, response_class=Response)
async def today(desk: Desk) -> Response:
    heard = await shown(desk.service.store, desk.caller.subject)
    view = view_of(desk)
    asked = [f"open:{role}" for role in desk.caller.roles]
    cases: dict[str, Case] = {}

    async def learn(todos: Sequence[Todo]) -> None:
        cases.update(await _cases_of(desk, todos))

    async def is_mine(todo: Todo) -> bool:
        return todo.asks(desk.caller) and not _done_by_me(desk, todo, cases)

    named = await _named(desk)
    await learn(named)
    rows = await ranked(desk, Todo, asked, keep=is_mine, learn=learn)
    mine = [t for t in named if await is_mine(t)] + rows.rows
    await view.learn(desk, [t.party_id for t in mine], [t.contract_id for t in mine])
    figures, decisions = Figures(desk), len(mine)
    if rows.after or desk.request.query_params.get("after"):
        decisions = await figures.of(Todo, asked)
    waiting = await figures.of(Todo, "open")
    return view.page(
        "today.html.j2",
        heard=heard,
        rows=rows,
        groups=_groups(view, mine),
        decisions=decisions,
        others=waiting if isinstance(waiting, AtLeast) else waiting - decisions,
        news=await _news(desk, view),
        counts=await _counts(figures),
    )


async def _named(desk: ServiceDesk) -> list[Todo]:
    """What waits for the caller by name, on the first page."""
    if desk.request.query_params.get("after"):
        return []
    return await desk.find(Todo, {"shelves": mine_of(desk.caller.subject)}, sort="rank", limit=ROWS)


async def _cases_of(desk: ServiceDesk, todos: Sequence[Todo]) -> dict[str, Case]:
    """The cases in which somebody who signed may be asked again; officers sign first."""
    if desk.caller.roles == ("officer",):
        return {}
    return await desk.service.store.fetch(Case, {t.case_id for t in todos if t.case_id})


def _done_by_me(desk: ServiceDesk, todo: Todo, cases: Mapping[str, Case]) -> bool:
    """A second signature is never asked of whom the first one, or the proposal, came from."""
    need, case = todo.need, cases.get(todo.case_id)
    if need is None or case is None:
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
    """The newest news of a day."""
    newest: dict[str, Any] = {"sort": "time", "descending": True, "limit": SO_MUCH_NEWS}
    shelves = shelves_of(desk, ALL_NEWS)
    pieces = await asyncio.gather(*(desk.find(Line, {"news": one}, **newest) for one in shelves))
    since = sortable(view.now - LOOK_BACK)
    found = {one.id: one for piece in pieces for one in piece if one.time >= since}
    news = sorted(found.values(), key=lambda line: line.time, reverse=True)
    return await rows_of(desk, view, news[:SO_MUCH_NEWS])


async def _counts(figures: Figures) -> dict[str, int]:
    """The figures that lead to the lists."""
    return {
        "hits": await figures.of(Hit, "open"),
        "cases": await figures.of(Case, "open"),
        "contracts": await figures.of(Contract, "open"),
        "blocked": await figures.of(Contract, "blocked"),
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
    path = f"/needs/{quote(todo_id, safe='')}/acknowledge"
    with suppress(TimeoutError):
        async with asyncio.timeout(SEEN_WITHIN):
            await courier.send("notifications", path, {}, token=token, key=key)


@api.get("/waiting", roles=EVERYONE, response_class=Response)
async def still_waiting(desk: Desk, events: str = "", back: str = "/") -> Response:
    """Asked by a page every second, until what was done has reached it."""
    if await arrived(desk, filter(None, events.split(",")), within=0):
        return Response(headers={"HX-Redirect": own_path(back)})
    return Response(status_code=204)
