"""`ansvar lists` against a running service, over a real socket."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount
from typer.testing import CliRunner

from services.screening.command import app
from shared.command.says import Trouble
from shared.domain import Caller
from shared.embedded.readiness import free_ports
from shared.http import build_http
from tests.screening.stage import ADMIN, SAMPLES, Stage
from tests.screening.test_api import CMS, METTE, Screen

EU1, EU2 = SAMPLES / "lists/eu-v1.xml", SAMPLES / "lists/eu-v2.xml"


@pytest.fixture
def screen(tmp_path: Path) -> Screen:
    return Screen(Stage(), tmp_path / "key.json")


@pytest.fixture
def url(screen: Screen) -> Iterator[str]:
    (port,) = free_ports(1)
    routes = [Mount("/api/screening", build_http(screen))]
    config = uvicorn.Config(Starlette(routes=routes), port=port, log_level="error")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    end = time.monotonic() + 10
    while not server.started and time.monotonic() < end:
        time.sleep(0.01)
    assert server.started
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)


def token(screen: Screen, caller: Caller) -> str:
    return str(screen.issuer.issue(caller.subject, caller.name, caller.roles, caller.buyers))


def ansvar_lists(*arguments: str) -> str:
    result = CliRunner().invoke(app, list(arguments), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_a_list_is_loaded_and_its_state_shown(screen: Screen, url: str) -> None:
    who = ("--url", url, "--token", token(screen, ADMIN))
    said = ansvar_lists("load", str(EU1), "--source", "eu", *who)
    assert "34 entries, 34 new, 0 changed, 0 gone" in said
    assert said.rstrip().endswith("is in force")
    said = ansvar_lists("load", str(EU2), "--source", "eu", *who)
    assert "36 entries, 3 new, 1 changed, 1 gone" in said
    shown = ansvar_lists("status", "--url", url, "--token", token(screen, METTE))
    assert "2026-11-21" in shown
    assert "none" in shown  # the UN list was never loaded


def test_what_the_system_refuses_is_told_in_its_words(screen: Screen, url: str) -> None:
    who = ("--url", url, "--token", token(screen, CMS))
    with pytest.raises(Trouble, match="the root element is 'CONSOLIDATED_LIST'"):
        ansvar_lists("load", str(SAMPLES / "lists/un-v1.xml"), "--source", "eu", *who)
    ansvar_lists("load", str(EU2), "--source", "eu", *who)
    with pytest.raises(Trouble, match="is of 2026-11-19, the one in force of 2026-11-21"):
        ansvar_lists("load", str(EU1), "--source", "eu", *who)
    with pytest.raises(Trouble, match="no list with id xx"):
        ansvar_lists("load", str(EU1), "--source", "xx", *who)


def test_without_a_token_it_says_where_to_get_one() -> None:
    with pytest.raises(Trouble, match="ansvar token --role admin"):
        ansvar_lists("status", "--url", "http://127.0.0.1:9", "--token", "")
