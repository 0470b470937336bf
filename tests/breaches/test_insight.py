"""Requests for access to documents: the clock, who is heard, who decides, and what is covered."""

import base64
import hashlib
import io
import json
import zipfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pypdfium2 as pdfium
import pytest

from services.breaches.domain.delivery import BY_HAND
from services.breaches.domain.insight import Insight, InsightStage
from services.breaches.insight.api import api
from services.breaches.insight.commands import (
    AnswerInsightHearing,
    Covered,
    DecideInsight,
    DelayInsight,
    GiveContact,
    HandOverLetter,
    HearOnInsight,
    NameItem,
    ReceiveInsight,
    RuleOnItem,
    WithdrawInsight,
)
from services.breaches.insight.law import read_laws
from services.breaches.insight.letters import InsightLetter
from services.breaches.insight.masking import Missing, mask, masked
from services.breaches.letters.paper import readable
from services.breaches.terms import Terms
from shared.domain import Rejected
from shared.events.breaches import (
    InsightContactGiven,
    InsightDecided,
    InsightHearingLapsed,
    InsightHearingOpened,
    InsightLetterDelivered,
    InsightLetterIssued,
    InsightOverdue,
    InsightRequested,
)
from shared.events.notifications import LetterDelivered
from shared.links import LinkBook
from shared.sealing import ERASED, names_in, seal
from shared.why import in_words
from tests.breaches.test_legal_block import blocked
from tests.breaches.told import (
    ANNA,
    BALTIC,
    CONTRACT,
    MORE,
    NORDLYS,
    OFFICER,
    REGION,
    SHELF,
    STRANGER,
    Cases,
)
from tests.serving import Standing

ID, APPLICANT = "insight-1", "person-insight-1"
SECRET = "a price of 4711 kroner an hour"
LINKS = LinkBook(b"k" * 32)


def asked(country: str = "DK", **more: Any) -> ReceiveInsight:
    return ReceiveInsight(
        insight_id=ID,
        applicant_id=APPLICANT,
        buyer_id=REGION,
        country=country,
        asked="everything on Nordlys",
        applicant="Jonna Journalist",
        **more,
    )


async def requested(country: str = "DK") -> Cases:
    world = await blocked()
    await world.done(asked(country))
    return world


def request(world: Cases) -> Insight:
    return world.state(Insight, ID)


def paper(*lines: str) -> bytes:
    return readable("A tender", list(lines))


async def with_document(world: Cases, data: bytes) -> None:
    sha256 = hashlib.sha256(data).hexdigest()
    await world.done(
        NameItem(insight_id=ID, kind="document", ref="doc-1", sha256=sha256, concerns=(NORDLYS,))
    )
    await world.done(HearOnInsight(insight_id=ID, party_id=NORDLYS))
    await world.done(
        AnswerInsightHearing(insight_id=ID, party_id=NORDLYS, objects=True, answer="our prices")
    )


def covered(passage: str, basis: str = "OFL-30-2") -> Covered:
    return Covered(passage=passage, basis=basis, reason="competitors could undercut it")


async def test_a_danish_request_is_to_be_answered_within_seven_working_days() -> None:
    world = await requested()
    (fact,) = world.of(InsightRequested)
    # Received on Monday 23 November 2026: the seventh working day after is Wednesday 2 December.
    assert fact.due == datetime(2026, 12, 2, 22, 59, 59, tzinfo=UTC)
    assert fact.need.role == "officer"
    assert fact.need.due == fact.due


async def test_a_swedish_request_is_to_be_answered_at_once() -> None:
    (fact,) = (await requested("SE")).of(InsightRequested)
    assert fact.due == datetime(2026, 11, 25, 22, 59, 59, tzinfo=UTC)


