"""`ansvar lists`: hand a list to the running system, and see which versions are in force."""

import os
import time
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer

from shared.command.running import DEFAULT_DATA, Data, what_runs
from shared.command.says import Trouble, say, show_table

app = typer.Typer(help="Sanctions lists: load one, see what is in force.", no_args_is_help=True)

TOKEN = "ANSVAR_TOKEN"
WAIT_AT_MOST = 300.0
"""Seconds for the entries of a version to be written; the largest list takes about one minute."""
LOOK_EVERY = 0.3

Url = Annotated[
    str, typer.Option(envvar="ANSVAR_PUBLIC_URL", help="Where Ansvar answers; what runs here.")
]
Token = Annotated[
    str, typer.Option(envvar=TOKEN, help="Who you are: as `ansvar token --role admin` prints it.")
]


@app.command()
def load(
    file: Annotated[Path, typer.Argument(help="The official file.", exists=True, dir_okay=False)],
    source: Annotated[str, typer.Option(help="Which list it is: eu or un.")],
    force: Annotated[bool, typer.Option(help="Also if it looks cut off or is older.")] = False,
    reason: Annotated[str, typer.Option(help="Why it is forced.")] = "",
    url: Url = "",
    token: Token = "",
    data: Data = DEFAULT_DATA,
) -> None:
    """Take a file in as the next version of a list, and wait until it is in force."""
    with _client(url, token, data) as client:
        answer = client.post(
            f"/lists/{source}",
            params={"force": force, "reason": reason},
            content=file.read_bytes(),
            headers={"Content-Type": "application/xml"},
        )
        result = _json(answer)["result"]
        say(
            f"{source} {result['version']}: {result['entries']} entries, {result['added']} new, "
            f"{result['changed']} changed, {result['removed']} gone; {result['note']}"
        )
        _wait_until_in_force(client, source, result["version"])
        say(f"{source} {result['version']} is in force")


@app.command()
def status(url: Url = "", token: Token = "", data: Data = DEFAULT_DATA) -> None:
    """Show which version of each list is in force, and how many parties were compared with it."""
    with _client(url, token, data) as client:
        lists = _json(client.get("/lists"))
    rows = [_row(one) for one in lists]
    show_table(("list", "version", "of", "entries", "compared", "gaps", "coming"), rows)


def _row(one: dict[str, Any]) -> tuple[object, ...]:
    held, coverage = one["in_force"] or {}, one["coverage"] or {}
    compared = coverage.get("parties", "-")
    return (
        one["source"],
        held.get("version", "none"),
        held.get("list_date") or "-",
        held.get("entries", "-"),
        compared if coverage.get("whole") or not coverage else f"{compared} so far",
        coverage.get("gaps", "-"),
        one["coming"] or "-",
    )


def _client(url: str, token: str, data: Path) -> httpx.Client:
    if not token:
        raise Trouble(
            f"say who you are with --token or {TOKEN}: `ansvar token --role admin` prints a token"
        )
    base = url or os.environ.get("ANSVAR_PUBLIC_URL") or what_runs(data).public_url
    return httpx.Client(
        base_url=f"{base.rstrip('/')}/api/screening",
        headers={"Authorization": f"Bearer {token}"},
        timeout=120,
    )


def _json(answer: httpx.Response) -> Any:
    """What was answered, or the problem in the system's own words."""
    if answer.is_success:
        return answer.json()
    if answer.headers.get("content-type", "").startswith("application/problem+json"):
        raise Trouble(answer.json()["detail"])
    raise Trouble(f"{answer.request.url} answered {answer.status_code}")


def _wait_until_in_force(client: httpx.Client, source: str, version: str) -> None:
    end = time.monotonic() + WAIT_AT_MOST
    while time.monotonic() < end:
        held = next(one for one in _json(client.get("/lists")) if one["source"] == source)
        if held["in_force"] and held["in_force"]["version"] == version:
            return
        if held["coming"] is None:
            raise Trouble(f"{source} {version} gave way to another version")
        time.sleep(LOOK_EVERY)
    raise Trouble(f"{source} {version} is still being written after {WAIT_AT_MOST:.0f} s")
