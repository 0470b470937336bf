"""What a list says of one person or organisation, in one shape for every source."""

import hashlib
import json
from enum import StrEnum
from typing import ClassVar

from pydantic import BaseModel

from shared.domain import Record
from shared.events.words import ListEntryRef


class EntryKind(StrEnum):
    PERSON = "person"
    ORGANISATION = "organisation"
    VESSEL = "vessel"
    UNKNOWN = "unknown"


class ListedName(BaseModel, frozen=True):
    """One name of an entry. A weak alias is too common or too doubtful to count by itself."""

    text: str
    strong: bool = True


class ListedIdentifier(BaseModel, frozen=True):
    """A number: `kind` is passport, id, registration, tax, vat, bic, imo, lei or other."""

    kind: str
    number: str
    country: str | None = None


class ListedEntry(Record):
    """One entry as it stood in one or more versions of its list. It never changes.

    Its id ends with the hash of its content, so that versions share the entries that they have in
    common. `births` are ISO 8601 in the precision known: `1968`, `1968-04-12`, `1960/1965`.
    """

    indexes: ClassVar[tuple[str, ...]] = ("place",)

    place: str
    source: str
    entry_id: str
    content: str
    kind: EntryKind
    names: tuple[ListedName, ...]
    births: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    identifiers: tuple[ListedIdentifier, ...] = ()
    gender: str | None = None
    programmes: tuple[str, ...] = ()
    publication: str = ""
    listed_on: str = ""

    @classmethod
    def of(
        cls,
        source: str,
        entry_id: str,
        kind: EntryKind,
        names: tuple[ListedName, ...],
        *,
        births: tuple[str, ...] = (),
        countries: tuple[str, ...] = (),
        identifiers: tuple[ListedIdentifier, ...] = (),
        gender: str | None = None,
        programmes: tuple[str, ...] = (),
        publication: str = "",
        listed_on: str = "",
    ) -> "ListedEntry":
        """An entry whose content hash covers everything that the list says of it."""
        said = [
            kind,
            sorted([name.text, name.strong] for name in names),
            sorted(births),
            sorted(countries),
            sorted([one.kind, one.number, one.country or ""] for one in identifiers),
            gender or "",
            sorted(programmes),
            publication,
            listed_on,
        ]
        content = hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]
        return cls(
            id=f"{source}/{entry_id}/{content}",
            place=f"{source}/{entry_id}",
            source=source,
            entry_id=entry_id,
            content=content,
            kind=kind,
            names=names,
            births=births,
            countries=countries,
            identifiers=identifiers,
            gender=gender,
            programmes=programmes,
            publication=publication,
            listed_on=listed_on,
        )

    @property
    def name(self) -> str:
        """The name to show: the first strong one."""
        return next((name.text for name in self.names if name.strong), self.names[0].text)

    def ref(self, version: str) -> ListEntryRef:
        """How facts name this entry, as it stood in a version of its list."""
        return ListEntryRef(
            source=self.source,
            entry_id=self.entry_id,
            version=version,
            name=self.name,
            programme=", ".join(self.programmes),
            publication=self.publication,
        )


class Manifest(Record):
    """Which entries a version of a list holds, with the hash of what each of them said.

    Under the id of the version; it is kept for ever, so that a screening can be repeated as of
    any day.
    """

    source: str
    lines: tuple[str, ...]

    @classmethod
    def of(cls, version_id: str, source: str, entries: "tuple[ListedEntry, ...]") -> "Manifest":
        lines = tuple(f"{entry.entry_id} {entry.content}" for entry in entries)
        return cls(id=version_id, source=source, lines=lines)

    @property
    def contents(self) -> dict[str, str]:
        """Entry id → hash of its content."""
        return dict(line.rsplit(" ", 1) for line in self.lines)

    @property
    def entry_keys(self) -> tuple[str, ...]:
        """The ids under which the entries themselves are kept."""
        return tuple(f"{self.source}/{id}/{content}" for id, content in self.contents.items())


class Delta(BaseModel, frozen=True):
    """What one version of a list changed against the one before, by the source's own ids."""

    added: frozenset[str] = frozenset()
    changed: frozenset[str] = frozenset()
    removed: frozenset[str] = frozenset()

    @classmethod
    def between(cls, before: Manifest | None, after: Manifest) -> "Delta":
        old = before.contents if before else {}
        new = after.contents
        return cls(
            added=frozenset(new.keys() - old.keys()),
            changed=frozenset(id for id in new.keys() & old.keys() if new[id] != old[id]),
            removed=frozenset(old.keys() - new.keys()),
        )

    @property
    def touched(self) -> frozenset[str]:
        """Entries whose hits must be looked at again."""
        return self.changed | self.removed
