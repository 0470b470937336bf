"""Sources of payments: opened and closed by people, refused where what they send is not right."""

import hashlib

from services.contracts.domain.payment_sources import PaymentSource
from services.contracts.handlers.door import router
from services.contracts.payment_commands import (
    ClosePaymentSource,
    OpenPaymentSource,
    RefuseMessage,
    RenewPaymentKey,
)
from services.contracts.sending_terms import SendingTerms
from shared.domain import Rejected
from shared.unit import Unit


@router.on(OpenPaymentSource)
async def open_source(command: OpenPaymentSource, unit: Unit) -> dict[str, object]:
    """The same name of the same buyer is one source; a closed one stays closed."""
    assert unit.caller is not None
    unit.caller.must_serve(command.buyer_id)
    said = f"{command.buyer_id}|{command.name.strip().casefold()}".encode()
    id = f"source-{hashlib.sha256(said).hexdigest()[:16]}"
    source = await unit.load(PaymentSource, id)
    if source is not None:
        source.must_be_open()
        return {"source_id": id, "opened": False}
    source = PaymentSource(id=id, buyer_id=command.buyer_id, name=command.name.strip())
    source.start(unit.caller.subject)
    unit.save(source)
    return {"source_id": id, "opened": True, "generation": 1}


@router.on(RenewPaymentKey)
async def renew_key(command: RenewPaymentKey, unit: Unit) -> dict[str, object]:
    source = await _own(command.source_id, unit)
    if command.retire:
        source.retire()
    else:
        source.renew()
    unit.save(source)
    return {"source_id": source.id, "generation": max(source.generations)}


@router.on(ClosePaymentSource)
async def close_source(command: ClosePaymentSource, unit: Unit) -> dict[str, object]:
    source = await _own(command.source_id, unit)
    assert unit.caller is not None
    source.close(command.reason, unit.caller.subject)
    unit.save(source)
    return {"source_id": source.id}


@router.on(RefuseMessage)
async def refuse_message(command: RefuseMessage, unit: Unit, terms: SendingTerms) -> None:
    """Whoever looks after the source's buyer is asked to see to it."""
    source = await unit.load(PaymentSource, command.source_id)
    if source is None:
        raise Rejected("no source has this id", field="ansvar-source")
    country = "SE" if source.buyer_id.startswith("se-") else "DK"
    source.refuse(command.place, command.reason, terms.act_by(unit.now, country))
    unit.save(source)


async def _own(source_id: str, unit: Unit) -> PaymentSource:
    source = await unit.get(PaymentSource, source_id)
    assert unit.caller is not None
    unit.caller.must_serve(source.buyer_id)
    return source
