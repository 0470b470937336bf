"""How long each state of a case may last, in hours or in working days of the contract's country.

Law gives almost no numbers here (domain §1 and §8): these are ours, and a buyer may set others.
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from services.breaches.domain import Agreement, Dues, Stage, Tendering
from shared.calendar import ZONES, Country, add_working_days, is_working_day


class Terms(BaseModel, frozen=True):
    """Hours of the business clock in a legal block, which also runs at night; else working days.

    `ruling` is how long a case rests at first for a forum that named no day, `precaution` the
    longest that one may last. The office is open between two hours of the buyer's day.
    """

    hold_hours: int = 24
    verdict_hours: int = 24
    second_approval_hours: int = 24
    first_step: int = 3
    enquiry: int = 5
    assess: int = 5
    decide: int = 5
    sign: int = 3
    opinion: int = 30
    supply: int = 1
    report: int = 10
    order: int = 20
    timetable: int = 3
    ruling: int = 60
    release: int = 3
    precaution: int = 20


def country_of(agreement: Agreement) -> Country:
    return "SE" if agreement.country == "SE" else "DK"


def working_days(now: datetime, days: int, agreement: Agreement) -> datetime:
    return add_working_days(now, days, country_of(agreement))


def day_of(moment: datetime, agreement: Agreement) -> date:
    """The date where the buyer is."""
    return moment.astimezone(ZoneInfo(ZONES[country_of(agreement)])).date()


def dues_of(now: datetime, agreement: Agreement, terms: Terms, *, blocks: bool) -> Dues:
    """Until when each state must have been left, were it entered now."""

    def days(number: int) -> datetime:
        return working_days(now, number, agreement)

    return {
        Stage.FLAGGED: now + timedelta(hours=terms.hold_hours)
        if blocks
        else days(terms.first_step),
        Stage.HELD: now + timedelta(hours=terms.verdict_hours),
        Stage.ASKED: days(terms.enquiry),
        Stage.ANSWERED: days(terms.assess),
        Stage.HEARING: days(terms.timetable if blocks else agreement.hearing_days),
        Stage.HEARD: days(terms.assess),
        Stage.CONFIRMED: now + timedelta(hours=terms.second_approval_hours)
        if blocks
        else days(terms.decide),
        Stage.BLOCKED: days(terms.decide),
        Stage.PROPOSED: days(terms.sign),
        Stage.OPINION: days(terms.opinion),
        Stage.ASSESSED: days(terms.supply),
        Stage.SECURED: days(terms.order),
        Stage.ORDERED: days(terms.order),
    }


class Latest(BaseModel, frozen=True):
    """The last day on which a step can be taken so that a decision falls before the award."""

    step: str
    day: date
    past: bool


WAYS_OUT = ("extend_validity", "next_tenderer", "annul")
"""What is left where a decision cannot fall in time: tenders bound for longer, another winner, or a
procedure that ends without one."""


def timetable(
    agreement: Agreement, terms: Terms, now: datetime, tendering: Tendering | None = None
) -> tuple[Latest, ...]:
    """Computed backwards from the award, or from the end of the tenders' validity where that comes
    first, in working days. Empty where neither is ahead.

    Where a day has passed, the ways out are `WAYS_OUT`.
    """
    today = day_of(now, agreement)
    known = tendering or Tendering(id=agreement.procedure_id)
    award = known.award_on or agreement.awarded
    ends = [day for day in (award, known.tenders_until) if day is not None]
    if not ends or (award is not None and award <= today) or min(ends) <= today:
        return ()
    country = country_of(agreement)
    needed = (
        ("sign the decision", 1),
        ("prepare the decision", terms.sign),
        ("ask for the opinion", terms.decide + (terms.opinion if country == "DK" else 0)),
        ("assess the answer", terms.assess),
        ("open the hearing", agreement.hearing_days),
    )
    day, found = min(ends), []
    for step, days in needed:
        day = _before(day, days, country)
        found.append(Latest(step=step, day=day, past=day < today))
    return tuple(reversed(found))


def _before(day: date, days: int, country: Country) -> date:
    while days > 0:
        day -= timedelta(days=1)
        if is_working_day(day, country):
            days -= 1
    return day
