"""The embedded broker and database as one thing that is started and stopped.

They listen on 127.0.0.1 only and keep their data under one directory, which belongs to one stack
at a time. The broker is stopped before the database and after everything that sends to it: it
saves what it acknowledged last only when it is asked to end.
"""

import fcntl
import importlib.util
import sys
from pathlib import Path
from types import TracebackType
from typing import TextIO

from shared.embedded import CannotStart
from shared.embedded.child import Child, stop_left_behind
from shared.embedded.memory import free_memory
from shared.embedded.readiness import (
    HOST,
    broker_answers,
    database_answers,
    free_ports,
    port_is_free,
)

PACKAGES = {"noida_db": "noida-db", "secantus": "SecantusDB"}
ENOUGH_MEMORY = 300 * 2**20  # bytes; broker, database and eight services took 260 MB when idle
START_LIMIT = 180.0  # seconds; on a busy machine starting takes many times as long as the usual one


class Stack:
    """One broker and one database on one data directory."""

    def __init__(
        self, data: Path, *, kafka_port: int | None = None, mongo_port: int | None = None
    ) -> None:
        self.data = data.absolute()
        self._asked = {"--kafka-port": kafka_port, "--mongo-port": mongo_port}
        self._lock: TextIO | None = None
        self._children: tuple[Child, ...] = ()
        self._ports = (0, 0)
        self.broke_off = False

    @property
    def room(self) -> Path:
        """Where locks and logs of the processes lie."""
        return self.data / "processes"

    @property
    def kafka_url(self) -> str:
        return f"{HOST}:{self._ports[0]}"

    @property
    def mongo_url(self) -> str:
        return f"mongodb://{HOST}:{self._ports[1]}/?directConnection=true"

    @property
    def pids(self) -> dict[str, int]:
        return {child.name: child.pid for child in self._children}

    def start(self) -> None:
        """Start both, or say in one sentence what is missing and leave nothing running.

        `broke_off` says then whether the run before was killed: the broker may have lost its last
        second, and journals should be compared with topics before the services start.
        """
        _require_packages()
        _require_memory()
        self.room.mkdir(parents=True, exist_ok=True)
        self._take_directory()
        try:
            self._stop_left_behind()
            self.broke_off = (self.data / "kafka").exists() and not self._orderly.exists()
            self._orderly.unlink(missing_ok=True)
            # Only now: what a killed run left behind may hold the very ports that are asked for.
            for option, port in self._asked.items():
                require_port(port, option)
            self._start_children()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop the broker, then the database, and give the directory free."""
        ended = [child.stop() for child in self._children]
        if ended and all(ended) and not self.broke_off:
            self._orderly.touch()
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def fallen(self) -> list[str]:
        """The names of those that no longer run although nobody stopped them."""
        return [child.name for child in self._children if not child.runs()]

    @property
    def _orderly(self) -> Path:
        """There from an orderly end to the next start: the broker kept all it acknowledged."""
        return self.room / "ended-orderly"

    def raise_again(self, name: str) -> None:
        """Start one that fell, on its old port and data."""
        self.broke_off = True
        child = next(child for child in self._children if child.name == name)
        child.start()
        self._wait_for(child)

    def __enter__(self) -> "Stack":
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _take_directory(self) -> None:
        lock = (self.data / "lock").open("a+")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            raise CannotStart(
                f"another ansvar already runs on {self.data}; "
                "stop it first, or choose another directory with --data"
            ) from None
        self._lock = lock

    def _stop_left_behind(self) -> None:
        services = sorted(path.stem for path in self.room.glob("service-*.pid"))
        for name in (*services, "broker", "database"):
            stop_left_behind(self.room, name)

    def _start_children(self) -> None:
        found = free_ports(2)
        self._ports = (
            self._asked["--kafka-port"] or found[0],
            self._asked["--mongo-port"] or found[1],
        )
        kafka, mongo = (str(port) for port in self._ports)
        places = self.data / "kafka", self.data / "mongo"
        broker = Child(
            "broker",
            [
                *(str(_broker_program()), "start", "--only", "kafka", "--host", HOST),
                *("--kafka-port", kafka, "--data-dir", str(places[0])),
            ],
            self.room,
        )
        database = Child(
            "database",
            [sys.executable, "-m", "shared.embedded.database", mongo, str(places[1])],
            self.room,
        )
        self._children = (broker, database)
        for child in self._children:
            child.start()
        for child in self._children:
            self._wait_for(child)

    def _wait_for(self, child: Child) -> None:
        kafka, mongo = self._ports
        if child.name == "broker":
            child.wait_until(lambda: broker_answers(kafka), START_LIMIT)
        else:
            child.wait_until(lambda: database_answers(mongo), START_LIMIT)


def require_port(port: int | None, option: str) -> None:
    """Say which port is taken before anything is started."""
    if port and not port_is_free(port):
        raise CannotStart(
            f"port {port} on {HOST} is taken by another program; choose another with {option}"
        )


def _require_packages() -> None:
    missing = [
        name for module, name in PACKAGES.items() if importlib.util.find_spec(module) is None
    ]
    if missing:
        raise CannotStart(
            f"the embedded mode needs the package {' and '.join(missing)}: "
            "run `make setup`, or install ansvar[embedded]"
        )


def _require_memory() -> None:
    free = free_memory()
    if free is not None and free < ENOUGH_MEMORY:
        raise CannotStart(
            f"the embedded mode needs {ENOUGH_MEMORY >> 20} MB of free memory, "
            f"and this machine has {free >> 20} MB"
        )


def _broker_program() -> Path:
    """The broker itself. Its Python script would only start it and keep our signals to itself."""
    spec = importlib.util.find_spec("noida_db")
    if spec is None or spec.origin is None:
        raise CannotStart("the package noida-db is damaged: run `make setup`")
    program = Path(spec.origin).with_name("noida-db")
    if not program.is_file():
        raise CannotStart(f"the package noida-db has no program for this machine ({sys.platform})")
    if not program.stat().st_mode & 0o100:
        program.chmod(0o755)
    return program
