"""Who saw which person, when and why: kept by the ground, so that no route can forget it.

Personal data lies sealed, and each sealed value names the person it is about. What the store
opens while a request is served is written down before a byte of the answer leaves: a read that
cannot be recorded is not answered. The entry holds no data of the person, only the id.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import ClassVar

from shared.domain import Record
from shared.events.base import is_natural_person
from shared.persons import without_person_numbers
from shared.sealing import KeyName

PURPOSE_HEADER = "ansvar-purpose"
LONGEST_PURPOSE = 200

OWN_ROLE = {"criminal": "offence_reader"}
"""Classes of data that take a role of their own, beside the one that the route takes (ADR 65): data
on offences may be processed only by those who need it (GDPR Art 10, databeskyttelsesloven § 8)."""

KEPT_DAYS = 730
"""Two years: as long as somebody may come to ask who looked (ADR 51)."""


class AccessEntry(Record):
    """One person's data was shown to one caller. `at` is real time in UTC; `buyers` are those for
    whom the caller acts; `purpose` is what the caller said, else what the route is for.
    """

    indexes: ClassVar[tuple[str, ...]] = ("subject", "caller", "at")

    at: str
    subject: str
    key_classes: tuple[str, ...]
    caller: str
    roles: tuple[str, ...]
    buyers: tuple[str, ...]
    route: str
    purpose: str
    correlation: str = ""


_opened: ContextVar[set[KeyName] | None] = ContextVar("opened", default=None)
_closed: ContextVar[frozenset[str]] = ContextVar("closed", default=frozenset())


def note_opened(names: Iterable[KeyName]) -> None:
    """The store tells which persons' values it opened, if somebody is being served."""
    opened = _opened.get()
    if opened is not None:
        opened.update(name for name in names if is_natural_person(name[1]))


def closed_to(roles: Iterable[str]) -> frozenset[str]:
    """The key classes that somebody with these roles is not shown."""
    mine = set(roles)
    return frozenset(name for name, role in OWN_ROLE.items() if role not in mine)


def closed_now() -> frozenset[str]:
    """The key classes whose values stay covered in the answer that is being made."""
    return _closed.get()


@contextmanager
def noting(seen: set[KeyName], closed: frozenset[str] = frozenset()) -> Iterator[None]:
    """Whatever is opened meanwhile, for this request alone, is put into `seen`.

    Values of the `closed` classes are not opened: they read as `Covered`.
    """
    token, closing = _opened.set(seen), _closed.set(closed)
    try:
        yield
    finally:
        _opened.reset(token)
        _closed.reset(closing)


def purpose_of(said: str, otherwise: str) -> str:
    """What the caller gave as the reason, without numbers of persons; else what the route is."""
    plain = " ".join("".join(c for c in said if c.isprintable()).split())
    return without_person_numbers(plain)[:LONGEST_PURPOSE] or otherwise
