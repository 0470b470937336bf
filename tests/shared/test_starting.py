"""A service that starts while what it needs is away or refuses it, or loses it later."""

from pathlib import Path

import pytest

from shared import runtime
from shared.desk import Check
from shared.entrance import NotLetIn
from shared.runtime import Service
from shared.store import Outage
from tests.shared.probe import onboarding, settings_for


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Service:
    monkeypatch.setattr(runtime, "AGAIN", 0.0)
    nowhere = "127.0.0.1:1"
    return onboarding(settings_for(nowhere, f"mongodb://{nowhere}", tmp_path))


async def test_it_waits_for_a_database_that_starts_too_and_not_for_a_broker_that_refuses_it(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = {"database": 0, "broker": 0}

    async def prepare() -> None:
        tries["database"] += 1
        if tries["database"] < 3:
            raise Outage("the database is away")

    async def listen() -> None:
        tries["broker"] += 1
        raise NotLetIn("the broker does not let onboarding in")

    monkeypatch.setattr(service, "_prepare_store", prepare)
    monkeypatch.setattr(service, "_listen", listen)
    with pytest.raises(NotLetIn):
        await service.start()
    assert tries == {"database": 3, "broker": 1}


async def test_it_does_not_wait_for_ever(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    async def prepare() -> None:
        raise Outage("the database is away")

    monkeypatch.setattr(runtime, "STARTS_WITHIN", 0.05)
    monkeypatch.setattr(service, "_prepare_store", prepare)
    with pytest.raises(Outage):
        await service.start()


async def test_what_is_done_all_the_time_begins_again_after_an_outage(service: Service) -> None:
    tries = 0

    async def watch(_: Service) -> None:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise Outage("the database is away")

    await service._kept(watch)
    assert tries == 3


async def test_what_is_not_ready_is_a_figure_too(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def ready() -> list[Check]:
        return [Check(name="database", ok=True), Check(name="broker", ok=False, detail="away")]

    monkeypatch.setattr(service, "ready", ready)
    await service._parts()
    told = service.metrics.text().decode()
    assert 'ansvar_part_away{part="broker",service="onboarding"} 1.0' in told
    assert 'ansvar_part_away{part="database",service="onboarding"} 0.0' in told
