"""Covers passages in a PDF for good: each page becomes a picture in which they are black.

Nothing of the text, the fonts, the attachments or the properties of the original is left: what is
black was never written into the copy. It runs in a process of its own with limited memory and time,
because the file is a stranger's: `python -m services.breaches.insight.masking`.
"""

import io
import json
import re
import resource
import subprocess
import sys
from collections.abc import Sequence

import pypdfium2 as pdfium
from PIL import Image, ImageDraw
from pypdfium2 import PdfiumError
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from shared.domain import Rejected

SCALE = 150 / 72
"""Dots per point: 150 to the inch, which prints legibly."""

MARGIN = 1.0
"""Points that a box is larger than the letters it covers."""

MOST_PAGES = 300
LARGEST_SIDE = 3_400
"""Points; the longer side of A0. A page may claim to be as large as it likes."""
SECONDS, MEMORY = 120.0, 2_000_000_000

REFUSED = 3
"""Exit status of the process where the file, and not the program, is wrong."""


__all__ = ["Missing", "PdfiumError", "mask", "masked"]


class Missing(Exception):
    """A passage that is nowhere in the text of the file, by its number from 1."""


def mask(data: bytes, passages: Sequence[str]) -> tuple[bytes, list[dict[str, int]]]:
    """A PDF of pictures in which these passages are black, and where: page and passage, from 1.

    Raises `Missing` for a passage that is not in the text of the file: one believes it covered.
    """
    document = pdfium.PdfDocument(data)
    if len(document) > MOST_PAGES:
        raise ValueError(f"the file has {len(document)} pages, more than {MOST_PAGES}")
    paper, log = io.BytesIO(), list[dict[str, int]]()
    canvas = Canvas(paper, invariant=1)
    for number, page in enumerate(document, 1):
        width, height = page.get_size()
        if not 0 < max(width, height) <= LARGEST_SIDE:
            raise ValueError(f"page {number} is larger than A0")
        boxes = _boxes(page, passages)
        bitmap = page.render(scale=SCALE)
        picture = bitmap.to_pil().convert("RGB")
        _cover(picture, [_on_picture(bitmap, page, box) for _, box in boxes])
        log += [{"page": number, "passage": which} for which, _ in boxes]
        canvas.setPageSize((width, height))
        canvas.drawImage(ImageReader(picture), 0, 0, width, height)
        canvas.showPage()
    found = {one["passage"] for one in log}
    for which in range(1, len(passages) + 1):
        if which not in found:
            raise Missing(str(which))
    canvas.save()
    return paper.getvalue(), log


def _boxes(
    page: pdfium.PdfPage, passages: Sequence[str]
) -> list[tuple[int, tuple[float, float, float, float]]]:
    """Where the passages stand, also where a line ends within one."""
    text = page.get_textpage()
    whole = text.get_text_range()
    found = []
    for which, passage in enumerate(passages, 1):
        for match in _pattern(passage).finditer(whole):
            rects = text.count_rects(match.start(), match.end() - match.start())
            boxes = [text.get_rect(n) for n in range(rects)]
            beneath = "".join(text.get_text_bounded(*box) for box in boxes)
            if _bare(passage) not in _bare(beneath):
                raise Missing(str(which))  # the boxes would cover something else
            found += [(which, box) for box in boxes]
    return found


def _pattern(passage: str) -> re.Pattern[str]:
    """The passage however its words are parted, in any case."""
    return re.compile(r"\s+".join(map(re.escape, passage.split())), re.IGNORECASE)


def _bare(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


def _cover(picture: Image.Image, corners: list[tuple[float, float, float, float]]) -> None:
    drawing = ImageDraw.Draw(picture)
    for left, top, right, bottom in corners:
        drawing.rectangle((left, top, right, bottom), fill="black")


def _on_picture(
    bitmap: pdfium.PdfBitmap, page: pdfium.PdfPage, box: tuple[float, float, float, float]
) -> tuple[float, float, float, float]:
    """The box in dots from the upper left, however the page is turned or cut."""
    place = bitmap.get_posconv(page)
    left, bottom, right, top = box
    corners = [
        place.to_bitmap(left - MARGIN, bottom - MARGIN),
        place.to_bitmap(right + MARGIN, top + MARGIN),
    ]
    across, down = zip(*corners, strict=True)
    return min(across), min(down), max(across), max(down)


def masked(data: bytes, passages: Sequence[str]) -> tuple[bytes, list[dict[str, int]]]:
    """The same in a process of its own. Raises `Rejected` with what is wrong with the file."""
    said = json.dumps(list(passages)).encode()
    try:
        done = subprocess.run(
            [sys.executable, "-m", "services.breaches.insight.masking"],
            input=len(said).to_bytes(4, "big") + said + data,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        raise Rejected(f"the file could not be covered within {SECONDS:g} s") from late
    if done.returncode == REFUSED:
        raise Rejected(done.stderr.decode("utf-8", "replace").strip(), field="withheld")
    if done.returncode != 0:
        raise Rejected("the file is damaged, or made to do harm: nothing of it is shown")
    length = int.from_bytes(done.stdout[:4], "big")
    return done.stdout[4 + length :], json.loads(done.stdout[4 : 4 + length])


def _main() -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    given = sys.stdin.buffer.read()
    length = int.from_bytes(given[:4], "big")
    try:
        copy, log = mask(given[4 + length :], json.loads(given[4 : 4 + length]))
    except Missing as missing:
        sys.stderr.write(
            f"passage {missing} is not in the text of the file; withhold it as a whole"
        )
        return REFUSED
    except (PdfiumError, ValueError) as wrong:
        sys.stderr.write(f"no PDF that can be read: {wrong}")
        return REFUSED
    said = json.dumps(log).encode()
    sys.stdout.buffer.write(len(said).to_bytes(4, "big") + said + copy)
    return 0


if __name__ == "__main__":
    sys.exit(_main())
