"""What payers' systems and people ask about payments over HTTP (ADR-0067, ADR-0068)."""

import asyncio
import hashlib
from collections import deque
from datetime import datetime
from typing import Literal

from fastapi import Request
from pydantic import BaseModel, Field

from services.contracts.domain.invoices import (
    OUTCOMES,
    Answer,
    InvoiceLine,
    PaymentBatch,
    RefusedLine,
)
from services.contracts.domain.payees import PaymentException
from services.contracts.domain.payment_sources import PaymentSource
from services.contracts.payment_commands import (
    ClosePaymentSource,
    OpenPaymentSource,
    ReleasePayments,
    RenewPaymentKey,
    StopPayments,
    TakePayments,
)
from services.contracts.payment_lines import AT_ONCE, Seen, lines_of, read_lines
from shared.asked import Day
from shared.domain import Rejected
from shared.events.contracts import InvoiceRef
from shared.http import Api, Desk, Done, Page
from shared.persons import PersonKey
from shared.webhooks import Secrets

LARGEST_BODY = 20_000_000
MOST_LINES = 50_000
"""Invoices in one request: some 25 s of answering on two cores. More comes in several."""

UNDER_WAY = 4
"""Commands of one request that wait for their commit: they share one, as those of several do."""

READERS = ("officer", "approver", "auditor", "contract_manager", "integration")

payments_api = Api("contracts")


class LineAnswer(BaseModel):
    """What is said of one line that is not simply to be paid.

    `wait`: the payee is screened first, and the answer comes by webhook or when the invoice is sent
    again. `hold`: a person looks; `stop`: one has decided against it. `refused`: `field` is wrong.
    """

    line: int
    outcome: Literal["wait", "hold", "stop", "refused"]
    exception_id: str | None = None
    field: str | None = None
    reason: str | None = None


class PaymentsAnswer(BaseModel):
    """The answer to a body of invoices. Lines that are not listed may be paid."""

    lines: int
    pay: int
    wait: int
    hold: int
    stop: int
    refused: int
    batch_ids: list[str]
    others: list[LineAnswer]


class ExceptionView(BaseModel):
    """Invoices of a payee that are held for one cause, and what was decided."""

    id: str
    buyer_id: str
    party_id: str
    cause: str
    detail: str
    state: str
    since: datetime | None
    due: datetime | None
    invoices: list[InvoiceRef]
    decision: str
    by: str


class BatchView(BaseModel):
    """A batch that was answered: one letter per line (`p` pay, `w` wait, `h` hold, `s` stop,
    `r` refused), and the lines that could not be read.
    """

    id: str
    buyer_id: str
    source_id: str
    at: str
    lines: int
    answers: str
    refused: tuple[RefusedLine, ...]


class Decision(BaseModel):
    reason: str = Field(max_length=4_000)
    accepted_until: Day | None = None


class Because(BaseModel):
    reason: str = Field(max_length=4_000)


