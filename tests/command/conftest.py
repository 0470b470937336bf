"""A small installation of its own: two services that are found like real ones."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from unittest.mock import patch

import httpx
import pytest

from shared.command.line import run
from shared.embedded.readiness import free_ports

ALPHA_AND_BETA = '''
"""Two services that say what they were told and when they started and stopped."""
import os
from contextlib import asynccontextmanager
from types import SimpleNamespace
from fastapi import FastAPI, Request
from starlette.responses import StreamingResponse

def note(word):
    with open(os.environ["NOTES"], "a") as notes:
        notes.write(word + "\\n")

def service(name, fails=False):
    @asynccontextmanager
    async def lifespan(app):
        if fails:
            raise RuntimeError("the list directory is empty")
        note(f"{name} starts")
        yield
        note(f"{name} stops")

    app = FastAPI(lifespan=lifespan)

    @app.get("/healthz")
    async def healthz():
        return {"service": name, "pid": os.getpid()}

    @app.get("/settings")
    async def settings():
        return {k: v for k, v in os.environ.items() if k.startswith("ANSVAR_")}

    @app.post("/echo/{place:path}")
    async def echo(place: str, request: Request):
        body = await request.body()
        async def parts():
            yield place.encode() + b"|"
            yield body
        return StreamingResponse(parts(), 201, headers={"X-Seen": request.url.path})

    return SimpleNamespace(name=name, app=app)

alpha = lambda: service("alpha")
beta = lambda: service("beta")
console = lambda: service("console")
broken = lambda: service("broken", fails=True)
def incomplete():
    import no_such_package
'''

ENTRY_POINTS = """
[ansvar.services]
alpha = small:alpha
beta = small:beta
broken = small:broken
incomplete = incomplete_service:service

[ansvar.commands]
hello = small_commands:add
"""

COMMANDS = """
def add(app):
    @app.command()
    def hello(name: str) -> None:
        print(f"hej {name}")
"""


class Installation:
    """A folder on the path with services of its own, and the command run within it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.notes = folder / "notes"
        self.notes.touch()
        (folder / "small-1.0.dist-info").mkdir()
        (folder / "small-1.0.dist-info" / "METADATA").write_text("Name: small\nVersion: 1.0\n")
        (folder / "small-1.0.dist-info" / "entry_points.txt").write_text(ENTRY_POINTS)
        (folder / "small.py").write_text(ALPHA_AND_BETA)
        (folder / "small_commands.py").write_text(COMMANDS)
        (folder / "incomplete_service.py").write_text("import no_such_package\n")
        kept = {k: v for k, v in os.environ.items() if not k.startswith("ANSVAR_")}
        self.environment = kept | {
            "PYTHONPATH": str(folder),
            "ANSVAR_DATA": str(self.data),
            "NOTES": str(self.notes),
            "COLUMNS": "200",
        }
        self._running: list[subprocess.Popen[str]] = []

    def ansvar(self, *words: str, expect: int = 0, **settings: str) -> str:
        """Run a command to its end in this process; what it said, on both channels."""
        said = io.StringIO()
        status: object = 0
        with (
            patch.dict(os.environ, self.environment | settings, clear=True),
            patch.object(sys, "path", [str(self.folder), *sys.path]),
            patch.object(sys, "argv", ["ansvar", *words]),
            redirect_stdout(said),
            redirect_stderr(said),
        ):
            try:
                run()
            except SystemExit as ended:
                status = ended.code or 0
        assert status == expect, said.getvalue()
        return said.getvalue()

    def ansvar_apart(self, *words: str, expect: int = 0) -> str:
        """Run a command to its end in a process of its own."""
        done = subprocess.run(
            [sys.executable, "-m", "shared.command", *words],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == expect, done.stdout
        assert "Traceback" not in done.stdout, done.stdout
        return done.stdout

    def up(self, *words: str) -> "Up":
        (port,) = free_ports(1)
        process = subprocess.Popen(
            [sys.executable, "-m", "shared.command", "up", "--port", str(port), *words],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._running.append(process)
        return Up(process, f"http://127.0.0.1:{port}", self.data)

    def end(self) -> None:
        for process in self._running:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                process.wait(120)
            assert process.stdout is not None
            process.stdout.close()


class Up:
    """A running `ansvar up`, once it said that it is up."""

    def __init__(self, process: subprocess.Popen[str], url: str, data: Path) -> None:
        self.process = process
        self.url = url
        self._data = data
        self.said = ""
        assert process.stdout is not None
        while "Ctrl-C" not in self.said:
            line = process.stdout.readline()
            assert line, f"it ended instead: {self.said}"
            self.said += line

    @property
    def pids(self) -> dict[str, int]:
        running = json.loads((self._data / "running.json").read_text())
        pids: dict[str, int] = running["processes"]
        return pids

    def get(self, path: str) -> httpx.Response:
        return httpx.get(self.url + path, timeout=10)

    def stop(self, with_signal: signal.Signals = signal.SIGTERM) -> str:
        """Ask it to stop, as Ctrl-C or a supervisor does; what it said at the end."""
        self.process.send_signal(with_signal)
        rest, _ = self.process.communicate(timeout=120)
        assert self.process.returncode == 0, rest
        return rest


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    """An installation that nothing runs in yet."""
    made = Installation(tmp_path)
    yield made
    made.end()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Installation, Up]]:
    """An installation in which both services run, in one process."""
    made = Installation(tmp_path_factory.mktemp("running"))
    yield made, made.up("--only", "alpha,beta")
    made.end()


def eventually(condition: Callable[[], bool]) -> None:
    """Wait for a condition, at most a minute."""
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.05)
