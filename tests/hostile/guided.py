"""Inputs that reach code which no input reached before, chosen by atheris (coverage-guided).

Atheris is no dependency (its wheel has 35 MB): `make test-fuzz` puts it into `.fuzz/lib`. Only code
that reads strangers' bytes is watched, ours and that of the parsers in Python: to instrument all
that is loaded takes minutes, and teaches the choice nothing.
"""

import gc
import hashlib
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FunctionType

WATCHED = ("services", "shared", "pypdf", "openpyxl", "email", "zipfile", "csv", "json")
COMPILED = "services.screening.matching"
"""Its kernels are compiled from the code as it stands."""
LONGEST = 300_000
"""Bytes of an input."""


def watched(function: object) -> bool:
    if not isinstance(function, FunctionType):
        return False
    module = function.__module__ or ""
    return module.partition(".")[0] in WATCHED and not module.startswith(COMPILED)


def watch() -> None:
    """Lets atheris see what the code of this process and of those forked from it reaches."""
    import atheris

    for function in [found for found in gc.get_objects() if watched(found)]:
        atheris.instrument_func(function)


def guide(
    one: Callable[[bytes], None],
    seeds: list[bytes],
    folder: Path,
    seconds: float,
    seed: int,
    tell: Callable[[], None],
) -> None:
    """Gives `one` inputs for so long, then tells and ends the process.

    `folder` keeps what reached something new: the next run begins there.
    """
    import atheris

    folder.mkdir(parents=True, exist_ok=True)
    for good in seeds:
        (folder / hashlib.sha256(good).hexdigest()[:16]).write_bytes(good)
    ends = time.perf_counter() + seconds

    def given(data: bytes) -> None:
        one(data)
        if time.perf_counter() > ends:
            tell()
            os._exit(0)

    # A door has a limit of its own, in seconds of the processor; that of atheris is of the clock.
    options = [f"-seed={seed + 1}", f"-max_len={LONGEST}", "-rss_limit_mb=0", "-timeout=3600"]
    quiet = ["-verbosity=0", "-len_control=0", f"-artifact_prefix={folder.parent}/"]
    atheris.Setup([sys.argv[0], *options, *quiet, str(folder)], given)
    atheris.Fuzz()
