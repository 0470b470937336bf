"""Countries as lists write them out, as ISO 3166 alpha-2 codes."""

import json
from functools import cache
from importlib.resources import files


@cache
def _codes() -> dict[str, str]:
    text = files(__package__).joinpath("countries.json").read_text("utf-8")
    codes: dict[str, list[str]] = json.loads(text)
    return {name: code for code, names in codes.items() for name in names}


def code_of(name: str) -> str | None:
    """The code of a country by one of its names, or None where the name is not known."""
    return _codes().get(" ".join(name.lower().replace("\u2019", "'").split()))
