"""How every answer that is no success looks: `application/problem+json` (RFC 9457).

A problem says what was wrong, and where it was a field, which one and what would be right. It
never repeats what was sent and never shows the inside of the system.
"""

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import orjson
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ExceptionHandler

from shared.domain import Forbidden, Rejected, Stale, Unknown
from shared.identity import Refused
from shared.store import Outage, Overloaded
from shared.telemetry import correlation

log = logging.getLogger("ansvar.http")

MEDIA_TYPE = "application/problem+json"

RETRY_AFTER = "2"
"""Seconds after which an outage is worth another try."""


class FieldProblem(BaseModel):
    """One field that was wrong. `field` is the path to it, `within` the part of the request."""

    field: str
    within: str
    reason: str
    got: str = ""


class Problem(BaseModel):
    """What went wrong. `correlation` is what to tell whoever looks into it."""

    type: str
    title: str
    status: int
    detail: str
    errors: tuple[FieldProblem, ...] = ()
    correlation: str = ""


class Problematic(Exception):
    """Carries a finished problem to the edge."""

    def __init__(self, problem: Problem, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(problem.detail)
        self.problem = problem
        self.headers = headers


def problem(
    status: int, kind: str, detail: str, errors: Sequence[FieldProblem] = (), title: str = ""
) -> Problem:
    return Problem(
        type=f"urn:ansvar:problem:{kind}",
        title=title or HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        errors=tuple(errors),
        correlation=correlation.get(),
    )


def answer(problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    return Response(
        orjson.dumps(problem.model_dump(exclude_defaults=True)),
        status_code=problem.status,
        media_type=MEDIA_TYPE,
        headers=dict(headers or {}),
    )


REJECTIONS = {
    "unknown": (404, "unknown", "Not known here"),
    "forbidden": (403, "forbidden", "Not allowed"),
    "stale": (412, "stale", "Changed in the meantime"),
    "reused_key": (422, "reused-key", "The Idempotency-Key was used for something else"),
    "unreadable": (422, "invalid", "Something in the request is not right"),
}
"""The bus's words for a rejection; every other one is a conflict with the rules."""


def problem_of_rejection(
    kind: str, reason: str, field: str | None, *, within: str = "body"
) -> Problem:
    """What a rejection is over HTTP: 422 where a field is to be corrected, else 409."""
    if kind == "defect":
        return defect()
    status, word, title = REJECTIONS.get(kind, (409, "rejected", "The rules say no"))
    if status == 409 and field:
        status, word, title = 422, "invalid", "Something in the request is not right"
    within = "header" if kind == "reused_key" else within
    errors = [FieldProblem(field=field, within=within, reason=reason)] if field else []
    return problem(status, word, reason, errors, title)


def defect() -> Problem:
    """A fault of ours. The reason is in the log, under the correlation id."""
    return problem(
        500, "defect", "this is a fault of ours; it was recorded under the correlation id"
    )


def stale(reason: str) -> Problematic:
    return Problematic(problem_of_rejection("stale", reason, None))


def wrong_header(name: str, reason: str) -> Problematic:
    wrong = FieldProblem(field=name, within="header", reason=reason)
    return Problematic(problem(400, "malformed", f"{name}: {reason}", [wrong]))


def handlers() -> dict[int | type[Exception], ExceptionHandler]:
    """What becomes of each exception that leaves a route."""
    return {
        Rejected: _rejected,
        Refused: _refused,
        Problematic: _problematic,
        Outage: _outage,
        Overloaded: _overloaded,
        RequestValidationError: _invalid,
        HTTPException: _http,
    }


def _rejected(request: Request, error: Exception) -> Response:
    assert isinstance(error, Rejected)
    kinds = {Unknown: "unknown", Forbidden: "forbidden", Stale: "stale"}
    kind = next((kinds[k] for k in type(error).__mro__ if k in kinds), "rejected")
    return answer(problem_of_rejection(kind, error.reason, error.field))


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    challenge = 'Bearer realm="ansvar"'
    if request.headers.get("authorization"):
        plain = error.reason.encode("ascii", "replace").decode().replace('"', "'")
        challenge += f', error="invalid_token", error_description="{plain}"'
    found = problem(401, "not-signed-in", error.reason, title="Who is asking?")
    return answer(found, {"WWW-Authenticate": challenge})


def _problematic(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problematic)
    return answer(error.problem, error.headers)


def _outage(request: Request, error: Exception) -> Response:
    return away(error)


def away(error: Exception) -> Response:
    """503: a part of the system is away, and the same request can be sent again."""
    log.warning("could not answer during an outage", extra={"outage": str(error)})
    detail = "a part of the system is away; try again soon, with the same Idempotency-Key"
    found = problem(503, "outage", detail)
    return answer(found, {"Retry-After": RETRY_AFTER})


def _overloaded(request: Request, error: Exception) -> Response:
    log.warning("turned a request away", extra={"overload": str(error)})
    detail = "too much waits just now; nothing was done, try again with the same Idempotency-Key"
    return answer(problem(429, "busy", detail), {"Retry-After": RETRY_AFTER})


def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    found = error.errors()
    if any(one["type"] == "json_invalid" for one in found):
        one = found[0]
        place = f" (at character {one['loc'][-1]})" if isinstance(one["loc"][-1], int) else ""
        said = str(one.get("ctx", {}).get("error", ""))
        return answer(problem(400, "malformed", f"the body is no JSON: {said}{place}"))
    errors = [_field(one) for one in found]
    detail = "; ".join(f"{e.field or e.within}: {e.reason}" for e in errors[:5])
    if len(errors) > 5:
        detail += f"; and {len(errors) - 5} more"
    return answer(problem(422, "invalid", detail, errors, "Something in the request is not right"))


def _field(one: Mapping[str, Any]) -> FieldProblem:
    within, *path = one["loc"]
    reason = str(one["msg"]).removeprefix("Value error, ")
    if one["type"] == "missing":
        return FieldProblem(
            field=".".join(map(str, path)), within=within, reason="is missing and must be given"
        )
    return FieldProblem(
        field=".".join(map(str, path)),
        within=str(within),
        reason=reason[:1].lower() + reason[1:],
        got=_kind_of(one.get("input")),
    )


def _kind_of(value: Any) -> str:
    """What was sent, without repeating it: it may be personal."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return f"text of {len(value)} characters"
        case list() | tuple():
            return f"a list of {len(value)}"
        case dict():
            return f"an object of {len(value)} fields"
        case _:
            return "something else"


def _http(request: Request, error: Exception) -> Response:
    """What the framework itself refuses: an unknown address, a method, an unreadable body."""
    assert isinstance(error, HTTPException)
    headers = dict(error.headers or {})
    status, word, detail = error.status_code, "http", str(error.detail)
    if status == 404:
        word, detail = "unknown", "nothing is found under this address"
    elif status == 405:
        word, detail = "method", f"here only {headers.get('Allow', 'other methods')} can be used"
    elif status == 400:
        word = "malformed"
        if "parsing the body" in detail:
            detail = "the body cannot be read; is it UTF-8, and what its Content-Type says?"
    elif status == 413:
        word = "too-large"
    return answer(problem(status, word, detail), headers)
