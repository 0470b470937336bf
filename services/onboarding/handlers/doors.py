"""One-time links that officers open and close, and what a manifest may say."""

from datetime import timedelta
from hashlib import sha256
from typing import Any

from services.onboarding.commands import CheckManifest, CloseUploadLink, OpenUploadLink
from services.onboarding.domain import Contract, Door, Party
from services.onboarding.policy import Policy
from services.onboarding.readers import kinds as kinds_read
from shared.domain import Rejected
from shared.events.audits import EvidenceDelegated, EvidenceRequested
from shared.unit import Unit

from .asking import open_door
from .router import router

MOST_DAYS = 90
"""A link is a key: one that is needed for longer is opened again."""

SHORTEST_REASON = 3


@router.on(OpenUploadLink)
async def open_upload_link(command: OpenUploadLink, unit: Unit) -> dict[str, Any]:
    """Open a door. Its token is worked out by whoever shows it, and is written down nowhere."""
    assert unit.caller is not None
    unit.caller.must_serve(command.buyer_id)
    if not 1 <= command.days <= MOST_DAYS:
        raise Rejected(f"a link is open for 1 to {MOST_DAYS} days", field="days")
    if len(command.reason.strip()) < SHORTEST_REASON:
        raise Rejected("give the reason in a few words", field="reason")
    if await unit.load(Party, command.party_id) is None:
        raise Rejected(f"no party {command.party_id} is known here", field="party_id")
    contract = await unit.load(Contract, command.contract_id) if command.contract_id else None
    if command.contract_id and (contract is None or contract.buyer_id != command.buyer_id):
        raise Rejected(f"no contract {command.contract_id} is known here", field="contract_id")
    door = Door.open_for(
        f"link-{sha256(unit.message.id.encode()).hexdigest()[:24]}",
        buyer_id=command.buyer_id,
        party_id=command.party_id,
        contract_id=command.contract_id,
        reason=command.reason,
        opened=unit.now,
        until=unit.now + timedelta(days=command.days),
    )
    unit.save(door)
    return {"link_id": door.id}


@router.on(EvidenceRequested)
async def let_evidence_in(event: EvidenceRequested, unit: Unit) -> None:
    """Whoever is asked by audits brings files through the link of its letter."""
    await _for_questions(event, unit)


@router.on(EvidenceDelegated)
async def let_passed_on_evidence_in(event: EvidenceDelegated, unit: Unit) -> None:
    await _for_questions(event, unit)


async def _for_questions(event: EvidenceRequested | EvidenceDelegated, unit: Unit) -> None:
    kept_for = f"audit/{event.request_id}"
    buyer, party, contract = event.buyer_id, event.party_id, event.contract_id
    await open_door(event.link_id, buyer, party, contract, "evidence", unit, kept_for)


@router.on(CloseUploadLink)
async def close_upload_link(command: CloseUploadLink, unit: Unit) -> dict[str, Any]:
    door = await unit.get(Door, command.link_id)
    if unit.caller is not None:
        unit.caller.must_serve(door.buyer_id)
    if len(command.reason.strip()) < SHORTEST_REASON:
        raise Rejected("give the reason in a few words", field="reason")
    door.close(command.reason)
    unit.save(door)
    return {"link_id": door.id}


@router.on(CheckManifest)
async def check_manifest(command: CheckManifest, unit: Unit, policy: Policy) -> dict[str, Any]:
    """What of a manifest is not known here, file by file. Changes nothing."""
    if unit.caller is not None:
        unit.caller.must_serve(command.buyer_id)
    problems = []
    kinds = sorted(policy.kinds | kinds_read())
    for file in command.files:
        if file.kind and file.kind not in kinds:
            right = f"the kinds of documents are {', '.join(kinds)}"
            problems.append({"file": file.name, "field": "kind", "reason": right})
        if file.party_id and await unit.load(Party, file.party_id) is None:
            why = f"no party {file.party_id} is known here"
            problems.append({"file": file.name, "field": "party", "reason": why})
        if file.contract_id:
            contract = await unit.load(Contract, file.contract_id)
            if contract is None or contract.buyer_id != command.buyer_id:
                why = f"no contract {file.contract_id} of this buyer is known here"
                problems.append({"file": file.name, "field": "contract", "reason": why})
    return {"problems": problems}
