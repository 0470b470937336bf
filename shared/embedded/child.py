"""A process that Ansvar starts and must stop again, even after Ansvar itself was killed.

Each child inherits an open, locked file. The lock lives exactly as long as the child, whatever
happened to its parent, so the number written in the file can be trusted as long as it is held and
never leads to another program that was given the same number later.
"""

import fcntl
import logging
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from shared.embedded import CannotStart

log = logging.getLogger(__name__)

PATIENCE = 15.0  # seconds that a process may take to end after SIGTERM
GLANCE = 0.02  # seconds between two looks


class Child:
    """One process under a name, with its log and its lock in `room`."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        room: Path,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.name = name
        self.log = room / f"{name}.log"
        self._command = list(command)
        self._lock = room / f"{name}.pid"
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        if self._process is None:
            raise RuntimeError(f"{self.name} was never started")
        return self._process.pid

    def start(self) -> None:
        with self._lock.open("a+") as lock, self.log.open("ab") as output:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=None if self._environment is None else dict(self._environment),
                pass_fds=(lock.fileno(),),
                # Ctrl-C reaches a whole process group at once, but here the order matters.
                start_new_session=True,
            )
            lock.truncate(0)
            lock.write(str(self._process.pid))

    def runs(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def wait_until(self, ready: Callable[[], bool], limit: float) -> None:
        """Wait until `ready` says so; say clearly why not when the process ends or time is up."""
        end = time.monotonic() + limit
        while not ready():
            if not self.runs():
                raise CannotStart(f"the {self.name} ended at once: {self.last_words()}")
            if time.monotonic() > end:
                raise CannotStart(f"the {self.name} did not answer within {limit:.0f} s")
            time.sleep(GLANCE)

    def last_words(self) -> str:
        lines = self.log.read_text(errors="replace").strip().splitlines()
        return f"{lines[-1] if lines else 'it said nothing'} (see {self.log})"

    def ask_to_end(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)

    def stop(self) -> bool:
        """Ask it to end, and insist when it does not; whether it ended as one that was asked to."""
        if self._process is None:
            return True
        self.ask_to_end()
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            log.warning("%s did not end within %.0f s and is killed", self.name, PATIENCE)
            self._process.kill()
            self._process.wait()
        return self._process.returncode in (0, -signal.SIGTERM)


def stop_left_behind(room: Path, name: str) -> bool:
    """Stop a child that outlived a killed Ansvar; whether there was one."""
    path = room / f"{name}.pid"
    if not path.exists():
        return False
    with path.open("r+") as lock:
        if _locked(lock.fileno()):
            return False
        pid = int(lock.read() or 0)
        for number, limit in ((signal.SIGTERM, PATIENCE), (signal.SIGKILL, PATIENCE)):
            if pid:
                os.kill(pid, number)
            end = time.monotonic() + limit
            while time.monotonic() < end:
                if _locked(lock.fileno()):
                    log.info("stopped a %s left behind by an earlier run", name)
                    return True
                time.sleep(GLANCE)
    raise CannotStart(f"a {name} of an earlier run (process {pid}) does not end; stop it first")


def _locked(descriptor: int) -> bool:
    """Whether this process got the lock: nobody else holds it."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
