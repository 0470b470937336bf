"""Who appears in the story: buyers, people, companies and what the lists say of their owners."""

from datetime import date

from shared.domain import Caller
from shared.events.words import (
    Identifier,
    ListEntryRef,
    ListRef,
    PartyDescription,
    PartyKind,
)

BUYER, OTHER_BUYER = "dk-cvr-91204711", "dk-cvr-11111111"
OFFICER = Caller(subject="mette.lund", name="Mette Lund", roles=("officer",), buyers=(BUYER,))
ANDERS = Caller(subject="anders.kjaer", name="Anders Kjær", roles=("approver",), buyers=(BUYER,))
STRANGER = Caller(subject="eva.holt", name="Eva Holt", roles=("officer",), buyers=(OTHER_BUYER,))

CONTRACT = "rn-2026-014-k1"
LISTS = (
    ListRef(source="eu", version="5d1f09ab77c2", list_date=date(2026, 11, 20), entries=42),
    ListRef(source="un", version="a0b3c4d5e6f7", list_date=date(2026, 11, 2), entries=32),
)


def company(number: str, name: str, **more: str) -> PartyDescription:
    return PartyDescription(
        party_id=f"dk-cvr-{number}",
        name=name,
        country="DK",
        identifiers=(Identifier(scheme="dk-cvr", value=number),),
        **more,
    )


NORDLYS = company(
    "92431185",
    "Nordlys Rengøring A/S",
    contact="kontrakt@nordlys-rengoering.example",
    address="Havnegade 12, 8000 Aarhus C",
)
BALTIC = company("93587278", "Baltic Facility Group ApS")
HANSEN = company("94610346", "Hansen & Holm Service ApS")
A = PartyDescription(
    party_id="person-1f3c5a7b9d0e2f4a6c8b",
    kind=PartyKind.PERSON,
    name="Vsevolod Zharkovetskij",
    birth_date="1968-03-17",
    country="BY",
)
KIRSTEN = PartyDescription(
    party_id="person-77aa5a7b9d0e2f4a6c8b", kind=PartyKind.PERSON, name="Kirsten Vinther Aagaard"
)
B = PartyDescription(
    party_id="person-2222c5a7b9d0e2f4a6c8",
    kind=PartyKind.PERSON,
    name="Ajgul Berdikenova",
    birth_date="1974-09-02",
    country="KZ",
)
ENTRY_A = ListEntryRef(
    source="eu",
    entry_id="90301",
    version=LISTS[0].version,
    name="Vsevolod ZHARKOVETSKY",
    programme="BLR",
    publication="2026/2711 (OJ L, 20.11.2026)",
)
ENTRY_B = ListEntryRef(
    source="eu",
    entry_id="90302",
    version=LISTS[0].version,
    name="Aigul BERDIKENOVA",
    programme="UKR",
    publication="2026/2712 (OJ L, 20.11.2026)",
)
