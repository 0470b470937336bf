"""A folder as it comes from a busy day, with twenty files in it that were made to do harm."""

import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from . import hostile
from .compound import outlook
from .mails import archive, declared, forwarded, locked_archive, mail, nested_archive

SAMPLES = Path(__file__).parents[2] / "samples"
PAPERS = sorted(p for kind in ("espd", "pdf", "bods", "xlsx") for p in (SAMPLES / kind).iterdir())

HUGE = 50_000_000
"""Bytes of a file that is larger than any that is taken in."""


@dataclass(frozen=True)
class Laid:
    """A file, and what is to come of it: the kind of a good paper, or why a person must look.

    Of a container, `kind` is that of the paper in it.
    """

    name: str
    data: bytes
    kind: str = ""
    reason: str = ""
    packed: bool = False


def many_pages(pages: int = 10_000) -> bytes:
    """A PDF file that names one page ten thousand times."""
    kids = b"3 0 R " * pages
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, pages),
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>",
    ]
    return hostile.pdf_of(objects)


def linked() -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        link = zipfile.ZipInfo("passwd.pdf")
        link.external_attr = 0o120777 << 16
        packed.writestr(link, "/etc/passwd")
    return out.getvalue()


def hostile_files() -> Iterator[Laid]:
    """Twenty: those that the issue names, and ten more."""
    good = PAPERS[-2].read_bytes()
    files = {
        "entity bomb.xml": (hostile.entity_bomb(), "document type|damaged"),
        "zip bomb.zip": (archive({"a.txt": b"0" * 90_000_000}), "would unpack to"),
        "path traversal.zip": (hostile.traversal(), "leads out of it"),
        "two gigabytes.zip": (declared(archive({"a.pdf": good}), 2**31), "unpack to 2147483648"),
        "truncated.pdf": (hostile.cut_pdf(), "damaged or cut off|no text"),
        "javascript.pdf": (hostile.javascript_pdf(), "JavaScript"),
        "a program.pdf": (b"MZ\x90\x00" + bytes(600), "are read"),
        "macros.xlsx": (hostile.macro_workbook(), "macros"),
        "10000 pages.pdf": (many_pages(), "10000 pages"),
        "nested mail.eml": (forwarded(mail(("a.pdf", good)), 40).as_bytes(), "nested|one in the"),
        "nested archive.zip": (nested_archive(archive({"a.pdf": good}), 12), "one in the other"),
        "locked.zip": (locked_archive({"a.pdf": good}), "password"),
        "link.zip": (linked(), "a link to another file"),
        "zip bomb.xlsx": (hostile.zip_bomb(), "would unpack to"),
        "entity bomb in UTF-16.xml": (hostile.entity_bomb_in_utf16(), "document type|damaged"),
        "lying.xlsx": (hostile.lying_zip(), "more than it says|damaged"),
        "600 parts.zip": (archive({f"{n}.txt": b"%d" % n for n in range(600)}), "500 parts"),
        "deep.json": (hostile.deep_json(), "nested"),
        "cut.msg": (outlook({"a.pdf": good})[:-500], "damaged"),
        "huge.bin": (bytes(HUGE), f"{HUGE} bytes"),
    }
    for name, (data, reason) in files.items():
        yield Laid(name, data, reason=reason)


def variant(path: Path, number: int) -> bytes:
    """The same paper in other bytes."""
    data = path.read_bytes()
    match path.suffix:
        case ".pdf":
            return data + b"\n%% copy %d\n" % number
        case ".xml":
            return data + b"<!-- copy %d -->\n" % number
        case ".json":
            return json.dumps(json.loads(data)).encode() + b" " * number
        case _:
            out = BytesIO(data)
            with zipfile.ZipFile(out, "a") as book:
                book.comment = b"copy %d" % number
            return out.getvalue()


def good_files(count: int, kinds: dict[str, str]) -> Iterator[Laid]:
    """Papers; every tenth in an archive, every twentieth of those in a mail."""
    for number in range(count):
        path = PAPERS[number % len(PAPERS)]
        data, kind = variant(path, number), kinds[path.name]
        name = f"{number:03} {path.name}"
        if number % 20 == 9:
            yield Laid(f"{name}.zip", archive({path.name: data}), kind, packed=True)
        elif number % 20 == 19:
            letter = mail((path.name, data), id=f"m{number}").as_bytes()
            yield Laid(f"{name}.eml", letter, kind, packed=True)
        else:
            yield Laid(name, data, kind)


def kinds_of_samples() -> dict[str, str]:
    """Which kind each sample is: by its name, not by what our readers think of it."""
    kinds = {
        "betaling": "payment-confirmation",
        "ejere": "ownership",
        "kontaktpersoner": "contacts",
        "underleverandoerer": "subcontractors",
    }
    found = {}
    for path in PAPERS:
        by_folder = {"espd": "espd", "bods": "ownership"}.get(path.parent.name)
        word = (
            path.name.rsplit("-", 1)[0] if path.name.startswith("iso") else path.name.split("-")[0]
        )
        found[path.name] = by_folder or kinds.get(word, word)
    return found


def mixed_folder(count: int = 200) -> list[Laid]:
    """Good and hostile files, mixed."""
    bad = list(hostile_files())
    good = list(good_files(count - len(bad), kinds_of_samples()))
    step = len(good) // len(bad)
    mixed: list[Laid] = []
    for nth, one in enumerate(bad):
        mixed += [*good[nth * step : (nth + 1) * step], one]
    return [*mixed, *good[len(bad) * step :]]
