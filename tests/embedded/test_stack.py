"""The stack starts, goes on, cleans up after a kill, and says clearly why it cannot start."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from motor.motor_asyncio import AsyncIOMotorClient

from shared.embedded import CannotStart
from shared.embedded import stack as stack_module
from shared.embedded.readiness import broker_answers, database_answers, free_ports
from shared.embedded.stack import Stack
from tests.processes import alive

UNTIL_KILLED = """
import sys, time
from pathlib import Path
from shared.embedded.stack import Stack
kafka_port, mongo_port = map(int, sys.argv[2:] or (0, 0))
stack = Stack(Path(sys.argv[1]), kafka_port=kafka_port, mongo_port=mongo_port)
stack.start()
print(*stack.pids.values(), flush=True)
time.sleep(60)
"""


def test_one_directory_belongs_to_one_stack(stack: Stack) -> None:
    with pytest.raises(CannotStart, match="another ansvar already runs on"):
        Stack(stack.data).start()
    assert broker_answers(int(stack.kafka_url.split(":")[1]))


def test_what_a_killed_run_left_behind_is_stopped_first(tmp_path: Path) -> None:
    first = subprocess.Popen(
        [sys.executable, "-c", UNTIL_KILLED, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert first.stdout is not None
    left = [int(pid) for pid in first.stdout.readline().split()]
    first.kill()
    first.wait()
    assert all(alive(pid) for pid in left)

    with Stack(tmp_path) as running:
        assert not any(alive(pid) for pid in left)
        assert running.fallen() == []


def test_ports_that_a_killed_run_still_holds_are_taken_over(tmp_path: Path) -> None:
    kafka, mongo = free_ports(2)
    first = subprocess.Popen(
        [sys.executable, "-c", UNTIL_KILLED, str(tmp_path), str(kafka), str(mongo)],
        stdout=subprocess.PIPE,
    )
    assert first.stdout is not None
    first.stdout.readline()
    first.kill()
    first.wait()
    with Stack(tmp_path, kafka_port=kafka, mongo_port=mongo) as running:
        assert running.fallen() == []


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(CannotStart, match=f"port {port} .* --mongo-port"):
            Stack(tmp_path, mongo_port=port).start()


def test_a_missing_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stack_module, "PACKAGES", {"no_such_package": "No-Such-Package"})
    with pytest.raises(CannotStart, match=r"needs the package No-Such-Package: run `make setup`"):
        Stack(tmp_path).start()


def test_short_memory_is_told_with_both_figures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stack_module, "free_memory", lambda: 100 * 2**20)
    with pytest.raises(CannotStart, match="300 MB of free memory, and this machine has 100 MB"):
        Stack(tmp_path).start()


def test_a_program_that_ends_at_once_is_quoted_and_nothing_is_left(tmp_path: Path) -> None:
    (tmp_path / "mongo").write_text("a file where the database wants a directory")
    attempt = Stack(tmp_path)
    with pytest.raises(CannotStart, match=r"the database ended at once: .*File"):
        attempt.start()
    assert attempt.fallen() == ["broker", "database"]
    (tmp_path / "mongo").unlink()
    with Stack(tmp_path) as running:
        assert running.fallen() == []


async def test_a_killed_database_is_raised_again_with_what_it_had_accepted(tmp_path: Path) -> None:
    with Stack(tmp_path) as running:
        client: Any = AsyncIOMotorClient(running.mongo_url, timeoutMS=5000)
        await client.trial.notes.insert_one({"text": "kept"})
        os.kill(running.pids["database"], signal.SIGKILL)
        await asyncio.to_thread(_wait_for_end, running.pids["database"])
        assert running.fallen() == ["database"]
        await asyncio.to_thread(running.raise_again, "database")
        assert [note["text"] async for note in client.trial.notes.find()] == ["kept"]
        client.close()


def test_a_stack_knows_whether_the_run_before_it_was_killed(tmp_path: Path) -> None:
    with Stack(tmp_path) as first:
        assert not first.broke_off, "there was none before it"
    with Stack(tmp_path) as second:
        assert not second.broke_off
        os.kill(second.pids["broker"], signal.SIGKILL)
    with Stack(tmp_path) as third:
        assert third.broke_off
    with Stack(tmp_path) as fourth:
        assert fourth.broke_off, "nobody has mended it since"
        fourth.broke_off = False
    with Stack(tmp_path) as fifth:
        assert not fifth.broke_off


def test_nobody_on_a_port_is_no_answer() -> None:
    (port,) = free_ports(1)
    assert not broker_answers(port)
    assert not database_answers(port)


def _wait_for_end(pid: int) -> None:
    """Wait until the process has ended, and leave it to its parent to notice."""
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)


def test_a_free_port_is_none_that_an_outgoing_connection_may_take_first() -> None:
    given = Path("/proc/sys/net/ipv4/ip_local_port_range")
    first = int(given.read_text().split()[0]) if given.exists() else 32_768
    ports = free_ports(50)
    assert len(set(ports)) == 50
    assert max(ports) < first
