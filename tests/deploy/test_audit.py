"""A known weakness ends the build; a source that cannot be asked is said loudly and does not."""

import json
import subprocess
from types import SimpleNamespace
from typing import Any

import pytest

from deploy.audit import FOUND, NOT_ASKED, audit, told

CLEAN = {"name": "orjson", "version": "3.11.0", "vulns": []}
WEAK = {
    "name": "jinja2",
    "version": "3.1.0",
    "vulns": [{"id": "GHSA-x", "fix_versions": ["3.1.6"], "aliases": []}],
}
UNKNOWN = {"name": "aiokafka", "skip_reason": "not found"}


def says(*packages: dict[str, Any], error: str = "") -> Any:
    out = json.dumps({"dependencies": packages}) if packages else ""
    return lambda *words, **more: SimpleNamespace(stdout=out, stderr=error)


def test_a_known_weakness_ends_the_build() -> None:
    status, lines = told(*audit("pip-audit", says(CLEAN, WEAK)), ci=True)
    assert status == FOUND
    assert "jinja2 3.1.0: GHSA-x, mended in 3.1.6" in lines


def test_packages_without_one_pass_and_those_nobody_knows_are_named() -> None:
    status, lines = told(*audit("pip-audit", says(CLEAN, UNKNOWN)), ci=True)
    assert status == 0
    assert lines == [
        "1 packages audited, 0 known weaknesses",
        "NOT AUDITED, not known to the source: aiokafka",
    ]


@pytest.mark.parametrize(
    "run", [says(error="ConnectionError: no route"), says(UNKNOWN)], ids=["away", "knows nothing"]
)
def test_where_nothing_can_be_learnt_it_is_said_loudly(run: Any) -> None:
    found, why = audit("pip-audit", run)
    assert found is None
    assert told(found, why, ci=False)[0] == NOT_ASKED
    status, lines = told(found, why, ci=True)
    assert status == 0
    assert any(line.startswith("NOT AUDITED") for line in lines)


def test_a_tool_that_is_not_there_or_hangs_is_no_audit() -> None:
    def late(*words: Any, **more: Any) -> Any:
        raise subprocess.TimeoutExpired("pip-audit", 120)

    assert audit("pip-audit", late)[0] is None
    assert audit("/no/such/tool")[0] is None
