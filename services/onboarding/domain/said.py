"""What a document says, as far as we understood it: values with the place where they stand."""

from datetime import date

from shared.events.base import Personal, Said
from shared.events.words import Money, NamedSubcontractor, PartyDescription, Stake


class Field(Said):
    """One value read from a document.

    `place` says where it stands, `method` how it was read, `confidence` how sure that is (0 to 1).
    """

    name: str
    value: str
    place: str = ""
    confidence: float = 1.0
    method: str = ""


class Answer(Said):
    """What an ESPD answers to one criterion.

    For a ground of exclusion (`ground` is its code in the rulebook) true means that the ground
    exists; None means that nothing was answered, which is not a no.
    """

    criterion: str
    code: str
    part: str
    ground: str = ""
    value: bool | None = None
    place: str = ""
    details: tuple[Field, ...] = ()


class Finding(Said):
    """What an authority's paper says about one ground.

    `remark` is whether it speaks against the party, `owed` how much is due and unpaid, `paid` what
    was paid of it. Whether that makes the ground is for the dated policy to say.
    """

    ground: str
    found: str
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


class Ownership(Said):
    """The owners of one company, as a statement names them."""

    company: PartyDescription
    stakes: tuple[Stake, ...]


class Understanding(Said):
    """All that was understood of one document.

    `party` is whom it is about; `problems` are reasons why a person should look at it, in plain
    words. `reference` is the procedure or contract that it names.
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
    ownership: tuple[Ownership, ...] = ()
    persons: tuple[NamedPerson, ...] = ()
    problems: tuple[str, ...] = ()
