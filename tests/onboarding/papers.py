"""Facts and papers that the tests of onboarding tell of."""

from hashlib import sha256

from shared.events.contracts import ContractSigned
from shared.events.screening import PartyScreened
from shared.events.subcontractors import SubcontractorDeclared
from shared.events.words import Identifier, ListRef, PartyDescription

BUYER = "dk-cvr-91204711"
CONTRACT = "ocds-213czf-rn-2026-014-rn-2026-014-k1"


def digest(data: bytes) -> str:
    return sha256(data).hexdigest()


def company(number: str, name: str) -> PartyDescription:
    return PartyDescription(
        party_id=f"dk-cvr-{number}",
        name=name,
        country="DK",
        identifiers=(Identifier(scheme="dk-cvr", value=number),),
    )


NORDLYS = company("92431185", "Nordlys Rengøring A/S")
BALTIC = company("93587278", "Baltic Facility Group ApS")
HANSEN = company("94610346", "Hansen & Holm Service ApS")
MALARDALEN = PartyDescription(
    party_id="se-orgnr-5599874129",
    name="Mälardalens Textilservice AB",
    country="SE",
    identifiers=(Identifier(scheme="se-orgnr", value="5599874129"),),
)


def signed(supplier: PartyDescription = NORDLYS, **more: object) -> ContractSigned:
    values: dict[str, object] = {
        "contract_id": CONTRACT,
        "buyer_id": BUYER,
        "title": "Rengøring af Sygehus Nord",
        "suppliers": (supplier,),
        "category": "services",
        "procedure_id": "RN-2026-014",
    }
    return ContractSigned.model_validate(values | more)


def screened(party: PartyDescription, *hits: str) -> PartyScreened:
    eu = ListRef(source="eu", version="1")
    return PartyScreened(party_id=party.party_id, lists=(eu,), hits=hits, engine="3", policy="1")


def declared(party: PartyDescription, **more: object) -> SubcontractorDeclared:
    values: dict[str, object] = {
        "contract_id": CONTRACT,
        "buyer_id": BUYER,
        "party": party,
        "parent_id": NORDLYS.party_id,
        "tier": 1,
        "share": None,
        "service": "",
        "chain_version": 1,
    }
    return SubcontractorDeclared.model_validate(values | more)
