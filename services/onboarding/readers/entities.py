"""The other companies that an ESPD names: subcontractors, those relied upon, members of a group."""

import re

from .answers import Criterion, Question, Response
from .criteria import RELIED_UPON, SUBCONTRACTED_SHARE, SUBCONTRACTORS, TOGETHER, is_about
from .reading import NamedSub, Number, Partner, Who

MEMBER = re.compile(
    r"([^,(]{2,80}?)\s{0,3}[,(]\s{0,3}(?:CVR|VAT|moms|org)[\w.-]{0,12}\s{0,3}(?:nr|no)?\.?:?\s{0,3}"
    r"([A-Z]{0,2}[\d -]{8,14})\)?",
    re.IGNORECASE,
)
"""A company and its number, and nothing besides."""

Named = tuple[str, str]
"""A name, and a number or nothing."""


def subcontractors(criteria: list[Criterion]) -> tuple[list[NamedSub], list[str]]:
    for criterion in criteria:
        if not is_about(criterion.id, criterion.code, SUBCONTRACTORS):
            continue
        if _asks_for_numbers(criterion):
            shares = _shares(criteria)
            return [
                NamedSub(who=_who(name, number), share=_share_of(name, shares))
                for name, number in entities_in(criterion)
            ], []
        texts = [q for q in criterion.questions if q.kind == "DESCRIPTION" and q.responses]
        if texts and criterion.answer and criterion.answer.said:
            return [], ["it names subcontractors in free text: a person must enter them"]
    return [], []


def partners(criteria: list[Criterion]) -> tuple[list[Partner], list[str]]:
    """Whom the company relies upon, and for which criteria; whom it tenders together with."""
    relied: dict[Named, list[str]] = {}
    for criterion in criteria:
        if is_about(criterion.id, criterion.code, SUBCONTRACTORS):
            continue
        general = is_about(criterion.id, criterion.code, RELIED_UPON)
        for named in entities_in(criterion):
            relied.setdefault(named, []).extend([] if general else [criterion.code])
    problems: list[str] = []
    members: list[Partner] = []
    for criterion in criteria:
        if is_about(criterion.id, criterion.code, TOGETHER):
            members, unclear = _group_members(criterion)
            problems += unclear
        if is_about(criterion.id, criterion.code, RELIED_UPON):
            said = criterion.answer and criterion.answer.said
            if said and not entities_in(criterion):
                problems.append("it relies on other companies and does not name them")
    return members + [
        Partner(relation="relied-upon", who=_who(*named), criteria=tuple(dict.fromkeys(codes)))
        for named, codes in relied.items()
    ], problems


def _group_members(criterion: Criterion) -> tuple[list[Partner], list[str]]:
    """The other members, where the text names each with its number: `Alfa ApS (CVR 12345678)`."""
    members: list[Partner] = []
    for response in _members(criterion):
        for part in filter(None, map(str.strip, re.split(r"[;\n]", response.value))):
            match = MEMBER.fullmatch(part)
            if match is None:
                return [], [
                    "it names the other members of its group in free text: a person must enter them"
                ]
            who = _who(match[1].strip(), match[2].strip())
            members.append(Partner(relation="group-member", who=who))
    return members, []


def group_of(criteria: list[Criterion]) -> dict[str, str]:
    """What is said about a group that tenders together, by what it is. The three questions stand
    in this order in every version.
    """
    for criterion in criteria:
        if is_about(criterion.id, criterion.code, TOGETHER) and criterion.answer:
            below = _about_group(criterion)
            words = ("group_role", "group_members", "group_name")
            return {
                word: "; ".join(response.value for response in question.responses)
                for word, question in zip(words, below, strict=False)
                if question.responses
            }
    return {}


def _about_group(criterion: Criterion) -> list[Question]:
    kinds = ("CODE", "DESCRIPTION")
    return [q for q in criterion.questions if q.kind in kinds and not q.about_evidence]


def _members(criterion: Criterion) -> list[Response]:
    below = _about_group(criterion)
    return below[1].responses if len(below) > 1 else []


def entities_in(criterion: Criterion) -> list[Named]:
    """The names and numbers of companies that a criterion lists, pair by pair."""
    found: list[Named] = []
    for number in _asks_for_numbers(criterion):
        found += _paired(criterion, number)
    return list(dict.fromkeys(found))


def _asks_for_numbers(criterion: Criterion) -> list[Question]:
    return [q for q in criterion.questions if q.kind == "ECONOMIC_OPERATOR_IDENTIFIER"]


def _paired(criterion: Criterion, number: Question) -> list[Named]:
    """Names and numbers of the same group, paired by the place of the repeated answer; where the
    places say nothing (2.x numbers every answer anew), by their order.
    """
    name = next(
        (q for q in criterion.questions if q.group == number.group and q.kind == "DESCRIPTION"),
        None,
    )
    names = name.responses if name else []
    numbers = {response.place: response.value for response in number.responses}
    if len(numbers) == len(number.responses) and numbers.keys() <= {one.place for one in names}:
        return [(one.value, numbers.get(one.place, "")) for one in names]
    in_order = [response.value for response in number.responses]
    if not names:
        return [("", value) for value in in_order]
    return [
        (one.value, in_order[index] if index < len(in_order) else "")
        for index, one in enumerate(names)
    ]


def _who(name: str, number: str) -> Who:
    return Who(name=name, numbers=(Number(text=number),) if number else ())


def _shares(criteria: list[Criterion]) -> str:
    """The free text about the subcontracted share: `Baltic Facility Group ApS 25 %; …`"""
    for criterion in criteria:
        if is_about(criterion.id, criterion.code, SUBCONTRACTED_SHARE):
            texts = (q for q in criterion.questions if q.kind == "DESCRIPTION")
            return " ".join(response.value for q in texts for response in q.responses)
    return ""


def _share_of(name: str, shares: str) -> float | None:
    if not name:
        return None
    match = re.search(rf"{re.escape(name)}\W{{0,3}}(\d{{1,3}}(?:[.,]\d+)?)\s*%", shares)
    share = float(match[1].replace(",", ".")) if match else None
    return share if share is not None and 0 <= share <= 100 else None
