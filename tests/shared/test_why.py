"""Reasons are sentences of one catalogue, known again by code and said in three languages."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.languages import LANGUAGES, Language
from shared.why import WORDS, Why, in_words, sentence_of, sentences, text_in_words, why_of

ROOT = Path(__file__).parents[2]
CODES = sorted(key.removeprefix("why.") for key in WORDS["en"].messages if key.startswith("why."))
RAISED = {"NotUnderstood", "NotOpened", "NoWorkbook", "Damaged", "WrongNumber", "doubt", "review"}
LISTS = ("problems", "doubts")
SENTENCE = re.compile(r"(it|the|there|this|a|an) \w+ \w+ \w+")
"""How a sentence in a list begins, other than names and patterns do."""

PLACES = (
    *sorted((ROOT / "services/onboarding/readers").rglob("*.py")),
    *sorted((ROOT / "services/onboarding/unpacking").rglob("*.py")),
    *sorted((ROOT / "services/onboarding/handlers").rglob("*.py")),
    *(
        ROOT / "services/onboarding" / name
        for name in ("reading_room.py", "taking.py", "understanding.py")
    ),
    *(ROOT / "shared" / name for name in ("hostile.py", "workbooks.py", "identifiers.py")),
)


def placeholders(template: str) -> set[str]:
    return {name for _, name, *_ in Formatter().parse(template) if name}


@pytest.mark.parametrize("code", CODES)
def test_a_reason_takes_the_same_values_in_every_language(code: str) -> None:
    said = [placeholders(WORDS[one].messages[f"why.{code}"]) for one in LANGUAGES]
    assert said[0] == said[1] == said[2]


def test_every_language_has_every_reason() -> None:
    keys = [set(WORDS[one].messages) for one in LANGUAGES]
    assert keys[0] == keys[1] == keys[2]


@given(st.sampled_from(CODES), st.data())
def test_a_reason_is_known_again_with_its_values(code: str, data: st.DataObject) -> None:
    names = sorted(placeholders(WORDS["en"].messages[f"why.{code}"]))
    plain = st.from_regex(r"[A-Za-z0-9]{1,12}", fullmatch=True)
    why = Why(code=code, values={name: data.draw(plain) for name in names})
    assert why_of(sentence_of(why)) == why


def said_at(place: Path) -> Iterator[tuple[int, str]]:
    """Every sentence that is raised or taken down in a module, its values as a word."""
    for node in ast.walk(ast.parse(place.read_text())):
        if isinstance(node, ast.List):
            every = [(one.lineno, text(one)) for one in node.elts]
            yield from ((line, said) for line, said in every if SENTENCE.match(said))
        if not isinstance(node, ast.Call):
            continue
        called = node.func
        name = called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")
        taken = name == "append" and ast.unparse(called).split(".")[-2] in LISTS
        if name in RAISED or taken:
            yield from ((node.lineno, said) for one in node.args if (said := text(one)))
        for keyword in node.keywords:
            if keyword.arg == "needed" and (said := text(keyword.value)):
                yield node.lineno, said


def text(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if isinstance(node, ast.JoinedStr):
        return "".join(
            str(part.value) if isinstance(part, ast.Constant) else "x7" for part in node.values
        )
    return ""


@pytest.mark.parametrize("place", PLACES, ids=lambda one: str(one.relative_to(ROOT)))
def test_every_reason_that_is_raised_is_one_of_the_catalogue(place: Path) -> None:
    assert [said for said in said_at(place) if why_of(said[1]) is None] == []


def test_reasons_are_looked_for_where_they_are_raised() -> None:
    assert sum(1 for place in PLACES for _ in said_at(place)) > 120


def test_what_is_told_together_is_told_apart_again() -> None:
    both = ["nobody signed it", "it names several standards: A, B; say which one counts", "hej"]
    assert sentences("; ".join(both)) == both


def test_a_sentence_is_said_in_another_language_and_an_unknown_one_stays() -> None:
    said = "the number of subcontractor Ó & Søn: a CVR number has 8 digits, not 7"
    assert in_words(said, "da") == (
        "nummeret på underleverandøren Ó & Søn: et CVR-nummer har 8 cifre, ikke 7"
    )
    assert text_in_words("nobody signed it; the moon is full", "sv") == (
        "ingen har undertecknat det; the moon is full"
    )


@given(st.text(max_size=300))
def test_no_text_breaks_it(anything: str) -> None:
    assert isinstance(text_in_words(anything, "da"), str)


FORMS = [
    ("espd is missing", "da", "ESPD mangler"),
    ("the claim about EX-B1 is contradicted", "sv", "påståendet om skatt är motsagt"),
    ("mdr-certificate: suspended since 2026-11-22", "da", "MDR: suspenderet siden 2026-11-22"),
    ("these were read without certainty: issued, tax policy", "sv", "dag, skattepolicy"),
    ("it could be espd or payslip: a person must say what it is", "da", "ESPD, lønseddel"),
]
NAMES = {
    "document": {"espd": "ESPD", "mdr-certificate": "MDR", "payslip": "lønseddel"},
    "rule": {"EX-B1": "skatt"},
    "read": {"issued": "dag", "tax policy": "skattepolicy"},
}


@pytest.mark.parametrize(("sentence", "language", "ends"), FORMS)
def test_values_that_have_words_are_said_in_them(
    sentence: str, language: Language, ends: str
) -> None:
    said = in_words(sentence, language, lambda table, value: NAMES[table].get(value, value))
    assert ends in said
