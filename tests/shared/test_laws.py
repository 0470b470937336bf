"""Law is read in the reader's language, and kept in the form in which it was cited."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.breaches import rulebook
from services.breaches.domain.paths import ART_5K, FREEZE
from services.breaches.rulebook import read_shelf
from shared.languages import Language
from shared.laws import cited

ENGLISH = re.compile(
    r"\b(Art|Regulation|Directive|Council|Commission|and|or|the|of|below|decision|debt|other|due)\b"
)
BOOKS = sorted(Path(rulebook.__file__).parent.glob("*.json"))


def bases(book: Any) -> Iterator[str]:
    if isinstance(book, dict):
        if isinstance(text := book.get("text"), str) and "reference" not in book:
            yield text
        for value in book.values():
            yield from bases(value)
    elif isinstance(book, list):
        for value in book:
            yield from bases(value)


@pytest.mark.parametrize("book", BOOKS, ids=lambda book: book.stem)
@pytest.mark.parametrize("language", ["da", "sv"])
def test_every_basis_of_the_rulebook_is_cited_in_the_readers_language(
    book: Path, language: str
) -> None:
    found = {text for text in bases(json.loads(book.read_text())) if re.search(r"\d|§", text)}
    assert len(found) > 20
    left = {text: cited(text, language) for text in found}
    assert not {text: said for text, said in left.items() if ENGLISH.search(said)}


@pytest.mark.parametrize(
    ("text", "danish", "swedish"),
    [
        (
            ART_5K,
            "Rådets forordning (EU) nr. 833/2014, artikel 5k",
            "rådets förordning (EU) nr 833/2014, artikel 5k",
        ),
        (
            FREEZE,
            "Rådets forordning (EU) nr. 269/2014, artikel 2",
            "rådets förordning (EU) nr 269/2014, artikel 2",
        ),
        (
            "LOU 13 kap. 1 § (Dir. 2014/24/EU Art 57(1)(a))",
            "LOU 13 kap. 1 § (direktiv 2014/24/EU, artikel 57, stk. 1, litra a))",
            "LOU 13 kap. 1 § (direktiv 2014/24/EU, artikel 57.1 a)",
        ),
        ("udbudsloven § 138, stk. 5", "udbudsloven § 138, stk. 5", "udbudsloven § 138, stk. 5"),
    ],
)
def test_an_act_is_called_as_its_own_language_calls_it(
    text: str, danish: str, swedish: str
) -> None:
    assert (cited(text, "da"), cited(text, "sv"), cited(text, "en")) == (danish, swedish, text)


def every_basis() -> set[str]:
    rules = [rule for book in read_shelf().books for rule in book.rules]
    laws = {basis.text for rule in rules for basis in rule.bases}
    laws |= {one.text for rule in rules for one in rule.consequences if one.text}
    return laws | {period.basis for rule in rules for period in rule.periods if period.basis}


@pytest.mark.parametrize("language", ["da", "sv"])
def test_no_basis_of_any_rule_or_period_is_left_in_english(language: Language) -> None:
    left = {law for law in every_basis() if ENGLISH.search(cited(law, language))}
    assert not left


def test_several_places_are_said_one_by_one() -> None:
    law = "Directive 2014/24/EU Art 57(7); udbudsloven § 177"
    own = "Europa-Parlamentets og Rådets direktiv 2014/24/EU, artikel 57, stk. 7; udbudsloven § 177"
    assert cited(law, "da") == own


def test_what_nobody_has_translated_stays_as_it_is_cited() -> None:
    assert cited("lov om arbejdsklausuler § 3", "sv") == "lov om arbejdsklausuler § 3"
