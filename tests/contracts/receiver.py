"""A contract system's webhook endpoint: a real HTTP server that verifies what it gets."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from standardwebhooks import Webhook


class Receiver:
    """`answers` are the status codes of the next requests; after them everything is accepted,
    unless the system is `down`.
    """

    def __init__(self) -> None:
        self.url = ""
        self.secret = ""
        self.answers: list[int] = []
        self.got: list[dict[str, Any]] = []
        self.ids: list[str] = []
        self.down = False
        self.raw: list[tuple[dict[str, str], bytes]] = []

    def take(self, headers: dict[str, str], body: bytes) -> int:
        """Raises `WebhookVerificationError` where the signature is not right."""
        self.raw.append((headers, body))
        said = Webhook(self.secret).verify(body, headers)
        code = self.answers.pop(0) if self.answers else 503 if self.down else 204
        self.ids.append(headers["webhook-id"])
        if code < 300:
            self.got.append(said)
        return code


@contextmanager
def receiving() -> Iterator[Receiver]:
    receiver = Receiver()

    class Requests(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            code = receiver.take(headers, body)
            self.send_response(code)
            if code in (301, 307):
                self.send_header("location", receiver.url + "/elsewhere")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing on the console."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Requests)
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    receiver.url = f"http://127.0.0.1:{server.server_port}/hook"
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
