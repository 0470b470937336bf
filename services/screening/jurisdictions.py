"""Countries on lists of tax and money laundering: dated data, with what is to be known of each.

Being on one of them excludes nobody by itself; only udbudsloven § 134 a does, for Annex I and
where no agreement opens procurement to the country. Everything else is a question to ask.
"""

from datetime import date
from functools import cache
from importlib.resources import files
from typing import Literal

from pydantic import BaseModel, TypeAdapter

ANNEX_I = "EU Annex I"


class CountryList(BaseModel, frozen=True):
    """A list as it is from a day on, until a later one of the same name."""

    name: str
    title: str
    valid_from: date
    source: str
    note: str = ""
    countries: frozenset[str]


class Agreement(BaseModel, frozen=True):
    """Whether an agreement opens procurement to a country, and why; `review`: a lawyer looks."""

    opens: Literal["yes", "no", "review"]
    why: str


class Agreements(BaseModel, frozen=True):
    valid_from: date
    source: str
    agreements: dict[str, Agreement]


class Standing(BaseModel, frozen=True):
    """What the lists of a day say of a country."""

    country: str
    on: date
    lists: tuple[CountryList, ...]
    agreement: Agreement | None
    excludes: Literal["yes", "no", "review"]
    """Whether § 134 a excludes a tenderer seated there."""


@cache
def country_lists() -> tuple[CountryList, ...]:
    return TypeAdapter(tuple[CountryList, ...]).validate_json(_text("jurisdictions.json"))


@cache
def agreements() -> tuple[Agreements, ...]:
    return TypeAdapter(tuple[Agreements, ...]).validate_json(_text("agreements.json"))


def lists_on(day: date) -> tuple[CountryList, ...]:
    """Of each list the newest that was in force."""
    newest: dict[str, CountryList] = {}
    for one in sorted(country_lists(), key=lambda one: one.valid_from):
        if one.valid_from <= day:
            newest[one.name] = one
    return tuple(newest.values())


def standing_of(country: str, day: date) -> Standing:
    country = country.upper()
    on = tuple(one for one in lists_on(day) if country in one.countries)
    known = [one for one in agreements() if one.valid_from <= day]
    newest = max(known, key=lambda one: one.valid_from, default=None)
    agreement = newest.agreements.get(country) if newest else None
    excludes: Literal["yes", "no", "review"] = "no"
    if any(one.name == ANNEX_I for one in on) and (not agreement or agreement.opens != "yes"):
        excludes = "review" if agreement and agreement.opens == "review" else "yes"
    return Standing(country=country, on=day, lists=on, agreement=agreement, excludes=excludes)


def tax_list_on(day: date) -> dict[str, str]:
    """The countries on Annex I, and whether § 134 a excludes a tenderer seated there."""
    listed = next((one for one in lists_on(day) if one.name == ANNEX_I), None)
    countries = sorted(listed.countries) if listed else ()
    return {country: standing_of(country, day).excludes for country in countries}


def next_revision_after(day: date) -> date | None:
    """The next day from which Annex I, or what is known of agreements, is another one."""
    annexes = (one.valid_from for one in country_lists() if one.name == ANNEX_I)
    days = (*annexes, *(one.valid_from for one in agreements()))
    return min((one for one in days if one > day), default=None)


def _text(name: str) -> str:
    return files("services.screening").joinpath("policy", name).read_text("utf-8")
