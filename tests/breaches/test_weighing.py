"""Proportionality is recorded side by side; a mandatory ground is let be by a decision alone."""

import io
import zipfile
from collections.abc import AsyncIterator
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.breaches.domain import Case
from services.breaches.domain.rules import Measure
from services.breaches.domain.weighing import LIGHT, SIDES
from shared.domain import Rejected
from shared.events.breaches import ConsequenceOrdered, DecisionProposed, Track
from shared.events.contracts import AwardIntended, ProcedureOpened
from shared.events.words import CauseKind, PartyDescription, Role, Weighing
from tests.breaches.playing import Play, staged
from tests.breaches.told import (
    HANSEN,
    NORDLYS,
    REGION,
    REPLACEMENT,
    WEIGHED,
    claim_contradicted,
    claim_exposed,
    clauses,
    declared,
    exposed,
    signed,
)
from tests.breaches.told import SIDES as SAID

INTEREST = "no other maker of the vaccine can deliver before spring"


@pytest.fixture
async def play(tmp_path: Path) -> AsyncIterator[Play]:
    async with staged(tmp_path) as play:
        yield play


async def established(play: Play) -> None:
    """A tax debt of DKK 140 000 of a subcontractor, heard and established."""
    await play.world.tell(
        signed(at_buyer_facility=True),
        clauses(REPLACEMENT),
        declared(HANSEN, "Hansen & Holm Service ApS"),
        claim_contradicted(),
        claim_exposed(),
    )
    await play.do("officer", "enquiry", {"question": "how does this fit with your ESPD?"})
    await play.answer("enquiry", {"text": "it is true"})
    await play.do("officer", "hearing", {"subject": "a due debt"})
    await play.answer("hearing", {"text": "we have no money"})
    await play.do("officer", "confirm", {"reason": "the debt was due"})


async def proposal(play: Play, consequence: str, **more: Any) -> dict[str, Any]:
    options = (await play.show())["options"]
    basis = next(o["basis"] for o in options if o["measure"] == consequence)
    return {"consequence": consequence, "basis": basis, "reason": "it stands", **more}


async def test_each_side_that_was_not_weighed_is_named(play: Play) -> None:
    await established(play)
    alone = await proposal(play, "replace", proportionality="nothing milder helps")
    refused = await play.do("officer", "decision", alone, expect=422)
    assert [e["field"] for e in refused["errors"]] == ["weighing"]
    assert "milder means, and what the supply would suffer" in refused["detail"]
    half = {**SAID, "recurrence": "  ", "supply": ""}
    del half["gravity"]
    refused = await play.do("officer", "decision", {**alone, "weighing": half}, expect=422)
    wrong = {e["field"]: e["reason"] for e in refused["errors"]}
    assert wrong.keys() == {"weighing.gravity", "weighing.recurrence", "weighing.supply"}
    assert "is missing" in wrong["weighing.gravity"]
    assert play.world.of(DecisionProposed) == []


async def test_what_was_weighed_is_in_the_fact_the_page_the_letter_and_the_bundle(
    play: Play,
) -> None:
    await established(play)
    await play.do("officer", "decision", await proposal(play, "replace", weighing=SAID))
    for approver in ("anna", "bo"):
        await play.do(approver, "decision/sign", {"no_conflict": True})
    (fact,) = play.world.of(DecisionProposed)
    assert fact.weighing == WEIGHED
    await play.world.do_effects()
    shown = await play.show()
    assert shown["decisions"][-1]["weighing"] == SAID
    decisions = {x["addressee_id"]: x for x in shown["letters"] if x["kind"] == "decision"}
    assert f"Grovhed: {SAID['gravity']}" in decisions[NORDLYS]["text_da"]
    assert f"Upprepning: {SAID['recurrence']}" in decisions[NORDLYS]["text_sv"]
    assert f"What the supply would suffer: {SAID['supply']}" in decisions[NORDLYS]["text_en"]
    assert SAID["supply"] not in decisions[HANSEN]["text_da"], "that concerns the supplier alone"
    assert "Proportionalitet:" not in decisions[NORDLYS]["text_da"], "no empty paragraph"
    path = f"/cases/{play.world.case.id}/bundle.zip"
    bundle = zipfile.ZipFile(io.BytesIO((await play.client("officer").get(path)).content))
    pages = pypdfium2.PdfDocument(bundle.read("case.pdf"))
    text = " ".join(" ".join(page.get_textpage().get_text_range() for page in pages).split())
    for name in SIDES:
        assert SAID[name] in text
    redacted = await play.client("officer").get(f"{path}?redacted=true")
    assert SAID["gravity"].encode() not in redacted.content


