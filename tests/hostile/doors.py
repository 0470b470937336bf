"""The doors through which bytes of strangers come in, one for each parser.

Behind each door a file is understood, or refused with one of the exceptions that the door names:
anything else that comes out is a defect, whatever the bytes were.
"""

import asyncio
import io
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import cycle
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from openpyxl import Workbook

from services.audits.app import LIBRARY
from services.audits.checklist_sheets import read_checklist, write_checklist
from services.audits.domain.checklists import Checklist, Given, Verdict
from services.audits.libraries import Libraries
from services.audits.wage_sheets import read_wages
from services.breaches.bundle import verify
from services.console.cookies import Seal
from services.console.session import ATTEMPT
from services.contracts.notices import read_notice
from services.contracts.ocds import read as read_ocds
from services.contracts.tables import Mapping, read_table
from services.onboarding.manifest import WrongManifest, read_manifest
from services.onboarding.readers import NotUnderstood, read_document
from services.onboarding.understanding import understand
from services.onboarding.unpacking import NotOpened
from services.onboarding.unpacking.desk import parts_of
from services.onboarding.unpacking.mail import head_of
from services.onboarding.unpacking.parts import Budget
from services.screening.lists import bundle
from services.screening.lists.reading import UnreadableList, read_any
from shared.domain import Rejected
from shared.held import DISMISSED
from shared.identifiers import WrongNumber, recognise
from shared.identity import Refused, _header
from shared.links import LinkBook
from shared.listener import message_of
from shared.persons import PersonKey, without_person_numbers
from shared.reading import Reader
from shared.router import Router
from shared.telemetry import masked
from shared.testing import MemoryKeyRing
from tests.onboarding.compound import outlook
from tests.onboarding.mails import archive, mail

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "samples"
LISTS = ROOT / "tests" / "screening" / "lists"
SHAPES = ROOT / "tests" / "event_shapes"
KEY = PersonKey(b"k" * 32)
SENT = datetime(2026, 11, 23, tzinfo=UTC)
LINKS = LinkBook(b"l" * 32, now=lambda: SENT - timedelta(days=1))
FAR = datetime(2100, 1, 1, tzinfo=UTC)
"""When the link ends: a run must not fail for the day on which it is started."""
SEAL = Seal(b"s" * 32)
LARGEST_SEED = 300_000


@dataclass(frozen=True)
class Door:
    """`seconds` of the processor is how long one input may take at most."""

    name: str
    enter: Callable[[bytes], object]
    refuses: tuple[type[Exception], ...]
    seeds: Callable[[], Iterable[bytes]]
    seconds: float = 5.0

    def knock(self, data: bytes) -> bool:
        """Whether the bytes were understood. Raises whatever a door must not let out."""
        try:
            self.enter(data)
        except self.refuses:
            return False
        return True


def _files(*patterns: str) -> Callable[[], list[bytes]]:
    """The samples that match. Larger ones teach a mutation no more and take longer."""

    def found() -> list[bytes]:
        files = sorted(file for p in patterns for file in ROOT.glob(p) if file.is_file())
        small = [file.read_bytes() for file in files if file.stat().st_size <= LARGEST_SEED]
        assert small, patterns
        return small

    return found


def _paper(data: bytes) -> None:
    understand(read_document(data), KEY)


def _ocds(data: bytes) -> None:
    try:
        body = json.loads(data)
    except (ValueError, RecursionError):
        return
    if isinstance(body, dict):  # over HTTP anything else ends before the reader
        read_ocds(body, KEY)


@cache
def _mapping() -> Mapping:
    return Mapping.model_validate_json((SAMPLES / "tables/mapping.json").read_bytes())


def _table(data: bytes) -> None:
    read_table(data, _mapping(), SENT, KEY)


def _unpack(data: bytes) -> None:
    for part in parts_of(data, Budget()):
        assert "/" not in part.name, "a part may not name a folder"
        assert part.name not in ("", ".", ".."), "a part has a name"


def _manifest(data: bytes) -> None:
    read_manifest("manifest.json" if data[:1] in b"{[" else "manifest.csv", data)


def _list(data: bytes) -> None:
    read_any(data)


