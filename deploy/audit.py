"""Asks whether a locked package has a known weakness: `python -m deploy.audit PIP-AUDIT`.

Ends with 1 where one has. Where the advisories cannot be had, it says so so that nobody overlooks
it, and ends with 3; with `--ci` it then ends with 0, because a build must not depend on whether
somebody else's service is up (ADR 63). A licence check needs no network: `tests/deploy`.
"""

import json
import subprocess
import sys
from typing import Any, NamedTuple

FOUND, NOT_ASKED = 1, 3
LIMIT = 120
"""Seconds for all packages."""

Run = Any


class Audited(NamedTuple):
    """Weaknesses as `package version: id, mended in …`; packages that the source does not know."""

    weak: tuple[str, ...]
    unknown: tuple[str, ...]
    asked: int


def read(report: str) -> Audited:
    """What pip-audit wrote as JSON. Raises `ValueError` where it wrote none."""
    packages: list[dict[str, Any]] = json.loads(report)["dependencies"]
    weak = tuple(
        f"{one['name']} {one['version']}: {found['id']}, "
        f"mended in {', '.join(found.get('fix_versions') or ()) or 'no version yet'}"
        for one in packages
        for found in one.get("vulns", ())
    )
    unknown = tuple(one["name"] for one in packages if "skip_reason" in one)
    return Audited(weak, unknown, len(packages) - len(unknown))


def audit(tool: str, run: Run = subprocess.run) -> tuple[Audited | None, str]:
    """What is known, or None and why nothing could be learnt."""
    words = [tool, "--requirement", "requirements.lock", "--disable-pip", "--format", "json"]
    try:
        done = run(
            [*words, "--progress-spinner", "off"], capture_output=True, text=True, timeout=LIMIT
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return None, str(error)
    try:
        found = read(done.stdout)
    except (ValueError, KeyError, TypeError):
        return None, (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
    if not found.asked:
        return None, "the source of advisories knows none of the packages"
    return found, ""


def told(found: Audited | None, why: str, *, ci: bool) -> tuple[int, list[str]]:
    """How it ends, and what is said."""
    if found is None:
        return (0 if ci else NOT_ASKED), [
            "!" * 78,
            "NOT AUDITED: nothing is known of weaknesses of the locked packages, because",
            f"the advisories could not be had: {why}"[:300],
            "Run `make audit` where they can before this is released.",
            "!" * 78,
        ]
    lines = [f"{found.asked} packages audited, {len(found.weak)} known weaknesses", *found.weak]
    if found.unknown:
        lines.append(f"NOT AUDITED, not known to the source: {', '.join(found.unknown)}")
    return (FOUND if found.weak else 0), lines


def main(words: list[str]) -> int:
    tool = next((word for word in words if word != "--ci"), "pip-audit")
    status, lines = told(*audit(tool), ci="--ci" in words)
    print("\n".join(lines))  # noqa: T201
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
