"""Reads the lists of people and of teams from CSV files, and says in which line they are wrong.

People have the columns subject, name, email, roles, buyers, language, deputy, teams, webhook,
webhook_form; teams (units and steering groups) id, name, kind, buyers, language, webhook,
webhook_form. Several roles, buyers or teams are separated by `;`. `*` as a buyer means every buyer.
"""

import csv
import hashlib
import io
from collections.abc import Iterator
from pathlib import Path

from services.notifications.domain import (
    Person,
    Team,
)
from services.notifications.messages import (
    TakeDirectory,
)

COLUMNS = (
    *("subject", "name", "email", "roles", "buyers", "language", "deputy"),
    *("teams", "webhook", "webhook_form"),
)
TEAM_COLUMNS = ("id", "name", "kind", "buyers", "language", "webhook", "webhook_form")
TEAM_REQUIRED = ("id", "name", "buyers")
KINDS = ("unit", "steering group")
FORMS = ("json", "teams", "slack")
REQUIRED = ("subject", "name", "email", "roles", "buyers")
ROLES = (
    "officer",
    "approver",
    "auditor",
    "contract_manager",
    "wage_controller",
    "data_protection",
    "offence_reader",
    "integration",
    "admin",
)
LANGUAGES = ("da", "sv", "en")


class CannotRead(ValueError):
    """The file is not a list of people; the message names the line and the column."""


def read_directory(file: Path, teams_file: Path | None = None) -> TakeDirectory:
    """The people in a file, and the teams in another, with the hash by which both are known
    again."""
    raw, text = _read(file)
    raw_teams, teams = _read(teams_file) if teams_file else (b"", "")
    people = people_in(text, file.name)
    known = teams_in(teams, teams_file.name) if teams_file else ()
    for person in people:
        if unknown := set(person.teams) - {team.id for team in known}:
            raise CannotRead(
                f"{file.name}, column teams: {person.subject} is in {', '.join(sorted(unknown))}, "
                "which is in no file of teams"
            )
    digest = hashlib.sha256(raw + raw_teams).hexdigest()
    return TakeDirectory(people=people, teams=known, file_sha256=digest)


def _read(file: Path) -> tuple[bytes, str]:
    try:
        raw = file.read_bytes()
        return raw, raw.decode("utf-8-sig")
    except OSError as error:
        raise CannotRead(f"{file}: it cannot be opened: {error.strerror}") from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise CannotRead(f"{file}, line {line}: it is not UTF-8") from error


def _rows(
    text: str, name: str, columns: tuple[str, ...], required: tuple[str, ...]
) -> Iterator[tuple[int, dict[str, str | None]]]:
    """Each row with its line, once the header is known to be right."""
    reader = csv.DictReader(io.StringIO(text), strict=True)
    try:
        header = tuple(reader.fieldnames or ())
        if missing := [column for column in required if column not in header]:
            raise CannotRead(f"{name}, line 1: there is no column {', '.join(missing)}")
        if unknown := [column for column in header if column not in columns]:
            raise CannotRead(f"{name}, line 1: nobody knows the column {', '.join(unknown)}")
        for row in reader:
            yield reader.line_num, row
    except csv.Error as error:
        raise CannotRead(f"{name}, line {reader.line_num}: {error}") from error


def _cells(
    row: dict[str, str | None], columns: tuple[str, ...], required: tuple[str, ...], place: str
) -> dict[str, str]:
    if None in row:  # csv keeps surplus cells under this key
        raise CannotRead(f"{place}: it has more cells than the header has columns")
    cells = {column: (row.get(column) or "").strip() for column in columns}
    for column in required:
        if not cells[column]:
            raise CannotRead(f"{place}, column {column}: it is empty")
    return cells


def people_in(text: str, name: str = "people.csv") -> tuple[Person, ...]:
    """The people of a CSV text."""
    people: dict[str, Person] = {}
    lines: dict[str, int] = {}
    for line, row in _rows(text, name, COLUMNS, REQUIRED):
        person = _person(row, f"{name}, line {line}")
        if person.subject in people:
            raise CannotRead(
                f"{name}, line {line}, column subject: {person.subject} "
                f"is on line {lines[person.subject]} already"
            )
        people[person.subject], lines[person.subject] = person, line
    for person in people.values():
        if person.deputy and (person.deputy not in people or person.deputy == person.subject):
            raise CannotRead(
                f"{name}, line {lines[person.subject]}, column deputy: "
                f"{person.deputy} is nobody else in this file"
            )
    return tuple(people.values())


def _person(row: dict[str, str | None], place: str) -> Person:
    cells = _cells(row, COLUMNS, REQUIRED, place)
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
    form = _one_of(cells["webhook_form"] or "json", FORMS, f"{place}, column webhook_form")
    return Person.model_validate(
        {
            "subject": cells["subject"],
            "name": cells["name"],
            "email": cells["email"],
            "roles": roles,
            "buyers": buyers,
            "language": language,
            "deputy": cells["deputy"],
            "teams": _several(cells["teams"]),
            "webhook": cells["webhook"],
            "webhook_form": form,
        }
    )


def _one_of(value: str, known: tuple[str, ...], place: str) -> str:
    if value not in known:
        raise CannotRead(f"{place}: {value} is not one of {', '.join(known)}")
    return value


def teams_in(text: str, name: str = "teams.csv") -> tuple[Team, ...]:
    """The units and steering groups of a CSV text."""
    teams: dict[str, Team] = {}
    for line, row in _rows(text, name, TEAM_COLUMNS, TEAM_REQUIRED):
        team = _team(row, f"{name}, line {line}")
        if team.id in teams:
            raise CannotRead(f"{name}, line {line}, column id: {team.id} is in the file already")
        teams[team.id] = team
    return tuple(teams.values())


def _team(row: dict[str, str | None], place: str) -> Team:
    cells = _cells(row, TEAM_COLUMNS, TEAM_REQUIRED, place)
    return Team.model_validate(
        {
            "id": cells["id"],
            "name": cells["name"],
            "kind": _one_of(cells["kind"] or "unit", KINDS, f"{place}, column kind"),
            "buyers": _several(cells["buyers"]),
            "language": _one_of(cells["language"] or "da", LANGUAGES, f"{place}, column language"),
            "webhook": cells["webhook"],
            "webhook_form": _one_of(
                cells["webhook_form"] or "json", FORMS, f"{place}, column webhook_form"
            ),
        }
    )


def _several(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(";") if part.strip())
