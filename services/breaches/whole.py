"""How a case is put together for whoever may read it: its lines, its turn, its letters."""

from datetime import datetime
from typing import Any

from services.breaches.domain import (
    PATHS,
    Action,
    Agreement,
    Case,
    Rule,
    Tendering,
    options,
)
from services.breaches.domain.basis import bases_of
from services.breaches.domain.reuse import is_shared
from services.breaches.guidance import Forumshelf, Guidance, matter_of
from services.breaches.letters import Letter
from services.breaches.posted import proof_of
from services.breaches.terms import WAYS_OUT, Terms, country_of, day_of, timetable
from services.breaches.views import CaseLine, CaseView, Elsewhere, LetterLine, Next
from shared.domain import Caller


def line(case: Case) -> CaseLine:
    return CaseLine(**_line(case))


def _line(case: Case) -> dict[str, Any]:
    wait = case.wait
    fields = ("contract_id", "buyer_id", "party_id", "supplier_id", "track", "rule", "status")
    return {
        **{name: getattr(case, name) for name in fields},
        "id": case.id,
        "stage": case.stage,
        "open": case.open,
        "opened": case.opened,
        "due": case.due if wait else None,
        "turn": wait.turn if wait else "",
        "what": wait.what if wait else "",
    }


ALSO = (
    "sum",
    "release_condition",
    "precaution",
    "borrowed",
    "predecessors",
    "rest",
    "cleaning",
    "opinion",
    "supply",
    "withheld",
    "report_due",
    "reported",
    "relevant_until",
    "recused",
)


def of_others(case: Case, others: list[Case], caller: Caller) -> dict[str, Any]:
    """Cases about the same party: those of this buyer, and what others may show of theirs."""
    mine = [o for o in others if o.id != case.id and o.buyer_id == case.buyer_id]
    theirs = [o for o in others if o.buyer_id != case.buyer_id and is_shared(o, case.buyer_id)]
    return {
        "siblings": tuple(line(other) for other in mine if caller.serves(other.buyer_id)),
        "elsewhere": tuple(
            Elsewhere(
                case_id=other.id,
                buyer_id=other.buyer_id,
                rule=other.rule,
                cause=other.cause,
                opened=other.opened,
                established=other.established,
            )
            for other in theirs
        ),
    }


def whole(
    case: Case,
    rule: Rule,
    agreement: Agreement,
    letters: list[Letter],
    terms: Terms,
    forums: Forumshelf,
    now: datetime,
    others: dict[str, Any],
    tendering: Tendering | None = None,
) -> CaseView:
    latest = timetable(agreement, terms, now, tendering)
    wait, ground = case.wait, case.ground(rule)
    ahead = None
    if wait is not None:
        ahead = Next(
            turn=wait.turn,
            role=wait.role,
            what=wait.what,
            law=wait.law,
            due=case.due,
            overdue=case.due < now,
            possible=tuple(action for action in wait.may if _has_an_object(action, case)),
        )
    return CaseView(
        **_line(case),
        role=case.role,
        path=case.path,
        cause=case.cause,
        phase=case.phase,
        mandatory=case.mandatory,
        established=case.established,
        amount=case.amount,
        rulebook_version=case.rulebook_version,
        rule_da=rule.name.da,
        rule_sv=rule.name.in_language("sv"),
        rule_en=rule.name.en,
        exposure_ids=case.exposure_ids,
        ended_exposures=case.ended_exposures,
        next=ahead,
        bases=bases_of(ground, agreement),
        options=options(ground, agreement),
        exchanges=case.exchanges,
        decisions=case.decisions,
        **{name: getattr(case, name) for name in ALSO},
        **others,
        timetable=latest,
        ways_out=WAYS_OUT if any(one.past for one in latest) else (),
        tenders_until=tendering.tenders_until if tendering else None,
        guidance=_guidance(case, agreement, forums),
        replacement_id=case.replacement_id,
        notes=case.notes,
        letters=tuple(
            LetterLine.model_validate(letter.model_dump() | proof_of(letter, case, letters))
            for letter in sorted(letters, key=lambda one: one.number)
        ),
        steps=case.steps,
    )


def _has_an_object(action: Action, case: Case) -> bool:
    """Whether there is anything now that the step could be about."""
    asked = case.open_exchange()
    match action:
        case Action.LIFT:
            return case.precaution is not None
        case Action.PRECAUTION:
            return case.precaution is None
        case Action.RELEASE:
            return case.withheld > 0
        case Action.DELIVER:
            return asked is not None and asked.delivered is None
    return True


def _guidance(case: Case, agreement: Agreement, forums: Forumshelf) -> Guidance | None:
    """Where the decision in force can be complained of, and until when."""
    decision = next((d for d in reversed(case.decisions) if d.in_force), None)
    if decision is None or decision.ordered is None:
        return None
    day = day_of(decision.ordered, agreement)
    matter = matter_of(case.track, case.phase, agreement.category)
    forum = forums.on(day).forum(country_of(agreement), matter)
    return Guidance(
        forum=forum.name, until=forum.until(day), basis=forum.basis, verified=forum.verified
    )


def paths() -> dict[str, dict[str, Any]]:
    """The state machines as data, for people and for pages."""
    return {
        track.value: {stage.value: wait.model_dump() for stage, wait in stages.items()}
        for track, stages in PATHS.items()
    }
