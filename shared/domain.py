"""The base of every aggregate, and the ways in which the rules say no."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, PrivateAttr

from shared.events.base import Event


class Rejected(Exception):
    """The rules say no. Trying again cannot help.

    `field` names the field that was wrong, where it was one; `reason` says what would be right.
    """

    def __init__(self, reason: str, *, field: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.field = field


class Unknown(Rejected):
    """Something is not known here, or not yet: a fact about it waits until it is."""

    def __init__(self, kind: str, id: str) -> None:
        super().__init__(f"no {kind} with id {id} is known here")
        self.kind = kind
        self.id = id


class Forbidden(Rejected):
    """The caller may not do this."""


class Stale(Rejected):
    """The caller decided on an older version than the current one."""


class Caller(BaseModel, frozen=True):
    """Who asks: a person or a machine, with its roles and the buyers it acts for.

    `buyers` may hold `*`: every buyer (for administrators and machines that serve all).
    """

    subject: str
    name: str = ""
    roles: tuple[str, ...] = ()
    buyers: tuple[str, ...] = ()

    def serves(self, buyer_id: str) -> bool:
        return "*" in self.buyers or buyer_id in self.buyers

    def must_serve(self, buyer_id: str) -> None:
        """Raise `Forbidden` unless the caller acts for this buyer."""
        if not self.serves(buyer_id):
            raise Forbidden(f"you do not act for buyer {buyer_id}")


def _private(model: BaseModel) -> dict[str, Any]:
    """A model's private attributes. By their names pydantic asks of each time whether it is a
    descriptor, which took a fifth of the time in which a message is handled.
    """
    held: dict[str, Any] | None = model.__pydantic_private__
    assert held is not None
    return held


class Stored(BaseModel):
    """A document of a service: its values never change in place, a new value is assigned.

    `indexes` lists the flat fields by which it is found, `subject_field` the field that holds the
    party whom its `Personal` and `Criminal` fields are about. No two documents share a value of
    those that `unique` names among them. `lasts` is a field with a moment, and after how many
    seconds the database takes the document away. `stepped` are the fields that name
    long lists on which it stands, with their marks (`shared.steps`).

    What a newer release wrote beside the fields that are known here is kept when it is saved
    (ADR-0069). `shape` is raised where that is not enough, with the step that makes a document of
    the shape before into one of this: `upgrades[n]` leads from n to n + 1. A release that does not
    know a document's shape leaves it to one that does.
    """

    model_config = ConfigDict(extra="ignore")

    indexes: ClassVar[tuple[str, ...]] = ()
    unique: ClassVar[tuple[str, ...]] = ()
    lasts: ClassVar[tuple[str, int] | None] = None
    stepped: ClassVar[tuple[str, ...]] = ()
    shape: ClassVar[int] = 1
    upgrades: ClassVar[Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]]] = {}

    _unknown: dict[str, Any] | None = PrivateAttr(default=None)

    @property
    def unknown(self) -> dict[str, Any]:
        """Fields of the stored document that this release does not know, as they lie there."""
        return _private(self)["_unknown"] or {}

    def keep_unknown(self, fields: dict[str, Any]) -> None:
        self._unknown = fields or None

    subject_field: ClassVar[str] = "party_id"

    id: str


class Record(Stored):
    """A document that announces nothing: a line of a read model, an entry of a list."""


GENESIS = "0" * 64
"""The hash before the first fact of an aggregate."""


class Aggregate(Stored):
    """Decides, and announces what it decided.

    `number` counts its announced facts, `head` is the hash of the last one and `block` the place
    of that one in the journal: the chain that makes its journal provable is guarded by the same
    version check as its state.
    """

    version: int = 0
    number: int = 0
    head: str = GENESIS
    block: int = 0

    _announced: list[Event] = PrivateAttr(default_factory=list)

    def announce(self, event: Event) -> None:
        _private(self)["_announced"].append(event)

    def take_announced(self) -> list[Event]:
        private = _private(self)
        announced: list[Event] = private["_announced"]
        private["_announced"] = []
        return announced

    def copy_to_change(self) -> Self:
        """A copy whose change leaves this one as it was. Values are shared: they never change."""
        copy = self.__class__.__new__(self.__class__)
        object.__setattr__(copy, "__dict__", dict(self.__dict__))
        object.__setattr__(copy, "__pydantic_fields_set__", set(self.__pydantic_fields_set__))
        object.__setattr__(copy, "__pydantic_extra__", None)
        private: dict[str, Any] = {**_private(self), "_announced": []}
        object.__setattr__(copy, "__pydantic_private__", private)
        return copy
