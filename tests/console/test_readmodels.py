"""What the console knows follows from the facts alone, in whatever order they come."""

import random
from datetime import timedelta
from pathlib import Path

import pytest

from services.console.handlers import router
from services.console.readmodels.audits import FollowUp
from services.console.readmodels.cases import Case, Replacement
from services.console.readmodels.claims import Claim
from services.console.readmodels.contracts import Contract
from services.console.readmodels.documents import Document
from services.console.readmodels.hits import Hit, WatchedList
from services.console.readmodels.parties import Party
from services.console.readmodels.timeline import Line
from services.console.readmodels.todos import Todo, todo_id
from shared.envelope import Message
from shared.events.base import Event
from shared.events.breaches import DecisionApproved, DecisionProposed, HearingOpened
from shared.events.contracts import GoodsListed
from shared.events.notifications import NotificationDelivered
from shared.events.onboarding import PartyRegistered
from shared.events.screening import HitDismissed
from shared.events.subcontractors import (
    ReplacementDemanded,
    ReplacementPaused,
    ReplacementResumed,
    SubcontractorReplaced,
    SubstituteChecked,
    SubstituteProposed,
)
from shared.events.words import Check, Good, PartyDescription, Status
from shared.router import name_of
from shared.testing import T0, World, play
from tests.console.cast import (
    ANDERS,
    BALTIC,
    BUYER,
    CONTRACT,
    ENTRY_A,
    HANSEN,
    NORDLYS,
    OFFICER,
    STRANGER,
    A,
)
from tests.console.desk import HEARS, Console
from tests.console.facts import (
    CASE,
    HIT_A,
    REVIEW_A,
)
from tests.console.story import (
    BEGINNING,
    CONFIRMED,
    FLAGGED,
    HELD,
    LISTED,
    told,
)

FYNS = PartyDescription(party_id="dk-cvr-96832516", name="Fyns Hygiejne A/S", country="DK")


async def test_the_story_so_far_is_known_as_it_stands() -> None:
    world = await told(BEGINNING, LISTED, CONFIRMED, (HELD,))
    contract = world.state(Contract, CONTRACT)
    assert (contract.status, contract.status_version) == (Status.REVIEW, 2)
    assert [m.party_id for m in contract.chain] == [BALTIC.party_id, HANSEN.party_id]
    assert [m.standing for m in contract.chain] == ["approved", "declared"]
    party = world.state(Party, BALTIC.party_id)
    assert [o.share.minimum for o in party.owners] == [60, 40]
    assert party.flags[0].verdict == "owned"
    assert world.state(Party, A.party_id).owner_of == (BALTIC.party_id,)
    hit = world.state(Hit, HIT_A)
    assert (hit.state_for(BUYER), hit.touched[0].contract_id) == ("confirmed", CONTRACT)
    case = world.state(Case, CASE)
    assert (case.stage, case.status, case.due) == ("held", Status.BLOCKED_LEGAL, HELD.due)
    assert world.state(Claim, "claim-hansen").state == "contradicted"
    assert world.state(Document, "request-serviceattest").state == "verified"
    assert world.state(WatchedList, "eu").parties == 9
    assert world.state(FollowUp, "audit-1").state == "planned"


