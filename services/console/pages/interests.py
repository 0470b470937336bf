"""The register of involvement: who has an interest in whom, before a case needs to know."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from fastapi.responses import Response

from services.console.courier import Answer, Courier
from services.console.pages.door import api, command, form_of, may_see, onward
from services.console.pages.follow_up import choice_of_buyers
from services.console.pages.people import people_of
from services.console.pages.search import parties_like
from services.console.readmodels.parties import Party
from services.console.session import token_in
from services.console.views import view_of
from shared.http import Desk, ServiceDesk

LIST = "/interests"
READERS = ("officer", "approver", "auditor", "admin")
DECLARERS = (*READERS, "contract_manager")
KEEPERS = ("admin",)
"""Who enters the involvement of others and says when it is over."""

MOST_ALIKE = 8

Form = Mapping[str, str]


@api.get(LIST, roles=DECLARERS, response_class=Response)
async def register(desk: Desk, buyer: str = "", party: str = "") -> Response:
    """Everybody declares their own; those who decide see the whole register of their buyer."""
    return await _page(desk, buyer, form={"party": party})


@api.post(LIST, roles=DECLARERS, response_class=Response)
async def declare(desk: Desk) -> Response:
    """`party` is an id, or as much of a name as finds one; where it finds several, they are shown
    to be chosen from."""
    form = await form_of(desk)
    buyer = form.get("buyer", "")
    may_see(desk.caller, buyer)
    ends = form.get("act") == "end"
    party, alike = form.get("party", "").strip(), list[Party]()
    if not ends:
        alike = await _meant(desk, party)
        if len(alike) != 1:
            return await _page(desk, buyer, form=form, alike=alike, unclear=bool(party))
        party = alike[0].id
    body = {
        "person": form.get("person", ""),
        "party_id": party,
        "buyer_id": buyer,
        "reason": form.get("reason", ""),
    }
    answer = await command(desk, form, "breaches", f"{LIST}/end" if ends else LIST, body)
    if not answer.done:
        return await _page(desk, buyer, answer=answer, form=form)
    said = "interests.ended" if ends else "interests.declared"
    return await onward(desk, answer, f"{LIST}?buyer={quote(buyer)}", said=said)


async def _meant(desk: ServiceDesk, party: str) -> list[Party]:
    if not party:
        return []
    by_id = (await desk.service.store.fetch(Party, [party])).get(party)
    return [by_id] if by_id else (await parties_like(desk, party))[:MOST_ALIKE]


async def _page(
    desk: ServiceDesk,
    buyer: str,
    *,
    answer: Answer | None = None,
    form: Form | None = None,
    alike: list[Party] | None = None,
    unclear: bool = False,
) -> Response:
    view = view_of(desk)
    buyers = await choice_of_buyers(desk, view)
    buyer = buyer or next(iter(buyers), "")
    if buyer:
        may_see(desk.caller, buyer)
    found: list[dict[str, Any]] | None = []
    if buyer and view.may(*READERS):
        courier: Courier = desk.adapters["courier"]
        query = urlencode({"buyer_id": buyer})
        found = await courier.read("breaches", f"{LIST}?{query}", token=token_in(desk.request))
    told = sorted(found or (), key=lambda one: (bool(one["ended"]), one["declared"]))
    given = form or {}
    await view.learn(desk, [*(one["party_id"] for one in told), given.get("party", "")])
    return view.page(
        "interests.html.j2",
        status=answer.status if answer else 422 if unclear or alike else 200,
        buyer=buyer,
        buyers=buyers,
        told=told,
        known=found is not None,
        reads=view.may(*READERS),
        keeps=view.may(*KEEPERS),
        people=await people_of(desk, buyer) if view.may(*KEEPERS) else [],
        problem=answer,
        form=given,
        alike=alike or [],
        unclear=unclear,
    )
