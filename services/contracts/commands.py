"""What contracts is asked to do, what it does outside, and what comes back from there."""

from services.contracts.ocds import Reading
from shared.events.base import Command, Effect, Internal


class TakeIn(Command):
    """Take in what releases of a contract system say."""

    readings: tuple[Reading, ...]


class Acknowledge(Command):
    """A contract system has taken a status over."""

    contract_id: str
    status_version: int
    endpoint_id: str


class OpenEndpoint(Command):
    """Have the statuses of a buyer's contracts sent to an address."""

    buyer_id: str
    url: str


class CloseEndpoint(Command):
    """Send nothing more to an address."""

    endpoint_id: str
    reason: str


class SendWebhook(Effect):
    """Try once to deliver a status. `delivery_id` is the same at every try."""

    delivery_id: str
    lane_id: str
    endpoint_id: str
    url: str
    generations: tuple[int, ...]
    body: str


class WebhookTaken(Internal):
    """The endpoint has accepted a delivery."""

    delivery_id: str
    lane_id: str


class WebhookNotTaken(Internal):
    """The endpoint has not accepted a delivery, and why. `gone`: it wants no more of them."""

    delivery_id: str
    lane_id: str
    problem: str
    gone: bool = False


class TryAgain(Internal):
    """The pause after a try has passed."""

    delivery_id: str
    lane_id: str
