"""Our own OCDS releases over HTTP."""

from typing import Any

from services.contracts import ocds_out
from services.contracts.api import READERS, api
from services.contracts.asking import must_serve_one_of
from services.contracts.domain import ChainTold, Contract, Stage
from shared.domain import Unknown
from shared.http import Desk


@api.get("/ocds/contracts/{contract_id}", roles=READERS)
async def show_release(contract_id: str, desk: Desk) -> dict[str, Any]:
    """The contract as an OCDS 1.1 release package, with its chain as an extension (docs/ocds)."""
    contract = await desk.get(Contract, contract_id)
    must_serve_one_of(contract.buyer_ids, desk.caller)
    if contract.stage is Stage.EXPECTED:
        raise Unknown("contract", contract_id)
    store = desk.service.store
    chain = (await store.fetch(ChainTold, [contract_id])).get(contract_id)
    ocid = contract.ocid or f"{desk.settings.ocid_prefix}-{contract_id}"
    uri = f"{desk.settings.public_url}/api/contracts/ocds/contracts/{contract_id}"
    return ocds_out.package_of(contract, chain, ocid, contract.buyer_id, uri)
