# ruff: noqa: RUF001 - the dash is that of the official text
"""The ESPD-EDM 4.1.0 criteria that our samples ask, as trees of groups and questions.

Ids, codes, names and question texts are those of the data model of the Publications Office
(OP-TED/ESPD-EDM 4.1.0, EUPL): a reader keys on them, so they must be exact.
"""

from dataclasses import dataclass
from typing import NamedTuple


class Question(NamedTuple):
    """One line of the form. `own` is its id in the group, `kind` the data type of the answer."""

    own: str
    text: str
    kind: str


@dataclass(frozen=True)
class Group:
    """Questions asked together. `when`: always (`ON*`), or after a yes or a no above."""

    own: str
    when: str
    parts: "tuple[Question | Group, ...]"

    def kinds(self, above: str) -> dict[str, str]:
        """The data type of every line in and below this group, by its whole path."""
        found: dict[str, str] = {}
        for part in self.parts:
            if isinstance(part, Group):
                found |= part.kinds(f"{above}/{self.own}")
            else:
                found[f"{above}/{self.own}/{part.own}"] = part.kind
        return found


@dataclass(frozen=True)
class Criterion:
    uuid: str
    path: str  # `C7_EG_tax-pay`: number, part of the form, code
    name: str
    text: str
    article: str
    groups: tuple[Group, ...]

    @property
    def code(self) -> str:
        return self.path.split("_", 2)[2]

    @property
    def about_lots(self) -> bool:
        return "_SC_" in self.path

    @property
    def kinds(self) -> dict[str, str]:
        return {path: kind for g in self.groups for path, kind in g.kinds(self.path).items()}


def group(own: str, when: str, *parts: Question | Group) -> Group:
    return Group(own, when, parts)


def yes_or_no(text: str, own: str = "Q1") -> Question:
    return Question(own, text, "INDICATOR")


def words(text: str, own: str = "Q1") -> Question:
    return Question(own, text, "DESCRIPTION")


EXPLAIN = words("Please describe them")
ANSWER = yes_or_no("Your answer")


def evidence(own: str) -> Group:
    proof = Question("Q1", "Evidence Supplied", "EVIDENCE_IDENTIFIER")
    available = yes_or_no("Is this information available electronically?")
    return group(own, "ON*", available, group("QSG1", "ONTRUE", proof))


def self_cleaning(when: str) -> Group:
    asked = "Have you taken measures to demonstrate your reliability (Self-Cleaning)?"
    return group("QSG1", when, yes_or_no(asked), group("QSG1", "ONTRUE", EXPLAIN))


def ground(*if_true: Question | Group) -> tuple[Group, ...]:
    """A ground for exclusion: the answer, what is asked after a yes, and the evidence."""
    return group("QG1", "ON*", ANSWER, group("QSG1", "ONTRUE", *if_true)), evidence("QG2")


def unpaid(what: str) -> tuple[Group, ...]:
    paid = (
        "Has the economic operator fulfilled its obligations by paying or entering into a binding "
        f"arrangement with a view to paying the {what} contributions due, including, where "
        "applicable, any interest accrued or fines?"
    )
    by_decision = (
        "If this breach of obligations was established through a judicial or administrative "
        "decision, was this decision final and binding?"
    )
    other_means = (
        "Has this breach of obligations been established by means other than a judicial or "
        "administrative decision?"
    )
    period = (
        "In case of a conviction insofar as established directly therein, the length of the "
        "period of exclusion"
    )
    decided = group(
        "QSG1",
        "ONTRUE",
        Question("Q1", "Please indicate the date of conviction or decision", "DATE"),
        Question("Q2", period, "PERIOD"),
    )
    how = group(
        "QSG1",
        "ON*",
        yes_or_no(other_means),
        group("QSG1", "ONTRUE", words("Please describe which means were used")),
        group("QSG2", "ONFALSE", yes_or_no(by_decision), decided),
        group("QSG3", "ON*", yes_or_no(paid), group("QSG1", "ONTRUE", EXPLAIN)),
    )
    debt = group(
        "QSG1",
        "ONTRUE",
        Question("Q1", "Country or member state concerned", "CODE_COUNTRY"),
        Question("Q2", "Amount concerned", "AMOUNT"),
        how,
    )
    required = group(
        "RG1",
        "ON*",
        Question("RQ1/R1", "Minimum Amount Threshold", "MINIMUM_AMOUNT"),
        Question("RQ2/R1", "Additional Information", "DESCRIPTION"),
        group("QSG1", "ON*", ANSWER, debt),
    )
    return required, evidence("QG1")


CONVICTION = ground(
    Question("Q1", "Date of conviction", "DATE"),
    words("Reason", "Q2"),
    words("Who has been convicted", "Q3"),
    Question("Q4", "Length of the period of exclusion", "PERIOD"),
    self_cleaning("ON*"),
)
LAW = (group("QG1", "ON*", ANSWER, self_cleaning("ONTRUE")), evidence("QG2"))
INSOLVENT = ground(
    EXPLAIN, words("Indicate reasons for being nevertheless to perform the contract", "Q2")
)
MISCONDUCT = ground(EXPLAIN, self_cleaning("ON*"))
CONFLICT = ground(EXPLAIN)
CONFIRMED = (group("QG1", "ON*", ANSWER), evidence("QG2"))
NATIONAL = (
    group(
        "QG1",
        "ON*",
        Question("CA1", "National grounds", "NONE"),
        group(
            "QSG1",
            "ON*",
            Question("CA1", "As specified in the notice", "NONE"),
            Question("CA2", "Serviceattest or equivalent", "NONE"),
            yes_or_no("Your answer?"),
        ),
    ),
    evidence("QG2"),
)


def named(id_of: str) -> Group:
    number = Question("Q2", f"ID of the {id_of}", "ECONOMIC_OPERATOR_IDENTIFIER")
    return group("QSG1", "ONTRUE", words("Name of the entity"), number)


ALONE = group(
    "QSG1",
    "ON*",
    yes_or_no("Does the EO fulfil the criteria by itself?"),
    group(
        "QSG1",
        "ONFALSE",
        yes_or_no("In the case of no – Relied upon or not"),
        named("entity"),
    ),
)
SHARE = (
    group(
        "RG1",
        "ON*",
        Question("RQ1/R1/R1", "LOT Identifier", "LOT_IDENTIFIER"),
        ALONE,
        group("QSG2", "ON*", words("Please specify")),
        evidence("QSG3"),
    ),
)


def asked(if_true: Group) -> tuple[Group, ...]:
    return group("QG1", "ON*", yes_or_no("Your answer?"), if_true), evidence("QG2")


TOGETHER = asked(
    group(
        "QSG1",
        "ONTRUE",
        Question(
            "Q1",
            "Please indicate the role of the economic operator in the group (leader, responsible "
            "for specific tasks...)",
            "CODE",
        ),
        words(
            "Please identify the other economic operators participating in the procurement "
            "procedure together",
            "Q2",
        ),
        words("Where applicable, name of the participating group:", "Q3"),
    )
)
RELIED_ON = asked(named("entity"))
SUBCONTRACTED = asked(named("subcontractor"))
