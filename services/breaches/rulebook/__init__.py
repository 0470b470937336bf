"""The dated rulebooks, one JSON file each, checked by the schema in `domain.rules` when read."""

from datetime import date
from pathlib import Path

from pydantic import ValidationError

from services.breaches.domain.rules import Rulebook

HERE = Path(__file__).parent


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
    for path in sorted(folder.glob("*.json")):
        try:
            books.append(Rulebook.model_validate_json(path.read_bytes()))
        except ValidationError as error:
            raise NoRulebook(f"{path.name}: {error}") from error
    if not books:
        raise NoRulebook(f"there is no rulebook in {folder}")
    return Shelf(books)
