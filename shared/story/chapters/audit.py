"""A finding of an audit is not mended in time and becomes a breach case."""

from datetime import timedelta

from shared.events.audits import (
    AuditHeld,
    AuditPlanned,
    CorrectiveActionAgreed,
    CorrectiveActionOverdue,
    CorrectiveActionReminded,
    FindingRaised,
)
from shared.events.breaches import BreachFlagged, Track
from shared.events.words import Status
from shared.story.chapters.beginning import contract_of
from shared.story.player import Player

LABOUR = "labour-ilo94"
DAYS = 10
"""Working days for the corrective action."""

AN_HOUR, A_DAY = timedelta(hours=1), timedelta(days=1)


async def an_action_is_overdue(p: Player) -> None:
    p.tell.chapter(7, "A corrective action passes its reminders and its deadline")
    contract_id = await contract_of(p, "malardalen")
    planned = await p.fact(AuditPlanned, contract_id=contract_id, obligation=LABOUR)
    await p.auditor.ask(
        f"/api/audits/audits/{planned.audit_id}/hold",
        {
            "conclusion": "Work schedules of two weeks were missing at the visit.",
            "no_conflict": True,
            "findings": [
                {
                    "obligation": LABOUR,
                    "severity": "major",
                    "finding_class": "other",
                    "description": "Schedules for two weeks could not be shown.",
                }
            ],
        },
        key=f"audit/{planned.audit_id}",
    )
    await p.fact(AuditHeld, audit_id=planned.audit_id)
    finding = await p.fact(FindingRaised, audit_id=planned.audit_id)
    p.tell.true(f"{p.auditor.name} has held the audit of {LABOUR}: {finding.description}")
    await p.manager.ask(
        f"/api/audits/findings/{finding.finding_id}/action",
        {"measure": "Hand in the schedules and keep them at the site.", "working_days": DAYS},
        key=f"action/{finding.finding_id}",
    )
    agreed = await p.fact(CorrectiveActionAgreed, finding_id=finding.finding_id)
    p.tell.true(
        f"{p.manager.name} agrees with the supplier: {agreed.measure} By {agreed.due:%Y-%m-%d}"
    )
    await _time_passes(p, agreed)
    overdue = await p.fact(CorrectiveActionOverdue, action_id=agreed.action_id)
    case = await p.fact(BreachFlagged, contract_id=contract_id, party_id=overdue.party_id)
    p.check(case.track is Track.CONTRACT_BREACH, "it is a breach of the contract", case)
    await p.status(contract_id, Status.CONDITIONAL)
    p.tell.true(
        f"the deadline has passed: a breach case on {', '.join(case.basis)}; the contract system "
        "is told: CONDITIONAL"
    )


async def _time_passes(p: Player, agreed: CorrectiveActionAgreed) -> None:
    """Each thing at its time: a reminder at half time, one shortly before the end, the deadline."""
    (agreed_at,) = [
        one.time for one in p.facts.heard(CorrectiveActionAgreed, action_id=agreed.action_id)
    ]
    for number, day in ((1, agreed_at + (agreed.due - agreed_at) * 0.7), (2, agreed.due - A_DAY)):
        p.advance_to(day)
        await p.fact(CorrectiveActionReminded, action_id=agreed.action_id, reminder=number)
        p.tell.true(f"reminder {number} has gone out by {day:%Y-%m-%d}")
    p.advance_to(agreed.due + AN_HOUR)
