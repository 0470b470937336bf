"""Follow-up from its plan to a talk, with one sentence wherever a person can write one."""

import orjson

from services.audits.commands import (
    AcceptCounter,
    AcceptEvidence,
    AnswerChecklist,
    AnswerProposal,
    ApproveYearPlan,
    AskAgain,
    AskEvidence,
    AssessComplaint,
    ChangeYearPlan,
    CheckEffectiveness,
    DeclareForAudit,
    DisputeFinding,
    ExtendAction,
    FollowDialogue,
    Found,
    HoldAudit,
    NoteDialogue,
    PrepareAudit,
    ProposeAction,
    ProposeYearPlan,
    RaiseFinding,
    ReceiveComplaint,
    RuleOnFinding,
    SaveAnswers,
    VerifyAction,
)
from services.audits.domain import Audit, Checklist, Finding, FindingClass, MonthPlan, Severity
from services.audits.domain.checklists import Given, Verdict
from services.audits.domain.complaints import Category, Channel, Outcome
from services.audits.domain.dialogues import Form
from services.audits.domain.questions import Answer, Question, QuestionType
from services.audits.domain.years import Auditor
from services.audits.handlers import router
from shared.envelope import Message
from shared.events import catalogue
from shared.events.base import Command, Event
from shared.events.words import Clause, PartyDescription, Right
from shared.sealing import names_in, seal, unseal_bytes
from shared.testing import AUDITOR, World
from tests.audits.conftest import ADAPTERS, BUYER, K1, actions, clauses, planned, signed
from tests.breaches.told import Keys

TOLD = "Its owner was convicted of planted trafficking."
COMPANY, PERSON = "dk-cvr-92431185", "se-sole-7f0a"
RIGHTS = (Right.DEMAND_DOCUMENTS, Right.AUDIT)


async def done(world: World, command: Command) -> dict[str, object]:
    outcome = await world.tell(command, by=AUDITOR)
    assert outcome.error is None, (command, outcome.error)
    return outcome.result or {}


async def begun(obligation: str, party_id: str, *also: str) -> World:
    """A contract with one clause, which is to be audited, and others."""
    keys = Keys()
    world = World(router, adapters={**ADAPTERS, "persons": keys})
    keys.ring = world.store.keyring
    supplier = PartyDescription(party_id=party_id, name="Nordlys Rengøring")
    all_of_them = [
        Clause(code=one, rights=RIGHTS, remedy_working_days=10) for one in (*also, obligation)
    ]
    await world.tell(signed(suppliers=(supplier,)), clauses(*all_of_them))
    return world


def found(obligation: str, **more: str) -> Found:
    return Found(
        obligation=obligation,
        severity=Severity.MAJOR,
        finding_class=FindingClass.WAGES,
        description=TOLD,
        root_cause=TOLD,
        **more,
    )


async def audited(world: World, obligation: str) -> Finding:
    """The audit is prepared, its questions answered by two at once, and reported."""
    audit_id = planned(world)[-1].audit_id
    await done(world, PrepareAudit(audit_id=audit_id, team=(AUDITOR.subject,)))
    await done(world, DeclareForAudit(audit_id=audit_id, no_conflict=True))
    ids = [one.id for one in world.state(Checklist, audit_id).questions]
    answers = tuple(Given(question_id=id, verdict=Verdict.DEVIATES, note=TOLD) for id in ids)
    await done(world, AnswerChecklist(audit_id=audit_id, answers=answers))
    again = answers[0].model_copy(update={"note": f"{TOLD} So it is."})
    told = await done(world, AnswerChecklist(audit_id=audit_id, answers=(again,)))
    assert told["conflicts"]
    findings = tuple(found(obligation, question_id=id) for id in ids)
    await done(world, HoldAudit(audit_id=audit_id, conclusion=TOLD, findings=findings))
    return world.state(Finding, world.state(Audit, audit_id).finding_ids[0])


async def mended(world: World, finding: Finding) -> None:
    """Disputed, agreed on after a counter-proposal, verified, and found not to hold."""
    id = finding.id
    await done(world, DisputeFinding(finding_id=id, reason=TOLD, forum="Arbejdsretten"))
    ruling = RuleOnFinding(finding_id=id, upheld=True, reference="AR 2026-1", reason=TOLD)
    await done(world, ruling)
    await done(world, ProposeAction(finding_id=id, measure=TOLD))
    [action] = actions(world)
    counter = {"measure": TOLD, "working_days": 12, "reason": TOLD, "told_by": "its lawyer"}
    await done(world, AnswerProposal(action_id=action.id, agrees=False, **counter))
    await done(world, AcceptCounter(action_id=action.id))
    await done(world, ExtendAction(action_id=action.id, working_days=20, reason=TOLD))
    await done(world, VerifyAction(action_id=action.id, document_ids=("doc-1",), reason=TOLD))
    await done(world, CheckEffectiveness(finding_id=id, effective=False, reason=TOLD))


