"""What contracts is asked to do, what it does outside, and what comes back from there."""

from datetime import date, datetime

from services.contracts.domain import Article, Noticed
from services.contracts.reading import Reading
from shared.events.base import Command, Effect, Internal
from shared.events.contracts import OmittedClause
from shared.events.words import Clause, PartyDescription


class TakeIn(Command):
    """Take in what releases of a contract system say."""

    readings: tuple[Reading, ...]


class SetClauses(Command):
    """A person sets the clauses of a contract, whole, and says which were left out and why."""

    contract_id: str
    clauses: tuple[Clause, ...]
    omitted: tuple[OmittedClause, ...] = ()


class PassOnContracts(Command):
    """Another authority takes contracts over; without `contract_ids` all running ones."""

    buyer_id: str
    successor_id: str
    successor_name: str
    effective: date
    reason: str
    contract_ids: tuple[str, ...] = ()


class BuyerPasses(Internal):
    """The day has come on which another authority becomes the buyer of contracts."""

    buyer_id: str
    contract_ids: tuple[str, ...]
    successor_id: str
    successor_name: str
    effective: date
    reason: str
    by: str


class ListGoods(Command):
    """What a contract delivers, whole."""

    contract_id: str
    goods: tuple[Article, ...]


class AttestStock(Command):
    """Somebody says how much of an item was in stock on a day."""

    contract_id: str
    item: str
    quantity: float
    as_of: date
    document_id: str = ""


class StockGrowsOld(Internal):
    """What was attested of a contract's goods may be too old to count."""

    contract_id: str


class TellProcedure(Command):
    """Somebody tells of a procedure."""

    noticed: Noticed


class IntendAward(Command):
    """A buyer wants to award a procedure to `winners`, who rely on or hire those of `chain`."""

    procedure_id: str
    winners: tuple[PartyDescription, ...]
    chain: tuple[PartyDescription, ...] = ()
    award_on: date


class AwardProcedure(Command):
    """A person awards as was intended. `reason` is needed where a check is not done."""

    procedure_id: str
    awarded: date | None = None
    standstill_until: date | None = None
    reason: str = ""


class Acknowledge(Command):
    """A contract system has taken a status over."""

    contract_id: str
    status_version: int
    endpoint_id: str


class OpenEndpoint(Command):
    """Have the statuses of a buyer's contracts sent to an address, and what is said of payments."""

    buyer_id: str
    url: str
    payments: bool | None = None


class RotateSecret(Command):
    """Have a new secret sign beside the old one."""

    endpoint_id: str


class RetireSecret(Command):
    """Have the old secret sign no more."""

    endpoint_id: str


class PingEndpoint(Command):
    """Send something that says nothing, to see whether it arrives."""

    endpoint_id: str


class ReplayEndpoint(Command):
    """Have the present status of every contract that changed since a moment sent again."""

    endpoint_id: str
    since: datetime | None = None


class ReplayDelivery(Command):
    """Have the present status of the contract of a delivery sent again."""

    delivery_id: str


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


class SendPing(SendWebhook):
    """Try once whether an endpoint can be reached."""


class PingEnded(Internal):
    """What came of a ping; without a problem it was taken."""

    delivery_id: str
    problem: str = ""


class OverlapOver(Internal):
    """Two secrets have signed for long enough. `generation` is the one that stays."""

    endpoint_id: str
    generation: int


class ReplayOn(Internal):
    """The next piece of a replay: contracts whose last change comes `after` this key."""

    endpoint_id: str
    number: int
    after: str


class PartiesKnownAnew(Internal):
    """These parties are one, or are not, since a moment: these contracts are still to say so."""

    contract_ids: tuple[str, ...]
    party_ids: tuple[str, ...]


class AcknowledgementDue(Internal):
    """The confirmation of a status is late, unless it has come."""

    lane_id: str


class NightHasCome(Internal):
    """The nightly file of a buyer is due."""

    buyer_id: str
    country: str


class WriteStatusFile(Effect):
    """Write the statuses of a buyer as they were at a moment into the folder for them."""

    buyer_id: str
    day: date
    at: datetime


class StatusFileWritten(Internal):
    """A nightly file lies there. `sha256` is of its bytes."""

    buyer_id: str
    name: str
    rows: int
    sha256: str


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
