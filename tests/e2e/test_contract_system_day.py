"""A contract system's day, through HTTP alone: imports, changes, statuses, an hour without it."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from shared.story.player import Player
from tests.contracts.conftest import package, release
from tests.contracts.receiver import Receiver, receiving

OCID = "ocds-213czf-DAY-1"
ID = "ocds-213czf-day-1--k1"
CVR = "92431185"
CONTRACTS = "/api/contracts"

LISTED = """<sanctionEntity designationDate="2026-11-21" euReferenceNumber="EU.1.1"
 logicalId="990001"><regulation regulationType="regulation" publicationDate="2026-11-21"
 entryIntoForceDate="2026-11-21" numberTitle="32014R0269" programme="UKR" logicalId="990001"/>
<subjectType code="enterprise" classificationCode="E"/>
<nameAlias wholeName="Nordlys Rengøring A/S" strong="true" logicalId="990002"/></sanctionEntity>
</export>"""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        yield running


async def become(p: Player, status: str, etag: str) -> dict[str, Any]:
    """Poll as a contract system does, until the status is another one."""

    async def changed() -> dict[str, Any] | None:
        answer = await p.machine.send(
            "GET",
            f"{CONTRACTS}/status",
            params={"contract_id": ID},
            headers={"If-None-Match": etag},
        )
        if answer.status_code == 304:
            return None
        said: dict[str, Any] = answer.json() | {"etag": answer.headers["etag"]}
        return said if said["status"] == status else None

    return await p.wait_until(f"{ID} is {status}", changed)


async def deliveries(p: Player, endpoint_id: str) -> list[dict[str, Any]]:
    """What was sent to an endpoint about the contract of this day, the newest first."""
    asked = {"endpoint_id": endpoint_id, "contract_id": ID}
    page = await p.machine.get(f"{CONTRACTS}/deliveries", **asked)
    return list(page["items"])


async def test_a_day_of_a_contract_system(p: Player, receiver: Receiver) -> None:
    # In the morning it sends what is new, and asks for everything it knows in one batch.
    answer = await p.machine.ask(
        f"{CONTRACTS}/releases", package(release(1, ocid=OCID)), key="day/1"
    )
    assert answer["result"]["releases"][0]["outcome"] == "taken"
    questions = [{"contract_id": ID}, {"cvr": CVR}, {"cvr": "61056416"}]
    asked = {"questions": questions, "buyer_id": p.buyer}
    batch = (await p.machine.send("POST", f"{CONTRACTS}/statuses", json=asked)).json()["answers"]
    assert [one["found"] for one in batch] == [True, True, False]
    assert batch[0]["status"]["status"] == "CLEAR"
    etag = batch[0]["etag"]

    # It wants to be told, and sees that it can be reached.
    opened = await p.machine.ask(
        f"{CONTRACTS}/endpoints", {"buyer_id": p.buyer, "url": receiver.url}, key="day/endpoint"
    )
    receiver.secret, endpoint = opened["secret"], opened["endpoint_id"]
    await p.machine.ask(f"{CONTRACTS}/endpoints/{endpoint}/ping", key="day/ping")

    async def pinged() -> bool:
        return [said["type"] for said in receiver.got] == ["ansvar.ping"]

    await p.wait_until("the ping has arrived", pinged)

    # A contract changes, and the system goes down for an hour, in which its supplier is listed.
    value = {"value": {"amount": 2_000_000, "currency": "DKK"}}
    amendment = release(2, ocid=OCID, tag=["contractAmendment"], contract=value)
    answer = await p.machine.ask(f"{CONTRACTS}/releases", package(amendment), key="day/2")
    assert answer["result"]["releases"][0]["contracts"][0]["changed"] == ["value"]
    receiver.down = True
    before = p.samples.bytes_of("lists/eu-v1.xml").decode().replace("2026-11-19T", "2026-11-21T")
    await p.admin.ask(
        "/api/screening/lists/eu",
        key="day/list",
        content=before.replace("</export>", LISTED).encode(),
        headers={"Content-Type": "application/xml"},
    )
    review = await become(p, "REVIEW", etag)
    assert review["reason_codes"] == ["SAN-AF"]
    await an_hour_passes(p, endpoint)
    assert [said["type"] for said in receiver.got] == ["ansvar.ping"]

    # It comes back, gets what it missed, and confirms it.
    receiver.down = False
    p.clock.advance(timedelta(hours=2))

    async def told() -> dict[str, Any] | None:
        mine = [said for said in receiver.got if said.get("contract_ids") == [ID]]
        return mine[-1] if mine else None

    said = await p.wait_until("the status has arrived", told)
    assert (said["status"], said["status_version"]) == ("REVIEW", review["status_version"])
    await acknowledge(p, endpoint, said["status_version"])

    # It was another company. Whoever got the old status gets the new one.
    hits = await p.officer.get("/api/screening/hits", limit=200)
    [hit] = [one for one in hits["items"] if one["entry"]["entry_id"].endswith("990001")]
    await p.officer.ask(
        f"/api/screening/hits/{hit['id']}/dismiss",
        {"buyer_id": p.buyer, "reason": "Another company of this name, with another seat."},
        key="day/dismiss",
    )
    clear = await become(p, "CLEAR", review["etag"])

    async def corrected() -> bool:
        newest = await told()
        return newest is not None and newest["status_version"] == clear["status_version"]

    await p.wait_until("the correction has arrived", corrected)

    # It forgets to confirm that one: after a working day the contract manager must see to it.
    p.clock.advance(timedelta(days=5))

    async def needs() -> bool:
        page = await p.page(p.manager, "/")
        return "kontraktsystemet" in page.lower()

    await p.wait_until("the contract manager is asked to reach the contract system", needs)
    await acknowledge(p, endpoint, clear["status_version"])

    # In the evening: how did it stand on other days, the file of the night, and the release.
    changed = datetime.fromisoformat(clear["valid_from"])
    later, before_all = (str((changed + timedelta(days=n)).date()) for n in (2, -3))
    then = await p.machine.get(f"{CONTRACTS}/status", contract_id=ID, as_of=later)
    assert (then["status"], then["status_version"]) == ("CLEAR", clear["status_version"])
    unknown = {"contract_id": ID, "as_of": before_all}
    assert (await p.machine.send("GET", f"{CONTRACTS}/status", params=unknown)).status_code == 404
    csv_answer = await p.machine.send("GET", f"{CONTRACTS}/statuses.csv")
    rows = {row["id"]: row for row in csv.DictReader(io.StringIO(csv_answer.text))}
    assert rows[ID]["status"] == "CLEAR"
    published = await p.machine.get(f"{CONTRACTS}/ocds/contracts/{ID}")
    assert published["releases"][0]["ocid"] == OCID
    assert published["releases"][0]["contracts"][0]["value"]["amount"] == 2_000_000


async def an_hour_passes(p: Player, endpoint: str) -> None:
    """Tries after 5 s, 30 s, 5 min and 30 min, all of them in vain."""
    for tries, pause in enumerate((5, 30, 300, 1800), start=1):

        async def tried(so_often: int = tries) -> bool:
            newest = (await deliveries(p, endpoint))[0]
            return bool(newest["state"] == "resting" and newest["tries"] == so_often)

        await p.wait_until(f"try {tries} has failed", tried)
        p.clock.advance(timedelta(seconds=pause))
    p.clock.advance(timedelta(minutes=25))


async def acknowledge(p: Player, endpoint: str, version: int) -> None:
    answer = await p.machine.ask(
        f"{CONTRACTS}/contracts/{ID}/acknowledgements",
        {"status_version": version, "endpoint_id": endpoint},
        key=f"day/acknowledge/{version}",
    )
    assert answer["result"]["acknowledged"] == version
