"""Signing in and out, and the language of the pages."""

import asyncio
import hashlib
import logging

from fastapi.responses import RedirectResponse, Response

from services.console.cookies import Seal
from services.console.courier import Answer, Courier
from services.console.pages.door import EVERYONE, api, form_of
from services.console.provider import Provider, Tokens, new_attempt
from services.console.session import (
    ATTEMPT,
    LANGUAGE,
    PERSON,
    DemoUser,
    attempt_in,
    begin_attempt,
    cookie_in,
    jar_of,
    keep_language,
    keep_renewal,
    own_path,
    sign_in,
    sign_out,
)
from services.console.views import View
from shared.domain import Forbidden, Unknown
from shared.http import PUBLIC, Desk, ServiceDesk
from shared.identity import Refused
from shared.issuer import Issuer
from shared.languages import Words, language_of
from shared.store import Outage

log = logging.getLogger("ansvar.console")

SAID_WITHIN = 2.0
"""Seconds that signing in waits until notifications knows who has come."""


def _users(desk: ServiceDesk) -> tuple[DemoUser, ...]:
    """Those as whom anybody may sign in: only where the system runs for a trial."""
    found: tuple[DemoUser, ...] = desk.adapters["demo_users"]
    return found


def _provider(desk: ServiceDesk) -> Provider | None:
    """Where people sign in, unless the system runs for a trial."""
    found: Provider | None = desk.adapters["provider"]
    return found


@api.get("/sign-in", roles=PUBLIC, response_class=Response)
async def sign_in_page(desk: Desk, next: str = "/") -> Response:
    return _page(desk, own_path(next))


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
    response = RedirectResponse(next, 303)
    jar = jar_of(desk.request)
    try:
        await desk.service.verifier.caller(token)
        sign_in(response, token, jar)
    except Refused as refused:
        return _page(desk, next, problem=refused.reason)
    if user is not None:
        keep_language(response, user.language, jar)
    return response


@api.get("/sign-in/start", roles=PUBLIC, response_class=Response)
async def to_the_provider(desk: Desk, next: str = "/") -> Response:
    """On to the provider, with an attempt that only this browser can bring back."""
    provider = _provider(desk)
    if provider is None:
        raise Unknown("page", "this")
    attempt = new_attempt(own_path(next))
    try:
        response = RedirectResponse(await provider.address(attempt), 303)
    except Outage:
        return _page(desk, attempt.next, problem=_words(desk)("sign_in.away"), status=503)
    begin_attempt(response, attempt, jar_of(desk.request), desk.adapters["seal"])
    return response


@api.get("/sign-in/callback", roles=PUBLIC, response_class=Response)
async def back_from_the_provider(
    desk: Desk, code: str = "", state: str = "", iss: str = "", error: str = ""
) -> Response:
    """The provider's answer: believed only if this browser asked for it, and once."""
    provider = _provider(desk)
    if provider is None:
        raise Unknown("page", "this")
    jar, seal = jar_of(desk.request), desk.adapters["seal"]
    try:
        attempt = attempt_in(desk.request, seal, state)
        if iss and iss != provider.issuer:
            raise Refused("the answer comes from another provider than the one that was asked")
        if error or not code:
            raise Refused(f"the provider did not let you in ({error or 'no code'})")
        tokens = await provider.exchange(attempt, code)
        await _same_person(desk, provider, tokens)
        response: Response = RedirectResponse(attempt.next, 303)
        sign_in(response, tokens.access, jar)
        keep_renewal(response, tokens, jar, seal)
        reads = await provider.reads(tokens.id)
        if reads and LANGUAGE not in desk.request.cookies:
            keep_language(response, language_of(reads), jar)
        await _make_known(desk, tokens)
    except Refused as refused:
        response = _page(desk, "/", problem=refused.reason)
    except Outage:
        response = _page(desk, "/", problem=_words(desk)("sign_in.away"), status=503)
    jar.clear(response, ATTEMPT)
    return response


async def _same_person(desk: ServiceDesk, provider: Provider, tokens: Tokens) -> None:
    """The services believe the access token, and it is of whom the ID token names."""
    caller = await desk.service.verifier.caller(tokens.access)
    if caller.subject != (await provider.person(tokens.id)):
        raise Refused("the provider's two tokens are of two people")


async def _make_known(desk: ServiceDesk, tokens: Tokens) -> None:
    """Tell notifications who has come. If that cannot be said now, it is at the next sign-in."""
    courier: Courier = desk.adapters["courier"]
    key = hashlib.sha256(tokens.id.encode()).hexdigest()
    body = {"id_token": tokens.id}
    try:
        async with asyncio.timeout(SAID_WITHIN):
            answer = await courier.send(
                "notifications", "/directory/me", body, token=tokens.access, key=key
            )
    except TimeoutError:
        answer = Answer(503, reason="notifications does not answer")
    if not answer.done:
        log.warning("who signed in is not in the directory", extra={"why": answer.reason})


@api.post("/sign-out", roles=EVERYONE, response_class=Response)
async def leave(desk: Desk) -> Response:
    """End the session here, and at the provider where it lets us (OIDC RP-Initiated Logout)."""
    await form_of(desk)
    provider, way = _provider(desk), ""
    if provider is not None:
        seal: Seal = desk.adapters["seal"]
        way = await provider.way_out(seal.open(PERSON, cookie_in(desk.request, PERSON)))
    response = RedirectResponse(way or "/sign-in", 303)
    sign_out(response, jar_of(desk.request))
    return response


@api.get("/language/{language}", roles=PUBLIC, response_class=Response)
async def choose_language(language: str, desk: Desk, next: str = "/") -> Response:
    response = RedirectResponse(own_path(next), 303)
    keep_language(response, language_of(language), jar_of(desk.request))
    return response


def _words(desk: ServiceDesk) -> Words:
    return View(desk.request, caller=None, now=desk.now).words


def _page(desk: ServiceDesk, next: str, *, problem: str = "", status: int = 0) -> Response:
    view = View(desk.request, caller=None, now=desk.now)
    provider = _provider(desk)
    return view.page(
        "sign_in.html.j2",
        status=status or (401 if problem else 200),
        users=_users(desk),
        provider=provider.name if provider else "",
        next=next,
        problem=problem,
    )
