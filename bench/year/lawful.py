"""Whether a case is in a lawful state: what waits, for whom, until when, and what came before."""

from bench.year.desk import Desk
from services.breaches.domain import Action, Case, Stage
from services.subcontractors.domain import Replacement
from services.subcontractors.domain import Stage as SwapStage
from shared.events.breaches import Track
from shared.events.words import Status

HEARD = {"hearing answered", "hearing lapsed"}


def problems_of(case: Case, desk: Desk) -> list[str]:
    """Everything about a case that should not be, in words. Empty where it is lawful."""
    found = [*_past(case), *(_ahead(case, desk) if case.open else _over(case, desk))]
    return [f"{case.id} ({case.track}, {case.stage}): {problem}" for problem in found]


def _over(case: Case, desk: Desk) -> list[str]:
    found = []
    if case.status is not Status.CLEAR:
        found.append(f"it is over and shows {case.status}")
    if case.withheld:
        found.append("it is over and payment is held")
    if case.precaution:
        found.append("it is over and a precaution holds")
    if f"case/{case.id}" in desk.breaches.deadlines:
        found.append("it is over and a deadline of it runs")
    found += [f"it is over and {id} waits" for id in _needs(case, desk) - _may_outlive(case)]
    return found


def _may_outlive(case: Case) -> set[str]:
    """A freeze is reported even where the block has ended meanwhile."""
    return {case.report_need}


def _needs(case: Case, desk: Desk) -> set[str]:
    return {id for id, need in desk.needs.items() if need.about == case.id}


def _ahead(case: Case, desk: Desk) -> list[str]:
    wait, found = case.wait, []
    if wait is None:
        return ["it is open and waits for nothing"]
    if Action.DISMISS not in wait.may or len(wait.may) < 2:
        found.append("there is no way out")
    need = desk.needs.get(case.need_id)
    if need is None:
        found.append(f"nobody is asked: {case.need_id} is settled or was never raised")
    elif (need.role, need.buyer_id) != (wait.role, case.buyer_id):
        found.append(f"{need.role} of {need.buyer_id} is asked and not {wait.role}")
    due = desk.breaches.deadlines.get(f"case/{case.id}")
    if due is None and not case.escalated:
        found.append("no deadline runs and nobody was told")
    if case.due < desk.now and not case.escalated:
        found.append(f"{case.due} has passed and nobody was told")
    if case.report_due and not case.reported and case.report_need not in desk.needs:
        found.append("a block must be reported and nobody is asked to")
    cap = case.sum.cap
    if cap is not None and case.withheld > cap and case.release_need not in desk.needs:
        found.append("more is held than claimed and nobody is asked to release it")
    return found


def problems_of_swap(replacement: Replacement, desk: Desk) -> list[str]:
    """Whether the time of an open replacement runs while its case does, and somebody is asked."""
    case = desk.breaches.state(Case, replacement.case_id)
    waiting = {need.kind for need in desk.needs.values() if need.about == replacement.id}
    found = []
    if replacement.buyer_id != case.buyer_id:
        found.append(f"it is {replacement.buyer_id}'s, and its case {case.buyer_id}'s")
    if replacement.stands_still and case.rest is None:
        found.append("it stands still, and its case does not rest")
    if replacement.stands_still and waiting & {"follow-replacement", "overdue-replacement"}:
        found.append("it stands still, and somebody is asked to hurry")
    if replacement.stage is SwapStage.DEMANDED and not replacement.stands_still:
        if "follow-replacement" not in waiting:
            found.append("nobody follows it")
        if not replacement.overdue and replacement.deadline < desk.now:
            found.append(f"{replacement.deadline} has passed and nobody was told")
    return [f"{replacement.id} ({replacement.stage}): {problem}" for problem in found]


def _past(case: Case) -> list[str]:
    """What the law wants before each step was there before it."""
    done: list[str] = []
    found = []
    blocks = case.track is Track.LEGAL_BLOCK
    for step in case.steps:
        match step.what:
            case "ground established" if blocks and "hold ordered" not in done:
                found.append("a ground was established before the hold")
            case "ground established" if not blocks and not HEARD & set(done):
                found.append("a ground was established before anybody was heard")
            case "second approval" if step.by == case.established_by:
                found.append("one person approved what it had established")
        done.append(step.what)
    if "raised to a legal block" not in done:
        for asked in case.exchanges:
            if asked.lapsed and asked.delivered is None:
                found.append(f"silence counted about {asked.link_id}, which never arrived")
    for decision in case.decisions:
        if decision.ordered is None:
            continue
        if len(set(decision.signed_by) - {decision.by}) < 2:
            found.append(f"{decision.decision_id} took effect without two other signatures")
        if decision.consequence != "dialogue" and "ground established" not in done:
            found.append(f"{decision.decision_id} orders something without a ground")
    if blocks and case.stage is Stage.ORDERED and "second approval" not in done:
        found.append("a block was decided on without a second approval")
    return found
