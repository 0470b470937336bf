"""Files that were made to do harm, or that came out of a broken copying machine."""

import json
import struct
import zipfile
from collections.abc import Callable, Iterable
from io import BytesIO
from itertools import pairwise
from pathlib import Path

from openpyxl import Workbook
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

SAMPLES = Path(__file__).parents[2] / "samples"
ESPD = "urn:oasis:names:specification:ubl:schema:xsd:QualificationApplicationResponse-2"


def entity_bomb() -> bytes:
    names = ["lol", *(f"lol{n}" for n in range(1, 10))]
    entities = "".join(
        f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in pairwise(names)
    )
    head = f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY lol "lol">{entities}]>'
    return f'{head}<a xmlns="{ESPD}" b="&lol9;">&lol9;</a>'.encode()


def entity_bomb_in_utf16() -> bytes:
    declared = 'version="1.0" encoding="UTF-16"'
    return entity_bomb().decode().replace('version="1.0"', declared).encode("utf-16")


def outside_entity() -> bytes:
    return b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'


def deep_xml() -> bytes:
    return b"<a>" * 100_000 + b"</a>" * 100_000


def cut_xml() -> bytes:
    return (SAMPLES / "espd/nordlys-espd-4.1.0.xml").read_bytes()[:20_000]


def cut_pdf() -> bytes:
    return (SAMPLES / "pdf/serviceattest-nordlys.pdf").read_bytes()[:700]


def _pdf(pages: int = 1, text: str = "", **more: object) -> bytes:
    out = BytesIO()
    canvas = Canvas(out, **more)
    for _ in range(pages):
        if text:
            canvas.drawString(50, 700, text)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def long_pdf() -> bytes:
    return _pdf(101, "Serviceattest")


def scanned_pdf() -> bytes:
    return _pdf(1)


def locked_pdf() -> bytes:
    return _pdf(1, "Serviceattest", encrypt=StandardEncryption("secret"))


def unknown_pdf() -> bytes:
    return _pdf(1, "Dear Sir or Madam")


def javascript_pdf() -> bytes:
    objects = [
        b"<</Type/Catalog/Pages 2 0 R/Names<</JavaScript<</Names[(a) 4 0 R]>>>>/OpenAction 4 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>",
        b"<</S/JavaScript/JS(app.alert\\('hello'\\);)>>",
    ]
    return pdf_of(objects)


def pdf_of(objects: list[bytes]) -> bytes:
    """A PDF file of these objects, of which the first is its catalogue."""
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def _workbook(rows: Iterable[list[object]]) -> bytes:
    book = Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(row)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _with_parts(parts: dict[str, bytes]) -> bytes:
    out = BytesIO(_workbook([["Navn", "CVR"]]))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def zip_bomb() -> bytes:
    return _with_parts({"xl/worksheets/sheet9.xml": b"0" * 60_000_000})


def lying_zip() -> bytes:
    """A part says that it unpacks to one byte."""
    data = bytearray(_with_parts({"xl/media/picture.bin": b"0" * 3_000_000}))
    size = struct.pack("<I", 3_000_000)
    while (place := data.find(size)) >= 0:
        data[place : place + 4] = struct.pack("<I", 1)
    return bytes(data)


def many_parts() -> bytes:
    return _with_parts({f"xl/media/{n}.bin": b"0" for n in range(600)})


def traversal() -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("../../etc/cron.d/evil", "* * * * * root true")
    return out.getvalue()


def macro_workbook() -> bytes:
    return _with_parts({"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0"})


def cut_workbook() -> bytes:
    return _workbook([["Navn", "CVR"]])[:-200]


def endless_workbook() -> bytes:
    rows: list[list[object]] = [[f"N{n}", "92431185"] for n in range(6_000)]
    return _workbook([["Navn", "CVR"], *rows])


def other_workbook() -> bytes:
    return _workbook([["a", "b"], [1, 2]])


def workbook_with_entities() -> bytes:
    book = BytesIO(_workbook([["Navn", "CVR"], ["A", "92431185"]]))
    out = BytesIO()
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.infolist():
            data = old.read(part)
            if part.filename.endswith("sheet1.xml"):
                data = entity_bomb()
            new.writestr(part.filename, data)
    return out.getvalue()


def deep_json() -> bytes:
    return b"[" * 200_000 + b"]" * 200_000


def cut_json() -> bytes:
    return (SAMPLES / "bods/nordlys.json").read_bytes()[:500]


def other_json() -> bytes:
    return json.dumps({"hello": "world"}).encode()


FILES: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty.pdf": (lambda: b"", "is empty"),
    "picture.pdf": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(60), "this is image/png"),
    "program.pdf": (lambda: b"MZ\x90\x00" + bytes(600), "are read"),
    "notes.xlsx": (lambda: b"just some text", "are read"),
    "entity bomb.xml": (entity_bomb, "document type|damaged"),
    "entity bomb in UTF-16.xml": (entity_bomb_in_utf16, "document type|damaged"),
    "outside entity.xml": (outside_entity, "document type"),
    "deep.xml": (deep_xml, "damaged"),
    "cut.xml": (cut_xml, "damaged"),
    "page.html": (lambda: b"<html><body>hello</body></html>", "no reader knows this XML"),
    "cut.pdf": (cut_pdf, "damaged or cut off|no text"),
    "long.pdf": (long_pdf, "101 pages"),
    "scan.pdf": (scanned_pdf, "only pictures"),
    "locked.pdf": (locked_pdf, "locked with a password"),
    "letter.pdf": (unknown_pdf, "no reader knows this PDF"),
    "javascript.pdf": (javascript_pdf, "JavaScript"),
    "zip bomb.xlsx": (zip_bomb, "would unpack to"),
    "lying zip.xlsx": (lying_zip, "more than it says|damaged"),
    "many parts.xlsx": (many_parts, "parts, more than any table needs"),
    "traversal.xlsx": (traversal, "an archive and no workbook"),
    "macros.xlsx": (macro_workbook, "contains macros"),
    "cut.xlsx": (cut_workbook, "damaged or cut off"),
    "endless.xlsx": (endless_workbook, "more than 5000 rows"),
    "other.xlsx": (other_workbook, "no reader knows this XLSX"),
    "entities.xlsx": (workbook_with_entities, "entities"),
    "deep.json": (deep_json, "nested"),
    "cut.json": (cut_json, "damaged"),
    "other.json": (other_json, "no reader knows this JSON"),
}
"""Name, how to make it, and what its reason must say."""
