"""`python -m services.screening.matching.ready`: makes machine code of the kernels now.

It is kept, so that later processes begin at once; see `compiled`. Where it is kept already this
takes a second.
"""

import hashlib
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from numba.core import config

from services.screening.domain import EntryKind, ListedEntry, ListedName
from services.screening.matching import Index, Subject, load_policy
from services.screening.matching.names import name_of


def make_ready() -> float:
    """Search a list of one entry for each kind of party; the seconds that took."""
    start = time.perf_counter()
    names = (ListedName(text="Ready Steady Go"),)
    entry = ListedEntry.of("own", "1", EntryKind.UNKNOWN, names)
    index = Index([entry], load_policy())
    for kind in ("person", "organisation"):
        found = index.search(Subject(kind, (name_of("Steady Redy", kind),), "1970"), 0.0)
        assert found[0].entry is entry
    return time.perf_counter() - start


def marker() -> Path:
    """Stands beside the kept machine code of these very files: numba keeps it for their place and
    their time of change."""
    seen = hashlib.sha256()
    for file in sorted(Path(__file__).parent.glob("*.py")):
        known = file.stat()
        seen.update(f"{file}|{known.st_mtime_ns}|{known.st_size}".encode())
    home = Path(str(config.CACHE_DIR))  # type: ignore[attr-defined]
    return home / f"ready-{seen.hexdigest()[:16]}"


def be_ready() -> None:
    """Have the kernels made before anything is asked, if they are not kept: by another process, as
    compiling would hold up everything else in this one for a minute."""
    if not marker().exists():
        subprocess.run([sys.executable, "-m", __name__], check=False)


if __name__ == "__main__":
    print("making the matching kernels ready ...", flush=True)  # noqa: T201
    print(f"ready after {make_ready():.1f} s")  # noqa: T201
    with suppress(OSError):  # where nothing can be kept
        marker().touch()
    sys.exit(0)
