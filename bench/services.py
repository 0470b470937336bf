"""The two services that `bench.way` measures: small handlers, so that the way itself is what costs.

Run as `python -m bench.services`; settings come from the environment.
"""

import asyncio
import signal

from shared.domain import Aggregate
from shared.embedded.patience import be_patient
from shared.events.contracts import ContractSigned
from shared.events.onboarding import PartyRegistered
from shared.events.screening import PartyScreened
from shared.http import Api
from shared.router import Router
from shared.runtime import Service
from shared.settings import ServiceSettings
from shared.unit import Unit


class Party(Aggregate):
    name: str = ""
    contracts: int = 0


class Screening(Aggregate):
    name: str = ""
    times: int = 0


def onboarding(settings: ServiceSettings) -> Service:
    router = Router("onboarding")

    @router.on(ContractSigned, loads=(Party, "contract_id"))
    async def register(event: ContractSigned, unit: Unit) -> None:
        described = event.suppliers[0]
        party = await unit.load(Party, event.contract_id)
        party = party or Party(id=event.contract_id, name=described.name)
        party.contracts += 1
        party.announce(PartyRegistered(party=described, heard_from=event.contract_id))
        unit.save(party)

    return Service(
        "onboarding",
        router=router,
        api=Api("onboarding"),
        settings=settings,
        aggregates=(Party,),
    )


def screening(settings: ServiceSettings) -> Service:
    router = Router("screening")

    @router.on(PartyRegistered, loads=(Screening, "party.party_id"))
    async def screen(event: PartyRegistered, unit: Unit) -> None:
        party = event.party
        found = await unit.load(Screening, party.party_id)
        found = found or Screening(id=party.party_id, name=party.name)
        found.times += 1
        found.announce(
            PartyScreened(party_id=found.id, lists=(), hits=(), engine="bench", policy="bench")
        )
        unit.save(found)

    return Service(
        "screening",
        router=router,
        api=Api("screening"),
        settings=settings,
        aggregates=(Screening,),
    )


async def main() -> None:
    be_patient()
    settings = ServiceSettings()
    services = [onboarding(settings), screening(settings)]
    await asyncio.gather(*(service.start() for service in services))
    print("up", flush=True)  # noqa: T201
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()
    await asyncio.gather(*(service.stop() for service in services))


if __name__ == "__main__":
    asyncio.run(main())
