"""A name as the tokens by which it is compared: one script, one case, without what says nothing.

`fold` brings spellings of the same sound together: of transliterations (Zharkovetskij,
ZHARKAVETSKI), of European languages (Müller, Mueller) and of doubled letters. It is a key and a
second form to compare, never the only one.
"""

import math
import re
import unicodedata
import zlib
from dataclasses import dataclass, field
from functools import cache, lru_cache
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


PATRONYMICS = (
    *("ovich", "evich", "ovitch", "evitch", "avich", "ovych", "ovic", "evic"),
    *("ovna", "evna", "ivna", "uly", "oglu", "ogly", "kyzy", "qizi"),
)
ABJAD = re.compile(r"[\u0590-\u06ff]")
_ARABIC = re.compile(r"[\u0620-\u06ff]+")
_ARABIC_LETTERS = str.maketrans(
    "\u0623\u0625\u0622\u0671\u0649\u06cc\ufeef\u06a9\u0629\u06c0\u0624\u0626",
    "\u0627\u0627\u0627\u0627\u064a\u064a\u064a\u0643\u0647\u0647\u0648\u064a",
    "\u0640\u200c\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652",
)
"""Letters that Arabic and Persian write in several ways, and signs that are mostly left out."""
_ARTICLE, _SERVANT = "\u0627\u0644", "\u0639\u0628\u062f"
"""al-, and abd, which stands before a name of God."""
_WRITTEN_VOWELS = (
    (re.compile(r"\u0627"), "a"),
    (re.compile(r"(?<=\w)[\u0648\u05d5]"), "u"),
    (re.compile(r"(?<=\w)[\u064a\u06cc\u0649\u05d9]"), "i"),
    (re.compile(r"\u0639"), "a"),
    (re.compile(r"\b\u05d1"), "b"),
)
"""Arabic and Hebrew letters that stand for a vowel in names, which transliteration letter by
letter takes for consonants; and the article, which Latin spellings keep apart."""

COUNTED, RARE = 45_000, 6
"""Listed names of which words were counted, and the count of words that are not in the table."""
_STUCK = re.compile(r"(?<=\w\w)\.(?=\w\w)")
"""A full stop that ends an abbreviation before a word: Ltda.Inagro."""
FIRMS_ONLY = frozenset({"llc", "ltd", "inc", "sa", "gmbh", "plc"})
"""Legal forms that somebody wrote behind the name of a person."""
DIGITS, PATRONYMIC = 1, 2
"""Flags of `Token.facts`."""
BONES_FROM = 3
"""Consonants from which they tell something."""
ROMAN = {"ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8", "ix": "9"}


@dataclass(frozen=True, slots=True, eq=False)
class Token:
    """A word of a name: as written in Latin letters, by its sound, and by its consonants.

    The same word is the same object (see `token`), so that comparing two of them is remembered.
    """

    text: str
    fold: str
    bones: str
    particle: bool = False
    digits: bool = False
    patronymic: bool = False
    called: int = 0
    """The group of given names that are used for each other (Bill, William); 0 for none."""
    rarity: float = 9.0
    """The logarithm of one in how many names has it, whatever lists are loaded at the moment."""
    facts: tuple[int, int, int, int, int] = field(init=False)
    """Lengths of letters and sounds, numbers that are equal where its consonants are and the
    given names it is used for (0 for none), and flags."""

    def __post_init__(self) -> None:
        flags = DIGITS * self.digits + PATRONYMIC * self.patronymic
        facts = (len(self.text), len(self.fold), _bones_number(self.bones), self.called, flags)
        object.__setattr__(self, "facts", facts)


def _bones_number(bones: str) -> int:
    """0 for too few consonants to tell anything."""
    return zlib.crc32(bones.encode()) & 0x7FFFFFFF or 1 if len(bones) >= BONES_FROM else 0


@lru_cache(maxsize=100_000)
def joined(one: Token, other: Token) -> Token:
    """Two words as one. Its sounds are theirs: where the words meet they may differ a little from
    those of the whole, which matters less than the time that takes."""
    fold = one.fold + (other.fold[1:] if one.fold[-1] == other.fold[0] else other.fold)
    return Token(one.text + other.text, fold, bones(fold))


