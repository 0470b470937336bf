"""What pages send is what onboarding takes, by its own description of its addresses."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from services.console.pages.acts import ACTS
from tests.console.cast import BUYER, CONTRACT, NORDLYS, OFFICER
from tests.console.desk import Console
from tests.console.papers import DOC, WAITING
from tests.console.test_suppliers import ALIKE, ALIKE_PAIR

OPENAPI = Path("docs/openapi/onboarding.json")
FORM = {
    "id": "some-id",
    "for": f"{BUYER}|{CONTRACT}",
    "kind": "sa8000",
    "reason": "because",
    "until": "2026-12-24",
    "days": "14",
    "standing": "suspended",
    "since": "2026-11-01",
    "stays": NORDLYS.party_id,
    "value-0": "right",
    "was-0": "wrong",
    "ground": "EX-B1",
    "owed": "12",
}
PAGES = (
    *(f"/suppliers/{NORDLYS.party_id}/acts/{name}" for name in ACTS),
    *(
        f"/documents/{DOC}/{verdict}"
        for verdict in ("verify", "reject", "corrections", "standing", "read-again")
    ),
    f"/likenesses/{ALIKE}/merge",
    f"/likenesses/{ALIKE}/keep-apart",
)


@cache
def described() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(OPENAPI.read_text())
    return found


def operation(path: str) -> dict[str, Any]:
    """What is said of posting to a path."""
    parts = path.removeprefix("/api/onboarding").split("/")
    for template, methods in described()["paths"].items():
        wanted = template.removeprefix("/api/onboarding").split("/")
        alike = len(wanted) == len(parts) and all(
            w.startswith("{") or w == p for w, p in zip(wanted, parts, strict=True)
        )
        if alike and "post" in methods:
            said: dict[str, Any] = methods["post"]
            return said
    raise AssertionError(f"onboarding has no {path}")


@pytest.mark.parametrize("page", PAGES)
async def test_what_a_page_sends_is_what_onboarding_takes(console: Console, page: str) -> None:
    await console.world.tell(*WAITING, *ALIKE_PAIR)
    await console.visitor(OFFICER).post(page, **FORM)
    ((path, body, _),) = console.services.sent
    said = operation(path)
    if "requestBody" not in said:
        assert body == {}
        return
    ref = said["requestBody"]["content"]["application/json"]["schema"]["$ref"]
    schema = described()["components"]["schemas"][ref.rpartition("/")[2]]
    assert set(schema.get("required", ())) <= body.keys()
    assert body.keys() <= schema["properties"].keys()
