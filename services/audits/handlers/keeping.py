"""When a complaint was assessed its time begins, and its source and words are erased."""

from services.audits.commands.keeping import (
    ComplaintErasureDue,
    ComplaintErasureNear,
    ComplaintKeyDestroyed,
    DecideComplaintErasure,
    EraseComplaint,
    HoldComplaint,
    ReleaseComplaint,
)
from services.audits.domain import Complaint
from services.audits.domain.findings import words
from services.audits.handlers.door import router
from shared.erasures import ErasureMessages, Erasures


def _said(text: str, field: str) -> str:
    return words(text, field, "which decision" if field == "reference" else "why")


complaints = Erasures(
    router,
    Complaint,
    ErasureMessages(
        near=ComplaintErasureNear,
        due=ComplaintErasureDue,
        erase=EraseComplaint,
        destroyed=ComplaintKeyDestroyed,
        hold=HoldComplaint,
        release=ReleaseComplaint,
        decide=DecideComplaintErasure,
    ),
    _said,
)
