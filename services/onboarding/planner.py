"""When to ask for a document so that it is there in time, computed backwards.

A document must be in hand on a day (`needed`: proof is taken before the award, udbudsloven
§§ 151-152) and must still count on a later one (`until`: the end of the tender's validity, or the
start of the contract). Before the first day somebody looks at it; before that an authority writes
it (a serviceattest takes about two weeks); before that the supplier has its days to see to it.
Asked for too early, it would be too old on the later day.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from services.onboarding.policy import Rule
from shared.calendar import Country, is_working_day


@dataclass(frozen=True, slots=True)
class Plan:
    """The day to ask on and the day it is due; `note` says what speaks against it, if anything."""

    ask: date
    due: date
    in_time: bool = True
    note: str = ""


def plan_document(
    kind: str,
    *,
    needed: date,
    until: date | None,
    today: date,
    rule: Rule,
    country: Country,
) -> Plan:
    """Ask as late as is safe: what is new then counts longest. Never on a day that has passed."""
    due = before(needed, rule.review_working_days, country)
    taken = timedelta(days=rule.processing_days.get(kind, 0))
    latest = before(due - taken, rule.due_working_days, country)
    soonest = after(today, rule.shortest_working_days, country) + taken
    if soonest > due:
        note = f"it is needed by {needed}, and cannot be here before {soonest}"
        return Plan(ask=today, due=soonest, in_time=soonest <= needed, note=note)
    ask = max(latest, today)
    age = rule.longest_age_days.get(kind)
    if until is not None and age and due + timedelta(days=age) < until:
        note = f"even written on {due} it is too old on {until}: it will be asked for again"
        return Plan(ask=ask, due=due, note=note)
    if until is not None and age:
        fresh = until - timedelta(days=age)
        last = before(due - taken, rule.shortest_working_days, country)
        ask = max(ask, min(fresh, last))
    return Plan(ask=ask, due=due)


def before(day: date, working_days: int, country: Country) -> date:
    """The working day that lies so many before a day; nought is the day or the last one before."""
    while not is_working_day(day, country):
        day -= timedelta(days=1)
    for _ in range(working_days):
        day -= timedelta(days=1)
        while not is_working_day(day, country):
            day -= timedelta(days=1)
    return day


def after(day: date, working_days: int, country: Country) -> date:
    """The working day that lies so many after a day."""
    for _ in range(working_days):
        day += timedelta(days=1)
        while not is_working_day(day, country):
            day += timedelta(days=1)
    return day