@pytest.mark.parametrize("seed", range(8))
async def test_the_same_facts_in_another_order_give_the_same_picture(seed: int) -> None:
    """Facts of one service keep their order; between services there is none (design §3)."""
    facts = [*BEGINNING, *LISTED, *CONFIRMED, HELD]
    times = {id(fact): T0 + timedelta(minutes=n) for n, fact in enumerate(facts)}
    by_topic: dict[str, list[Event]] = {}
    for fact in facts:
        by_topic.setdefault(fact.topic, []).append(fact)
    shuffled: list[Event] = []
    chance = random.Random(seed)
    while any(by_topic.values()):
        topic = chance.choice([topic for topic, left in by_topic.items() if left])
        shuffled.append(by_topic[topic].pop(0))
    straight, mixed = World(router, adapters=HEARS), World(router, adapters=HEARS)
    for world, order in ((straight, facts), (mixed, shuffled)):
        await world.bus.handle(
            [
                Message(
                    id=f"m/{facts.index(fact)}",
                    type=name_of(type(fact)),
                    said=fact,
                    topic=fact.topic,
                    key=f"k/{facts.index(fact)}",
                    time=times[id(fact)],
                )
                for fact in order
            ]
        )
    assert not mixed.parked
    assert not mixed.rejected
    for world in (straight, mixed):
        contract = world.state(Contract, CONTRACT)
        assert contract.title == "Hospitalsrengøring 2026-2030"
        assert {m.party_id: m.standing for m in contract.members} == {
            BALTIC.party_id: "approved",
            HANSEN.party_id: "declared",
        }
        assert world.state(Hit, HIT_A).state_for(BUYER) == "confirmed"
        assert world.state(Case, CASE).stage == "held"
        assert world.state(Todo, todo_id(REVIEW_A.id)).state == "settled"
        assert world.state(Party, NORDLYS.party_id).supplies == (CONTRACT,)
        assert world.state(Party, A.party_id).buyers == (BUYER,)


async def test_a_need_is_asked_of_its_role_and_buyer_until_it_is_settled() -> None:
    world = await told(LISTED)
    todo = world.state(Todo, todo_id(REVIEW_A.id))
    assert todo.asks(OFFICER)
    assert not todo.asks(ANDERS)
    assert not todo.asks(STRANGER)
    assert todo.path == f"/hits/{HIT_A}"
    await world.tell(*CONFIRMED)
    assert not world.state(Todo, todo_id(REVIEW_A.id)).asks(OFFICER)
    assert world.state(Todo, todo_id(f"hold/{CASE}")).path == f"/cases/{CASE}"


async def test_another_buyer_s_verdict_is_kept_apart() -> None:
    world = await told(LISTED)
    other = HitDismissed(
        hit_id=HIT_A,
        party_id=A.party_id,
        buyer_id="dk-cvr-11111111",
        entry=ENTRY_A,
        by="eva",
        reason="somebody else",
    )
    await world.tell(other)
    hit = world.state(Hit, HIT_A)
    assert hit.state_for(BUYER) == "open"
    assert hit.state_for("dk-cvr-11111111") == "dismissed"


async def test_an_older_status_never_replaces_a_newer_one() -> None:
    newer = LISTED[-1]
    older = newer.model_copy(update={"status": Status.CLEAR, "status_version": 1})
    world = await play(router, newer, older, adapters=HEARS)
    assert world.state(Contract, CONTRACT).status is Status.REVIEW


async def test_a_decision_carries_its_signatures() -> None:
    about = FLAGGED.model_dump(include=set(HearingOpened.model_fields) - {"need", "settles"})
    proposed = DecisionProposed(
        **about,
        decision_id="d-1",
        consequence="replace",
        basis="Clause",
        reason="60 %",
        proportionality="nothing milder",
        by="mette.lund",
    )
    signed = [
        DecisionApproved(**about, decision_id="d-1", by=by, signatures=n, complete=n == 2)
        for n, by in enumerate(("anders.kjaer", "birgit.noer"), 1)
    ]
    world = await play(router, FLAGGED, proposed, *signed, adapters=HEARS)
    decision = world.state(Case, CASE).decision
    assert decision
    assert decision.signed == ("anders.kjaer", "birgit.noer")
    assert decision.complete


