"""Everything that can be shown has its words in Danish, Swedish and English."""

import re
import string
from collections.abc import Iterable
from pathlib import Path
from typing import get_args

import pytest
from markupsafe import Markup

from services.console.pages.acts import ACTS
from services.console.pages.documents import SHOWS
from services.console.readmodels.cases import CLOSED
from services.console.readmodels.claims import ClaimState
from services.console.readmodels.documents import PaperState
from services.console.readmodels.likenesses import Likeness
from services.console.sentences import Sentences, person
from services.console.steps import COURSES, TURNS
from services.console.turns import ALL_STEPS
from services.console.views import HERE, WORDS, marked
from services.onboarding.domain import Stage
from services.onboarding.readers import kinds as kinds_read
from services.onboarding.reasons import CODES, OTHER
from services.onboarding.registers import FORMATS, RegisterState
from shared.events import catalogue, service_of
from shared.events.base import Event
from shared.events.breaches import Consequence, Track
from shared.events.words import CauseKind, Right, Role, Status
from shared.identity import ROLES
from shared.languages import LANGUAGES, Language
from tests.asked import NEED_KINDS

FACTS = [kind for kind in catalogue().values() if service_of(kind) != "notifications"]
COUNTED = {"failed", "open"}
"""Worked out from the checks of a substitute."""


def names_in(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def test_the_three_languages_say_the_same_things() -> None:
    messages = [WORDS[language].messages for language in LANGUAGES]
    assert set(messages[0]) == set(messages[1]) == set(messages[2])
    for key in messages[0]:
        names = [names_in(m[key]) for m in messages]
        assert names[0] == names[1] == names[2], key


@pytest.mark.parametrize("kind", FACTS, ids=lambda kind: kind.__name__)
def test_every_fact_can_be_told_and_names_only_what_it_has(kind: type[Event]) -> None:
    template = WORDS["en"].messages[f"fact.{kind.__name__}"]
    fields = {name.removesuffix("_id") for name in kind.model_fields} | set(kind.model_fields)
    assert names_in(template) <= fields | COUNTED


def test_every_word_that_the_templates_ask_for_is_there() -> None:
    known = WORDS["en"]
    for file in (HERE / "templates").glob("*.j2"):
        for key in re.findall(r"""\bw\(['"]([a-z_.]+[a-z_])['"]\s*[,)]""", file.read_text()):
            assert known.knows(key), f"{file.name}: {key}"


def test_every_code_has_a_word() -> None:
    codes: dict[str, Iterable[str]] = {
        "status": list(Status),
        "track": list(Track),
        "consequence": list(Consequence),
        "cause": list(CauseKind),
        "role": [*Role, *ROLES],
        "right": list(Right),
        "need": NEED_KINDS,
        "act": NEED_KINDS,
        "step": [step.name for step in ALL_STEPS],
        "step_hint": [step.name for step in ALL_STEPS],
        "said.step": [step.name for step in ALL_STEPS],
        "stage": {*TURNS, *CLOSED, *(stage for c in COURSES.values() for stage in c)},
        "turn": set(TURNS.values()),
        "field": {f.name for step in ALL_STEPS for f in step.fields},
        "choice": {c or "none" for s in ALL_STEPS for f in s.fields for c in f.choices},
        "paper": get_args(PaperState),
        "document": kinds_read(),
        "papers": [f"{what}_{show}" for show in SHOWS for what in ("show", "empty")],
        "claim": get_args(ClaimState),
        "act_on": ACTS.keys() - {"registers"},
        "act_do": ACTS,
        "said.act": ACTS.keys() - {"open-link"},
        "qualifying": [stage.replace(" ", "-") for stage in Stage],
        "register": [*FORMATS, *(state.replace(" ", "-") for state in RegisterState)],
        "brought_why": [OTHER, *(code for code, _ in CODES)],
        "likeness": get_args(Likeness.model_fields["state"].annotation),
    }
    for name, values in codes.items():
        for value in values:
            assert WORDS["sv"].knows(f"{name}.{value}"), f"{name}.{value}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_law_wants_next_is_said_for_every_stage(language: Language) -> None:
    for stage in (*TURNS, *CLOSED):
        assert WORDS[language].knows(f"law.stage.{stage}")


def test_a_name_with_markup_stays_text() -> None:
    assert marked("<b>Ole</b> Hansen", "ole hansen") == Markup(
        "&lt;b&gt;Ole&lt;/b&gt; <mark>Hansen</mark>"
    )


def test_words_of_a_name_are_marked_in_other_spellings_too() -> None:
    found = str(marked("Vsevolod Zharkovetskij", "ZHARKOVETSKY, Vsevolod Ivanovich"))
    assert found.count("<mark>") == 2
    assert "<mark>" not in str(marked("Kirsten Aagaard", "Vsevolod ZHARKOVETSKY"))


def test_values_read_as_a_person_writes_them() -> None:
    said = Sentences(WORDS["da"], lambda id: Markup(id), lambda id: Markup(id))
    assert said.value("share", "60.0..60.0") == "60\N{NO-BREAK SPACE}%"
    assert said.value("amount", "DKK 140000.0") == "DKK 140.000"
    assert said.value("due", "2026-11-24T12:00:00+00:00") == "24. nov. 2026 13.00"
    assert said.value("since", "2026-11-24") == "24. nov. 2026"
    assert said.value("since", "2026-11-24T23:30:00+00:00") == "25. nov. 2026"
    assert said.value("state", "documents pending") == "venter på dokumenter"
    assert said.value("changed", "address, contact") == "Adresse, Kontakt"
    assert said.value("changed", "12") == "12"
    assert person("mette.lund") == "Mette Lund"
    assert person("cms") == "Cms"


def test_there_is_one_small_stylesheet_and_the_library_keeps_its_licence() -> None:
    static = HERE / "static"
    assert "Zero-Clause BSD" in (static / "htmx.LICENSE.txt").read_text()
    css = (static / "ansvar.css").read_text()
    for promise in ("prefers-color-scheme: dark", ":focus-visible", "prefers-reduced-motion"):
        assert promise in css
    assert not [f for f in Path(static).glob("*") if "http" in f.name]
