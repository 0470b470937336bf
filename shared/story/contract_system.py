"""The contract system of the story: takes statuses as webhooks, over real HTTP.

It keeps its address, its secret and what it has received, as such a system does, so that the story
can be played again and the same endpoint is there again.
"""

import base64
import json
import threading
from dataclasses import asdict, dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx

from shared.embedded.secrets import write_private
from shared.story import NotTrue

HOST = "127.0.0.1"
PATH = "/ansvar/statuses"
NAME = "ansvar-story"
LARGEST = 1_000_000


@dataclass(frozen=True)
class Status:
    """One status as it came in. Only what has a true signature is kept."""

    id: str
    body: dict[str, Any]

    @property
    def contract_id(self) -> str:
        return str(self.body["contract_ids"][0])

    @property
    def status(self) -> str:
        return str(self.body["status"])

    @property
    def version(self) -> int:
        return int(self.body["status_version"])


class ContractSystem:
    """A receiver of Standard Webhooks in this process."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "contract-system.json"
        self._lock = threading.Lock()
        self._server: ThreadingHTTPServer | None = None
        self.forged: list[str] = []
        self._port = 0
        self._secret = ""
        self._statuses: list[Status] = []
        self._read()

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self._port}{PATH}"

    @property
    def has_secret(self) -> bool:
        return bool(self._secret)

    def start(self) -> None:
        """Listen where it listened before, or on a free port.

        Where an earlier play is still up, that one listens and writes down what comes.
        """

        class Handler(BaseHTTPRequestHandler):
            def do_POST(request: BaseHTTPRequestHandler) -> None:
                length = int(request.headers.get("content-length", 0))
                body = request.rfile.read(min(length, LARGEST))
                headers = {name.lower(): value for name, value in request.headers.items()}
                taken = request.path == PATH and self.take(body, headers)
                request.send_response(204 if taken else 401)
                request.end_headers()

            def do_GET(request: BaseHTTPRequestHandler) -> None:
                request.send_response(204)
                request.end_headers()

            def version_string(request: BaseHTTPRequestHandler) -> str:
                return NAME

            def log_message(self, format: str, *args: object) -> None:
                """The story tells what came."""

        try:
            self._server = ThreadingHTTPServer((HOST, self._port), Handler)
        except OSError as error:
            if self._is_there():
                return
            raise NotTrue(
                f"the contract system of the story listened on port {self._port}, "
                "which another program has now: stop that one"
            ) from error
        self._port = self._server.server_port
        self._save()
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()

    def trust(self, secret: str) -> None:
        """The secret of the endpoint, which is shown once."""
        with self._lock:
            self._secret = secret
            self._save()

    def take(self, body: bytes, headers: dict[str, str]) -> bool:
        """Keep a status whose signature is true, once under its id."""
        from standardwebhooks import Webhook, WebhookVerificationError

        id = headers.get("webhook-id", "")
        try:
            with self._lock:
                said = Webhook(self._secret or _nobodys()).verify(body, headers)
                if all(known.id != id for known in self._statuses):
                    self._statuses.append(Status(id=id, body=said))
                    self._save()
        except WebhookVerificationError as error:
            self.forged.append(f"{id}: {error}")
            return False
        return True

    def statuses(self, contract_id: str) -> list[Status]:
        """What it was told of a contract, in the order in which it came."""
        with self._lock:
            if self._server is None:
                self._read()
            return [one for one in self._statuses if one.contract_id == contract_id]

    def _is_there(self) -> bool:
        try:
            said = httpx.get(self.url, timeout=5, trust_env=False).headers
            return bool(said.get("server") == NAME)
        except httpx.TransportError:
            return False

    def _read(self) -> None:
        if self._file.exists():
            known = json.loads(self._file.read_text())
            self._port, self._secret = known["port"], known["secret"]
            self._statuses = [Status(**one) for one in known["statuses"]]

    def _save(self) -> None:
        kept = {
            "port": self._port,
            "secret": self._secret,
            "statuses": [asdict(one) for one in self._statuses],
        }
        write_private(self._file, json.dumps(kept, indent=1))


def _nobodys() -> str:
    """A secret that signs nothing: what comes before the endpoint is open has no true signature."""
    return "whsec_" + base64.b64encode(b"\0" * 32).decode()
