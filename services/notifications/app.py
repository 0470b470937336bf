"""What notifications needs, and how it is put together."""

from datetime import datetime
from pathlib import Path

from pydantic import SecretStr

from services.notifications.api import api
from services.notifications.bounces import bounce_in, mailbox_in
from services.notifications.claims import Claims
from services.notifications.directory import read_directory
from services.notifications.domain import (
    Call,
    Contact,
    Contract,
    Delivery,
    Directory,
    Dossier,
    Filing,
    InboxEntry,
    Paper,
    Pile,
    Preferences,
    Procedures,
    Reach,
    Rota,
)
from services.notifications.handlers import router
from services.notifications.hooks import SignedHooks
from services.notifications.inlets import Inlet, json_reader, watch
from services.notifications.mail import SmtpMailer, Writer
from services.notifications.messages import (
    NoteNumber,
    PostReceipt,
    TakeDirectory,
)
from services.notifications.post import DIGITAL_POST, REGISTERED, TENDER_PLATFORM, FolderPost
from services.notifications.records import FolderRecords
from services.notifications.rules import FILE as RULES_FILE
from services.notifications.rules import read_rules
from shared.envelope import Message
from shared.events.notifications import NotificationsEvent
from shared.finding import Finding
from shared.identity import ProviderKeys, Verifier
from shared.links import LinkBook
from shared.retention import read_keeping
from shared.runtime import Service
from shared.settings import ServiceSettings
from shared.store import Store
from shared.webhooks import Addresses, Secrets, SignedPost, hosts

KEEPING = Path(__file__).parent / "keeping"


class Settings(ServiceSettings, env_prefix="ANSVAR_"):
    """`people_file` and `teams_file` are the CSV files of people and teams to begin with (see
    `directory`), `rules_file` says who hears of what and how fast (see `rules`),
    `people_keeping_dir` how long somebody is known whom nobody sees any more (see `keeping/`).
    `webhook_hosts`
    and `webhook_secret` are those of the webhooks of contracts. `post_folder` and `tender_folder`
    lead to official digital post and to a tender platform (see `post`), and into `bounce_folder`, a
    Maildir or any folder, the mail server puts what came back to `mail_sender`. `records_folder` is
    that of the records system (see `records`). Where people sign in at a provider, `oidc_client_id`
    is the console there, and `units_claim` the claim with a person's units and groups (see
    `claims`).
    """

    people_file: Path | None = None
    teams_file: Path | None = None
    webhook_hosts: str = ""
    webhook_secret: SecretStr = SecretStr("")
    rules_file: Path = RULES_FILE
    people_keeping_dir: Path | None = None
    post_folder: Path | None = None
    tender_folder: Path | None = None
    bounce_folder: Path | None = None
    records_folder: Path | None = None
    smtp_url: str = "smtp://localhost:25"
    mail_sender: str = "ansvar@ansvar.example"
    oidc_client_id: str = "ansvar-console"
    units_claim: str = "groups"

    def claims(self) -> Claims | None:
        if not self.oidc_issuer:
            return None
        keys = ProviderKeys(self.oidc_issuer)
        ids = Verifier(keys, issuer=self.oidc_issuer, audience=self.oidc_client_id)
        return Claims(ids, units=self.units_claim)


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
    links = LinkBook(settings.key("link"))
    writer = Writer(settings.public_url, links)
    posts = _posts(settings, writer)
    inlets = [Inlet(one.receipts, json_reader(PostReceipt)) for one in posts.values()]
    records = None
    if settings.records_folder:
        records = FolderRecords(settings.records_folder, writer, settings.public_url)
        inlets.append(Inlet(records.numbers, json_reader(NoteNumber)))
    if settings.bounce_folder:
        inlets.append(Inlet(mailbox_in(settings.bounce_folder), bounce_in))

    mailer = SmtpMailer(settings.smtp_url, settings.mail_sender, writer)

    async def examine_mail(store: Store, now: datetime) -> list[Finding]:
        """How the mail server stands, for `ansvar doctor`."""
        return [await mailer.examine()]

    async def take_files_in(service: Service) -> None:
        await watch(tuple(inlets), service)

    return Service(
        "notifications",
        router=router,
        api=api,
        settings=settings,
        aggregates=(
            *(Directory, Preferences, Rota, Call, InboxEntry, Pile, Contact, Contract, Delivery),
            *(Procedures, Reach, Dossier, Filing, Paper),
        ),
        announces=NotificationsEvent,
        adapters=lambda service: {
            "figures": service.metrics,
            "rules": read_rules(settings.rules_file),
            "keeping": read_keeping(settings.people_keeping_dir or KEEPING),
            "hooks": SignedHooks(post, writer),
            "secrets": secrets,
            "links": links,
            "claims": settings.claims(),
            "posts": posts,
            "records": records,
            "mailer": mailer,
        },
        background=(take_the_file, take_files_in),
        examine=examine_mail,
    )


def _posts(settings: Settings, writer: Writer) -> dict[str, FolderPost]:
    found = {}
    if settings.post_folder:
        found[DIGITAL_POST] = FolderPost(settings.post_folder, writer, REGISTERED)
    if settings.tender_folder:
        found[TENDER_PLATFORM] = FolderPost(settings.tender_folder, writer)
    return found


def _taking(people: TakeDirectory) -> Message:
    """Told once for each content of the file: what an administrator changed since stays."""
    return Message(
        id=f"directory/{people.file_sha256}",
        type="TakeDirectory",
        said=people,
        source="notifications",
        origin="command",
    )