def _evidence(data: bytes) -> None:
    with zip_file(data) as path:
        verify.verify(path)


def zip_file(data: bytes) -> Any:
    """A file in memory that `verify` opens as it opens a path."""
    return _Open(data)


class _Open:
    def __init__(self, data: bytes) -> None:
        self._data = data

    def __enter__(self) -> Any:
        return io.BytesIO(self._data)

    def __exit__(self, *_: object) -> None: ...


@cache
def _decoder() -> Reader:
    return Reader(Router("hostile"), MemoryKeyRing())


def _fact(data: bytes) -> None:
    """The first line is the type of the message, the rest its body; both decide what is read."""
    kind, _, body = data.partition(b"\n")
    headers = (("ce_type", kind), ("ce_time", body[:40]), ("ce_sequence", body[-3:]))
    record = SimpleNamespace(
        topic="t", key=kind, value=body, headers=headers, partition=0, offset=0
    )
    message = message_of(record)
    ready = asyncio.run(_decoder().read([message]))[0]
    if message.type == DISMISSED:  # it names a message and says nothing of its own
        assert ready.said is None
        assert ready.problem is None
        return
    assert (ready.said is None) == (ready.problem is not None)


def _headers(data: bytes) -> None:
    """CloudEvents in binary mode: what stands in the headers decides who reads the body."""
    lines = [line.partition(b":") for line in data.split(b"\n")]
    headers = tuple((name.decode("utf-8", "replace"), value) for name, _, value in lines)
    record = SimpleNamespace(
        topic="screening.v1", key=None, value=b"{}", headers=headers, partition=3, offset=7
    )
    message = message_of(record)
    assert message.id, "a message without an id could be handled twice"
    assert message.sequence >= 0
    ready = asyncio.run(_decoder().read([message]))[0]
    assert (ready.said is None) == (ready.problem is not None)


HEADERS = b"""ce_id:screening/Screening/dk-cvr-1/1
ce_source:screening
ce_type:ansvar.screening.HitConfirmed.v1
ce_specversion:1.0
ce_time:2026-11-23T08:00:00+00:00
ce_subject:dk-cvr-1
ce_sequence:1
ce_prevhash:00
ce_correlationid:c
ce_causationid:d
ansvar-attempt:2
ansvar-dead-id:x
ansvar-dead-topic:screening.v1"""


def _cookie(data: bytes) -> None:
    """What a browser gives back of the attempt to sign in."""
    SEAL.open(ATTEMPT, data.decode("utf-8", "replace"))


def _facts() -> list[bytes]:
    """One fact of each kind, made from its recorded shape."""
    from shared.events import catalogue
    from tests.hostile.making import made

    return [
        f"{name}\n{made(kind).model_dump_json()}".encode() for name, kind in catalogue().items()
    ]


def _words(data: bytes) -> None:
    """What is done with every text that comes in or is logged."""
    text = data.decode("utf-8", "replace")
    without_person_numbers(text)
    masked(text)
    for scheme in ("", "national", "DK-CVR", "SE-BLV", "LEI", "VAT"):
        for country in (None, "DK", "SE"):
            try:
                recognise(text[:200], scheme=scheme, country=country)
            except WrongNumber:
                continue


def _token(data: bytes) -> None:
    _header(data.decode("utf-8", "replace"))


def _link(data: bytes) -> None:
    LINKS.open(data.decode("utf-8", "replace"))


SHEETS: tuple[tuple[str, list[list[Any]]], ...] = (
    (
        "Lønsedler",
        [
            ["Medarbejder", "Fra", "Til", "Løngruppe", "Timer", "Løn"],
            ["w1", "2026-10-01", "2026-10-31", "A", 160, "24.000,50"],
        ],
    ),
    ("Timesedler", [["Medarbejder", "Dato", "Timer"], ["w1", "2026-10-01", 7.5]]),
)


def _checklists() -> list[bytes]:
    """One as it was exported, and one that came back with every question answered."""
    empty = Checklist(id="a-1", buyer_id="dk-cvr-29190925", obligation="labour-ilo94")
    empty.take(Libraries.load(LIBRARY).on(SENT.date()))
    answered = empty.model_copy(deep=True)
    told = [
        Given(question_id=one.id, verdict=verdict, note="Set på stedet", document_ids=("d-1",))
        for one, verdict in zip(empty.questions, cycle(Verdict), strict=False)
    ]
    answered.answer(tuple(told), "signe", SENT)
    return [write_checklist(one, "da") for one in (empty, answered)]


