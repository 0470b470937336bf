"""What a document says, as far as we understood it: values with the place where they stand."""

from datetime import date

from shared.events.base import Criminal, Personal, Said
from shared.events.words import Money, NamedSubcontractor, PartyDescription, Stake


class Box(Said):
    """A rectangle on a page, in fractions of its width and height from the upper left corner."""

    left: float
    top: float
    right: float
    bottom: float


class Field(Said):
    """One value read from a document.

    `place` says where it stands, in words; on a page also `page` (from 1 on) and `box`. `method`
    is how it was read (`text layer`, `ocr`, `xml`, `person`), `confidence` how sure that is
    (0 to 1), `label` the words beside it, `confirmed_by` the person who saw that it is right.
    """

    name: str
    value: Criminal[str]
    place: str = ""
    confidence: float = 1.0
    method: str = ""
    label: str = ""
    page: int | None = None
    box: Box | None = None
    confirmed_by: str = ""


class Correction(Said):
    """What a person saw where a reader had seen something else, or nothing, or the same without
    being sure. `number` is the place of the field among those of the document.
    """

    number: int
    name: str
    read: Criminal[str]
    right: Criminal[str]
    place: str = ""
    page: int | None = None
    box: Box | None = None
    method: str = ""
    confidence: float = 0.0
    by: str = ""
    at: str = ""


class EvidenceRef(Said):
    """Evidence that an ESPD points to: where it is, who issued it, and who may see it."""

    id: str
    reference: str = ""
    uri: str = ""
    issuer: str = ""
    confidentiality: str = ""


class Answer(Said):
    """What an ESPD answers to one criterion, or a declaration to one question.

    For a ground of exclusion (`ground` is its code in the rulebook) true means that the ground
    exists; None means that nothing was answered, which is not a no. `details` are dates, amounts,
    periods and texts below the answer, named by what they are; `self_cleaning` is whether measures
    were taken (Directive 2014/24/EU Art 57(6)), None where that was not asked or not answered.
    """

    criterion: str
    code: str
    part: str
    ground: str = ""
    value: bool | None = None
    place: str = ""
    details: tuple[Field, ...] = ()
    self_cleaning: bool | None = None
    evidence: tuple[EvidenceRef, ...] = ()
    lots: tuple[str, ...] = ()
    confidentiality: str = ""


class Finding(Said):
    """What an authority's paper says about one ground.

    `remark` is whether it speaks against the party, `owed` how much is due and unpaid, `paid` what
    was paid of it. Whether that makes the ground is for the dated policy to say.
    """

    ground: str
    found: Criminal[str]
    remark: bool
    owed: Money | None = None
    paid: Money | None = None
    place: str = ""


class NamedPerson(Said):
    """A natural person whom a document names: who signs for a company, who sits on its board."""

    party_id: str
    name: Personal[str]
    birth_date: Personal[str] | None = None
    role: str = ""


class NamedPartner(Said):
    """Another company that a supplier tenders with (`group-member`) or whose capacity it relies
    upon (`relied-upon`), and the codes of the criteria for which it does.
    """

    relation: str
    party: PartyDescription
    criteria: tuple[str, ...] = ()


class NamedContact(Said):
    """Somebody at a company to whom letters go."""

    party_id: str
    name: Personal[str]
    mail: Personal[str] | None = None
    role: str = ""


class NamedGood(Said):
    """A device or product that a paper is about: Basic UDI-DI of its family, UDI-DI, risk class."""

    name: str = ""
    basic_udi: str = ""
    udi_di: str = ""
    risk_class: str = ""


class Ownership(Said):
    """The owners of one company, as a statement names them."""

    company: PartyDescription
    stakes: tuple[Stake, ...]


class Understanding(Said):
    """All that was understood of one document.

    `party` is whom it is about; `problems` are reasons why a person should look at it, in plain
    words. `reference` is the procedure or contract that it names. A certificate of goods belongs to
    its `manufacturer`; `status` is what it says of its own validity (`suspended`).
    """

    kind: str
    reader: str
    party: PartyDescription | None = None
    issued: date | None = None
    valid_until: date | None = None
    reference: str = ""
    fields: tuple[Field, ...] = ()
    answers: tuple[Answer, ...] = ()
    findings: tuple[Finding, ...] = ()
    named: tuple[NamedSubcontractor, ...] = ()
    partners: tuple[NamedPartner, ...] = ()
    manufacturer: PartyDescription | None = None
    goods: tuple[NamedGood, ...] = ()
    status: str = ""
    contacts: tuple[NamedContact, ...] = ()
    ownership: tuple[Ownership, ...] = ()
    persons: tuple[NamedPerson, ...] = ()
    problems: tuple[str, ...] = ()


IN_EUDAMED = ("mdr-certificate", "ivdr-certificate")
"""Kinds of certificates that notified bodies register there (MDR Art 57, IVDR Art 52)."""


def certificate_of(kind: str, understood: Understanding | None) -> str:
    """Notified body and number of a certificate (`0123 MDR-55871`); nothing where one is missing.

    Of two fields of a name the first counts.
    """
    if kind not in IN_EUDAMED or understood is None:
        return ""
    values = {field.name: field.value for field in reversed(understood.fields)}
    body, number = values.get("body_number", ""), " ".join(values.get("number", "").split())
    return f"{body} {number}" if body and number else ""