async def test_the_public_interest_is_an_outcome_with_basis_end_and_letter(play: Play) -> None:
    await established(play)
    body = await proposal(play, "derogate", weighing=SAID, working_days=60)
    assert body["basis"] == "Directive 2014/24/EU Art 57(3); udbudsloven § 138, stk. 4"
    refused = await play.do("officer", "decision", body, expect=422)
    assert refused["errors"][0]["field"] == "derogation"
    dropped = await play.do("officer", "dismiss", {"reason": "we need it"}, expect=422)
    assert dropped["errors"][0]["field"] == "way_out"
    await play.do("officer", "decision", {**body, "derogation": INTEREST})
    for approver in ("anna", "bo"):
        await play.do(approver, "decision/sign", {"no_conflict": True})
    (order,) = play.world.of(ConsequenceOrdered)
    assert (order.consequence.value, order.basis) == ("derogate", body["basis"])
    await play.world.do_effects()
    shown = await play.show()
    assert (shown["stage"], shown["status"]) == ("ordered", "CONDITIONAL")
    (letter,) = [
        x for x in shown["letters"] if x["kind"] == "decision" and x["addressee_id"] == NORDLYS
    ]
    assert INTEREST in letter["text_da"]
    assert "almene samfundsinteresser" in letter["text_da"]
    assert shown["due"][:10] in letter["text_da"], "it says until when"
    assert not play.world.of(ConsequenceOrdered)[0].excluded_until
    await play.do("officer", "dismiss", {"reason": "delivered", "way_out": "noted"})
    assert (await play.show())["status"] == "CLEAR"


AWARD = AwardIntended(
    procedure_id="proc-1",
    reference="RN-2026-14",
    buyer_id=REGION,
    winners=(PartyDescription(party_id=NORDLYS, name="Nordlys"),),
    award_on=date(2027, 3, 15),
    tenders_until=date(2027, 2, 26),
)


async def test_the_last_days_are_counted_from_the_end_of_the_tenders_where_that_is_first(
    play: Play,
) -> None:
    contract = signed(procedure_id="proc-1").model_copy(update={"awarded": date(2027, 3, 15)})
    await play.world.tell(AWARD, contract, clauses(), claim_exposed())
    shown = await play.show()
    days = {one["step"]: one["day"] for one in shown["timetable"]}
    assert days["sign the decision"] == "2027-02-25", "the working day before the tenders lapse"
    assert (shown["tenders_until"], shown["ways_out"]) == ("2027-02-26", [])
    longer = AWARD.model_copy(update={"tenders_until": date(2027, 4, 30)})
    await play.world.tell(longer)
    days = {one["step"]: one["day"] for one in (await play.show())["timetable"]}
    assert days["sign the decision"] == "2027-03-12", "now the award comes first"


@pytest.mark.parametrize(("grounds", "basis"), [(("bankruptcy",), True), (("sanction",), False)])
async def test_a_voluntary_ground_counts_where_the_notice_is_known_to_have_chosen_it(
    play: Play, grounds: tuple[str, ...], basis: bool
) -> None:
    notice = ProcedureOpened(
        procedure_id="proc-1", reference="x", buyer_id=REGION, title="Rengøring", grounds=grounds
    )
    bankrupt = exposed(HANSEN, CauseKind.CLAIM, "EX-D1")
    contract = signed(at_buyer_facility=True, procedure_id="proc-1")
    await play.world.tell(notice, contract, clauses(), bankrupt)
    if (await play.show())["track"] == "enquiry":
        await play.do("officer", "enquiry", {"question": "is it so?"})
        await play.answer("enquiry", {"text": "it is"})
    await play.do("officer", "hearing", {"subject": "bankruptcy"})
    await play.answer("hearing", {"text": "it is true"})
    await play.do("officer", "confirm", {"reason": "the register says so"})
    shown = await play.show()
    assert ("replace" in {o["measure"] for o in shown["options"]}) is basis


def of_track(track: Track) -> Case:
    fields: Any = dict.fromkeys(("contract_id", "buyer_id", "party_id", "supplier_id"), "x")
    return Case.model_construct(id="case-1", track=track, role=Role.SUPPLIER, **fields)


@given(
    st.sampled_from(list(Track)),
    st.sampled_from(list(Measure)),
    st.text(max_size=12),
    st.none() | st.fixed_dictionaries({name: st.text(max_size=6) for name in SIDES}),
)
def test_nobody_is_excluded_unless_every_side_says_something(
    track: Track, measure: Measure, text: str, sides: dict[str, str] | None
) -> None:
    weighing = Weighing(**sides) if sides is not None else None
    whole = sides is not None and all(len(side.strip()) >= 3 for side in sides.values())
    free = measure in LIGHT or (track is not Track.EXCLUSION and len(text.strip()) >= 3)
    lawful = whole or (sides is None and free)
    refusal = nullcontext() if lawful else pytest.raises(Rejected)
    with refusal:
        of_track(track).must_be_proportionate(measure, text, weighing)
