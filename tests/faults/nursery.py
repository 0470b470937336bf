"""One process that has loaded the services, and forks for each that a test starts.

Loading them takes two seconds of a core, and a hundred kills ask for it a hundred times; that is
Python's part and not what is tried. Everything after it, from reading the settings on, happens in
the new process alone, which is nobody's child that waits for it: it is watched and signalled by a
descriptor of its own (pidfd), so that no number is taken for another process.
"""

import asyncio
import json
import os
import random
import select
import signal
import subprocess
import sys
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path


class Born:
    """A process that was forked."""

    def __init__(self, pid: int) -> None:
        self._fd = os.pidfd_open(pid)

    @property
    def runs(self) -> bool:
        return not select.select([self._fd], [], [], 0)[0]

    def signal(self, number: int) -> None:
        if self.runs:
            signal.pidfd_send_signal(self._fd, number)

    def wait(self, seconds: float) -> bool:
        """Whether it ended in that time."""
        return bool(select.select([self._fd], [], [], seconds)[0])


class Nursery:
    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._one_after_the_other = asyncio.Lock()

    async def bear(
        self, names: Sequence[str], port: int, told: Mapping[str, str], log: Path
    ) -> Born:
        """Start one with these services; what is told is added to our environment."""
        async with self._one_after_the_other:
            line = json.dumps([list(names), port, dict(told), str(log)])
            return Born(await asyncio.to_thread(self._ask, line))

    def _ask(self, line: str) -> int:
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.nursery"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def close(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait()


def main() -> None:
    from tests.faults import services

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody has to ask how they ended
    for line in sys.stdin:
        names, port, told, log = json.loads(line)
        pid = os.fork()
        if pid:
            sys.stdout.write(f"{pid}\n")
            sys.stdout.flush()
            continue
        try:
            _grow_up(told, log)
            services.main(names, port)
        except BaseException:
            traceback.print_exc()
            sys.stderr.flush()
            os._exit(1)
        os._exit(0)


def _grow_up(told: dict[str, str], log: str) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    nothing, written = os.open(os.devnull, os.O_RDONLY), os.open(log, os.O_WRONLY | os.O_APPEND)
    os.dup2(nothing, 0)
    os.dup2(written, 1)
    os.dup2(written, 2)
    os.environ.update(told)
    random.seed()


if __name__ == "__main__":
    main()
