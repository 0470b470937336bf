"""The import rules cover every room: a new module of the ground cannot be forgotten."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
WHAT_WE_SAY = {"domain", "events", "keeping"}


def test_the_domain_of_a_service_may_import_nothing_of_how_things_travel() -> None:
    rules = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    [rule] = [one for one in rules["contracts"] if one["name"].startswith("Domain and events")]
    rooms = {
        path.stem
        for path in (ROOT / "shared").iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    travelling = {f"shared.{room}" for room in rooms - WHAT_WE_SAY - {"__init__"}}
    assert travelling <= set(rule["forbidden_modules"])
