"""The page of the rulebooks: every rule with its law, reach, evidence, period and consequences."""

from collections.abc import Iterable
from datetime import timedelta

from services.breaches.domain.rules import Lawful, LegalBasis, Period, Rule, Rulebook
from services.breaches.rulebook import Shelf, read_shelf

BEGINNING = """\
# Rulebook

Which rule is touched, on which basis the buyer may act, and what may follow. Written by `make docs`
from `services/breaches/rulebook`, whose schema is `services/breaches/domain/rules.py`. A
case keeps the version under which it was opened. *(remembered)* marks what was not read in a
source; a lawyer confirms it before use.

Subjects: T tenderer or supplier, B board, O owner, R relied-upon entity, C subcontractor,
U sub-supplier. Exclusion is decided per procedure and is no list of the excluded; a ground that
arises later gives no statutory right to terminate (udbudsloven § 185).
"""


def rulebook_page(shelf: Shelf | None = None) -> str:
    """The newest rulebook first. An older one is in force until the next begins."""
    parts, until = [BEGINNING], ""
    for book in reversed((shelf or read_shelf()).books):
        parts += _book(book, until)
        until = f" to {book.valid_from - timedelta(days=1)}"
    return "\n".join(parts).rstrip() + "\n"


def _book(book: Rulebook, until: str) -> Iterable[str]:
    """A heading of an older version names it, so that each link leads to one place."""
    mark = f" of {book.version}" if until else ""
    yield f"## Version {book.version}, in force from {book.valid_from}{until}\n"
    yield book.note + "\n"
    yield "| code | rule | track | subjects |\n|---|---|---|---|"
    for rule in book.rules:
        anchor = f"{rule.code}{mark}".lower().replace(" ", "-")
        name = f"[{rule.code}](#{anchor})"
        yield f"| {name} | {rule.name.en} | {rule.track} | {' '.join(rule.subjects)} |"
    yield ""
    for rule in book.rules:
        yield from _rule(rule, mark)


def _rule(rule: Rule, mark: str) -> Iterable[str]:
    yield f"### {rule.code}{mark}\n"
    yield " · ".join(filter(None, (rule.name.en, rule.name.da, rule.name.sv))) + "\n"
    first = ", begins with a question" if rule.question_first else ""
    yield f"* Track: {rule.track}{first}; phases: {', '.join(rule.phases)}"
    yield f"* Subjects: {' '.join(rule.subjects)}"
    yield from (f"* Law: {_law(basis)}" for basis in rule.bases)
    yield f"* Evidence: {'; '.join(rule.evidence)}"
    yield from (f"* Period: {_period(period)}" for period in rule.periods)
    if rule.applies_from:
        yield f"* Applies from {rule.applies_from}"
    cleaning = "is weighed" if rule.self_cleaning else "has no place"
    yield f"* Self-cleaning {cleaning}"
    if rule.advisory:
        yield "* Advisory: information, without a consequence"
    yield from (f"* May follow: {_lawful(lawful)}" for lawful in rule.consequences)
    yield ""


def _law(basis: LegalBasis) -> str:
    limits = [
        "above the EU threshold" if basis.above_threshold_only else "",
        "only if chosen in the notice" if basis.chosen_in_notice else "",
        f"debt from DKK {basis.from_amount:,.0f}" if basis.from_amount else "",
        f"debt below DKK {basis.below_amount:,.0f}" if basis.below_amount else "",
        f"contract from EUR {basis.from_value_eur:,.0f}" if basis.from_value_eur else "",
        f"others than the supplier above {basis.over_share:g} %" if basis.over_share else "",
        "final decision" if basis.if_final else "",
        f"awarded since {basis.procedures_from}" if basis.procedures_from else "",
        "" if basis.verified else "*(remembered)*",
    ]
    where = {"*": "every country"}.get(basis.country, basis.country)
    regime = "" if basis.regime == "*" else f", {basis.regime}"
    said = "; ".join(filter(None, limits))
    return f"{where}{regime}: {basis.text}, **{basis.force.upper()}**{'; ' * bool(said)}{said}"


def _period(period: Period) -> str:
    where = {"*": "every other country"}.get(period.country, period.country)
    from_ = period.runs_from.replace("_", " ")
    length = (
        from_ if period.runs_from == "while_it_applies" else f"{period.years} years from {from_}"
    )
    more = "; ".join(filter(None, (period.basis, "" if period.verified else "*(remembered)*")))
    return f"{where}: {length}{f' ({more})' if more else ''}"


def _lawful(lawful: Lawful) -> str:
    basis = (
        f"a clause with the right `{lawful.right}`" if lawful.right else lawful.text or "the law"
    )
    limits = [
        "" if len(lawful.phases) == 3 else "phase " + ", ".join(lawful.phases),
        "of " + ", ".join(lawful.roles),
        "" if lawful.country == "*" else f"in {lawful.country}",
        "at a facility of the buyer" if lawful.facility_only else "",
        "if mandatory" if lawful.if_mandatory else "",
        "if discretionary" if lawful.if_discretionary else "",
        "" if lawful.verified else "*(remembered)*",
    ]
    said = "; ".join(filter(None, limits))
    return f"**{lawful.measure}** ({lawful.force}) on {basis}; {said}"
