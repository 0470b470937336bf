"""What a person saw in a document stands above what the reader saw."""

from datetime import date, datetime

from shared.domain import Rejected
from shared.events.onboarding import DocumentCorrected

from .document import Document
from .said import Correction, Field


def correct(
    document: Document,
    *,
    kind: str | None = None,
    party_id: str | None = None,
    issued: date | None = None,
    valid_until: date | None = None,
) -> None:
    """What a person saw in the document stands above what the reader saw."""
    document.kind = kind or document.kind
    document.party_id = party_id or document.party_id
    document.issued = issued or document.issued
    document.valid_until = valid_until or document.valid_until


def correct_fields(
    document: Document, right: dict[int, str], by: str, at: datetime, reason: str
) -> None:
    """A person saw what stands in these places. A place beyond the last is refused; the same
    value again confirms it.
    """
    if document.understood is None:
        raise Rejected("nothing was read in this document, so there is nothing to correct")
    fields = list(document.understood.fields)
    made: list[Correction] = []
    for number, value in right.items():
        if not 0 <= number < len(fields):
            raise Rejected(f"there is no field {number}; the last is {len(fields) - 1}")
        seen = fields[number]
        made.append(_correction(number, seen, value, by, at))
        fields[number] = seen.model_copy(
            update={
                "value": value,
                "confidence": 1.0,
                "confirmed_by": by,
                "method": seen.method if value == seen.value else "person",
            }
        )
    document.understood = document.understood.model_copy(update={"fields": tuple(fields)})
    document.corrections, document.corrected = (*document.corrections, *made), True
    names = tuple(one.name for one in made)
    document.announce(
        DocumentCorrected(
            document_id=document.id,
            buyer_id=document.buyer_id,
            fields=names,
            corrected_by=by,
            reason=reason,
        )
    )


def _correction(number: int, seen: Field, value: str, by: str, at: datetime) -> Correction:
    return Correction(
        number=number,
        name=seen.name,
        read=seen.value,
        right=value,
        place=seen.place,
        page=seen.page,
        box=seen.box,
        method=seen.method,
        confidence=seen.confidence,
        by=by,
        at=at.isoformat(),
    )
