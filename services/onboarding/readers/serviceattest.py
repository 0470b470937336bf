"""The Danish serviceattest: what five authorities say about a company on one day.

Issued by Erhvervsstyrelsen for udbudsloven §§ 135 and 137. It has no statutory validity.
"""

import re

from services.onboarding.domain import Field, Finding

from .pdf import Found, Text
from .reading import Number, Reading, Who
from .values import day_of, money_of

KIND = "serviceattest"
CURRENCY = "DKK"

GROUNDS = {
    "Skatteforvaltningen": ("EX-B1",),
    "ATP": ("EX-B2",),
    "Skifteretten": ("EX-D1", "EX-D2", "EX-D3"),
    "Rigspolitiet": ("EX-A1", "EX-A2", "EX-A3", "EX-A4", "EX-A5", "EX-A6"),
    "Erhvervsstyrelsen": ("EX-D5", "EX-D6"),
}
"""Which grounds an authority speaks to (udbudsloven § 135 stk. 1 and 3, § 137 stk. 1 nr. 2)."""

CLEAN = (
    r"ingen forfalden gæld",
    r"ingen konkurs",
    r"ingen domme",
    r"ingen gæld",
    r"status:? normal",
    r"ingen anmærkning",
)


def fits(text: Text) -> bool:
    return text.says(r"(?:^|\n)serviceattest", r"erhvervsstyrelsen", r"attestnummer|udbudslov")


def read(text: Text) -> Reading:
    fields: list[Field] = []
    problems: list[str] = []

    def take(name: str, *labels: str) -> Found | None:
        found = text.labelled(*labels)
        if found:
            fields.append(found.field(name))
        return found

    take("number", "Attestnummer", r"Attest nr\.?")
    cvr = take("cvr", "CVR-nummer", r"CVR-nr\.?")
    name = take("name", "Virksomhedens navn", "Navn")
    address = take("address", "Adresse")
    issued, when = text.day(day_of, "Udstedelsesdato", "Udstedt", "Dato")
    if when and issued:
        fields.append(when.field("issued", issued.isoformat()))
    else:
        problems.append("it does not say on which day it was issued")
    remark = _remark(text, fields, problems)
    findings = _findings(text, fields, problems)
    if remark is not None and remark is not any(finding.remark for finding in findings):
        problems.append("its result and what the authorities say do not agree")
    covered = text.labelled("Omfattede personer")
    persons = _persons(covered.text) if covered else ()
    numbers = (Number(text=cvr.text, scheme="dk-cvr"),) if cvr else ()
    return Reading(
        kind=KIND,
        reader="serviceattest 1",
        about=Who(
            name=name.text if name else "",
            numbers=numbers,
            country="DK",
            address=address.text if address else None,
        ),
        issued=issued,
        fields=tuple(fields),
        findings=tuple(findings),
        persons=persons,
        problems=tuple(problems),
    )


def _remark(text: Text, fields: list[Field], problems: list[str]) -> bool | None:
    """The sentence and the ticked box must say the same."""
    said = text.find(r"udstedt (uden|med) anmærkning")
    ticked = text.find(r"\[\s*X\s*\]\s*(uden|med) anmærkning")
    values = {found.text.casefold() for found in (said, ticked) if found}
    if len(values) != 1:
        problems.append("it does not say clearly whether there are remarks")
        return None
    place = said or ticked
    assert place is not None
    fields.append(place.field("remark", "yes" if values == {"med"} else "no"))
    return values == {"med"}


def _findings(text: Text, fields: list[Field], problems: list[str]) -> list[Finding]:
    findings: list[Finding] = []
    names = list(GROUNDS)
    table = text.whole.casefold().find("kontrolleret efter")
    body = Text(text.lines[text.whole.count("\n", 0, max(table, 0)) :])
    for index, authority in enumerate(names):
        following = "|".join([*names[index + 1 :], "Anmærkning", "Attesten"])
        found = body.between(authority, f"(?:{following})")
        if found is None:
            problems.append(f"it does not show what {authority} says")
            continue
        clean = any(re.search(pattern, found.text, re.IGNORECASE) for pattern in CLEAN)
        owed = None if clean else money_of(found.text.rsplit("gæld", 1)[-1], CURRENCY)
        said = _result_in(found.text)
        fields.append(found.field(authority.casefold(), said))
        for ground in GROUNDS[authority]:
            findings.append(
                Finding(
                    ground=ground,
                    found=f"{authority}: {said}",
                    remark=not clean,
                    owed=owed,
                    place=found.place,
                )
            )
    return findings


def _result_in(text: str) -> str:
    """What follows the paragraphs of the law in a row of the table."""
    return re.sub(r"^.*?(?:stk\.\s*\d+|nr\.\s*\d+)(?:,? og .*?nr\.\s*\d+)?\s+", "", text) or text


def _persons(text: str) -> tuple[Who, ...]:
    """`Kirsten Vinther Aagaard, direktør; …`"""
    people = []
    for part in text.split(";"):
        name, _, role = part.partition(",")
        if name.strip():
            people.append(Who(name=name.strip(), person=True, role=role.strip()))
    return tuple(people)
