"""The Danish serviceattest: what five authorities say about a company on one day.

Issued by Erhvervsstyrelsen for udbudsloven §§ 135 and 137. It has no statutory validity. There is
an English edition (certificate of service) for foreign buyers.
"""

import re

from services.onboarding.domain import Finding
from shared.events.words import Money

from ..form import ISSUED, Asked, Filled, fill
from ..pdf import Text
from ..reading import Reading, Who
from ..values import money_of

KIND = "serviceattest"
KINDS = (KIND,)
CONTENT = ("pdf",)
CURRENCY = "DKK"

GROUNDS = {
    "skatteforvaltningen": (
        r"Skatteforvaltningen|Danish Tax (?:Agency|Administration)",
        ("EX-B1",),
    ),
    "atp": (r"ATP", ("EX-B2",)),
    "skifteretten": (r"Skifteretten|(?:Danish )?Bankruptcy Court", ("EX-D1", "EX-D2", "EX-D3")),
    "rigspolitiet": (
        r"Rigspolitiet|(?:Danish )?National Police",
        ("EX-A1", "EX-A2", "EX-A3", "EX-A4", "EX-A5", "EX-A6"),
    ),
    "erhvervsstyrelsen": (
        r"Erhvervsstyrelsen|Danish Business Authority",
        ("EX-D5", "EX-D6"),
    ),
}
"""Which grounds an authority speaks to (udbudsloven § 135 stk. 1 and 3, § 137 stk. 1 nr. 2)."""

AUTHORITIES = {
    "skatteforvaltningen": "Skatteforvaltningen",
    "atp": "ATP",
    "skifteretten": "Skifteretten",
    "rigspolitiet": "Rigspolitiet",
    "erhvervsstyrelsen": "Erhvervsstyrelsen",
}

CLEAN = (
    r"ingen forfalden gæld",
    r"ingen konkurs",
    r"ingen domme",
    r"ingen gæld",
    r"status:? normal",
    r"ingen anmærkning",
    r"no (?:overdue |due )?debt",
    r"no bankruptcy",
    r"no (?:convictions|judgments)",
    r"no remarks?",
)
THRESHOLD = {
    "above": r"(100\.000 kr\.?(?:,-)? eller derover|DKK 100[.,]000 or (?:more|above))",
    "below": r"((?:under|mindre end) 100\.000 kr|(?:below|less than) DKK 100[.,]000)",
}
"""What the attest itself says of a debt (udbudsloven § 135 stk. 3)."""
LIMIT = Money(amount=100_000, currency=CURRENCY)

ASKED = (
    Asked("number", (r"Attestnummer", r"Attest nr\.?", r"Certificate number")),
    Asked("cvr", (r"CVR-nummer", r"CVR-nr\.?", r"CVR (?:number|no\.?)"), shape=r"[\d ]{8,11}"),
    Asked("name", (r"Virksomhedens navn", r"Navn", r"Company name", r"Name of the company")),
    Asked("address", (r"Adresse", r"Address")),
    ISSUED,
    Asked("persons", (r"Omfattede personer", r"Persons covered")),
)


def fits(text: Text) -> bool:
    return text.begins(r"serviceattest|certificate of service|service certificate") and text.says(
        r"erhvervsstyrelsen|danish business authority",
        r"attestnummer|udbudslov|certificate number|public procurement act",
    )


def read(text: Text) -> Reading:
    filled = fill(text, ASKED, currency=CURRENCY)
    covered = filled.values.pop("persons", "")
    remark = _remark(text, filled)
    findings = _findings(text, filled)
    if remark is not None and remark is not any(finding.remark for finding in findings):
        filled.doubt("its result and what the authorities say do not agree")
    _threshold(text, filled, findings)
    persons = _persons(covered)
    kept = [one for one in filled.fields if one.name != "persons"]
    if covered:
        place = filled.found["persons"]
        kept.append(place.field("persons_covered", str(len(persons))))
    else:
        filled.doubt("it does not say which persons it covers")
    return Reading(
        kind=KIND,
        reader="serviceattest 2",
        about=filled.who(country="DK"),
        issued=filled.day("issued"),
        fields=tuple(kept),
        findings=tuple(findings),
        persons=persons,
        problems=tuple(filled.problems),
    )


def _remark(text: Text, filled: Filled) -> bool | None:
    """The sentence and the ticked box must say the same."""
    words = r"(uden|med|without|with) (?:anmærkning|remark)"
    sentence = text.find(rf"(?:udstedt|issued) {words}")
    ticked = text.find(rf"\[\s*X\s*\]\s*{words}")
    said = [found for found in (sentence, ticked) if found]
    values = {found.text.casefold() in ("med", "with") for found in said}
    if len(values) != 1:
        filled.doubt("it does not say clearly whether there are remarks")
        return None
    filled.take("remark", said[0], "yes" if True in values else "no")
    return True in values


def _findings(text: Text, filled: Filled) -> list[Finding]:
    findings: list[Finding] = []
    names = list(GROUNDS)
    heading = re.search(r"kontrolleret efter|checked against", text.whole, re.IGNORECASE)
    top = heading.start() if heading else 0
    body = text.below(text.whole.count("\n", 0, top))
    for index, authority in enumerate(names):
        pattern, grounds = GROUNDS[authority]
        others = [GROUNDS[name][0] for name in names[index + 1 :]]
        following = "|".join([*others, "Anmærkning", "Attesten", "Remark", "The certificate"])
        found = body.between(f"(?:{pattern})", f"(?:{following})")
        if found is None:
            filled.doubt(f"it does not show what {AUTHORITIES[authority]} says")
            continue
        clean = any(re.search(words, found.text, re.IGNORECASE) for words in CLEAN)
        owed = None if clean else money_of(re.split("gæld|debt", found.text)[-1], CURRENCY)
        said = _result_in(found.text)
        filled.take(authority, found, said)
        findings += [
            Finding(
                ground=ground,
                found=f"{AUTHORITIES[authority]}: {said}",
                remark=not clean,
                owed=owed,
                place=found.place,
            )
            for ground in grounds
        ]
    return findings


def _threshold(text: Text, filled: Filled, findings: list[Finding]) -> None:
    """Whether the attest puts a debt above the threshold, and whether its amount agrees."""
    debts = [finding.owed for finding in findings if finding.remark and finding.owed]
    for side, words in THRESHOLD.items():
        if not any(finding.remark for finding in findings) or (found := text.find(words)) is None:
            continue
        filled.take("debt", found, f"{side} 100000 DKK")
        reached = any(debt.amount >= LIMIT.amount for debt in debts)
        if debts and reached is not (side == "above"):
            filled.doubt("the amount of the debt and what is said of it do not agree")


def _result_in(text: str) -> str:
    """What follows the paragraphs of the law in a row of the table. On a scan the lines of two
    cells may be mixed: then the debt is what stands behind its word.
    """
    if debt := re.search(r"(?:forfalden gæld|overdue debt): (?:DKK )?[\d.,]*\d", text, re.I):
        return debt[0]
    law = r"(?:stk\.\s*\d+|nr\.\s*\d+|\(\d+\)\d*)"
    more = r"(?:,? (?:og|and) .*?(?:nr\.\s*\d+|\(\d+\)\d*))?"
    return re.sub(rf"^.*?{law}{more}\s+", "", text) or text


def _persons(text: str) -> tuple[Who, ...]:
    """`Kirsten Vinther Aagaard, direktør; …`"""
    people = []
    for part in text.split(";"):
        name, _, role = part.partition(",")
        if name.strip():
            people.append(Who(name=name.strip(), person=True, role=role.strip()))
    return tuple(people)
