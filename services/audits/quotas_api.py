"""Quotas and stocks over HTTP: what is required, what was shown, what is short."""

from pydantic import BaseModel, Field, StrictFloat, StrictInt

from services.audits.commands import ReportQuota, SetQuota, SettleQuota, VerifyQuota
from services.audits.domain.heard import Supply
from services.audits.domain.quotas import Period, Quota, QuotaKind, QuotaUnit
from services.audits.mending_api import AUDITORS, MANAGERS, READERS, Id, Text
from shared.asked import Day
from shared.http import Api, Desk, Done

quotas_api = Api("audits")
MOST = 2_000


class QuotaBody(BaseModel):
    """`required` for each period of so many months, from `starts` or the start of the contract."""

    contract_id: Id
    party_id: Id
    kind: QuotaKind
    unit: QuotaUnit
    required: StrictFloat = Field(gt=0, le=1_000_000)
    months: StrictInt = Field(default=12, ge=1, le=24)
    starts: Day | None = None


class ReportBody(BaseModel):
    period: Id
    reported: StrictFloat = Field(ge=0, le=1_000_000)


class VerifyBody(BaseModel):
    period: Id
    verified: StrictFloat = Field(ge=0, le=1_000_000)
    document_ids: tuple[Id, ...] = Field(max_length=100)


class SettleBody(BaseModel):
    period: Id
    finding_id: str = Field(default="", max_length=200)
    reason: Text


class PeriodView(Period):
    """A period with what is missing of it, as far as anybody has seen evidence."""

    shortfall: float


class QuotaView(BaseModel):
    id: str
    contract_id: str
    buyer_id: str
    party_id: str
    kind: QuotaKind
    unit: QuotaUnit
    required: float
    months: int
    periods: list[PeriodView]


class SupplyView(BaseModel):
    """`days`: how long the attested stock lasts; absent where nobody attested one."""

    contract_id: str
    buyer_id: str
    item: str
    title: str
    quantity: float | None
    as_of: Day | None
    by: str
    document_id: str
    days: int | None
    required_days: int | None
    short: bool
    short_since: Day | None


@quotas_api.post("/quotas", roles=MANAGERS)
async def set_quota(body: QuotaBody, desk: Desk) -> Done:
    return await desk.send(SetQuota(**body.model_dump()))


@quotas_api.get("/quotas", roles=READERS)
async def list_quotas(
    desk: Desk, buyer_id: str | None = None, contract_id: str | None = None
) -> list[QuotaView]:
    """Period by period: required, reported, verified, short."""
    where = desk.of_buyer(buyer_id) | ({"contract_id": contract_id} if contract_id else {})
    return [_quota(one) for one in await desk.find(Quota, where, limit=MOST)]


@quotas_api.post("/quotas/{quota_id}/report", roles=MANAGERS)
async def report(quota_id: str, body: ReportBody, desk: Desk) -> Done:
    """Enter what the supplier reported. It counts once it is verified."""
    return await desk.send(ReportQuota(quota_id=quota_id, **body.model_dump()))


@quotas_api.post("/quotas/{quota_id}/verify", roles=AUDITORS)
async def verify(quota_id: str, body: VerifyBody, desk: Desk) -> Done:
    """Confirm how much the evidence shows."""
    return await desk.send(VerifyQuota(quota_id=quota_id, **body.model_dump()))


@quotas_api.post("/quotas/{quota_id}/settle", roles=MANAGERS)
async def settle(quota_id: str, body: SettleBody, desk: Desk) -> Done:
    """Say what becomes of a shortfall: the finding that was raised, or why none."""
    return await desk.send(SettleQuota(quota_id=quota_id, **body.model_dump()))


@quotas_api.get("/supply", roles=READERS)
async def list_supply(
    desk: Desk, buyer_id: str | None = None, contract_id: str | None = None
) -> list[SupplyView]:
    """The stocks of critical goods, those that last shortest first; unknown before all."""
    where = desk.of_buyer(buyer_id) | ({"contract_id": contract_id} if contract_id else {})
    found = await desk.find(Supply, where, limit=MOST)
    order = sorted(found, key=lambda one: (-1 if one.days is None else one.days, one.id))
    return [SupplyView.model_validate(one.model_dump()) for one in order]


def _quota(quota: Quota) -> QuotaView:
    periods = [one.model_dump() | {"shortfall": quota.shortfall(one)} for one in quota.periods]
    return QuotaView.model_validate(quota.model_dump() | {"periods": periods})
