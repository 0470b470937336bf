"""What runs: written down by `ansvar up` for every other command.

Without an embedded system the settings of the environment say where broker and database are.
"""

import fcntl
import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Annotated

import typer

from shared.command.says import Trouble
from shared.embedded.secrets import secret_settings

FILE = "running.json"

Data = Annotated[
    Path, typer.Option(envvar="ANSVAR_DATA", help="Where the embedded system keeps its data.")
]
DEFAULT_DATA = Path(".ansvar")


@dataclass(frozen=True)
class Running:
    """The addresses, settings and processes of an embedded system. No secret is in it."""

    public_url: str
    kafka_url: str
    mongo_url: str
    smtp_url: str
    mail_dir: str
    intake_dir: str
    clock_file: str
    pid: int
    services: list[str]
    processes: dict[str, int] = field(default_factory=dict)


def write_down(data: Path, running: Running) -> None:
    writing = data / f"{FILE}.part"
    writing.write_text(json.dumps(asdict(running), indent=2))
    os.replace(writing, data / FILE)


def cross_out(data: Path) -> None:
    (data / FILE).unlink(missing_ok=True)


def is_running(data: Path) -> bool:
    """Whether an `ansvar up` holds this data."""
    return _is_held(data / "lock")


def what_runs(data: Path) -> Running:
    """The embedded system that runs on this data, or a sentence that says how to start it."""
    path = data / FILE
    if not path.exists() or not is_running(data):
        raise Trouble(f"no embedded system runs on {data}: start one with `ansvar up`")
    return Running(**json.loads(path.read_text()))


def embedded_settings(data: Path, kafka_url: str, mongo_url: str) -> dict[str, str]:
    """What it takes to read and write the data of an embedded system."""
    return {
        "ANSVAR_EMBEDDED": "1",
        "ANSVAR_KAFKA_URL": kafka_url,
        "ANSVAR_MONGO_URL": mongo_url,
        "ANSVAR_KEYS_URL": "",
        "ANSVAR_DATA": str(data),
        **secret_settings(data),
    }


def settings_of(running: Running, data: Path) -> dict[str, str]:
    """Everything the services are told. They read it from the environment in every mode."""
    return {
        **embedded_settings(data, running.kafka_url, running.mongo_url),
        "ANSVAR_SMTP_URL": running.smtp_url,
        "ANSVAR_PUBLIC_URL": running.public_url,
        "ANSVAR_INTAKE_DIR": running.intake_dir,
        "ANSVAR_CLOCK_FILE": running.clock_file,
    }


def has_own_settings() -> bool:
    """Whether broker and database were named from outside."""
    return bool(os.environ.get("ANSVAR_KAFKA_URL") and os.environ.get("ANSVAR_MONGO_URL"))


def take_settings(data: Path) -> None:
    """Let this process have the settings of the running system, unless it was given its own."""
    if not has_own_settings():
        os.environ.update(settings_of(_of_what_runs(data), data.absolute()))


def kafka_url(data: Path) -> str:
    return os.environ.get("ANSVAR_KAFKA_URL") or _of_what_runs(data).kafka_url


def _of_what_runs(data: Path) -> Running:
    try:
        return what_runs(data)
    except Trouble as trouble:
        raise Trouble(f"{trouble}, or set ANSVAR_KAFKA_URL and ANSVAR_MONGO_URL") from None


def _is_held(lock: Path) -> bool:
    if not lock.exists():
        return False
    with lock.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
