"""Finds things by words that are nearly right, without keeping a word that could be read.

Of every word only keyed hashes are kept: of its beginnings, of its sound, and of what is left when
any one of its letters is dropped. Two words that differ by one letter (another one, one too many,
one missing, two that changed places) have such a rest in common, and are found by asking an index
for equal values (symmetric deletion, W. Garbe 2012, "SymSpell"). What is found is ranked by the
real names, which only the sealed read models hold.
"""

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher

SHORTEST_BEGINNING, LONGEST_BEGINNING = 2, 8
"""Letters of a word from which it is found by its beginning, and that are looked at in all."""

SHORTEST_WRONG = 4
"""Letters that a word must have before one of them may be wrong: of three, too many fit."""

SHORTEST_NUMBER = 3
MOST_WORDS = 6
"""Words of a question that are looked at; what is asked of the database is bounded by them."""

SAME = {"æ": "e", "ä": "e", "ø": "o", "ö": "o", "å": "a", "ü": "y", "ß": "ss", "ð": "d", "þ": "th"}
WRITTEN_OUT = (("aa", "a"), ("ae", "e"), ("oe", "o"), ("ue", "y"))
NO_SOUND = re.compile(r"[aeiouyhj]")
ALIKE_SOUND = str.maketrans({"z": "s", "c": "k", "q": "k", "w": "v", "x": "k", "d": "t", "b": "p"})

FORMS = frozenset(
    ["a/s", "as", "aps", "ab", "ivs", "is", "ks", "fmba", "amba", "gmbh", "ltd", "oy", "asa", "inc"]
)
"""Forms of companies: nearly every name has one, so that they find nothing."""


def fold(text: str) -> str:
    """Small letters without accents, as they can be typed on any keyboard."""
    # Letters of mathematics are letters too: bold Fraktur is only small once it is Latin.
    usual = unicodedata.normalize("NFKC", text).casefold()
    small = "".join(SAME.get(letter, letter) for letter in usual)
    parts = unicodedata.normalize("NFKD", small)
    plain = (letter for letter in parts if not unicodedata.combining(letter))
    return "".join(SAME.get(letter, letter) for letter in plain)  # "ǽ" was an "æ" with an accent


def words_of(text: str) -> list[str]:
    """The words of a name, folded, without forms of companies unless there is nothing else."""
    there = [one.strip(".,") for one in fold(text).split()]
    parts = [part for one in there if one not in FORMS for part in re.findall(r"[^\W_]+", one)]
    return [_short(one) for one in parts or re.findall(r"[^\W_]+", fold(text))]


def _short(word: str) -> str:
    for long, short in WRITTEN_OUT:
        word = word.replace(long, short)
    return word


def numbers_of(text: str) -> list[str]:
    """Numbers and ids without what is written between their parts: `12 34 56 78`, `DK-12345678`."""
    plain = re.sub(r"[^0-9a-z]", "", fold(text))
    digits = re.sub(r"[^0-9]", "", text)
    return [one for one in dict.fromkeys((plain, digits)) if len(one) >= SHORTEST_NUMBER]


def rests(word: str) -> Iterator[str]:
    """The beginning of a word, and what is left of it without any one of its letters."""
    start = word[:LONGEST_BEGINNING]
    yield start
    if len(start) >= SHORTEST_WRONG:
        yield from (start[:at] + start[at + 1 :] for at in range(len(start)))


def sound(word: str) -> str:
    """The consonants as they sound, none twice in a row; nothing where too few are left."""
    left = NO_SOUND.sub("", word[1:]).translate(ALIKE_SOUND)
    plain = re.sub(r"(.)\1+", r"\1", word[:1].translate(ALIKE_SOUND) + left)
    return plain if len(plain) >= SHORTEST_WRONG else ""


class Seeker:
    """Makes the keys under which names are kept, and those under which a question looks.

    The secret is derived from the master key: who holds the database alone can test no name.
    """

    def __init__(self, master: bytes) -> None:
        self._secret = hmac.digest(master, b"ansvar console search", "sha256")

    def keys(self, names: Iterable[str], ids: Iterable[str] = ()) -> tuple[str, ...]:
        """Under which somebody or something with these names and ids is found."""
        found: set[str] = set()
        for word in {word for name in names for word in words_of(name)}:
            found.update(self._beginnings(word, "b"))
            found.update(self._key("r", rest) for rest in rests(word))
            if heard := sound(word):
                found.add(self._key("s", heard))
        for number in {number for id in ids for number in numbers_of(id)}:
            found.add(self._key("n", number))
            found.update(self._beginnings(number, "n"))
        return tuple(sorted(found))

    def exactly(self, question: str) -> list[str]:
        """Keys of what begins as the words of the question do, or has it as its number."""
        keys = [self._beginning(word) for word in words_of(question)[:MOST_WORDS] if len(word) > 1]
        return [*keys, *(self._key("n", number) for number in numbers_of(question))]

    def nearly(self, question: str) -> list[str]:
        """Keys of what differs by one letter in each word, or sounds alike."""
        keys: dict[str, None] = {}
        for word in words_of(question)[:MOST_WORDS]:
            if len(word) >= SHORTEST_WRONG:
                keys |= dict.fromkeys(self._key("r", rest) for rest in rests(word))
                keys |= dict.fromkeys(self._key("s", heard) for heard in (sound(word),) if heard)
        return list(keys)

    def _beginnings(self, word: str, kind: str) -> Iterator[str]:
        last = min(len(word), LONGEST_BEGINNING)
        for length in range(SHORTEST_BEGINNING, last + 1):
            yield self._key(kind, word[:length])

    def _beginning(self, word: str) -> str:
        return self._key("b", word[:LONGEST_BEGINNING])

    def _key(self, kind: str, text: str) -> str:
        digest = hmac.digest(self._secret, f"{kind}\n{text}".encode(), hashlib.sha256)
        return digest[:9].hex()


GOOD_ENOUGH = 0.72
"""Of all letters of the question, the part that a name must have in common with it (Ratcliff and
Obershelp, word by word) to be shown; one wrong letter of four leaves three quarters."""


def likeness(question: str, names: Iterable[str], ids: Iterable[str]) -> float:
    """How well the best of these names, or one of the ids, answers a question: 0 to 1."""
    for number in numbers_of(question):
        if any(known.startswith(number) for id in ids for known in numbers_of(id)):
            return 1.0
    asked = words_of(question)[:MOST_WORDS]
    return max((_alike(asked, words_of(name)) for name in names), default=0.0)


def _alike(asked: list[str], name: list[str]) -> float:
    """The words of the question, each by the best word of the name, weighed by their letters."""
    if not asked or not name:
        return 0.0
    fits = sum(len(word) * max(_word(word, one) for one in name) for word in asked)
    fits /= sum(map(len, asked))
    more = 0.02 * (len(name) - len(asked)) / len(name) if len(name) > len(asked) else 0.0
    return fits - more  # of two names that fit as well, the shorter one comes first


def _word(asked: str, word: str) -> float:
    if word.startswith(asked):
        return 1.0 if word == asked else 0.96
    best = SequenceMatcher(None, asked, word, autojunk=False).ratio()
    if len(word) > len(asked) >= SHORTEST_WRONG:  # not yet written to its end
        begun = SequenceMatcher(None, asked, word[: len(asked)], autojunk=False).ratio()
        best = max(best, 0.95 * begun)
    if (heard := sound(asked)) and heard == sound(word):
        best = max(best, 0.8)
    return best
