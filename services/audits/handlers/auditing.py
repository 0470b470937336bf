"""An audit from its team to its checklist, and another buyer's audit in place of one's own."""

from services.audits.commands import (
    AnswerChecklist,
    DeclareForAudit,
    PrepareAudit,
    RenewChecklist,
    ReuseAudit,
)
from services.audits.domain import Audit, AuditState, Checklist, Plan
from services.audits.domain.audits import Foreign
from services.audits.domain.checklists import Differs
from services.audits.domain.plans import months_later
from services.audits.following import Policy
from services.audits.handlers.door import router
from services.audits.handlers.places import day_of
from services.audits.handlers.planning import plan_next
from services.audits.libraries import Libraries
from shared.domain import Rejected, Unknown
from shared.events.base import is_natural_person
from shared.unit import Unit


@router.on(PrepareAudit)
async def prepare(command: PrepareAudit, unit: Unit, libraries: Libraries) -> dict[str, object]:
    """Who audits what and where. The checklist gets the version in force, and keeps it."""
    audit, plan = await _audit(command.audit_id, unit)
    assert unit.caller is not None
    stranger = set(command.chain_ids) - set(plan.chain)
    if stranger:
        raise Rejected(
            f"{', '.join(sorted(stranger))}: no declared subcontractor of this contract",
            field="chain_ids",
        )
    library = libraries.on(day_of(unit.now, plan.country))
    checklist = await unit.load(Checklist, audit.id)
    if checklist is None:
        checklist = Checklist(
            id=audit.id,
            buyer_id=audit.buyer_id,
            party_id=audit.party_id,
            obligation=audit.obligation,
        )
        checklist.keep_apart(library)
        checklist.take(library)
        unit.save(checklist)
    audit.prepare(
        command.team,
        command.sites,
        command.chain_ids,
        command.announced,
        (checklist.library_version, len(checklist.questions)),
        unit.caller.subject,
    )
    unit.save(audit)
    version = checklist.library_version
    return {"audit_id": audit.id, "version": version, "questions": len(checklist.questions)}


@router.on(DeclareForAudit)
async def declare(command: DeclareForAudit, unit: Unit, libraries: Libraries) -> dict[str, object]:
    """A member says whether anything ties it to the party. With a conflict it stands aside."""
    audit, plan = await _audit(command.audit_id, unit)
    audit.keep_apart(libraries.on(day_of(unit.now, plan.country)))
    assert unit.caller is not None
    audit.declare(unit.caller.subject, command.no_conflict, command.reason)
    unit.save(audit)
    return {"audit_id": audit.id, "team": list(audit.team), "declared": list(audit.declared)}


@router.on(AnswerChecklist)
async def answer(command: AnswerChecklist, unit: Unit) -> dict[str, object]:
    """What others have answered differently meanwhile is shown, and not overwritten."""
    audit, _ = await _audit(command.audit_id, unit)
    assert unit.caller is not None
    audit.must_be_worked_on_by(unit.caller.subject)
    checklist = await _checklist(audit, unit)
    if command.version not in ("", checklist.library_version):
        raise Rejected(
            f"these answers are for version {command.version} of the checklist, which is "
            f"{checklist.library_version} now: export it anew and carry the answers over",
            field="version",
        )
    differ = checklist.answer(command.answers, unit.caller.subject, unit.now)
    unit.save(checklist)
    return {
        "audit_id": audit.id,
        "unanswered": list(checklist.unanswered),
        "conflicts": [_shown(one, checklist) for one in differ],
    }


def _shown(one: Differs, checklist: Checklist) -> dict[str, object]:
    """Two answers, without their notes where these take a role of their own to be read: what comes
    of a command is kept as it is, and told to whoever sent it.
    """
    said: dict[str, dict[str, object]] = one.model_dump(mode="json")
    if is_natural_person(checklist.whose):
        said["stands"]["note"] = said["given"]["note"] = ""
    return {**said}


@router.on(RenewChecklist)
async def renew(command: RenewChecklist, unit: Unit, libraries: Libraries) -> dict[str, object]:
    """Take another version of the questions. Answers to those that are the same stay."""
    audit, plan = await _audit(command.audit_id, unit)
    audit.must_be_planned()
    checklist = await _checklist(audit, unit)
    today = day_of(unit.now, plan.country)
    library = libraries.of(command.version) if command.version else libraries.on(today)
    dropped = checklist.take(library)
    unit.save(checklist)
    return {"audit_id": audit.id, "version": library.version, "dropped": list(dropped)}


@router.on(ReuseAudit)
async def reuse(
    command: ReuseAudit, unit: Unit, policy: Policy, libraries: Libraries
) -> dict[str, object]:
    """Another buyer's audit counts here, where it is of the same level, recent, and assessed."""
    audit, plan = await _audit(command.audit_id, unit)
    assert unit.caller is not None
    foreign = await _foreign(command, audit, unit)
    today = day_of(unit.now, plan.country)
    oldest = months_later(today, -policy.reuse.months)
    if foreign.held_on < oldest:
        raise Rejected(
            f"it was held on {foreign.held_on}; an audit can be taken over for "
            f"{policy.reuse.months} months, so from {oldest} on",
            field="held_on",
        )
    audit.keep_apart(libraries.on(today))
    audit.reuse(foreign, command.assessment, command.document_ids, today, unit.caller.subject)
    unit.save(audit)
    plan_next(audit, plan, unit, policy)
    unit.save(plan)
    return {"audit_id": audit.id, "state": audit.state, "held_on": foreign.held_on.isoformat()}


async def _foreign(command: ReuseAudit, audit: Audit, unit: Unit) -> Foreign:
    """The audit as it is told, or as it stands in this system where it has an id there."""
    if not command.same_level:
        raise Rejected(
            "an audit under other terms says nothing about these: only one under terms of the "
            "same level can be taken over",
            field="same_level",
        )
    if not command.other_audit_id:
        if command.held_on is None:
            raise Rejected("say on which day it was held", field="held_on")
        return Foreign(command.other_buyer_id, command.reference, command.held_on)
    other = await unit.load(Audit, command.other_audit_id)
    if other is None or other.held_on is None or other.state is not AuditState.HELD:
        raise Rejected("no audit with this id was held", field="other_audit_id")
    if (other.party_id, other.obligation) != (audit.party_id, audit.obligation):
        raise Rejected(
            f"that audit is about {other.obligation} of {other.party_id}, this one about "
            f"{audit.obligation} of {audit.party_id}",
            field="other_audit_id",
        )
    return Foreign(other.buyer_id, command.reference or other.id, other.held_on)


async def _audit(audit_id: str, unit: Unit) -> tuple[Audit, Plan]:
    assert unit.caller is not None
    audit = await unit.get(Audit, audit_id)
    unit.caller.must_serve(audit.buyer_id)
    return audit, await unit.get(Plan, audit.contract_id)


async def _checklist(audit: Audit, unit: Unit) -> Checklist:
    checklist = await unit.load(Checklist, audit.id)
    if checklist is None:
        raise Unknown("checklist", audit.id)
    return checklist
