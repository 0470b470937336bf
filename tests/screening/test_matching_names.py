"""Two names alone: the kernel and its weights, and the policy that holds them."""

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from services.screening.matching import load_policy
from services.screening.matching.describing import FEATURES
from services.screening.matching.judging import ALL
from services.screening.measuring import commands
from services.screening.measuring.questions import alike

POLICY = load_policy()


def test_the_policy_weighs_every_feature_in_its_order() -> None:
    for weights in POLICY.names.values():
        assert tuple(weights) == FEATURES
    for weights in POLICY.listed.values():
        assert tuple(weights) == ALL


@pytest.mark.parametrize(
    ("schema", "one", "other"),
    [
        ("Person", "Vladimir Vladimirovich Putin", "Vladimir Putin"),
        ("Person", "SergeiLavrov", "Sergei Lavrov"),
        ("Person", "Bashar xal-Assad", "Bashar al-Assad"),
        ("Person", "فرناندو بيريز", "Fernando Pérez"),
        ("Person", "Владимир Пулин", "Владимир Путин"),
        ("Person", "Bill Gates", "William Gates"),
        ("Company", "Stripe LLC", "Strip Limited Liability Company"),
        ("Company", "Bowne Global Solutions, S.A.R.L.", "Bowne Global Solutions SARL"),
        ("Company", "ООО Ромашка", "Romashka LLC"),  # noqa: RUF001
    ],
)
def test_the_same_name_in_another_form_is_more_likely_than_not(
    schema: str, one: str, other: str
) -> None:
    assert alike(one, other, schema, POLICY) > 0.5
    assert alike(other, one, schema, POLICY) > 0.5


@pytest.mark.parametrize(
    ("schema", "one", "other"),
    [
        ("Person", "Boris Abramovich", "Roman Abramovich"),
        ("Person", "Pol Pot", "Paul Murphy"),
        ("Person", "Sergey Viktorovich Lavrov", "Sergey Borisovitch Lavrov"),
        ("Company", "LXC Aviation", "LAU Aviation"),
        ("Company", "Sparkles Business Corporation", "Sporks Business Corporation"),
        ("Company", "SRL CON TRAFFIC", "Societatea cu Răspundere Limitată PRO TRAFFIC"),
    ],
)
def test_names_that_contradict_each_other_are_not(schema: str, one: str, other: str) -> None:
    assert alike(one, other, schema, POLICY) < 0.5


def test_a_name_of_nothing_resembles_nothing() -> None:
    assert alike("", "Vladimir Putin", "Person", POLICY) == 0.0
    assert alike("???", "???", "Company", POLICY) == 0.0


def _ansvar(*words: str) -> str:
    app = typer.Typer()
    commands.screen(app)
    commands.compare(app)
    result = CliRunner().invoke(app, words)
    assert result.exception is None, result.output
    return result.output


def test_pairs_in_a_file_get_a_score_and_with_a_threshold_a_match(tmp_path: Path) -> None:
    pairs, out = tmp_path / "pairs.csv", tmp_path / "scores.csv"
    pairs.write_text(
        "schema,name1,name2\nPerson,Wladimir Putin,Vladimir Putin\nPerson,A B,Vladimir Putin\n"
    )
    _ansvar("compare", "--in", str(pairs), "--out", str(out), "--threshold", "0.5")
    lines = out.read_text().splitlines()
    assert lines[0] == "schema,name1,name2,score,match"
    assert [line.rsplit(",", 1)[1] for line in lines[1:]] == ["true", "false"]


def test_questions_in_a_file_get_ranked_hits_with_reasons(tmp_path: Path) -> None:
    import json

    lists = Path(__file__).resolve().parents[2] / "samples/lists/eu-v2.xml"
    from services.screening.lists import read_all

    (eu,) = read_all([lists])
    person = next(one for one in eu.entries if one.kind == "person" and one.births)
    asked, out = tmp_path / "asked.csv", tmp_path / "hits.jsonl"
    asked.write_text(
        "id,schema,name,aliases,birth_date,country,gender,identifiers\n"
        f"7,Person,{person.name},,{person.births[0]},,,\n8,Person,,,,,,\n"
    )
    said = _ansvar("screen", "--lists", str(lists), "--in", str(asked), "--out", str(out))
    assert "a second, p50" in said
    first, second = (json.loads(line) for line in out.read_text().splitlines())
    assert first["id"] == "7"
    assert first["hits"][0]["entry_id"] == person.entry_id
    assert first["hits"][0]["explanation"]
    assert 0.5 < first["hits"][0]["score"] < 1
    assert second["hits"] == []
