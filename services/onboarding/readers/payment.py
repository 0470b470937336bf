"""A confirmation that a debt to the Danish tax authority has been paid (Gældsstyrelsen)."""

from services.onboarding.domain import Field, Finding
from shared.events.words import Money

from .pdf import Text
from .reading import Number, Reading, Who
from .values import day_of, money_of

KIND = "payment-confirmation"
CURRENCY = "DKK"


def fits(text: Text) -> bool:
    return text.says(r"bekræftelse på betaling", r"gældsstyrelsen|skatteforvaltningen")


def read(text: Text) -> Reading:
    fields: list[Field] = []
    problems: list[str] = []
    cvr = text.labelled("CVR-nummer", r"CVR-nr\.?")
    name = text.labelled("Virksomhedens navn")
    issued, when = text.day(day_of, "Dato", "Udstedt")
    for label, found in (("cvr", cvr), ("name", name), ("number", text.labelled("Sagsnummer"))):
        if found:
            fields.append(found.field(label))
    if when and issued:
        fields.append(when.field("issued", issued.isoformat()))
    else:
        problems.append("it does not say of which day it is")
    sentence = text.find(r"(gælden til .*? betalt.*)")
    paid = money_of(sentence.text, CURRENCY) if sentence else None
    rest = text.labelled("Restgæld i alt", "Restgæld")
    left = money_of(rest.text, CURRENCY) if rest else None
    if sentence and paid:
        fields.append(sentence.field("paid", f"{paid.amount:.0f} {paid.currency}"))
    else:
        problems.append("it does not say which amount was paid")
    if rest and left:
        fields.append(rest.field("left", f"{left.amount:.0f} {left.currency}"))
    finding = Finding(
        ground="EX-B1",
        found=_in_words(paid, left),
        remark=bool(left and left.amount),
        owed=left,
        paid=paid,
        place=sentence.place if sentence else "",
    )
    return Reading(
        kind=KIND,
        reader="payment 1",
        about=Who(
            name=name.text if name else "",
            numbers=(Number(text=cvr.text, scheme="dk-cvr"),) if cvr else (),
            country="DK",
        ),
        issued=issued,
        fields=tuple(fields),
        findings=(finding,) if paid else (),
        problems=tuple(problems),
    )


def _in_words(paid: Money | None, left: Money | None) -> str:
    if paid is None:
        return "a payment of an amount that is not stated"
    remains = f", {left.amount:.0f} {left.currency} remain" if left else ""
    return f"{paid.amount:.0f} {paid.currency} were paid to Skatteforvaltningen{remains}"
