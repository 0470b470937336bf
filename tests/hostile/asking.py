"""Asks every route what its own OpenAPI document says may be asked, and what it says may not.

Schemathesis makes the questions; the services answer in this process, with their real routes,
handlers and rules over a store that holds something under every id (`tests.access.planted`). An
answer is judged by the document: no defect, a status and a type that it names, a body that has
its shape, and where a request is refused, a problem that says which field and why.
"""

import asyncio
import json
import logging
import traceback
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from shared.guard import LinkGates
from shared.identity import ROLES
from shared.issuer import Issuer
from shared.problems import MEDIA_TYPE, Problem
from tests.access.planted import Planted

CHECKS: list[Any] = [
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
]
PATIENCE = 30.0
"""Seconds after which an answer that has not come counts as one that never will."""

HOME = "http://here.test"


class Defect(NamedTuple):
    """What was wrong with an answer, and the question."""

    route: str
    what: str
    asked: str

    def __str__(self) -> str:
        return f"{self.route}: {self.what}\n    {self.asked}"


class Broken(logging.Handler):
    """Where the last request broke down, as the edge wrote it into the log."""

    def __init__(self) -> None:
        super().__init__()
        self.place = ""

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info and record.exc_info[1] is not None:
            error = record.exc_info[1]
            frames = traceback.extract_tb(error.__traceback__)
            ours = [one for one in frames if ".venv" not in one.filename][-2:]
            places = " < ".join(f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in ours[::-1])
            self.place = f"{type(error).__name__}: {str(error)[:160]!r} at {places}"


class Asking:
    """One service under questions: `examples` for each route and mode, the same for the same
    `chosen` number; `only` for some paths.
    """

    def __init__(
        self,
        planted: Planted,
        issuer: Issuer,
        *,
        examples: int,
        chosen: int,
        only: tuple[str, ...] = (),
    ) -> None:
        self._planted = planted
        self._token = issuer.issue("somebody", roles=ROLES, buyers=("*",))
        self._examples, self._chosen = examples, chosen
        self._document = schemathesis.openapi.from_dict(document_of(planted))
        self._only = only
        self._broken = Broken()
        self.asked = self.answered_well = 0

    async def defects(self) -> list[Defect]:
        found: dict[tuple[str, str], Defect] = {}
        log, was = logging.getLogger("ansvar.http"), logging.root.manager.disable
        logging.disable(logging.NOTSET)
        log.addHandler(self._broken)
        try:
            await self._ask_all(found)
        finally:
            log.removeHandler(self._broken)
            logging.disable(was)
        return list(found.values())

    async def _ask_all(self, found: dict[tuple[str, str], Defect]) -> None:
        transport = httpx.ASGITransport(app=self._planted.app, raise_app_exceptions=False)
        headers = {"Authorization": f"Bearer {self._token}", "Sec-Fetch-Site": "same-origin"}
        async with httpx.AsyncClient(transport=transport, base_url=HOME, headers=headers) as client:
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                for case in self._questions(mode):
                    for what, asked in await self._ask(client, case, mode):
                        route = f"{self._planted.service.name}: {case.method} {case.path}"
                        found.setdefault((route, what[:60]), Defect(route, what, asked))

    def _questions(self, mode: GenerationMode) -> Iterator[Any]:
        for result in self._document.get_all_operations():
            assert isinstance(result, Ok), "the document describes every route in full"
            operation = result.ok()
            if self._only and operation.path not in self._only:
                continue
            if mode is GenerationMode.NEGATIVE and not (operation.body or operation.query):
                continue  # an address alone is unknown at worst
            yield from drawn(operation, mode, self._examples, self._chosen)

    async def _ask(
        self, client: httpx.AsyncClient, case: Any, mode: GenerationMode
    ) -> list[tuple[str, str]]:
        told = case.as_transport_kwargs(base_url=HOME)
        asked = f"{told['method']} {told['url']} {told.get('params') or ''} " + repr(
            told.get("json", told.get("data", told.get("files")))
        )
        try:  # as requests writes it: what it cannot write, no client sends
            sent = requests.Request(**told).prepare()
            assert sent.body is None or isinstance(sent.body, str | bytes)
            headers = {name: str(value) for name, value in sent.headers.items()}
            request = client.build_request(
                str(sent.method), str(sent.url), headers=headers, content=sent.body
            )
        except (requests.RequestException, httpx.InvalidURL, UnicodeError, TypeError, ValueError):
            return []
        self._broken.place = ""
        self._planted.app.state.link_gates = LinkGates()  # else soon nothing but 429 would come
        try:
            async with asyncio.timeout(PATIENCE):
                answer = await client.send(request)
        except TimeoutError:
            return [(f"no answer in {PATIENCE} s", asked)]
        self._planted.touched()
        self.asked += 1
        self.answered_well += answer.is_success
        said = str(answer.status_code) in case.operation.definition.raw["responses"]
        wrong = [] if said else [*judged(answer, self._broken.place)]
        checks = [*CHECKS, *([negative_data_rejection] if mode is GenerationMode.NEGATIVE else [])]
        try:
            case.validate_response(answer, checks=checks)
        except FailureGroup as group:
            wrong += [f"{type(one).__name__}: {one}" for one in group.exceptions]
        except Failure as one:
            wrong.append(f"{type(one).__name__}: {one}")
        return [(what, asked) for what in wrong]


def document_of(planted: Planted) -> dict[str, Any]:
    """The service's document without its sign-in: `tests/roles` asks without a token."""
    document: dict[str, Any] = json.loads(json.dumps(planted.app.openapi()))
    for methods in document["paths"].values():
        for said in methods.values():
            said.pop("security", None)
    return document


def drawn(operation: Any, mode: GenerationMode, examples: int, chosen: int) -> list[Any]:
    """Questions for one route; none where nothing can be wrong with one."""
    cases: list[Any] = []

    @seed(chosen)
    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(generation_mode=mode))
    def draw(case: Any) -> None:
        cases.append(case)

    with suppress(Unsatisfiable):
        draw()
    return cases


def judged(answer: httpx.Response, broke: str) -> Iterator[str]:
    """What is wrong with an answer, whatever its document says."""
    if answer.status_code >= 500:
        yield f"a defect: {answer.status_code} {broke}"
    if answer.status_code < 400:
        return
    if answer.headers.get("content-type", "").startswith("text/html"):
        return  # a page for people; whether that may be, the document says
    if answer.headers.get("content-type") != MEDIA_TYPE:
        yield f"{answer.status_code} is no problem: {answer.headers.get('content-type')}"
        return
    problem = Problem.model_validate(json.loads(answer.content))
    if not problem.detail:
        yield f"{answer.status_code} does not say what was wrong"
    if problem.status == 422 and not any(one.field or one.within for one in problem.errors):
        yield "422 names no field"
