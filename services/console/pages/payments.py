"""Payments that wait for a person: what is held and why, to be released or stopped."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import quote

from fastapi.responses import Response

from services.console.courier import Answer
from services.console.pages.door import EVERYONE, api, command, form_of, may_see, of_buyers, onward
from services.console.pages.lines import timeline
from services.console.pages.sheets import sheet, shown, wants_sheet
from services.console.readmodels.payments import HeldPayments
from services.console.views import view_of
from shared.domain import Unknown
from shared.http import Desk, ServiceDesk


@api.get("/payments", roles=EVERYONE, response_class=Response)
async def payments(desk: Desk, show: str = "open") -> Response:
    """Held invoices of the caller's buyers, what is due first."""
    view = view_of(desk)
    found = await of_buyers(desk, HeldPayments, {"state": "open"} if show == "open" else None)
    found.sort(key=lambda one: (one.state != "open", one.due is None, one.due, one.id))
    rows = shown(desk, found)
    await view.learn(desk, [one.party_id for one in rows.rows])
    if wants_sheet(desk):
        return sheet(
            view,
            "payments",
            (
                ("col.party", lambda one: view.name(one.party_id)),
                ("payments.cause", lambda one: view.words(f"payments.{one.cause}")),
                ("payments.invoices", lambda one: len(one.invoices)),
                ("payments.sum", lambda one: _sums(one)),
                ("col.due", lambda one: one.due),
                ("col.state", lambda one: view.words(f"payments.{one.state}")),
            ),
            found,
        )
    return view.page("payments.html.j2", rows=rows, show=show)


def _sums(one: HeldPayments) -> str:
    return ", ".join(f"{currency} {amount:.2f}" for currency, amount in one.sums)


@api.get("/payments/{exception_id}", roles=EVERYONE, response_class=Response)
async def payment(exception_id: str, desk: Desk) -> Response:
    return await _page(exception_id, desk)


@api.post("/payments/{exception_id}/{verdict}", roles=("officer",), response_class=Response)
async def decide(exception_id: str, verdict: str, desk: Desk) -> Response:
    """These may be paid, or are not to be paid, and why."""
    await _seen(exception_id, desk)
    if verdict not in ("release", "stop"):
        raise Unknown("verdict", verdict)
    form = await form_of(desk)
    body: dict[str, Any] = {"reason": form.get("reason", "")}
    if verdict == "release" and form.get("accepted_until"):
        body["accepted_until"] = form["accepted_until"]
    path = f"/payments/exceptions/{quote(exception_id, safe='')}/{verdict}"
    answer = await command(desk, form, "contracts", path, body)
    if not answer.done:
        return await _page(exception_id, desk, answer=answer, form=form)
    return await onward(
        desk, answer, f"/payments/{quote(exception_id, safe='')}", said=f"payments.{verdict}"
    )


async def _seen(exception_id: str, desk: ServiceDesk) -> HeldPayments:
    found = await desk.get(HeldPayments, exception_id)
    may_see(desk.caller, found.buyer_id)
    return found


async def _page(
    exception_id: str,
    desk: ServiceDesk,
    *,
    answer: Answer | None = None,
    form: Mapping[str, str] | None = None,
) -> Response:
    found = await _seen(exception_id, desk)
    view = view_of(desk)
    await view.learn(desk, [found.party_id], [found.detail])
    today: date = desk.now.date()
    return view.page(
        "payment.html.j2",
        status=answer.status if answer else 200,
        held=found,
        today=today,
        lines=await timeline(desk, view, [found.id], limit=50),
        problem=answer,
        form=form or {},
    )
