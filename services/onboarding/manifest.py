"""A manifest tells of the files that lie beside it in the watched folder: `manifest.json` or
`manifest.csv`.

    {"sender": "post@nordlys.example",
     "files": [{"file": "espd.xml", "party": "dk-cvr-92431185", "contract": "ocds-…",
                "kind": "espd"}]}

    file;party;contract;kind;sender
    espd.xml;dk-cvr-92431185;ocds-…;espd;post@nordlys.example

Only `file` must be said. A manifest speaks for every file of its folder: what it does not name is
a mistake, and nothing of the folder is taken until it is mended.
"""

import csv
import io
import json
import re
from collections.abc import Sequence
from pathlib import PurePath

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

MANIFESTS = ("manifest.json", "manifest.csv")
ANSWER = "manifest.answer.json"
LARGEST_MANIFEST = 1_000_000
MOST_FILES = 1_000

COLUMNS = ("file", "party", "contract", "kind", "sender")
ADDRESS = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;]+")


class WrongManifest(Exception):
    """What is wrong with a manifest: for each mistake the file or line, the field, and what would
    be right.
    """

    def __init__(self, problems: Sequence[dict[str, str]]) -> None:
        super().__init__("; ".join(_said(one) for one in problems))
        self.problems = tuple(problems)


def _said(problem: dict[str, str]) -> str:
    place = ", ".join(filter(None, (problem.get("file"), problem.get("field"))))
    return f"{place}: {problem['reason']}" if place else problem["reason"]


class Entry(BaseModel):
    """What the manifest says of one file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: str = Field(min_length=1, max_length=255)
    party: str = Field(default="", max_length=200)
    contract: str = Field(default="", max_length=200)
    kind: str = Field(default="", max_length=100)
    sender: str = Field(default="", max_length=320)

    @field_validator("file")
    @classmethod
    def _is_a_name(cls, file: str) -> str:
        if PurePath(file).name != file or "\\" in file or file in (".", ".."):
            raise ValueError("is the name of a file in this folder, without a path")
        return file

    @field_validator("sender")
    @classmethod
    def _is_an_address(cls, sender: str) -> str:
        if sender and not ADDRESS.fullmatch(sender):
            raise ValueError("is one mail address, such as post@nordlys.example")
        return sender


class Manifest(BaseModel):
    """All that a manifest says. `sender` stands for every file that names none."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sender: str = ""
    files: tuple[Entry, ...] = Field(min_length=1, max_length=MOST_FILES)


def read_manifest(name: str, data: bytes) -> Manifest:
    """What a manifest says. Raises `WrongManifest` with every mistake in it."""
    if len(data) > LARGEST_MANIFEST:
        raise WrongManifest([{"reason": f"a manifest has at most {LARGEST_MANIFEST} bytes"}])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise WrongManifest([{"reason": "a manifest is written in UTF-8"}]) from error
    values = _json(text) if name.endswith(".json") else _csv(text)
    try:
        manifest = Manifest.model_validate(values)
    except ValidationError as error:
        raise WrongManifest(_problems(error)) from error
    files = [entry.file for entry in manifest.files]
    twice = sorted({file for file in files if files.count(file) > 1})
    if twice:
        raise WrongManifest([{"file": one, "reason": "it is named twice"} for one in twice])
    sender = manifest.sender
    return Manifest(
        files=tuple(e.model_copy(update={"sender": e.sender or sender}) for e in manifest.files)
    )


def _json(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        place = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise WrongManifest([{"reason": f"it is no JSON{place}"}]) from error


def _csv(text: str) -> object:
    first = text.partition("\n")[0]
    rows = csv.DictReader(io.StringIO(text), delimiter=";" if ";" in first else ",", strict=True)
    try:
        header = rows.fieldnames or ()
        unknown = [name for name in header if name not in COLUMNS]
        if "file" not in header or unknown:
            right = f"the columns are {', '.join(COLUMNS)}; file must be there"
            raise WrongManifest([{"file": "line 1", "reason": right}])
        files = [
            {name: (value or "").strip() for name, value in row.items() if name is not None}
            for row in rows
        ]
    except csv.Error as error:
        raise WrongManifest([{"file": f"line {rows.line_num}", "reason": str(error)}]) from error
    return {"files": files}


def _problems(error: ValidationError) -> list[dict[str, str]]:
    errors = error.errors(include_url=False, include_input=False)
    # A list of wrong entries is told as too short, too: none of them counts.
    below = [one for one in errors if len(one["loc"]) > 1]
    problems = []
    for one in (below or errors)[:20]:
        path = [str(step) for step in one["loc"]]
        reason = str(one["msg"]).removeprefix("Value error, ")
        nth = path[1] if len(path) > 1 and path[0] == "files" else ""
        problem = {"field": path[-1] if path else "", "reason": reason[:1].lower() + reason[1:]}
        problems.append(({"file": f"entry {int(nth) + 1}"} if nth.isdigit() else {}) | problem)
    return problems
