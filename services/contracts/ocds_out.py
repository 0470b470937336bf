"""Our own OCDS 1.1 releases: a contract as it stands, with its chain as a small extension.

docs/ocds documents the extension. A release is made to be published: it holds no status and no
name of a natural person.
"""

import hashlib
import json
from datetime import UTC, date, datetime, time
from typing import Any

from services.contracts.domain import ChainTold, Contract, Member, Stage
from shared.events.base import is_natural_person
from shared.events.words import Identifier, PartyDescription

EXTENSION = "https://ansvar.example/ocds/ansvar-subcontractors/1.0/extension.json"
SCHEMES = {"dk-cvr": "DK-CVR", "se-orgnr": "SE-BLV", "lei": "XI-LEI"}
"""Registers as org-id.guide writes them; the others stand as they are, in capitals."""

Json = dict[str, Any]


def package_of(
    contract: Contract, chain: ChainTold | None, ocid: str, publisher: str, uri: str
) -> Json:
    """A release package with the release of one contract."""
    release = release_of(contract, chain, ocid)
    return {
        "uri": uri,
        "version": "1.1",
        "extensions": [EXTENSION],
        "publishedDate": release["date"],
        "publisher": {"name": publisher},
        "releases": [release],
    }


def release_of(contract: Contract, chain: ChainTold | None, ocid: str) -> Json:
    """What is true of a contract now. The same content has the same id, another another one."""
    members = [one for one in (chain.members if chain else ()) if one.tier >= 1]
    award = f"{contract.id}-award"
    release: Json = {
        "ocid": ocid,
        "tag": [_tag(contract)],
        "initiationType": "tender",
        "language": "en",
        "parties": _parties(contract, members),
        "buyer": {"id": _reference(contract.buyer_id)},
        "tender": {"id": contract.procedure_id or ocid, "status": "complete"},
        "awards": [
            {
                "id": award,
                "status": "active",
                "suppliers": [_named(supplier) for supplier in contract.suppliers],
                **({"date": _moment(contract.awarded)} if contract.awarded else {}),
            }
        ],
        "contracts": [_contract(contract, chain, members, award)],
    }
    at = max(filter(None, (chain.changed if chain else None, _changed(contract))))
    said = json.dumps(release, sort_keys=True, ensure_ascii=False)
    digest = hashlib.sha256(said.encode()).hexdigest()[:16]
    return {"id": f"{contract.id}-{digest}", "date": at.isoformat(), **release}


def _tag(contract: Contract) -> str:
    if contract.stage is Stage.ENDED:
        return "contractTermination"
    signed = min(contract.terms_of.values(), default=None)
    return "contractUpdate" if _changed(contract) != signed else "contract"


def _changed(contract: Contract) -> datetime:
    """When something about the contract itself was said last."""
    told = [*contract.terms_of.values(), contract.clauses_of, contract.ended]
    return max((at for at in told if at), default=datetime(1970, 1, 1, tzinfo=UTC))


def _contract(
    contract: Contract, chain: ChainTold | None, members: list[Member], award: str
) -> Json:
    period = {"startDate": contract.starts, "endDate": contract.ends}
    said: Json = {
        "id": contract.id,
        "awardID": award,
        "title": contract.title,
        "status": "terminated" if contract.stage is Stage.ENDED else "active",
        "ansvar_subcontractors": [_subcontractor(one) for one in members],
        "ansvar_chainVersion": chain.chain_version if chain else 0,
    }
    if days := {name: _moment(day) for name, day in period.items() if day}:
        said["period"] = days
    if contract.value is not None:
        said["value"] = {"amount": contract.value.amount, "currency": contract.value.currency}
    if contract.signed is not None:
        said["dateSigned"] = _moment(contract.signed)
    if contract.category:
        code = {"scheme": "CPV", "id": contract.category}
        said["items"] = [{"id": "1", "classification": code}]
    return said


def _subcontractor(member: Member) -> Json:
    said: Json = {
        "id": f"subcontractor-{member.party.party_id}",
        "organization": _named(member.party),
        "hiredBy": {"id": _reference(member.parent_id)},
        "tier": member.tier,
        "status": _status(member),
    }
    if member.share is not None:
        said["share"] = {"minimum": member.share.minimum, "maximum": member.share.maximum}
    if member.service:
        said["description"] = member.service
    if member.ends is not None:
        said["endDate"] = _moment(member.ends)
    return said


def _status(member: Member) -> str:
    if member.ends is not None:
        return "ended"
    return {None: "declared", True: "approved", False: "refused"}[member.approved]


# ---------------------------------------------------------------- parties


def _parties(contract: Contract, members: list[Member]) -> list[Json]:
    """The buyer, the suppliers, the subcontractors, and who hired them; each once."""
    roles: dict[str, list[str]] = {contract.buyer_id: ["buyer"]}
    described = {one.party_id: one for one in contract.suppliers}
    for supplier in contract.suppliers:
        roles.setdefault(supplier.party_id, []).append("supplier")
    for member in members:
        described.setdefault(member.party.party_id, member.party)
        its = roles.setdefault(member.party.party_id, [])
        if "subcontractor" not in its:
            its.append("subcontractor")
    for member in members:
        roles.setdefault(member.parent_id, [])
    return [_party(id, described.get(id), its) for id, its in roles.items()]


def _party(party_id: str, party: PartyDescription | None, roles: list[str]) -> Json:
    said: Json = {"id": _reference(party_id)}
    if roles:
        said["roles"] = roles
    if party is None or is_natural_person(party_id):
        return said
    said["name"] = party.name
    numbers = [_identifier(one, party.name) for one in party.identifiers]
    if numbers:
        said["identifier"] = numbers[0]
    if len(numbers) > 1:
        said["additionalIdentifiers"] = numbers[1:]
    if party.country:
        said["address"] = {"countryName": party.country}
    return said


def _identifier(identifier: Identifier, name: str) -> Json:
    scheme = SCHEMES.get(identifier.scheme, identifier.scheme.upper())
    return {"scheme": scheme, "id": identifier.value, "legalName": name}


def _named(party: PartyDescription) -> Json:
    said = {"id": _reference(party.party_id)}
    return said if is_natural_person(party.party_id) else said | {"name": party.name}


def _reference(party_id: str) -> str:
    """`dk-cvr-61056416` as OCDS writes it: DK-CVR-61056416."""
    for scheme, written in SCHEMES.items():
        if party_id.startswith(f"{scheme}-"):
            return f"{written}-{party_id.removeprefix(f'{scheme}-').upper()}"
    return party_id


def _moment(day: date) -> str:
    """OCDS writes days as moments."""
    return datetime.combine(day, time(), tzinfo=UTC).isoformat()
