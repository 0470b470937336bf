"""The turns that a case may take: offered where the service says that they are possible now."""

from collections.abc import Collection

from services.console.readmodels.cases import Case
from services.console.steps import APPROVER, OFFICER, REASON, STEPS, Field, Step
from shared.domain import Caller

DAYS = Field("working_days", "number")
RESTS = ("disputed", "awaits_ruling", "suspended")
MEANS = ("alternative", "derogation", "urgent_purchase")


def _yes_no(name: str) -> Field:
    return Field(name, "choice", choices=("no", "yes"))


TURNS_OF_A_CASE = (
    Step("timetable", "timetable", OFFICER, (Field("subject"),), {}),
    Step("opinion", "opinion", OFFICER, (), {}),
    Step("opinion-answer", "opinion/answer", OFFICER, (_yes_no("reliable"), Field("opinion")), {}),
    Step(
        "self-cleaning",
        "self-cleaning",
        OFFICER,
        (
            Field("compensation"),
            Field("clarified"),
            Field("measures"),
            _yes_no("enough"),
            REASON,
        ),
        {},
    ),
    Step(
        "supply-assessment",
        "supply/assessment",
        OFFICER,
        (Field("item", "text"), Field("days_of_stock", "money"), Field("told", "text"), REASON),
        {},
        "primary",
    ),
    Step(
        "supply-means",
        "supply/means",
        OFFICER,
        (
            Field("means", "choice", choices=MEANS),
            Field("reference", "text", optional=True),
            REASON,
        ),
        {},
        "primary",
    ),
    Step(
        "release",
        "payment-release",
        OFFICER,
        (Field("amount", "money"), REASON, Field("document_ids", "ids", optional=True)),
        {},
    ),
    Step("resumption", "resumption", OFFICER, (REASON,), {}, "primary"),
    Step(
        "precaution",
        "precaution",
        OFFICER,
        (Field("measure", "text"), Field("basis", "basis"), DAYS, REASON),
        {},
    ),
    Step("precaution-lift", "precaution/lift", OFFICER, (REASON,), {}),
    Step(
        "delivery",
        "delivery",
        OFFICER,
        (
            Field("delivered_on", "date", sent_as="on"),
            Field("delivered_how", "text", sent_as="how"),
        ),
        {},
    ),
    Step("report", "report", OFFICER, (Field("reference", "text"),), {}, "primary"),
    Step("extension", "extension", OFFICER, (DAYS, REASON), {}),
    Step(
        "dispute",
        "dispute",
        OFFICER,
        (Field("kind", "choice", choices=RESTS), DAYS, REASON),
        {},
    ),
    Step(
        "licence",
        "licence",
        OFFICER,
        (Field("authority", "text"), Field("scope"), Field("until", "date")),
        {},
    ),
    Step("settlement", "settlement", APPROVER, (Field("terms"),), {}, "quiet"),
    Step("correction", "decision/correction", OFFICER, (Field("correction"), REASON), {}, "quiet"),
    Step("withdrawal", "decision/withdrawal", APPROVER, (REASON,), {}, "quiet"),
    Step("facts", "facts", OFFICER, (Field("from_case_id", "text"), REASON), {}, "quiet"),
    Step(
        "conflict",
        "conflict",
        (*OFFICER, *APPROVER),
        (Field("person", "text"), Field("instead", "text"), REASON),
        {},
        "quiet",
    ),
)

ALL_STEPS = (*STEPS, *TURNS_OF_A_CASE)


def steps_for(case: Case, caller: Caller, possible: Collection[str] | None) -> list[Step]:
    """The steps to offer, the one that is expected first. `possible` is what the service says."""
    if not caller.serves(case.buyer_id):
        return []
    offered = [step for step in ALL_STEPS if step.offered(case, caller, possible)]
    return sorted(offered, key=lambda step: step.look == "quiet")
