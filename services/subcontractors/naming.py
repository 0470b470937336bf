"""Who is meant, when somebody types in a company: its number decides its id."""

from pydantic import BaseModel, Field

from shared.domain import Rejected
from shared.events.words import PartyDescription
from shared.identifiers import WrongNumber, check, country_of, party_id_of
from shared.persons import SoleTrader

SCHEMES = ("dk-cvr", "se-orgnr", "lei")


class PartyBody(BaseModel):
    """A company as a person or a contract system names it. `scheme`: dk-cvr, se-orgnr or lei."""

    name: str = Field(min_length=1, max_length=300)
    scheme: str
    number: str = Field(min_length=1, max_length=40)
    country: str | None = Field(default=None, pattern="^[A-Z]{2}$")
    contact: str | None = Field(default=None, max_length=320)


def described(body: PartyBody, within: str) -> PartyDescription:
    """The party with the id that its number gives it everywhere. Raises `Rejected`."""
    if body.scheme not in SCHEMES:
        raise Rejected("is dk-cvr, se-orgnr or lei", field=f"{within}.scheme")
    try:
        number = check(body.scheme, body.number)
    except WrongNumber as wrong:
        raise Rejected(str(wrong), field=f"{within}.number") from wrong
    if isinstance(number, SoleTrader):
        raise Rejected(
            "the number of a sole trader is a personnummer and is not typed in here: "
            "let it send its ESPD",
            field=f"{within}.number",
        )
    return PartyDescription(
        party_id=party_id_of([number]) or "",
        name=body.name,
        country=body.country or country_of([number]),
        identifiers=(number,),
        contact=body.contact,
    )
