"""Says in Danish, Swedish and English why a party may be a listed one, and how likely that is.

Facts carry reasons as codes with values (`shared.events.words.Reason`); only where somebody reads
them are they put into words. A code that is not in `SPEAKS` has none here.
"""

from collections.abc import Iterable
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, TypeAdapter

from shared.events.words import Reason
from shared.languages import LANGUAGES, Language, Words, read_words

Speaks = Literal["for", "against"]

SPEAKS: dict[str, Speaks] = {
    "name-same": "for",
    "name-same-weak": "for",
    "name-like": "for",
    "name-like-weak": "for",
    "name-other": "against",
    "word-same": "for",
    "word-sound": "for",
    "word-called": "for",
    "word-spelling": "for",
    "word-vowels": "for",
    "word-initial": "for",
    "word-initial-theirs": "for",
    "word-joined": "for",
    "word-only-ours": "against",
    "word-only-theirs": "against",
    "birth-day": "for",
    "birth-month": "for",
    "birth-year": "for",
    "birth-swapped": "for",
    "birth-close": "against",
    "birth-other-day": "against",
    "birth-next-year": "against",
    "birth-other-year": "against",
    "country-same": "for",
    "country-other": "against",
    "gender-same": "for",
    "gender-other": "against",
    "number-same": "for",
    "number-other": "against",
}
"""Every code, and whether it speaks for the party being the listed one or against it."""

WORDS = read_words(Path(__file__).parent)


class Said(BaseModel, frozen=True):
    """A reason in words of one language."""

    code: str
    speaks: Speaks
    text: str


def said(reasons: Iterable[Reason], language: Language) -> list[Said]:
    """The reasons in words; those whose code is newer than this program are left out."""
    words = WORDS[language]
    return [
        Said(code=one.code, speaks=SPEAKS[one.code], text=text_of(one, words))
        for one in reasons
        if one.code in SPEAKS
    ]


def text_of(reason: Reason, words: Words) -> str:
    """Raises `KeyError` for a code that has no words."""
    return words(f"reason.{reason.code}", ours=reason.ours, theirs=reason.theirs)


ENGLISH = {code: WORDS["en"].messages[f"reason.{code}"].format for code in SPEAKS}


def in_english(reason: Reason) -> str:
    """As facts, files and the command line say it: by the hundred thousand."""
    return ENGLISH[reason.code](ours=reason.ours, theirs=reason.theirs)


# -------------------------------------------------------------------- how likely


class Word(BaseModel, frozen=True):
    """A word for scores from `least` on."""

    word: str
    least: float


class Scale(BaseModel, frozen=True):
    """Which words stand for which scores since a day, the likeliest first, and who says so."""

    valid_from: date
    source: str
    words: tuple[Word, ...]


@cache
def scales() -> tuple[Scale, ...]:
    """All scales, the oldest first."""
    text = files("shared.reasons").joinpath("likelihood.json").read_text("utf-8")
    return TypeAdapter(tuple[Scale, ...]).validate_json(text)


def likelihood_of(score: float, on: date) -> str:
    """The word for a score, as a code such as `likely`, by the scale that was valid on a day.

    Days before the first scale are said by that one.
    """
    valid = [scale for scale in scales() if scale.valid_from <= on] or scales()[:1]
    return next(one.word for one in valid[-1].words if score >= one.least)


def likelihood_in_words(score: float, on: date, language: Language) -> str:
    return WORDS[language](f"likelihood.{likelihood_of(score, on)}")


def language_asked(accept_language: str) -> Language:
    """The language of an `Accept-Language` header that is wanted most and spoken here.

    English where none is, as the machines that ask say nothing; Norwegians read Danish.
    """
    ranked = []
    for place, one in enumerate(accept_language.lower().split(",")):
        code, _, weight = one.strip().partition(";q=")
        spoken = "da" if code[:2] in ("nb", "nn", "no") else code[:2]
        if spoken in LANGUAGES and (quality := _quality(weight)) > 0:
            ranked.append((-quality, place, spoken))
    wanted = min(ranked)[2] if ranked else "en"
    return next(one for one in LANGUAGES if one == wanted)


def _quality(text: str) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0
