"""A supplier's page: where it stands, what it claims and shows, and what a person decides."""

import re
from datetime import date, timedelta
from typing import Any

import pytest

from shared.events.base import Event
from shared.events.onboarding import (
    ClaimOverdue,
    ClaimSupported,
    ClaimWaived,
    DocumentPlanned,
    DocumentRequested,
    PartiesAlike,
    PartiesKeptApart,
    PartiesMerged,
    PartyRegistered,
    PartySplit,
    QualificationMoved,
    QualificationStalled,
)
from shared.testing import T0, World
from tests.console.cast import (
    ANDERS,
    BUYER,
    CONTRACT,
    NORDLYS,
    OFFICER,
    STRANGER,
    company,
)
from tests.console.desk import Console
from tests.console.facts import need

PAGE = f"/suppliers/{NORDLYS.party_id}"
QUALIFICATION, ALIKE = "qualification-1", "likeness-1"
NORDLYS_AGAIN = company("92431186", "Nordlys Rengoering")


def moved(before: str, state: str, *reasons: str, **more: Any) -> QualificationMoved:
    return QualificationMoved(
        qualification_id=QUALIFICATION,
        party_id=NORDLYS.party_id,
        buyer_id=BUYER,
        contract_id=CONTRACT,
        role="supplier",
        before=before,
        state=state,
        reasons=reasons,
        **more,
    )


STALLED = QualificationStalled(
    qualification_id=QUALIFICATION,
    party_id=NORDLYS.party_id,
    buyer_id=BUYER,
    contract_id=CONTRACT,
    role="supplier",
    state="documents pending",
    reasons=("serviceattest is missing",),
    need=need("decide-qualification/1", "decide-qualification", 40, about=QUALIFICATION),
)
LOOKS_ALIKE = PartiesAlike(
    proposal_id=ALIKE,
    party_ids=(NORDLYS.party_id, NORDLYS_AGAIN.party_id),
    reasons=("the names agree in another spelling",),
    against=("the numbers differ",),
    need=need(f"decide-merge/{ALIKE}", "decide-merge", 60, about=ALIKE),
)


def about_claim(ground: str) -> dict[str, str]:
    return {
        "claim_id": f"claim-{ground}",
        "party_id": NORDLYS.party_id,
        "buyer_id": BUYER,
        "ground": ground,
    }


async def test_a_line_of_the_timeline_names_its_fact(console: Console) -> None:
    """By its id alone: whoever checks the page against the record finds it there."""
    page = (await console.visitor(OFFICER).get(PAGE)).text
    assert re.search(r'<time datetime="[^"]+" title="told/\d+">', page)


async def test_each_qualification_says_where_it_stands_and_why(
    console: Console, world: World
) -> None:
    await world.tell(moved("draft", "documents pending", "serviceattest is missing"), STALLED)
    text = await console.visitor(OFFICER).text(PAGE)
    assert "documents pending" in text
    assert "serviceattest is missing" in text
    assert "It stands still: decide what is to happen." in text
    page = (await console.visitor(OFFICER).get(PAGE)).text
    assert "/acts/condition" in page
    assert "/acts/reconsider" not in page
    await world.tell(moved("documents pending", "refused", "no answer", by="mette.lund"))
    page = (await console.visitor(OFFICER).get(PAGE)).text
    assert "decided by Mette Lund" in page
    assert "/acts/reconsider" in page
    assert "/acts/condition" not in page
    assert "/acts/" not in (await console.visitor(ANDERS).get(PAGE)).text


