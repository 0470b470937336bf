"""Signing in and out, and the language of the pages."""

from fastapi.responses import RedirectResponse, Response

from services.console.pages.door import EVERYONE, api, form_of
from services.console.session import (
    DemoUser,
    keep_language,
    own_path,
    sign_in,
    sign_out,
)
from services.console.views import View
from shared.domain import Forbidden
from shared.http import PUBLIC, Desk, ServiceDesk
from shared.identity import Refused
from shared.issuer import Issuer
from shared.languages import language_of


def _users(desk: ServiceDesk) -> tuple[DemoUser, ...]:
    """Those as whom anybody may sign in: only where the system runs for a trial."""
    found: tuple[DemoUser, ...] = desk.adapters["demo_users"]
    return found


def _secure(desk: ServiceDesk) -> bool:
    return str(desk.settings.public_url).startswith("https:")


@api.get("/sign-in", roles=PUBLIC, response_class=Response)
async def sign_in_page(desk: Desk, next: str = "/") -> Response:
    view = View(desk.request, caller=None, now=desk.now)
    return view.page("sign_in.html.j2", users=_users(desk), next=own_path(next), problem="")


@api.post("/sign-in", roles=PUBLIC, response_class=Response, max_body=20_000)
async def take_in(desk: Desk) -> Response:
    """Choose a demo user, or bring a token of one's own."""
    if desk.request.headers.get("sec-fetch-site") not in ("same-origin", None):
        raise Forbidden("sign in on the page itself")
    form = await desk.request.form()
    subject, next = str(form.get("subject", "")), own_path(str(form.get("next", "/")))
    token = str(form.get("token", "")).strip()
    user = None
    if subject:
        user = {u.caller.subject: u for u in _users(desk)}.get(subject)
        issuer: Issuer | None = desk.adapters["issuer"]
        if user is None or issuer is None:
            raise Forbidden("nobody may sign in like this here")
        caller = user.caller
        token = issuer.issue(caller.subject, caller.name, caller.roles, caller.buyers)
    try:
        await desk.service.verifier.caller(token)
    except Refused as refused:
        view = View(desk.request, caller=None, now=desk.now)
        return view.page(
            "sign_in.html.j2", status=401, users=_users(desk), next=next, problem=refused.reason
        )
    response = RedirectResponse(next, 303)
    sign_in(response, token, secure=_secure(desk))
    if user is not None:
        keep_language(response, user.language, secure=_secure(desk))
    return response


@api.post("/sign-out", roles=EVERYONE, response_class=Response)
async def leave(desk: Desk) -> Response:
    await form_of(desk)
    response = RedirectResponse("/sign-in", 303)
    sign_out(response)
    return response


@api.get("/language/{language}", roles=PUBLIC, response_class=Response)
async def choose_language(language: str, desk: Desk, next: str = "/") -> Response:
    response = RedirectResponse(own_path(next), 303)
    keep_language(response, language_of(language), secure=_secure(desk))
    return response