async def test_the_clock_began_when_the_request_came_not_when_it_was_written_down() -> None:
    world = Cases()
    came = world.now - timedelta(days=7)
    await world.done(asked(received=came))
    assert request(world).due == datetime(2026, 11, 25, 22, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize("days", [-1, 400])
async def test_a_request_came_today_or_within_the_last_year(days: int) -> None:
    world = Cases()
    command = asked(received=world.now - timedelta(days=days))
    assert "within the last year" in await world.refused(command)


async def test_a_day_that_passes_is_told_to_an_approver_once() -> None:
    world = await requested()
    await world.advance(timedelta(days=30))
    (fact,) = world.of(InsightOverdue)
    assert fact.need.role == "approver"


async def test_a_delay_moves_the_clock_and_tells_the_applicant_why() -> None:
    world = await requested()
    await world.done(
        DelayInsight(insight_id=ID, working_days=14, reason="four hundred pages of tenders")
    )
    await world.advance(timedelta(days=12))
    assert world.of(InsightOverdue) == []
    await world.do_effects()
    kept = [d for d in world.store.documents.values() if isinstance(d, InsightLetter)]
    delayed = next(one for one in kept if one.kind == "delayed")
    assert "four hundred pages of tenders" in delayed.text_sv
    assert "11. dec. 2026" in delayed.text_da


async def test_nothing_of_who_asked_or_for_what_is_in_a_fact() -> None:
    world = await requested()
    said = b"\n".join(entry.body for entry in world.store.journal)
    assert b"Jonna" not in said
    assert b"everything on" not in said


async def test_who_asked_is_sealed_with_a_key_of_the_request() -> None:
    insight = request(await requested())
    assert names_in(insight) == {("personal", APPLICANT)}
    stored = json.dumps(seal(insight, {("personal", APPLICANT): b"k" * 32}))
    assert "Jonna" not in stored
    assert ERASED in json.dumps(seal(insight, {("personal", APPLICANT): None}))


def arrives(fact: InsightLetterIssued, at: datetime) -> LetterDelivered:
    return LetterDelivered(
        letter_id="letter-9",
        party_id=APPLICANT,
        buyer_id=REGION,
        words="letter.access",
        about=ID,
        link_id=fact.link_id,
        channel="mail",
        delivered_at=at,
        reference="250 accepted",
    )


async def test_a_letter_to_the_applicant_goes_out_and_its_arrival_is_kept_once() -> None:
    world = await blocked()
    await world.done(asked(contact="jonna@press.example"))
    await world.do_effects()
    (fact,) = world.of(InsightLetterIssued)
    letter = world.state(InsightLetter, fact.letter_id)
    assert fact.sha256_da == hashlib.sha256(letter.pdf("da")).hexdigest()
    assert fact.kind == "received"
    assert fact.contact.startswith(f"sealed:1:personal:{APPLICANT}:")
    said = b"\n".join(entry.body for entry in world.store.journal)
    assert b"jonna@press.example" not in said
    for _ in range(2):
        await world.tell(arrives(fact, world.now))
    (arrived,) = request(world).arrived
    assert (arrived.number, arrived.channel, arrived.reference) == (1, "mail", "250 accepted")
    assert len(world.of(InsightLetterDelivered)) == 1


async def test_an_applicant_without_an_address_is_reached_when_a_person_finds_one() -> None:
    world = await requested()
    give = GiveContact(insight_id=ID, applicant_id=APPLICANT, contact="jonna@press.example")
    assert (await world.refused(give, by=STRANGER)) != ""
    await world.done(give)
    (fact,) = world.of(InsightContactGiven)
    assert fact.contact.startswith(f"sealed:1:personal:{APPLICANT}:")
    assert "already" in await world.refused(give)


async def test_a_letter_that_was_handed_over_has_arrived_and_on_no_day_to_come() -> None:
    world = await requested()
    await world.do_effects()
    today = world.now.date()

    def handed(number: int, on: date) -> HandOverLetter:
        return HandOverLetter(insight_id=ID, number=number, on=on, how="at the counter")

    assert "yet to come" in await world.refused(handed(1, today + timedelta(days=2)))
    assert "before the request" in await world.refused(handed(1, today - timedelta(days=9)))
    assert "letter" in await world.refused(handed(7, today))
    await world.done(handed(1, today))
    (fact,) = world.of(InsightLetterDelivered)
    assert (fact.channel, fact.reference, fact.by) == (BY_HAND, "at the counter", OFFICER.subject)
    assert "already" in await world.refused(handed(1, today))


async def test_the_applicant_reads_by_link_what_was_written_until_then_and_nothing_else(
    tmp_path: Path,
) -> None:
    world = await requested()
    await world.done(DelayInsight(insight_id=ID, working_days=12, reason="four hundred pages"))
    await world.do_effects()
    first, second = world.of(InsightLetterIssued)
    service = Standing(
        world, api, tmp_path, adapters={"shelf": SHELF, "links": LINKS, "terms": Terms(), **MORE}
    )
    end = datetime(2100, 1, 1, tzinfo=UTC)
    tokens = [LINKS.token(fact.link_id, f"access/{ID}", end) for fact in (first, second)]
    wrong = LINKS.token(second.link_id, f"insight/{ID}", end)
    async with service.client(None) as client:
        shown = (await client.get(f"/links/{tokens[0]}/access")).json()
        assert [one["number"] for one in shown["letters"]] == [1]
        shown = (await client.get(f"/links/{tokens[1]}/access")).json()
        assert [one["number"] for one in shown["letters"]] == [2, 1]
        assert "four hundred pages" in shown["letters"][0]["text_en"]
        paper = await client.get(f"/links/{tokens[1]}/access/2.pdf?language=da")
        assert hashlib.sha256(paper.content).hexdigest() == second.sha256_da
        assert (await client.get(f"/links/{tokens[0]}/access/2.pdf")).status_code == 404
        assert (await client.get(f"/links/{wrong}/access")).status_code == 403
        assert (await client.get(f"/links/{tokens[1]}/insight")).status_code == 403


async def test_whom_a_case_concerns_is_found_and_heard_before_it_is_shown() -> None:
    world = await requested()
    told = await world.done(NameItem(insight_id=ID, kind="case", ref=world.case.id))
    assert NORDLYS in told["concerns"]
    withheld = (Covered(field="cause", basis="OFL-30-1", reason="it is about a person"),)
    ruling = RuleOnItem(insight_id=ID, number=1, outcome="part", withheld=withheld)
    assert "must have been heard" in await world.refused(ruling)
    for party in told["concerns"]:
        await world.done(HearOnInsight(insight_id=ID, party_id=party))
    assert "must have been heard" in await world.refused(ruling)
    await world.advance(timedelta(days=7))
    assert {one.party_id for one in world.of(InsightHearingLapsed)} == set(told["concerns"])
    await world.done(ruling)


async def test_a_party_that_objects_says_what_and_why() -> None:
    world = await requested()
    await with_document(world, paper("harmless"))
    again = AnswerInsightHearing(insight_id=ID, party_id=NORDLYS, objects=True, answer="no")
    assert "is not being heard" in await world.refused(again)


@pytest.mark.parametrize(
    ("ruling", "why"),
    [
        ({"outcome": "part"}, "say what is withheld"),
        ({"outcome": "whole", "withheld": (covered("x y"),)}, "withholds nothing"),
        ({"outcome": "part", "withheld": (covered("x y", "OSL-31-16"),)}, "is no ground here"),
        ({"outcome": "none", "withheld": (covered("x y"),)}, "`*` stands for an item"),
    ],
)
async def test_a_ruling_names_what_on_which_ground_of_the_country_and_why(
    ruling: dict[str, Any], why: str
) -> None:
    world = await requested()
    await with_document(world, paper("harmless"))
    assert why in await world.refused(RuleOnItem(insight_id=ID, number=1, **ruling))


async def test_what_is_withheld_is_decided_by_an_approver_who_did_not_rule() -> None:
    world = await requested()
    await with_document(world, paper(SECRET))
    both = OFFICER.model_copy(update={"roles": ("officer", "approver")})
    await world.done(
        RuleOnItem(insight_id=ID, number=1, outcome="part", withheld=(covered(SECRET),)), by=both
    )
    assert "takes an approver" in await world.refused(DecideInsight(insight_id=ID))
    assert "another person" in await world.refused(DecideInsight(insight_id=ID), by=both)
    await world.done(DecideInsight(insight_id=ID), by=ANNA)
    (fact,) = world.of(InsightDecided)
    assert (fact.whole, fact.part, fact.none) == (0, 1, 0)
    assert fact.need.kind == "send-insight"
    await world.do_effects()
    kept = [d for d in world.store.documents.values() if isinstance(d, InsightLetter)]
    letter = next(one for one in kept if one.kind == "decided")
    assert "offentlighedsloven § 30, nr. 2" in letter.text_da
    assert "Klagenævnet for Udbud" in letter.text_da
    assert SECRET not in letter.text_da


async def test_nothing_is_decided_while_an_item_has_no_ruling() -> None:
    world = await requested()
    assert "nothing is named" in await world.refused(DecideInsight(insight_id=ID))
    await with_document(world, paper("harmless"))
    assert "not ruled on yet: 1" in await world.refused(DecideInsight(insight_id=ID))


async def test_a_request_that_is_withdrawn_asks_nobody_any_more() -> None:
    world = await requested()
    await world.done(WithdrawInsight(insight_id=ID, reason="it was found on the web"))
    await world.advance(timedelta(days=30))
    assert world.of(InsightOverdue) == []
    assert request(world).stage is InsightStage.WITHDRAWN


async def test_another_buyers_people_see_and_do_nothing() -> None:
    world = await requested()
    refused = await world.refused(
        NameItem(insight_id=ID, kind="contract", ref=CONTRACT), by=STRANGER
    )
    assert "do not act for buyer" in refused


# ---------------------------------------------------------------- the copy


def test_a_passage_that_is_covered_is_nowhere_in_the_file() -> None:
    copy, log = mask(paper("The offer names " + SECRET + " and more."), [SECRET])
    assert log == [{"page": 1, "passage": 1}]
    assert SECRET.encode() not in copy
    page = pdfium.PdfDocument(copy)[0]
    assert page.get_textpage().get_text_range().strip() == ""


def test_what_is_covered_is_black_and_the_rest_is_as_it_was() -> None:
    original = paper("Something else stands here.", SECRET)
    plain, _ = mask(original, [])
    copy, _ = mask(original, [SECRET])

    def dark(data: bytes) -> int:
        picture = pdfium.PdfDocument(data)[0].render(scale=1).to_pil().convert("L")
        return sum(picture.histogram()[:40])

    assert dark(copy) > dark(plain) + 500
    assert dark(plain) > 0


def test_a_passage_is_covered_also_where_a_line_ends_within_it() -> None:
    _, log = mask(paper(" ".join([SECRET] * 8)), [SECRET])
    assert len(log) > 8, "where a line ends within it, it takes two boxes"


def test_a_passage_that_is_not_there_is_said_and_nothing_is_made() -> None:
    with pytest.raises(Missing):
        mask(paper("harmless"), [SECRET])


@pytest.mark.parametrize(
    "data", [b"", b"no PDF", paper("harmless")[:400], paper("x").replace(b"595.2756", b"99595.27")]
)
def test_a_file_that_cannot_be_covered_is_refused_with_why(data: bytes) -> None:
    with pytest.raises(Rejected):
        masked(data, [SECRET])


async def play_out(client: httpx.AsyncClient, path: str, body: Any) -> httpx.Response:
    answer = await client.post(path, json=body)
    assert answer.status_code == 200, answer.text
    return answer


async def test_the_copy_holds_nothing_of_what_is_covered_and_logs_it(tmp_path: Path) -> None:
    world = await requested()
    data = paper("The offer names " + SECRET + ".")
    await with_document(world, data)
    await world.done(NameItem(insight_id=ID, kind="contract", ref=CONTRACT))
    await world.done(RuleOnItem(insight_id=ID, number=2, outcome="whole"))
    await world.done(
        RuleOnItem(insight_id=ID, number=1, outcome="part", withheld=(covered(SECRET),))
    )
    await world.done(DecideInsight(insight_id=ID), by=ANNA)
    service = Standing(
        world, api, tmp_path, adapters={"shelf": SHELF, "links": LINKS, "terms": Terms(), **MORE}
    )
    async with service.client(OFFICER) as client:
        brought = {"documents": {"doc-1": base64.b64encode(data).decode()}}
        made = await play_out(client, f"/insight/{ID}/copy", brought)
        other = {"documents": {"doc-1": base64.b64encode(b"another").decode()}}
        wrong = await client.post(f"/insight/{ID}/copy", json=other)
        assert wrong.status_code == 422
        sha256 = made.headers["ansvar-sha256"]
        assert hashlib.sha256(made.content).hexdigest() == sha256
        sent = {"sha256": sha256}
        await play_out(client, f"/insight/{ID}/sent", sent)
    archive = zipfile.ZipFile(io.BytesIO(made.content))
    names = archive.namelist()
    assert "001-document/document.pdf" in names
    assert all(SECRET.encode() not in archive.read(name) for name in names)
    assert (
        json.loads(archive.read("002-contract/fields.json"))["title"] == "Rengøring af hospitaler"
    )
    (line,) = json.loads(archive.read("withheld.json"))
    assert line["where"] == "page 1"
    assert line["law"] == "offentlighedsloven § 30, nr. 2"
    assert request(world).stage is InsightStage.DONE


async def test_a_party_answers_through_its_link_once_and_sees_only_what_concerns_it(
    tmp_path: Path,
) -> None:
    world = await requested()
    await world.done(NameItem(insight_id=ID, kind="case", ref=world.case.id))
    await world.done(HearOnInsight(insight_id=ID, party_id=BALTIC))
    (fact,) = world.of(InsightHearingOpened)
    token = LINKS.token(fact.link_id, f"insight/{ID}", datetime(2100, 1, 1, tzinfo=UTC))
    service = Standing(
        world, api, tmp_path, adapters={"shelf": SHELF, "links": LINKS, "terms": Terms(), **MORE}
    )
    async with service.client(None) as client:
        shown = (await client.get(f"/links/{token}/insight")).json()
        assert shown["items"] == [world.case.id]
        assert "Jonna" not in json.dumps(shown)
        body = {"objects": True, "answer": "our prices are secret"}
        await play_out(client, f"/links/{token}/insight/answer", body)
        again = await client.post(f"/links/{token}/insight/answer", json=body)
        assert again.status_code == 409
    assert request(world).hearings[0].objects


async def test_the_public_sees_contracts_and_decisions_and_why_the_rest_is_covered(
    tmp_path: Path,
) -> None:
    world = await blocked()
    service = Standing(
        world, api, tmp_path, adapters={"shelf": SHELF, "links": LINKS, "terms": Terms(), **MORE}
    )
    async with service.client(OFFICER) as client:
        made = await client.get(f"/insight/public.zip?buyer_id={REGION}&country=DK")
    assert made.status_code == 200, made.text
    archive = zipfile.ZipFile(io.BytesIO(made.content))
    contract = json.loads(archive.read(f"contracts/{CONTRACT}.json"))
    assert contract["supplier.1"].startswith("Nordlys")
    case = json.loads(archive.read(f"cases/{world.case.id}.json"))
    assert "rule" not in case, "a case that is not decided says no rule"
    log = json.loads(archive.read("withheld.json"))
    assert {line["where"] for line in log} >= {"rule", "party", "cause"}
    assert {line["basis"] for line in log} == {"OFL-33-5"}


def test_each_country_has_a_ground_for_each_class_and_says_what_was_verified() -> None:
    for country in ("DK", "SE"):
        law = read_laws().on(datetime(2026, 11, 30, tzinfo=UTC).date(), country)
        assert law.complaint.da
        assert law.complaint.sv
        assert len(law.codes) == len(law.grounds)


async def test_what_is_refused_most_is_said_in_the_readers_language() -> None:
    world = await requested()
    refused = [await world.refused(DecideInsight(insight_id=ID))]
    await with_document(world, paper("harmless"))
    refused.append(await world.refused(DecideInsight(insight_id=ID)))
    refused.append(await world.refused(RuleOnItem(insight_id=ID, number=1, outcome="part")))
    for reason in refused:
        for language in ("da", "sv"):
            assert in_words(reason, language) != reason


def test_a_ground_that_is_none_any_more_is_said_and_not_a_defect() -> None:
    law = read_laws().on(datetime(2026, 11, 30, tzinfo=UTC).date(), "DK")
    with pytest.raises(Rejected, match="rule on the item anew"):
        law.ground("OFL-99")
