"""The portfolio over the real protocols: sealed names, two processes, a key that is destroyed."""

from services.screening.app import Settings
from services.screening.domain import Hit, ListedEntry, ListedName, Sweep
from services.screening.domain.listed import EntryKind
from services.screening.matching import Index
from services.screening.portfolio import Portfolio
from shared.events.screening import HitRaised
from shared.runtime import Service
from shared.testing import until
from tests.screening.stage import company, person, registered
from tests.screening.test_app import (
    VSEVOLOD,
    announced,
    client,
    hear,
    in_force,
    running,
    settings,
    upload,
)

__all__ = ["settings"]

BODY = {"kind": "person", "name": "Vsevolod ZHARKOVETSKIY", "birth_dates": ["1968-03-17"]}


async def asked(service: Service, settings: Settings) -> list[str]:
    async with client(service, settings, "officer") as officer:
        answer = await officer.post("/portfolio/match", json=BODY)
    return [one["party_id"] for one in answer.json()["found"]] if answer.is_success else []


async def test_processes_find_what_any_of_them_heard_until_the_person_is_erased(
    settings: Settings,
) -> None:
    other = settings.model_copy(update={"instance": "screening-other"})
    async with running(settings) as one, running(other) as another:
        await until(lambda: ready(another))
        await hear(one, registered(VSEVOLOD), registered(company("1", "Nordlys Rengøring A/S")))
        for service in (one, another):
            await until(lambda service=service: finds(service, settings, ["person-a"]))  # type: ignore[misc]
        await one.keyring.destroy("person-a")
        another.keyring._known.clear()  # a minute passes
        assert await asked(one, settings) == await asked(another, settings) == []
        portfolio = another.adapters["portfolio"]
        assert isinstance(portfolio, Portfolio)
        await portfolio.renew(another.store, another.now())
        assert await held(portfolio) == []


async def test_a_new_entry_rings_once_though_the_walk_comes_by_again(settings: Settings) -> None:
    async with running(settings) as one:
        await upload(one, settings, "lists/eu-v1.xml")
        await until(lambda: in_force(one, "eu", 34))
        others = [registered(company(f"{i:08}", f"Nordlys {i}")) for i in range(400)]
        await hear(one, *others, registered(person("z", VSEVOLOD.name, VSEVOLOD.birth_date)))
        await until(lambda: ready(one))
        await upload(one, settings, "lists/eu-v2.xml")

        async def raised() -> bool:
            return bool(await one.store.search(Hit, {"party_id": "person-z"}))

        await until(raised)
        await until(lambda: swept(one), seconds=30)
        assert len(await announced(one, HitRaised)) == 1


async def finds(service: Service, settings: Settings, wanted: list[str]) -> bool:
    return await asked(service, settings) == wanted


async def ready(service: Service) -> bool:
    portfolio = service.adapters["portfolio"]
    assert isinstance(portfolio, Portfolio)
    return portfolio.ready


async def held(portfolio: Portfolio) -> list[str]:
    """Whom the index itself would find."""
    entry = ListedEntry.of("eu", "1", EntryKind.PERSON, (ListedName(text=VSEVOLOD.name),))
    found = await portfolio.resembling([entry], Index((entry,), portfolio.policy))
    return [one.party_id for one in found]


async def swept(service: Service) -> bool:
    sweeps = await service.store.search(Sweep, {})
    return all(one.ended for one in sweeps)
