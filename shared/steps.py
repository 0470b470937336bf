"""How a page of a long list is read without reading the list, whatever database it lies in.

A database that finds documents by an index but not their order in it, as the embedded one does,
reads a whole list to sort it. So a list carries marks: one document in `APART` stands on it under
a second name too, one in `APART` of those under a third, and so on. The marks after a place say
how far to read, from the thinnest on down, and every reading is between two places in one index.
That costs the logarithm of the list's length. What was written without marks is found as well.
"""

import hashlib
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Protocol

APART = 32
"""Documents between two marks, on average: four marks are nearly always a page of fifty rows."""

LEVELS = 3
"""A list of a million has thirty marks of the last level."""

SPARE = 3
"""Marks more than would do if they stood at even distances."""


def marked(name: str, level: int) -> str:
    """How a list is called by the marks of a level."""
    return f"{name}#{level}" if level else name


def is_mark(name: str) -> bool:
    """Whether this is what the marks of a list call it, and not the list itself."""
    return "#" in name


def with_marks(names: Iterable[str], id: str) -> tuple[str, ...]:
    """The lists on which the document with this id stands, and those on which it is a mark.

    Who is one depends on the id alone, so that nothing needs to be counted or moved.
    """
    names = tuple(names)
    chance = int.from_bytes(hashlib.blake2b(id.encode(), digest_size=4).digest())
    levels = next((n for n in range(LEVELS) if chance // APART**n % APART), LEVELS)
    return names + tuple(marked(name, n + 1) for n in range(levels) for name in names)


class Reads(Protocol):
    """Reads documents of a list after one place and up to another, at most so many."""

    async def __call__(
        self, name: str, after: str | None, until: str | None, limit: int
    ) -> list[dict[str, Any]]: ...


Places = Callable[[str, str | None, str | None, int], Awaitable[list[str]]]
"""The same, but the places alone."""


async def by_steps(
    read: Reads, places: Places, name: str, limit: int, after: str | None
) -> list[dict[str, Any]]:
    """The first documents of a list after a place, in its order."""
    found: list[dict[str, Any]] = []
    while True:
        left = limit - len(found)
        until = await _far_enough(places, name, left, after)
        found += await read(name, after, until, left)
        if until is None or len(found) >= limit:
            return found
        after = until


async def _far_enough(places: Places, name: str, rows: int, after: str | None) -> str | None:
    """A place up to which there are probably so many rows; None: the end of the list."""
    until = None
    for level in range(LEVELS, 0, -1):
        enough = rows // APART**level + SPARE
        marks = await places(marked(name, level), after, until, enough)
        if len(marks) == enough:
            until = marks[-1]
    return until
