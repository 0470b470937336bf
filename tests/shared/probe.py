"""Two small services for tests of the ground: the second answers every fact of the first."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

from pydantic import SecretStr

from shared.domain import Aggregate, Caller, Rejected
from shared.envelope import Message, Outcome
from shared.events.base import Command, Effect, Internal
from shared.events.onboarding import PartyChanged, PartyRegistered
from shared.events.screening import PartyScreened
from shared.events.words import PartyDescription, PartyKind
from shared.http import Api
from shared.router import Router, name_of
from shared.runtime import Service
from shared.settings import ServiceSettings
from shared.unit import Unit


class Party(Aggregate):
    subject_field: ClassVar[str] = "id"
    indexes: ClassVar[tuple[str, ...]] = ("name",)
    name: str = ""
    registered: int = 0
    screened: int = 0
    reminded: int = 0
    called: int = 0


class Screening(Aggregate):
    times: int = 0


class Register(Command):
    party_id: str
    name: str
    remind_in: float | None = None
    call: bool = False


class Reminder(Internal):
    party_id: str


class Mended:
    """Whether the defect that tests plant in screening has been mended."""

    by_now = False


class Call(Effect):
    party_id: str


class Called(Internal):
    party_id: str


def describe(id: str, name: str) -> PartyDescription:
    kind = PartyKind.PERSON if id.startswith("person-") else PartyKind.COMPANY
    return PartyDescription(party_id=id, name=name, kind=kind)


def onboarding_router() -> Router:
    router = Router("onboarding")

    @router.on(Register, loads=(Party, "party_id"))
    async def register(command: Register, unit: Unit) -> dict[str, object]:
        if command.name == "refused":
            raise Rejected("this name is not wanted: choose another", field="name")
        party = await unit.load(Party, command.party_id)
        party = party or Party(id=command.party_id, name=command.name)
        party.registered += 1
        party.announce(PartyRegistered(party=describe(party.id, command.name)))
        unit.save(party)
        if command.remind_in is not None:
            due = unit.now + timedelta(seconds=command.remind_in)
            unit.schedule(f"remind/{party.id}", due, Reminder(party_id=party.id))
        if command.call:
            unit.effect(f"call/{party.id}", Call(party_id=party.id))
        return {"party": party.id, "registered": party.registered}

    @router.on(PartyScreened, loads=(Party, "party_id"))
    async def screened(event: PartyScreened, unit: Unit) -> None:
        party = await unit.get(Party, event.party_id)
        party.screened += 1
        party.announce(PartyChanged(party=describe(party.id, party.name), changed=("screened",)))
        unit.save(party)

    @router.on(Reminder)
    async def remind(reminder: Reminder, unit: Unit) -> None:
        party = await unit.get(Party, reminder.party_id)
        party.reminded += 1
        unit.save(party)

    @router.does(Call)
    async def call(effect: Call) -> Called:
        return Called(party_id=effect.party_id)

    @router.on(Called)
    async def called(outcome: Called, unit: Unit) -> None:
        party = await unit.get(Party, outcome.party_id)
        party.called += 1
        unit.save(party)

    return router


def screening_router() -> Router:
    router = Router("screening")

    @router.on(PartyRegistered, loads=(Screening, "party.party_id"))
    async def screen(event: PartyRegistered, unit: Unit) -> None:
        if event.party.name == "bad":
            raise Rejected("it cannot be screened")
        if event.party.name == "broken" and not Mended.by_now:
            raise ZeroDivisionError("a defect planted by the test")
        id = event.party.party_id
        screening = await unit.load(Screening, id) or Screening(id=id)
        screening.times += 1
        screening.announce(
            PartyScreened(party_id=id, lists=(), hits=(), engine="probe", policy="probe")
        )
        unit.save(screening)

    return router


def settings_for(kafka_url: str, mongo_url: str, folder: Path) -> ServiceSettings:
    key = SecretStr("11" * 32)
    return ServiceSettings(
        kafka_url=kafka_url,
        mongo_url=mongo_url,
        embedded=True,
        instance="test",
        master_key=key,
        person_key=key,
        link_key=key,
        clock_file=folder / "clock.json",
        issuer_key_file=folder / "issuer.json",
    )


def onboarding(settings: ServiceSettings) -> Service:
    return Service(
        "onboarding",
        router=onboarding_router(),
        api=Api("onboarding"),
        settings=settings,
        aggregates=(Party,),
    )


def screening(settings: ServiceSettings) -> Service:
    return Service(
        "screening",
        router=screening_router(),
        api=Api("screening"),
        settings=settings,
        aggregates=(Screening,),
    )


CALLER = Caller(subject="mette", roles=("officer",), buyers=("*",))


@asynccontextmanager
async def running(*services: Service) -> AsyncIterator[None]:
    async with AsyncExitStack() as stack:
        for service in services:
            await service.start()
            stack.push_async_callback(service.stop)
        yield


async def ask(service: Service, command: Command, id: str) -> Outcome:
    message = Message(
        id=id,
        type=name_of(type(command)),
        said=command,
        origin="command",
        caller=CALLER,
        payload_sha256=f"payload of {command!r}",
    )
    return await service.commands.handle(message)


def party(
    service: Service, id: str, check: Callable[[Party], bool]
) -> Callable[[], Awaitable[bool]]:
    async def there() -> bool:
        found = await service.store.fetch(Party, [id])
        return id in found and check(found[id])

    return there
