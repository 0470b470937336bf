"""Who is meant, when somebody types in a company: its number decides its id."""

from pydantic import BaseModel, Field
from stdnum import lei
from stdnum.dk import cvr
from stdnum.exceptions import ValidationError
from stdnum.se import orgnr

from shared.domain import Rejected
from shared.events.words import Identifier, PartyDescription

SOLE_TRADER = 2
"""A Swedish number whose third digit is lower belongs to a person."""


class PartyBody(BaseModel):
    """A company as a person or a contract system names it. `scheme`: dk-cvr, se-orgnr or lei."""

    name: str = Field(min_length=1, max_length=300)
    scheme: str
    number: str = Field(min_length=1, max_length=40)
    country: str | None = Field(default=None, pattern="^[A-Z]{2}$")
    contact: str | None = Field(default=None, max_length=320)


def described(body: PartyBody, within: str) -> PartyDescription:
    """The party with the id that its number gives it everywhere. Raises `Rejected`."""
    value = _checked(body.scheme, body.number, within)
    countries = {"dk-cvr": "DK", "se-orgnr": "SE"}
    return PartyDescription(
        party_id=f"{body.scheme}-{value.lower()}",
        name=body.name,
        country=body.country or countries.get(body.scheme),
        identifiers=(Identifier(scheme=body.scheme, value=value),),
        contact=body.contact,
    )


def _checked(scheme: str, number: str, within: str) -> str:
    try:
        match scheme:
            case "dk-cvr":
                return str(cvr.validate(number))
            case "se-orgnr":
                value = str(orgnr.validate(number))
                if int(value[2]) < SOLE_TRADER:
                    raise Rejected(
                        "the number of a sole trader is a personnummer and is not typed in here: "
                        "let it send its ESPD",
                        field=f"{within}.number",
                    )
                return value
            case "lei":
                return str(lei.validate(number))
    except ValidationError as wrong:
        raise Rejected(f"is no number of {scheme}: {wrong}", field=f"{within}.number") from wrong
    raise Rejected("is dk-cvr, se-orgnr or lei", field=f"{within}.scheme")
