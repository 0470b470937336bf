"""Qualification: every state has a way out, no path is unlawful, and only people refuse."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from services.onboarding.api import api
from services.onboarding.domain import Around, Qualification, Stage, Wanted, asked
from services.onboarding.domain.stages import LAWFUL, WAITING
from shared.domain import Caller, Rejected
from shared.events.onboarding import (
    DocumentOverdue,
    DocumentPlanned,
    DocumentReminded,
    DocumentRequested,
    PartyQualified,
    QualificationLost,
    QualificationMoved,
    QualificationRefused,
    QualificationStalled,
)
from shared.events.screening import HitDismissed, HitRaised
from shared.events.words import ListEntryRef
from tests.serving import Standing

from .conftest import Onboarding
from .papers import BUYER, CONTRACT, NORDLYS, screened, signed

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
OFFICER = Caller(subject="mette", roles=("officer",), buyers=(BUYER,))
KINDS = ("espd", "serviceattest")


def around(**more: object) -> Around:
    return Around.model_validate({"act_by": NOW + timedelta(days=7), **more})


def wanted(kind: str, **more: object) -> Wanted:
    return Wanted.model_validate({"kind": kind, "due": NOW + timedelta(days=14), **more})


class Life(RuleBasedStateMachine):
    """Whatever comes, in whatever order."""

    def __init__(self) -> None:
        super().__init__()
        self.one = Qualification.open("c", "buyer", "party", "supplier", NOW)
        self.around = around()
        self.papers = 0
        asked.plan(self.one, [wanted(kind) for kind in KINDS], {}, self.around)
        self.told = self.one.take_announced()

    def _hear(self) -> None:
        new = self.one.take_announced()
        for event in new:
            if isinstance(event, QualificationMoved):
                assert event.state in LAWFUL[Stage(event.before)] | {event.before}
                by_person = event.state in (Stage.REFUSED, Stage.CONDITIONAL)
                assert bool(event.by) or not by_person
        self.told += new

    @rule(kind=st.sampled_from(KINDS))
    def a_document_comes(self, kind: str) -> None:
        self.papers += 1
        asked.take(self.one, kind, f"doc-{kind}-{self.papers}", self.around)
        self._hear()

    @rule(nth=st.integers(0, 3), newer=st.booleans())
    def a_document_is_lost(self, nth: int, newer: bool) -> None:
        held = [r for r in self.one.requests if r.document_id]
        if held:
            one = held[nth % len(held)]
            other = f"{one.document_id}-newer" if newer else ""
            asked.lose(self.one, one.document_id, other, wanted(one.kind), self.around, "expired")
            self._hear()

    @rule(nth=st.integers(0, 3))
    def a_document_runs_out(self, nth: int) -> None:
        held = [r for r in self.one.requests if r.document_id]
        if held:
            asked.renew(
                self.one, held[nth % len(held)].document_id, wanted(held[nth % len(held)].kind)
            )
            self._hear()

    @rule(contradicted=st.booleans(), screened=st.booleans(), hit=st.booleans())
    def something_is_found(self, contradicted: bool, screened: bool, hit: bool) -> None:
        self.around = around(
            contradicted=("EX-B1",) if contradicted else (),
            screened=screened,
            hits=("hit-1",) if hit else (),
        )
        self.one.review(self.around)
        self._hear()

    @rule(days=st.integers(1, 60))
    def time_passes(self, days: int) -> None:
        now = NOW + timedelta(days=days)
        for request in self.one.missing:
            if request.due <= now:
                asked.pass_due(self.one, request.id, now + timedelta(days=2))
        self.one.wait_is_over(now, now + timedelta(days=2), self.around)
        self._hear()

    @rule(act=st.sampled_from(("condition", "refuse", "reconsider", "close", "begin anew")))
    def a_person_decides(self, act: str) -> None:
        try:
            if act == "condition":
                self.one.accept_for_now("mette", "supply", NOW + timedelta(days=30))
            elif act == "refuse":
                self.one.refuse("mette", "not able")
            elif act == "reconsider":
                self.one.reconsider("mette", "new facts", self.around)
            elif act == "close":
                self.one.close()
            elif self.one.closed:
                asked.plan(self.one, [wanted(kind) for kind in KINDS], {}, self.around)
        except Rejected:
            pass  # the rules say no, and nothing may have changed by it
        self._hear()

    @invariant()
    def what_waits_has_a_day_and_somebody(self) -> None:
        if self.one.stage in WAITING and not self.one.closed:
            assert self.one.until is not None
            assert self.one.owner
            assert self.one.reasons

    @invariant()
    def what_was_told_last_is_how_it_stands(self) -> None:
        moved = [e.state for e in self.told if isinstance(e, QualificationMoved)]
        assert moved[-1] == self.one.stage
        stood = [e for e in self.told if isinstance(e, PartyQualified | QualificationLost)]
        if self.one.stage is Stage.QUALIFIED:
            assert isinstance(stood[-1], PartyQualified)
        elif stood and not self.one.closed and self.told[-1] is stood[-1]:
            assert isinstance(stood[-1], QualificationLost)


Life.TestCase.settings = settings(max_examples=150, stateful_step_count=25)
TestLife = Life.TestCase


@pytest.mark.parametrize("stage", list(Stage))
def test_every_state_has_a_way_out(stage: Stage) -> None:
    assert LAWFUL[stage] - {stage}
    reachable = {to for ways in LAWFUL.values() for to in ways}
    assert stage in reachable | {Stage.DRAFT}


class Counter(Standing):
    def __init__(self, world: Onboarding, folder: Path) -> None:
        super().__init__(world, api, folder, adapters={"files": world.files})


@pytest.fixture
def counter(world: Onboarding, tmp_path: Path) -> Counter:
    return Counter(world, tmp_path)


PROCEDURE = "rn-2027-001"
DAYS = {"award": "2027-02-15", "tenders_until": "2027-04-15", "starts": "2027-05-01"}


async def test_every_state_is_reached_over_http_and_told(counter: Counter) -> None:
    world = counter.world
    await world.tell(signed(), screened(NORDLYS))
    async with counter.client(OFFICER) as client:
        body = {"buyer_id": BUYER, **DAYS}
        assert (await client.post(f"/procedures/{PROCEDURE}", json=body)).status_code == 200
        who = {"contract_id": PROCEDURE, "party_id": NORDLYS.party_id, "role": "supplier"}
        opened = (await client.post("/qualifications", json=who)).json()["result"]
        url = f"/qualifications/{opened['qualification_id']}"
        assert opened["stage"] == "draft"
        assert DocumentRequested not in world.told[-4:]
        assert world.told.count(DocumentPlanned) == 3

        await world.advance(timedelta(days=75))
        assert (await client.get(url)).json()["stage"] == "documents pending"
        condition = {"reason": "the wards need them", "until": "2027-03-01"}
        assert (await client.post(f"{url}/condition", json=condition)).status_code == 200
        assert (await client.get(url)).json()["stage"] == "conditional"
        again = await client.post(f"{url}/condition", json=condition)
        assert again.status_code == 409
        await client.post(f"{url}/owner", json={"owner": "mette"})
        assert (await client.get(url)).json()["owner"] == "mette"
        await world.advance(timedelta(days=30))
        lapsed = (await client.get(url)).json()
        assert lapsed["stage"] == "lapsed"
        assert lapsed["reasons"] == ["the time of the condition has passed"]
        refused = await client.post(f"{url}/refuse", json={"reason": "it answered nothing"})
        assert refused.status_code == 200
        asked = {"buyer_id": BUYER, "stage": "refused"}
        listed = (await client.get("/qualifications", params=asked)).json()["items"]
        assert [one["decision"] for one in listed] == ["it answered nothing"]
        await client.post(f"{url}/reconsider", json={"reason": "it has answered now"})
        assert (await client.get(url)).json()["stage"] in ("lapsed", "documents pending")
    told = {e.state for e in world.announced if isinstance(e, QualificationMoved)}
    assert told == {"draft", "documents pending", "conditional", "lapsed", "refused"}
    assert QualificationRefused in world.told
    late = [e for e in world.announced if isinstance(e, DocumentOverdue)]
    assert all(e.need for e in late)


async def all_papers(world: Onboarding) -> None:
    await world.drop_sample("espd/nordlys-espd-4.1.0.xml")
    await world.drop_sample("pdf/serviceattest-nordlys.pdf")
    await world.drop_sample("pdf/iso-9001-nordlys.pdf")


def states(world: Onboarding) -> list[str]:
    return [e.state for e in world.announced if isinstance(e, QualificationMoved)]


async def test_a_party_that_has_shown_everything_waits_for_its_screening(
    world: Onboarding,
) -> None:
    await world.tell(signed())
    await all_papers(world)
    assert states(world) == ["documents pending", "screening"]
    await world.tell(screened(NORDLYS))
    assert states(world)[-1] == "qualified"
    assert world.told[-1] is PartyQualified


async def test_a_hit_holds_a_qualification_until_it_is_dismissed_and_a_person_is_asked(
    world: Onboarding,
) -> None:
    entry = ListEntryRef(source="eu", entry_id="1", version="1", name="Nordlys")
    hit = HitRaised(
        hit_id="hit-1", party_id=NORDLYS.party_id, entry=entry, score=0.9, explanation=()
    )
    await world.tell(signed(), hit, screened(NORDLYS, "hit-1"))
    await all_papers(world)
    assert states(world)[-1] == "screening"
    await world.advance(timedelta(days=10))
    stalled = world.announced[-1]
    assert isinstance(stalled, QualificationStalled)
    assert stalled.need is not None
    assert stalled.reasons == ("hit hit-1 is not dismissed",)
    dismissed = HitDismissed(
        hit_id="hit-1",
        party_id=NORDLYS.party_id,
        buyer_id=BUYER,
        entry=entry,
        by="mette",
        reason="another company",
    )
    await world.tell(dismissed)
    moved = [e for e in world.announced if isinstance(e, QualificationMoved)]
    assert moved[-1].state == "qualified"
    assert stalled.need.id in moved[-1].settles


async def test_a_hit_that_comes_later_takes_no_qualification_away(world: Onboarding) -> None:
    await world.tell(signed(), screened(NORDLYS))
    await all_papers(world)
    await world.tell(screened(NORDLYS, "hit-2"))
    assert QualificationLost not in world.told


async def test_a_reminder_goes_out_before_a_document_is_due_with_a_link_of_its_own(
    world: Onboarding,
) -> None:
    await world.tell(signed())
    await world.advance(timedelta(days=12))
    reminded = [e for e in world.announced if isinstance(e, DocumentReminded)]
    assert {e.kind for e in reminded} == {"espd", "serviceattest", "iso-9001"}
    asked = [e for e in world.announced if isinstance(e, DocumentRequested)]
    assert not {e.link_id for e in reminded} & {e.link_id for e in asked}
    assert all(date(2026, 12, 1) <= e.due.date() for e in reminded)
    assert reminded[0].contract_id == CONTRACT
