"""Onboarding, put together: settings, adapters, and what runs beside the messages."""

import asyncio
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from pydantic import Field

from services.onboarding.api import api
from services.onboarding.commands import BeginSweeping, ReceiveFile
from services.onboarding.domain import (
    Ask,
    Consignment,
    Contract,
    Document,
    Door,
    Housekeeping,
    Ledger,
    Likeness,
    Party,
    Qualification,
    Screened,
)
from services.onboarding.domain.register_entry import RegisterEntry
from services.onboarding.domain.register_watch import RegisterWatch
from services.onboarding.domain.retention import Retention
from services.onboarding.gate import Gates
from services.onboarding.handlers import router
from services.onboarding.intake import Intake
from services.onboarding.looking_up import look_parties_up
from services.onboarding.mailbox import Mailbox, MailboxSettings
from services.onboarding.policy import FILE, Policy
from services.onboarding.reading_room import Workers
from services.onboarding.registers import Access, Registers
from services.onboarding.registers.portfolio import StoredPortfolio
from services.onboarding.retention import HERE as RETENTION
from services.onboarding.retention import read_retention
from services.onboarding.scanning import Clamd, Scanner, Unscanned
from services.onboarding.sweep import UNNAMED_FOR, Sweep
from services.onboarding.taken_folder import TakenFolder
from services.onboarding.unpacking.room import Unpackers
from shared.domain import Caller
from shared.envelope import Message, Outcome
from shared.events.base import Command
from shared.events.onboarding import OnboardingEvent
from shared.links import LinkBook
from shared.mongo import MongoFiles
from shared.persons import PersonKey
from shared.router import name_of
from shared.runtime import Service
from shared.settings import ServiceSettings
from shared.store import Outage

FOLDER = Caller(subject="intake", name="Intake folder", roles=("integration",), buyers=("*",))
"""Whoever may write to the folder of a buyer acts for it: the file system says who may."""

MAILBOX = Caller(subject="mailbox", name="Mailbox", roles=("integration",), buyers=("*",))

FIRST_SWEEP = timedelta(hours=1)
"""After a start; what is swept has lain for a day anyway."""


class Settings(ServiceSettings, env_prefix="ANSVAR_"):
    """`intake_dir` is the watched folder; without it no folder is watched.

    `reading_workers` is how many documents are read at the same time.

    `mailboxes` is a JSON list of `MailboxSettings`; without one no mail is fetched. `clamd_url` is
    the virus scanner (`tcp://host:3310`, `unix:///run/clamav/clamd.ctl`); while it is away a file
    waits `scan_patience` hours before a person must look, who may let it pass. `orphans_after` is
    after how many hours a file that no document names is taken away.

    `registers` are those that are asked (`cvr`, `bolagsverket`, `vies`, `gleif`, `eudamed`), as
    JSON: for each its `url`, and `user` and `password` or `token`; none are asked where nothing is
    said. `eudamed` is also asked how certificates stand that count here. `policy_file` is the
    buyers' own policy of documents in the place of `policy/documents.json`, `retention_dir` the
    folder of their own rules of retention in the place of `retention/`.
    """

    intake_dir: Path | None = None
    reading_workers: int = 2
    mailboxes: tuple[MailboxSettings, ...] = ()
    mail_sender: str = "ansvar@ansvar.example"
    clamd_url: str = ""
    scan_patience: float = 4.0
    orphans_after: float = UNNAMED_FOR / timedelta(hours=1)

    registers: dict[str, Access] = Field(default_factory=dict)
    policy_file: Path | None = None
    retention_dir: Path | None = None

    def scanner(self) -> Scanner:
        patience = timedelta(hours=self.scan_patience)
        return Clamd(self.clamd_url, patience=patience) if self.clamd_url else Unscanned()


def service(settings: Settings | None = None) -> Service:
    own = settings or Settings()
    reading_room = Workers(own.reading_workers)
    registers = Registers(own.registers)

    person_key = PersonKey(own.key("person"))
    scanner = own.scanner()
    mailboxes: list[Mailbox] = []

    def adapters(running: Service) -> dict[str, object]:
        files = MongoFiles(running.store)
        unnamed_for = timedelta(hours=own.orphans_after)
        return {
            "files": files,
            "reading_room": reading_room,
            "unpacking_room": Unpackers(own.reading_workers),
            "scanner": scanner,
            "taken": TakenFolder(own.intake_dir),
            "sweep": Sweep(running.store, files, unnamed_for=unnamed_for),
            "person_key": person_key,
            "policy": Policy.load(own.policy_file or FILE),
            "registers": registers,
            "portfolio": StoredPortfolio(running.store),
            "links": LinkBook(own.key("link")),
            "gates": Gates(),
            "retention": read_retention(own.retention_dir or RETENTION),
            "persons": running.keyring,
            "mailboxes": mailboxes,
        }

    async def watch_intake(running: Service) -> None:
        """Take in what is laid into the folder."""

        async def tell(command: Command) -> Outcome:
            return await _handle(running, command, f"intake/{uuid4()}", FOLDER)

        if own.intake_dir is not None:
            files = MongoFiles(running.store)
            await Intake(own.intake_dir, files, tell, check=tell, sender_id=_sender_id).run()

    def _sender_id(address: str) -> str:
        return person_key.person("mail", address)

    async def watch_mailboxes(running: Service) -> None:
        """Take in what is mailed."""

        async def tell(command: ReceiveFile, id: str) -> Outcome:
            return await _handle(running, command, id, MAILBOX)

        mailboxes[:] = [
            Mailbox(one, MongoFiles(running.store), person_key, tell, own=own.mail_sender)
            for one in own.mailboxes
        ]
        async with asyncio.TaskGroup() as looking:
            for mailbox in mailboxes:
                looking.create_task(mailbox.run())

    async def plan_sweep(running: Service) -> None:
        """Files without a document are looked for soon, and each day from then on."""
        first, id = BeginSweeping(after=FIRST_SWEEP), f"sweep/{uuid4()}"
        while True:
            with suppress(Outage):
                await _handle(running, first, id, FOLDER)
                return
            await asyncio.sleep(1)

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
            Consignment,
            Housekeeping,
            Retention,
            RegisterEntry,
            RegisterWatch,
        ),
        announces=OnboardingEvent,
        adapters=adapters,
        background=(watch_intake, watch_mailboxes, plan_sweep, keep_reading_room, look_parties_up),
        settings=own,
    )


async def _handle(running: Service, command: Command, id: str, caller: Caller) -> Outcome:
    message = Message(
        id=id,
        type=name_of(type(command)),
        said=command,
        source="intake",
        caller=caller,
        origin="command",
    )
    return await running.commands.handle(message)
