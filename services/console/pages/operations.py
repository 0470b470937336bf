"""Operations: is every service well, what is behind, and which messages wait for a person."""

import asyncio

from fastapi.responses import RedirectResponse, Response

from services.console.courier import Courier
from services.console.machinery import Broker, CannotAdminister, conditions
from services.console.pages.door import api, form_of
from services.console.pages.sheets import first_of, sheet, shown, wants_sheet
from services.console.readmodels.todos import Todo
from services.console.views import view_of
from shared.administration.dead import DeadLetter
from shared.administration.lag import Lag
from shared.domain import Rejected, Unknown
from shared.http import Desk, ServiceDesk

ADMIN = ("admin",)
SENT = ("replay_sent", "dismiss_sent")
LATE_AT_MOST = 200
"""Needs past their deadline that are shown, the oldest first; who has more begins with these."""


@api.get("/operations", roles=ADMIN, response_class=Response)
async def operations(desk: Desk, done: str = "") -> Response:
    return await _page(desk, done=f"operations.{done}" if done in SENT else "")


@api.post("/operations/dead/{service}/{letter_id:path}/{act}", roles=ADMIN, response_class=Response)
async def settle(service: str, letter_id: str, act: str, desk: Desk) -> Response:
    """Let the service hear the message again, or say for good, with a reason, that it shall not."""
    if act not in ("replay", "dismiss"):
        raise Unknown("act", act)
    form = await form_of(desk)
    broker: Broker = desk.adapters["broker"]
    try:
        letter = await _letter(broker, service, letter_id)
        if act == "replay":
            await broker.replay(letter)
        else:
            reason = form.get("reason", "")
            if not reason:
                raise Rejected("say why it shall never be handled", field="reason")
            await broker.dismiss(letter, reason, desk.caller.subject)
    except (CannotAdminister, Rejected) as error:
        return await _page(desk, problem=str(error))
    return RedirectResponse(f"/operations?done={act}_sent", 303)


async def _letter(broker: Broker, service: str, id: str) -> DeadLetter:
    for letter in await broker.letters(service):
        if (letter.service, letter.id) == (service, id):
            return letter
    raise Rejected("somebody has settled this message in the meantime")


async def _page(desk: ServiceDesk, *, problem: str = "", done: str = "") -> Response:
    view = view_of(desk)
    courier: Courier = desk.adapters["courier"]
    broker: Broker = desk.adapters["broker"]
    away = ""
    letters: list[DeadLetter] = []
    behind: list[Lag] = []
    try:
        letters, behind = await asyncio.gather(broker.letters(), broker.lag())
    except CannotAdminister as error:
        away = str(error)
    sums: dict[str, int] = {}
    for one in behind:
        sums[one.group] = sums.get(one.group, 0) + one.behind
    rows = shown(desk, letters)
    if wants_sheet(desk):
        return sheet(
            view,
            "dead-letters",
            (
                ("operations.service", lambda x: x.service),
                ("col.id", lambda x: x.id),
                ("operations.message", lambda x: x.type),
                ("operations.kind", lambda x: x.kind),
                ("operations.since", lambda x: x.at),
                ("col.reasons", lambda x: x.reason),
            ),
            letters,
        )
    overdue = await first_of(desk, Todo, "open", LATE_AT_MOST)
    return view.page(
        "operations.html.j2",
        status=409 if problem else 200,
        services=await conditions(courier, sums),
        letters=rows.rows,
        rows=rows,
        behind=[one for one in behind if one.behind],
        away=away,
        problem=problem,
        done=done,
        late=[t for t in overdue if t.late(desk.now)],
    )
