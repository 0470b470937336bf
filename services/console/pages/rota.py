"""Who is on duty outside office hours, for what cannot wait until the morning."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from fastapi.responses import RedirectResponse, Response

from services.console.courier import NEEDED, Answer, Courier
from services.console.pages.door import EVERYONE, api, command, form_of, may_see
from services.console.session import token_in
from services.console.views import view_of
from shared.http import Desk, ServiceDesk
from shared.languages import ZONE

MANAGERS = ("approver", "admin")
SHOWN_BACK = timedelta(days=1)


@api.get("/rota", roles=EVERYONE, response_class=Response)
async def rota(desk: Desk, buyer: str = "") -> Response:
    return await _page(desk, buyer)


@api.post("/rota", roles=MANAGERS, response_class=Response)
async def change(desk: Desk) -> Response:
    form = await form_of(desk)
    buyer = form.get("buyer", "")
    may_see(desk.caller, buyer)
    path = "/rota/duties/remove" if form.get("act") == "remove" else "/rota/duties"
    duty = {name: _moment(form.get(name, "")) for name in ("starts", "ends")}
    body = {"buyer": buyer, "duty": duty | {"subject": form.get("subject", "")}}
    answer = await command(desk, form, "notifications", path, body)
    if not answer.done:
        return await _page(desk, buyer, answer=answer, form=form)
    return RedirectResponse(f"/rota?buyer={quote(buyer)}&said=rota.kept", 303)


def _moment(text: str) -> str:
    """What a form says, at the time where the buyer is; what it cannot say is sent as it is."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return (moment if moment.tzinfo else moment.replace(tzinfo=ZONE)).isoformat()


async def _page(
    desk: ServiceDesk,
    buyer: str,
    answer: Answer | None = None,
    form: Mapping[str, str] | None = None,
) -> Response:
    courier: Courier = desk.adapters["courier"]
    token = token_in(desk.request)
    directory = await courier.read("notifications", "/directory", token=token, patience=NEEDED)
    people = directory["people"] if directory else []
    named = [one for one in desk.caller.buyers if one != "*"]
    named += [one for person in people for one in person["buyers"] if one != "*"]
    buyers = sorted(one for one in set(named) if desk.caller.serves(one))
    buyer = buyer or next(iter(buyers), "")
    if buyer:
        may_see(desk.caller, buyer)
    path = f"/rota?buyer={quote(buyer)}"
    said = await courier.read("notifications", path, token=token, patience=NEEDED)
    view = view_of(desk)
    await view.learn(desk, buyers)
    duties = [_turn(one, view.now) for one in said["duties"]] if said else []
    return view.page(
        "rota.html.j2",
        status=422 if answer else 200,
        buyer=buyer,
        buyers=buyers,
        people=[p for p in people if buyer in p["buyers"] or "*" in p["buyers"]],
        duties=[one for one in duties if one["ends"] > view.now - SHOWN_BACK],
        known=said is not None,
        may=view.may(*MANAGERS),
        answer=answer,
        form=form or {},
    )


def _turn(duty: Mapping[str, str], now: datetime) -> dict[str, Any]:
    starts, ends = (datetime.fromisoformat(duty[name]) for name in ("starts", "ends"))
    on_now = starts <= now < ends
    return {"subject": duty["subject"], "starts": starts, "ends": ends, "now": on_now}
