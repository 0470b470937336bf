"""Records the shape of every event, so that a change of what travels is seen in review."""

import json
from pathlib import Path

from docs.compatible import ROOT, SHAPES
from docs.wire import shape_of
from shared.events import catalogue, service_of

FOLDER = ROOT / SHAPES


def shapes() -> dict[str, str]:
    """What the files should hold, by their names: `screening.HitRaised.json`."""
    return {
        f"{service_of(kind)}.{kind.__name__}.json": json.dumps(shape_of(kind), indent=2) + "\n"
        for kind in catalogue().values()
    }


def record(folder: Path = FOLDER) -> None:
    """Make the folder hold these shapes and no others."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = shapes()
    for file in folder.glob("*.json"):
        if file.name not in wanted:
            file.unlink()
    for name, text in wanted.items():
        (folder / name).write_text(text)


if __name__ == "__main__":
    record()
