"""Every route of every service, asked what its document allows and what it forbids."""

import warnings
from pathlib import Path

import httpx
import pytest

from shared.issuer import Issuer
from tests.access.planted import Planted, planted
from tests.hostile.asking import Asking, judged

QUICK, LONG = 1, 40
"""Questions for each route and each way of asking, in `make test` and in `make test-fuzz`."""

SERVICES = (
    *("audits", "breaches", "console", "contracts"),
    *("notifications", "onboarding", "screening", "subcontractors"),
)


@pytest.fixture(scope="module")
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("issuer") / "issuer.json"


@pytest.fixture(scope="module")
def services(key_file: Path) -> dict[str, Planted]:
    return planted(key_file)


async def wrong(one: Planted, key_file: Path, examples: int) -> list[str]:
    warnings.simplefilter("ignore")
    asking = Asking(one, Issuer(key_file), examples=examples, chosen=20261130)
    found = await asking.defects()
    assert asking.asked >= len(one.routes()) - 1, "hardly anything was asked"
    assert asking.answered_well >= 3, "nothing was answered, so nothing was judged"
    return [str(defect) for defect in found]


@pytest.mark.parametrize("name", SERVICES)
async def test_every_answer_is_as_its_document_says(
    services: dict[str, Planted], key_file: Path, name: str
) -> None:
    assert await wrong(services[name], key_file, QUICK) == []


@pytest.mark.long
@pytest.mark.parametrize("name", SERVICES)
async def test_every_answer_is_as_its_document_says_however_it_is_asked(
    services: dict[str, Planted], key_file: Path, name: str
) -> None:
    assert await wrong(services[name], key_file, LONG) == []


def test_every_service_is_asked(services: dict[str, Planted]) -> None:
    assert set(SERVICES) == set(services)


def test_a_defect_and_a_refusal_without_a_field_are_found() -> None:
    problem = {"type": "t", "title": "t", "status": 422, "detail": "no"}
    type = {"content-type": "application/problem+json"}
    assert [*judged(httpx.Response(422, json=problem, headers=type), "")] == ["422 names no field"]
    assert [*judged(httpx.Response(200, json={}), "")] == []
    plain = httpx.Response(500, text="Internal Server Error")
    assert len([*judged(plain, "ValueError at x.py:1")]) == 2
