"""The arithmetic of a labour clause: what was due, what was paid, and what is missing.

    basic      hours x rate of the group
    supplement hours of its kind x its rate, each kind for itself
    pension    per cent of basic and supplements that are due (the employer's share)
    holiday    per cent of basic and supplements that are due

Each part is owed for itself: too much of one does not make up for too little of another. Amounts
are rounded half up to two decimals, part by part, so that the sum can be checked by hand.
"""

import re
from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from pydantic import Field

from shared.domain import Rejected
from shared.events.base import Said

CENT = Decimal("0.01")
LONGEST_PERIOD = 62
"""Days of one payslip; two months, longer than any period of pay."""

NATIONAL_NUMBER = re.compile(r"(?<!\d)\d{6}[-+ ]?\d{4}(?!\d)|(?<!\d)\d{8}[-+ ]?\d{4}(?!\d)")
"""What looks like a CPR number or a personnummer. A worker goes by a code of the auditor's."""


class Rates(Said):
    """The rates of an agreement from `starts` to `ends`, both included. Money a hour; per cent."""

    starts: date
    ends: date
    hourly: dict[str, Decimal]
    supplements: dict[str, Decimal] = Field(default_factory=dict)
    pension_percent: Decimal
    holiday_percent: Decimal


class Agreement(Said):
    """A collective agreement by its code; `source` says where its figures stand."""

    code: str
    title: str
    currency: str = "DKK"
    source: str
    periods: tuple[Rates, ...]

    def rates(self, starts: date, ends: date) -> Rates:
        """Those of a period of pay. Raises `Rejected` where it has none, or more than one."""
        for rates in self.periods:
            if rates.starts <= starts and ends <= rates.ends:
                return rates
        if any(one.starts <= ends and starts <= one.ends for one in self.periods):
            raise Rejected(
                f"the rates of {self.code} change between {starts} and {ends}: split the payslip "
                "on that day",
                field="starts",
            )
        raise Rejected(f"{self.code} has no rates for {starts} to {ends}", field="starts")


class Penalty(Said):
    """What the contract lets the buyer demand beside the wages themselves."""

    underpayment_factor: Decimal
    missing_document_a_day: Decimal
    missing_document_most_days: int
    source: str


class AgreedPenalty(Penalty):
    """The penalty of one contract, or of all contracts of a buyer, from a day on.

    `ends` is its last day; without it, it lasts. `source` is the clause that says so.
    """

    buyer_id: str = ""
    contract_id: str = ""
    starts: date
    ends: date | None = None

    @property
    def of(self) -> tuple[str, str]:
        return self.buyer_id, self.contract_id

    def counts_on(self, day: date) -> bool:
        return self.starts <= day and (self.ends is None or day <= self.ends)


class Slip(Said):
    """What one worker was paid for one period. `supplements` is money by kind."""

    worker: str = Field(min_length=1, max_length=40)
    starts: date
    ends: date
    group: str = Field(max_length=60)
    hours: Decimal = Field(ge=0, le=1000)
    pay: Decimal = Field(ge=0, le=10_000_000)
    supplements: dict[str, Decimal] = Field(default_factory=dict)
    supplement_hours: dict[str, Decimal] = Field(default_factory=dict)
    pension: Decimal = Field(default=Decimal(0), ge=0, le=10_000_000)
    holiday_pay: Decimal = Field(default=Decimal(0), ge=0, le=10_000_000)


class Hours(Said):
    """What a timesheet says of one worker and day. `supplements` is hours by kind."""

    worker: str = Field(min_length=1, max_length=40)
    day: date
    hours: Decimal = Field(ge=0, le=24)
    supplements: dict[str, Decimal] = Field(default_factory=dict)


class MissingDocument(Said):
    """A document that was demanded and did not come. `days`: working days since it was due."""

    kind: str = Field(min_length=2, max_length=60)
    due: date
    days: int = 0


class Line(Said):
    """One part of what was due to one worker: `how` shows the arithmetic."""

    worker: str
    starts: date
    ends: date
    part: str
    how: str
    due: Decimal
    paid: Decimal

    @property
    def short(self) -> Decimal:
        return max(self.due - self.paid, Decimal(0))


class Comparison(Said):
    """Every line, and what follows: `how_penalty` and `how_documents` show the arithmetic."""

    lines: tuple[Line, ...]
    underpaid: Decimal
    by_worker: dict[str, Decimal]
    penalty: Decimal
    how_penalty: str
    documents_penalty: Decimal
    how_documents: tuple[str, ...]
    remarks: tuple[str, ...] = ()
    penalty_source: str = ""
    """Which clause the factor and the rate a day stand in."""


