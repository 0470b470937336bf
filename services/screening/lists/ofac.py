"""The words of the United States' lists that their three formats have in common."""

from services.screening.domain import EntryKind

SOURCES = ("us-sdn", "us-consolidated")
NAMED = {"cons": "us-consolidated"}
"""Both lists look alike; the files of the second one are called so."""

PUBLICATION = "https://sanctionslist.ofac.treas.gov/Home/SdnList"

KINDS = {
    "individual": EntryKind.PERSON,
    "entity": EntryKind.ORGANISATION,
    "-0-": EntryKind.ORGANISATION,
    "": EntryKind.ORGANISATION,
    "vessel": EntryKind.VESSEL,
}
"""Aircraft are of no kind here: a party is none."""

NUMBERS = {
    "passport": "passport",
    "diplomatic passport": "passport",
    "stateless person passport": "passport",
    "national id no": "id",
    "national foreign id number": "id",
    "cedula no": "id",
    "identification number": "id",
    "personal id card": "id",
    "d.n.i": "id",
    "c.u.r.p": "id",
    "ssn": "id",
    "turkish identification number": "id",
    "bosnian personal id no": "id",
    "kuwait civil id no": "id",
    "tax id no": "tax",
    "nit #": "tax",
    "ruc #": "tax",
    "r.f.c": "tax",
    "rif #": "tax",
    "c.u.i.t": "tax",
    "c.r. no": "registration",
    "italian fiscal code": "tax",
    "fiscal code": "tax",
    "numero unico de identificacao": "tax",
    "v.a.t. number": "vat",
    "registration id": "registration",
    "registration number": "registration",
    "company number": "registration",
    "business registration number": "registration",
    "business registration document #": "registration",
    "business number": "registration",
    "commercial registry number": "registration",
    "public registration number": "registration",
    "certificate of incorporation number": "registration",
    "chamber of commerce number": "registration",
    "enterprise number": "registration",
    "folio mercantil no": "registration",
    "legal entity number": "registration",
    "matricula mercantil no": "registration",
    "trade license no": "registration",
    "unified social credit code (uscc)": "registration",
    "uk company number": "registration",
    "us fein": "tax",
    "swift/bic": "bic",
    "vessel registration identification": "imo",
    "company number imo": "imo",
    "d-u-n-s number": "other",
    "mmsi": "other",
}
"""What a number is called → our words for it. Numbers of other kinds name no party."""


def kind_of_number(said: str) -> str | None:
    return NUMBERS.get(said.strip().rstrip(".").lower())


def number_of(kind: str, said: str) -> str:
    """An IMO number is written with these letters in front."""
    return said.upper().removeprefix("IMO").strip() if kind == "imo" else said


def straight(name: str) -> str:
    """`HANIYA, Ismail` → `Ismail HANIYA`."""
    family, comma, given = name.partition(",")
    return f"{given.strip()} {family.strip()}" if comma else name.strip()


def whole_name(given: str, family: str) -> str:
    return f"{given} {family}".strip()
