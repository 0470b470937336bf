"""Invoices are answered by what is known of their payees, and only exceptions reach people."""

from datetime import timedelta
from typing import Any

import orjson
import pytest

from services.contracts.domain import PartyFile
from services.contracts.domain.invoices import Answered, InvoiceLine, RefusedLine
from services.contracts.domain.payees import Payee, PaymentException
from services.contracts.payment_commands import ReleasePayments, StopPayments, TakePayments
from services.contracts.payment_lines import lines_of, read_lines
from shared.domain import Caller
from shared.envelope import Message, Outcome
from shared.events.breaches import InterimMeasureOrdered
from shared.events.contracts import (
    PayeeAccountMet,
    PayeeMet,
    PaymentsCleared,
    PaymentsHeld,
    PaymentsReleased,
    PaymentsScreened,
    PaymentsStopped,
)
from shared.events.screening import (
    HitDismissed,
    HitRaised,
    JurisdictionFlagged,
    PartyScreened,
)
from shared.events.subcontractors import SubcontractorDeclared
from shared.events.words import ListEntryRef, ListRef, PartyDescription, Status
from shared.testing import MACHINE, OFFICER, T0, World
from tests.contracts.conftest import PERSON_KEY, package, release
from tests.contracts.test_releases import K1, take_in
from tests.contracts.test_status import BUYER, SUPPLIER, case

STRANGER = "dk-cvr-61056416"
IBAN, PANAMA = "DK5000400440116243", "ADPNPAPA"
ENTRY = ListEntryRef(source="eu", entry_id="EU.1", version="v1", name="Somebody")


@pytest.fixture
async def world(world: World) -> World:
    """One contract, whose supplier was screened."""
    await take_in(world, package(release(1)))
    await world.tell(screened(SUPPLIER))
    return world


def screened(party_id: str) -> PartyScreened:
    lists = (ListRef(source="eu", version="v1", entries=1),)
    return PartyScreened(party_id=party_id, lists=lists, hits=(), engine="e", policy="p")


def hit(party_id: str) -> HitRaised:
    return HitRaised(hit_id="hit-1", party_id=party_id, entry=ENTRY, score=0.9, explanation=())


def invoice(number: str = "F1", payee: str = "92431185", **more: Any) -> dict[str, Any]:
    said = {"number": number, "amount": "1250.00", "currency": "DKK", "due": "2026-12-23"}
    return said | {"payee": {"number": payee, "name": "Nordlys"}, "iban": IBAN} | more


def command(*invoices: dict[str, Any], buyer_id: str = BUYER) -> TakePayments:
    read = list(read_lines([orjson.dumps(one) for one in invoices], buyer_id, PERSON_KEY))
    return TakePayments(
        buyer_id=buyer_id,
        lines=tuple(one for one in read if isinstance(one, InvoiceLine)),
        refused=tuple(one for one in read if isinstance(one, RefusedLine)),
    )


async def answers(world: World, *invoices: dict[str, Any]) -> str:
    outcome: Outcome = await world.tell(command(*invoices), by=MACHINE)
    assert outcome.result is not None, outcome.error
    return str(outcome.result["answers"])


def told(world: World, kind: type[Any]) -> list[Any]:
    return [event for event in world.announced if type(event) is kind]


async def test_what_nothing_speaks_against_may_be_paid_and_one_fact_proves_it(world: World) -> None:
    assert await answers(world, invoice("F1"), invoice("F2", contract_id=K1)) == "pp"
    (batch,) = told(world, PaymentsScreened)
    assert (batch.lines, batch.passed, batch.held) == (2, 2, 0)
    assert len(batch.digest) == 64
    assert not told(world, PaymentsHeld)
    assert not told(world, PayeeMet)


async def test_the_same_invoice_again_gets_the_same_answer_and_nobody_is_asked(
    world: World,
) -> None:
    await world.tell(hit(SUPPLIER))
    assert await answers(world, invoice("F1"), invoice("F1")) == "hh"
    assert await answers(world, invoice("F1", due="2027-01-31")) == "h"
    assert len(told(world, PaymentsHeld)) == 1
    assert told(world, PaymentsScreened)[-1].repeated == 1


async def test_a_changed_invoice_is_an_exception_even_after_it_was_paid(world: World) -> None:
    assert await answers(world, invoice("F1")) == "p"
    assert await answers(world, invoice("F1", iban="GB33BUKB20201555555555")) == "h"
    assert told(world, PaymentsHeld)[-1].why == "changed"
    other = invoice("F1", payee="61056416", seller="92431185")
    assert await answers(world, other) == "h"
    assert told(world, PaymentsHeld)[-1].party_id == STRANGER


