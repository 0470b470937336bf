"""Turns functions on arrays into machine code, once for each state of their source.

Numba does not notice when a function that another one calls has changed in another file, and
would go on with the old code. So what it keeps lies in a folder that is named after the source of
all functions of this room; it is made new where it is missing, which takes half a minute.
"""

import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import numba
from numba.core import config

from services.screening.folders import hold

P = ParamSpec("P")
R = TypeVar("R")

HOME = "ANSVAR_CACHE"
"""Environment variable: a folder for machine code and indexes, instead of the user's own cache."""


def _source() -> str:
    """A hash of everything here that is compiled."""
    seen = hashlib.sha256(numba.__version__.encode())
    for file in sorted(Path(__file__).parent.glob("*.py")):
        source = file.read_bytes()
        if b"@kernel" in source or b"@inlined" in source:
            seen.update(source)
    return seen.hexdigest()[:16]


def cache_home() -> Path:
    """Where this user keeps what can be made again at any time."""
    chosen, cache = os.environ.get(HOME), os.environ.get("XDG_CACHE_HOME")
    return Path(chosen) if chosen else Path(cache or Path.home() / ".cache") / "ansvar"


def _folder() -> Path:
    """Where machine code is kept: ours to write, or a temporary folder."""
    folder = cache_home() / "kernels" / _source()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        hold(folder)  # until the process ends: others tidy up
        os.utime(folder)
        return folder
    except OSError:
        return Path(tempfile.mkdtemp(prefix="ansvar-kernels-"))


OPTIONS: dict[str, Any] = {"nogil": True, "_nrt": False}
"""`_nrt` is numba's counting of references."""

config.CACHE_DIR = str(_folder())  # type: ignore[attr-defined]


def kernel(function: Callable[P, R]) -> Callable[P, R]:
    """A function on arrays and numbers as machine code. Other threads run meanwhile.

    It makes no array and returns none: whoever calls it holds all of them. So nobody counts the
    references to them, which took two thirds of a search; numba refuses to compile one that does.
    """
    made: Callable[P, R] = numba.njit(cache=True, **OPTIONS)(function)
    return made


def inlined(function: Callable[P, R]) -> Callable[P, R]:
    """A small function that becomes a part of each kernel which calls it."""
    made: Callable[P, R] = numba.njit(inline="always", **OPTIONS)(function)
    return made
