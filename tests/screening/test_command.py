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
from services.screening.fetching import Fetcher
from shared.command.says import Trouble
from shared.domain import Caller
from shared.embedded.readiness import free_ports
from shared.http import build_http
from tests.screening.publisher import publishing
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


def version(said: str) -> str:
    """The version that the last line says is in force."""
    return said.rstrip().splitlines()[-1].split()[1]


def test_versions_are_compared_and_taken_back(screen: Screen, url: str) -> None:
    who = ("--url", url, "--token", token(screen, ADMIN))
    first = version(ansvar_lists("load", str(EU1), "--source", "eu", *who))
    second = version(ansvar_lists("load", str(EU2), "--source", "eu", *who))
    said = ansvar_lists("diff", "eu", first[:8], second, *who)
    assert "3 new, 1 changed, 1 gone" in said
    assert "90301" in said
    said = ansvar_lists("rollback", "eu", first, "--reason", "The second was withdrawn.", *who)
    assert said.rstrip() == f"eu {first} is in force"
    with pytest.raises(Trouble, match="no version with id eu 0000"):
        ansvar_lists("rollback", "eu", "0000", "--reason", "why", *who)


def test_several_files_of_one_list_are_loaded_together(screen: Screen, url: str) -> None:
    who = ("--url", url, "--token", token(screen, ADMIN))
    folder = Path(__file__).parent / "lists/ofac"
    said = ansvar_lists("load", str(folder), "--source", "us-sdn", *who)
    assert "4 entries, 4 new" in said
    again = ansvar_lists("load", *map(str, folder.iterdir()), "--source", "us-sdn", *who)
    assert "in force already" in again
    shown = ansvar_lists("status", *who)
    assert "Binding here: eu, un. The others are advice." in shown


def test_a_list_is_fetched_from_its_address(screen: Screen, url: str) -> None:
    who = ("--url", url, "--token", token(screen, ADMIN))
    with publishing() as publisher:
        publisher.says(200, (Path(__file__).parent / "lists/sdn.xml").read_bytes(), ETag='"1"')
        publisher.says(304)
        publisher.says(503)
        address = Fetcher(addresses={"us-consolidated": [publisher.url]}, local=True)
        screen.stage.become(address)
        screen.works = True
        said = ansvar_lists("fetch", "us-consolidated", *who)
        assert "is the list that is published" in said
        assert "is the list that is published" in ansvar_lists("fetch", "us-consolidated", *who)
        result = CliRunner().invoke(app, ["fetch", "us-consolidated", *who])
        assert "us-consolidated: not taken in; the publisher answers 503" in result.output
        assert isinstance(result.exception, Trouble)
    shown = ansvar_lists("status", *who)
    assert "us-consolidated: not fetched: the publisher answers 503" in shown
    with pytest.raises(Trouble, match="no official address"):
        ansvar_lists("fetch", "own", *who)


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
