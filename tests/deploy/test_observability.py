"""Alerts, dashboards and the runbook speak of the figures there are."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.dashboards import DASHBOARDS, FOLDER, text_of
from shared.figures import COUNTERS, GAUGES, HISTOGRAMS, Instruments

ROOT = Path(__file__).resolve().parents[2]
HERE = ROOT / "deploy" / "observability"
OURS = re.compile(r"\bansvar_[a-z_]+")


def rules() -> list[dict[str, Any]]:
    read = yaml.safe_load((HERE / "alerts.yaml").read_text())
    return [rule for group in read["groups"] for rule in group["rules"]]


def cases() -> list[dict[str, Any]]:
    tests = yaml.safe_load((HERE / "alerts.test.yaml").read_text())["tests"]
    return [case for test in tests for case in test["alert_rule_test"]]


def series() -> set[str]:
    """The names of all figures, as Prometheus keeps them."""
    named = {f"ansvar_{name}_total" for name, *_ in COUNTERS} | {f"ansvar_{n}" for n, *_ in GAUGES}
    for name, *_ in HISTOGRAMS:
        named |= {f"ansvar_{name}_{end}" for end in ("bucket", "sum", "count")}
    of_the_process = Instruments().registry.collect()
    return named | {sample.name for metric in of_the_process for sample in metric.samples}


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule["alert"])
def test_an_alert_speaks_of_figures_there_are_and_has_its_chapter(rule: dict[str, Any]) -> None:
    assert set(OURS.findall(rule["expr"])) <= series()
    chapters = re.findall(r"^## (\w+)$", (ROOT / "docs" / "runbook.md").read_text(), re.M)
    assert rule["alert"] in chapters
    assert rule["annotations"]["runbook"] == f"docs/runbook.md#{rule['alert'].lower()}"
    assert rule["labels"]["severity"] in {"page", "ticket"}


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule["alert"])
def test_for_each_alert_it_is_tested_when_it_rings_and_when_it_keeps_still(
    rule: dict[str, Any],
) -> None:
    rung = {bool(case["exp_alerts"]) for case in cases() if case["alertname"] == rule["alert"]}
    assert rung == {True, False}


@pytest.mark.parametrize("uid", DASHBOARDS)
def test_a_dashboard_is_as_the_code_says_and_draws_figures_there_are(uid: str) -> None:
    drawn = (FOLDER / f"{uid}.json").read_text()
    assert drawn == text_of(uid), "run: python -m deploy.dashboards"
    for panel in json.loads(drawn)["panels"]:
        assert set(OURS.findall(panel["targets"][0]["expr"])) <= series()


def test_promtool_finds_no_fault(tmp_path: Path) -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool is not installed: make check-alerts installs it")
    drawn = [panel.query for _, panels in DASHBOARDS.values() for panel in panels]
    records = [
        {"record": f"panel:{n}", "expr": query.replace("$service", "console")}
        for n, query in enumerate(drawn)
    ]
    recorded = tmp_path / "panels.yaml"
    recorded.write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": records}]}))
    for asked in (
        ["check", "rules", str(HERE / "alerts.yaml"), str(recorded)],
        ["check", "config", str(HERE / "prometheus.yaml")],
        ["test", "rules", str(HERE / "alerts.test.yaml")],
    ):
        said = subprocess.run([promtool, *asked], capture_output=True, text=True, check=False)
        assert said.returncode == 0, said.stdout + said.stderr
