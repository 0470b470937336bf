"""An entry while it is put together: lists say one thing in many rows."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from services.screening.domain import EntryKind, ListedEntry, ListedIdentifier, ListedName
from services.screening.lists.countries import code_of
from services.screening.lists.records import UnreadableList

LONGEST_NAME = 5_000
"""Characters. The longest real ones have some 500."""

GENDERS = {"m": "male", "male": "male", "f": "female", "female": "female"}


@dataclass(slots=True)
class Draft:
    """What was said of one entry so far. Saying a thing twice is saying it once."""

    source: str
    entry_id: str
    kind: EntryKind = EntryKind.UNKNOWN
    publication: str = ""
    listed_on: str = ""
    sex: str | None = None
    names: dict[str, bool] = field(default_factory=dict)
    births: dict[str, None] = field(default_factory=dict)
    countries: dict[str, None] = field(default_factory=dict)
    numbers: dict[ListedIdentifier, None] = field(default_factory=dict)
    programmes: dict[str, None] = field(default_factory=dict)

    def name(self, text: str, *, strong: bool = True) -> None:
        """A name. One that is strong anywhere is strong."""
        if len(text) > LONGEST_NAME:
            raise UnreadableList(
                f"entry {self.entry_id:.60} has a name of more than {LONGEST_NAME} characters"
            )
        if text := " ".join(text.split()):
            self.names[text] = strong or self.names.get(text, False)

    def born(self, date: str) -> None:
        if date:
            self.births[date] = None

    def country(self, said: str) -> None:
        """A country by its code or one of its names; one that is not known is left out."""
        if code := country_of(said):
            self.countries[code] = None

    def number(self, kind: str, number: str, country: str = "") -> None:
        if number := " ".join(number.split()):
            code = country_of(country)
            self.numbers[ListedIdentifier(kind=kind, number=number, country=code)] = None

    def gender(self, said: str) -> None:
        self.sex = self.sex or GENDERS.get(said.strip().lower())

    def programme(self, text: str) -> None:
        if text := " ".join(text.split()):
            self.programmes[text] = None

    def entry(self) -> ListedEntry:
        """Raises `UnreadableList` for an entry without a name: nobody can be compared with it."""
        if not self.names:
            raise UnreadableList(f"entry {self.entry_id} has no name")
        return ListedEntry.of(
            self.source,
            self.entry_id,
            self.kind,
            tuple(ListedName(text=text, strong=strong) for text, strong in self.names.items()),
            births=tuple(self.births),
            countries=tuple(self.countries),
            identifiers=tuple(self.numbers),
            gender=self.sex,
            programmes=tuple(self.programmes),
            publication=self.publication,
            listed_on=self.listed_on,
        )


def country_of(said: str) -> str | None:
    """`00` and the like stand for unknown."""
    said = said.strip()
    if len(said) == 2 and said.isascii() and said.isalpha():
        return said.upper()
    return code_of(said) if said else None


def entries_of(drafts: Iterable[Draft]) -> Iterable[ListedEntry]:
    return (draft.entry() for draft in drafts)
