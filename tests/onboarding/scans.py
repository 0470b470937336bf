"""Papers as a scanner makes them, and what Tesseract would tell of them.

The stand-in answers like Tesseract 5 (`tsv`): with the words of the paper's own text layer, where
they really stand. So a test needs no Tesseract; with one, the same papers are read for real.
"""

import io
import stat
from collections.abc import Mapping
from pathlib import Path

import pypdfium2

DOTS = 300
HEAD = (
    "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext"
)


def scanned(data: bytes) -> bytes:
    """The paper as pictures of its pages."""
    document = pypdfium2.PdfDocument(data)
    pages = [page.render(scale=200 / 72).to_pil().convert("L") for page in document]
    out = io.BytesIO()
    pages[0].save(out, "PDF", resolution=200, save_all=True, append_images=pages[1:])
    return out.getvalue()


def tsv_of(data: bytes, unsure: Mapping[str, int]) -> str:
    """The words of the first page. All were seen with 96 per cent, those named with theirs."""
    page = pypdfium2.PdfDocument(data)[0]
    height = page.get_height()
    text_page = page.get_textpage()
    text = text_page.get_text_range()
    scale = DOTS / 72
    rows, start = [HEAD], 0
    for line, raw in enumerate(text.splitlines(keepends=True), start=1):
        for word in raw.split():
            at = text.index(word, start)
            start = at + len(word)
            boxes = [text_page.get_charbox(i) for i in range(at, start)]
            left, right = min(b[0] for b in boxes), max(b[2] for b in boxes)
            low, high = min(b[1] for b in boxes), max(b[3] for b in boxes)
            place = (left, height - high, right - left, high - low)
            numbers = "\t".join(str(round(value * scale)) for value in place)
            rows.append(f"5\t1\t1\t1\t{line}\t1\t{numbers}\t{unsure.get(word, 96)}\t{word}")
    return "\n".join(rows) + "\n"


def stand_in(folder: Path, tsv: str) -> Path:
    """A program named tesseract that tells this, whatever it is shown."""
    (folder / "words.tsv").write_text(tsv)
    program = folder / "tesseract"
    program.write_text(
        "#!/bin/sh\n"
        'if [ "$1" = "--list-langs" ]; then echo "List:"; echo dan; echo eng; exit 0; fi\n'
        "cat > /dev/null\n"
        f'cat "{folder}/words.tsv"\n'
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return program
