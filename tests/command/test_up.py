"""`ansvar up` starts everything, keeps it standing, and stops it in order."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.command.conftest import Installation, Up, eventually
from tests.processes import alive

pytestmark = pytest.mark.integration

Running = tuple[Installation, Up]


def children_of(installation: Installation) -> list[int]:
    """Every process that a run wrote down when it started it."""
    return [int(path.read_text()) for path in (installation.data / "processes").glob("*.pid")]


def test_all_services_answer_under_one_port(running: Running) -> None:
    _, up = running
    assert up.get("/api/alpha/healthz").json()["service"] == "alpha"
    assert up.get("/api/beta/healthz").json()["service"] == "beta"
    assert up.get("/").json() == {"services": ["/api/alpha", "/api/beta"]}


def test_services_are_told_everything_by_their_environment(running: Running) -> None:
    _, up = running
    told = up.get("/api/alpha/settings").json()
    assert (told["ANSVAR_EMBEDDED"], told["ANSVAR_PUBLIC_URL"]) == ("1", up.url)
    assert Path(told["ANSVAR_INTAKE_DIR"]).is_dir()
    assert {name for name in told if name.endswith(("_KEY", "_SECRET", "_FILE"))} == {
        "ANSVAR_MASTER_KEY",
        "ANSVAR_PERSON_KEY",
        "ANSVAR_LINK_KEY",
        "ANSVAR_WEBHOOK_SECRET",
        "ANSVAR_CLOCK_FILE",
        "ANSVAR_ISSUER_KEY_FILE",
    }


def test_other_commands_find_the_running_system(running: Running) -> None:
    installation, _ = running
    assert "alpha.replay" in installation.ansvar("topics", "list")
    assert installation.ansvar("topics", "apply", "--only", "alpha") == "all topics are there\n"
    assert installation.ansvar("lag") == "no service has handled anything yet\n"
    assert installation.ansvar("dead", "list", "--service", "alpha") == "no dead letters\n"
    assert "10 days, 0:00:00 ahead" in installation.ansvar("clock", "advance", "10d")
    assert "10 days, 0:00:00 ahead" in installation.ansvar("clock", "show")
    assert "'soon' is no duration" in installation.ansvar("clock", "advance", "soon", expect=1)


def test_a_second_one_on_the_same_data_or_port_is_told_so(running: Running) -> None:
    installation, up = running
    second = installation.ansvar_apart("up", "--only", "alpha", "--port", "0", expect=1)
    assert f"another ansvar already runs on {installation.data}" in second
    taken = installation.ansvar_apart("up", "--port", up.url.split(":")[2], expect=1)
    assert "is taken by another program; choose another with --port" in taken


def test_a_killed_broker_is_raised_again_with_its_topics(running: Running) -> None:
    installation, up = running
    os.kill(up.pids["broker"], signal.SIGKILL)
    log = installation.data / "ansvar.log"
    eventually(lambda: "broker fell and is raised again" in log.read_text())
    eventually(lambda: "beta.v1" in installation.ansvar("topics", "list"))


def test_a_stop_is_orderly_and_the_next_up_goes_on(installation: Installation) -> None:
    first = installation.up("--only", "alpha,beta")
    told, pids = first.get("/api/alpha/settings").json(), first.pids
    installation.ansvar("clock", "advance", "3d")
    assert first.stop(signal.SIGINT).strip() == "stopped"
    assert installation.notes.read_text().count("stops") == 2
    assert not any(alive(pid) for pid in pids.values())
    assert not (installation.data / "running.json").exists()

    second = installation.up("--only", "alpha")
    again = second.get("/api/alpha/settings").json()
    assert again["ANSVAR_PERSON_KEY"] == told["ANSVAR_PERSON_KEY"]
    assert "3 days" in installation.ansvar("clock", "show")
    assert installation.ansvar("down") == "stopped\n"
    assert second.process.wait(60) == 0
    assert "no embedded system runs" in installation.ansvar("down", expect=1)


def test_each_service_in_a_process_of_its_own_behind_one_port(installation: Installation) -> None:
    up = installation.up("--only", "alpha,beta", "--processes")
    pids = {name: up.get(f"/api/{name}/healthz").json()["pid"] for name in ("alpha", "beta")}
    assert len({*pids.values(), up.process.pid}) == 3

    body = b"x" * 3_000_000
    answer = httpx.post(f"{up.url}/api/beta/echo/a%2Fb?c=d", content=body, timeout=10)
    assert (answer.status_code, answer.headers["X-Seen"]) == (201, "/api/beta/echo/a/b")
    assert answer.content == b"a/b|" + body
    assert up.get("/nowhere").status_code == 404

    os.kill(pids["alpha"], signal.SIGKILL)
    eventually(lambda: up.get("/api/alpha/healthz").status_code == 200)
    assert up.get("/api/alpha/healthz").json()["pid"] != pids["alpha"]
    assert up.get("/api/beta/healthz").json()["pid"] == pids["beta"]

    up.stop()
    assert installation.notes.read_text().count("stops") == 2
    assert not any(alive(pid) for pid in children_of(installation))


def test_after_a_kill_of_everything_the_next_up_cleans_up_and_starts(
    installation: Installation,
) -> None:
    up = installation.up("--only", "alpha", "--processes")
    left = up.pids
    up.process.kill()
    up.process.wait()
    assert all(alive(pid) for pid in left.values())
    again = installation.up("--only", "alpha")
    assert not any(alive(pid) for pid in left.values())
    assert again.get("/api/alpha/healthz").status_code == 200


def test_a_service_that_cannot_start_is_named_and_nothing_is_left(
    installation: Installation,
) -> None:
    said = installation.ansvar_apart("up", "--only", "alpha,broken", "--port", "0", expect=1)
    assert "the service broken failed: the list directory is empty" in said
    assert "alpha stops" in installation.notes.read_text()
    assert len(children_of(installation)) == 2
    assert not any(alive(pid) for pid in children_of(installation))


def test_ctrl_c_while_starting_stops_what_was_started(installation: Installation) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "shared.command", "up", "--only", "alpha", "--port", "0"],
        env=installation.environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    pidfile = installation.data / "processes" / "database.pid"
    eventually(lambda: pidfile.exists() and pidfile.read_text().strip() != "")
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=120)
    assert said == "stopping before everything was up\nstopped\n"
    assert not alive(int(pidfile.read_text()))
