"""My settings: how mail comes, when it is quiet, and when I am away."""

from collections.abc import Mapping
from typing import Any

from fastapi.responses import Response

from services.console.courier import NEEDED, Answer, Courier
from services.console.pages.door import EVERYONE, api, command, form_of, onward
from services.console.session import token_in
from services.console.views import view_of
from shared.http import Desk, ServiceDesk

PATH = "/preferences"
TEXTS = ("language", "mail", "quiet_from", "quiet_to", "away_from", "away_to")


@api.get(PATH, roles=EVERYONE, response_class=Response)
async def preferences(desk: Desk) -> Response:
    return await _page(desk)


@api.post(PATH, roles=EVERYONE, response_class=Response)
async def change(desk: Desk) -> Response:
    form = await form_of(desk)
    answer = await command(desk, form, "notifications", PATH, _chosen(form))
    if not answer.done:
        return await _page(desk, answer=answer, form=form)
    return await onward(desk, answer, PATH, said="preferences.kept")


def _chosen(form: Mapping[str, str]) -> dict[str, Any]:
    """What was filled in: an empty field is no choice."""
    body: dict[str, Any] = {name: form[name] for name in TEXTS if form.get(name)}
    return body | {"quiet_on_days_off": form.get("quiet_on_days_off") == "yes"}


async def _page(
    desk: ServiceDesk, answer: Answer | None = None, form: Mapping[str, str] | None = None
) -> Response:
    courier: Courier = desk.adapters["courier"]
    token = token_in(desk.request)
    kept = await courier.read("notifications", PATH, token=token, patience=NEEDED)
    chosen = _chosen(form) if form is not None else kept
    status = 200 if answer is None else 422
    return view_of(desk).page(
        "preferences.html.j2", status=status, chosen=chosen, answer=answer, known=kept is not None
    )