async def test_the_same_invoice_in_two_messages_of_one_commit_is_answered_once(
    world: World,
) -> None:
    await world.tell(hit(SUPPLIER))
    changed = invoice("F1", amount="9999.00")
    said = [command(invoice("F1"), invoice("F2")), command(invoice("F2"), changed)]
    messages = [
        Message(id=f"m{n}", type="TakePayments", said=one, caller=MACHINE, origin="command")
        for n, one in enumerate(said)
    ]
    await world.bus.handle(messages)
    assert [one.repeated for one in told(world, PaymentsScreened)] == [0, 1]
    assert [one.why for one in told(world, PaymentsHeld)] == ["listed", "changed"]
    assert await answers(world, invoice("F1"), changed) == "hh"
    assert told(world, PaymentsHeld)[2].why == "changed"


async def test_the_same_invoice_at_another_process_in_the_same_moment_is_answered_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await answers(world, invoice("F1")) == "p"
    look, blind = world.store.search_any, [True]

    async def looked_too_early(kind: Any, *args: Any, **more: Any) -> Any:
        if kind is Answered and blind and blind.pop():
            return []
        return await look(kind, *args, **more)

    monkeypatch.setattr(world.store, "search_any", looked_too_early)
    assert await answers(world, invoice("F1"), invoice("F2")) == "pp"
    assert not blind
    assert [one.repeated for one in told(world, PaymentsScreened)] == [0, 1]


async def test_a_payee_that_no_contract_names_becomes_a_party_and_waits(world: World) -> None:
    assert await answers(world, invoice("A1", payee="61056416")) == "w"
    assert await answers(world, invoice("A2", payee="61056416")) == "w"
    (met,) = told(world, PayeeMet)
    assert met.party.party_id == STRANGER
    await world.tell(screened(STRANGER))
    (cleared,) = told(world, PaymentsCleared)
    assert [one.number for one in cleared.invoices] == ["A1", "A2"]
    assert await answers(world, invoice("A1", payee="61056416")) == "p"
    assert not told(world, PaymentsHeld)


async def test_a_payee_that_resembles_a_listed_one_is_asked_about_once_for_all_its_invoices(
    world: World,
) -> None:
    await answers(world, invoice("A1", payee="61056416"))
    await world.tell(hit(STRANGER), screened(STRANGER))
    assert await answers(world, invoice("A2", payee="61056416")) == "h"
    held = told(world, PaymentsHeld)
    assert [one.why for one in held] == ["listed", "listed"]
    assert [one.need is not None for one in held] == [True, False]
    exception = world.state(PaymentException, held[0].exception_id)
    assert [one.ref.number for one in exception.invoices] == ["A1", "A2"]
    dismissed = HitDismissed(
        hit_id="hit-1", party_id=STRANGER, buyer_id=BUYER, entry=ENTRY, by="mette", reason="other"
    )
    await world.tell(dismissed)
    (released,) = told(world, PaymentsReleased)
    assert released.by == ""
    assert released.settles == (exception.need_id,)
    assert await answers(world, invoice("A2", payee="61056416")) == "p"


async def test_another_buyers_verdict_releases_nothing_here(world: World) -> None:
    await world.tell(hit(SUPPLIER))
    await answers(world, invoice("F1"))
    await world.tell(
        HitDismissed(
            hit_id="hit-1", party_id=SUPPLIER, buyer_id="other", entry=ENTRY, by="x", reason="y"
        )
    )
    assert not told(world, PaymentsReleased)


async def test_a_bank_in_a_listed_country_is_asked_about_and_may_be_accepted_for_a_time(
    world: World,
) -> None:
    assert await answers(world, invoice("F1", bic=PANAMA)) == "p"
    (account,) = told(world, PayeeAccountMet)
    assert (account.country, account.bank_country) == ("DK", "PA")
    flagged = JurisdictionFlagged(
        flag_id="flag-1",
        party_id=SUPPLIER,
        country="PA",
        whose="bank",
        list_name="annex-i",
        list_date=T0.date(),
        rule="TAX-LIST",
    )
    await world.tell(flagged)
    assert await answers(world, invoice("F2", bic=PANAMA)) == "h"
    (held,) = told(world, PaymentsHeld)
    assert (held.why, held.detail) == ("bank_country", "PA")
    until = (T0 + timedelta(days=90)).date()
    decision = ReleasePayments(
        exception_id=held.exception_id,
        reason="a branch, seen in its register",
        accepted_until=until,
    )
    outcome = await world.tell(decision, by=OFFICER)
    assert outcome.error is None
    assert await answers(world, invoice("F3", bic=PANAMA), invoice("F2", bic=PANAMA)) == "pp"
    await world.advance(timedelta(days=91))
    assert await answers(world, invoice("F4", bic=PANAMA)) == "h"


async def test_who_is_paid_on_a_contract_without_being_declared_is_an_exception(
    world: World,
) -> None:
    await world.tell(screened(STRANGER))
    assert await answers(world, invoice("A1", payee="61056416", contract_id=K1)) == "h"
    assert told(world, PaymentsHeld)[-1].why == "undeclared"
    declared = SubcontractorDeclared(
        contract_id=K1,
        buyer_id=BUYER,
        party=PartyDescription(party_id=STRANGER, name="Baltic"),
        parent_id=SUPPLIER,
        tier=1,
        service="cleaning",
        chain_version=1,
    )
    await world.tell(declared)
    assert [one.number for one in told(world, PaymentsReleased)[-1].invoices] == ["A1"]
    assert await answers(world, invoice("A2", payee="61056416", contract_id=K1)) == "p"


