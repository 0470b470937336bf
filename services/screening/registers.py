"""Registers that tell of changes of ownership: subscriptions, and how one is read.

A subscription gives changes in an order of its own; what was heard last is kept, so that after a
pause nothing is missed and nothing is heard twice. Each real register is one class behind
`Register`; here lies the one that reads what was recorded into files.
"""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import ClassVar, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.screening.ownership_messages import NoteChangeOfControl, NoteRegisterChange
from shared.domain import Record, Rejected
from shared.identifiers import WrongNumber, check, party_id_of

AT_ONCE = 200
"""Changes that are handed on before the next look."""


class Door(Record):
    """A one-time link of onboarding's: whom it was sent to. Its id is the link's."""

    indexes: ClassVar[tuple[str, ...]] = ("party_id",)

    party_id: str
    buyer_id: str


class RegisterPosition(Record):
    """How far a register was heard. Its id is the register's name."""

    position: int


class Register(Protocol):
    name: str

    def changes(self, after: int) -> Iterator[NoteRegisterChange]:
        """The changes that came after this position, the earliest first."""


class RecordedLine(BaseModel):
    """One line of a recorded subscription.

    `scheme` and `number` as in our identifiers (`dk-cvr`, `61056416`); `kind` `ownership` or
    `control` are changes for us, others are passed over.
    """

    model_config = ConfigDict(extra="ignore")

    position: int = Field(ge=1)
    scheme: str
    number: str
    kind: Literal["ownership", "control", "name", "address", "status", "other"]
    happened: date
    what: str = Field(min_length=3, max_length=500)


class RecordedRegister:
    """A subscription recorded as JSON lines, in the order of `position`. The file may grow."""

    def __init__(self, file: Path) -> None:
        self.name = file.stem
        self._file = file

    def changes(self, after: int) -> Iterator[NoteRegisterChange]:
        """Raises `Rejected` that names file and line where one cannot be read."""
        for number, text in enumerate(self._file.read_text("utf-8").splitlines(), start=1):
            if not text.strip():
                continue
            line = self._line(number, text)
            if line.position > after and line.kind in ("ownership", "control"):
                yield self._change(number, line)

    def _line(self, number: int, text: str) -> RecordedLine:
        try:
            return RecordedLine.model_validate(json.loads(text))
        except ValidationError as wrong:
            first = wrong.errors()[0]
            field = ".".join(map(str, first["loc"]))
            raise self._wrong(number, f"{field}: {first['msg']}") from wrong
        except ValueError as wrong:
            raise self._wrong(number, "is no JSON object") from wrong

    def _change(self, number: int, line: RecordedLine) -> NoteRegisterChange:
        try:
            party_id = party_id_of([check(line.scheme, line.number)])
        except WrongNumber as wrong:
            raise self._wrong(number, f"number: {wrong}") from wrong
        if party_id is None:
            raise self._wrong(number, f"scheme: {line.scheme} makes no party")
        return NoteRegisterChange(
            register_name=self.name,
            position=line.position,
            change=NoteChangeOfControl(
                party_id=party_id, source=self.name, happened=line.happened, what=line.what
            ),
        )

    def _wrong(self, number: int, why: str) -> Rejected:
        return Rejected(f"{self._file.name}, line {number}: {why}")


def registers_in(folder: Path | None) -> list[Register]:
    """The recorded subscriptions that lie in a folder, by their names."""
    if folder is None or not folder.is_dir():
        return []
    return [RecordedRegister(file) for file in sorted(folder.glob("*.jsonl"))]
