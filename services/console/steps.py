"""What can be done in a case, by whom, where it stands now.

The service `breaches` decides what is lawful and says no with reasons. This table only puts the
next steps in front of those who may take them, so that nobody is offered what is sure to be
refused.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from math import isfinite
from typing import Any, Literal

from services.console.readmodels.cases import Case
from shared.domain import Caller
from shared.events.breaches import Consequence, Track
from shared.events.words import Weighing

Kind = Literal[
    "area", "number", "option", "check", "text", "date", "money", "choice", "basis", "ids",
    "days", "questions", "missing",
]  # fmt: skip


YES_NO = {"yes", "no"}
KNOWN = ("", "yes", "no")
PHASES = ("", "procedure", "existed_at_award", "arose_later")


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form. `sent_as` is its name at the service, where that is another one.

    `within` is the part of the body that it belongs to; `tracks` are those on which it is asked.
    """

    name: str
    kind: Kind = "area"
    sent_as: str = ""
    choices: tuple[str, ...] = ()
    optional: bool = False
    within: str = ""
    tracks: tuple[Track, ...] = tuple(Track)

    def value(self, text: str) -> Any:
        """The text of the form in the type that the service takes."""
        match self.kind:
            case "number":
                return int(text) if text.isdecimal() else None
            case "money":
                try:
                    amount = float(text.replace(",", "."))
                except ValueError:
                    return None
                return amount if isfinite(amount) else None
            case "check":
                return text == "yes"
            case "choice" if set(self.choices) - {""} == YES_NO:
                return text == "yes"
            case "ids":
                return text.replace(",", " ").split()
            case "days":
                return [
                    int(one) if one.isdecimal() else one for one in text.replace(",", " ").split()
                ]
        return text


@dataclass(frozen=True, slots=True)
class Step:
    """One form. `path` is the address at the service, and the word for it in `possible` there."""

    name: str
    path: str
    roles: tuple[str, ...]
    fields: tuple[Field, ...]
    stages: dict[Track, tuple[str, ...]]
    look: Literal["primary", "plain", "quiet"] = "plain"
    unless: Callable[[Case, Caller], bool] = field(default=lambda case, caller: False)

    def offered(self, case: Case, caller: Caller, possible: Collection[str] | None) -> bool:
        """Whether to show it: as the service says now, else as the table says."""
        if not set(self.roles) & set(caller.roles) or self.unless(case, caller):
            return False
        if possible is not None:
            return self.path in possible
        return bool(case.track) and case.stage in self.stages.get(Track(case.track), ())

    def body(self, form: dict[str, str]) -> dict[str, Any]:
        """What goes to the service: the fields of the form in the types that they have there.

        A part of which nothing was filled in is not sent; of any other, all is."""
        body: dict[str, Any] = {}
        filled = {one.within for one in self.fields if form.get(one.name, "").strip()}
        for one in self.fields:
            text = form.get(one.name, "")
            if one.within:
                if one.within in filled:
                    body.setdefault(one.within, {})[one.name] = one.value(text)
            elif one.kind == "option":
                body["consequence"], _, body["basis"] = text.partition("|")
            elif text or not one.optional:
                body[one.sent_as or one.name] = one.value(text)
        return body


REASON = Field("reason")
OFFICER, APPROVER = ("officer",), ("approver",)
LEGAL, EXCLUSION = Track.LEGAL_BLOCK, Track.EXCLUSION
BREACH, ENQUIRY = Track.CONTRACT_BREACH, Track.ENQUIRY
SUPPLY = Track.SUPPLY_CASE


SIDES = tuple(
    Field(name, optional=True, within="weighing", tracks=(EXCLUSION,))
    for name in Weighing.model_fields
)
"""The sides of proportionality, each said on its own where somebody is excluded."""

WAYS_OUT = ("", "ground_gone", "noted", "false_match", "control_rebutted", "delisted")


def _confirmed_it(case: Case, caller: Caller) -> bool:
    return caller.subject == case.confirmed_by


def _leaves_it_to_an_officer(case: Case, caller: Caller) -> bool:
    """An approver is needed only to lift a block that two persons put in force."""
    in_force = case.track == LEGAL and case.stage in ("blocked", "proposed", "ordered")
    return "officer" not in caller.roles and not in_force


def _has_signed(case: Case, caller: Caller) -> bool:
    decision = case.decision
    return decision is not None and caller.subject in (decision.by, *decision.signed)


