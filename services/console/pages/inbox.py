"""My inbox: what was put to me, and what I have not seen yet. It is told live to open pages."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from fastapi.responses import RedirectResponse, Response
from sse_starlette import EventSourceResponse, ServerSentEvent

from services.console.bells import Bells, TooMany, shown
from services.console.pages.door import EVERYONE, LOOK_AGAIN, WAIT, api, command, form_of
from services.console.pages.sheets import ranked
from services.console.readmodels.inbox import Note, inbox_of
from services.console.readmodels.todos import Todo
from services.console.views import view_of
from shared.http import Desk, ServiceDesk

MOST_AT_ONCE = 200
"""Entries that one form may say were seen."""
RETRY = 5_000
"""Milliseconds that a browser waits before it asks again."""


@dataclass(frozen=True, slots=True)
class Entry:
    note: Note
    todo: Todo


@api.get("/inbox", roles=EVERYONE, response_class=Response)
async def inbox(desk: Desk) -> Response:
    """What waits for the caller, the unseen first, and the newest first among these."""
    heard = await shown(desk.service.store, desk.caller.subject)
    todos: dict[str, Todo] = {}

    async def learn(notes: Sequence[Note]) -> None:
        todos.update(await desk.service.store.fetch(Todo, {note.todo_id for note in notes}))

    async def waits(note: Note) -> bool:
        todo = todos.get(note.todo_id)
        is_open = todo is not None and todo.need is not None and todo.state == "open"
        return is_open and desk.caller.serves(todos[note.todo_id].buyer_id)

    rows = await ranked(
        desk,
        Note,
        inbox_of(desk.caller.subject),
        descending=True,
        common=True,
        keep=waits,
        learn=learn,
    )
    entries = [Entry(note, todos[note.todo_id]) for note in rows.rows]
    view = view_of(desk)
    await view.learn(
        desk, [e.todo.party_id for e in entries], [e.todo.contract_id for e in entries]
    )
    unread = [entry for entry in entries if entry.note.state == "unread"]
    return view.page("inbox.html.j2", entries=entries, unread=unread, rows=rows, heard=heard)


@api.post("/inbox/seen", roles=EVERYONE, response_class=Response)
async def seen(desk: Desk) -> Response:
    form = await form_of(desk)
    ids = [id for id in form.get("ids", "").split(",") if id][:MOST_AT_ONCE]
    answer = await command(desk, form, "notifications", "/inbox/acknowledge", {"entry_ids": ids})
    if answer.done:
        await _known(desk, ids)
    return RedirectResponse("/inbox?said=inbox." + ("seen" if answer.done else "not_now"), 303)


async def _known(desk: ServiceDesk, ids: list[str]) -> None:
    """Wait until the page knows it, so that it shows what was just done."""
    end = asyncio.get_running_loop().time() + WAIT
    while asyncio.get_running_loop().time() < end:
        notes = await desk.service.store.fetch(Note, ids)
        if all(note.state != "unread" for note in notes.values()):
            return
        await asyncio.sleep(LOOK_AGAIN)


@api.get("/inbox/stream", roles=EVERYONE, response_class=Response)
async def stream(desk: Desk) -> Response:
    """Server-sent events `inbox`: how many are unread, and which change that is."""
    bells: Bells = desk.adapters["bells"]
    try:
        listener = bells.join(desk.caller.subject)
    except TooMany:
        return Response(status_code=503, headers={"Retry-After": "60"})
    store = desk.service.store

    async def events() -> AsyncIterator[ServerSentEvent]:
        async for unread, change in bells.changes(listener, store):
            yield ServerSentEvent(f"{unread} {change}", event="inbox", retry=RETRY)

    async def gone(_: object) -> None:
        bells.leave(listener)

    return EventSourceResponse(events(), client_close_handler_callable=gone)
