"""What is sent over HTTP."""

from typing import Annotated, Literal

from pydantic import AliasChoices, BaseModel, Field, StrictFloat, StrictInt, StringConstraints

from services.breaches.domain import Phase
from services.breaches.domain.papers import Means
from services.breaches.domain.weighing import SHORTEST
from shared.asked import Day

LONGEST = 8_000


class Reason(BaseModel):
    reason: str = Field(max_length=LONGEST)


class Hold(Reason):
    """`measure` says what is held; without it work, access and payment are."""

    measure: str = Field(default="", max_length=500)


class Verdict(Reason):
    """`basis` is one of the case's; without it the first. `phase` corrects when it arose; `claim`
    is what is claimed, where no finding said so."""

    basis: str = Field(default="", max_length=500)
    phase: Phase | None = None
    chosen_in_notice: bool | None = None
    final: bool | None = None
    event_date: Day | None = None
    judgment_date: Day | None = None
    claim: StrictFloat | None = None


class Dismissal(Reason):
    """`way_out`: `ground_gone`, `noted`; of a legal block `false_match`, `control_rebutted`,
    `delisted`."""

    way_out: str = ""


class Extension(Reason):
    working_days: StrictInt


class Resting(Extension):
    kind: Literal["disputed", "awaits_ruling", "suspended"]


class Licence(BaseModel):
    """What an authority allows, until the end of a day."""

    authority: str = Field(max_length=500)
    scope: str = Field(max_length=LONGEST)
    until: Day


class Settlement(BaseModel):
    terms: str = Field(max_length=LONGEST)


class SelfCleaning(Reason):
    """The three parts of Directive 2014/24/EU Art 57(6), and whether they are enough."""

    compensation: str = Field(max_length=LONGEST)
    clarified: str = Field(max_length=LONGEST)
    measures: str = Field(max_length=LONGEST)
    enough: bool


class OpinionGiven(BaseModel):
    reliable: bool
    opinion: str = Field(max_length=LONGEST)


class Correction(Reason):
    correction: str = Field(max_length=LONGEST)


class Release(Reason):
    """Kroner that are paid after all, on proof of back-pay."""

    amount: StrictFloat
    document_ids: tuple[str, ...] = Field(default=(), max_length=500)


class Report(BaseModel):
    reference: str = Field(max_length=500)


class Conflict(Reason):
    person: str = Field(max_length=200)
    instead: str = Field(max_length=200)


class Involvement(Reason):
    """`person` is a subject as in a token; without one, the caller's own."""

    person: str = Field(default="", max_length=200)
    party_id: str = Field(max_length=200)
    buyer_id: str = Field(max_length=100)


class Stock(Reason):
    """`told`: who of the clinic and of vigilance was told."""

    item: str = Field(max_length=500)
    days_of_stock: StrictFloat
    told: str = Field(max_length=500)


class Secured(Reason):
    means: Means
    reference: str = Field(default="", max_length=500)


class Question(BaseModel):
    question: str = Field(max_length=LONGEST)


class Subject(BaseModel):
    subject: str = Field(max_length=LONGEST)


class Answer(BaseModel):
    """The answer as `text` (or `answer`); `document_ids` are those that onboarding gave when the
    files were uploaded."""

    text: str = Field(max_length=LONGEST, validation_alias=AliasChoices("text", "answer"))
    document_ids: tuple[str, ...] = Field(default=(), max_length=50)
    self_cleaning: bool = False


Side = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=SHORTEST, max_length=LONGEST)
]


class Sides(BaseModel):
    """Proportionality side by side; `role_and_share` is the party's part in it."""

    gravity: Side
    recurrence: Side
    contract_link: Side
    role_and_share: Side
    milder_means: Side
    supply: Side


class Proposal(Reason):
    """`consequence` and `basis` together are one of the case's `options`.

    `weighing` is owed on the exclusion track; elsewhere `proportionality` in one text is enough.
    `deviation` says why an authority's opinion is not followed, `derogation` which public interest
    lets a mandatory ground be (Directive 2014/24/EU Art 57(3)).
    """

    consequence: str
    basis: str
    proportionality: str = Field(default="", max_length=LONGEST)
    working_days: StrictInt | None = None
    amount: StrictFloat | None = None
    deviation: str = Field(default="", max_length=LONGEST)
    derogation: str = Field(default="", max_length=LONGEST)
    weighing: Sides | None = None


class Signature(BaseModel):
    """Whoever signs declares to have no conflict of interest."""

    no_conflict: bool


class Timetable(Subject):
    """What the contractor is heard about: how and when the use of the party ends."""


class Precaution(Extension):
    """What holds until so many working days have passed, on one of the case's `bases`."""

    measure: str = Field(max_length=500)
    basis: str = Field(max_length=500)


class Delivery(BaseModel):
    """On which day it arrived, and by which way, with what shows that."""

    on: Day
    how: str = Field(max_length=500)


class Reuse(Reason):
    """`from_case_id` is one of the case's `siblings` or `elsewhere`."""

    from_case_id: str = Field(max_length=200)
