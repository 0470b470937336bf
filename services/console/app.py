"""What the console needs, and how it is put together."""

import asyncio
from pathlib import Path

from pydantic import SecretStr

from services.console.api import api
from services.console.bells import Bells
from services.console.cookies import Seal
from services.console.courier import Courier
from services.console.handlers import router
from services.console.machinery import Kafka
from services.console.provider import Provider
from services.console.readmodels.arrivals import Arrival
from services.console.readmodels.audits import FollowUp
from services.console.readmodels.cases import Case, Replacement
from services.console.readmodels.claims import Claim
from services.console.readmodels.contracts import Contract
from services.console.readmodels.documents import Document
from services.console.readmodels.facts import Fact
from services.console.readmodels.hits import Hit, WatchedList
from services.console.readmodels.inbox import Bell, Note
from services.console.readmodels.likenesses import Likeness
from services.console.readmodels.parties import Party
from services.console.readmodels.payments import HeldPayments
from services.console.readmodels.qualifications import Qualifying
from services.console.readmodels.sought import Sought
from services.console.readmodels.tallies import Tally
from services.console.readmodels.timeline import Line
from services.console.readmodels.todos import Todo
from services.console.rebuilding import stand_aside
from services.console.seeking import Seeker
from services.console.session import demo_users
from shared.issuer import Issuer
from shared.links import LinkBook
from shared.runtime import Service
from shared.settings import ServiceSettings

AGGREGATES = (
    Todo,
    Note,
    Bell,
    Party,
    Document,
    Arrival,
    Claim,
    Qualifying,
    Likeness,
    Contract,
    Hit,
    WatchedList,
    HeldPayments,
    Case,
    Replacement,
    FollowUp,
    Tally,
)
RECORDS = (Line, Fact, Sought)


class Settings(ServiceSettings, env_prefix="ANSVAR_"):
    """`people_file` gives the names of people, and in a trial those as whom one may sign in.

    With `oidc_issuer` people sign in there, as the client that is named here. Without a secret it
    is a public client; `offline_access` among the scopes is what some providers want in order to
    renew tokens.
    """

    people_file: Path | None = None
    oidc_client_id: str = "ansvar-console"
    oidc_client_secret: SecretStr = SecretStr("")
    oidc_scopes: str = "openid profile email"

    def provider(self) -> Provider | None:
        if not self.oidc_issuer:
            return None
        return Provider(
            self.oidc_issuer,
            client_id=self.oidc_client_id,
            client_secret=self.oidc_client_secret.get_secret_value(),
            scopes=self.oidc_scopes,
            home=self.public_url,
        )


def service(settings: Settings | None = None) -> Service:
    settings = settings or Settings()
    trial = settings.embedded and settings.issuer_key_file is not None
    issuer = Issuer(settings.issuer_key_file) if trial and settings.issuer_key_file else None
    users = demo_users(settings.people_file)
    courier = Courier(settings.public_url)
    provider = settings.provider()

    async def close_at_the_end(service: Service) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await courier.close()
            if provider is not None:
                await provider.close()

    return Service(
        "console",
        router=router,
        api=api,
        settings=settings,
        aggregates=AGGREGATES,
        records=RECORDS,
        adapters={
            "bells": Bells(),
            "courier": courier,
            "links": LinkBook(settings.key("link")),
            "seeker": Seeker(settings.key("master")),
            "seal": Seal(settings.key("master")),
            "provider": provider,
            "broker": Kafka(settings.kafka_url),
            "issuer": issuer,
            "demo_users": users if issuer else (),
            "people": {user.caller.subject: user.caller.name for user in users},
        },
        background=(close_at_the_end, stand_aside),
    )
