"""Law is read in the reader's language, and kept in the form in which it was cited."""

import re

import pytest

from services.breaches.rulebook import read_shelf
from shared.languages import Language
from shared.laws import cited

ENGLISH = re.compile(r"\b(Directive|Regulation|Council|Art|due|debt|final|decision|the|of|or)\b")


def every_basis() -> set[str]:
    rules = [rule for book in read_shelf().books for rule in book.rules]
    laws = {basis.text for rule in rules for basis in rule.bases}
    laws |= {one.text for rule in rules for one in rule.consequences if one.text}
    return laws | {period.basis for rule in rules for period in rule.periods if period.basis}


@pytest.mark.parametrize("language", ["da", "sv"])
def test_no_basis_of_any_rulebook_is_left_in_english(language: Language) -> None:
    left = {law for law in every_basis() if ENGLISH.search(cited(law, language))}
    assert not left


def test_several_places_are_said_one_by_one() -> None:
    law = "Directive 2014/24/EU Art 71(6)(b); udbudsloven § 177"
    assert cited(law, "da") == "direktiv 2014/24/EU, artikel 71, stk. 6, litra b; udbudsloven § 177"
    assert cited(law, "sv") == "direktiv 2014/24/EU, artikel 71.6 b; udbudsloven § 177"
    assert cited(law, "en") == law


def test_what_nobody_has_translated_stays_as_it_is_cited() -> None:
    assert cited("lov om arbejdsklausuler § 3", "sv") == "lov om arbejdsklausuler § 3"
