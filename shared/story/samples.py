"""The files that the story is played with, by the index that lies beside them."""

import csv
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from shared.story import NotTrue


class Company(BaseModel):
    """A company of the story and the files that speak for it."""

    party_id: str
    name: str
    country: str
    number: str
    email: str
    role: str
    espd: str
    bods: str
    documents: tuple[str, ...]

    @property
    def supplies(self) -> bool:
        return self.role == "supplier"

    @property
    def files(self) -> tuple[str, ...]:
        return (self.espd, self.bods, *self.documents)


class Contract(BaseModel):
    """A contract as the contract system knows it. `id` is its number there, not its id here."""

    id: str
    ocid: str
    release: str
    amendment: str = ""
    subcontractors: str = ""


class Listed(BaseModel):
    """A person who is on the second version of the list, as an owner's statement names them."""

    name: str
    owns: str
    percent: float
    entry: str


class Lists(BaseModel):
    before: tuple[str, ...]
    after: tuple[str, ...]


class Debt(BaseModel):
    party_id: str
    amount: float
    evidence: str
    paid: str


class Buyer(BaseModel):
    id: str
    name: str


class Index(BaseModel):
    model_config = ConfigDict(populate_by_name=True)

    buyer: Buyer
    contracts: dict[str, Contract]
    companies: dict[str, Company]
    listed: dict[str, Listed] = Field(alias="persons")
    lists: Lists
    debt: Debt
    people: str


class Samples:
    """The index of a folder of samples, and the bytes of its files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        index = folder / "story.json"
        if not index.exists():
            raise NotTrue(f"there are no samples in {folder}: name their folder with --samples")
        self.index = Index.model_validate_json(index.read_bytes())

    def bytes_of(self, file: str) -> bytes:
        return (self.folder / file).read_bytes()

    def company(self, key: str) -> Company:
        return self.index.companies[key]

    def people(self) -> list[dict[str, Any]]:
        """The staff of the buyer, as the directory takes them."""
        with (self.folder / self.index.people).open(encoding="utf-8", newline="") as file:
            return [
                {
                    **row,
                    "roles": row["roles"].split(";"),
                    "buyers": row["buyers"].split(";"),
                    "deputy": row["deputy"] or "",
                }
                for row in csv.DictReader(file)
            ]
