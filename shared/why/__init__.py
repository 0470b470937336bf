"""Says in Danish, Swedish and English why a file or a step in a case was refused, or why a person
must look at it.

Readers, scanners and the intake raise the English sentence of the catalogue, with its values filled
in; that sentence is what is kept and told in facts. Here it is known again, as a code with values,
and said in another language. A sentence that no catalogue has (an older one, or what a person
wrote) is shown as it stands.
"""

import re
from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path
from string import Formatter

from pydantic import BaseModel

from shared.languages import Language, Words, read_words

WORDS = read_words(Path(__file__).parent)

LONGEST = 2_000
"""Characters of a sentence that is looked for in the catalogue."""

MOST = 60
"""Sentences of one text."""

Name = Callable[[str, str], str]
"""A word for a value: its table (`read` for a field, `document` for a kind), and the value."""

TABLES = {
    "field": "read",
    "fields": "read",
    "kind": "document",
    "kinds": "document",
    "kind_sent": "document",
    "ground": "rule",
    "grounds": "rule",
    "stage": "stage",
    "consequence": "consequence",
    "party": "party",
    "parties": "party",
    "since": "day",
}
"""Values that have words of their own, by their name; whoever shows them has those words."""

SENTENCES = ("why", "what", "law")
"""Values that are sentences of the catalogue themselves."""

OWN = ("status", "number", "action")
"""Values whose words stand beside the reasons."""


class Why(BaseModel, frozen=True):
    """A reason: its code in the catalogue, and what was filled in."""

    code: str
    values: dict[str, str] = {}


def why_of(sentence: str) -> Why | None:
    """The reason that a sentence says; none where the catalogue does not have it."""
    found = _known(sentence.strip()) if len(sentence) <= LONGEST else None
    return Why(code=found[0], values=dict(found[1])) if found else None


def sentence_of(why: Why) -> str:
    """The English sentence, as it is raised. Raises `KeyError` for a code or a value that fails."""
    return WORDS["en"](f"why.{why.code}", **why.values)


def sentences(text: str) -> list[str]:
    """The sentences of a text in which several are told together (`a; b`): some contain `;` too."""
    parts = text.split("; ")
    if len(text) > LONGEST * 5 or len(parts) > MOST:
        return [text]
    found = []
    while parts:
        upto = next(
            (n for n in range(len(parts), 1, -1) if why_of("; ".join(parts[:n])) is not None), 1
        )
        found.append("; ".join(parts[:upto]))
        parts = parts[upto:]
    return found


def in_words(sentence: str, language: Language, name: Name | None = None) -> str:
    """The sentence in a language, or as it stands where the catalogue does not have it."""
    why = why_of(sentence)
    if why is None:
        return sentence
    words = WORDS[language]
    values = {key: _value(key, value, words, name) for key, value in why.values.items()}
    return words(f"why.{why.code}", **values)


def text_in_words(text: str, language: Language, name: Name | None = None) -> str:
    return "; ".join(in_words(one, language, name) for one in sentences(text))


def _value(key: str, value: str, words: Words, name: Name | None) -> str:
    if key in SENTENCES:
        return in_words(value, words.language, name)
    if key == "actions":
        return ", ".join(_value("action", one, words, name) for one in value.split(", "))
    if key in OWN and words.knows(own := f"{key}.{value.lower().replace(' ', '-')}"):
        return words(own)
    table = TABLES.get(key)
    if name is None or table is None:
        return value
    separator = " or " if key == "kinds" else ", "
    return ", ".join(name(table, one) for one in value.split(separator))


# ---------------------------------------------------------------- how a sentence is known again


@lru_cache(maxsize=4096)
def _known(sentence: str) -> tuple[str, tuple[tuple[str, str], ...]] | None:
    for code, pattern in _patterns():
        if match := pattern.fullmatch(sentence):
            return code, tuple(match.groupdict().items())
    return None


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Those that say most in fixed words first: the surest match of several is theirs."""
    english = {
        key.removeprefix("why."): text
        for key, text in WORDS["en"].messages.items()
        if key.startswith("why.")
    }
    return tuple(
        (code, re.compile(_pattern(english[code]), re.DOTALL))
        for code in sorted(english, key=lambda code: -_fixed(english[code]))
    )


def _fixed(template: str) -> int:
    return sum(len(literal) for literal, *_ in Formatter().parse(template))


def _pattern(template: str) -> str:
    return "".join(
        re.escape(literal) + (f"(?P<{name}>.+?)" if name else "")
        for literal, name, *_ in Formatter().parse(template)
    )


def names_of(words: Words) -> Name:
    """Words for values out of a catalogue; a value that has none is shown as it stands."""

    def name(table: str, value: str) -> str:
        key = f"{table}.{value}"
        plain = f"{table}.{value.replace(' ', '_')}"
        found = next((one for one in (key, plain) if words.knows(one)), "")
        return words(found) if found else value

    return name


def coded(reasons: tuple[str, ...]) -> tuple[Why, ...]:
    """The reasons of which the catalogue knows the code."""
    return tuple(why for one in reasons if (why := why_of(one)) is not None)
