"""Documents that wait for a person, as onboarding tells of them and as it shows one."""

from datetime import date
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw

from shared.events.base import Event
from shared.events.onboarding import DocumentNeedsReview, DocumentRead, DocumentReceived
from tests.console.cast import BUYER, NORDLYS
from tests.console.facts import need

DOC, PAYSLIP = "doc-review-1", "doc-payslip-1"


def received(id: str, name: str) -> DocumentReceived:
    return DocumentReceived(
        document_id=id,
        sha256="1" * 64,
        name=name,
        media_type="application/pdf",
        size=50_000,
        channel="link",
        buyer_id=BUYER,
    )


def needs_review(id: str, kind: str, reason: str, hours: float, role: str) -> tuple[Event, ...]:
    return (
        DocumentRead(
            document_id=id,
            kind=kind,
            buyer_id=BUYER,
            party_id=NORDLYS.party_id,
            reader=kind,
            issued=date(2026, 10, 1),
        ),
        DocumentNeedsReview(
            document_id=id,
            buyer_id=BUYER,
            reason=reason,
            need=need(f"review-document/{id}", "review-document", hours, role=role, about=id),
        ),
    )


WAITING: tuple[Event, ...] = (
    received(DOC, "iso-9001-nordlys.pdf"),
    *needs_review(DOC, "iso-9001", "valid until was read without certainty", 20, "officer"),
    received(PAYSLIP, "loenseddel.pdf"),
    *needs_review(PAYSLIP, "payslip", "a person looks at every payslip", 30, "wage_controller"),
)


def read_field(number: int, name: str, value: str, confidence: float, top: float) -> dict[str, Any]:
    return {
        "number": number,
        "name": name,
        "value": value,
        "confidence": confidence,
        "unsure": confidence < 0.8,
        "method": "text layer",
        "place": "page 1",
        "label": "",
        "page": 1,
        "box": {"left": 0.2, "top": top, "right": 0.5, "bottom": top + 0.03},
        "confirmed_by": "",
    }


READ: dict[str, Any] = {
    "document_id": DOC,
    "kind": "iso-9001",
    "state": "review",
    "reasons": ["valid until was read without certainty"],
    "pages": 1,
    "fields": [
        read_field(0, "number", "QMS-2231", 0.98, 0.2),
        read_field(1, "valid_until", "2027-04-O1", 0.4, 0.3),
    ],
}


def page_picture() -> bytes:
    """A white page of A4 with something written on it."""
    image = Image.new("RGB", (909, 1286), "white")
    draw = ImageDraw.Draw(image)
    draw.text((185, 262), "Certificate QMS-2231", fill="black")
    draw.text((185, 392), "Valid until 2027-04-O1", fill="black")
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
