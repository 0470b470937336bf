"""Onboarding alone, in a real process that is measured and killed."""

import json
import os
import secrets
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import httpx
import psutil

from shared.administration.topics import apply
from shared.embedded.readiness import HOST, free_ports
from shared.embedded.stack import Stack
from shared.issuer import Issuer

from .papers import BUYER

START_LIMIT = 180.0


class Alone:
    """The service, its folder, and somebody who may look at everything."""

    def __init__(self, stack: Stack, room: Path, **settings: str) -> None:
        keys = {
            f"ANSVAR_{name}_KEY": secrets.token_hex(32) for name in ("MASTER", "PERSON", "LINK")
        }
        self.room = room
        self.mongo_url = stack.mongo_url
        self.intake = room / "intake"
        self.folder = self.intake / BUYER
        self._stack = stack
        (self.port,) = free_ports(1)
        self.master = bytes.fromhex(keys["ANSVAR_MASTER_KEY"])
        self.link_key = keys["ANSVAR_LINK_KEY"]
        self._told = keys | {
            "ANSVAR_KAFKA_URL": stack.kafka_url,
            "ANSVAR_MONGO_URL": stack.mongo_url,
            "ANSVAR_EMBEDDED": "1",
            "ANSVAR_INSTANCE": "alone",
            "ANSVAR_ISSUER_KEY_FILE": str(room / "issuer.json"),
            "ANSVAR_CLOCK_FILE": str(room / "clock.json"),
            "ANSVAR_INTAKE_DIR": str(self.intake),
            **settings,
        }
        self._process: subprocess.Popen[bytes] | None = None
        issuer = Issuer(room / "issuer.json")
        token = issuer.issue("mette", "Mette Lund", ("officer", "admin"), (BUYER,))
        self.http = httpx.Client(
            base_url=f"http://{HOST}:{self.port}",
            headers={"Authorization": f"Bearer {token}"},
            trust_env=False,
            timeout=60,
        )

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def prepare(self) -> None:
        apply(self._stack.kafka_url, ["onboarding", "contracts"])

    def start(self) -> None:
        command = [sys.executable, "-m", "shared.command", "serve", "onboarding"]
        with (self.room / "onboarding.log").open("ab") as log:
            self._process = subprocess.Popen(
                [*command, "--port", str(self.port)],
                env=os.environ | self._told,
                stdout=log,
                stderr=log,
            )

    def wait(self) -> None:
        end = time.monotonic() + START_LIMIT
        while time.monotonic() < end:
            try:
                self.http.get("/healthz")
                return
            except httpx.TransportError:
                assert self._process is not None
                assert self._process.poll() is None, (self.room / "onboarding.log").read_text()[
                    -2000:
                ]
                time.sleep(0.05)
        raise TimeoutError("onboarding does not answer")

    def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        self.http.close()
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(30)

    def lay(self, name: str, data: bytes) -> None:
        """A file appears in the folder, whole."""
        self.folder.mkdir(parents=True, exist_ok=True)
        writing = self.folder / f".{name}.part"
        writing.write_bytes(data)
        writing.replace(self.folder / name)

    def waiting(self) -> int:
        """Files that lie in the folder still."""
        return sum(1 for path in self.folder.rglob("*") if path.is_file())

    @property
    def log_end(self) -> str:
        """The last that the service said."""
        return (self.room / "onboarding.log").read_text()[-2000:]

    def documents(self, **only: str) -> list[dict[str, Any]]:
        """All documents of the buyer, as an officer sees them; `only` those in a state, say."""
        found: list[dict[str, Any]] = []
        after: dict[str, str] = {}
        while True:
            asked = {"buyer_id": BUYER, "limit": "200"} | only | after
            answer = self.http.get("/documents", params=asked)
            assert answer.status_code == 200, answer.text
            page = json.loads(answer.content)
            found += page["items"]
            if not page.get("next"):
                return found
            after = {"after": page["next"]}


class Memory:
    """The most memory that a process and its children took together, looked at all the time."""

    def __init__(self, pid: int) -> None:
        self._process = psutil.Process(pid)
        self.most = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "Memory":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(0.1):
            self.most = max(self.most, self._now())

    def _now(self) -> int:
        """Shared pages are counted once: the children read the same libraries."""
        total = 0
        for process in (self._process, *self._process.children(recursive=True)):
            try:
                total += process.memory_full_info().pss
            except psutil.Error:
                continue
        return total
