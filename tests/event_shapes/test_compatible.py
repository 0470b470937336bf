"""Each kind of change that older facts or other services would not survive is refused."""

import os
import subprocess
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import pytest
from pydantic import create_model

from docs import compatible
from docs.compatible import SHAPES, base_of, problems, recorded, recorded_at
from docs.wire import Json, shape_of
from shared.events.base import Event, Mark, Personal, Said
from tests.event_shapes.record import record


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class FewerColours(StrEnum):
    RED = "red"


class MoreColours(StrEnum):
    RED = "red"
    BLUE = "blue"
    GREEN = "green"


class Person(Said):
    """Somebody."""

    party_id: str
    name: Personal[str]


class Somebody(Said):
    """The same without the mark."""

    party_id: str
    name: str


class OtherPerson(Said):
    """The same under another name, with one more field."""

    party_id: str
    name: Personal[str]
    nickname: Personal[str] = ""


def fact(**fields: object) -> dict[str, Json]:
    """The recorded shape of a fact with these fields."""
    kind = create_model("Painted", __base__=Event, __module__="shared.events.probe", **fields)  # type: ignore[call-overload]
    return {"probe.Painted.json": shape_of(kind)}


BEFORE = fact(
    door=(str, ...),
    coats=(int, 1),
    colour=(Colour, Colour.RED),
    by=(Person, ...),
    helpers=(tuple[Person, ...], ()),
    note=(Personal[str] | None, None),
)


def after(**changes: object) -> list[str]:
    """What is refused where these fields become something else, or None: are gone."""
    fields: dict[str, object] = {
        "door": (str, ...),
        "coats": (int, 1),
        "colour": (Colour, Colour.RED),
        "by": (Person, ...),
        "helpers": (tuple[Person, ...], ()),
        "note": (Personal[str] | None, None),
    }
    fields = {name: field for name, field in (fields | changes).items() if field is not None}
    return problems(BEFORE, fact(**fields))


def test_what_stays_as_it_was_is_fine() -> None:
    assert after() == []


@pytest.mark.parametrize(
    "grown",
    [
        {"varnish": (str, "")},
        {"varnish": (str | None, None)},
        {"colour": (MoreColours, MoreColours.RED)},
        {"by": (OtherPerson, ...)},
        {"door": (Personal[str], ...)},
    ],
    ids=["new field", "new optional field", "new value", "model grew", "mark added"],
)
def test_facts_may_grow(grown: dict[str, object]) -> None:
    assert after(**grown) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"door": None}, ".door: the field was removed"),
        ({"door": (int, ...)}, '.door: the type changed: type was "string", is "integer"'),
        ({"coats": (float, 1)}, '.coats: the type changed: type was "integer", is "number"'),
        ({"by": (str, ...)}, ".by.name: the field was removed"),
        ({"helpers": (tuple[str, ...], ())}, ".helpers[].name: the field was removed"),
        ({"door": (str | None, None)}, '.door: the type changed: type was "string", is null'),
        ({"varnish": (str, ...)}, ".varnish: a new field is required"),
        ({"coats": (int, ...)}, ".coats: it was optional and is required"),
        ({"coats": (int, 2)}, ".coats: the default changed: was 1, is 2"),
        ({"colour": (Colour, Colour.BLUE)}, '.colour: the default changed: was "red", is "blue"'),
        ({"colour": (FewerColours, "red")}, '.colour: the value "blue" was removed'),
        ({"by": (Somebody, ...)}, ".by.name: its mark was removed or changed"),
        ({"helpers": (tuple[Somebody, ...], ())}, ".helpers[].name: its mark was removed"),
        ({"note": (str | None, None)}, ".note: its mark was removed or changed"),
        ({"note": (Annotated[str, Mark("criminal")] | None, None)}, ".note: its mark was removed"),
    ],
)
def test_facts_never_change(change: dict[str, object], said: str) -> None:
    found = after(**change)
    assert any(problem.startswith(f"probe.Painted{said}") for problem in found), found


def test_a_fact_that_is_gone_is_refused() -> None:
    assert problems(BEFORE, {}) == [
        "probe.Painted: the fact was removed, but journals and topics still hold it"
    ]


def test_a_new_fact_is_fine() -> None:
    assert problems({}, BEFORE) == []


def test_a_fact_keeps_its_topic_and_type() -> None:
    shape = BEFORE["probe.Painted.json"] | {"topic": "other.v1", "ce_type": "ansvar.x.Y.v2"}
    found = problems(BEFORE, {"probe.Painted.json": shape})
    assert [problem.split(" was ")[0] for problem in found] == [
        "probe.Painted: topic",
        "probe.Painted: ce_type",
    ]


def test_a_model_that_holds_itself_is_compared_once() -> None:
    class Box(Said):
        """A box may hold boxes."""

        label: str = ""
        inside: "tuple[Box, ...]" = ()

    assert problems(fact(box=(Box, ...)), fact(box=(Box, ...))) == []


# ------------------------------------------------------------ against the base of this work


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository of two commits: the recorded shapes, and one without a field."""
    monkeypatch.delenv("ANSVAR_BASE", raising=False)
    record(tmp_path / SHAPES)
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    commit(tmp_path)
    return tmp_path


def git(repository: Path, *arguments: str) -> str:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    who = {f"GIT_{role}_{what}": "t@t.example" for role in ("AUTHOR", "COMMITTER")
           for what in ("NAME", "EMAIL")}  # fmt: skip
    command = ["git", "-C", str(repository), *arguments]
    return subprocess.run(
        command, check=True, capture_output=True, text=True, env=clean | who
    ).stdout.strip()


def commit(repository: Path) -> str:
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", "--allow-empty", "--message", "x")
    return git(repository, "rev-parse", "HEAD")


def test_the_base_is_the_commit_before_or_where_the_branch_left_main(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = git(repository, "rev-parse", "HEAD")
    assert base_of(repository) == first
    second = commit(repository)
    assert base_of(repository) == first
    commit(repository)
    assert base_of(repository) == second
    git(repository, "update-ref", "refs/remotes/origin/main", first)
    assert base_of(repository) == first
    monkeypatch.setenv("ANSVAR_BASE", second[:10])
    assert base_of(repository) == second
    monkeypatch.setenv("ANSVAR_BASE", "nonsense")
    with pytest.raises(SystemExit, match="no revision"):
        base_of(repository)


def test_a_change_since_the_base_is_found_through_git(repository: Path) -> None:
    base = git(repository, "rev-parse", "HEAD")
    assert problems(recorded_at(base, repository), recorded(repository / SHAPES)) == []
    (repository / SHAPES / "screening.HitRaised.json").unlink()
    found = problems(recorded_at(base, repository), recorded(repository / SHAPES))
    assert found == [
        "screening.HitRaised: the fact was removed, but journals and topics still hold it"
    ]


def test_the_events_of_this_work_are_compatible_with_those_of_its_base(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert compatible.main() == 0, capsys.readouterr().err


def test_a_repository_without_commits_has_no_base(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ANSVAR_BASE", raising=False)
    git(tmp_path, "init", "--quiet")
    assert base_of(tmp_path) is None
