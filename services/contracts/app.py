"""What contracts needs, and how it is put together."""

from pathlib import Path

from pydantic import SecretStr

from services.contracts.api import api
from services.contracts.clause_templates import Templates
from services.contracts.domain import (
    Contract,
    Delivery,
    Endpoint,
    Lane,
    ListsInForce,
    PartyFile,
    PartyStanding,
    Procedure,
    Shelf,
)
from services.contracts.handlers import router
from services.contracts.handlers.releases import SeenRelease
from services.contracts.powers import Law
from services.contracts.supply import Supply
from services.contracts.webhooks import Addresses, Secrets, Webhooks
from shared.events.contracts import ContractsEvent
from shared.persons import PersonKey
from shared.runtime import Service
from shared.settings import ServiceSettings

TEMPLATES = Path(__file__).parent / "templates" / "clauses.json"
LAW = TEMPLATES.with_name("powers.json")
SUPPLY = TEMPLATES.with_name("supply.json")
LOOPBACK = ("127.0.0.1", "localhost")


class Settings(ServiceSettings, env_prefix="ANSVAR_"):
    """`webhook_hosts`: hosts that endpoints may have, with commas between; in the embedded mode
    this machine is one of them. `webhook_secret`: what the secrets of endpoints derive from.
    `clause_templates`: the JSON file with the clauses of each category.
    """

    webhook_hosts: str = ""
    webhook_secret: SecretStr = SecretStr("")
    clause_templates: Path = TEMPLATES

    @property
    def hosts(self) -> tuple[str, ...]:
        named = tuple(host for host in self.webhook_hosts.split(",") if host.strip())
        return (*named, *LOOPBACK) if self.embedded else named


def service(settings: Settings | None = None) -> Service:
    settings = settings or Settings()
    addresses = Addresses(settings.hosts)
    secrets = Secrets(settings.webhook_secret.get_secret_value())
    return Service(
        "contracts",
        router=router,
        api=api,
        settings=settings,
        aggregates=(
            Contract,
            PartyStanding,
            ListsInForce,
            Endpoint,
            Lane,
            Shelf,
            Procedure,
            PartyFile,
        ),
        records=(SeenRelease, Delivery),
        announces=ContractsEvent,
        adapters={
            "law": Law.load(LAW),
            "supply": Supply.load(SUPPLY),
            "templates": Templates.load(settings.clause_templates),
            "addresses": addresses,
            "secrets": secrets,
            "person_key": PersonKey(settings.key("person")),
            "webhooks": Webhooks(addresses, secrets),
        },
    )
