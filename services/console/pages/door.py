"""What all pages share: who may come in, what they may see, and the way of a form."""

import asyncio
import logging
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any, TypeVar
from urllib.parse import urlencode

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from services.console.cookies import Seal
from services.console.courier import Answer, Courier
from services.console.provider import Provider
from services.console.readmodels.parties import Party
from services.console.readmodels.timeline import Line
from services.console.session import (
    FORMS,
    RENEWAL,
    SESSION,
    check_form,
    cookie_in,
    jar_of,
    keep_renewal,
    sign_in,
    token_in,
)
from services.console.views import View
from shared.domain import Caller, Forbidden, Rejected, Stored, Unknown
from shared.http import Api, ServiceDesk
from shared.identity import ROLES, Refused
from shared.problems import RETRY_AFTER, Problematic
from shared.store import Outage, Overloaded
from shared.telemetry import correlation

log = logging.getLogger("ansvar.console")

S = TypeVar("S", bound=Stored)

EVERYONE = tuple(role for role in ROLES if role not in ("data_protection", "offence_reader"))
"""Any signed-in role. What is shown depends on the buyers, what is offered on the role. Who only
protects personal data is shown none of it (ADR 51); `offence_reader` is held beside another role
(ADR 65).
"""

WAIT = 2.0
"""Seconds that a page waits after a command until its facts are in the read model (issue 8)."""

LOOK_AGAIN = 0.04
MOST = 500
SO_MANY_FACTS = 20

api = Api("console", cookie=SESSION)


# ---------------------------------------------------------------- what may be seen


def may_see(caller: Caller, buyer_id: str) -> None:
    """Another buyer's things are not there, rather than forbidden."""
    if not caller.serves(buyer_id):
        raise Unknown("page", "this")


async def of_buyers(
    desk: ServiceDesk,
    kind: type[S],
    where: Mapping[str, Any] | None = None,
    *,
    field: str = "buyer_id",
    **more: Any,
) -> list[S]:
    """Documents of the buyers that the caller acts for."""
    limit = more.pop("limit", MOST)
    if "*" in desk.caller.buyers:
        return await desk.find(kind, where, limit=limit, **more)
    found: dict[str, S] = {}
    for buyer in desk.caller.buyers:
        wanted = {**(where or {}), field: buyer}
        found |= {one.id: one for one in await desk.find(kind, wanted, limit=limit, **more)}
    return list(found.values())


async def may_see_party(desk: ServiceDesk, party: Party, *, deep: int = 3) -> bool:
    """A party that works for one of the caller's buyers, owns one that does, or is one."""
    if any(map(desk.caller.serves, party.buyers)):
        return True
    if deep and party.merged_into:
        same = await desk.service.store.fetch(Party, [party.merged_into])
        return any([await may_see_party(desk, one, deep=deep - 1) for one in same.values()])
    if not deep or not party.owner_of:
        return "*" in desk.caller.buyers
    below = await desk.service.store.fetch(Party, party.owner_of)
    for company in below.values():
        if await may_see_party(desk, company, deep=deep - 1):
            return True
    return "*" in desk.caller.buyers


# ---------------------------------------------------------------- forms


async def form_of(desk: ServiceDesk) -> dict[str, str]:
    """The fields of a form that was made for this session."""
    form = await desk.request.form()
    fields = {name: str(value).strip() for name, value in form.items()}
    check_form(desk.request, fields.pop("secret", ""))
    return fields


async def command(
    desk: ServiceDesk, form: Mapping[str, str], service: str, path: str, body: Mapping[str, Any]
) -> Answer:
    """Take a command to its service, with the user's token and the form's key."""
    courier: Courier = desk.adapters["courier"]
    token = token_in(desk.request)
    return await courier.send(service, path, body, token=token, key=form.get("key", ""))


async def onward(desk: ServiceDesk, answer: Answer, to: str, *, said: str) -> Response:
    """To the next page, as soon as it knows what was just done; at the latest after `WAIT`."""
    query = {"said": said}
    if not await arrived(desk, answer.events):
        query["waiting"] = ",".join(answer.events[:SO_MANY_FACTS])
    more = "&" if "?" in to else "?"
    return RedirectResponse(f"{to}{more}{urlencode(query)}", 303)


