"""A company as somebody types it in."""

from pydantic import BaseModel, Field


class PartyBody(BaseModel):
    """A company as a person or a contract system names it. `scheme`: dk-cvr, se-orgnr or lei."""

    name: str = Field(min_length=1, max_length=300)
    scheme: str
    number: str = Field(min_length=1, max_length=40)
    country: str | None = Field(default=None, pattern="^[A-Z]{2}$")
    contact: str | None = Field(default=None, max_length=320)
