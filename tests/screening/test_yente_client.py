"""A real client of yente, which was not told that it talks to us; and yente's own models."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import BaseModel
from yente_client import AsyncClient, Company, Person
from yente_client.exceptions import APIError, AuthenticationError, NotFoundError

from services.screening import yente
from shared.http import build_http
from tests.screening.test_api import CMS, Screen, screen
from tests.screening.test_yente import EU, OWN

__all__ = ["screen"]

MODELS: dict[str, dict[str, Any]] = json.loads(
    (Path(__file__).parent / "yente" / "models.json").read_text()
)["models"]
OURS_BESIDES = {
    "EntityMatchResponse": {"matcher"},  # clients of yente 4 read it
    "ScoredEntityResponse": {"features"},  # and this
}


@pytest.fixture
async def client(screen: Screen) -> AsyncIterator[AsyncClient]:
    await screen.stage.list_in_force("eu", EU)
    await screen.stage.list_in_force("own", OWN)
    async with client_of(screen, _token(screen)) as found:
        yield found


def _token(screen: Screen) -> str:
    return screen.issuer.issue(CMS.subject, CMS.name, CMS.roles, CMS.buyers)


def client_of(screen: Screen, key: str) -> AsyncClient:
    transport = httpx.ASGITransport(app=build_http(screen))
    return AsyncClient(api_key=key, base_url="http://screening.test", transport=transport)


async def test_a_person_is_matched_and_explained(client: AsyncClient) -> None:
    asked = Person(name="Vsevolod Zharkovetskij", birthDate="1968-03-17", nationality="by")
    answer = await client.match(asked)
    assert answer.top is not None
    assert (answer.top.schema_, answer.top.match) == ("Person", True)
    assert {one.datasets[0] for one in answer.matches} == {"eu", "own"}
    assert answer.top.contributing_explanations["birth-day"].score == 1.0
    assert answer.total.value == len(answer.results)


async def test_filters_thresholds_and_numbers_of_the_client_count(client: AsyncClient) -> None:
    asked = Person(name="Vsevolod Zharkovetskij")
    eu = await client.match(asked, datasets=["eu"], threshold=0.01, limit=1)
    assert [one.datasets for one in eu.results] == [["eu"]]
    own = await client.match(asked, exclude_datasets=["eu"])
    assert [one.datasets for one in own.results] == [["own"]]
    firm = await client.match(Company(name="Quite Another", registrationNumber="1027700132195"))
    assert [one.caption for one in firm.results] == ["Polar House"]
    schemata = await client.match(asked, exclude_schemata=["Person"])
    assert schemata.results == []


async def test_many_are_matched_one_after_the_other(client: AsyncClient) -> None:
    entities = ((str(i), Person(name="Vsevolod Zharkovetskij")) for i in range(12))
    found = {key: answer async for key, answer in client.match_iter(entities, workers=3)}
    assert len(found) == 12
    assert all(getattr(answer, "matches", None) for answer in found.values())


async def test_names_are_searched(client: AsyncClient) -> None:
    answer = await client.search("Polar House", schema="Company", datasets=["eu"])
    assert [one.caption for one in answer.results] == ["Polar House"]
    assert (answer.total.relation, answer.offset) == ("eq", 0)
    elsewhere = await client.search("Vsevolod Zharkovetskij", countries=["ru"])
    assert elsewhere.results == []
    there = await client.search("Vsevolod Zharkovetskij", countries=["by"])
    assert [one.datasets for one in there.results] == [["eu"]]


async def test_what_is_wrong_is_said_as_the_client_understands_it(
    screen: Screen, client: AsyncClient
) -> None:
    with pytest.raises(NotFoundError):
        await client.match(Person(name="Ole Dam"), datasets=["nope"])
    with pytest.raises(APIError) as refused:
        await client.match(Person(name="???"))
    assert "a name with letters is needed" in str(refused.value)
    async with client_of(screen, "nonsense") as stranger:
        with pytest.raises(AuthenticationError):
            await stranger.match(Person(name="Ole Dam"))


# -------------------------------------------------------------------- field by field


@pytest.mark.parametrize("name", sorted(MODELS))
def test_our_models_have_the_fields_of_yente_s(name: str) -> None:
    """Names and which must be there, as recorded from yente 5.5 (`tests/screening/yente`)."""
    ours: type[BaseModel] = getattr(yente, name)
    fields = {info.alias or field: info for field, info in ours.model_fields.items()}
    assert fields.keys() - OURS_BESIDES.get(name, set()) == MODELS[name].keys()
    if name in ("EntityExample", "EntityMatchQuery"):  # asked: we demand no more than yente does
        needed = {field for field, said in MODELS[name].items() if said["required"]}
        assert {field for field, info in fields.items() if info.is_required()} <= needed
