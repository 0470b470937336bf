"""Onboarding, put together: settings, adapters, and what runs beside the messages."""

import asyncio
from pathlib import Path
from uuid import uuid4

from pydantic import Field

from services.onboarding.api import api
from services.onboarding.commands import ReceiveFile
from services.onboarding.domain import (
    Ask,
    Contract,
    Document,
    Door,
    Ledger,
    Likeness,
    Party,
    Qualification,
    Screened,
)
from services.onboarding.handlers import router
from services.onboarding.intake import Intake
from services.onboarding.looking_up import look_parties_up
from services.onboarding.policy import FILE, Policy
from services.onboarding.reading_room import Workers
from services.onboarding.registers import Access, Registers
from shared.domain import Caller
from shared.envelope import Message, Outcome
from shared.events.onboarding import OnboardingEvent
from shared.links import LinkBook
from shared.mongo import MongoFiles
from shared.persons import PersonKey
from shared.router import name_of
from shared.runtime import Service
from shared.settings import ServiceSettings

FOLDER = Caller(subject="intake", name="Intake folder", roles=("integration",), buyers=("*",))
"""Whoever may write to the folder of a buyer acts for it: the file system says who may."""


class Settings(ServiceSettings, env_prefix="ANSVAR_"):
    """`intake_dir` is the watched folder; without it no folder is watched.

    `reading_workers` is how many documents are read at the same time. `registers` are those that
    are asked (`cvr`, `bolagsverket`, `vies`, `gleif`, `eudamed`), as JSON: for each its `url`, and
    `user` and `password` or `token`; none are asked where nothing is said. `policy_file` is the
    buyers' own policy of documents in the place of `policy/documents.json`.
    """

    intake_dir: Path | None = None
    reading_workers: int = 2
    registers: dict[str, Access] = Field(default_factory=dict)
    policy_file: Path | None = None


def service(settings: Settings | None = None) -> Service:
    own = settings or Settings()
    reading_room = Workers(own.reading_workers)
    registers = Registers(own.registers)

    def adapters(running: Service) -> dict[str, object]:
        return {
            "files": MongoFiles(running.store),
            "reading_room": reading_room,
            "person_key": PersonKey(own.key("person")),
            "policy": Policy.load(own.policy_file or FILE),
            "registers": registers,
            "links": LinkBook(own.key("link")),
        }

    async def watch_intake(running: Service) -> None:
        """Take in what is laid into the folder."""

        async def tell(command: ReceiveFile) -> Outcome:
            message = Message(
                id=f"intake/{uuid4()}",
                type=name_of(ReceiveFile),
                said=command,
                source="intake",
                caller=FOLDER,
                origin="command",
            )
            return await running.commands.handle(message)

        if own.intake_dir is not None:
            await Intake(own.intake_dir, MongoFiles(running.store), tell).run()

    async def keep_reading_room(running: Service) -> None:
        """Its processes end with the service."""
        try:
            await asyncio.Event().wait()
        finally:
            await reading_room.close()

    return Service(
        "onboarding",
        router=router,
        api=api,
        aggregates=(
            Party,
            Contract,
            Document,
            Ledger,
            Qualification,
            Ask,
            Screened,
            Likeness,
            Door,
        ),
        announces=OnboardingEvent,
        adapters=adapters,
        background=(watch_intake, keep_reading_room, look_parties_up),
        settings=own,
    )
