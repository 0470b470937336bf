"""The rulebook is data that cannot be unlawful: what is wrong in it is found when it is read."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from services.breaches.domain.rules import Facts, Force, Measure, Phase
from services.breaches.rulebook import HERE, RELEASED, NoRulebook, hash_of, read_shelf, released_in
from shared.events.breaches import Track

SHELF = read_shelf()
BOOK = SHELF.version("2026-05")


def test_every_row_of_the_reference_is_there() -> None:
    codes = {rule.code for rule in BOOK.rules}
    grounds = {f"EX-A{n}" for n in range(1, 7)} | {f"EX-D{n}" for n in range(1, 7)}
    grounds |= {"EX-B1", "EX-B2", "EX-C1", "EX-C2", "EX-C3"}
    grounds |= {f"EX-{letter}" for letter in "EFGHIJKN"}
    assert grounds | {"SAN-5K", "SAN-AF", "SAN-US", "IPI-CN"} <= codes


@pytest.mark.parametrize("rule", BOOK.rules, ids=lambda rule: rule.code)
def test_every_rule_is_complete(rule: Any) -> None:
    assert rule.name.da
    assert rule.name.en
    assert rule.evidence
    for lawful in rule.consequences:
        assert (lawful.on == "clause") == (lawful.right is not None)
        if lawful.on == "statute":
            assert lawful.text or rule.bases, f"{rule.code} {lawful.measure} names no law"
        if lawful.measure is Measure.TERMINATE and lawful.on == "statute":
            assert rule.track is Track.LEGAL_BLOCK or Phase.LATER not in lawful.phases


def test_a_tax_debt_is_mandatory_from_100_000_kroner() -> None:
    rule = BOOK.rule("EX-B1")
    assert rule is not None
    high = rule.basis_in(Facts(amount=100_000))
    low = rule.basis_in(Facts(amount=99_999))
    assert high is not None
    assert low is not None
    assert (high.force, low.force) == (Force.MUST, Force.MAY)
    assert low.chosen_in_notice


def test_article_5k_holds_above_the_threshold_alone() -> None:
    rule = BOOK.rule("SAN-5K")
    assert rule is not None
    assert rule.basis_in(Facts(country="SE", regime="LOU")) is not None
    assert rule.basis_in(Facts(country="SE", regime="LOU", above_threshold=False)) is None


def test_a_rulebook_is_chosen_by_its_day() -> None:
    assert SHELF.on(date(2026, 11, 23)).version == "2026-04"
    assert SHELF.on(date(2026, 11, 22)).version == "2026-03"
    assert SHELF.on(date(2026, 11, 21)).version == "2026-02"
    with pytest.raises(NoRulebook, match="no rulebook is in force on 2025-01-01"):
        SHELF.on(date(2025, 1, 1))


def test_every_rulebook_in_force_has_been_released_and_is_as_it_was() -> None:
    files = {path.name: hash_of(path.read_bytes()) for path in HERE.glob("*.json")}
    assert released_in(HERE) == files


def test_a_released_rulebook_that_was_changed_is_refused(tmp_path: Path) -> None:
    for name in (RELEASED, "2026-02.json", "2026-03.json"):
        (tmp_path / name).write_bytes((HERE / name).read_bytes())
    assert len(read_shelf(tmp_path).books) == 2
    amended = (tmp_path / "2026-02.json").read_text().replace('"years": 4', '"years": 5', 1)
    (tmp_path / "2026-02.json").write_text(amended)
    with pytest.raises(NoRulebook, match=r"2026-02\.json was changed after its release"):
        read_shelf(tmp_path)


def test_the_first_rulebook_reads_its_one_period_and_english_for_swedish() -> None:
    rule = SHELF.version("2026-02").rule("EX-A1")
    assert rule is not None
    assert [(p.country, p.years) for p in rule.periods] == [("*", 4)]
    assert rule.name.in_language("sv") == rule.name.en


def test_the_newest_rulebook_adds_only_what_a_block_means_before_the_award() -> None:
    before = SHELF.version("2026-04")
    for rule in BOOK.rules:
        old = before.rule(rule.code)
        assert old is not None
        if rule.before_award is None:
            assert rule == old
            continue
        assert rule.code in ("SAN-AF", "SAN-5K")
        rest = [c for c in rule.consequences if c.measure is not Measure.EXCLUDE]
        (excludes,) = (c for c in rule.consequences if c.measure is Measure.EXCLUDE)
        assert (excludes.phases, excludes.force) == ((Phase.PROCEDURE,), "must")
        for new, was in zip(rest, old.consequences, strict=True):
            later = (Phase.AT_AWARD, Phase.LATER)
            phases = later if new.measure is Measure.TERMINATE else was.phases
            assert new == was.model_copy(update={"phases": phases})


def test_2026_04_adds_nothing_but_derogations_to_the_one_before() -> None:
    before = SHELF.version("2026-03")
    for rule in SHELF.version("2026-04").rules:
        old = before.rule(rule.code)
        kept = tuple(c for c in rule.consequences if c.measure is not Measure.DEROGATE)
        assert rule.model_copy(update={"consequences": kept}) == old


@pytest.mark.parametrize("rule", BOOK.rules, ids=lambda rule: rule.code)
def test_the_newest_rulebook_speaks_swedish(rule: Any) -> None:
    assert rule.name.sv
    assert rule.instruction is None or rule.instruction.sv
    assert rule.before_award is None or rule.before_award.sv


def spoilt(tmp_path: Path, of: str, change: dict[str, Any]) -> Path:
    book = json.loads((HERE / "2026-04.json").read_text())
    rule = next(r for r in book["rules"] if r["code"] == of)
    rule.update(change)
    (tmp_path / "2026-04.json").write_text(json.dumps(book))
    return tmp_path


@pytest.mark.parametrize(
    ("code", "change", "why"),
    [
        (
            "EX-B1",
            {"consequences": [{"measure": "terminate", "on": "statute", "roles": ["supplier"]}]},
            "no statutory right to terminate",
        ),
        (
            "EX-B1",
            {"consequences": [{"measure": "exclude", "on": "statute"}]},
            "never excludes the supplier",
        ),
        (
            "EX-B1",
            {"consequences": [{"measure": "derogate", "on": "statute", "text": "Art 57(3)"}]},
            "only a mandatory ground is let be",
        ),
        ("SAN-AF", {"instruction": None}, "must say what the contractor is told"),
        ("SAN-US", {"consequences": [{"measure": "block", "on": "statute"}]}, "advisory"),
        ("EX-C1", {"evidence": []}, "names no evidence"),
        ("EX-C1", {"consequences": [{"measure": "replace", "on": "clause"}]}, "names the right"),
        ("EX-C1", {"trakc": "exclusion"}, "trakc"),
        ("EX-C1", {"code": "EX-C2"}, "more than one rule"),
        ("CL-WAGE", {"consequences": [{"measure": "replace", "on": "statute"}]}, "not replaced"),
    ],
)
def test_an_unlawful_rulebook_is_refused_with_the_reason(
    tmp_path: Path, code: str, change: dict[str, Any], why: str
) -> None:
    with pytest.raises(NoRulebook, match=why) as refused:
        read_shelf(spoilt(tmp_path, code, change))
    assert "2026-04.json" in str(refused.value)


def test_a_service_without_law_does_not_start(tmp_path: Path) -> None:
    with pytest.raises(NoRulebook, match="there is no rulebook"):
        read_shelf(tmp_path)