async def arrived(desk: ServiceDesk, events: Iterable[str], within: float | None = None) -> bool:
    """Whether these facts are in the read model, within so many seconds or `WAIT`."""
    wanted = set(events)
    loop = asyncio.get_running_loop()
    end = loop.time() + (WAIT if within is None else within)
    while True:
        wanted -= set(await desk.service.store.fetch(Line, wanted))
        if not wanted or loop.time() >= end:
            return not wanted
        await asyncio.sleep(LOOK_AGAIN)


# ---------------------------------------------------------------- refusals as pages


async def _view(request: Request) -> View:
    """Who was let in sees the menu on this page too, also where there is no such page."""
    service = request.app.state.service
    caller = request.scope.get("state", {}).get("caller")
    if caller is None:
        with suppress(Refused, Outage):
            caller = await service.verifier.caller(token_in(request))
    return View(request, caller=caller, now=service.clock.now())


async def _problem(
    request: Request, status: int, *, kind: str = "", reason: str = "", wait: str = ""
) -> Response:
    """What went wrong and what to do next, in the reader's language.

    Who only looked may try the same address again; what was sent is not sent again by a click.
    """
    view = await _view(request)
    kind = kind or str(status)
    if not view.words.knows(f"problem.{kind}.title"):
        kind = "500" if status >= 500 else "400"
    query = f"?{request.url.query}" if request.url.query else ""
    answer = view.page(
        "problem.html.j2",
        status=status,
        kind=kind,
        reason=reason if status < 429 else "",
        again=f"{request.url.path}{query}" if request.method == "GET" and status > 404 else "",
        story=correlation.get() if status >= 500 else "",
    )
    if wait:
        answer.headers["Retry-After"] = wait
    return answer


async def _sign_in_first(request: Request, error: Exception) -> Response:
    if again := await _renewed(request):
        return again
    if request.method == "GET":
        wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/sign-in?{urlencode({'next': wanted})}", 303)
    assert isinstance(error, Refused)
    return await _problem(request, 401, reason=error.reason)


async def _renewed(request: Request) -> Response | None:
    """The same request once more with a new token, where the old one has run out in the meantime.

    Not where something else was refused: that would be refused again, and again.
    """
    service = request.app.state.service
    provider: Provider | None = service.adapters.get("provider")
    seal: Seal | None = service.adapters.get("seal")
    refresh = seal.open(RENEWAL, cookie_in(request, RENEWAL)) if provider and seal else ""
    if not (provider and seal and refresh):
        return None
    if request.method != "GET" and request.headers.get("sec-fetch-site") != "same-origin":
        return None
    with suppress(Refused, Outage):
        await service.verifier.caller(token_in(request))
        return None
    try:
        tokens = await provider.renew(refresh)
        await service.verifier.caller(tokens.access)
        place = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        response = RedirectResponse(place, 303 if request.method == "GET" else 307)
        sign_in(response, tokens.access, jar_of(request), forms=cookie_in(request, FORMS))
        keep_renewal(response, tokens, jar_of(request), seal)
    except (Refused, Outage):
        return None
    return response


async def _unknown(request: Request, error: Exception) -> Response:
    return await _problem(request, 404)


async def _forbidden(request: Request, error: Exception) -> Response:
    assert isinstance(error, Forbidden)
    return await _problem(request, 403, reason=error.reason)


async def _rejected(request: Request, error: Exception) -> Response:
    """The rules say no, or somebody else was quicker."""
    assert isinstance(error, Rejected)
    return await _problem(request, 409, reason=error.reason)


async def _problematic(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problematic)
    found = error.problem
    wait = (error.headers or {}).get("Retry-After", "")
    return await _problem(request, found.status, reason=found.detail, wait=wait)


async def _away(request: Request, error: Exception) -> Response:
    log.warning("could not show a page during an outage", extra={"outage": str(error)})
    return await _problem(request, 503, wait=RETRY_AFTER)


async def _busy(request: Request, error: Exception) -> Response:
    return await _problem(request, 429, wait=RETRY_AFTER)


async def _unreadable(request: Request, error: Exception) -> Response:
    return await _problem(request, 400)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    reason = "" if error.status_code in (404, 405, 413) else str(error.detail)
    return await _problem(request, error.status_code, reason=reason)


async def _defect(request: Request, error: Exception) -> Response:
    return await _problem(request, 500)


api.answers |= {
    Refused: _sign_in_first,
    Unknown: _unknown,
    Forbidden: _forbidden,
    Rejected: _rejected,
    Problematic: _problematic,
    Outage: _away,
    Overloaded: _busy,
    RequestValidationError: _unreadable,
    HTTPException: _http,
}
api.failed = _defect
