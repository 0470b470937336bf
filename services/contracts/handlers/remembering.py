"""Keeps how things stood, so that it can be asked for as of any day."""

from services.contracts.domain import (
    Contract,
    PartySaid,
    PartyStanding,
    StatusSaid,
)
from shared.unit import Unit


def remember(contract: Contract, unit: Unit) -> None:
    """The status that a contract has from now on."""
    key = StatusSaid.key_of(contract.id, unit.now, contract.status_version)
    unit.put(
        StatusSaid(
            id=key,
            key=key,
            contract_id=contract.id,
            buyer_id=contract.buyer_id,
            supplier_ids=contract.supplier_ids,
            status_version=contract.status_version,
            since=contract.status_since or unit.now,
            standing=contract.standing,
        ),
        new=True,
    )
    contract.changed_at(unit.now)
    unit.save(contract)


def remember_party(standing: PartyStanding, unit: Unit) -> None:
    """What a buyer's contracts say of a party from now on."""
    key = PartySaid.key_of(standing.id, unit.now)
    unit.put(
        PartySaid(
            id=key,
            key=key,
            buyer_id=standing.buyer_id,
            party_id=standing.party_id,
            since=unit.now,
            contracts=standing.contracts,
            standing=standing.standing,
        )
    )
