"""A name as the tokens by which it is compared: one script, one case, without what says nothing.

`fold` brings spellings of the same sound together: of transliterations (Zharkovetskij,
ZHARKAVETSKI), of European languages (Müller, Mueller) and of doubled letters. It is a key and a
second form to compare, never the only one.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from anyascii import anyascii

from services.screening.matching.words import words

LONGEST_NAME = 400
"""Characters of a name that are looked at. No listed name has more."""
MOST_TOKENS = 16

Kind = Literal["person", "organisation"]

WORDS = re.compile(r"[a-z0-9]+")
APOSTROPHES = re.compile(r"(?<=\w)['`\u2018\u2019\u02bc\u02bb\u02b9](?=\w)")


SOUNDS = {
    **dict.fromkeys(("shch", "stsch", "sch", "sh", "sj"), "s"),
    **dict.fromkeys(("dzh", "dsch", "dj", "zh"), "j"),
    **dict.fromkeys(("tsch", "tch", "ch", "tj", "tz", "ts"), "c"),
    **dict.fromkeys(("kh", "gh"), "k"),
    **dict.fromkeys(("th", "dh"), "t"),
    **dict.fromkeys(("oe", "ue", "ae"), "e"),
    **dict.fromkeys(("ou", "oo"), "u"),
    "ph": "f",
    "zj": "j",
    "ee": "i",
}
"""Letters that stand for one sound in some spelling or other, and one letter for it."""

LETTERS = str.maketrans({"q": "k", "x": "ks", "w": "v", "z": "s"})
_YE = re.compile(r"^[yj](?=e)")
_SOUNDS = re.compile("|".join(sorted(SOUNDS, key=len, reverse=True)))
_SEMIVOWEL = re.compile(r"j(?![aeiouy])|(?<=[aeiou])j(?=[aeiou])|(?<=[^aeiou])j(?=[aou])")
_SILENT = re.compile(r"h(?![aeiou])")
_DOUBLED = re.compile(r"(.)\1+")
_VOWELS = re.compile(r"(?<!^)[aeiouy]")


@dataclass(frozen=True, slots=True, eq=False)
class Token:
    """A word of a name: as written in Latin letters, by its sound, and by its consonants.

    The same word is the same object (see `token`), so that comparing two of them is remembered.
    """

    text: str
    fold: str
    bones: str
    particle: bool = False


@dataclass(frozen=True, slots=True)
class Name:
    """A name, ready to be compared. `form` is the kind of legal form where it has one."""

    said: str
    tokens: tuple[Token, ...]
    form: str | None = None


@lru_cache(maxsize=200_000)
def token(text: str) -> Token:
    sound = fold(text)
    return Token(text, sound, bones(sound), text in words().particles)


def fold(text: str) -> str:
    """A word by its sound, roughly; digits stay."""
    sound = _SOUNDS.sub(lambda found: SOUNDS[found[0]], _YE.sub("", text)).translate(LETTERS)
    sound = _SILENT.sub("", _SEMIVOWEL.sub("y", sound)).replace("y", "i")
    return _DOUBLED.sub(r"\1", sound) or "h"


def bones(folded: str) -> str:
    """The first letter and the consonants: what different spellings of vowels have in common."""
    return _VOWELS.sub("", folded)


def latin(text: str) -> str:
    """In lower-case Latin letters, whatever the script; what can be no name is left out."""
    text = unicodedata.normalize("NFKC", text[:LONGEST_NAME])
    if not text.isprintable():
        text = "".join(c for c in text if c.isprintable() or c.isspace())
    return anyascii(APOSTROPHES.sub("", text)).lower().replace("'", "").replace("`", "")


@lru_cache(maxsize=100_000)
def name_of(said: str, kind: Kind) -> Name:
    """A name as said, as what is compared of it."""
    text = latin(said)
    if kind == "organisation":
        return _organisation(said, text)
    said_words = WORDS.findall(text)
    kept = [word for word in said_words if word not in words().titles] or said_words
    return Name(said, tuple(token(word) for word in dict.fromkeys(kept[:MOST_TOKENS])))


def _organisation(said: str, text: str) -> Name:
    plain = " ".join(WORDS.findall(text.replace(".", "").replace("&", " and ")))
    slashed = " ".join(WORDS.findall(re.sub(r"\b(\w)/(\w)\b", r"\1\2", text.replace(".", ""))))
    plain = slashed if len(slashed) < len(plain) else plain
    padded = f" {plain} "
    for long, short in words().long_forms:
        padded = padded.replace(f" {long} ", f" {short} ")
    kinds = words().legal_forms
    whole = padded.split()
    forms = [word for word in whole if word in kinds]
    rest = [word for word in whole if word not in kinds and word != "and"] or whole
    form = kinds[forms[-1]] if forms else None
    return Name(said, tuple(token(word) for word in dict.fromkeys(rest[:MOST_TOKENS])), form)
