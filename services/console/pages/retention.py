"""What is erased when: contracts that are over, and holding back or deciding what goes."""

from typing import Any
from urllib.parse import quote, urlencode

from fastapi.responses import Response

from services.console.courier import NEEDED, Answer, Courier
from services.console.pages.door import api, command, form_of, onward
from services.console.pages.follow_up import buyers_of
from services.console.pages.sheets import first_of
from services.console.readmodels.todos import ERASURES, Todo
from services.console.session import token_in
from services.console.views import view_of
from shared.domain import Unknown
from shared.http import Desk, ServiceDesk

LIST = "/retention"
OF_CONTRACTS = ("officer", "approver", "auditor", "contract_manager")
LOOKERS = (*OF_CONTRACTS, "tip_receiver")
STEPS = {
    "decision": ("officer",),
    "hold": ("officer", "approver"),
    "release": ("officer", "approver"),
}
MOST = 200


@api.get(LIST, roles=LOOKERS, response_class=Response)
async def retention(desk: Desk) -> Response:
    """Contracts that are over, those first whose data is erased next; and the requests for access
    and complaints that are soon erased, to whoever decides on them. Names no person."""
    return await _page(desk)


@api.post(
    f"{LIST}/{{contract_id}}/{{name}}", roles=("officer", "approver"), response_class=Response
)
async def say(contract_id: str, name: str, desk: Desk) -> Response:
    """Record a decision, hold it back, or end a hold. Onboarding alone decides what may be done."""
    if name not in STEPS:
        raise Unknown("step", name)
    form = await form_of(desk)
    body: dict[str, Any] = {"reason": form.get("reason", "")}
    if name == "decision":
        body["reference"] = form.get("reference", "")
    path = f"{LIST}/{quote(contract_id, safe='')}/{name}"
    answer = await command(desk, form, "onboarding", path, body)
    if not answer.done:
        return await _page(desk, answer)
    return await onward(desk, answer, LIST, said=f"retention.{name}")


async def _page(desk: ServiceDesk, answer: Answer | None = None) -> Response:
    view = view_of(desk)
    courier: Courier = desk.adapters["courier"]
    token = token_in(desk.request)
    found: list[dict[str, Any]] = []
    of_contracts = view.may(*OF_CONTRACTS)
    for one in buyers_of(desk) if of_contracts else ():
        query = urlencode({**one, "limit": MOST})
        page = await courier.read("onboarding", f"{LIST}?{query}", token=token, patience=NEEDED)
        found += (page or {}).get("items", ())
    soon = await first_of(desk, Todo, ERASURES, MOST)
    found.sort(key=lambda one: (one["state"] == "erased", one["erase_on"]))
    buyers = [*(one["buyer_id"] for one in found), *(one.buyer_id for one in soon)]
    await view.learn(desk, buyers, [one["contract_id"] for one in found])
    return view.page(
        "retention.html.j2",
        status=answer.status if answer else 200,
        found=found,
        of_contracts=of_contracts,
        soon=[one for one in soon if one.asks(desk.caller)],
        problem=answer,
        may={name: view.may(*roles) for name, roles in STEPS.items()},
    )
