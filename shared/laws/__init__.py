"""Law as it is cited in Danish and Swedish: acts of the Union have names in each language.

Rulebooks and services cite law in one form, which decisions and facts keep for ever; what a person
reads is written here. A text that cites several places separates them by `; `. National law is
cited in its own language everywhere, with our remarks on it in the reader's.
"""

import tomllib
from functools import cache
from pathlib import Path

from shared.languages import Language

HERE = Path(__file__).parent
BETWEEN = "; "


@cache
def _table(language: Language) -> dict[str, str]:
    read = tomllib.loads((HERE / f"{language}.toml").read_text(encoding="utf-8"))
    return {str(key): str(said) for key, said in read.items()}


def cited(law: str, language: Language) -> str:
    """A citation in a language; what no table knows stays as it is."""
    if language == "en":
        return law
    known = _table(language)
    return known.get(law) or BETWEEN.join(known.get(one, one) for one in law.split(BETWEEN))