async def test_what_a_case_holds_is_released_by_the_case_alone(world: World) -> None:
    step = InterimMeasureOrdered(
        **case(Status.REVIEW) | {"party_id": SUPPLIER},
        measure="hold",
        by="mette",
        reason="x",
        due=T0,
    )
    await world.tell(step)
    assert await answers(world, invoice("F1", contract_id=K1)) == "h"
    (held,) = told(world, PaymentsHeld)
    assert held.why == "case"
    refused = await world.tell(
        ReleasePayments(exception_id=held.exception_id, reason="it is fine"), by=OFFICER
    )
    assert refused.error is not None
    assert "the case" in refused.error["reason"]


async def test_what_a_person_stops_stays_stopped(world: World) -> None:
    await world.tell(hit(SUPPLIER))
    await answers(world, invoice("F1"))
    (held,) = told(world, PaymentsHeld)
    await world.tell(StopPayments(exception_id=held.exception_id, reason="is listed"), by=OFFICER)
    assert told(world, PaymentsStopped)[-1].settles == (held.need.id,)
    assert await answers(world, invoice("F1")) == "s"
    assert await answers(world, invoice("F2")) == "h"
    assert told(world, PaymentsHeld)[-1].exception_id != held.exception_id


async def test_a_payee_that_nobody_screens_is_an_exception_after_a_day(world: World) -> None:
    await answers(world, invoice("A1", payee="61056416"))
    await world.advance(timedelta(hours=23))
    assert not told(world, PaymentsHeld)
    await world.advance(timedelta(hours=2))
    assert [one.why for one in told(world, PaymentsHeld)] == ["unscreened"]
    await world.tell(screened(STRANGER))
    assert told(world, PaymentsReleased)[-1].reason == "cause_ended"


async def test_a_screening_that_was_missed_is_found_by_the_clock(world: World) -> None:
    """Its fact may come while the invoice is written, so that neither sees the other."""
    await answers(world, invoice("A1", payee="61056416"))
    world.store.documents[PartyFile, STRANGER] = PartyFile(id=STRANGER, screened=T0, version=1)
    await world.advance(timedelta(minutes=11))
    assert len(told(world, PaymentsCleared)) == 1
    assert world.state(Payee, Payee.id_of(BUYER, STRANGER)).waiting == ()


async def test_another_buyers_invoices_are_not_taken(world: World) -> None:
    erp = Caller(subject="erp", roles=("integration",), buyers=("dk-cvr-11111111",))
    outcome = await world.tell(command(invoice()), by=erp)
    assert outcome.error is not None
    assert outcome.error["kind"] == "forbidden"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"currency": "DKR"}, "currency"),
        ({"currency": None}, "currency"),
        ({"amount": 0}, "amount"),
        ({"amount": "many"}, "amount"),
        ({"iban": "DK5000400440116244"}, "iban"),
        ({"bic": "X"}, "bic"),
        ({"payee": {"number": "92431186"}}, "payee.number"),
        ({"payee": {}}, "payee"),
        ({"payee": {"name": "X", "country": "QQ"}}, "payee.country"),
        ({"number": ""}, "number"),
        ({"ibann": IBAN}, "ibann"),
        ({"reference": "x" * 5_000}, "line"),
    ],
)
def test_a_line_that_is_wrong_names_its_field(wrong: dict[str, Any], field: str) -> None:
    (read,) = read_lines([orjson.dumps(invoice() | wrong)], BUYER, PERSON_KEY)
    assert isinstance(read, RefusedLine)
    assert read.field == field
    assert "0040044011624" not in read.reason


async def test_a_wrong_line_spoils_none_of_the_others(world: World) -> None:
    assert (
        await answers(world, invoice("F1"), invoice("F2", currency="DKR"), invoice("F3")) == "prp"
    )


@pytest.mark.parametrize(
    "body",
    [
        b'{"number": "1"}\n\n{"number": "2"}\r\n',
        b'[{"number": "1"}, {"number": "2"}]',
        b' {"invoices": [{"number": "1"}, {"number": "2"}]}',
    ],
)
def test_invoices_come_as_lines_or_as_a_list(body: bytes) -> None:
    assert [orjson.loads(one)["number"] for one in lines_of(body)] == ["1", "2"]


def test_the_number_of_a_sole_trader_is_nowhere_in_what_is_kept() -> None:
    trader = invoice(payee="8001011231") | {
        "payee": {"number": "800101-1231", "name": "Eva Ek", "country": "SE"}
    }
    (line,) = read_lines([orjson.dumps(trader)], BUYER, PERSON_KEY)
    assert isinstance(line, InvoiceLine), line
    assert line.party_id.startswith("se-sole-")
    assert "800101" not in line.model_dump_json()
