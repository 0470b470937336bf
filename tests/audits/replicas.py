"""Audits as real processes beside each other, each of which can be killed."""

import os
import secrets
import subprocess
import sys
import time
from pathlib import Path

import httpx

from shared.administration.topics import apply
from shared.clock import Clock
from shared.embedded.readiness import HOST, free_ports
from shared.embedded.stack import Stack
from shared.issuer import Issuer
from shared.mongo import MongoKeyRing, MongoStore
from tests.audits.conftest import BUYER

START_LIMIT = 180.0


class Replica:
    """One process of `ansvar serve audits`."""

    def __init__(self, name: str, told: dict[str, str], room: Path, token: str) -> None:
        (self.port,) = free_ports(1)
        self.log = room / f"{name}.log"
        self._told = told | {"ANSVAR_INSTANCE": name}
        self._process: subprocess.Popen[bytes] | None = None
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

    def start(self) -> None:
        command = [sys.executable, "-m", "shared.command", "serve", "audits"]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*command, "--port", str(self.port)],
                env=os.environ | self._told,
                stdout=log,
                stderr=log,
            )

    def wait(self) -> None:
        end = time.monotonic() + START_LIMIT
        while time.monotonic() < end:
            assert self._process is not None
            assert self._process.poll() is None, self.log.read_text()[-2000:]
            try:
                if self.http.get("/readyz").is_success:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.1)
        raise TimeoutError(f"it is not ready: {self.log.read_text()[-2000:]}")

    def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        self.http.close()
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(60)


class Pair:
    """Two of them on one broker, one database and one clock."""

    def __init__(self, stack: Stack, room: Path) -> None:
        self.kafka_url = stack.kafka_url
        keys = {
            f"ANSVAR_{name}_KEY": secrets.token_hex(32) for name in ("MASTER", "PERSON", "LINK")
        }
        told = keys | {
            "ANSVAR_KAFKA_URL": stack.kafka_url,
            "ANSVAR_MONGO_URL": stack.mongo_url,
            "ANSVAR_EMBEDDED": "1",
            "ANSVAR_ISSUER_KEY_FILE": str(room / "issuer.json"),
            "ANSVAR_CLOCK_FILE": str(room / "clock.json"),
        }
        roles = ("auditor", "contract_manager", "officer")
        token = Issuer(room / "issuer.json").issue("signe", "Signe Ravn", roles, (BUYER,))
        self.clock = Clock(room / "clock.json")
        self.keyring = MongoKeyRing(stack.mongo_url, bytes.fromhex(keys["ANSVAR_MASTER_KEY"]))
        self.store = MongoStore(stack.mongo_url, "audits", self.keyring)
        self.one, self.other = (Replica(name, told, room, token) for name in ("one", "other"))

    def start(self) -> None:
        apply(self.kafka_url, ["audits", "contracts"])
        for replica in (self.one, self.other):
            replica.start()
        for replica in (self.one, self.other):
            replica.wait()

    def stop(self) -> None:
        self.one.stop()
        self.other.stop()
        self.store.close()
        self.keyring.close()
