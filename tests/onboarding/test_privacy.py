"""Numbers of persons stay in the file, and names of persons are sealed with their keys."""

from io import BytesIO

import orjson
from reportlab.pdfgen.canvas import Canvas

from services.onboarding.domain import Document, Party
from shared.events.onboarding import OwnershipDeclared, PartyRegistered
from shared.persons import PersonKey, SoleTrader
from shared.sealing import names_in

from .conftest import Onboarding
from .papers import BALTIC, declared, signed

CPR = "010190-1234"
PERSONNUMMER = "800101-1231"


def paper(*lines: str) -> bytes:
    out = BytesIO()
    canvas = Canvas(out)
    for number, line in enumerate(lines):
        canvas.drawString(50, 780 - 16 * number, line)
    canvas.save()
    return out.getvalue()


def everything(world: Onboarding) -> str:
    """All that onboarding said, keeps and wants done, but for the files themselves."""
    store = world.store
    kept = [document.model_dump_json() for document in store.documents.values()]
    said = [entry.body.decode() for entry in store.journal]
    later = [said.model_dump_json() for said in (*store.said.values(), *store.effects.values())]
    return "\n".join((*kept, *said, *later))


async def test_a_cpr_number_in_a_document_is_neither_kept_nor_announced(
    world: Onboarding,
) -> None:
    await world.tell(signed())
    data = paper(
        "Erhvervsstyrelsen",
        "Serviceattest",
        "Attestnummer SA-1",
        "Udstedelsesdato 16-11-2026",
        "CVR-nummer 92431185",
        "Virksomhedens navn Nordlys Rengoring A/S",
        f"Adresse Fyrvaenget 12, CPR {CPR}",
        f"Omfattede personer Lykke Kvist, {CPR}",
    )
    await world.drop(data, f"attest {CPR}.pdf")
    assert CPR not in everything(world)
    assert CPR.replace("-", "") not in everything(world)


async def test_a_swedish_sole_trader_is_known_by_a_keyed_hash_alone(world: Onboarding) -> None:
    data = paper(
        "Skatteverket",
        "Intyg om skatter och avgifter",
        "Utfardat 2026-11-17",
        f"Organisationsnummer {PERSONNUMMER}",
        "Namn Sven Svensson",
        "Momsregistreringsnummer SE800101123101",
        "Skatteskulder Inga skulder",
    )
    document = await world.drop(data)
    id = PersonKey(b"k" * 32).sole_trader(SoleTrader("8001011231"))
    assert document.party_id == id
    assert id.startswith("se-sole-")
    for written in (PERSONNUMMER, "8001011231", "SE800101"):
        assert written not in everything(world)


async def test_the_names_of_owners_are_sealed_with_their_own_keys(world: Onboarding) -> None:
    await world.tell(signed(), declared(BALTIC))
    await world.drop_sample("bods/baltic.json")
    await world.drop_sample("pdf/serviceattest-baltic.pdf")
    for event in world.announced:
        if isinstance(event, PartyRegistered) and event.party.party_id.startswith("person-"):
            assert ("personal", event.party.party_id) in names_in(event)
        if isinstance(event, OwnershipDeclared):
            assert len(names_in(event)) == 2
    sealed = [orjson.dumps(entry.body.decode()) for entry in world.store.journal]
    assert not any(b"Zharkovetskij" in body for body in sealed)
    for kept in world.store.documents.values():
        if isinstance(kept, Document) and kept.understood and kept.understood.persons:
            assert names_in(kept)
        if isinstance(kept, Party) and kept.id.startswith("person-"):
            assert names_in(kept)