@payments_api.post(
    "/payments",
    roles=("integration",),
    max_body=LARGEST_BODY,
    openapi_extra={
        "requestBody": {
            "required": True,
            "description": 'One invoice per line (NDJSON), a JSON array, or {"invoices": […]}.',
            "content": {
                "application/x-ndjson": {"schema": {"type": "string"}},
                "application/json": {"schema": {}},
            },
        }
    },
)
async def take_payments(
    desk: Desk, request: Request, buyer_id: str | None = None
) -> PaymentsAnswer:
    """Say of invoices whether they may be paid. A line that is wrong spoils none of the others.

    The same invoice again gets the answer that it has by now. With an Idempotency-Key the same
    body is answered once.
    """
    buyer = desk.of_buyer(buyer_id).get("buyer_id")
    if not buyer:
        raise Rejected("payments are of one buyer: name it", field="buyer_id")
    body = await request.body()
    raw = await asyncio.to_thread(lines_of, body)
    if len(raw) > MOST_LINES:
        reason = f"there are {len(raw)} invoices: send at most {MOST_LINES} in one request"
        raise Rejected(reason, field="body")
    answer = PaymentsAnswer(
        lines=len(raw), pay=0, wait=0, hold=0, stop=0, refused=0, batch_ids=[], others=[]
    )
    key: PersonKey = desk.adapters["person_key"]
    seen = Seen()
    under_way: deque[tuple[int, TakePayments, asyncio.Task[Done]]] = deque()
    try:
        for start in range(0, len(raw), AT_ONCE):
            some = raw[start : start + AT_ONCE]
            # Reading a thousand lines takes a while, in which other requests are answered too.
            command, payload = await asyncio.to_thread(_command, some, buyer, key, start + 1, seen)
            if len(under_way) == UNDER_WAY:
                await _first_of(under_way, answer)
            # Sent in their order, by which an Idempotency-Key tells them apart.
            under_way.append(
                (start, command, asyncio.create_task(desk.send(command, payload=payload)))
            )
        while under_way:
            await _first_of(under_way, answer)
    finally:  # after a refusal: what was sent is handled all the same
        await asyncio.gather(*(sent for _, _, sent in under_way), return_exceptions=True)
    for outcome in OUTCOMES.values():
        desk.service.metrics.counted("payments_answered", outcome, by=getattr(answer, outcome))
    return answer


async def _first_of(
    under_way: deque[tuple[int, TakePayments, asyncio.Task[Done]]], answer: PaymentsAnswer
) -> None:
    start, command, sent = under_way.popleft()
    _add(answer, command, await sent, start + 1)


def _command(
    raw: list[bytes], buyer_id: str, key: PersonKey, first: int, seen: Seen
) -> tuple[TakePayments, str]:
    """The command, and a hash of what it follows from: the buyer and the lines."""
    read = list(read_lines(raw, buyer_id, key, first, seen))
    command = TakePayments(
        buyer_id=buyer_id,
        lines=tuple(one for one in read if isinstance(one, InvoiceLine)),
        refused=tuple(one for one in read if isinstance(one, RefusedLine)),
    )
    digest = hashlib.sha256(b"\n".join((buyer_id.encode(), *raw)))
    return command, digest.hexdigest()


def _add(answer: PaymentsAnswer, command: TakePayments, done: Done, first: int) -> None:
    wrong = {one.line: one for one in command.refused}
    held = {int(line): id for line, id in done.result["held"].items()}
    answer.batch_ids.append(done.result["batch_id"])
    for line, letter in enumerate(done.result["answers"], first):
        outcome = OUTCOMES[Answer(letter)]
        setattr(answer, outcome, getattr(answer, outcome) + 1)
        if outcome == "pay":
            continue
        refused = wrong.get(line)
        answer.others.append(
            LineAnswer.model_construct(
                line=line,
                outcome=outcome,
                exception_id=held.get(line),
                field=refused.field if refused else None,
                reason=refused.reason if refused else None,
            )
        )


@payments_api.get("/payments/batches/{batch_id}", roles=READERS)
async def show_batch(batch_id: str, desk: Desk) -> BatchView:
    """What each line of a batch was answered then; of the stream, the only place to see it."""
    batch = await desk.get(PaymentBatch, batch_id)
    desk.caller.must_serve(batch.buyer_id)
    return BatchView.model_validate(batch.model_dump())


# ---------------------------------------------------------------- exceptions


@payments_api.get("/payments/exceptions", roles=READERS)
async def list_exceptions(
    desk: Desk,
    buyer_id: str | None = None,
    state: Literal["open", "released", "stopped"] | None = None,
    party_id: str | None = None,
    limit: int = 50,
    after: str | None = None,
) -> Page[ExceptionView]:
    """Held invoices, by payee and cause, the newest first."""
    named = {"state": state, "party_id": party_id}
    where = {name: value for name, value in named.items() if value} | desk.of_buyer(buyer_id)
    return await desk.page(
        PaymentException, where, sort="key", view=_view, limit=limit, after=after, descending=True
    )


