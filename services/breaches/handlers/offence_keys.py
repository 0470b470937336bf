"""What people wrote in the cases of a contract goes when what is kept for it is erased."""

from services.breaches.domain import Agreement, Case
from services.breaches.handlers.door import router
from shared.events.offences import told_in
from shared.offence_keys import OffenceKeys
from shared.unit import Unit


async def _of_contract(contract_id: str, unit: Unit) -> set[str]:
    """Those of its cases, and of their causes where no contract that is kept has a case of the
    same."""
    agreement = await unit.load(Agreement, contract_id)
    if agreement is not None:
        agreement.erased = True
        unit.save(agreement)
    cases = await unit.find(Case, contract_id=contract_id)
    found = {case.offences_of for case in cases}
    for ref in {case.cause.ref for case in cases}:
        alike = {case.contract_id for case in await unit.find(Case, cause_refs=ref)}
        others = [await unit.load(Agreement, other) for other in sorted(alike - {contract_id})]
        if all(other is not None and other.erased for other in others):
            found.add(told_in(ref))
    return found


OffenceKeys(router, _of_contract)
