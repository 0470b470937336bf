"""What an intake says of one contract, with all the terms that a contract can have."""

from datetime import date
from enum import StrEnum
from typing import Self

from services.contracts.domain.told import Told
from shared.events.base import Said
from shared.events.contracts import Mandate, OmittedClause
from shared.events.words import Lot


class Act(StrEnum):
    """What a buyer of a joint contract may do for the others."""

    DEMAND = "demand"
    DECIDE = "decide"
    RECEIVE = "receive"


class Agreement(StrEnum):
    """What kind of agreement a contract is (directive 2014/24/EU Art 33)."""

    CONTRACT = "contract"
    FRAMEWORK = "framework"
    CALL_OFF = "call_off"


class Confidentiality(StrEnum):
    """How widely the terms may be shown."""

    PUBLIC = "public"
    INTERNAL = "internal"
    RESTRICTED = "restricted"


class Option(Said):
    """A right of the buyer to more: `months` longer, or to buy more, until a day."""

    description: str = ""
    months: int | None = None
    until: date | None = None
    used: bool = False


class Place(Said):
    """Where the contract is performed: a name, its NUTS code, its country (ISO 3166 alpha-2)."""

    name: str = ""
    nuts: str = ""
    country: str | None = None


class Forum(Said):
    """Who decides disputes about the contract, and by which law.

    `kind` is a word such as `courts`, `arbitration` (in building AB 18) or `administrative_court`.
    Whether procurement rules were broken is for the national complaints body, whatever stands here.
    """

    kind: str
    name: str = ""
    law: str = ""


TERMS = (
    "title",
    "value",
    "starts",
    "ends",
    "cpv",
    "lots",
    "joint",
    "options",
    "places",
    "units",
    "steering_group",
    "agreement",
    "framework_id",
    "confidentiality",
    "forum",
)
"""What an intake can say of a contract and an amendment can change. A field that it does not
speak of stays as it was."""


class Deal(Told):
    """What one line of an intake says of one contract. None: the line does not speak of it.

    `effective` is the day from which it holds, where that is another than the day of the telling.
    """

    buyer_name: str = ""
    effective: date | None = None
    cpv: tuple[str, ...] | None = None
    lots: tuple[Lot, ...] | None = None
    joint: tuple[Mandate, ...] | None = None
    options: tuple[Option, ...] | None = None
    places: tuple[Place, ...] | None = None
    units: tuple[str, ...] | None = None
    steering_group: str | None = None
    agreement: Agreement | None = None
    framework_id: str | None = None
    confidentiality: Confidentiality | None = None
    forum: Forum | None = None
    omitted: tuple[OmittedClause, ...] | None = None

    @classmethod
    def of(cls, told: Told) -> Self:
        return told if isinstance(told, cls) else cls.model_validate(told.model_dump())

    @property
    def holds_from(self) -> date:
        return self.effective or self.at.date()
