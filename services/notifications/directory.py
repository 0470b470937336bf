"""Reads the list of people from a CSV file, and says in which line and column it is wrong.

Columns: subject, name, email, roles, buyers, language, deputy. Several roles or buyers are
separated by `;`. `*` as a buyer means every buyer.
"""

import csv
import hashlib
import io
from pathlib import Path

from services.notifications.domain import (
    Person,
)
from services.notifications.messages import (
    TakeDirectory,
)

COLUMNS = ("subject", "name", "email", "roles", "buyers", "language", "deputy")
REQUIRED = ("subject", "name", "email", "roles", "buyers")
ROLES = (
    "officer",
    "approver",
    "auditor",
    "contract_manager",
    "wage_controller",
    "data_protection",
    "integration",
    "admin",
)
LANGUAGES = ("da", "sv", "en")


class CannotRead(ValueError):
    """The file is not a list of people; the message names the line and the column."""


def read_directory(file: Path) -> TakeDirectory:
    """The people in a file, with the hash by which the same file is known again."""
    try:
        raw = file.read_bytes()
        text = raw.decode("utf-8-sig")
    except OSError as error:
        raise CannotRead(f"{file}: it cannot be opened: {error.strerror}") from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise CannotRead(f"{file}, line {line}: it is not UTF-8") from error
    return TakeDirectory(
        people=people_in(text, file.name), file_sha256=hashlib.sha256(raw).hexdigest()
    )


def people_in(text: str, name: str = "people.csv") -> tuple[Person, ...]:
    """The people of a CSV text."""
    reader = csv.DictReader(io.StringIO(text), strict=True)
    try:
        header = tuple(reader.fieldnames or ())
        if missing := [column for column in REQUIRED if column not in header]:
            raise CannotRead(f"{name}, line 1: there is no column {', '.join(missing)}")
        if unknown := [column for column in header if column not in COLUMNS]:
            raise CannotRead(f"{name}, line 1: nobody knows the column {', '.join(unknown)}")
        people: dict[str, Person] = {}
        lines: dict[str, int] = {}
        for row in reader:
            person = _person(row, f"{name}, line {reader.line_num}")
            if person.subject in people:
                raise CannotRead(
                    f"{name}, line {reader.line_num}, column subject: {person.subject} "
                    f"is on line {lines[person.subject]} already"
                )
            people[person.subject], lines[person.subject] = person, reader.line_num
    except csv.Error as error:
        raise CannotRead(f"{name}, line {reader.line_num}: {error}") from error
    for person in people.values():
        if person.deputy and (person.deputy not in people or person.deputy == person.subject):
            raise CannotRead(
                f"{name}, line {lines[person.subject]}, column deputy: "
                f"{person.deputy} is nobody else in this file"
            )
    return tuple(people.values())


def _person(row: dict[str, str | None], place: str) -> Person:
    if None in row:  # csv keeps surplus cells under this key
        raise CannotRead(f"{place}: it has more cells than the header has columns")
    cells = {column: (row.get(column) or "").strip() for column in COLUMNS}
    for column in REQUIRED:
        if not cells[column]:
            raise CannotRead(f"{place}, column {column}: it is empty")
    roles, buyers = _several(cells["roles"]), _several(cells["buyers"])
    if wrong := [role for role in roles if role not in ROLES]:
        raise CannotRead(
            f"{place}, column roles: there is no role {', '.join(wrong)}; "
            f"there are {', '.join(ROLES)}"
        )
    mailbox, _, domain = cells["email"].rpartition("@")
    if not mailbox or not domain or any(c.isspace() for c in cells["email"]):
        raise CannotRead(f"{place}, column email: {cells['email']!r} is no mail address")
    language = cells["language"] or "da"
    if language not in LANGUAGES:
        raise CannotRead(
            f"{place}, column language: {language} is not one of {', '.join(LANGUAGES)}"
        )
    return Person.model_validate(
        {
            "subject": cells["subject"],
            "name": cells["name"],
            "email": cells["email"],
            "roles": roles,
            "buyers": buyers,
            "language": language,
            "deputy": cells["deputy"],
        }
    )


def _several(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(";") if part.strip())
