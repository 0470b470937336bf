"""What people write of an obligation that may be an offence is sealed wherever it goes (ADR 76)."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

import services.console.handlers
import services.notifications.handlers
from services.audits.api import api
from services.audits.app import Settings, adapters
from services.audits.commands import DisputeFinding, HoldAudit
from services.audits.domain import Audit, Complaint, CorrectiveAction, Finding
from services.audits.domain.complaints import Category
from services.audits.libraries import Libraries
from services.console.readmodels.audits import FollowUp
from services.console.readmodels.timeline import Line
from services.notifications.messages import SendMail
from shared import journal
from shared.access import AccessEntry
from shared.domain import Aggregate, Caller
from shared.envelope import Entry
from shared.events.audits import CorrectiveActionAgreed, FindingRaised
from shared.events.onboarding import PartyRegistered
from shared.events.words import PartyDescription
from shared.sealing import COVERED, ERASED
from shared.testing import T0, World
from shared.why import why_of
from tests.access.followed import (
    COMPANY,
    PERSON,
    TOLD,
    audited,
    begun,
    done,
    facts,
    found,
    heard_by,
    lived,
    planned_away,
    written,
)
from tests.audits.conftest import ADAPTERS, BUYER, K1, LINKS, clauses, planned, signed
from tests.breaches.told import Cases
from tests.console.desk import HEARS
from tests.notifications.people import TAKEN
from tests.notifications.test_handlers import adapters as notifying
from tests.serving import Standing

APART = [
    ("human-rights", COMPANY, Category.HUMAN_RIGHTS),
    ("environment", COMPANY, Category.CORRUPTION),
    ("labour-ilo94", PERSON, Category.WAGES),
    ("human-rights", PERSON, Category.SAFETY),
]
TELLS = {
    "AuditHeld", "FindingRaised", "FindingDisputed", "FindingRuled", "FindingClosed",
    "EffectivenessChecked", "FindingReopened", "CorrectiveActionProposed",
    "CorrectiveActionCountered", "CorrectiveActionAgreed", "CorrectiveActionExtended",
    "DialogueNoted", "DialogueFollowed", "EvidenceAskedAgain", "EvidenceAccepted",
    "ComplaintAssessed", "YearPlanChanged",
}  # fmt: skip
"""The facts in which the sentence travels, sealed."""
OPEN = ("labour-ilo94", COMPANY, Category.WAGES)
ROLES = ("auditor", "officer", "contract_manager", "tip_receiver")
WITHOUT = Caller(subject="signe", roles=ROLES, buyers=(BUYER,))
READER = Caller(subject="thomas", roles=(*ROLES, "offence_reader"), buyers=(BUYER,))


@pytest.mark.parametrize(("obligation", "party_id", "category"), APART)
async def test_words_that_may_tell_of_offences_are_written_nowhere_in_clear(
    obligation: str, party_id: str, category: Category
) -> None:
    world = await lived(obligation, party_id, category)
    said = await written(world)
    assert TOLD not in said
    names = {f"sealed:1:criminal:person-offences-{one}:" for one in ("finding-1", "complaint-1")}
    whose = {f"sealed:1:criminal:{PERSON}:"} if party_id == PERSON else names
    assert all(name in said for name in whose)
    assert ("person-offences-" in said) is (party_id == COMPANY)
    assert {type(one).__name__ for one in await facts(world) if TOLD in str(one)} == TELLS


async def test_an_audit_of_wages_in_which_a_child_is_found_at_work_is_sealed_with_it() -> None:
    world = await begun("labour-ilo94", COMPANY, "human-rights")
    seen = (found("labour-ilo94"), found("human-rights"))
    audit_id = planned(world)[-1].audit_id
    report = HoldAudit(audit_id=audit_id, conclusion=TOLD, findings=seen, no_conflict=True)
    await done(world, report)
    assert world.state(Audit, audit_id).whose == f"person-offences-{audit_id}"
    raised = [one for one in await facts(world) if isinstance(one, FindingRaised)]
    assert [one.whose == COMPANY for one in raised] == [True, False]


async def test_why_a_planned_audit_is_called_off_or_moved_is_sealed_too() -> None:
    world = await begun("human-rights", COMPANY)
    await planned_away(world, approved=True)
    assert TOLD not in await written(world)
    told = [type(one).__name__ for one in await facts(world) if TOLD in str(one)]
    assert told == ["YearPlanChanged", "AuditCalledOff", "YearPlanChanged", "AuditMoved"]


async def test_an_ordinary_obligation_is_as_open_as_before() -> None:
    world = await lived(*OPEN)
    assert not any(b"sealed:" in one.body for one in world.store.journal)
    assert "sealed:1:criminal:" not in await written(world)
    raised = world.state(Finding, "finding-1")
    assert (raised.description, raised.whose) == (TOLD, COMPANY)
    assert world.state(Complaint, "complaint-1").others_know == TOLD
    console = await told_to_console(world)
    agreed = next(one for one in lines(console) if one.kind == "CorrectiveActionAgreed")
    assert (agreed.values["measure"], agreed.words) == (TOLD, None)


async def told_to_console(world: World) -> World:
    console = World(services.console.handlers.router, adapters=HEARS)
    await heard_by(console, world)
    return console


def lines(console: World) -> list[Line]:
    return [one for one in console.store.documents.values() if isinstance(one, Line)]


def supplier_of(party_id: str) -> PartyDescription:
    return PartyDescription(
        party_id=party_id, name="Nordlys Rengøring", contact="kontrakt@nordlys.example"
    )


@pytest.mark.parametrize(("obligation", "party_id", "category"), APART)
async def test_whoever_hears_of_it_writes_it_nowhere_in_clear(
    obligation: str, party_id: str, category: Category
) -> None:
    world = await lived(obligation, party_id, category)
    console = await told_to_console(world)
    assert TOLD not in await written(console)
    assert console.state(FollowUp, "finding-1").text == TOLD
    told = {one.kind for one in lines(console) if one.words and one.words.text == TOLD}
    assert {"FindingRaised", "CorrectiveActionAgreed", "DialogueNoted", "AuditHeld"} <= told

    notifications = World(services.notifications.handlers.router, adapters=notifying())
    party = supplier_of(party_id)
    await notifications.tell(TAKEN, PartyRegistered(party=party))
    await heard_by(notifications, world)
    letters = [one for one in notifications.effects if isinstance(one, SendMail)]
    assert {"letter.action", "letter.questions"} <= {one.words for one in letters}
    assert TOLD not in await written(notifications)

    breaches = Cases(delivers=False)
    await breaches.tell(signed(suppliers=(party,)), clauses())
    await heard_by(breaches, world)
    said = await written(breaches)
    assert TOLD not in said
    assert breaches.cases, "wages are a breach at once"
    about = [one.cause.detail for one in breaches.cases if one.cause is not None]
    assert all(said.startswith("see finding finding-") for said in about)
    ruled = f"the ground stands by ruling AR 2026-1: {about[0]}"
    assert any(ruled in one.notes for one in breaches.cases)


async def test_a_case_about_an_ordinary_finding_repeats_what_was_found() -> None:
    breaches = Cases(delivers=False)
    await breaches.tell(signed(), clauses())
    await heard_by(breaches, await lived(*OPEN))
    assert TOLD in {one.cause.detail for one in breaches.cases if one.cause is not None}


@pytest.fixture
async def standing(tmp_path: Path) -> Standing:
    world = await lived("human-rights", COMPANY, Category.HUMAN_RIGHTS)
    return Standing(world, api, tmp_path, adapters=ADAPTERS)


def paths(world: World) -> list[str]:
    """Where the sentence is read, of all that was written."""
    kept = world.store.documents
    audit = next(id for kind, id in kept if kind is Audit and kept[kind, id].conclusion)  # type: ignore[attr-defined]
    action = next(id for kind, id in kept if kind is CorrectiveAction)
    return [
        "/findings",
        "/findings/finding-1",
        f"/actions/{action}",
        "/audits",
        f"/audits/{audit}",
        f"/audits/{audit}/checklist",
        "/dialogues",
        "/evidence-requests/evidence-1",
        f"/year-plans/year-{BUYER}-2027/lines",
    ]


async def test_without_the_role_it_reads_covered_and_with_it_the_reading_is_on_record(
    standing: Standing,
) -> None:
    asked = paths(standing.world)
    async with standing.client(WITHOUT) as client:
        for path in asked:
            answer = await client.get(path)
            assert answer.status_code == 200, path
            assert TOLD not in answer.text, path
            assert COVERED in answer.text, path
    assert not any("criminal" in one.key_classes for one in entries(standing.world))
    async with standing.client(READER) as client:
        for path in asked:
            assert TOLD in (await client.get(path)).text, path
    read = {one.route for one in entries(standing.world) if "criminal" in one.key_classes}
    assert len(read) == len(asked), read
    assert all(one.purpose and one.caller == "thomas" for one in entries(standing.world))


def entries(world: World) -> list[AccessEntry]:
    return [one for one in world.store.documents.values() if isinstance(one, AccessEntry)]


async def test_what_others_may_know_of_a_complaint_takes_the_role_too(standing: Standing) -> None:
    async with standing.client(WITHOUT) as client:
        shown = (await client.get("/complaints/complaint-1")).json()
        assert (shown["text"], shown["told"]) == (TOLD, COVERED)
    async with standing.client(READER) as client:
        assert (await client.get("/complaints/complaint-1")).json()["told"] == TOLD


async def test_what_was_covered_is_not_written_back(standing: Standing) -> None:
    audit = paths(standing.world)[4]
    given = {"question_id": "ilo-core", "verdict": "deviates", "note": COVERED}
    about = {"contract_id": K1, "party_id": COMPANY, "obligation": "human-rights"}
    finding: dict[str, Any] = {"severity": "minor", "finding_class": "other"}
    async with standing.client(WITHOUT) as client:
        answer = await client.get(f"{audit}/checklist.xlsx")
        assert answer.status_code == 403
        assert why_of(answer.json()["detail"]) is not None, "it is said in three languages"
        answer = await client.post(f"{audit}/checklist", json={"answers": [given]})
        [wrong] = answer.json()["errors"]
        assert wrong["field"] == "answers.0.note"
        assert why_of(wrong["reason"]) is not None
        answer = await client.post("/findings", json=about | finding | {"description": COVERED})
        assert (answer.status_code, "offence_reader" in answer.text) == (422, True)


async def test_the_party_reads_in_its_link_what_it_is_asked_to_agree_to(standing: Standing) -> None:
    action = next(
        one for one in standing.world.store.documents.values() if isinstance(one, CorrectiveAction)
    )
    token = LINKS.token(
        action.link_id, f"action/{action.id}", standing.world.now.replace(year=2027)
    )
    async with standing.client(None) as client:
        shown = await client.get(f"/links/{token}/proposal")
        assert shown.json()["measure"] == TOLD


OLD_RAISED = (
    '{"finding_id": "f-1", "audit_id": "a-1", "contract_id": "k-1", "buyer_id": "b", "party_id":'
    ' "%s", "obligation": "human-rights", "severity": "major", "finding_class": "other",'
    ' "description": "A child worked there."}'
)
OLD_AGREED = (
    '{"action_id": "x-1", "finding_id": "f-1", "contract_id": "k-1", "buyer_id": "b", "party_id":'
    ' "%s", "measure": "Nobody under 18 works.", "due": "2026-12-01T12:00:00Z"}'
)


async def test_facts_of_before_are_read_as_they_were_sent() -> None:
    raised = FindingRaised.model_validate_json(OLD_RAISED % COMPANY)
    assert (raised.whose, raised.openly(raised.description)) == (COMPANY, "A child worked there.")
    agreed = CorrectiveActionAgreed.model_validate_json(OLD_AGREED % PERSON)
    assert (agreed.whose, agreed.agreed_with) == (PERSON, "")
    console = World(services.console.handlers.router, adapters=HEARS)
    await console.tell(raised, agreed)
    assert console.state(FollowUp, "f-1").text == "A child worked there."


async def test_a_finding_of_before_is_sealed_from_its_next_word_on() -> None:
    world = await begun("human-rights", COMPANY)
    finding = await audited(world, "human-rights")
    finding.offences_of = ""
    said = len(world.store.journal)
    dispute = DisputeFinding(finding_id=finding.id, reason=TOLD, forum="Arbejdsretten")
    await world.tell(dispute)
    assert TOLD.encode() not in world.store.journal[said].body
    assert world.state(Finding, finding.id).offences_of == f"person-offences-{finding.id}"


async def test_with_its_key_gone_the_words_are_gone_and_the_journal_is_whole() -> None:
    world = await lived("human-rights", COMPANY, Category.HUMAN_RIGHTS)
    await world.store.keyring.destroy("person-offences-finding-1")
    raised = {one.finding_id: one for one in await facts(world) if isinstance(one, FindingRaised)}
    assert raised.pop("finding-1").description == ERASED
    assert {one.description for one in raised.values()} == {TOLD}

    async def blocks() -> AsyncIterator[list[Entry]]:
        yield world.store.journal

    kept = world.store.documents.items()
    heads = {
        (kind.__name__, id): one.head
        for (kind, id), one in kept
        if isinstance(one, Aggregate) and one.number
    }
    report = await journal.verify("audits", blocks(), heads)
    assert (report.problems, report.entries) == ([], len(world.store.journal))


def test_which_obligations_may_be_offences_is_data_with_its_source() -> None:
    library = Libraries.load(Settings().question_library).on(T0.date())
    assert "57(1)(f)" in library.offences["human-rights"]
    ordinary = {"labour-ilo94", "documentation", "apprentices", "training", "wage-subsidy-share"}
    assert not ordinary & library.offences.keys()
    assert adapters(Settings(), LINKS)["libraries"].versions == (library.version,)


def test_an_obligation_that_is_marked_without_a_rule_is_refused(tmp_path: Path) -> None:
    said = '{"version": "x", "valid_from": "2026-01-01", "obligations": {}, "offences": {"x": " "}}'
    (tmp_path / "x.json").write_text(said)
    with pytest.raises(ValueError, match="x may tell of offences by a rule: name it"):
        Libraries.load(tmp_path)
