"""The labour-clause pack over HTTP: enter payslips, see the arithmetic, claim, show back-pay."""

import asyncio
import hashlib
from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, Field

from services.audits.commands import ClaimWages, EnterWages, LetWagesBe, ShowBackPay
from services.audits.domain.wage_checks import BackPay, CheckState, WageCheck
from services.audits.domain.wages import Comparison, Hours, MissingDocument, Slip
from services.audits.mending_api import READERS, Id, Why, named
from services.audits.wage_rates import WageRates
from services.audits.wage_sheets import Sheets, read_wages
from services.audits.workbooks import LARGEST, from_base64
from shared.domain import Rejected
from shared.http import Api, Desk, Done, Page

wages_api = Api("audits")

WAGE_PEOPLE = ("auditor", "wage_controller")
"""Who may see and enter single payslips; others see amounts in the findings."""

MOST_SLIPS = 1_000


class AgreementView(BaseModel):
    """An agreement whose rates are known, and from which day to which."""

    code: str
    title: str
    currency: str
    source: str
    starts: date
    ends: date


class CheckView(BaseModel):
    """A wage check without its payslips."""

    id: str
    state: CheckState
    contract_id: str
    buyer_id: str
    party_id: str
    agreement: str
    currency: str
    policy_version: str
    finding_ids: tuple[str, ...]


class FullCheck(CheckView):
    """With every line of the arithmetic, worker by worker, and what was paid back."""

    comparison: Comparison | None
    missing: tuple[MissingDocument, ...]
    back_pay: tuple[BackPay, ...]
    outstanding: dict[str, Decimal]
    document_ids: tuple[str, ...]


class AboutCheck(BaseModel):
    contract_id: Id
    party_id: Id
    agreement: Id
    audit_id: str = Field(default="", max_length=200)
    missing: tuple[MissingDocument, ...] = Field(default=(), max_length=100)
    document_ids: tuple[Id, ...] = Field(default=(), max_length=100)


class EnterBody(AboutCheck):
    slips: tuple[Slip, ...] = Field(default=(), max_length=MOST_SLIPS)
    hours: tuple[Hours, ...] = Field(default=(), max_length=40 * MOST_SLIPS)


class SheetBody(AboutCheck):
    """`content`: the workbook in base64. Its file is kept by onboarding and named above.

    Without a workbook only what is missing counts.
    """

    content: str = Field(default="", max_length=LARGEST * 4 // 3 + 4)


class ClaimBody(BaseModel):
    obligation: Id


class BackPayBody(BaseModel):
    worker: Annotated[str, Field(min_length=1, max_length=40)]
    amount: Decimal
    document_ids: tuple[Id, ...] = Field(default=(), max_length=100)


@wages_api.get("/wage-agreements", roles=WAGE_PEOPLE)
async def list_agreements(desk: Desk) -> list[AgreementView]:
    """Which agreements payslips can be compared with."""
    rates: WageRates = desk.adapters["wage_rates"]
    return [
        AgreementView(
            code=one.code,
            title=one.title,
            currency=one.currency,
            source=one.source,
            starts=min(period.starts for period in one.periods),
            ends=max(period.ends for period in one.periods),
        )
        for one in rates.agreements
        if one.periods
    ]


@wages_api.post("/wage-checks", roles=WAGE_PEOPLE)
async def enter(body: EnterBody, desk: Desk) -> Done:
    """Compare payslips with the rates of an agreement. The same entry is one check."""
    return await desk.send(EnterWages(check_id=_id(body), **body.model_dump()))


@wages_api.post("/wage-checks/sheet", roles=WAGE_PEOPLE, max_body=LARGEST * 2)
async def enter_sheet(body: SheetBody, desk: Desk) -> Done:
    """The same from a workbook with the sheets `payslips` and `timesheets`."""
    sheets = Sheets((), ())
    if body.content or not body.missing:
        sheets = await asyncio.to_thread(read_wages, from_base64(body.content))
    if len(sheets.slips) > MOST_SLIPS:
        raise Rejected(f"at most {MOST_SLIPS} payslips at once", field="content")
    about = body.model_dump(exclude={"content"})
    return await desk.send(
        EnterWages(check_id=_id(body), slips=sheets.slips, hours=sheets.hours, **about)
    )


@wages_api.put("/wage-checks/{check_id}", roles=WAGE_PEOPLE)
async def correct(check_id: str, body: EnterBody, desk: Desk) -> Done:
    """Enter it anew, before anything is claimed."""
    check = await desk.get(WageCheck, check_id)
    desk.caller.must_serve(check.buyer_id)
    return await desk.send(EnterWages(check_id=check_id, **body.model_dump()))


@wages_api.get("/wage-checks", roles=READERS)
async def list_checks(
    desk: Desk,
    buyer_id: str | None = None,
    contract_id: str | None = None,
    party_id: str | None = None,
    state: CheckState | None = None,
    limit: int = 50,
    after: str | None = None,
) -> Page[CheckView]:
    where = desk.of_buyer(buyer_id) | named(contract_id, party_id, state)
    return await desk.page(WageCheck, where, sort="listed", view=_view, limit=limit, after=after)


@wages_api.get("/wage-checks/{check_id}", roles=WAGE_PEOPLE)
async def show_check(check_id: str, desk: Desk) -> FullCheck:
    check = await desk.get(WageCheck, check_id)
    desk.caller.must_serve(check.buyer_id)
    desk.tag(check)
    left = check.outstanding if check.comparison else {}
    return FullCheck.model_validate(check.model_dump() | {"outstanding": left})


@wages_api.post("/wage-checks/{check_id}/claim", roles=WAGE_PEOPLE)
async def claim(check_id: str, body: ClaimBody, desk: Desk) -> Done:
    """Claim what is short: findings of class wages and documents carry the amounts."""
    return await desk.send(ClaimWages(check_id=check_id, obligation=body.obligation))


@wages_api.post("/wage-checks/{check_id}/let-be", roles=WAGE_PEOPLE)
async def let_be(check_id: str, body: Why, desk: Desk) -> Done:
    return await desk.send(LetWagesBe(check_id=check_id, reason=body.reason))


@wages_api.post("/wage-checks/{check_id}/back-pay", roles=WAGE_PEOPLE)
async def show_back_pay(check_id: str, body: BackPayBody, desk: Desk) -> Done:
    """Record what documents show that a worker got afterwards."""
    return await desk.send(ShowBackPay(check_id=check_id, **body.model_dump()))


def _view(check: WageCheck) -> CheckView:
    return CheckView.model_validate(check.model_dump(include=set(CheckView.model_fields)))


def _id(body: BaseModel) -> str:
    return f"wages-{hashlib.sha256(body.model_dump_json().encode()).hexdigest()[:16]}"