STEPS = (
    Step("hold", "hold", OFFICER, (REASON,), {LEGAL: ("flagged",)}, "primary"),
    Step(
        "confirm",
        "confirm",
        OFFICER,
        (
            REASON,
            Field("phase", "choice", choices=PHASES, optional=True, tracks=(EXCLUSION,)),
            Field("chosen_in_notice", "choice", choices=KNOWN, optional=True, tracks=(EXCLUSION,)),
            Field("final", "choice", choices=KNOWN, optional=True, tracks=(EXCLUSION,)),
            Field("event_date", "date", optional=True, tracks=(EXCLUSION,)),
            Field("judgment_date", "date", optional=True, tracks=(EXCLUSION,)),
            Field("claim", "money", optional=True, tracks=(BREACH,)),
        ),
        {LEGAL: ("held",), EXCLUSION: ("heard", "lapsed"), BREACH: ("heard", "lapsed")},
        "primary",
    ),
    Step(
        "second-approval",
        "second-approval",
        APPROVER,
        (REASON,),
        {LEGAL: ("confirmed",)},
        "primary",
        unless=_confirmed_it,
    ),
    Step(
        "sign",
        "decision/sign",
        APPROVER,
        (Field("no_conflict", "check"),),
        dict.fromkeys(Track, ("proposed",)),
        "primary",
        unless=_has_signed,
    ),
    Step(
        "enquiry",
        "enquiry",
        OFFICER,
        (Field("question"),),
        {ENQUIRY: ("flagged", "answered"), EXCLUSION: ("flagged", "answered")},
        "primary",
    ),
    Step(
        "answer",
        "enquiry/answer",
        OFFICER,
        (Field("answer", sent_as="text"),),
        {ENQUIRY: ("asked",), EXCLUSION: ("asked",)},
    ),
    Step(
        "hearing",
        "hearing",
        OFFICER,
        (Field("subject"),),
        {
            ENQUIRY: ("answered", "ordered"),
            EXCLUSION: ("flagged", "answered"),
            BREACH: ("flagged", "ordered"),
        },
    ),
    Step(
        "hearing-answer",
        "hearing/answer",
        OFFICER,
        (
            Field("answer", sent_as="text"),
            Field(
                "self_cleaning",
                "choice",
                choices=("no", "yes"),
                optional=True,
                tracks=(EXCLUSION,),
            ),
        ),
        {EXCLUSION: ("hearing",), BREACH: ("hearing",)},
    ),
    Step(
        "decision",
        "decision",
        OFFICER,
        (
            Field("option", "option"),
            REASON,
            *SIDES,
            Field("proportionality", optional=True),
            Field("working_days", "number", optional=True),
            Field("amount", "money", optional=True, tracks=(BREACH,)),
            Field("deviation", optional=True, tracks=(EXCLUSION,)),
            Field("derogation", optional=True, tracks=(EXCLUSION,)),
        ),
        {
            LEGAL: ("blocked", "proposed", "ordered"),
            EXCLUSION: ("confirmed", "proposed", "ordered"),
            BREACH: ("flagged", "confirmed", "proposed", "ordered"),
            ENQUIRY: ("answered", "proposed", "ordered"),
        },
    ),
    Step(
        "remedy",
        "remedy",
        OFFICER,
        (REASON,),
        {
            ENQUIRY: ("ordered",),
            EXCLUSION: ("ordered",),
            BREACH: ("flagged", "heard", "lapsed", "confirmed", "ordered"),
        },
        "quiet",
    ),
    Step(
        "dismiss",
        "dismiss",
        (*OFFICER, *APPROVER),
        (REASON, Field("way_out", "choice", choices=WAYS_OUT, optional=True)),
        dict.fromkeys(
            Track,
            (
                "flagged",
                "held",
                "asked",
                "answered",
                "hearing",
                "heard",
                "lapsed",
                "confirmed",
                "blocked",
            ),
        ),
        "quiet",
        unless=_leaves_it_to_an_officer,
    ),
)

CONSEQUENCES = tuple(one.value for one in Consequence)

TURNS: dict[str, str] = {
    "flagged": "officer",
    "held": "officer",
    "confirmed": "approver",
    "blocked": "officer",
    "asked": "supplier",
    "answered": "officer",
    "hearing": "supplier",
    "heard": "officer",
    "lapsed": "officer",
    "opinion": "authority",
    "assessed": "officer",
    "secured": "supplier",
    "proposed": "approver",
    "ordered": "supplier",
}
"""Whose turn it is; a closed case is nobody's."""

COURSES: dict[Track, tuple[str, ...]] = {
    LEGAL: ("flagged", "held", "confirmed", "blocked", "proposed", "ordered", "remedied"),
    EXCLUSION: ("flagged", "asked", "hearing", "confirmed", "proposed", "ordered", "remedied"),
    BREACH: ("flagged", "hearing", "confirmed", "proposed", "ordered", "remedied"),
    ENQUIRY: ("flagged", "asked", "answered", "remedied"),
    SUPPLY: ("flagged", "assessed", "secured", "remedied"),
}
"""The usual course of each track, drawn above the case (design §5)."""

PLACES = {"answered": "asked", "heard": "hearing", "lapsed": "hearing", "opinion": "confirmed"}
"""Stages that are part of a longer step of a course that does not name them."""


def turn_of(case: Case) -> str:
    if case.closed:
        return ""
    if case.stage == "confirmed" and case.track != LEGAL:
        return "officer"
    return TURNS.get(case.stage, "")


def course_of(case: Case) -> list[tuple[str, str]]:
    """Each step of the usual course, with `done`, `now` or `ahead`."""
    course = list(COURSES[Track(case.track)]) if case.track else []
    if case.stage == "dismissed":
        return [(stage, "ahead") for stage in course[:-1]] + [("dismissed", "now")]
    stage = case.stage if case.stage in course else PLACES.get(case.stage, case.stage)
    here = course.index(stage) if stage in course else 0
    marks = ["done"] * here + ["now"] + ["ahead"] * (len(course) - here - 1)
    return list(zip(course, marks, strict=True))
