"""A whole system in a process of its own, as a person starts it: `ansvar up`."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from rich.console import Console

from shared.command.running import Running, what_runs
from shared.command.says import Trouble
from shared.embedded.child import stop_left_behind
from shared.embedded.readiness import free_ports
from shared.story.player import Player
from shared.story.samples import Samples
from shared.story.telling import Teller

SAMPLES = Samples(Path(__file__).parents[2] / "samples")
START_LIMIT, STOP_LIMIT, COMMAND_LIMIT = 300.0, 60.0, 900.0
GLANCE = 0.1


class System:
    """Starts on fixed ports, so that whoever speaks with it finds it again after a kill."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "ansvar"
        self._ports = free_ports(3)
        self._process: subprocess.Popen[bytes] | None = None
        self._log = folder / "up.log"

    @property
    def running(self) -> Running:
        return what_runs(self.data)

    @property
    def log(self) -> str:
        """What it has written so far, whoever in it wrote."""
        return self._log.read_text()

    def start(self) -> None:
        port, kafka_port, mongo_port = map(str, self._ports)
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "shared.command", "up", "--port", port),
                    *("--kafka-port", kafka_port, "--mongo-port", mongo_port),
                    *("--data", str(self.data)),
                ],
                stdout=log,
                stderr=subprocess.STDOUT,
                env={k: v for k, v in os.environ.items() if not k.startswith("ANSVAR_")},
            )
        end = time.monotonic() + START_LIMIT
        while not self._is_up():
            assert self._process.poll() is None, self._log.read_text()
            assert time.monotonic() < end, f"not up within {START_LIMIT} s"
            time.sleep(GLANCE)

    def _is_up(self) -> bool:
        assert self._process is not None
        try:
            return self.running.pid == self._process.pid
        except Trouble:
            return False

    def kill(self) -> None:
        """All services at once, with no chance to finish anything."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        if self._process is None:
            return
        if self._process.poll() is not None:
            # Killed, and not started again: its broker and database live on.
            for name in ("broker", "database"):
                stop_left_behind(self.data / "processes", name)
            return
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(STOP_LIMIT)
        assert self._process.returncode == 0, self._log.read_text()

    def ansvar(self, *words: str) -> str:
        """A command as a person types it; what it said."""
        done = subprocess.run(
            [sys.executable, "-m", "shared.command", *words, "--data", str(self.data)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=COMMAND_LIMIT,
            check=False,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout

    def player(self, patience: float = 60.0) -> Player:
        """The people of the story. What they tell is shown only where a test fails."""
        console = Console(file=sys.stdout, width=200)
        return Player(self.running, self.data, SAMPLES, Teller(console), patience=patience)
