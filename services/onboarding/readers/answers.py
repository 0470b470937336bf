"""The questions of an ESPD with their answers, whichever version asked them.

1.0.2 keeps an answer inside its question; from 2.x on, answers stand in a list of their own and
name the question that they answer. In 4.x a repeated answer has its place at the end of its id:
`C61_OT_subco-ent/QG1/QSG1/Q1/R1/R2` is the second subcontractor.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from .xml import Element, children, first, local, text

NOT_VALUES = ("ID", "ValidatedCriterionPropertyID", "ConfidentialityLevelCode")


@dataclass(slots=True)
class Response:
    """One answer. `place` tells repeated ones apart."""

    value: str
    place: str = ""


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
    id: str
    code: str
    questions: list[Question]

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
        place = text(given, "ID").removeprefix(asked).strip("/")
        values = [_values(value) for value in children(given, "ResponseValue")]
        values += [_values(period) for period in children(given, "ApplicablePeriod")]
        values += [text(proof, "ID") for proof in children(given, "EvidenceSupplied")]
        said = [Response(value, place) for value in values if value]
        responses.setdefault(asked, []).extend(said)
    modern = [_criterion(element, responses) for element in _modern(root)]
    return modern + [_first_edition(element) for element in children(root, "Criterion")]


def _modern(root: Element) -> Iterator[Element]:
    for element in children(root, "TenderingCriterion"):
        yield element
        yield from children(element, "SubTenderingCriterion")


def _values(element: Element) -> str:
    """What an answer says, as one text: a period has two dates."""
    leaves = (
        (leaf.text or "").strip()
        for leaf in element.iter("{*}*")
        if len(leaf) == 0 and local(leaf) not in NOT_VALUES
    )
    return " to ".join(leaf for leaf in leaves if leaf)


def _criterion(element: Element, responses: dict[str, list[Response]]) -> Criterion:
    questions: list[Question] = []

    def walk(parent: Element) -> None:
        for group in _groups(parent):
            proof = any(
                text(p, "ValueDataTypeCode").startswith("EVIDENCE")
                for below in _groups(group)
                for p in children(below, "TenderingCriterionProperty")
            )
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
                        about_evidence=proof,
                        responses=responses.get(id, []),
                    )
                )
            walk(group)

    walk(element)
    return Criterion(text(element, "ID"), text(element, "CriterionTypeCode"), questions)


def _groups(parent: Element) -> Iterator[Element]:
    yield from children(parent, "TenderingCriterionPropertyGroup")
    yield from children(parent, "SubsidiaryTenderingCriterionPropertyGroup")


def _first_edition(element: Element) -> Criterion:
    """ESPD 1.0.2: a requirement is the question, with its response inside."""
    questions: list[Question] = []

    def walk(parent: Element) -> None:
        for group in children(parent, "RequirementGroup"):
            proof = any(
                requirement.get("responseDataType", "").startswith("EVIDENCE")
                for below in children(group, "RequirementGroup")
                for requirement in children(below, "Requirement")
            )
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
            walk(group)

    walk(element)
    return Criterion(text(element, "ID"), text(element, "TypeCode"), questions)