ACTS: list[tuple[str, dict[str, str], str, dict[str, Any]]] = [
    (
        "condition",
        {"id": QUALIFICATION, "reason": "needed now", "until": "2026-12-24"},
        f"/qualifications/{QUALIFICATION}/condition",
        {"reason": "needed now", "until": "2026-12-24"},
    ),
    (
        "refuse",
        {"id": QUALIFICATION, "reason": "no answer"},
        f"/qualifications/{QUALIFICATION}/refuse",
        {"reason": "no answer"},
    ),
    ("waive", {"id": "c-1", "reason": "known"}, "/claims/c-1/waive", {"reason": "known"}),
    ("reopen", {"id": "c-1", "reason": "news"}, "/claims/c-1/reopen", {"reason": "news"}),
    (
        "ask",
        {
            "id": "",
            "for": f"{BUYER}|{CONTRACT}",
            "kind": "sa8000",
            "reason": "wage control",
            "working_days": "5",
        },
        f"/parties/{NORDLYS.party_id}/requests",
        {
            "buyer_id": BUYER,
            "contract_id": CONTRACT,
            "kind": "sa8000",
            "purpose": "wage control",
            "working_days": 5,
        },
    ),
    ("withdraw", {"id": "ask-1", "reason": "came"}, "/requests/ask-1/withdraw", {"reason": "came"}),
    ("split", {"id": "dk-1", "reason": "two"}, "/parties/dk-1/split", {"reason": "two"}),
    ("close-link", {"id": "l-1", "reason": "done"}, "/upload-links/l-1/close", {"reason": "done"}),
    ("registers", {}, f"/parties/{NORDLYS.party_id}/registers", {}),
]


@pytest.mark.parametrize(("name", "form", "path", "body"), ACTS)
async def test_an_act_is_one_command_to_onboarding(
    console: Console, name: str, form: dict[str, str], path: str, body: dict[str, Any]
) -> None:
    answer = await console.visitor(OFFICER).post(f"{PAGE}/acts/{name}", **form)
    assert answer.headers["location"] == f"{PAGE}?said=act.{name}"
    assert console.services.sent[0][:2] == (f"/api/onboarding{path}", body)


async def test_an_id_leads_to_no_other_address(console: Console) -> None:
    for id in ("../parties/x", "", "..", "a/b", "a?b"):
        answer = await console.visitor(OFFICER).post(f"{PAGE}/acts/waive", id=id, reason="because")
        assert answer.status_code == 404
    assert console.services.sent == []


async def test_only_those_act_who_may(console: Console) -> None:
    answer = await console.visitor(ANDERS).post(f"{PAGE}/acts/waive", id="c-1", reason="because")
    assert answer.status_code == 403
    manager = OFFICER.model_copy(update={"roles": ("contract_manager",)})
    answer = await console.visitor(manager).post(f"{PAGE}/acts/refuse", id="q", reason="because")
    assert answer.status_code == 403
    answer = await console.visitor(STRANGER).post(f"{PAGE}/acts/refuse", id="q", reason="because")
    assert answer.status_code == 404
    assert console.services.sent == []


async def test_a_refused_act_stays_open_with_what_was_written(
    console: Console, world: World
) -> None:
    await world.tell(moved("draft", "documents pending", "serviceattest is missing"))
    console.services.refusal = (409, {"detail": "it is conditional already"})
    form = {"id": QUALIFICATION, "reason": "needed now", "until": "2026-12-24"}
    page = await console.visitor(OFFICER).post(f"{PAGE}/acts/condition", **form)
    assert page.status_code == 409
    assert "it is conditional already" in page.text
    assert '<details class="act" open>' in page.text
    assert ">needed now</textarea>" in page.text
    assert 'value="2026-12-24"' in page.text


async def test_claims_lead_to_what_was_said_and_to_the_evidence(
    console: Console, world: World
) -> None:
    await world.tell(
        ClaimSupported(**about_claim("EX-A1"), document_id="doc-1"),
        ClaimOverdue(**about_claim("EX-B1"), due=T0 - timedelta(days=1)),
        ClaimWaived(
            **about_claim("EX-D1"), by="mette.lund", reason="known to us", before="overdue"
        ),
    )
    page = (await console.visitor(OFFICER).get(PAGE)).text
    assert '<a href="/documents/doc-espd">Where it says so</a>' in page
    assert '<a href="/documents/doc-1">Evidence</a>' in page
    assert "not shown in time" in page
    assert "known to us (Mette Lund)" in page
    assert f"{PAGE}/acts/reopen" in page


