"""Nobody reads English law on a Danish or Swedish page: every basis of the rulebook is cited."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.breaches import rulebook
from services.breaches.domain.paths import ART_5K, FREEZE
from services.console.citing import cited

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
            "Rådets förordning (EU) nr 833/2014, artikel 5k",
        ),
        (
            FREEZE,
            "Rådets forordning (EU) nr. 269/2014, artikel 2",
            "Rådets förordning (EU) nr 269/2014, artikel 2",
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
