"""Evidence for clauses about people: wage-subsidy jobs and apprentices, with quota and period."""

import re

from ..form import COMPANY, ISSUED, Asked, Filled, fill
from ..pdf import Text
from ..reading import Reading

TITLES = {
    "wage-subsidy": r"løntilskud|lønebidrag|lönebidrag|lönestöd|nystartsjobb|wage[- ]subsid",
    "apprentices": r"lærling|oplæring|elev(?:er|aftale)?\b|lärling|apprentice|trainee",
}
KINDS = tuple(TITLES)
CONTENT = ("pdf",)

EVIDENCE = (
    r"dokumentation|opgørelse|redegørelse|intyg|redovisning|sammanställning|evidence|statement|"
    r"report|confirmation|bekræftelse"
)
ASKED = (
    *COMPANY,
    Asked(
        "reference",
        (r"Kontrakt(?:nummer)?", r"Avtal(?:snummer)?", r"Contract(?: number| no\.?)?"),
    ),
    Asked(
        "period",
        (r"(?:Opgørelses)?periode", r"(?:Redovisnings)?period", r"(?:Reporting )?period"),
        "period",
        needed="it does not say for which period it is",
    ),
    Asked(
        "quota_percent",
        (
            r"Krav(?! i års)(?: i kontrakten)?(?: \(andel\))?",
            r"Kvote",
            r"Kvot",
            r"Krav enligt avtal",
            r"Required (?:share|quota)",
            r"Quota",
        ),
        "percent",
    ),
    Asked(
        "reached_percent",
        (r"Opnået(?: andel)?", r"Faktisk andel", r"Uppnådd andel", r"(?:Achieved|Actual) share"),
        "percent",
    ),
    Asked(
        "quota_years",
        (r"Krav i årsværk", r"Krav i årsarbeten", r"Required (?:person|man)[- ]years"),
        "number",
    ),
    Asked(
        "reached_years",
        (r"(?:Opnåede )?[Åå]rsværk", r"(?:Uppnådda )?[Åå]rsarbeten", r"(?:Person|Man)[- ]years"),
        "number",
    ),
    Asked(
        "persons",
        (
            r"Antal (?:personer|lærlinge|elever|ansatte i løntilskud|lärlingar|anställda med .*)",
            r"Number of (?:persons|apprentices|trainees|employees with wage subsidy)",
        ),
        "number",
    ),
    Asked(
        "staff",
        (r"Ansatte på (?:kontrakten|opgaven)", r"Anställda i uppdraget", r"Staff on the contract"),
        "number",
    ),
    Asked("hours", (r"Timer(?: i alt)?", r"Timmar(?: totalt)?", r"Hours(?: in total)?"), "number"),
    ISSUED,
)


def fits(text: Text) -> bool:
    return _kind(text) is not None


def read(text: Text) -> Reading:
    filled = fill(text, ASKED)
    _weigh(filled)
    return Reading(
        kind=_kind(text) or KINDS[0],
        reader="social_clause 1",
        about=filled.who(),
        issued=filled.day("issued"),
        reference=filled.text("reference"),
        fields=tuple(filled.fields),
        problems=tuple(filled.problems),
    )


def _kind(text: Text) -> str | None:
    """By the title: one of the first lines names both the clause and that it is evidence."""
    for line in text.lines[:12]:
        if re.search(EVIDENCE, line.text, re.IGNORECASE):
            for kind, words in TITLES.items():
                if re.search(words, line.text, re.IGNORECASE):
                    return kind
    return None


def _weigh(filled: Filled) -> None:
    """Whether a quota is named, whether it was reached, and whether the figures agree."""
    found = False
    for unit in ("percent", "years"):
        quota, reached = filled.number(f"quota_{unit}"), filled.number(f"reached_{unit}")
        if reached is not None:
            found = True
        if quota is not None and reached is not None and reached < quota:
            filled.doubt(f"the quota of {quota:g} was not reached: {reached:g} ({unit})")
    persons, staff = filled.number("persons"), filled.number("staff")
    share = filled.number("reached_percent")
    if persons is not None and staff:
        found = True
        if share is not None and abs(100 * persons / staff - share) > 1:
            filled.doubt(f"{persons:g} of {staff:g} is not {share:g} %")
    if not found and persons is None:
        filled.doubt("it does not say how many persons or which share")