def compare(
    agreement: Agreement,
    penalty: Penalty,
    slips: Iterable[Slip],
    hours: Iterable[Hours] = (),
    missing: Iterable[MissingDocument] = (),
) -> Comparison:
    """What the sampled payslips owe. Where there are timesheets, their hours count.

    Raises `Rejected` with the field of the payslip that cannot be compared.
    """
    sheets, lines, remarks = tuple(hours), [], []
    seen: set[tuple[str, date]] = set()
    for number, slip in enumerate(slips):
        try:
            must_be_a_code(slip.worker)
            if (slip.worker, slip.starts) in seen:
                raise Rejected("this period of this worker is there twice", field="starts")
            seen.add((slip.worker, slip.starts))
            more, remark = _lines(agreement, slip, sheets)
        except Rejected as wrong:
            raise Rejected(wrong.reason, field=f"slips.{number}.{wrong.field}") from wrong
        lines += more
        remarks += remark
    by_worker: dict[str, Decimal] = {}
    for line in lines:
        by_worker[line.worker] = by_worker.get(line.worker, Decimal(0)) + line.short
    underpaid = sum(by_worker.values(), Decimal(0))
    factor = penalty.underpayment_factor
    papers = [_late(penalty, document) for document in missing]
    return Comparison(
        lines=tuple(lines),
        underpaid=underpaid,
        by_worker=by_worker,
        penalty=cents(factor * underpaid),
        how_penalty=f"{factor} x {underpaid} = {cents(factor * underpaid)}",
        documents_penalty=sum((amount for amount, _ in papers), Decimal(0)),
        how_documents=tuple(how for _, how in papers),
        remarks=tuple(remarks),
        penalty_source=penalty.source,
    )


def _lines(
    agreement: Agreement, slip: Slip, sheets: tuple[Hours, ...]
) -> tuple[list[Line], list[str]]:
    if not slip.starts <= slip.ends or (slip.ends - slip.starts).days > LONGEST_PERIOD:
        raise Rejected(
            f"a payslip covers from 1 to {LONGEST_PERIOD} days, not {slip.starts} to {slip.ends}",
            field="ends",
        )
    rates = agreement.rates(slip.starts, slip.ends)
    if slip.group not in rates.hourly:
        known = ", ".join(sorted(rates.hourly))
        raise Rejected(f"{agreement.code} knows the groups {known}", field="group")
    worked, extra, remarks = _worked(slip, sheets)
    unknown = sorted({*extra, *slip.supplements} - set(rates.supplements))
    if unknown:
        known = ", ".join(sorted(rates.supplements))
        raise Rejected(f"{agreement.code} knows the supplements {known}", field="supplements")
    rate = rates.hourly[slip.group]
    parts = [("basic", f"{worked} h x {rate}", cents(worked * rate), slip.pay)]
    for kind, a_hour in rates.supplements.items():
        of_kind, paid = extra.get(kind, Decimal(0)), slip.supplements.get(kind, Decimal(0))
        if of_kind or paid:
            parts.append((kind, f"{of_kind} h x {a_hour}", cents(of_kind * a_hour), paid))
    gross = sum((due for _, _, due, _ in parts), Decimal(0))
    for name, percent, paid in (
        ("pension", rates.pension_percent, slip.pension),
        ("holiday", rates.holiday_percent, slip.holiday_pay),
    ):
        parts.append((name, f"{gross} x {percent} %", cents(gross * percent / 100), paid))
    lines = [
        Line(
            worker=slip.worker,
            starts=slip.starts,
            ends=slip.ends,
            part=part,
            how=f"{how} = {due}; paid {paid}",
            due=due,
            paid=paid,
        )
        for part, how, due, paid in parts
    ]
    return lines, remarks


def _worked(slip: Slip, sheets: tuple[Hours, ...]) -> tuple[Decimal, dict[str, Decimal], list[str]]:
    """Hours, and hours by supplement: those of the timesheets, else those of the payslip."""
    own = [
        one for one in sheets if one.worker == slip.worker and slip.starts <= one.day <= slip.ends
    ]
    if not own:
        return slip.hours, slip.supplement_hours, []
    worked = sum((one.hours for one in own), Decimal(0))
    extra: dict[str, Decimal] = {}
    for one in own:
        for kind, hours in one.supplements.items():
            extra[kind] = extra.get(kind, Decimal(0)) + hours
    if worked == slip.hours:
        return worked, extra, []
    remark = (
        f"{slip.worker}, {slip.starts} to {slip.ends}: {worked} h in the timesheets and "
        f"{slip.hours} h on the payslip; the timesheets count"
    )
    return worked, extra, [remark]


def _late(penalty: Penalty, document: MissingDocument) -> tuple[Decimal, str]:
    days = max(0, min(document.days, penalty.missing_document_most_days))
    amount = cents(days * penalty.missing_document_a_day)
    how = f"{document.kind}, due {document.due}: {days} working days"
    return amount, f"{how} x {penalty.missing_document_a_day} = {amount}"


def must_be_a_code(worker: str) -> None:
    """Raise `Rejected` where a worker goes by what looks like a national number."""
    if NATIONAL_NUMBER.search(worker):
        raise Rejected(
            "name workers by a code such as w1, never by a CPR number or personnummer",
            field="worker",
        )


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)
