"""Onboarding over the real protocols: a folder, HTTP, the database and the reading processes."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from services.onboarding.app import Settings
from services.onboarding.app import service as onboarding
from services.onboarding.domain import Document, Qualification, State, qualification_id
from shared.administration.topics import apply
from shared.clock import Clock
from shared.embedded.stack import Stack
from shared.envelope import Message
from shared.events.words import PartyDescription
from shared.issuer import Issuer
from shared.links import LinkBook
from shared.mongo import MongoFiles, connect
from shared.router import name_of
from shared.runtime import Service
from shared.testing import OFFICER, until

from .mails import archive, mail
from .papers import BUYER, CONTRACT, NORDLYS, company, digest, screened, signed

SAMPLES = Path(__file__).parents[2] / "samples"
SECONDS = 30.0
LINK_KEY = "22" * 32


@pytest.fixture
async def settings(stack: Stack, tmp_path: Path) -> Settings:
    await asyncio.to_thread(apply, stack.kafka_url, ["onboarding", "contracts"])
    client = connect(stack.mongo_url)
    await client.drop_database("ansvar_onboarding")
    client.close()
    return Settings(
        kafka_url=stack.kafka_url,
        mongo_url=stack.mongo_url,
        embedded=True,
        instance="test",
        master_key=SecretStr("11" * 32),
        person_key=SecretStr("33" * 32),
        link_key=SecretStr(LINK_KEY),
        clock_file=tmp_path / "clock.json",
        issuer_key_file=tmp_path / "issuer.json",
        intake_dir=tmp_path / "intake",
    )


@pytest.fixture
async def running(settings: Settings) -> AsyncIterator[Service]:
    service = onboarding(settings)
    await service.start()
    yield service
    await service.stop()


def documents(service: Service, count: int) -> Callable[[], Awaitable[bool]]:
    async def there() -> bool:
        found = await service.store.search(Document, {"state": State.VERIFIED.value})
        return len(found) == count

    return there


async def sign(service: Service, party: PartyDescription = NORDLYS) -> None:
    """The contract is heard, as if over Kafka."""
    for event in (signed(party), screened(party)):
        kind = name_of(type(event))
        message = Message(id=f"heard/{kind}", type=kind, said=event, topic=event.topic)
        await service.bus.handle([message])


async def test_files_laid_into_the_folder_qualify_the_supplier(
    running: Service, settings: Settings
) -> None:
    assert settings.intake_dir is not None
    await sign(running)
    folder = settings.intake_dir / BUYER
    folder.mkdir(parents=True, exist_ok=True)
    names = ["espd/nordlys-espd-4.1.0.xml", "pdf/serviceattest-nordlys.pdf"]
    for name in [*names, "pdf/iso-9001-nordlys.pdf"]:
        (folder / Path(name).name).write_bytes((SAMPLES / name).read_bytes())
    await until(documents(running, 3), seconds=SECONDS)
    id = qualification_id(CONTRACT, NORDLYS.party_id, "supplier")
    kept = await running.store.fetch(Qualification, [id])
    assert kept[id].qualified
    assert sorted(
        path.name[13:] for path in (settings.intake_dir / ".taken" / BUYER).iterdir()
    ) == [
        "iso-9001-nordlys.pdf",
        "nordlys-espd-4.1.0.xml",
        "serviceattest-nordlys.pdf",
    ]


async def test_a_file_comes_in_over_http_and_through_a_link_and_out_again(
    running: Service, settings: Settings
) -> None:
    assert settings.issuer_key_file is not None
    await sign(running)
    token = Issuer(settings.issuer_key_file).issue(OFFICER.subject, "Mette", ("officer",), (BUYER,))
    headers = {"Authorization": f"Bearer {token}"}
    data = (SAMPLES / "pdf/serviceattest-nordlys.pdf").read_bytes()
    espd = (SAMPLES / "espd/nordlys-espd-4.1.0.xml").read_bytes()
    qualification = qualification_id(CONTRACT, NORDLYS.party_id, "supplier")
    kept = await running.store.fetch(Qualification, [qualification])
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    link = LinkBook(LINK_KEY).token(kept[qualification].link_id, "documents", tomorrow)
    transport = httpx.ASGITransport(app=running.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://ansvar.test") as client:
        answer = await client.post(
            "/documents", data={"buyer_id": BUYER}, files={"file": ("a.pdf", data)}, headers=headers
        )
        assert answer.status_code == 200, answer.text
        through = await client.post(f"/links/{link}/documents", files={"file": ("b.xml", espd)})
        assert through.status_code == 200, through.text
        await until(documents(running, 2), seconds=SECONDS)
        id = answer.json()["result"]["document_id"]
        shown = await client.get(f"/documents/{id}", headers=headers)
        assert shown.json()["kind"] == "serviceattest"
        content = await client.get(f"/documents/{id}/content", headers=headers)
        assert content.content == data
        listed = await client.get("/documents", params={"buyer_id": BUYER}, headers=headers)
        assert len(listed.json()["items"]) == 2


PAYSLIP = (SAMPLES / "papers/loenseddel-fyns.pdf").read_bytes()
FYNS = company("96832516", "Fyns Hygiejne A/S")
ANOTHER_BUYER = "dk-cvr-91204712"


async def all_documents(service: Service) -> dict[str, Document]:
    found = [
        one
        for buyer in (BUYER, ANOTHER_BUYER)
        for one in await service.store.search(Document, {"buyer_id": buyer})
    ]
    return {f"{one.buyer_id}/{one.sha256}": one for one in found}


async def lies_on_disk(settings: Settings) -> list[str]:
    """What the database and the folder hold of files: names, and pieces that belong to nothing."""
    client = connect(settings.mongo_url)
    database = client["ansvar_onboarding"]
    names = [one["filename"] async for one in database["files.files"].find({})]
    ids = [one["_id"] async for one in database["files.files"].find({}, {"_id": 1})]
    loose = await database["files.chunks"].count_documents({"files_id": {"$nin": ids}})
    client.close()
    assert settings.intake_dir is not None
    folder = [
        digest(path.read_bytes()) for path in settings.intake_dir.rglob("*") if path.is_file()
    ]
    return [*names, *folder, *(["loose pieces"] if loose else [])]


async def test_nothing_of_a_payslip_remains_after_its_time_and_no_buyer_gets_it_again(
    running: Service, settings: Settings
) -> None:
    """On the real GridFS: alone, in an archive within a mail, and for another buyer."""
    assert settings.intake_dir is not None
    letter = mail(("lon.zip", archive({"lon.pdf": PAYSLIP})), id="wages").as_bytes()
    await sign(running, FYNS)

    async def lay(buyer: str, name: str, data: bytes) -> None:
        assert settings.intake_dir is not None
        folder = settings.intake_dir / buyer
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)

    async def is_kept_in_part() -> bool:
        slip = (await all_documents(running)).get(f"{BUYER}/{digest(PAYSLIP)}")
        return (
            slip is not None
            and slip.kept_as != ""
            and await lies_on_disk(settings) == [slip.kept_as]
        )

    await lay(BUYER, "wages.eml", letter)
    await until(is_kept_in_part, seconds=SECONDS)
    held = (await all_documents(running))[f"{BUYER}/{digest(PAYSLIP)}"]
    assert held.kind == "payslip"
    assert await MongoFiles(running.store).get(digest(PAYSLIP)) is None

    async def is_refused() -> bool:
        other = (await all_documents(running)).get(f"{ANOTHER_BUYER}/{digest(PAYSLIP)}")
        return other is not None and other.state is State.REVIEW and not other.stored

    await lay(ANOTHER_BUYER, "lon.pdf", PAYSLIP)
    await until(is_refused, seconds=SECONDS)
    other = (await all_documents(running))[f"{ANOTHER_BUYER}/{digest(PAYSLIP)}"]
    assert other.understood is None
    assert "not kept" in other.reasons[0]
    assert await lies_on_disk(settings) == [held.kept_as], "nor beside the folder"

    Clock(settings.clock_file).advance(timedelta(days=181))

    async def is_forgotten() -> bool:
        slip = (await all_documents(running))[f"{BUYER}/{digest(PAYSLIP)}"]
        return not slip.stored and digest(PAYSLIP) not in await lies_on_disk(settings)

    await until(is_forgotten, seconds=SECONDS)
    await until(lambda: nothing_lies(settings, held.kept_as), seconds=SECONDS)
    slip = (await all_documents(running))[f"{BUYER}/{digest(PAYSLIP)}"]
    assert slip.understood is not None
    assert (slip.understood.fields, slip.understood.party) == ((), None)


async def nothing_lies(settings: Settings, *digests: str) -> bool:
    lies = await lies_on_disk(settings)
    return not set(digests) & set(lies) and "loose pieces" not in lies