def _workbooks() -> list[bytes]:
    made = []
    for title, rows in SHEETS:
        book = Workbook()
        sheet = book.active
        assert sheet is not None
        sheet.title = title
        for row in rows:
            sheet.append(row)
        out = io.BytesIO()
        book.save(out)
        made.append(out.getvalue())
    return made + _files("samples/xlsx/*.xlsx")()


def _containers() -> list[bytes]:
    papers = _files("samples/csv/*.csv")()
    files = {f"paper {n}.csv": data for n, data in enumerate(papers)}
    return [
        archive(files),
        archive({"inner.zip": archive(files), "../../up.csv": papers[0]}),
        mail(*files.items()).as_bytes(),
        outlook(dict(files)),
    ]


def _tokens() -> list[bytes]:
    return [b"eyJhbGciOiJFUzI1NiIsImtpZCI6ImEifQ.eyJzdWIiOiJhIn0.c2ln", b"a.b.c", b"e30.e30."]


def _list_bundles() -> list[bytes]:
    parts = {p.name: p.read_bytes() for p in sorted((LISTS / "ofac").iterdir())}
    return [bundle.pack(parts)]


def _bundles() -> list[bytes]:
    manifest = {"case": "c", "redacted": False, "files": {"journal/a.jsonl": "00"}}
    fact = {"number": 1, "id": "f", "prevhash": "0" * 64, "hash": "00", "body": "e30="}
    return [
        archive(
            {
                "manifest.json": json.dumps(manifest).encode(),
                "journal/a.jsonl": json.dumps(fact).encode(),
            }
        )
    ]


DOORS = (
    Door("pdf", _paper, (NotUnderstood,), _files("samples/pdf/*.pdf", "samples/papers/*.pdf")),
    Door("espd", _paper, (NotUnderstood,), _files("samples/espd/*.xml")),
    Door("xlsx", _paper, (NotUnderstood,), _files("samples/xlsx/*.xlsx")),
    Door("csv", _paper, (NotUnderstood,), _files("samples/csv/*.csv")),
    Door("bods", _paper, (NotUnderstood,), _files("samples/bods/*.json")),
    Door("container", _unpack, (NotOpened, MemoryError, RecursionError), _containers),
    Door("mail head", head_of, (), lambda: [mail().as_bytes()]),
    Door(
        "manifest", _manifest, (WrongManifest,), lambda: [b'{"files":[{"file":"a"}]}', b"file\na"]
    ),
    Door(
        "lists",
        _list,
        (UnreadableList,),
        _files("samples/lists/*.xml", "tests/screening/lists/*.*", "tests/screening/lists/*/*.*"),
    ),
    Door("list bundle", _list, (UnreadableList,), _list_bundles),
    Door("ocds", _ocds, (Rejected,), _files("samples/ocds/*.json")),
    Door("eforms", lambda d: read_notice(d, KEY), (Rejected,), _files("samples/eforms/*.xml")),
    Door("table", _table, (Rejected,), _files("samples/tables/kontrakter.*"), 20.0),
    Door("wages", read_wages, (Rejected,), _workbooks),
    Door("checklist", read_checklist, (Rejected,), _checklists),
    Door("fact", _fact, (), _facts),
    Door("event headers", _headers, (), lambda: [HEADERS]),
    Door("evidence bundle", _evidence, (), _bundles),
    Door("words", _words, (), lambda: [b"DK-61056416", b"SE5560125790", b"010180-1234 Jens"]),
    Door("bearer token", _token, (Refused,), _tokens),
    Door(
        "sealed cookie",
        _cookie,
        (),
        lambda: [SEAL.close(ATTEMPT, json.dumps({"state": "a", "nonce": "b"})).encode()],
    ),
    Door("link", _link, (Rejected,), lambda: [LINKS.token("l-1", "hearing/h", FAR).encode()]),
)
