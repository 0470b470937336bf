"""Indexes of list versions: made once, in a process of their own, and mapped by all others."""

import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from services.screening.domain import ListedEntry
from services.screening.matching import ENGINE, Index, Policy
from services.screening.matching.kept import folder_in, open_index

Load = Callable[[], Awaitable[Sequence[ListedEntry]]]

FEW = 2_000
"""Entries up to which arranging them takes no longer than starting a process."""


class NotArranged(Exception):
    """The process that arranges an index failed; what it said is the message."""


async def index_of(key: str, load: Load, policy: Policy, home: Path | None) -> Index:
    """The index of these entries: the one in the folder if there is one, else a new one."""
    if home is None:
        return await asyncio.to_thread(Index, await load(), policy)
    folder = folder_in(home, f"{ENGINE}|{key}", policy)
    if not folder.is_dir():
        entries = await load()
        if len(entries) <= FEW:
            return await asyncio.to_thread(Index, entries, policy)
        await _arrange(entries, folder, policy)
    return await asyncio.to_thread(open_index, folder, policy)


async def _arrange(entries: Sequence[ListedEntry], folder: Path, policy: Policy) -> None:
    with tempfile.TemporaryDirectory(prefix="ansvar-index-") as place:
        file = Path(place) / "entries.jsonl"
        await asyncio.to_thread(_write, file, entries)
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "services.screening.matching.build",
            str(file), str(folder), policy.version,
            stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        _, said = await process.communicate()
        if process.returncode:
            raise NotArranged(said.decode(errors="replace")[-2000:])


def _write(file: Path, entries: Sequence[ListedEntry]) -> None:
    with file.open("wb") as lines:
        for entry in entries:
            lines.write(entry.model_dump_json().encode() + b"\n")
