"""Invoices over HTTP and on the stream: whose they are, what is refused, and who is told."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
from standardwebhooks import Webhook

from services.contracts.api import api
from services.contracts.commands import OpenEndpoint, ReplayDelivery
from services.contracts.domain import Lane, State
from services.contracts.domain.deliveries import PAUSES
from services.contracts.domain.payment_sources import PaymentSource
from services.contracts.payment_commands import ClosePaymentSource
from services.contracts.payment_stream import TOPIC, PaymentStream
from services.contracts.payments_api import LARGEST_BODY, MOST_LINES
from shared.domain import Caller
from shared.envelope import Block, Message, Outcome
from shared.events.contracts import (
    PaymentsHeld,
    PaymentsRefused,
    PaymentsScreened,
    PaymentsTakenAgain,
    StatusNotAcknowledged,
)
from shared.figures import Metrics
from shared.store import Work
from shared.testing import MACHINE, OFFICER, World
from shared.webhooks import Secrets
from tests.contracts.conftest import PERSON_KEY, ROOT_SECRET, package, release
from tests.contracts.receiver import Receiver, receiving
from tests.contracts.test_payments import answers, hit, invoice, screened, told
from tests.contracts.test_releases import take_in
from tests.contracts.test_status import BUYER, SUPPLIER
from tests.serving import Standing

ERP = Caller(subject="erp", roles=("integration",), buyers=(BUYER,))
OTHERS = Caller(subject="other", roles=("integration",), buyers=("dk-cvr-11111111",))
ADMIN = Caller(subject="root", roles=("admin",), buyers=("*",))
SECRETS = Secrets(ROOT_SECRET)


@pytest.fixture
async def standing(world: World, tmp_path: Path) -> Standing:
    await take_in(world, package(release(1)))
    await world.tell(screened(SUPPLIER))
    adapters = {"person_key": PERSON_KEY, "secrets": SECRETS}
    return Standing(world, api, tmp_path, adapters=adapters)


def lines(*invoices: dict[str, Any]) -> bytes:
    return b"\n".join(map(orjson.dumps, invoices))


async def test_a_body_of_lines_is_answered_line_by_line(standing: Standing) -> None:
    await standing.world.tell(hit(SUPPLIER))
    body = lines(invoice("F1"), invoice("F2", currency="DKR"), invoice("F3", payee="61056416"))
    async with standing.client(ERP) as client:
        got = (await client.post("/payments", content=body)).json()
        assert (got["pay"], got["wait"], got["hold"], got["refused"]) == (0, 1, 1, 1)
        held, refused, waits = got["others"]
        assert (held["line"], held["outcome"]) == (1, "hold")
        assert (refused["line"], refused["field"]) == (2, "currency")
        assert (waits["line"], waits["outcome"]) == (3, "wait")
        batch = (await client.get(f"/payments/batches/{got['batch_ids'][0]}")).json()
        assert batch["answers"] == "hrw"
        listed = (await client.get("/payments/exceptions", params={"state": "open"})).json()
        assert [one["id"] for one in listed["items"]] == [held["exception_id"]]
    async with standing.client(OTHERS) as client:
        found = await client.get(f"/payments/exceptions/{held['exception_id']}")
        assert found.status_code == 403
    async with standing.client(OFFICER) as client:
        path = f"/payments/exceptions/{held['exception_id']}/stop"
        assert (await client.post(path, json={"reason": "is listed"})).status_code == 200
        again = await client.post(path, json={"reason": "is listed"})
        assert again.status_code == 409


async def test_the_same_request_is_answered_once(standing: Standing) -> None:
    headers = {"Idempotency-Key": "run-1"}
    async with standing.client(ERP) as client:
        first = await client.post("/payments", content=lines(invoice()), headers=headers)
        again = await client.post("/payments", content=lines(invoice()), headers=headers)
        other = await client.post("/payments", content=lines(invoice("F9")), headers=headers)
    assert first.json() == again.json()
    assert other.status_code == 422
    assert len(told(standing.world, PaymentsScreened)) == 1


async def test_a_million_lines_are_refused_before_they_are_read(standing: Standing) -> None:
    line = orjson.dumps(invoice()) + b"\n"
    million = line * 1_000_000

    async def pieces() -> Any:
        for start in range(0, len(million), 1_000_000):
            yield million[start : start + 1_000_000]

    async with standing.client(ERP) as client:
        announced = await client.post("/payments", content=million)
        assert announced.status_code == 413
        unannounced = await client.post("/payments", content=pieces())
        assert unannounced.status_code == 413
        short = b"{}\n" * (MOST_LINES + 1)
        assert len(short) < LARGEST_BODY
        many = await client.post("/payments", content=short)
        assert many.status_code == 422
        assert str(MOST_LINES) in many.text
    assert not told(standing.world, PaymentsScreened)


async def test_a_body_that_is_no_list_says_so(standing: Standing) -> None:
    async with standing.client(ERP) as client:
        assert (await client.post("/payments", content=b"[1,")).status_code == 422
        nothing = await client.post("/payments", content=b"")
        assert nothing.json()["lines"] == 0


# ---------------------------------------------------------------- the ERP is told


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


async def test_a_system_that_asks_for_it_is_told_what_is_held(
    standing: Standing, receiver: Receiver
) -> None:
    world = standing.world
    opened = await world.tell(
        OpenEndpoint(buyer_id=BUYER, url=receiver.url, payments=True), by=MACHINE
    )
    assert opened.result is not None
    receiver.secret = SECRETS.of(opened.result["endpoint_id"], 1)
    await world.tell(hit(SUPPLIER))
    await answers(world, invoice("F1", reference="ERP-77"))
    await world.do_effects()
    (got,) = receiver.got
    assert (got["type"], got["outcome"], got["cause"]) == ("ansvar.payments", "hold", "listed")
    assert [one["reference"] for one in got["invoices"]] == ["ERP-77"]


async def test_a_system_that_takes_nothing_for_three_days_alarms_until_it_has_taken_it(
    standing: Standing, receiver: Receiver
) -> None:
    world = standing.world
    opened = await world.tell(
        OpenEndpoint(buyer_id=BUYER, url=receiver.url, payments=True), by=MACHINE
    )
    assert opened.result is not None
    receiver.secret = SECRETS.of(opened.result["endpoint_id"], 1)
    await world.tell(hit(SUPPLIER))
    receiver.answers = [500] * (1 + len(PAUSES))
    await answers(world, invoice("F1"))
    await world.do_effects()
    for pause in PAUSES:
        assert not await alarmed(world)
        await world.advance(pause)
        await world.do_effects()
    (lane,) = await alarmed(world)
    assert lane.last is not None
    assert lane.last.state is State.GIVEN_UP
    again = ReplayDelivery(delivery_id=lane.last.id)
    assert (await world.tell(again, by=ERP)).error is None
    await world.do_effects()
    assert not await alarmed(world)
    assert (await world.tell(again, by=ERP)).error is not None
    assert [one["outcome"] for one in receiver.got][-1] == "hold"
    assert not told(world, StatusNotAcknowledged)


async def alarmed(world: World) -> list[Lane]:
    """What `payment_webhooks_given_up` counts."""
    return [one for one in await world.store.search(Lane, {"alarmed": True}) if one.of_payments]


# ---------------------------------------------------------------- the stream


@pytest.fixture
async def source(standing: Standing) -> PaymentSource:
    async with standing.client(ADMIN) as client:
        body = {"buyer_id": BUYER, "name": "SAP"}
        opened = (await client.post("/payments/sources", json=body)).json()
        again = (await client.post("/payments/sources", json=body)).json()
    assert opened["secret"].startswith("whsec_")
    assert again["secret"] is None
    return standing.world.state(PaymentSource, opened["source_id"])


def sent(
    source_id: str, body: bytes, *, id: str = "m1", place: str = "1", secret: str = ""
) -> Message:
    """As a producer sends it with any library of Standard Webhooks."""
    at = datetime.now(UTC)
    signature = Webhook(secret or SECRETS.of(source_id, 1)).sign(id, at, body.decode())
    headers = {
        "ansvar-source": source_id,
        "webhook-id": id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": signature,
        # Nothing of this makes it a fact, or somebody else's.
        "ce_id": "screening/Hit/hit-1/1",
        "ce_type": "ansvar.breaches.PaymentHoldReleased.v1",
    }
    return Message(
        id="screening/Hit/hit-1/1",
        type=headers["ce_type"],
        body=body,
        place=f"{TOPIC}:0:{place}",
        headers=tuple((name, value.encode()) for name, value in headers.items()),
    )


def stream(world: World) -> PaymentStream:
    return PaymentStream(world.bus, world.store, SECRETS, PERSON_KEY, Metrics("contracts"))


async def test_a_signed_message_is_answered_once(standing: Standing, source: PaymentSource) -> None:
    world, message = standing.world, sent(source.id, lines(invoice("F1"), invoice("F2")))
    await stream(world).handle([message])
    await stream(world).handle([message])
    (batch,) = told(world, PaymentsScreened)
    assert (batch.buyer_id, batch.source_id, batch.passed) == (BUYER, source.id, 2)
    assert "screening/Hit/hit-1/1" not in world.store.inbox


async def test_messages_that_come_together_share_a_commit_and_a_bad_one_is_told_alone(
    standing: Standing, source: PaymentSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, together = standing.world, list[int]()
    handle = world.bus.handle

    async def counted(messages: list[Message]) -> dict[str, Outcome]:
        together.append(len(messages))
        return await handle(messages)

    monkeypatch.setattr(world.bus, "handle", counted)
    many = [lines(*(invoice(f"F{m}-{n}") for n in range(250))) for m in range(5)]
    batch = [sent(source.id, body, id=f"m{n}", place=str(n)) for n, body in enumerate(many)]
    batch.insert(2, sent(source.id, b"no invoice", id="bad", place="9"))
    await stream(world).handle(batch)
    assert [one.passed for one in told(world, PaymentsScreened)] == [250, 250, 0, 250, 250, 250]
    (refused,) = told(world, PaymentsRefused)
    assert refused.place == f"{TOPIC}:0:9"
    assert together == [5, 1, 1], "four of 250 with the bad one, that it was bad, and the last"


async def test_what_was_answered_before_a_kill_is_not_answered_again_when_it_comes_again(
    standing: Standing, source: PaymentSource
) -> None:
    """The commit was made and the offsets were not: all of the batch comes again, with more."""
    world = standing.world
    await world.tell(hit(SUPPLIER))
    batch = [sent(source.id, lines(invoice(f"F{n}")), id=f"m{n}", place=str(n)) for n in range(3)]
    await stream(world).handle(batch)
    after = sent(source.id, lines(invoice("F1"), invoice("F9")), id="m9", place="9")
    await stream(world).handle([*batch, after])
    assert [one.repeated for one in told(world, PaymentsScreened)] == [0, 0, 0, 1]
    held = [ref.number for one in told(world, PaymentsHeld) for ref in one.invoices]
    assert held == ["F0", "F1", "F2", "F9"]


async def test_a_kill_before_the_commit_leaves_nothing_half_done(
    standing: Standing, source: PaymentSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = standing.world
    batch = [
        sent(
            source.id, lines(*(invoice(f"F{m}-{n}") for n in range(250))), id=f"m{m}", place=str(m)
        )
        for m in range(6)
    ]

    class Killed(BaseException):
        """What no handler catches."""

    commit, left = world.store.commit, [True]

    async def only_once(work: Work) -> Block | None:
        if not left:
            raise Killed
        left.pop()
        return await commit(work)

    monkeypatch.setattr(world.store, "commit", only_once)
    with pytest.raises(Killed):
        await stream(world).handle(batch)
    monkeypatch.setattr(world.store, "commit", commit)
    assert len(told(world, PaymentsScreened)) == 4
    await stream(world).handle(batch)
    assert len(told(world, PaymentsScreened)) == 6
    assert all(one.repeated == 0 for one in told(world, PaymentsScreened))


async def test_another_body_under_the_same_id_is_told_to_people(
    standing: Standing, source: PaymentSource
) -> None:
    world = standing.world
    await stream(world).handle([sent(source.id, lines(invoice("F1")))])
    await stream(world).handle([sent(source.id, lines(invoice("F2")), place="2")])
    (refused,) = told(world, PaymentsRefused)
    assert refused.place == f"{TOPIC}:0:2"
    assert refused.need.role == "contract_manager"


async def test_a_wrong_signature_is_told_once_until_it_is_right_again(
    standing: Standing, source: PaymentSource
) -> None:
    world = standing.world
    strangers = SECRETS.of("source-of-another", 1)
    wrong = [
        sent(source.id, lines(invoice(f"F{n}")), id=f"w{n}", place=str(n), secret=strangers)
        for n in range(3)
    ]
    await stream(world).handle(wrong)
    refused = told(world, PaymentsRefused)
    assert [one.need is not None for one in refused] == [True, False, False]
    assert not told(world, PaymentsScreened)
    await stream(world).handle([sent(source.id, lines(invoice()), id="right", place="9")])
    (again,) = told(world, PaymentsTakenAgain)
    assert again.settles == (refused[0].need.id,)


async def test_a_closed_source_an_unknown_one_and_too_many_lines_are_not_taken(
    standing: Standing, source: PaymentSource
) -> None:
    world = standing.world
    many = sent(source.id, lines(*(invoice(f"F{n}") for n in range(1_001))), id="many")
    await stream(world).handle([many, sent("source-nobody", lines(invoice()), place="2")])
    assert "1001" in told(world, PaymentsRefused)[0].reason
    await world.tell(ClosePaymentSource(source_id=source.id, reason="replaced"), by=ADMIN)
    await stream(world).handle([sent(source.id, lines(invoice()), id="late", place="3")])
    assert "closed" in told(world, PaymentsRefused)[-1].reason
    assert not told(world, PaymentsScreened)
    assert not told(world, PaymentsHeld)


async def test_lines_that_cannot_be_read_are_told_and_the_others_answered(
    standing: Standing, source: PaymentSource
) -> None:
    world = standing.world
    body = lines(invoice("F1"), invoice("F2", currency="XXX"))
    await stream(world).handle([sent(source.id, body)])
    (batch,) = told(world, PaymentsScreened)
    assert (batch.passed, batch.refused) == (1, 1)
    assert "currency" in told(world, PaymentsRefused)[0].reason
