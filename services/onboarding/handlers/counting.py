"""What follows when a document begins to count, and until when it does."""

from datetime import UTC, date, datetime, time, timedelta

from services.onboarding.commands import ExpiryCame
from services.onboarding.deciding import CertificateDue, ExpiryNears
from services.onboarding.domain import Ask, Document, State, standing
from services.onboarding.domain.register_entry import certificate_entry_id
from services.onboarding.policy import Rule
from shared.unit import Unit

from .asking import same_as


def follow_certificate(document: Document, unit: Unit) -> None:
    """Have the register asked that knows how a certificate stands."""
    if document.certificate:
        key = certificate_entry_id(document.certificate)
        due = CertificateDue(certificate=document.certificate)
        unit.schedule(f"certificate/{key}/{document.id}", unit.now, due)


def until_it_ends(document: Document, rule: Rule, unit: Unit) -> None:
    """Remember its last day, and the day before which a newer one is to be asked for."""
    if document.valid_until is None:
        return
    last = document.valid_until
    end = datetime.combine(last + timedelta(days=1), time.min, UTC)
    unit.schedule(f"expires/{document.id}", end, ExpiryCame(document_id=document.id))
    nears = end - timedelta(days=rule.days_before_end(document.kind))
    moment = max(nears, unit.now)
    unit.schedule(f"expiring/{document.id}", moment, ExpiryNears(document_id=document.id))


async def answer_asks(document: Document, party_id: str, unit: Unit) -> tuple[str, ...]:
    """A document came that was asked for by itself; returns the needs that this settles."""
    settled: list[str] = []
    for id in await same_as(party_id, unit):
        for ask in await unit.find(Ask, party_id=id):
            if ask.buyer_id != document.buyer_id or not ask.wants(document.kind, document.issued):
                continue
            settled += [ask.need_id] if ask.overdue else []
            ask.answer(document.id)
            end_ask(ask, unit)
    return tuple(settled)


def end_ask(ask: Ask, unit: Unit) -> None:
    unit.cancel(f"due/{ask.id}")
    unit.cancel(f"remind/{ask.id}")
    unit.save(ask)


async def give_way(document: Document, party_id: str, rule: Rule, unit: Unit) -> None:
    """Of some kinds only the newest counts: it takes the place of those before it."""
    if document.kind not in rule.one_at_a_time:
        return
    for id in await same_as(party_id, unit):
        for older in await unit.find(Document, party_id=id):
            if _is_older(older, document):
                standing.give_way(older, document.id)
                unit.save(older)
                unit.cancel(f"expires/{older.id}")
                unit.cancel(f"expiring/{older.id}")


def _is_older(one: Document, newer: Document) -> bool:
    alike = (one.buyer_id, one.kind, one.state) == (newer.buyer_id, newer.kind, State.VERIFIED)
    before = (one.issued or date.min, one.received_at) < (
        newer.issued or date.min,
        newer.received_at,
    )
    return alike and one.id != newer.id and before