async def talked(world: World, finding: Finding, obligation: str) -> None:
    about = {"contract_id": K1, "party_id": finding.party_id, "form": Form.CALL}
    said = about | {"held_on": world.now.date(), "subject": TOLD, "agreed": TOLD}
    await done(world, NoteDialogue(dialogue_id="dialogue-1", finding_id=finding.id, **said))
    await done(world, FollowDialogue(dialogue_id="dialogue-1", kept=False, reason=TOLD))
    await done(world, NoteDialogue(dialogue_id="dialogue-2", obligation=obligation, **said))


async def asked(world: World, finding: Finding, obligation: str) -> None:
    questions = (
        Question(id="what", text=TOLD, type=QuestionType.TEXT),
        Question(id="who", text=TOLD, type=QuestionType.TABLE, columns=("who", "what")),
    )
    answers = (
        Answer(question_id="what", text=TOLD),
        Answer(question_id="who", rows=(("its owner", TOLD),)),
    )
    request = {"request_id": "evidence-1"}
    about = {"contract_id": K1, "party_id": finding.party_id, "obligation": obligation}
    await done(world, AskEvidence(**request, **about, questions=questions))
    await done(world, SaveAnswers(**request, answers=answers, submit=True))
    await done(world, AskAgain(**request, reason=TOLD, working_days=5))
    await done(world, SaveAnswers(**request, answers=answers, submit=True))
    await done(world, AcceptEvidence(**request, reason=TOLD))


async def complained(world: World, finding: Finding, category: Category) -> None:
    received = ReceiveComplaint(
        complaint_id="complaint-1",
        source_id="person-complaint-1",
        buyer_id=BUYER,
        channel=Channel.FORM,
        category=category,
        text=TOLD,
        contract_id=K1,
        party_id=finding.party_id,
    )
    await done(world, received)
    assessed = AssessComplaint(complaint_id="complaint-1", outcome=Outcome.FOUNDED, told=TOLD)
    await done(world, assessed)


async def planned_away(world: World, *, approved: bool = False) -> None:
    """The next audit is left out of its year, and why; of an approved one it is taken in again."""
    year = await done(
        world,
        ProposeYearPlan(
            buyer_id=BUYER, year=2027, auditors=(Auditor(subject=AUDITOR.subject, hours=90.0),)
        ),
    )
    kept = world.store.documents.values()
    line = next(one for kind in kept if isinstance(kind, MonthPlan) for one in kind.lines)
    which = {"year_plan_id": str(year["year_plan_id"])}
    if approved:
        await done(world, ApproveYearPlan(**which))
    for out in (True, False) if approved else (True,):
        changed = {"line_id": line.id, "out": out, "auditor": AUDITOR.subject, "reason": TOLD}
        await done(world, ChangeYearPlan.model_validate(which | changed))


async def lived(obligation: str, party_id: str, category: Category) -> World:
    """All of it, about one obligation of one party."""
    world = await begun(obligation, party_id)
    finding = await audited(world, obligation)
    await mended(world, finding)
    await talked(world, finding, obligation)
    await asked(world, finding, obligation)
    await complained(world, finding, category)
    raised = {"contract_id": K1, "party_id": party_id, "found": found(obligation)}
    await done(world, RaiseFinding(finding_id="finding-1", **raised))
    await planned_away(world)
    return world


async def written(world: World) -> str:
    """All that the service writes, as the database has it."""
    store = world.store
    names = {name for one in store.documents.values() for name in names_in(one)}
    names |= {name for one in store.effects.values() for name in names_in(one)}
    keys = await store.keyring.keys(names, create=True)
    said = [orjson.dumps(seal(one, keys)) for one in store.documents.values()]
    said += [orjson.dumps(seal(one, keys)) for one in store.effects.values()]
    said += [orjson.dumps([one.result, one.error]) for one in store.inbox.values()]
    said += [one.body for one in store.journal]
    said += [one.body for one in store.dead]
    said += [one.body for one in store.deadlines.values()]
    return b"\n".join(said).decode()


async def facts(world: World) -> list[Event]:
    """What was announced, as whoever has the keys reads it."""
    keys = await world.store.keyring.keys((), create=False)
    return [
        catalogue()[one.type].model_validate_json(unseal_bytes(one.body, keys))
        for one in world.store.journal
    ]


async def heard_by(other: World, world: World) -> None:
    """Let another service hear all of it, from the bytes that were sent."""
    world.store.keyring._keys |= other.store.keyring._keys
    other.store.keyring._keys = world.store.keyring._keys
    for one in world.store.journal:
        message = Message(
            id=one.id, type=one.type, key=one.key, body=one.body, topic=one.topic, time=other.now
        )
        outcome = (await other.bus.handle([message])).get(one.id)  # none: it concerns nobody there
        assert outcome is None or outcome.error is None, (one.type, outcome)
