"""`python -m services.screening.matching.ready`: makes machine code of the kernels now.

It is kept, so that later processes begin at once; see `compiled`. Where it is kept already this
takes a second.
"""

import sys
import time

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


if __name__ == "__main__":
    print("making the matching kernels ready ...", flush=True)  # noqa: T201
    print(f"ready after {make_ready():.1f} s")  # noqa: T201
    sys.exit(0)
