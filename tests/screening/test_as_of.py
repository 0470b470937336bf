"""A screening repeated as of a day: the lists, the party, the engine and the policy of then."""

from datetime import timedelta

import httpx
import pytest

from services.screening.domain.known import KnownAs
from services.screening.handlers import comparing, sweeping
from services.screening.matching import load_policy
from services.screening.watchlists import Watchlists
from shared.events.onboarding import PartyChanged
from shared.sealing import names_in
from shared.testing import T0
from tests.screening.stage import Stage, eu_entry, eu_list, person, registered
from tests.screening.test_api import Screen, mette, screen

__all__ = ["mette", "screen"]

EU = eu_list(eu_entry(1, "Vsevolod ZHARKOVETSKIY", born="1968-03-17"))
OTHER = eu_list(eu_entry(2, "Aigul BERDIKENOVA"), day="2026-11-26")
FIRST = person("a", "Vsevolod Zharkovetskij", "1968-03-17")
MARRIED = person("a", "Vsevolod Berdikenova", "1968-03-17")
DAY = timedelta(days=1)


async def renamed(stage: Stage) -> None:
    """Registered on the first day, renamed on the third; another list since the fifth."""
    await stage.list_in_force("eu", EU)
    await stage.tell(registered(FIRST))
    await stage.advance(2 * DAY)
    await stage.tell(PartyChanged(party=MARRIED, changed=("name",)))
    await stage.advance(2 * DAY)
    await stage.list_in_force("eu", OTHER)
    await stage.advance(2 * DAY)


async def test_the_party_is_compared_as_it_was_known_that_day(
    screen: Screen, mette: httpx.AsyncClient
) -> None:
    await renamed(screen.stage)
    for path in ("/screenings/person-a", "/parties/person-a/screenings"):
        said = (await mette.get(path, params={"as_of": (T0 + DAY).isoformat()})).json()
        assert said["name"] == "Vsevolod Zharkovetskij"
        assert [one["entry"]["entry_id"] for one in said["found"]] == ["1"]
        assert said["repeat"]["faithful"] is True
        assert said["repeat"]["remarks"] == []
        assert said["repeat"]["known_since"].startswith("2026-11-23")
        assert said["repeat"]["engine_then"] == said["engine"]
    later = (await mette.get("/screenings/person-a", params={"as_of": "2026-11-26"})).json()
    assert later["name"] == "Vsevolod Berdikenova"
    assert later["repeat"]["known_since"].startswith("2026-11-25")
    today = (await mette.get("/screenings/person-a")).json()
    assert today["repeat"] is None


@pytest.mark.parametrize("asked", ["0", "20261130", "1764460800", "2026-99-99", "noon"])
async def test_what_is_neither_day_nor_moment_is_refused(
    screen: Screen, mette: httpx.AsyncClient, asked: str
) -> None:
    await renamed(screen.stage)
    for path in ("/screenings/person-a", "/parties/person-a/screenings"):
        refused = await mette.get(path, params={"as_of": asked})
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["field"] == "as_of"


async def test_before_it_was_known_the_answer_says_so_in_the_reader_s_language(
    screen: Screen, mette: httpx.AsyncClient
) -> None:
    await renamed(screen.stage)
    said = (
        await mette.get(
            "/screenings/person-a",
            params={"as_of": "2026-11-01"},
            headers={"Accept-Language": "sv"},
        )
    ).json()
    assert said["repeat"]["faithful"] is False
    assert [one["differs"] for one in said["repeat"]["remarks"]] == ["party", "engine", "policy"]
    assert said["repeat"]["remarks"][0]["text"].startswith("det är inte känt")


async def test_an_engine_that_is_no_longer_run_is_named(
    screen: Screen, mette: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for where in (comparing, sweeping):
        monkeypatch.setattr(where, "ENGINE", "ansvar-names/0", raising=False)
    await renamed(screen.stage)
    said = (await mette.get("/screenings/person-a", params={"as_of": "2026-11-24"})).json()
    assert said["repeat"]["engine_then"] == "ansvar-names/0"
    assert [one["differs"] for one in said["repeat"]["remarks"]] == ["engine"]
    assert "ansvar-names/0" in said["repeat"]["remarks"][0]["text"]


async def test_a_policy_that_is_kept_is_followed_again_and_another_is_named(
    screen: Screen, mette: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = screen.stage
    await renamed(stage)
    strict = load_policy().model_copy(
        update={"version": "2027-01-01", "threshold": {"person": 1.0, "organisation": 1.0}}
    )
    screen.adapters = {"watchlists": Watchlists(stage.files, strict)}
    said = (await mette.get("/screenings/person-a", params={"as_of": "2026-11-24"})).json()
    assert said["policy"] == load_policy().version
    assert said["repeat"]["faithful"] is True
    assert len(said["found"]) == 1

    def gone(version: str) -> None:
        raise FileNotFoundError(version)

    monkeypatch.setattr("services.screening.as_of.load_policy", gone)
    said = (await mette.get("/screenings/person-a", params={"as_of": "2026-11-24"})).json()
    assert said["policy"] == "2027-01-01"
    assert [one["differs"] for one in said["repeat"]["remarks"]] == ["policy"]
    assert said["found"] == []


async def test_what_is_kept_of_a_person_is_sealed_and_only_when_something_changed() -> None:
    stage = Stage()
    await stage.list_in_force("eu", EU)
    await stage.tell(registered(FIRST), registered(FIRST))
    await stage.tell(
        PartyChanged(party=FIRST.model_copy(update={"address": "Vej 1"}), changed=("address",))
    )
    (kept,) = [one for one in stage.store.documents.values() if isinstance(one, KnownAs)]
    assert names_in(kept) == {("personal", "person-a")}
    await stage.advance(DAY)
    await stage.tell(PartyChanged(party=MARRIED, changed=("name",)))
    assert sum(isinstance(one, KnownAs) for one in stage.store.documents.values()) == 2
