"""The lists that are known here, and the tax list: dated data files of this service."""

from datetime import date
from functools import cache
from importlib.resources import files

from pydantic import BaseModel

from services.screening.domain import Guard
from shared.domain import Unknown


class Pages(BaseModel, frozen=True):
    """How a list is asked for that comes in pages: `number` counts them from 0 in the question,
    `items` are the entries of a page in the answer and `total` says how many there are in all."""

    number: str
    items: str
    total: str


class Address(BaseModel, frozen=True):
    """Where a list, or a part of it called `name`, is published.

    With `post` it is asked for with this JSON. `redirects_to` are domains that the publisher may
    send us on to; nowhere else is followed.
    """

    url: str
    name: str = ""
    post: dict[str, str | int | None] | None = None
    redirects_to: tuple[str, ...] = ()
    pages: Pages | None = None

    def page(self, number: int) -> "Address":
        """The address of another page."""
        assert self.pages is not None
        return self.model_copy(update={"post": {**(self.post or {}), self.pages.number: number}})


class Poll(BaseModel, frozen=True):
    """How often a list is asked for, and where."""

    every_minutes: int
    addresses: tuple[Address, ...]


class Source(BaseModel, frozen=True):
    """A list: `binding` where it has legal effect for a Danish or Swedish buyer.

    Those of the EU and the UN bind; others are advice (EU Blocking Statute 2271/96). Without a
    `poll` a list is only ever loaded by somebody.
    """

    title: str
    binding: bool
    guard: Guard
    poll: Poll | None = None


class Sources(BaseModel, frozen=True):
    valid_from: date
    sources: dict[str, Source]


def _text(name: str) -> str:
    return files("services.screening").joinpath("policy", name).read_text("utf-8")


@cache
def sources() -> dict[str, Source]:
    return Sources.model_validate_json(_text("sources.json")).sources


def source(name: str) -> Source:
    """Raises `Unknown` for a list that is not kept here."""
    if name not in sources():
        raise Unknown("list", name)
    return sources()[name]
