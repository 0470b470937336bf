"""Webhooks over HTTP: endpoints, their secrets, what was sent, and what was confirmed."""

from datetime import datetime

from pydantic import BaseModel, Field, StrictInt

from services.contracts.api import api
from services.contracts.commands import (
    Acknowledge,
    CloseEndpoint,
    OpenEndpoint,
    PingEndpoint,
    ReplayDelivery,
    ReplayEndpoint,
    RetireSecret,
    RotateSecret,
)
from services.contracts.domain import Delivery, Endpoint, State
from shared.asked import Moment
from shared.domain import Rejected
from shared.http import Desk, Done, Page
from shared.webhooks import Secrets

MACHINES = ("integration", "admin")
WATCHERS = ("integration", "admin", "contract_manager", "auditor")


class DeliveryView(BaseModel):
    """One message on its way. A ping has no contract and the version 0."""

    id: str
    endpoint_id: str
    contract_id: str
    status_version: int
    state: State
    tries: int
    problem: str
    at: str
    next_try: datetime | None
    ended: datetime | None


class EndpointView(BaseModel):
    """`generations` are the secrets that sign; where two do, the older one `retires`."""

    id: str
    buyer_id: str
    url: str
    open: bool
    generations: tuple[int, ...]
    retires: datetime | None
    since: datetime | None
    closed_because: str
    payments: bool


class EndpointBody(BaseModel):
    """`payments`: also tell of held and released invoices (`ansvar.payments`). Of an endpoint that
    is open already it is changed; left out, it stays as it is.
    """

    buyer_id: str = Field(min_length=1, max_length=100)
    url: str = Field(min_length=1, max_length=2_000)
    payments: bool | None = None


class OpenedEndpoint(BaseModel):
    """`secret` is shown once, when the endpoint is opened: it is not kept anywhere."""

    endpoint_id: str
    opened: bool
    secret: str | None = None


class RotatedSecret(BaseModel):
    """The new secret, shown once. Until the moment `old_one_retires` both sign each message."""

    endpoint_id: str
    secret: str
    old_one_retires: datetime


class Reason(BaseModel):
    reason: str = Field(max_length=4_000)


class Since(BaseModel):
    """From which moment on changes are told again; without one, all."""

    since: Moment | None = None


class AcknowledgementBody(BaseModel):
    status_version: StrictInt
    endpoint_id: str


@api.post("/endpoints", roles=MACHINES)
async def open_endpoint(body: EndpointBody, desk: Desk) -> OpenedEndpoint:
    """Have statuses sent to an address. The answer holds the secret that signs them.

    One that was closed is told at once what has changed since then.
    """
    secrets = _secrets(desk)
    done = await desk.send(OpenEndpoint(**body.model_dump()))
    endpoint_id, opened = done.result["endpoint_id"], done.result["opened"]
    secret = secrets.of(endpoint_id, done.result["generation"]) if opened else None
    return OpenedEndpoint(endpoint_id=endpoint_id, opened=opened, secret=secret)


@api.get("/endpoints", roles=("integration", "admin", "contract_manager"))
async def list_endpoints(desk: Desk, buyer_id: str | None = None) -> list[EndpointView]:
    found = await desk.find(Endpoint, desk.of_buyer(buyer_id))
    return [EndpointView.model_validate(one.model_dump()) for one in found]


@api.post("/endpoints/{endpoint_id}/close", roles=MACHINES)
async def close_endpoint(endpoint_id: str, body: Reason, desk: Desk) -> Done:
    return await desk.send(CloseEndpoint(endpoint_id=endpoint_id, reason=body.reason))


@api.post("/endpoints/{endpoint_id}/secrets", roles=MACHINES)
async def rotate_secret(endpoint_id: str, desk: Desk) -> RotatedSecret:
    """A new secret, beside which the old one signs on for a while. At most two sign at once."""
    secrets = _secrets(desk)
    done = await desk.send(RotateSecret(endpoint_id=endpoint_id))
    secret = secrets.of(endpoint_id, done.result["generation"])
    retires = datetime.fromisoformat(done.result["retires"])
    return RotatedSecret(endpoint_id=endpoint_id, secret=secret, old_one_retires=retires)


@api.post("/endpoints/{endpoint_id}/secrets/retire", roles=MACHINES)
async def retire_secret(endpoint_id: str, desk: Desk) -> Done:
    """The new secret is in use everywhere: the old one signs no more."""
    return await desk.send(RetireSecret(endpoint_id=endpoint_id))


@api.post("/endpoints/{endpoint_id}/ping", roles=MACHINES)
async def ping_endpoint(endpoint_id: str, desk: Desk) -> Done:
    """Send `ansvar.ping` once. What came of it stands among the deliveries of the endpoint."""
    return await desk.send(PingEndpoint(endpoint_id=endpoint_id))


@api.post("/endpoints/{endpoint_id}/replay", roles=MACHINES)
async def replay_endpoint(endpoint_id: str, body: Since, desk: Desk) -> Done:
    """Send the present status of every contract that changed since a moment, once more."""
    if body.since is not None and body.since.tzinfo is None:
        raise Rejected("a moment has a time zone, such as 2026-11-23T08:00:00Z", field="since")
    return await desk.send(ReplayEndpoint(endpoint_id=endpoint_id, since=body.since))


@api.get("/deliveries", roles=WATCHERS)
async def list_deliveries(
    desk: Desk,
    buyer_id: str | None = None,
    contract_id: str | None = None,
    endpoint_id: str | None = None,
    limit: int = 50,
    after: str | None = None,
) -> Page[DeliveryView]:
    """What was sent and what came of it, the newest first; also what a newer one superseded."""
    named = {"contract_id": contract_id, "endpoint_id": endpoint_id}
    where = desk.of_buyer(buyer_id) | {name: id for name, id in named.items() if id}
    return await desk.page(
        Delivery,
        where,
        sort="at",
        descending=True,
        view=lambda one: DeliveryView.model_validate(one.model_dump()),
        limit=limit,
        after=after,
    )


@api.post("/deliveries/{delivery_id}/replay", roles=MACHINES)
async def replay_delivery(delivery_id: str, desk: Desk) -> Done:
    """Send how the contract of a delivery stands now; what it was then is never sent again. What
    was said of payments and given up is sent as it was: its `at` says when.
    """
    return await desk.send(ReplayDelivery(delivery_id=delivery_id))


@api.post("/contracts/{contract_id}/acknowledgements", roles=("integration", "contract_manager"))
async def acknowledge(contract_id: str, body: AcknowledgementBody, desk: Desk) -> Done:
    """Confirm that a status was taken over, by the system or by hand."""
    return await desk.send(Acknowledge(contract_id=contract_id, **body.model_dump()))


def _secrets(desk: Desk) -> Secrets:
    """Raises `Rejected` where the operator has given nothing to derive secrets from."""
    secrets: Secrets = desk.adapters["secrets"]
    secrets.must_be_given()
    return secrets