async def test_requests_stand_with_their_deadlines(console: Console, world: World) -> None:
    about = {"party_id": NORDLYS.party_id, "buyer_id": BUYER, "contract_id": CONTRACT}
    due = T0 + timedelta(days=30)
    await world.tell(
        DocumentPlanned(
            request_id="request-ins", **about, kind="insurance", ask=date(2026, 12, 1), due=due
        ),
        DocumentRequested(
            request_id="ask-9",
            **about,
            kind="sa8000",
            due=due,
            link_id="l",
            counts=False,
            purpose="wage control",
        ),
    )
    text = await console.visitor(OFFICER).text(PAGE)
    assert "will be asked for on 1 Dec 2026" in text
    assert "wage control" in text
    page = (await console.visitor(OFFICER).get(PAGE)).text
    assert page.count("/acts/withdraw") == 1


async def test_registers_say_how_old_their_answer_is_and_when_nothing_is_known(
    console: Console,
) -> None:
    assert "cannot be fetched right now" in await console.visitor(OFFICER).text(PAGE)
    console.services.says[f"/api/onboarding/parties/{NORDLYS.party_id}/registers"] = [
        {
            "register_name": "cvr",
            "state": "known",
            "facts": [{"name": "name", "value": "NORDLYS RENGØRING A/S"}],
            "as_of": T0.isoformat(),
            "age_days": 3,
            "problem": "",
        },
        {
            "register_name": "vies",
            "state": "not asked",
            "facts": [],
            "as_of": None,
            "age_days": None,
            "problem": "",
        },
    ]
    text = await console.visitor(OFFICER).text(PAGE)
    assert "answered 3 days ago" in text
    assert "NORDLYS RENGØRING A/S" in text
    assert "not asked: nothing is known" in text


# ---------------------------------------------------------------- links


async def test_a_new_link_is_shown_once_and_stands_in_no_address(console: Console) -> None:
    url = "http://console.test/l/secret-token"
    until = (T0 + timedelta(days=14)).isoformat()
    console.services.result = {"link_id": "l", "token": "t", "url": url, "expires": until}
    form = {"for": f"{BUYER}|{CONTRACT}", "reason": "asked by phone", "days": "14"}
    page = await console.visitor(OFFICER).post(f"{PAGE}/acts/open-link", **form)
    assert page.status_code == 200
    assert f'readonly value="{url}"' in page.text
    assert console.services.sent[0][:2] == (
        "/api/onboarding/upload-links",
        {
            "buyer_id": BUYER,
            "contract_id": CONTRACT,
            "party_id": NORDLYS.party_id,
            "reason": "asked by phone",
            "days": 14,
        },
    )
    assert "secret-token" not in (await console.visitor(OFFICER).get(PAGE)).text


async def test_links_are_listed_and_open_ones_can_be_closed(console: Console) -> None:
    about = {"party_id": NORDLYS.party_id, "contract_id": CONTRACT, "opened": T0.isoformat()}
    until = (T0 + timedelta(days=9)).isoformat()
    console.services.says["/api/onboarding/upload-links"] = [
        {**about, "id": "l-1", "asked_for": "by phone", "until": until, "files": 2, "closed": ""},
        {**about, "id": "l-2", "asked_for": "lost", "until": until, "files": 0, "closed": "leaked"},
    ]
    page = await console.visitor(OFFICER).get(PAGE)
    assert "2 files" in page.text
    assert "leaked" in page.text
    assert page.text.count("/acts/close-link") == 1


# ---------------------------------------------------------------- look-alikes


ALIKE_PAIR: tuple[Event, ...] = (PartyRegistered(party=NORDLYS_AGAIN), LOOKS_ALIKE)


