"""`ansvar lists`: load and fetch lists, see which versions are in force, compare, take one back."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

from services.screening.lists.bundle import pack
from shared.command.running import DEFAULT_DATA, Data, what_runs
from shared.command.says import Trouble, say, show_table

app = typer.Typer(
    help="Sanctions lists: load or fetch them, see what is in force.", no_args_is_help=True
)

TOKEN = "ANSVAR_TOKEN"
WAIT_AT_MOST = 300.0
"""Seconds for the entries of a version to be written; the largest list takes about one minute."""
FETCH_AT_MOST = 660.0
LOOK_EVERY = 0.3
PIECE = 256 * 1024

Url = Annotated[
    str, typer.Option(envvar="ANSVAR_PUBLIC_URL", help="Where Ansvar answers; what runs here.")
]
Token = Annotated[
    str, typer.Option(envvar=TOKEN, help="Who you are: as `ansvar token --role admin` prints it.")
]
Source = Annotated[str, typer.Option(help="Which list it is, as `ansvar lists status` names it.")]


@app.command()
def load(
    files: Annotated[
        list[Path],
        typer.Argument(help="The official file; several that are one list.", exists=True),
    ],
    source: Source,
    force: Annotated[bool, typer.Option(help="Also if it looks cut off or is older.")] = False,
    reason: Annotated[str, typer.Option(help="Why it is forced.")] = "",
    url: Url = "",
    token: Token = "",
    data: Data = DEFAULT_DATA,
) -> None:
    """Take files in as the next version of a list, and wait until it is in force."""
    with _client(url, token, data) as client:
        body = _body(files)
        with _progress() as progress:
            answer = client.post(
                f"/lists/{source}",
                params={"force": force, "reason": reason},
                content=_pieces(body, progress),
                headers={
                    "Content-Type": "application/octet-stream",
                    "Content-Length": str(len(body)),
                },
            )
        result = _json(answer)["result"]
        say(
            f"{source} {result['version']}: {result['entries']} entries, {result['added']} new, "
            f"{result['changed']} changed, {result['removed']} gone; {result['note']}"
        )
        _wait_until_in_force(client, source, result["version"])


@app.command()
def fetch(
    source: Annotated[str, typer.Argument(help="Which list; all that have an address.")] = "",
    url: Url = "",
    token: Token = "",
    data: Data = DEFAULT_DATA,
) -> None:
    """Ask for lists at their official addresses now, and wait for what comes of it.

    Ends with 1 where one of them was not taken in, after all were asked.
    """
    with _client(url, token, data) as client:
        known = _json(client.get("/lists"))
        names = [source] if source else [one["source"] for one in known if one["poll"]]
        if not names:
            raise Trouble("no list has an address: name one, or load a file with `lists load`")
        missed = []
        for name in names:
            attempt = _json(client.post(f"/lists/{name}/fetch"))["result"]["attempt"]
            if not _tell_fetched(client, name, attempt):
                missed.append(name)
    if missed:
        raise Trouble(f"not taken in: {', '.join(missed)}; `lists status` says how old each is")


@app.command()
def status(url: Url = "", token: Token = "", data: Data = DEFAULT_DATA) -> None:
    """Show which version of each list is in force, how old it is, and what was compared with it."""
    with _client(url, token, data) as client:
        lists = _json(client.get("/lists"))
    columns = ("list", "version", "of", "entries", "age", "compared", "gaps")
    show_table(columns, [_row(one) for one in lists])
    for one in lists:
        if state := _state(one):
            say(f"{one['source']}: {state}")
    binding = ", ".join(one["source"] for one in lists if one["binding"])
    say(f"Binding here: {binding}. The others are advice.")


@app.command()
def diff(
    source: Annotated[str, typer.Argument(help="Which list.")],
    before: Annotated[str, typer.Argument(help="The earlier version, or how it begins.")],
    after: Annotated[str, typer.Argument(help="The later version.")],
    url: Url = "",
    token: Token = "",
    data: Data = DEFAULT_DATA,
) -> None:
    """Show which entries one version of a list has added, changed and removed against another."""
    with _client(url, token, data) as client:
        versions = {"before": before, "after": after}
        found = _json(client.get(f"/lists/{source}/diff", params=versions))
    rows = [("+", one["entry_id"], one["name"], "") for one in found["added"]]
    for one in found["changed"]:
        said = "; ".join(_change(field, one) for field in one["after"])
        rows.append(("~", one["entry_id"], one["name"], said))
    rows += [("-", one["entry_id"], one["name"], "") for one in found["removed"]]
    show_table(("", "entry", "name", "what"), rows)
    counts = (len(found[kind]) for kind in ("added", "changed", "removed"))
    say("{} new, {} changed, {} gone".format(*counts))


@app.command()
def rollback(
    source: Annotated[str, typer.Argument(help="Which list.")],
    version: Annotated[str, typer.Argument(help="The version to return to, or how it begins.")],
    reason: Annotated[str, typer.Option(help="Why: it stays with the version.")],
    url: Url = "",
    token: Token = "",
    data: Data = DEFAULT_DATA,
) -> None:
    """Put an earlier version in force again; every party is compared with it (administrators)."""
    with _client(url, token, data) as client:
        body = {"version": version, "reason": reason}
        result = _json(client.post(f"/lists/{source}/rollback", json=body))["result"]
        _wait_until_in_force(client, source, result["version"])


def _body(files: list[Path]) -> bytes:
    """One file as it is; several, or those of a folder, packed as one."""
    found = [one for file in files for one in (_inside(file) if file.is_dir() else [file])]
    if len(found) == 1:
        return found[0].read_bytes()
    if not found:
        raise Trouble("there is no file in this folder")
    return pack({file.name.lower(): file.read_bytes() for file in found})


def _inside(folder: Path) -> list[Path]:
    return sorted(file for file in folder.iterdir() if file.is_file())


def _row(one: dict[str, Any]) -> tuple[object, ...]:
    held, coverage = one["in_force"] or {}, one["coverage"] or {}
    compared = coverage.get("parties", "-")
    return (
        one["source"],
        held.get("version", "none"),
        held.get("list_date") or "-",
        held.get("entries", "-"),
        "-" if one["age_hours"] is None else f"{one['age_hours']:.1f} h",
        compared if coverage.get("whole") or not coverage else f"{compared} so far",
        coverage.get("gaps", "-"),
    )


def _state(one: dict[str, Any]) -> str:
    """What is going on, the most urgent first; nothing where all is well."""
    poll = one["poll"] or {}
    if one["writing"]:
        return f"writing {one['writing']['written']} of {one['writing']['entries']}"
    if one["refused"]:
        return f"refused: {one['refused']}"
    if poll.get("under_way"):
        return "being fetched"
    return f"not fetched: {poll['problem']}" if poll.get("problem") else ""


def _change(field: str, one: dict[str, Any]) -> str:
    return f"{field}: {_words(one['before'][field])} → {_words(one['after'][field])}"


def _words(value: Any) -> str:
    """Names and numbers as one writes them, nothing as a dash."""
    if isinstance(value, list):
        return ", ".join(map(_words, value)) or "-"
    if isinstance(value, dict):
        return str(value.get("text") or value.get("number"))
    return str(value or "-")


def _tell_fetched(client: httpx.Client, source: str, attempt: int) -> bool:
    """Wait for what comes of it and tell; whether the list is what its publisher has."""

    def ended() -> dict[str, Any] | None:
        one = _list(client, source)
        poll = one["poll"] or {"under_way": False, "attempt": attempt}
        return one if poll["attempt"] >= attempt and not poll["under_way"] else None

    one = _wait(ended, FETCH_AT_MOST, f"{source} is still being fetched")
    if one["poll"] and one["poll"]["problem"]:
        say(f"{source}: not taken in; {one['poll']['problem']}")
        return False
    if one["coming"]:
        _wait_until_in_force(client, source, one["coming"].rpartition("-")[2])
    else:
        held = one["in_force"] or {}
        say(f"{source} {held.get('version', 'none')} is the list that is published")
    return True


def _progress() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    # Where nobody looks, such as in a log, a bar leaves empty lines behind.
    return Progress(*columns, transient=True, disable=not sys.stdout.isatty())


def _pieces(body: bytes, progress: Progress) -> Iterator[bytes]:
    task = progress.add_task("sending", total=len(body))
    for start in range(0, len(body), PIECE):
        yield body[start : start + PIECE]
        progress.advance(task, PIECE)


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


def _list(client: httpx.Client, source: str) -> dict[str, Any]:
    found = (one for one in _json(client.get("/lists")) if one["source"] == source)
    one: dict[str, Any] = next(found)
    return one


def _wait(
    look: Callable[[], dict[str, Any] | None], at_most: float, trouble: str
) -> dict[str, Any]:
    end = time.monotonic() + at_most
    while time.monotonic() < end:
        found = look()
        if found is not None:
            return found
        time.sleep(LOOK_EVERY)
    raise Trouble(f"{trouble} after {at_most:.0f} s")


def _wait_until_in_force(client: httpx.Client, source: str, version: str) -> None:
    with _progress() as progress:
        task = progress.add_task("writing the entries", total=None)

        def in_force() -> dict[str, Any] | None:
            one = _list(client, source)
            if one["in_force"] and one["in_force"]["version"] == version:
                return one
            if one["coming"] is None:
                raise Trouble(f"{source} {version} gave way to another version")
            if one["writing"]:
                written, entries = one["writing"]["written"], one["writing"]["entries"]
                progress.update(task, completed=written, total=entries)
            return None

        _wait(in_force, WAIT_AT_MOST, f"{source} {version} is still being written")
    say(f"{source} {version} is in force")
