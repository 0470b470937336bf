"""What notifications needs, and how it is put together."""

from pathlib import Path

from services.notifications.api import api
from services.notifications.directory import read_directory
from services.notifications.domain import (
    Call,
    Contact,
    Contract,
    Delivery,
    Directory,
    InboxEntry,
    Pile,
    Preferences,
    Rota,
)
from services.notifications.handlers import router
from services.notifications.mail import SmtpMailer, Writer
from services.notifications.messages import (
    TakeDirectory,
)
from services.notifications.rules import FILE as RULES_FILE
from services.notifications.rules import read_rules
from shared.envelope import Message
from shared.events.notifications import NotificationsEvent
from shared.links import LinkBook
from shared.runtime import Service
from shared.settings import ServiceSettings


class Settings(ServiceSettings, env_prefix="ANSVAR_"):
    """`people_file` is the CSV file of people to begin with (see `directory`), `rules_file` says
    who hears of what and how fast (see `rules`)."""

    people_file: Path | None = None
    rules_file: Path = RULES_FILE
    smtp_url: str = "smtp://localhost:25"
    mail_sender: str = "ansvar@ansvar.example"


def service(settings: Settings | None = None) -> Service:
    settings = settings or Settings()
    people = read_directory(settings.people_file) if settings.people_file else None

    async def take_the_file(service: Service) -> None:
        if people is not None:
            await service.commands.handle(_taking(people))

    writer = Writer(settings.public_url, LinkBook(settings.key("link")))
    return Service(
        "notifications",
        router=router,
        api=api,
        settings=settings,
        aggregates=(
            *(Directory, Preferences, Rota, Call, InboxEntry, Pile, Contact, Contract, Delivery),
        ),
        announces=NotificationsEvent,
        adapters={
            "rules": read_rules(settings.rules_file),
            "mailer": SmtpMailer(settings.smtp_url, settings.mail_sender, writer),
        },
        background=(take_the_file,),
    )


def _taking(people: TakeDirectory) -> Message:
    """Told once for each content of the file: what an administrator changed since stays."""
    return Message(
        id=f"directory/{people.file_sha256}",
        type="TakeDirectory",
        said=people,
        source="notifications",
        origin="command",
    )
