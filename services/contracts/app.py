"""What contracts needs, and how it is put together."""

import asyncio
from pathlib import Path

from pydantic import SecretStr

from services.contracts import endpoints_api, ocds_api, status_api
from services.contracts.api import api
from services.contracts.clause_templates import Templates
from services.contracts.domain import (
    ChainTold,
    Contract,
    Delivery,
    Endpoint,
    KnownParty,
    Lane,
    ListsInForce,
    ListsSaid,
    PartyFile,
    PartySaid,
    PartyStanding,
    Procedure,
    Shelf,
    StatusSaid,
)
from services.contracts.domain.invoices import Answered, Invoice, PaymentBatch
from services.contracts.domain.payees import Payee, PaymentException
from services.contracts.domain.payment_sources import PaymentSource
from services.contracts.handlers import router
from services.contracts.handlers.nightly import Nights
from services.contracts.handlers.releases import SeenRelease
from services.contracts.ledger import Ledger
from services.contracts.payment_stream import TOPIC, PaymentStream
from services.contracts.powers import Law
from services.contracts.sending_terms import SendingTerms
from services.contracts.status_file import StatusFiles
from services.contracts.supply import Supply
from services.contracts.webhooks import Webhooks
from shared.events.contracts import ContractsEvent
from shared.listener import Listener, started
from shared.persons import PersonKey
from shared.runtime import Service
from shared.settings import ServiceSettings
from shared.standing import forever
from shared.webhooks import Addresses, Secrets, hosts

TEMPLATES = Path(__file__).parent / "templates" / "clauses.json"
LAW = TEMPLATES.with_name("powers.json")
SUPPLY = TEMPLATES.with_name("supply.json")
SENDING = Path(__file__).parent / "templates" / "sending.json"
ROUTES = (endpoints_api, ocds_api, status_api)
"""Rooms whose routes join `api` when they are read."""
HISTORY = (StatusSaid, PartySaid, ListsSaid)


class Settings(ServiceSettings, env_prefix="ANSVAR_"):
    """`webhook_hosts`: hosts that endpoints may have, with commas between; in the embedded mode
    this machine is one of them. `webhook_secret`: what the secrets of endpoints derive from.
    `clause_templates`: the JSON file with the clauses of each category. `status_folder`: where the
    nightly files of statuses are put, for whoever fetches them there; without it there are none.
    `ocid_prefix`: what our OCDS ids begin with where a contract came without one.
    `sending_terms`: the JSON file with the terms for contract systems.
    """

    webhook_hosts: str = ""
    webhook_secret: SecretStr = SecretStr("")
    clause_templates: Path = TEMPLATES
    sending_terms: Path = SENDING
    status_folder: Path | None = None
    ocid_prefix: str = "ocds-ansvar"

    @property
    def hosts(self) -> tuple[str, ...]:
        return hosts(self.webhook_hosts, embedded=self.embedded)


LOOK_AT_LANES = 15.0
"""Seconds between looks at which statuses were not confirmed in time."""


async def count_unconfirmed(service: Service) -> None:
    """Keep the figures of the statuses that a contract system has not confirmed in time, and of
    the messages about payments that were given up.
    """

    async def look() -> float:
        alarmed = await service.store.search(Lane, {"alarmed": True})
        given_up = sum(one.of_payments for one in alarmed)
        service.metrics.gauge("webhooks_unacknowledged").set(len(alarmed) - given_up)
        service.metrics.gauge("payment_webhooks_given_up").set(given_up)
        return LOOK_AT_LANES

    await forever("unconfirmed statuses", look)


def service(settings: Settings | None = None) -> Service:
    settings = settings or Settings()
    addresses = Addresses(settings.hosts)
    secrets = Secrets(settings.webhook_secret.get_secret_value())
    person_key = PersonKey(settings.key("person"))

    async def hear_payments(service: Service) -> None:
        """Answer the invoices of the stream, beside the facts and in the same order of commits."""
        if not settings.webhook_secret.get_secret_value():
            return  # without it no source can have a key
        stream = PaymentStream(service.bus, service.store, secrets, person_key, service.metrics)
        instance = f"{stream.service}-{settings.instance}" if settings.embedded else None
        listener = await started(lambda: Listener(stream, settings.kafka_url, (TOPIC,), instance))
        try:
            await asyncio.Event().wait()
        finally:
            await listener.pause()
            await listener.stop()

    contracts = Service(
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
            KnownParty,
            ChainTold,
            Shelf,
            Procedure,
            PartyFile,
            Payee,
            PaymentException,
            PaymentBatch,
            PaymentSource,
        ),
        records=(
            SeenRelease,
            Delivery,
            StatusSaid,
            PartySaid,
            ListsSaid,
            Nights,
            Answered,
            Invoice,
        ),
        announces=ContractsEvent,
        adapters={
            "law": Law.load(LAW),
            "supply": Supply.load(SUPPLY),
            "templates": Templates.load(settings.clause_templates),
            "terms": SendingTerms.load(settings.sending_terms),
            "addresses": addresses,
            "secrets": secrets,
            "ledger": Ledger(),
            "person_key": person_key,
            "webhooks": Webhooks(addresses, secrets),
            "status_files": StatusFiles(
                lambda: contracts.store, person_key, settings.status_folder
            ),
        },
        background=(count_unconfirmed, hear_payments),
    )
    return contracts
