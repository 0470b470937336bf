"""Words of names that tell little or nothing of who is meant, and legal forms of companies.

Titles say who somebody is, not what somebody is called; particles are often left out; generic
words stand in the names of many companies. Chosen by eye from the official lists and from Danish
and Swedish registers.
"""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Words:
    """`legal_forms` maps a form to its kind; `long_forms` are written out: words → short form;
    `called` maps a given name to the number of the group of those used for each other;
    `common` counts how many of 45 000 listed names hold a sound that many of them do; `arabic`
    says how frequent names in Arabic letters, which leave vowels out, are spelt in Latin ones."""

    titles: frozenset[str]
    particles: frozenset[str]
    generic: frozenset[str]
    legal_forms: dict[str, str]
    long_forms: tuple[tuple[str, str], ...]
    called: dict[str, int]
    common: dict[str, int]
    arabic: dict[str, str]


@cache
def words() -> Words:
    said = json.loads(files(__package__).joinpath("words.json").read_text("utf-8"))
    forms = said["legal_forms"].items()
    return Words(
        titles=frozenset(" ".join(said["titles"]).split()),
        particles=frozenset(" ".join(said["particles"]).split()),
        generic=frozenset(" ".join(said["generic"]).split()),
        legal_forms={form: kind for kind, group in forms for form in group.split()},
        long_forms=tuple(said["long_forms"].items()),
        common=said["common"],
        arabic=said["arabic"],
        called={
            name: number
            for number, group in enumerate(said["given_names"], start=1)
            for name in group.split()
        },
    )
