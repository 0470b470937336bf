"""Invoices from the topic `payments.in.v1`: whose they are is proved by a signature (ADR-0068).

A consumer is not told as whom a producer signed in to the broker. So a message names its source,
and is signed with that source's key as Standard Webhooks are; the source belongs to one buyer.
Nothing in a message can make it another fact or another buyer's: only its body is looked at, as
invoices. What cannot be taken is told to people, with its place in the topic, and not kept.
"""

import asyncio
import base64
import hashlib
import hmac
import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from services.contracts.domain.invoices import OUTCOMES, Answer, InvoiceLine, RefusedLine
from services.contracts.domain.payment_sources import PaymentSource
from services.contracts.payment_commands import RefuseMessage, TakePayments
from services.contracts.payment_lines import AT_ONCE, MOST_IN_MESSAGE, Seen, lines_of, read_lines
from shared.bus import Bus
from shared.domain import Caller, Rejected
from shared.envelope import Message, Outcome
from shared.persons import PersonKey
from shared.store import Outage, Store
from shared.webhooks import Secrets

log = logging.getLogger("ansvar.contracts.payments")

TOPIC = "payments.in.v1"

TOGETHER = 4 * AT_ONCE
"""Invoices in one commit. Where that is too much for the database, the bus tries fewer (ADR-0042).
"""

LARGEST = 5_000_000
"""Bytes of one message; a thousand lines of the longest kind are 4 MB."""


@dataclass(frozen=True)
class Sent:
    """A message of the stream: who says that it sent it, and under which id."""

    source_id: str
    id: str
    timestamp: str
    signatures: tuple[str, ...]
    body: bytes
    place: str

    @classmethod
    def of(cls, message: Message) -> "Sent":
        told = {name: held.decode("utf-8", "replace") for name, held in message.headers}
        return cls(
            source_id=told.get("ansvar-source", "")[:100],
            id=told.get("webhook-id", "")[:255],
            timestamp=told.get("webhook-timestamp", ""),
            signatures=tuple(told.get("webhook-signature", "").split()),
            body=message.body,
            place=message.place,
        )

    def is_signed(self, secret: str) -> bool:
        """Whether one of its signatures is by this key. Its age is not looked at: a broker may
        have kept it for days, and the same id is taken once.
        """
        key = base64.b64decode(secret.removeprefix("whsec_"))
        signed = b".".join((self.id.encode(), self.timestamp.encode(), self.body))
        right = b"v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256))
        return any(hmac.compare_digest(one.encode(), right) for one in self.signatures)


class Counts(Protocol):
    def counted(self, name: str, *labels: str, by: int = 1) -> None: ...