@dataclass(frozen=True, slots=True)
class Name:
    """A name, ready to be compared. `form` is the kind of legal form where it has one."""

    said: str
    tokens: tuple[Token, ...]
    form: str | None = None
    run: str = ""
    """The sounds of its words in alphabetical order, in one run."""


@cache
def _form_numbers() -> dict[str, int]:
    kinds = dict.fromkeys(words().legal_forms.values())
    return {kind: number for number, kind in enumerate(kinds, start=1)}


def form_number(name: Name) -> int:
    """The kind of legal form of a name as a number, 0 for none."""
    return _form_numbers()[name.form] if name.form else 0


@lru_cache(maxsize=200_000)
def token(text: str) -> Token:
    sound = fold(text)
    return Token(
        text,
        sound,
        bones(sound),
        particle=text in words().particles,
        digits=text.isdigit(),
        patronymic=len(text) > 5 and text.endswith(PATRONYMICS),
        called=words().called.get(text, 0),
        rarity=math.log(COUNTED / words().common.get(sound, RARE)),
    )


def fold(text: str) -> str:
    """A word by its sound, roughly; digits stay."""
    sound = _SOUNDS.sub(lambda found: SOUNDS[found[0]], _YE.sub("", text)).translate(LETTERS)
    sound = _SILENT.sub("", _SEMIVOWEL.sub("y", sound)).replace("y", "i")
    return _DOUBLED.sub(r"\1", sound) or "h"


def bones(folded: str) -> str:
    """The first letter and the consonants: what different spellings of vowels have in common.

    Arabic writes b for p, too.
    """
    return _DOUBLED.sub(r"\1", _VOWELS.sub("", folded).replace("p", "b"))


def latin(text: str) -> str:
    """In lower-case Latin letters, whatever the script; what can be no name is left out."""
    text = unicodedata.normalize("NFKC", text[:LONGEST_NAME])
    if not text.isprintable():
        text = "".join(c for c in text if c.isprintable() or c.isspace())
    if ABJAD.search(text):
        text = _ARABIC.sub(_in_latin, text.translate(_ARABIC_LETTERS))
        for written, vowel in _WRITTEN_VOWELS:
            text = written.sub(vowel, text)
    return anyascii(APOSTROPHES.sub("", text)).lower().replace("'", "").replace("`", "")


def _in_latin(found: re.Match[str]) -> str:
    """An Arabic word as it is mostly spelt in Latin letters; what is not known stays."""
    word, known = found[0], words().arabic
    if word in known:
        return known[word]
    if word.startswith(_SERVANT + _ARTICLE) and len(word) > 6:
        rest = word[5:]
        return f"abdul {known.get(rest, rest)}"
    if word.startswith(_ARTICLE) and len(word) > 4:
        rest = word[2:]
        return f"al {known.get(rest, rest)}"
    return word


@lru_cache(maxsize=100_000)
def name_of(said: str, kind: Kind) -> Name:
    """A name as said, as what is compared of it."""
    text = latin(said)
    if kind == "organisation":
        return _organisation(said, text)
    said_words = WORDS.findall(text)
    kept = [word for word in said_words if word not in words().titles] or said_words
    if len(kept) > 2 and kept[-1] in FIRMS_ONLY:
        kept = kept[:-1]
    return _named(said, kept)


def _organisation(said: str, text: str) -> Name:
    text = _STUCK.sub(" ", text)
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
    rest = [ROMAN.get(word, word) for word in rest]
    form = next((kinds[word] for word in reversed(forms) if kinds[word] != "co"), None)
    return _named(said, rest, form)


def _named(said: str, kept: list[str], form: str | None = None) -> Name:
    tokens = tuple(token(word) for word in dict.fromkeys(kept[:MOST_TOKENS]))
    return Name(said, tokens, form, "".join(sorted(one.fold for one in tokens)))
