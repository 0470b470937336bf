"""Traces: one story through two services is one trace at a real collector, and says no values."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from shared import traces
from shared.envelope import Message
from shared.settings import ServiceSettings
from shared.testing import until
from tests.shared.probe import Register, ask, onboarding, party, running, screening

pytest.importorskip("opentelemetry.sdk")
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

SECRET = "Vsevolod Zharkovetskij"


class Collector:
    """What an OTLP/HTTP receiver was sent, decoded."""

    def __init__(self) -> None:
        self.url = ""
        self.raw: list[bytes] = []
        self.spans: list[Any] = []
        self.processes: set[str] = set()

    def take(self, body: bytes) -> None:
        self.raw.append(body)
        request = ExportTraceServiceRequest.FromString(body)
        for resource in request.resource_spans:
            told = {one.key: one.value.string_value for one in resource.resource.attributes}
            self.processes.add(told["service.name"])
            for scope in resource.scope_spans:
                self.spans += scope.spans

    def named(self, name: str) -> list[Any]:
        return [span for span in self.spans if span.name == name]


@contextmanager
def collecting() -> Iterator[Collector]:
    collector = Collector()

    class Requests(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            collector.take(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing on the console."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Requests)
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    collector.url = f"http://127.0.0.1:{server.server_port}/v1/traces"
    try:
        yield collector
    finally:
        traces.stop_traces()
        server.shutdown()
        server.server_close()
        thread.join()


def attributes(span: Any) -> dict[str, str]:
    return {one.key: one.value.string_value for one in span.attributes}


async def test_a_story_through_two_services_is_one_trace(settings: ServiceSettings) -> None:
    with collecting() as collector:
        traces.start_traces("probe", collector.url)
        one, two = onboarding(settings), screening(settings)
        async with running(one, two):
            said = Register(party_id="dk-cvr-1", name=SECRET, call=True)
            outcome = await ask(one, said, "http/1")
            await until(party(one, "dk-cvr-1", lambda p: p.screened == 1 and p.called == 1))
        traces.stop_traces()
    story = traces.trace_id_of(outcome.correlation).to_bytes(16, "big")
    mine = [span for span in collector.spans if span.trace_id == story]
    names = [(attributes(span)["ansvar.service"], span.name) for span in mine]
    assert ("onboarding", "handle Register") in names
    assert ("onboarding", "send PartyRegistered") in names
    assert ("screening", "handle PartyRegistered") in names
    assert ("onboarding", "handle PartyScreened") in names
    assert ("onboarding", "do Call") in names
    assert ("onboarding", "handle Called") in names
    ids = {span.name: span.span_id for span in mine}
    (registered,) = collector.named("handle PartyRegistered")
    assert registered.parent_span_id == ids["handle Register"]
    (screened,) = collector.named("handle PartyScreened")
    assert screened.parent_span_id == ids["handle PartyRegistered"]
    for span in mine:
        assert span.end_time_unix_nano >= span.start_time_unix_nano > 0
    commits = [link.span_id for span in collector.named("commit") for link in span.links]
    assert ids["handle Register"] in commits
    assert collector.processes == {"probe"}
    for raw in collector.raw:
        assert SECRET.encode() not in raw
        assert b"dk-cvr-1" not in raw


def test_what_fails_says_which_kind_of_trouble_and_not_its_words() -> None:
    with collecting() as collector:
        traces.start_traces("probe", collector.url)
        message = Message(id="a", type="Register", correlation="story")
        traces.handled("onboarding", message, traces.now(), "Rejected")
        traces.stop_traces()
        (span,) = collector.named("handle Register")
    assert (span.status.code, span.status.message) == (2, "Rejected")


def test_no_sdk_is_imported_and_nothing_told_while_it_is_off() -> None:
    # Libraries of ours look for the API where it happens to be installed; the SDK is what costs.
    code = (
        "import sys; import shared.runtime, shared.traces as t; t.start_traces('x'); "
        "print(t.now(), [m for m in sys.modules if 'opentelemetry.sdk' in m or '.otlp' in m])"
    )
    env = {name: value for name, value in os.environ.items() if name != traces.URL}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env)
    assert done.stdout.strip() == "0 []", done.stderr


def test_while_it_is_off_it_costs_less_than_a_thousandth_of_a_message() -> None:
    """A message takes about 0.5 ms of the way (docs/performance.md): five looks are within 2 µs."""
    message = Message(id="a", type="Register", correlation="story")
    best = 1.0
    for _ in range(5):
        began = time.process_time()
        for _ in range(20_000):
            traces.handled("onboarding", message, traces.now())
        best = min(best, (time.process_time() - began) / 20_000)
    assert best < 2e-6


def test_a_missing_package_is_named_with_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    with pytest.raises(ModuleNotFoundError, match=r"ansvar\[traces\]"):
        traces.start_traces("probe", "http://127.0.0.1:1/v1/traces")
