"""What notifications needs, and how it is put together."""

from pathlib import Path

from pydantic import SecretStr

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
from services.notifications.hooks import SignedHooks
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
from shared.webhooks import Addresses, Secrets, SignedPost, hosts


class Settings(ServiceSettings, env_prefix="ANSVAR_"):
    """`people_file` and `teams_file` are the CSV files of people and teams to begin with (see
    `directory`), `rules_file` says who hears of what and how fast (see `rules`). `webhook_hosts`
    and `webhook_secret` are those of the webhooks of contracts.
    """

    people_file: Path | None = None
    teams_file: Path | None = None
    webhook_hosts: str = ""
    webhook_secret: SecretStr = SecretStr("")
    rules_file: Path = RULES_FILE
    smtp_url: str = "smtp://localhost:25"
    mail_sender: str = "ansvar@ansvar.example"


def service(settings: Settings | None = None) -> Service:
    settings = settings or Settings()
    people = (
        read_directory(settings.people_file, settings.teams_file) if settings.people_file else None
    )

    async def take_the_file(service: Service) -> None:
        if people is not None:
            await service.commands.handle(_taking(people))

    secrets = Secrets(settings.webhook_secret.get_secret_value())
    post = SignedPost(Addresses(hosts(settings.webhook_hosts, embedded=settings.embedded)), secrets)
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
        adapters=lambda service: {
            "figures": service.metrics,
            "rules": read_rules(settings.rules_file),
            "hooks": SignedHooks(post, writer),
            "secrets": secrets,
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
