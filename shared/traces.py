"""Traces: what happened to one story, through all services, for OpenTelemetry.

Off unless `ANSVAR_TRACES_URL` names a collector (OTLP over HTTP, such as
`http://collector:4318/v1/traces`); then the extra `traces` must be installed. While it is off
no SDK is imported, and asking costs one look at a variable.

A trace is a story: its id is the SHA-256 of the correlation id, so that spans of all services come
together over Kafka without a header of their own, also those of facts sent before traces were on.
The parent of what is handled is what caused it: the span of a message has the id that follows from
the message's own, so that it can be named before, and after, it is made. A span of a batch belongs
to no story and links to those in it. Attributes hold types, counts and times, and never a value
that somebody wrote: ids of parties, subjects of callers and correlation ids stay out.
"""

import hashlib
import os
import time
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from shared.envelope import Entry, Errand, Message

if TYPE_CHECKING:
    from opentelemetry.trace import Link

URL = "ANSVAR_TRACES_URL"
MOST_LINKS = 128
"""Of one span; what the SDK keeps at most."""

_tracing: "Tracing | None" = None


def trace_id_of(story: str) -> int:
    return int.from_bytes(hashlib.sha256(story.encode()).digest()[:16], "big") or 1


def span_id_of(service: str, message_id: str) -> int:
    """The span in which a service handled a message."""
    said = f"{service}|{message_id}".encode()
    return int.from_bytes(hashlib.sha256(said).digest()[16:24], "big") or 1


def start_traces(process: str, url: str = "") -> None:
    """Send spans to the collector that the environment names, from now on. Nothing without one.

    Raises `ModuleNotFoundError` that names the extra where the packages are missing.
    """
    global _tracing
    url = url or os.environ.get(URL, "")
    if url and _tracing is None:
        _tracing = Tracing(process, url)


def stop_traces() -> None:
    """Send what is left, and no more."""
    global _tracing
    tracing, _tracing = _tracing, None
    if tracing is not None:
        tracing.provider.shutdown()


def now() -> int:
    """When something begins, in nanoseconds; nought while traces are off."""
    return time.time_ns() if _tracing is not None else 0


def answered(
    service: str, route: str, method: str, status: int, story: str, began: int, *, own: bool
) -> None:
    """A request over HTTP. `own`: the story is of this request alone, and so is its id."""
    if _tracing is not None and began:
        _tracing.tell(
            f"{method} {route}",
            service,
            began,
            story=story,
            id=span_id_of("http", story) if own else 0,
            kind="server",
            error=str(status) if status >= 500 else "",
            said={"http.request.method": method, "http.route": route, "http.status": status},
        )


def handled(service: str, message: Message, began: int, error: str = "") -> None:
    """One message in its handler: a command, a fact, a deadline or how an effect ended."""
    if _tracing is not None and began:
        _tracing.tell(
            f"handle {_short(message.type)}",
            service,
            began,
            story=message.story,
            id=span_id_of(service, message.id),
            parent=_parent_of(service, message),
            kind="consumer" if message.origin == "event" else "internal",
            error=error,
            said={"ansvar.type": message.type, "ansvar.origin": message.origin},
        )


def worked(service: str, what: str, messages: Iterable[Message], began: int) -> None:
    """Work for many stories at once: a batch, or its commit. It links to what was handled."""
    if _tracing is not None and began:
        some = list(messages)
        links = _tracing.links(service, some)
        _tracing.tell(what, service, began, links=links, said={"ansvar.messages": len(some)})


def sent(service: str, entries: Iterable[Entry], began: int) -> None:
    """Facts that the broker has taken: how long each lay in the journal is the gap before it."""
    if _tracing is not None and began:
        for entry in entries:
            _tracing.tell(
                f"send {_short(entry.type)}",
                service,
                began,
                story=entry.correlation,
                parent=span_id_of(service, entry.cause),
                kind="producer",
                said={"ansvar.type": entry.type, "messaging.destination.name": entry.topic},
            )


def done(service: str, errand: Errand, began: int, error: str = "") -> None:
    """One try of an effect outside."""
    if _tracing is not None and began:
        _tracing.tell(
            f"do {errand.type}",
            service,
            began,
            story=errand.correlation,
            parent=span_id_of(service, errand.cause),
            kind="client",
            error=error,
            said={"ansvar.type": errand.type, "ansvar.tries": errand.tries},
        )


def _short(type: str) -> str:
    """`ansvar.screening.HitConfirmed.v1` is HitConfirmed; others are short already."""
    parts = type.split(".")
    return parts[2] if len(parts) == 4 else type


def _parent_of(service: str, message: Message) -> int:
    """The span in which the message came about; none where a story begins."""
    if message.origin == "command":
        return span_id_of("http", message.story) if message.source == "http" else 0
    if not message.cause:
        return 0
    teller = message.source.rpartition("/")[2] if message.origin == "event" else service
    return span_id_of(teller, message.cause)


class Tracing:
    """The only part that knows OpenTelemetry."""

    def __init__(self, process: str, url: str) -> None:
        try:
            from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
            from opentelemetry.sdk.resources import Resource
            from opentelemetry.sdk.trace import TracerProvider
            from opentelemetry.sdk.trace.export import BatchSpanProcessor
            from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
        except ModuleNotFoundError as missing:
            raise ModuleNotFoundError(
                f"{URL} is set, and the package {missing.name} is not there: install ansvar[traces]"
            ) from missing

        class Named(RandomIdGenerator):
            """Ids that follow from what a span is about, where it is about one thing."""

            trace_id = span_id = 0

            def generate_trace_id(self) -> int:
                return self.trace_id or super().generate_trace_id()

            def generate_span_id(self) -> int:
                return self.span_id or super().generate_span_id()

        self._ids = Named()
        self.provider: TracerProvider = TracerProvider(
            resource=Resource.create({"service.namespace": "ansvar", "service.name": process}),
            id_generator=self._ids,
            shutdown_on_exit=False,
        )
        self.provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=url)))
        self._tracer = self.provider.get_tracer("ansvar")

    def tell(
        self,
        name: str,
        service: str,
        began: int,
        *,
        story: str = "",
        id: int = 0,
        parent: int = 0,
        kind: str = "internal",
        links: "list[Link] | None" = None,
        error: str = "",
        said: Mapping[str, str | int] | None = None,
    ) -> None:
        """A span that has just ended. `error` is a kind of trouble: its text may hold anything."""
        from opentelemetry import trace
        from opentelemetry.context import Context

        context = Context()
        if story and parent:
            context = trace.set_span_in_context(_elsewhere(trace_id_of(story), parent), context)
        self._ids.trace_id, self._ids.span_id = trace_id_of(story) if story else 0, id
        span = self._tracer.start_span(
            name,
            context=context,
            kind=trace.SpanKind[kind.upper()],
            links=links,
            start_time=began,
            attributes={"ansvar.service": service, **(said or {})},
        )
        if error:
            span.set_status(trace.StatusCode.ERROR, error)
        span.end()

    def links(self, service: str, messages: Iterable[Message]) -> "list[Link]":
        from opentelemetry import trace

        return [
            trace.Link(
                _elsewhere(trace_id_of(one.story), span_id_of(service, one.id)).get_span_context()
            )
            for one in list(messages)[:MOST_LINKS]
        ]


def _elsewhere(trace_id: int, span_id: int) -> Any:
    from opentelemetry import trace

    flags = trace.TraceFlags(trace.TraceFlags.SAMPLED)
    return trace.NonRecordingSpan(trace.SpanContext(trace_id, span_id, True, flags))
