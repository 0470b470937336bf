"""`python -m services.screening.matching.build ENTRIES FOLDER POLICY`: writes an index.

A process of its own, so that nobody waits: entries come as a file of JSON lines.
"""

import sys
from pathlib import Path

from services.screening.domain import ListedEntry
from services.screening.matching.kept import keep_index
from services.screening.matching.policy import load_policy


def main(entries: str, folder: str, policy: str) -> None:
    lines = Path(entries).read_bytes().splitlines()
    held = [ListedEntry.model_validate_json(line) for line in lines]
    keep_index(held, load_policy(policy), Path(folder))


if __name__ == "__main__":
    main(*sys.argv[1:])
