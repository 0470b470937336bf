"""`ansvar notify preview` says who would be told of a fact, without telling anybody."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from services.notifications.command import notify
from services.notifications.rules import read_rules
from shared.command.says import Trouble
from tests.notifications.people import BUYER, need
from tests.notifications.test_handlers import HEARING, waiting

PEOPLE = f"""subject,name,email,roles,buyers,language,deputy
mette,Mette Lund,mette@region.example,officer,{BUYER},da,jonas
jonas,Jonas Holm,jonas@region.example,officer,{BUYER},sv,
"""


@pytest.fixture
def people(tmp_path: Path) -> str:
    file = tmp_path / "people.csv"
    file.write_text(PEOPLE)
    return str(file)


def written(fact: object, folder: Path, kind: str) -> str:
    file = folder / "fact.json"
    body = json.loads(fact.model_dump_json())  # type: ignore[attr-defined]
    file.write_text(json.dumps({"type": kind, **body}))
    return str(file)


def said(*arguments: str, typed: str = "") -> str:
    result = CliRunner().invoke(notify, ["preview", *arguments], input=typed)
    if isinstance(result.exception, Trouble):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


def test_a_need_shows_its_people_the_next_ones_and_the_mail_in_each_language(
    people: str, tmp_path: Path
) -> None:
    file = written(waiting(need(owner="mette")), tmp_path, "DocumentNeedsReview")
    told = said(file, "--people", people)
    assert "mette <mette@region.example>, da; if nobody acts: jonas" in told
    assert "[da]" in told
    assert "jonas <" not in told
    assert "https://ansvar.example/needs/need-" in told


def test_a_letter_is_shown_in_all_three_languages(tmp_path: Path) -> None:
    told = said(written(HEARING, tmp_path, "HearingOpened"))
    assert f"a letter to {HEARING.addressee_id}" in told
    assert [f"[{language}]" in told for language in ("da", "sv", "en")] == [True] * 3
    assert HEARING.subject not in told


def test_a_name_alone_shows_the_letter_with_the_names_of_its_fields() -> None:
    told = said("SubstituteRefused")
    assert "[sv] Ert förslag till ersättare i avtalet ”<contract_id>” är inte godkänt" in told
    for name in read_rules().letters:
        assert said(name).count("https://ansvar.example/l/link.") == 3, name


def test_a_name_alone_tells_the_rule() -> None:
    assert "nobody is told: it is a record" in said("PartyRegistered")
    assert "a letter to its addressee_id" in said("HearingOpened")
    assert "the people of the need" in said("DocumentNeedsReview")


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("{", "no JSON"),
        ("[]", 'object with a "type"'),
        ('{"type": "HearingOpen"}', "HearingOpened"),
        ('{"type": "HearingOpened"}', "HearingOpened.case_id: Field required"),
    ],
)
def test_what_is_no_fact_is_refused_with_its_place(typed: str, problem: str) -> None:
    with pytest.raises(Trouble, match=problem):
        said("-", typed=typed)
