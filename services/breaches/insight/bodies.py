"""What is sent about a request for access to documents, and what is shown of it."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, Field, StrictInt

from services.breaches.domain.insight import MOST_WITHHELD, InsightStage, ItemKind, Outcome
from services.breaches.insight.law import Ground
from shared.asked import Day
from shared.events.keeping import Kept

Text = Annotated[str, Field(min_length=3, max_length=8_000)]
Short = Annotated[str, Field(max_length=300)]
Id = Annotated[str, Field(min_length=1, max_length=200)]


class RequestBody(BaseModel):
    """`asked` in the applicant's words. Name and contact may be left out."""

    buyer_id: Id
    country: Literal["DK", "SE"]
    asked: Text
    applicant: Short = ""
    contact: Short = ""
    received: AwareDatetime | None = None


class ItemBody(BaseModel):
    """`sha256` of a document's bytes, so that no other file is shown in its place."""

    kind: ItemKind
    ref: Id
    title: Short = ""
    concerns: tuple[Id, ...] = Field(default=(), max_length=20)
    sha256: str = Field(default="", pattern=r"^([0-9a-fA-F]{64})?$")


class HearingBody(BaseModel):
    party_id: Id
    working_days: StrictInt | None = Field(default=None, ge=1, le=250)


class AnswerBody(BaseModel):
    objects: bool
    answer: str = Field(default="", max_length=8_000)


class CoveredBody(BaseModel):
    """A field by its name (`*`: all of it), or a passage as it stands in the text."""

    field: Short = ""
    passage: str = Field(default="", max_length=2_000)
    basis: Id
    reason: Text


class RulingBody(BaseModel):
    outcome: Outcome
    withheld: tuple[CoveredBody, ...] = Field(default=(), max_length=MOST_WITHHELD)


class DelayBody(BaseModel):
    working_days: StrictInt = Field(ge=1, le=250)
    reason: Text


class ReasonBody(BaseModel):
    reason: Text


class ContactBody(BaseModel):
    """A mail address, or the id of a company with a mailbox of the state (`dk-cvr-…`)."""

    contact: Annotated[str, Field(min_length=3, max_length=300)]


class HandedBody(BaseModel):
    """`how`: the way and, where there is one, its reference."""

    on: Day
    how: Text


class ErasureBody(BaseModel):
    """The decision by which it may be erased, as it stands in the buyer's records."""

    reference: Text
    reason: Text


class SentBody(BaseModel):
    """`sha256` as the name of the copy says it."""

    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class DocumentsBody(BaseModel):
    """Files of the request's documents, by their ref, in Base64."""

    documents: dict[str, str] = Field(default={}, max_length=200)


class InsightLine(BaseModel):
    id: str
    buyer_id: str
    stage: InsightStage
    received: str
    due: datetime
    overdue: bool
    items: int


class InsightView(InsightLine):
    """`grounds` are those on which something can be withheld today."""

    country: str
    law: str
    applicant: str
    contact: str
    asked: str
    found: list[dict[str, object]]
    hearings: list[dict[str, object]]
    letters: int
    arrived: list[dict[str, object]]
    kept: Kept | None
    decided_by: str
    decided: datetime | None
    grounds: tuple[Ground, ...]
    law_verified: bool


class FieldView(BaseModel):
    field: str
    text: str
    confidentiality: str


class LetterView(BaseModel):
    number: int
    text_da: str
    text_sv: str
    text_en: str


class Written(BaseModel):
    """What an applicant was written; the last letter first."""

    buyer_id: str
    letters: tuple[LetterView, ...]
