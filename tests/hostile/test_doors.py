"""Whatever a stranger sends to a parser, it is understood or refused; `fuzz` does this for long."""

import base64
import io
import json
import re
import struct
import warnings
import zipfile

import pytest

from tests.hostile.doors import DOORS, LISTS, SAMPLES, Door
from tests.hostile.fuzz import Run, TooSlow, run_doors
from tests.hostile.mutation import Mutation

INPUTS = 40
"""Of each door, in `make test`; the long run's figures stand in docs/reliability.md."""


CONTENT_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"


def door(name: str) -> Door:
    return next(one for one in DOORS if one.name == name)


def _zip(name: str, inner: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr(name, inner)
    return out.getvalue()


def _before_the_start() -> bytes:
    """Its directory would lie later than it does, so that its first file lies before the start."""
    data = bytearray(_zip("a", b"x"))
    (place,) = struct.unpack("<I", data[-6:-2])
    data[-6:-2] = struct.pack("<I", place + 5)
    return bytes(data)


def _no_workbook_named() -> bytes:
    """It has the part of a workbook, and a list of parts in which it does not stand."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("xl/workbook.xml", b"<a/>")
        packed.writestr("[Content_Types].xml", f'<Types xmlns="{CONTENT_TYPES}"/>')
    return out.getvalue()


def _packed_as(method: int) -> bytes:
    data = bytearray(_zip("manifest.json", b"{}"))
    for mark, at in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        data[data.index(mark) + at] = method
    return bytes(data)


def _bods(kind: str, **details: object) -> bytes:
    record = {"statementId": "s", "recordId": "r", "recordType": kind, "recordDetails": details}
    return json.dumps([record]).encode()


def _half_a_character() -> bytes:
    sample = (SAMPLES / "bods" / "nordlys.json").read_bytes()
    return re.sub(rb'"fullName": *"', b'"fullName": "\\\\ud800', sample)


FOUND = {
    "a list of ids instead of one": ("bods", _bods("relationship", subject=["a"])),
    "half a character in a name": ("bods", _half_a_character()),
    "half a character in a release": ("ocds", b'{"ocid":"o","id":"r","title":"\\ud800"}'),
    "half a character in a list": (
        "lists",
        (LISTS / "edes.json").read_bytes().replace(b'": "', b'": "\\ud800'),
    ),
    "comments without an end in a sender": ("mail head", b"From: " + b"(" * 3_000 + b"\r\n\r\n"),
    "comments without an end in a type": ("mail head", b"Content-Type: " + b"(" * 3_000 + b"\n\n"),
    "a packed list before its own start": ("list bundle", _before_the_start()),
    "a method of packing that nobody knows": ("evidence bundle", _packed_as(99)),
    "a workbook that does not say which part it is": ("xlsx", _no_workbook_named()),
    "a manifest nested without an end": ("evidence bundle", _zip("manifest.json", b"[" * 100_000)),
}
"""What the long runs found, in few bytes: each let something out that its door does not name."""


def test_the_mark_that_a_message_is_not_wanted_says_nothing_of_its_own() -> None:
    assert door("fact").knock(b"ansvar.control.DeadDismissed\n5")


@pytest.mark.parametrize("what", FOUND)
def test_what_was_found_once_is_refused_now(what: str) -> None:
    name, data = FOUND[what]
    door(name).knock(data)


@pytest.mark.parametrize("one", DOORS, ids=lambda one: one.name)
def test_good_files_come_in(one: Door) -> None:
    """Else a mutation of them would prove nothing."""
    assert any(one.knock(data) for data in list(one.seeds())[:3])


@pytest.mark.parametrize("one", DOORS, ids=lambda one: one.name)
def test_hostile_files_are_understood_or_refused(one: Door) -> None:
    warnings.simplefilter("ignore")  # parts of archives of the same name are meant to be there
    run, mutation = Run(one), Mutation(list(one.seeds()), seed=11)
    for _ in range(INPUTS):
        run.one(mutation.next())
    assert run.told.defects == []


def test_a_door_that_lets_something_out_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def careless(data: bytes) -> None:
        if b"\x00" in data:
            raise KeyError("not named by the door")

    planted = Door("planted", careless, (ValueError,), lambda: [b"a good file"])
    monkeypatch.setattr("tests.hostile.fuzz.DOORS", (planted,))
    told = run_doors(["planted"], 0.5, seed=1, guided=False)
    assert [one.split(":")[0] for one in told[0].defects] == ["KeyError at test_doors.py"]


def test_a_door_that_takes_too_long_is_found() -> None:
    def slow(data: bytes) -> None:
        while True:
            base64.b64encode(data)

    run = Run(Door("slow", slow, (), lambda: [b"x"], seconds=0.1))
    run.one(b"x")
    assert run.told.defects[0].startswith("takes longer than 0.1 s")
    with pytest.raises(TooSlow):
        run._ring()
