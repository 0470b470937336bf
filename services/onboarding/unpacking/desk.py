"""The process in which containers are opened: `python -m services.onboarding.unpacking.desk`.

It takes the bytes of one container on its input and gives, for each part, a line of JSON and its
bytes; a last line tells that this was all, or why it was not opened. It imports no reader and no
key.
"""

import json
import os
import resource
import sys
from collections.abc import Iterator
from typing import BinaryIO

from .containers import opener_of
from .parts import MOST_DEPTH, Budget, NotOpened, Part

MOST_MEMORY = 600_000_000
"""Bytes of address space: a container, one part of it, and what the libraries make of them."""

MOST_SECONDS = 30
"""Seconds of processor time for one container."""


def parts_of(data: bytes, budget: Budget, path: str = "", depth: int = 1) -> Iterator[Part]:
    """The files in a container, those in containers within it included. Raises `NotOpened`.

    A container within that is not opened is handed over as a file, with the reason; of its parts
    none is.
    """
    opener = opener_of(data)
    if opener is None:
        raise NotOpened("it is neither an archive nor a mail")
    for part in opener(data, budget):
        if opener_of(part.data) is None:
            yield Part(part.name, part.data, path)
            continue
        if depth >= MOST_DEPTH:
            reason = f"it lies in more than {MOST_DEPTH} archives or mails, one in the other"
            yield Part(part.name, part.data, path, reason)
            continue
        try:
            below = list(parts_of(part.data, budget, f"{path}{part.name}/", depth + 1))
        except NotOpened as why:
            yield Part(part.name, part.data, path, why.reason)
        else:
            yield from below


def serve(data: bytes, back: BinaryIO) -> None:
    """Write all parts, then how it ended."""
    end: dict[str, object] = {"end": True}
    try:
        for part in parts_of(data, Budget()):
            head = {"name": part.name, "path": part.path, "problem": part.problem}
            back.write(json.dumps(head | {"size": len(part.data)}).encode() + b"\n")
            back.write(part.data)
    except NotOpened as why:
        end = {"end": True, "reason": why.reason}
    except MemoryError:
        end = {"end": True, "reason": "it takes more memory to open than any container may"}
    except RecursionError:
        end = {"end": True, "reason": "it is nested deeper than any container is"}
    back.write(json.dumps(end).encode() + b"\n")
    back.flush()


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    back = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    serve(sys.stdin.buffer.read(), back)


if __name__ == "__main__":
    main()