class PaymentStream:
    """What a `Listener` hands the messages of the topic to."""

    def __init__(
        self, bus: Bus, store: Store, secrets: Secrets, key: PersonKey, gauge: Counts
    ) -> None:
        self.service = f"{bus.service}-payments"
        self._bus, self._store, self._gauge = bus, store, gauge
        self._secrets, self._key = secrets, key

    @property
    def halted(self) -> str | None:
        return self._bus.halted

    async def handle(self, messages: Sequence[Message]) -> dict[str, Outcome]:
        """Answer them in their order, a commit for about a thousand invoices. While the database
        writes some the next ones are read.
        """
        sent = [Sent.of(one) for one in messages]
        sources = await self._store.fetch(PaymentSource, {one.source_id for one in sent})
        outcomes: dict[str, Outcome] = {}
        under_way: asyncio.Task[dict[str, Outcome]] | None = None
        groups = self._groups(sent, sources)
        try:
            while commands := await asyncio.to_thread(next, groups, None):
                if under_way is not None:
                    outcomes |= await under_way
                under_way = asyncio.create_task(self._taken(commands))
            if under_way is not None:
                outcomes |= await under_way
        finally:
            if under_way is not None and not under_way.done():  # we are stopped: it is finished
                await asyncio.wait([under_way])
        return outcomes

    def _groups(
        self, sent: Iterable[Sent], sources: Mapping[str, PaymentSource]
    ) -> Iterator[list[Message]]:
        """What the messages ask for, as much at a time as is to be committed together."""
        commands: list[Message] = []
        lines, seen = 0, Seen()
        for one in sent:
            for message in self._said(one, sources.get(one.source_id), seen):
                size = len(message.said.lines) if isinstance(message.said, TakePayments) else 1
                if commands and lines + size > TOGETHER:
                    yield commands
                    commands, lines = [], 0
                commands.append(message)
                lines += size
        if commands:
            yield commands

    def _said(self, sent: Sent, source: PaymentSource | None, seen: Seen) -> list[Message]:
        """What a message asks for, in parts that one commit each can hold.

        Where it names no source nobody can be told but the operator.
        """
        if source is None:
            log.error("payments from an unknown source", extra={"place": sent.place})
            self._gauge.counted("payments_unsourced")
            return []
        try:
            return [_taking(sent, n, part) for n, part in enumerate(self._read(sent, source, seen))]
        except Rejected as rejected:
            said = RefuseMessage(source_id=source.id, place=sent.place, reason=rejected.reason)
            return [_refusing(said)]

    def _read(self, sent: Sent, source: PaymentSource, seen: Seen) -> list[TakePayments]:
        """Raises `Rejected`."""
        source.must_be_open()
        if not sent.id:
            raise Rejected("a message has an id of its own in webhook-id")
        keys = [self._secrets.of(source.id, generation) for generation in source.generations]
        if not any(map(sent.is_signed, keys)):
            raise Rejected("no signature in webhook-signature is by a key of this source")
        if len(sent.body) > LARGEST:
            raise Rejected(f"a message has at most {LARGEST} bytes")
        raw = lines_of(sent.body)
        if len(raw) > MOST_IN_MESSAGE:
            raise Rejected(f"a message has at most {MOST_IN_MESSAGE} invoices, not {len(raw)}")
        parts = []
        for start in range(0, len(raw), AT_ONCE):
            some = raw[start : start + AT_ONCE]
            read = list(read_lines(some, source.buyer_id, self._key, start + 1, seen))
            part = TakePayments(
                buyer_id=source.buyer_id,
                source_id=source.id,
                lines=tuple(one for one in read if isinstance(one, InvoiceLine)),
                refused=tuple(one for one in read if isinstance(one, RefusedLine)),
            )
            parts.append(part)
        return parts

    async def _taken(self, commands: list[Message]) -> dict[str, Outcome]:
        """Raises `Outage` where the service itself fails: then nothing of the topic is passed over,
        and the messages come again.
        """
        outcomes = await self._bus.handle(commands)
        for outcome in outcomes.values():
            for letter, number in Counter((outcome.result or {}).get("answers", "")).items():
                self._gauge.counted("payments_answered", OUTCOMES[Answer(letter)], by=number)
        wrong = [w for one in commands if (w := _wrong(one, outcomes[one.id])) is not None]
        if wrong:
            outcomes |= await self._bus.handle([_refusing(one) for one in wrong])
        return outcomes


def _wrong(message: Message, outcome: Outcome) -> RefuseMessage | None:
    """What people are told of a message that was handled, where some of it could not be taken."""
    said = message.said
    if not isinstance(said, TakePayments):
        return None
    if outcome.error is not None and outcome.error["kind"] == "defect":
        raise Outage(f"invoices could not be answered: {outcome.error['reason']}")
    if outcome.error is not None:
        reason = str(outcome.error["reason"])
    elif said.refused:
        first = said.refused[0]
        reason = f"{len(said.refused)} lines, the first for {first.field}: {first.reason}"
    else:
        return None
    return RefuseMessage(source_id=said.source_id, place=message.place, reason=reason)


def _refusing(said: RefuseMessage) -> Message:
    """A refusal is said once for each place: an id in the message may be another one's."""
    return _message(f"{said.place}!refused", said, said.source_id, "*", said.place)


def _taking(sent: Sent, part: int, said: TakePayments) -> Message:
    id = f"{TOPIC}/{said.source_id}/{hashlib.sha256(sent.id.encode()).hexdigest()[:32]}/{part}"
    message = _message(id, said, said.source_id, said.buyer_id, sent.place)
    message.payload_sha256 = hashlib.sha256(sent.body).hexdigest()
    return message


def _message(
    id: str, said: TakePayments | RefuseMessage, source_id: str, buyer_id: str, place: str
) -> Message:
    return Message(
        id=id,
        type=type(said).__name__,
        said=said,
        source=TOPIC,
        place=place,
        caller=Caller(subject=source_id, roles=("integration",), buyers=(buyer_id,)),
        origin="command",
    )