async def test_parties_that_look_alike_stand_side_by_side(console: Console, world: World) -> None:
    await world.tell(*ALIKE_PAIR)
    visitor = console.visitor(OFFICER)
    assert f'href="/likenesses/{ALIKE}"' in (await visitor.get(PAGE)).text
    text = await visitor.text(f"/likenesses/{ALIKE}")
    assert "the names agree in another spelling" in text
    assert "the numbers differ" in text
    assert "92431186" in text
    assert "Nordlys Rengoering" in await visitor.text("/likenesses")
    assert (await console.visitor(STRANGER).get(f"/likenesses/{ALIKE}")).status_code == 404
    assert "Nordlys" not in await console.visitor(STRANGER).text("/likenesses")


VERDICTS = [
    (
        "merge",
        {"stays": NORDLYS.party_id},
        f"/parties/{NORDLYS.party_id}/merge",
        {"absorbed_id": NORDLYS_AGAIN.party_id},
    ),
    ("keep-apart", {}, f"/likenesses/{ALIKE}/keep-apart", {}),
]


@pytest.mark.parametrize(("verdict", "form", "path", "body"), VERDICTS)
async def test_a_person_says_whether_they_are_the_same(
    console: Console,
    world: World,
    verdict: str,
    form: dict[str, str],
    path: str,
    body: dict[str, str],
) -> None:
    await world.tell(*ALIKE_PAIR)
    answer = await console.visitor(OFFICER).post(
        f"/likenesses/{ALIKE}/{verdict}", reason="same address", **form
    )
    assert answer.headers["location"] == f"/likenesses/{ALIKE}?said=likeness.{verdict}"
    expected = (f"/api/onboarding{path}", {"reason": "same address", **body})
    assert console.services.sent[0][:2] == expected


async def test_what_was_merged_is_one_and_can_be_split_again(
    console: Console, world: World
) -> None:
    merged = PartiesMerged(
        party_id=NORDLYS.party_id,
        merged_id=NORDLYS_AGAIN.party_id,
        by="mette.lund",
        reason="same address",
    )
    await world.tell(ALIKE_PAIR[0], merged, LOOKS_ALIKE)
    visitor = console.visitor(OFFICER)
    assert "/acts/split" in (await visitor.get(PAGE)).text
    assert "A person found that it is Nordlys" in await visitor.text(
        f"/suppliers/{NORDLYS_AGAIN.party_id}"
    )
    await visitor.post(f"/likenesses/{ALIKE}/split", reason="two numbers")
    assert console.services.sent[0][0] == f"/api/onboarding/parties/{NORDLYS_AGAIN.party_id}/split"
    await world.tell(
        PartySplit(
            party_id=NORDLYS.party_id,
            split_id=NORDLYS_AGAIN.party_id,
            by="mette.lund",
            reason="two numbers",
        )
    )
    assert "/acts/split" not in (await visitor.get(PAGE)).text
    assert "kept apart" in await visitor.text(f"/likenesses/{ALIKE}")


async def test_a_pair_that_was_kept_apart_waits_no_more(console: Console, world: World) -> None:
    await world.tell(*ALIKE_PAIR)
    await world.tell(
        PartiesKeptApart(
            proposal_id=ALIKE, party_ids=LOOKS_ALIKE.party_ids, by="mette.lund", reason="two"
        )
    )
    text = await console.visitor(OFFICER).text("/likenesses")
    assert "No look-alikes are open." in text


async def test_timelines_tell_of_mergers_and_states_in_words(
    console: Console, world: World
) -> None:
    await world.tell(
        *ALIKE_PAIR,
        moved("draft", "documents pending", "serviceattest is missing"),
        PartiesMerged(
            party_id=NORDLYS.party_id,
            merged_id=NORDLYS_AGAIN.party_id,
            by="mette.lund",
            reason="same address",
        ),
    )
    text = await console.visitor(OFFICER).text(PAGE)
    assert "Nordlys Rengøring A/S , Nordlys Rengoering look like one and the same" in text.replace(
        "A/S,", "A/S ,"
    )
    assert "Mette Lund found that Nordlys Rengøring A/S and Nordlys Rengoering are one" in text
    visitor = console.visitor(OFFICER)
    visitor.http.cookies.set("ansvar_language", "da")
    assert "venter på dokumenter" in await visitor.text(PAGE)
