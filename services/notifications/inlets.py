"""Takes files in from folders into which others put them: receipts, numbers, mails that came back.

Each is handled once, known by its content, and then deleted or, where it is wrong, put into the
folder `wrong` beside a note that says why.
"""

import asyncio
import hashlib
import logging
import os
from collections.abc import Callable
from pathlib import Path

from pydantic import BaseModel, ValidationError

from shared.envelope import Message
from shared.events.base import Command
from shared.hostile import Damaged
from shared.router import name_of
from shared.runtime import Service

LOOK = 2.0
"""Seconds between two looks."""

LARGEST = 1_000_000
"""Bytes: more than any receipt or bounce has, which come with a copy of our own mail at most."""

AT_ONCE = 200

log = logging.getLogger("ansvar.notifications")

Reader = Callable[[bytes], Command | None]


class Inlet:
    """One folder, and how its files are read."""

    def __init__(self, folder: Path, read: Reader) -> None:
        self.folder, self.read = folder, read

    def waiting(self) -> list[Path]:
        """Files that are there whole; hidden ones are being written, links lead elsewhere."""
        if not self.folder.is_dir():
            return []
        with os.scandir(self.folder) as entries:
            found = [
                Path(entry)
                for entry in entries
                if entry.is_file(follow_symlinks=False) and not entry.name.startswith(".")
            ]
        return sorted(found)[:AT_ONCE]

    def refuse(self, file: Path, why: str) -> None:
        wrong = self.folder / "wrong"
        wrong.mkdir(exist_ok=True)
        os.replace(file, wrong / file.name)
        (wrong / f"{file.name}.why.txt").write_text(f"{why}\n", "utf-8")
        log.warning("a file was refused", extra={"folder": self.folder.name, "why": why})


def json_reader(kind: type[Command]) -> Reader:
    """Reads a file in JSON as a command. Raises `Damaged` with the field that is wrong."""

    def read(data: bytes) -> Command:
        try:
            return kind.model_validate_json(data)
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(map(str, first["loc"])) or "the file"
            raise Damaged(f"{place}: {first['msg']}") from error

    return read


class Taken(BaseModel):
    """How many files of one look were taken, and how many refused."""

    taken: int = 0
    refused: int = 0


async def take_in(inlet: Inlet, service: Service) -> Taken:
    """Handle what lies in a folder."""
    taken = Taken()
    for file in await asyncio.to_thread(inlet.waiting):
        try:
            await _take(inlet, file, service)
            await asyncio.to_thread(file.unlink, missing_ok=True)
            taken.taken += 1
        except Damaged as damaged:
            await asyncio.to_thread(inlet.refuse, file, damaged.reason)
            taken.refused += 1
    return taken


async def _take(inlet: Inlet, file: Path, service: Service) -> None:
    data = await asyncio.to_thread(_read, file)
    said = inlet.read(data)
    if said is None:
        return
    message = Message(
        id=f"inlet/{hashlib.sha256(data).hexdigest()}",
        type=name_of(type(said)),
        said=said,
        source="notifications",
        origin="command",
    )
    outcome = await service.commands.handle(message)
    if outcome.error is not None:
        raise Damaged(str(outcome.error["reason"]))


def _read(file: Path) -> bytes:
    with file.open("rb") as opened:
        data = opened.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise Damaged(f"it is larger than {LARGEST} bytes")
    return data


async def watch(inlets: tuple[Inlet, ...], service: Service) -> None:
    """Look into the folders as long as the service runs."""
    while True:
        for inlet in inlets:
            try:
                await take_in(inlet, service)
            except OSError as problem:
                log.warning("a folder cannot be read", extra={"why": repr(problem)})
        await asyncio.sleep(LOOK)
