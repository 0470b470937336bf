"""Pages as pictures: for a person to see beside the fields, and without what must not be kept."""

from io import BytesIO

import pypdfium2
from PIL import Image, ImageDraw

from .content import content_of
from .ocr import scale_of
from .pdf import load
from .reading import NotUnderstood, Region

SHOWN, KEPT = 110, 150
"""Dots per inch of a page on a screen, and of one that is kept as a picture."""

MARGIN = 0.004
"""Of the page's width: how far a bar reaches over what it covers."""


def page_count(data: bytes) -> int:
    """How many pages there are to show; none of what is no PDF file."""
    if content_of(data) != "pdf":
        return 0
    document = load(data)
    try:
        return len(document)
    finally:
        document.close()


def picture_of(data: bytes, page: int) -> bytes:
    """One page (from 1 on) as PNG. Raises `NotUnderstood`."""
    if content_of(data) != "pdf":
        raise NotUnderstood("only PDF files have pages to show")
    document = load(data)
    try:
        if not 1 <= page <= len(document):
            raise NotUnderstood(f"the file has {len(document)} pages; there is no page {page}")
        out = BytesIO()
        _drawn(document, page, SHOWN).save(out, "PNG")
        return out.getvalue()
    finally:
        document.close()


def redacted(data: bytes, regions: tuple[Region, ...]) -> bytes:
    """The file as pictures of its pages, with black bars over these regions.

    Nothing of the text layer is left: what is under a bar is gone.
    """
    document = load(data)
    try:
        pages = [_drawn(document, page, KEPT) for page in range(1, len(document) + 1)]
    finally:
        document.close()
    for region in regions:
        picture = pages[region.page - 1]
        width, height = picture.size
        box = region.box
        left, right = (box.left - MARGIN) * width, (box.right + MARGIN) * width
        top, bottom = (box.top - MARGIN) * height, (box.bottom + MARGIN) * height
        ImageDraw.Draw(picture).rectangle((left, top, right, bottom), fill="black")
    out = BytesIO()
    pages[0].save(out, "PDF", resolution=KEPT, save_all=True, append_images=pages[1:])
    return out.getvalue()


def _drawn(document: pypdfium2.PdfDocument, number: int, dots: int) -> Image.Image:
    try:
        page = document[number - 1]
        try:
            picture: Image.Image = page.render(scale=scale_of(page, dots)).to_pil().convert("RGB")
        finally:
            page.close()
    except pypdfium2.PdfiumError as error:
        raise NotUnderstood(f"page {number} of the PDF file cannot be drawn") from error
    return picture
