"""The questions of an ESPD with their answers, whichever version asked them.

1.0.2 keeps an answer inside its question; from 2.x on, answers stand in a list of their own and
name the question that they answer. In 4.x a repeated answer has its place at the end of its id:
`C61_OT_subco-ent/QG1/QSG1/Q1/R1/R2` is the second subcontractor.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from .xml import Element, children, first, local, text

NOT_VALUES = ("ID", "ValidatedCriterionPropertyID", "ConfidentialityLevelCode")

ANSWERS_AMONG_EVIDENCE = (
    "85509976-61bf-4971-9ff7-ba5ac7ce8a78",
    "fc465161-2363-4950-a893-6b6ca6af0b98",
)
"""Questions of 2.1.1 (defence, utilities) that are the answer, although they stand in the group
that otherwise asks where evidence is found.
"""


@dataclass(slots=True)
class Response:
    """One answer. `place` tells repeated ones apart."""

    value: str
    place: str = ""
    lots: tuple[str, ...] = ()
    confidentiality: str = ""


@dataclass(slots=True)
class Question:
    id: str
    kind: str
    text: str
    group: str
    about_evidence: bool
    responses: list[Response] = field(default_factory=list)

    @property
    def said(self) -> bool | None:
        """The yes or no of an indicator. Where it was answered more than once, a yes counts."""
        words = {response.value.casefold() for response in self.responses}
        if words & {"true", "1"}:
            return True
        return False if words & {"false", "0"} else None


@dataclass(slots=True)
class Criterion:
    """One criterion; `within` is the id of the one that a national criterion belongs to."""

    id: str
    code: str
    questions: list[Question]
    within: str = ""

    @property
    def answer(self) -> Question | None:
        """The question that the criterion is about: its first yes or no, whatever it is called,
        except the one about where evidence is found.
        """
        for question in self.questions:
            if question.kind == "INDICATOR" and not question.about_evidence:
                return question
        return None


def criteria_of(root: Element) -> list[Criterion]:
    responses: dict[str, list[Response]] = {}
    for given in children(root, "TenderingCriterionResponse"):
        asked = text(given, "ValidatedCriterionPropertyID")
        responses.setdefault(asked, []).extend(_said(given, asked))
    modern = [_criterion(element, within, responses) for element, within in _modern(root)]
    return modern + [_first_edition(element) for element in children(root, "Criterion")]


def _said(given: Element, asked: str) -> Iterator[Response]:
    place = text(given, "ID").removeprefix(asked).strip("/")
    values = [_values(value) for value in children(given, "ResponseValue")]
    values += [_values(period) for period in children(given, "ApplicablePeriod")]
    values += [text(proof, "ID") for proof in children(given, "EvidenceSupplied")]
    lots = tuple(text(lot, "ID") for lot in children(given, "ProcurementProjectLotReference"))
    secret = text(given, "ConfidentialityLevelCode")
    return (Response(value, place, lots, secret) for value in values if value)


def _modern(root: Element) -> Iterator[tuple[Element, str]]:
    """Every criterion, and below it the national ones that a buyer added to it (4.x)."""
    for element in children(root, "TenderingCriterion"):
        yield element, ""
        for national in children(element, "SubTenderingCriterion"):
            yield national, text(element, "ID")


def _values(element: Element) -> str:
    """What an answer says, as one text: a period has two dates, an amount its currency."""
    leaves = []
    for leaf in element.iter("{*}*"):
        value = (leaf.text or "").strip()
        if len(leaf) or not value or local(leaf) in NOT_VALUES:
            continue
        currency = leaf.get("currencyID", "") if local(leaf).endswith("Amount") else ""
        leaves.append(f"{value} {currency}".strip())
    return " to ".join(leaves)


def _criterion(element: Element, within: str, responses: dict[str, list[Response]]) -> Criterion:
    questions: list[Question] = []

    def take(group: Element, proof: bool) -> None:
        for asked in children(group, "TenderingCriterionProperty"):
            if text(asked, "TypeCode") != "QUESTION":
                continue
            id = text(asked, "ID")
            questions.append(
                Question(
                    id=id,
                    kind=text(asked, "ValueDataTypeCode"),
                    text=text(asked, "Description"),
                    group=text(group, "ID"),
                    about_evidence=proof and id not in ANSWERS_AMONG_EVIDENCE,
                    responses=responses.get(id, []),
                )
            )

    _walk(element, _groups, take)
    return Criterion(text(element, "ID"), text(element, "CriterionTypeCode"), questions, within)


def _groups(parent: Element) -> Iterator[Element]:
    yield from children(parent, "TenderingCriterionPropertyGroup")
    yield from children(parent, "SubsidiaryTenderingCriterionPropertyGroup")


def _first_edition(element: Element) -> Criterion:
    """ESPD 1.0.2: a requirement is the question, with its response inside."""
    questions: list[Question] = []

    def take(group: Element, proof: bool) -> None:
        for asked in children(group, "Requirement"):
            response = first(asked, "Response")
            value = _values(response) if response is not None else ""
            questions.append(
                Question(
                    id=text(asked, "ID"),
                    kind=asked.get("responseDataType", ""),
                    text=text(asked, "Description"),
                    group=text(group, "ID"),
                    about_evidence=proof,
                    responses=[Response(value)] if value else [],
                )
            )

    _walk(element, lambda parent: children(parent, "RequirementGroup"), take)
    return Criterion(text(element, "ID"), text(element, "TypeCode"), questions)


def _walk(
    parent: Element,
    groups: Callable[[Element], Iterator[Element]],
    take: Callable[[Element, bool], None],
) -> None:
    """Every group of questions, and whether the group right below it names evidence."""
    for group in groups(parent):
        take(group, any(_names_evidence(below) for below in groups(group)))
        _walk(group, groups, take)


def _names_evidence(group: Element) -> bool:
    asked = (text(p, "ValueDataTypeCode") for p in children(group, "TenderingCriterionProperty"))
    older = (p.get("responseDataType", "") for p in children(group, "Requirement"))
    return any(kind.startswith("EVIDENCE") for kind in (*asked, *older))
