"""What obligations are called in each language, on letters and reports."""

import tomllib
from functools import cache
from pathlib import Path

from shared.languages import Language

FILE = Path(__file__).parent / "policy" / "obligation-words.toml"


@cache
def _words() -> dict[str, dict[str, str]]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def called(obligation: str, language: Language) -> str:
    """The name of an obligation, or its code where the file has none."""
    return _words().get(obligation, {}).get(language, obligation)
