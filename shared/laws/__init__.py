"""Law as it is cited in Danish and Swedish: acts of the Union have names in each language.

Rulebooks and services cite law in one form, in English, which decisions and facts keep for ever;
what a person reads, on a page or in a letter, is written here.

How each act is called, and the words beside a citation, are data (`acts.toml`); places in an act
are written as each language writes them: `Art 57(1)(a)` is `artikel 57, stk. 1, litra a)` in
Danish and `artikel 57.1 a` in Swedish. A national law keeps its own language everywhere.
"""

import re
import tomllib
from functools import cache
from pathlib import Path

ACTS = tomllib.loads((Path(__file__).parent / "acts.toml").read_text())

PLACE = re.compile(r"(\s*)\bArt (\d+[a-z]?)(?:\((\d+)\))?(?:\(([a-z])\))?")


@cache
def cited(text: str, language: str) -> str:
    """A citation in `da` or `sv`; as it is in every other language. What no table knows stays."""
    acts = ACTS.get(language)
    if acts is None:
        return text
    for english, own in acts.items():
        text = text.replace(english, own)
    return PLACE.sub(lambda found: _place(found, language), text)


def _place(found: re.Match[str], language: str) -> str:
    """`, artikel 5k`: after the act, from which a comma parts it; bare where it stands first."""
    before, article, paragraph, letter = found.groups()
    if language == "da":
        more = f", stk. {paragraph}" if paragraph else ""
        more += f", litra {letter})" if letter else ""
    else:
        more = f".{paragraph}" if paragraph else ""
        more += f" {letter}" if letter else ""
    return f"{',' if before else ''}{before}artikel {article}{more}"
