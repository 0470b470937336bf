"""What papers with labels have in common: a label, its value, and what the value must be.

A reader lists its `Asked`; what the paper does not say is not made up: it is missing, and where it
is `needed` the paper goes to a person with that as the reason.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from services.onboarding.domain import Field
from shared.events.words import Money

from .pdf import Found, Text
from .reading import Number, Reading, Who
from .values import day_of, days_of, money_of, number_of, percent_of, yes_or_no

Kind = Literal["text", "day", "period", "money", "percent", "number", "yes", "list"]


@dataclass(frozen=True, slots=True)
class Asked:
    """One value that a paper may have: its labels in Danish, Swedish and English (regular
    expressions), what it is, the `shape` that a text must have, and what is said where it is
    `needed` and missing.
    """

    name: str
    labels: tuple[str, ...]
    kind: Kind = "text"
    shape: str = ""
    needed: str = ""


@dataclass(slots=True)
class Filled:
    """The values of one paper."""

    found: dict[str, Found] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
    fields: list[Field] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    currency: str = "EUR"

    def text(self, name: str) -> str:
        return self.values.get(name, "")

    def day(self, name: str) -> date | None:
        text = self.values.get(name, "")
        return date.fromisoformat(text) if text else None

    def money(self, name: str) -> Money | None:
        return money_of(self.values.get(name, ""), self.currency)

    def number(self, name: str) -> float | None:
        text = self.values.get(name, "")
        return float(text) if text else None

    def yes(self, name: str) -> bool | None:
        return {"yes": True, "no": False}.get(self.values.get(name, ""))

    def take(self, name: str, found: Found, value: str = "", *, sure: float = 0.95) -> None:
        """Keep a value that a reader found by itself."""
        self.found.setdefault(name, found)
        self.values.setdefault(name, value or found.text)
        self.fields.append(found.field(name, value, sure=sure))

    def until(self) -> date | None:
        """The last day that it says, or that of its period."""
        day = self.day("valid_until")
        period = self.text("period")
        return days_of(period)[-1] if day is None and period else day

    def paper(self, kind: str, reader: str, *, until: date | None = None) -> Reading:
        """A paper about the company that it names, with all that was found and is doubted."""
        return Reading(
            kind=kind,
            reader=reader,
            about=self.who(),
            issued=self.day("issued"),
            valid_until=until,
            fields=tuple(self.fields),
            problems=tuple(self.problems),
        )

    def doubt(self, problem: str) -> None:
        if problem not in self.problems:
            self.problems.append(problem)

    def who(self, *, country: str | None = None, person: bool = False) -> Who:
        """The company that the paper is about, by the usual names of its values."""
        schemes = {"cvr": "dk-cvr", "orgnr": "se-orgnr", "vat_number": "", "srn": "srn"}
        numbers = tuple(
            Number(text=self.values[name], scheme=scheme)
            for name, scheme in schemes.items()
            if name in self.values
        )
        if country is None:
            country = "DK" if "cvr" in self.values else "SE" if "orgnr" in self.values else None
        return Who(
            name=self.text("name"),
            numbers=numbers,
            country=country,
            address=self.values.get("address"),
            person=person,
        )


NAME = (
    r"Virksomhedens navn",
    r"Virksomhed(?:en)?",
    r"Leverandør(?:ens navn)?",
    r"Tilbudsgiver",
    r"Företagets namn",
    r"Företagsnamn",
    r"Företag(?:et)?",
    r"Leverantör(?:ens namn)?",
    r"Anbudsgivare",
    r"Company(?: name)?",
    r"Name of (?:the )?(?:company|organi[sz]ation|supplier)",
    r"Supplier(?: name)?",
    r"Organi[sz]ation",
    r"Firma",
)
COMPANY = (
    Asked("name", NAME),
    Asked(
        "cvr", (r"CVR-nummer", r"CVR-?\s?nr\.?", r"CVR(?: no\.?| number)?"), shape=r"[\d ]{8,11}"
    ),
    Asked(
        "orgnr",
        (
            r"Organisationsnummer",
            r"Org\.?\s?-?nr\.?",
            r"Person-/organisationsnummer",
            r"(?:Swedish )?(?:Corporate|Company) registration (?:number|no\.?)",
        ),
        shape=r"(?:16)?\d{6}-?\d{4}",
    ),
    Asked(
        "vat_number",
        (r"Momsregistreringsnummer", r"Momsnummer", r"SE-/momsnummer", r"VAT(?: number| no\.?)?"),
        shape=r"[A-Z]{2}[0-9A-Z ]{8,16}",
    ),
    Asked("address", (r"Adresse", r"Adress", r"(?:Registered )?Address")),
)
ISSUED = Asked(
    "issued",
    (
        r"Udstedelsesdato",
        r"Udstedt(?: den)?",
        r"Utfärdat(?: den)?",
        r"Utfärdandedatum",
        r"(?:Date of i|I)ssue(?:d)?(?: date)?(?: on)?",
        r"Dato",
        r"Datum",
        r"Date",
    ),
    "day",
    needed="it does not say on which day it was issued",
)
VALID_UNTIL = Asked(
    "valid_until",
    (
        r"Gyldigt? (?:indtil|til)(?: og med)?",
        r"Udløbsdato",
        r"Giltigt? (?:till|t\.?o\.?m\.?)(?: och med)?",
        r"Valid (?:until|to|through)",
        r"(?:Expiry|Expiration) date",
        r"Expires(?: on)?",
    ),
    "day",
    needed="it does not say until when it is valid",
)
SAYS_UNTIL = Asked("valid_until", VALID_UNTIL.labels, "day")
"""Until when, where a paper may say so and need not: its period says it too."""


def fill(text: Text, asked: tuple[Asked, ...], *, currency: str = "EUR") -> Filled:
    """Look for each value. `currency` is what kroner are in the country of the issuer."""
    text = text.knowing([label for one in asked for label in one.labels])
    filled = Filled(currency=currency)
    for one in asked:
        found, value = None, ""
        for candidate in text.candidates(*one.labels):
            found = found or candidate
            if value := _value(one, candidate.text, currency):
                found = candidate
                break
        if found and value:
            filled.take(one.name, found, value)
        elif found:
            filled.doubt(f"its {one.name.replace('_', ' ')} cannot be read: {found.text[:60]!r}")
        elif one.needed:
            filled.doubt(one.needed)
    return filled


def _value(asked: Asked, text: str, currency: str) -> str:
    """The value in the form in which it is kept, or nothing where the text has none of its kind."""
    if asked.kind == "day":
        day = day_of(text)
        return day.isoformat() if day else ""
    if asked.kind == "period":
        days = days_of(text)
        return f"{days[0]} to {days[1]}" if len(days) == 2 and days[0] <= days[1] else ""
    if asked.kind == "money":
        money = money_of(text, currency)
        return f"{money.amount:.10g} {money.currency}" if money else ""
    if asked.kind == "percent":
        share = percent_of(text)
        return f"{share:g}" if share is not None else ""
    if asked.kind == "number":
        match = re.match(r"\D{0,3}(\d[\d., \u00a0]*)", text)
        number = number_of(match[1].rstrip(" .,\u00a0")) if match else None
        return f"{number:.10g}" if number is not None else ""
    if asked.kind == "yes":
        said = yes_or_no(text)
        return "" if said is None else "yes" if said else "no"
    if asked.shape:
        match = re.search(rf"(?<![\w-])(?:{asked.shape})(?![\w-])", text)
        return match[0].strip() if match else ""
    return text[:500]