@payments_api.get("/payments/exceptions/{exception_id}", roles=READERS)
async def show_exception(exception_id: str, desk: Desk) -> ExceptionView:
    found = await desk.get(PaymentException, exception_id)
    desk.caller.must_serve(found.buyer_id)
    desk.tag(found)
    return _view(found)


@payments_api.post("/payments/exceptions/{exception_id}/release", roles=("officer",))
async def release_payments(exception_id: str, body: Decision, desk: Desk) -> Done:
    """These may be paid. Until `accepted_until` the same cause holds none of this payee."""
    return await desk.send(ReleasePayments(exception_id=exception_id, **body.model_dump()))


@payments_api.post("/payments/exceptions/{exception_id}/stop", roles=("officer",))
async def stop_payments(exception_id: str, body: Because, desk: Desk) -> Done:
    """These are not to be paid."""
    return await desk.send(StopPayments(exception_id=exception_id, reason=body.reason))


def _view(found: PaymentException) -> ExceptionView:
    fields = found.model_dump(include=set(ExceptionView.model_fields) - {"invoices", "cause"})
    return ExceptionView(
        cause=found.cause.word,
        detail=found.cause.detail,
        invoices=[one.ref for one in found.invoices],
        **fields,
    )


# ---------------------------------------------------------------- sources of the stream


class SourceBody(BaseModel):
    buyer_id: str = Field(min_length=1, max_length=100)
    name: str = Field(min_length=1, max_length=200)


class SourceView(BaseModel):
    """A system that may send a buyer's invoices. `refusing`: something of it was not understood."""

    id: str
    buyer_id: str
    name: str
    open: bool
    generations: tuple[int, ...]
    refusing: bool
    closed_because: str


class SourceKey(BaseModel):
    """`secret` signs the source's messages; it is shown once and kept nowhere."""

    source_id: str
    opened: bool = False
    secret: str | None = None


@payments_api.post("/payments/sources", roles=("admin",))
async def open_source(body: SourceBody, desk: Desk) -> SourceKey:
    """Let a system send a buyer's invoices on the topic `payments.in.v1`, signed with this key."""
    secrets = _secrets(desk)
    done = await desk.send(OpenPaymentSource(**body.model_dump()))
    id, opened = done.result["source_id"], done.result["opened"]
    secret = secrets.of(id, done.result["generation"]) if opened else None
    return SourceKey(source_id=id, opened=opened, secret=secret)


@payments_api.get("/payments/sources", roles=("admin", "integration", "contract_manager"))
async def list_sources(desk: Desk, buyer_id: str | None = None) -> list[SourceView]:
    found = await desk.find(PaymentSource, desk.of_buyer(buyer_id))
    return [SourceView.model_validate(one.model_dump()) for one in found]


@payments_api.post("/payments/sources/{source_id}/keys", roles=("admin",))
async def renew_key(source_id: str, desk: Desk) -> SourceKey:
    """A new key, beside which the one before it is believed until it is retired."""
    secrets = _secrets(desk)
    done = await desk.send(RenewPaymentKey(source_id=source_id))
    return SourceKey(source_id=source_id, secret=secrets.of(source_id, done.result["generation"]))


@payments_api.post("/payments/sources/{source_id}/keys/retire", roles=("admin",))
async def retire_key(source_id: str, desk: Desk) -> Done:
    """Only the newest key is believed from now on."""
    return await desk.send(RenewPaymentKey(source_id=source_id, retire=True))


@payments_api.post("/payments/sources/{source_id}/close", roles=("admin",))
async def close_source(source_id: str, body: Because, desk: Desk) -> Done:
    return await desk.send(ClosePaymentSource(source_id=source_id, reason=body.reason))


def _secrets(desk: Desk) -> Secrets:
    """Raises `Rejected` where the operator has given nothing to derive keys from."""
    secrets: Secrets = desk.adapters["secrets"]
    secrets.must_be_given()
    return secrets
