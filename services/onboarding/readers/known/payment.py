"""A confirmation that a debt to the Danish tax authority has been paid (Gældsstyrelsen)."""

from services.onboarding.domain import Finding
from shared.events.words import Money

from ..form import ISSUED, NAME, Asked, fill
from ..pdf import Text
from ..reading import Reading
from ..values import money_of

KIND = "payment-confirmation"
KINDS = (KIND,)
CONTENT = ("pdf",)
CURRENCY = "DKK"

ASKED = (
    Asked("cvr", (r"CVR-nummer", r"CVR-nr\.?"), shape=r"[\d ]{8,11}"),
    Asked("name", NAME),
    Asked("number", (r"Sagsnummer", r"Case number")),
    ISSUED,
    Asked("left", (r"Restgæld i alt", r"Restgæld", r"Remaining debt"), "money"),
)


def fits(text: Text) -> bool:
    return text.says(
        r"bekræftelse på betaling|confirmation of payment", r"gældsstyrelsen|skatteforvaltningen"
    )


def read(text: Text) -> Reading:
    filled = fill(text, ASKED, currency=CURRENCY)
    sentence = text.find(r"(gælden til .*? betalt.*|the debt to .*? paid.*)")
    paid = money_of(sentence.text, CURRENCY) if sentence else None
    left = filled.money("left")
    if sentence and paid:
        filled.take("paid", sentence, f"{paid.amount:.0f} {paid.currency}")
    else:
        filled.doubt("it does not say which amount was paid")
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
        reader="payment 2",
        about=filled.who(country="DK"),
        issued=filled.day("issued"),
        fields=tuple(filled.fields),
        findings=(finding,) if paid else (),
        problems=tuple(filled.problems),
    )


def _in_words(paid: Money | None, left: Money | None) -> str:
    if paid is None:
        return "a payment of an amount that is not stated"
    remains = f", {left.amount:.0f} {left.currency} remain" if left else ""
    return f"{paid.amount:.0f} {paid.currency} were paid to Skatteforvaltningen{remains}"
