"""The dated rulebooks, one JSON file each, checked by the schema in `domain.rules` when read.

A released rulebook never changes: cases were decided under it. `released.sha256` (as sha256sum
writes it) holds the hash of each; what is new in the law is a file beside the old ones.
"""

import hashlib
from datetime import date
from pathlib import Path

from pydantic import ValidationError

from services.breaches.domain.rules import Rulebook

HERE = Path(__file__).parent
RELEASED = "released.sha256"


class NoRulebook(Exception):
    """No rulebook can be used, and why. The service must not start without law."""


class Shelf:
    """All rulebooks, oldest first."""

    def __init__(self, books: list[Rulebook]) -> None:
        self.books = sorted(books, key=lambda book: book.valid_from)

    def on(self, day: date) -> Rulebook:
        """The rulebook in force on a day: the newest that has begun and is not over."""
        for book in reversed(self.books):
            if book.valid_from <= day and (book.valid_to is None or day <= book.valid_to):
                return book
        raise NoRulebook(f"no rulebook is in force on {day}")

    def version(self, version: str) -> Rulebook:
        for book in self.books:
            if book.version == version:
                return book
        raise NoRulebook(f"there is no rulebook {version}")


def read_shelf(folder: Path = HERE) -> Shelf:
    """Every rulebook in a folder. Raises `NoRulebook` that names the file and what is wrong."""
    books = []
    released = released_in(folder)
    for path in sorted(folder.glob("*.json")):
        text = path.read_bytes()
        if released.get(path.name, hash_of(text)) != hash_of(text):
            raise NoRulebook(
                f"{path.name} was changed after its release: restore it, and put what is new in a "
                "file with a version of its own"
            )
        try:
            books.append(Rulebook.model_validate_json(text))
        except ValidationError as error:
            raise NoRulebook(f"{path.name}: {error}") from error
    if not books:
        raise NoRulebook(f"there is no rulebook in {folder}")
    return Shelf(books)


def released_in(folder: Path) -> dict[str, str]:
    """The hashes of the released files, by name. A folder of one's own need not have any."""
    record = folder / RELEASED
    lines = record.read_text().split("\n") if record.exists() else ()
    return {name: sha256 for sha256, _, name in (line.partition("  ") for line in lines if line)}


def hash_of(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()
