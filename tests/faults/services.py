"""Three small services that use every way of the ground, for tests that hurt them.

A contract is signed by a command (contracts); its party is registered, reminded by a deadline and
looked up by an effect (onboarding); it is screened, and what is marked `refused` is set aside
(screening). Run as `python -m tests.faults.services contracts,onboarding --port 8001`.
"""

import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel

from shared.command.host import serve
from shared.domain import Aggregate, Rejected
from shared.embedded.patience import be_patient
from shared.events.base import Command, Effect, Internal
from shared.events.contracts import ContractSigned
from shared.events.onboarding import PartyChanged, PartyRegistered
from shared.events.screening import PartyScreened
from shared.events.words import PartyDescription
from shared.http import Api, Desk, Done
from shared.router import Router
from shared.runtime import Service
from shared.settings import ServiceSettings
from shared.telemetry import start_logging
from shared.unit import Unit
from tests.faults import defects

BUYER = "dk-cvr-1"
REMIND_AFTER = timedelta(seconds=3)
LOOK_EACH = 10
"""A party is looked up at its 1st, 11th, 21st … signature."""


class Settings(ServiceSettings, env_prefix="ANSVAR_"):
    """`skew_file` holds seconds by which this machine's clock is wrong; `newer` is a release that
    says more; `defect` names one that is planted."""

    skew_file: Path | None = None
    newer: bool = False
    defect: str = ""


class Contract(Aggregate):
    signed: int = 0


class Party(Aggregate):
    contracts: int = 0
    reminded: int = 0
    looked: int = 0
    remarks: int = 0
    seen: tuple[int, ...] = ()
    """Which signatures were heard, in the order in which they were."""


class Screening(Aggregate):
    times: int = 0


KINDS: dict[str, tuple[type[Aggregate], ...]] = {
    "contracts": (Contract,),
    "onboarding": (Party,),
    "screening": (Screening,),
}


class Sign(Command):
    contract_id: str
    refused: bool = False


class Reminder(Internal):
    party_id: str


class Look(Effect):
    party_id: str


class Looked(Internal):
    party_id: str


class Signature(BaseModel):
    refused: bool = False


def contracts(settings: Settings) -> Service:
    router, api = Router("contracts"), Api("contracts")
    said = _newer() if settings.newer else ContractSigned

    @router.on(Sign, loads=(Contract, "contract_id"))
    async def sign(command: Sign, unit: Unit) -> dict[str, object]:
        contract = await unit.load(Contract, command.contract_id)
        contract = contract or Contract(id=command.contract_id)
        contract.signed += 1
        name = "refused" if command.refused else "Nordlys A/S"
        described = PartyDescription(party_id=contract.id, name=name)
        more: dict[str, Any] = {"remark": "said by the newer release"} if settings.newer else {}
        contract.announce(
            said(
                contract_id=contract.id,
                buyer_id=BUYER,
                title=str(contract.signed),
                suppliers=(described,),
                category="90910000",
                **more,
            )
        )
        unit.save(contract)
        return {"signed": contract.signed}

    @api.post("/contracts/{contract_id}/sign", roles=("officer",))
    async def sign_contract(contract_id: str, body: Signature, desk: Desk) -> Done:
        return await desk.send(Sign(contract_id=contract_id, refused=body.refused))

    return Service("contracts", router=router, api=api, settings=settings, aggregates=(Contract,))


def _newer() -> Any:
    """The fact as a later release says it: one field more, with a default for what is older."""

    class Newer(ContractSigned):
        remark: str = ""

    Newer.__name__ = ContractSigned.__name__
    Newer.__module__ = ContractSigned.__module__
    return Newer


def onboarding(settings: Settings) -> Service:
    router = Router("onboarding")
    heard: Any = _newer() if settings.newer else ContractSigned

    @router.on(heard, loads=(Party, "contract_id"))
    async def register(event: ContractSigned, unit: Unit) -> None:
        party = await unit.load(Party, event.contract_id) or Party(id=event.contract_id)
        party.contracts += 1
        party.remarks += bool(getattr(event, "remark", ""))
        party.seen = (*party.seen, int(event.title))
        party.announce(PartyRegistered(party=event.suppliers[0], heard_from=event.contract_id))
        unit.save(party)
        unit.schedule(
            f"remind/{unit.message.id}", unit.now + REMIND_AFTER, Reminder(party_id=party.id)
        )
        if int(event.title) % LOOK_EACH == 1:
            unit.effect(f"look/{unit.message.id}", Look(party_id=party.id))

    @router.on(Reminder)
    async def remind(reminder: Reminder, unit: Unit) -> None:
        party = await unit.get(Party, reminder.party_id)
        party.reminded += 1
        described = PartyDescription(party_id=party.id, name="Nordlys A/S")
        party.announce(PartyChanged(party=described, changed=("reminded",)))
        unit.save(party)

    @router.does(Look)
    async def look(effect: Look) -> Looked:
        return Looked(party_id=effect.party_id)

    @router.on(Looked)
    async def looked(outcome: Looked, unit: Unit) -> None:
        party = await unit.get(Party, outcome.party_id)
        party.looked += 1
        unit.save(party)

    return Service(
        "onboarding",
        router=router,
        api=Api("onboarding"),
        settings=settings,
        aggregates=(Party,),
    )


def screening(settings: Settings) -> Service:
    router = Router("screening")

    @router.on(PartyRegistered, loads=(Screening, "party.party_id"))
    async def screen(event: PartyRegistered, unit: Unit) -> None:
        if event.party.name == "refused":
            raise Rejected("it cannot be screened")
        found = await unit.load(Screening, event.party.party_id)
        found = found or Screening(id=event.party.party_id)
        found.times += 1
        found.announce(
            PartyScreened(party_id=found.id, lists=(), hits=(), engine="test", policy="test")
        )
        unit.save(found)

    return Service(
        "screening",
        router=router,
        api=Api("screening"),
        settings=settings,
        aggregates=(Screening,),
    )


SERVICES: dict[str, Callable[[Settings], Service]] = {
    "contracts": contracts,
    "onboarding": onboarding,
    "screening": screening,
}


def skew(file: Path) -> None:
    """Let the clock of this process be wrong by the seconds that are written in the file."""
    right, right_ns = time.time, time.time_ns

    def wrong_by() -> float:
        return float(file.read_text() or 0) if file.exists() else 0.0

    time.time = lambda: right() + wrong_by()
    time.time_ns = lambda: right_ns() + int(wrong_by() * 1e9)


def main(names: list[str], port: int) -> None:
    settings = Settings()
    start_logging("+".join(names))
    if settings.embedded:
        be_patient()
    if settings.skew_file is not None:
        skew(settings.skew_file)
    if settings.defect:
        defects.plant(settings.defect)
    built = [SERVICES[name](settings) for name in names]
    app = FastAPI()
    for service in built:
        app.mount(f"/{service.name}", service.app)
    serve(app, built, host="127.0.0.1", port=port)


if __name__ == "__main__":
    main(sys.argv[1].split(","), int(sys.argv[3]))
