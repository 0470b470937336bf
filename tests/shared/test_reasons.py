"""Why a party may be a listed one, said in three languages."""

import string
from datetime import date

import pytest

from shared.events.words import Reason
from shared.languages import LANGUAGES, Language
from shared.reasons import (
    SPEAKS,
    WORDS,
    Scale,
    Word,
    in_english,
    language_asked,
    likelihood_in_words,
    likelihood_of,
    said,
    scales,
)

TODAY = date(2026, 11, 22)


def names_in(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def test_the_three_languages_say_the_same_things() -> None:
    messages = [WORDS[language].messages for language in LANGUAGES]
    assert set(messages[0]) == set(messages[1]) == set(messages[2])
    for key in messages[0]:
        assert len({frozenset(names_in(one[key])) for one in messages}) == 1, key


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_and_every_likelihood_has_words(language: Language) -> None:
    words = WORDS[language]
    assert {key.removeprefix("reason.") for key in words.messages if key.startswith("reason.")} == (
        set(SPEAKS)
    )
    for scale in scales():
        for one in scale.words:
            assert words.knows(f"likelihood.{one.word}")


def test_a_reason_is_said_in_the_language_of_who_reads_it() -> None:
    reason = Reason(code="birth-year", ours="1968", theirs="1968-03-17")
    lines = {language: said([reason], language)[0].text for language in LANGUAGES}
    assert lines == {
        "da": "født samme år (1968; listen: 1968-03-17)",
        "sv": "född samma år (1968; listan: 1968-03-17)",
        "en": "born in the same year (1968; the list: 1968-03-17)",
    }
    assert in_english(reason) == lines["en"]


def test_a_code_of_a_newer_program_is_left_out_and_braces_in_a_name_stay_text() -> None:
    lines = said([Reason(code="aura-same"), Reason(code="name-same", ours="{theirs}")], "en")
    assert [one.text for one in lines] == ["“{theirs}” is the listed name"]


@pytest.mark.parametrize(
    ("score", "word"),
    [
        (1.0, "nearly-certain"),
        (0.95, "nearly-certain"),
        (0.949, "likely"),
        (0.66, "likely"),
        (0.5, "even"),
        (0.32, "unlikely"),
        (0.0, "unlikely"),
    ],
)
def test_a_score_has_a_word(score: float, word: str) -> None:
    assert likelihood_of(score, TODAY) == word


def test_a_score_is_said_by_the_scale_of_its_day(monkeypatch: pytest.MonkeyPatch) -> None:
    later = Scale(
        valid_from=date(2027, 1, 1), source="a test", words=(Word(word="likely", least=0.0),)
    )
    monkeypatch.setattr("shared.reasons.scales", lambda: (*scales(), later))
    assert likelihood_of(0.1, date(2026, 12, 31)) == "unlikely"
    assert likelihood_of(0.1, date(2027, 1, 1)) == "likely"
    assert likelihood_of(0.1, date(2020, 1, 1)) == "unlikely"
    assert likelihood_in_words(0.1, date(2027, 1, 1), "da") == "sandsynligt"


def test_every_scale_covers_all_scores_and_names_its_source() -> None:
    for scale in scales():
        bounds = [one.least for one in scale.words]
        assert bounds == sorted(bounds, reverse=True)
        assert bounds[-1] == 0.0
        assert scale.source


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("sv-SE,sv;q=0.9,en;q=0.8", "sv"),
        ("en;q=0.2, da;q=0.9", "da"),
        ("de, nb;q=0.5", "da"),
        ("de", "en"),
        ("sv;q=0, da;q=x, *", "en"),
    ],
)
def test_the_language_that_is_wanted_most_is_spoken(header: str, language: str) -> None:
    assert language_asked(header) == language