async def test_a_replacement_leads_to_a_new_member_in_the_place_of_the_old_one() -> None:
    step = {
        "replacement_id": "replacement-1",
        "case_id": CASE,
        "contract_id": CONTRACT,
        "buyer_id": BUYER,
        "supplier_id": NORDLYS.party_id,
        "outgoing_id": BALTIC.party_id,
    }
    checks = (Check(name="screened", passed=True), Check(name="documents", passed=None))
    world = await told(
        BEGINNING,
        (
            ReplacementDemanded(
                **step, deadline=T0, basis="Clause", reason="60 %", link_id="link-2"
            ),
            SubstituteProposed(**step, party=FYNS),
            SubstituteChecked(**step, substitute_id=FYNS.party_id, checks=checks),
        ),
    )
    (substitute,) = world.state(Replacement, "replacement-1").substitutes
    assert (substitute.state, len(substitute.checks)) == ("checked", 2)
    await world.tell(
        SubcontractorReplaced(
            **step, incoming_id=FYNS.party_id, effective=T0.date(), chain_version=3
        )
    )
    contract = world.state(Contract, CONTRACT)
    assert {m.party_id for m in contract.chain} == {FYNS.party_id, HANSEN.party_id}
    incoming = contract.member(FYNS.party_id)
    assert incoming
    assert (incoming.replaces, incoming.tier) == (BALTIC.party_id, 1)
    assert incoming.share
    assert incoming.share.minimum == 25
    assert [m.party_id for m in contract.left] == [BALTIC.party_id]


async def test_every_fact_has_a_line_but_that_somebody_was_told() -> None:
    note = NotificationDelivered(
        notification_id="n-1", recipient="mette", channel="mail", about="hit-1"
    )
    world = await play(router, PartyRegistered(party=NORDLYS), note, adapters=HEARS)
    lines = [d for (kind, _), d in world.store.documents.items() if kind is Line]
    assert [line.id for line in lines] == ["told/1"]


async def test_a_line_keeps_free_text_about_a_person_under_that_person_s_key() -> None:
    world = await told(CONFIRMED[:1])
    (line,) = [d for (kind, _), d in world.store.documents.items() if kind is Line]
    assert isinstance(line, Line)
    assert line.party_id == A.party_id
    assert line.note.startswith("Navn, fødselsår")
    assert "Navn" not in str(line.values)
    assert set(line.about) >= {HIT_A, A.party_id}


async def test_the_page_of_a_case_sets_stock_against_the_swap(tmp_path: Path) -> None:
    swap = ReplacementDemanded(
        replacement_id="replacement-1",
        case_id=CASE,
        contract_id=CONTRACT,
        buyer_id=BUYER,
        supplier_id=NORDLYS.party_id,
        outgoing_id=BALTIC.party_id,
        deadline=T0 + timedelta(days=20),
        basis="Clause",
        reason="60 %",
        link_id="link-2",
    )
    goods = (
        Good(item="g-1", title="Gloves", critical=True, days_of_stock=12.5, stock_as_of=T0.date()),
        Good(item="g-2", title="Masks", critical=True, days_of_stock=90, stock_as_of=T0.date()),
        Good(item="g-3", title="Gowns", critical=True),
        Good(item="g-4", title="Pens", days_of_stock=1, stock_as_of=T0.date()),
    )
    listed = GoodsListed(contract_id=CONTRACT, buyer_id=BUYER, goods=goods)
    world = await told(BEGINNING, LISTED, (FLAGGED, swap, listed))
    console = Console(world, tmp_path)
    text = await console.visitor(OFFICER).text(f"/cases/{CASE}")
    assert "Gloves lasts until 5 Dec 2026, 8 days before the swap is due." in text
    assert "Masks lasts until 21 Feb 2027" in text
    assert "Gowns No stock is attested: ask for it." in text
    assert "Pens" not in text
    said = swap.model_dump(include=set(ReplacementPaused.model_fields) - {"need", "settles"})
    rests = {"kind": "awaits_ruling", "until": T0 + timedelta(days=60), "by": "m", "reason": "C-14"}
    await world.tell(ReplacementPaused(**said | rests))
    text = await console.visitor(OFFICER).text(f"/cases/{CASE}")
    assert "stands still while the case rests (awaits a ruling): C-14" in text
    assert "then there are 20 days left" in text
    later = {"deadline": T0 + timedelta(days=80), "by": "m", "reason": "ruled"}
    await world.tell(ReplacementResumed(**said | later))
    text = await console.visitor(OFFICER).text(f"/cases/{CASE}")
    assert "stands still" not in text.partition("What has happened")[0]
    assert world.state(Replacement, "replacement-1").deadline == later["deadline"]
