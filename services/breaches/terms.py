"""How long each state of a case may last, in hours or in working days of the contract's country.

Law gives almost no numbers here (domain §1 and §8): these are ours, and a buyer may set others.
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from services.breaches.domain import Agreement, Dues, Stage
from shared.calendar import ZONES, Country, add_working_days


class Terms(BaseModel, frozen=True):
    """Hours of the business clock in a legal block, which also runs at night; else working days."""

    hold_hours: int = 24
    verdict_hours: int = 24
    second_approval_hours: int = 24
    first_step: int = 3
    enquiry: int = 5
    assess: int = 5
    decide: int = 5
    sign: int = 3
    order: int = 20


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
        Stage.HEARING: days(agreement.hearing_days),
        Stage.HEARD: days(terms.assess),
        Stage.CONFIRMED: now + timedelta(hours=terms.second_approval_hours)
        if blocks
        else days(terms.decide),
        Stage.BLOCKED: days(terms.decide),
        Stage.PROPOSED: days(terms.sign),
        Stage.ORDERED: days(terms.order),
    }
