"""How contracts and parties stand, for whoever asks: one by one, many at once, as a file."""

import hashlib
from datetime import datetime
from typing import Annotated

from fastapi import Query, Response
from pydantic import BaseModel, Field, ValidationError

from services.contracts.api import READERS, api
from services.contracts.asking import NUMBERS, Asking, Question, end_of, is_personal
from services.contracts.domain import Contract
from services.contracts.domain.history import moment
from services.contracts.status import StatusPayload
from services.contracts.status_file import StatusFiles
from shared.asked import Day, Moment
from shared.desk import MOST_ON_A_PAGE
from shared.domain import Rejected, Unknown
from shared.files import called
from shared.http import Desk, Page

MOST_AT_ONCE = 200
"""Questions in one batch; each takes a few milliseconds."""


class BatchQuestion(Question):
    """`etag`: of the answer that is known already; if it still holds, no status is sent."""

    etag: str | None = Field(default=None, max_length=100)

    def named(self) -> tuple[str, str]:
        return Question(**self.model_dump(exclude={"etag"})).named()


class Batch(BaseModel):
    """`as_of`: the day at whose end it is asked how things stood."""

    questions: list[BatchQuestion] = Field(min_length=1, max_length=MOST_AT_ONCE)
    buyer_id: str | None = Field(default=None, max_length=100)
    as_of: Day | None = None


class BatchAnswer(BaseModel):
    """`found` false: `problem` says why. `unchanged`: the ETag that was sent still holds."""

    asked: str
    found: bool
    unchanged: bool = False
    etag: str | None = None
    status: StatusPayload | None = None
    field: str | None = None
    problem: str | None = None


class BatchAnswers(BaseModel):
    """The answers in the order of the questions."""

    answers: list[BatchAnswer]


class Changed(BaseModel):
    """A status that has changed; `at` is when."""

    at: datetime
    status: StatusPayload


@api.get("/status", roles=READERS, response_model=StatusPayload)
async def show_status(
    desk: Desk,
    contract_id: str | None = None,
    party_id: str | None = None,
    cvr: str | None = None,
    orgnr: str | None = None,
    vat: str | None = None,
    lei: str | None = None,
    buyer_id: str | None = None,
    as_of: Day | None = None,
) -> Response:
    """How a contract or a party stands, now or at the end of a day.

    A party that nothing is held against is CLEAR; one that none of the buyer's contracts names is
    not found. Ask with If-None-Match for no more than a change.
    """
    question = _question(
        contract_id=contract_id, party_id=party_id, cvr=cvr, orgnr=orgnr, vat=vat, lei=lei
    )
    name, value = question.named()
    if name in NUMBERS and is_personal(name, value):
        raise Rejected(
            "this is the number of a natural person, which does not belong in an address: "
            "ask with POST /statuses",
            field=name,
        )
    buyer = None if name == "contract_id" else desk.of_buyer(buyer_id).get("buyer_id")
    payload = await _asking(desk, as_of).answer(question, buyer)
    tag = etag_of(payload)
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if _knows(desk.request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=headers)
    return Response(payload.model_dump_json(), media_type="application/json", headers=headers)


@api.post("/statuses", roles=READERS)
async def show_statuses(body: Batch, desk: Desk) -> BatchAnswers:
    """Many at once. Each question gets its own answer: one that is wrong spoils none of the others.

    Numbers of natural persons are asked for here, because a body is not written into logs.
    """
    asking = _asking(desk, body.as_of)
    answers = [await _answer(one, asking, body.buyer_id, desk) for one in body.questions]
    return BatchAnswers(answers=answers)


@api.get("/statuses/changed", roles=READERS)
async def list_changes(
    desk: Desk,
    since: Moment,
    buyer_id: str | None = None,
    limit: Annotated[int, Query(ge=1, le=MOST_ON_A_PAGE)] = 100,
    after: str | None = None,
) -> Page[Changed]:
    """The contracts whose status has changed since a moment, each once with the newest status.

    For whoever takes no webhooks, or fears to have missed some: ask with the `at` of the last one.
    """
    if since.tzinfo is None:
        raise Rejected("a moment has a time zone, such as 2026-11-23T08:00:00Z", field="since")
    buyer = _one_buyer(desk, buyer_id)
    start = after or moment(since) + "~"
    found = await desk.find(Contract, {"buyer_ids": buyer}, "changed", limit, start)
    asking = _asking(desk, None)
    items = [
        Changed(
            at=datetime.fromisoformat(contract.changed.split("|")[0]),
            status=await asking.of(contract),
        )
        for contract in found
    ]
    return Page(items=items, next=found[-1].changed if len(found) == limit else None)


@api.get("/statuses.csv", roles=READERS, response_class=Response)
async def statuses_as_file(
    desk: Desk, buyer_id: str | None = None, as_of: Day | None = None
) -> Response:
    """All contracts and parties of a buyer as CSV (RFC 4180, UTF-8): what the nightly file holds.

    No cell can be taken for a formula by a spreadsheet.
    """
    buyer = _one_buyer(desk, buyer_id)
    files: StatusFiles = desk.adapters["status_files"]
    made = await files.make(buyer, as_of or desk.now.date(), _moment(desk, as_of))
    kind = "text/csv; charset=utf-8"
    return Response(made.content, media_type=kind, headers=called(made.name))


def etag_of(payload: StatusPayload) -> str:
    """The same for the same answer; the time of asking has no part in it."""
    return f'"{hashlib.sha256(payload.model_dump_json().encode()).hexdigest()[:32]}"'


def _knows(header: str, tag: str) -> bool:
    return tag in (one.strip().removeprefix("W/") for one in header.split(","))


def _question(**named: str | None) -> Question:
    try:
        return Question(**named)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise Rejected(first["msg"], field=".".join(map(str, first["loc"]))) from error


async def _answer(
    question: BatchQuestion, asking: Asking, buyer_id: str | None, desk: Desk
) -> BatchAnswer:
    asked = ""
    try:
        name, asked = question.named()
        buyer = None if name == "contract_id" else desk.of_buyer(buyer_id).get("buyer_id")
        payload = await asking.answer(question, buyer)
    except Rejected as rejected:
        # A number of a person comes back in no answer either.
        shown = "" if asked and is_personal(name, asked) else asked
        field = None if isinstance(rejected, Unknown) else rejected.field
        return BatchAnswer(asked=shown, found=False, field=field, problem=_without(rejected, asked))
    tag = etag_of(payload)
    shown = "" if is_personal(name, asked) else asked
    if question.etag and _knows(question.etag, tag):
        return BatchAnswer(asked=shown, found=True, unchanged=True, etag=tag)
    return BatchAnswer(asked=shown, found=True, etag=tag, status=payload)


def _without(rejected: Rejected, asked: str) -> str:
    return rejected.reason.replace(asked, "…") if asked else rejected.reason


def _asking(desk: Desk, as_of: Day | None) -> Asking:
    key = desk.adapters["person_key"]
    return Asking(desk.service.store, desk.caller, key, _moment(desk, as_of))


def _moment(desk: Desk, as_of: Day | None) -> datetime | None:
    """The end of that day; of today, now."""
    if as_of is None:
        return None
    if as_of > desk.now.date():
        raise Rejected("this day has not come yet", field="as_of")
    return end_of(as_of, desk.now)


def _one_buyer(desk: Desk, buyer_id: str | None) -> str:
    buyer = desk.of_buyer(buyer_id).get("buyer_id")
    if not buyer:
        raise Rejected("statuses are listed for one buyer: name it", field="buyer_id")
    return buyer
