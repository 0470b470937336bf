"""A line to Apache Kafka that is encrypted and knows its users: what each may do, and what it is
told when it is not let in.

`make test-kafka` runs these. The rights are those of `deploy/kafka/acls.sh`, the file that
operators run: the services here hear and announce a part of what those of that name do.
"""

import asyncio
import os
import secrets
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shared.administration import CannotAdminister
from shared.administration.line import Parcel, read_whole, send_in_order
from shared.administration.topics import list_topics
from shared.embedded.readiness import HOST, free_ports
from shared.embedded.stack import Stack
from tests.certificates import Authority
from tests.faults.fleet import SERVICES, Fleet
from tests.faults.oracle import judge
from tests.faults.test_one_fault import note
from tests.kafka.broker import why_not
from tests.kafka.secured import ACLS, SecuredKafka
from tests.kafka.test_kafka import Ground

pytestmark = [
    pytest.mark.long,
    pytest.mark.kafka,
    pytest.mark.skipif(bool(why_not()), reason=why_not()),
]

OPERATOR = "operator"
USERS = (OPERATOR, *SERVICES)


@pytest.fixture
async def kafka(tmp_path: Path) -> AsyncIterator[SecuredKafka]:
    broker = SecuredKafka(tmp_path / "kafka", USERS)
    await broker.start()
    yield broker
    await broker.stop()


@pytest.mark.skipif(not ACLS.exists(), reason=f"{ACLS} is not here")
async def test_services_work_over_tls_with_no_more_rights_than_they_need(
    kafka: SecuredKafka, tmp_path: Path
) -> None:
    await kafka.give_rights(USERS)
    stack = Stack(tmp_path / "stack")
    await asyncio.to_thread(stack.start)
    ground = Ground(kafka.url_of(OPERATOR), stack.mongo_url)
    fleet = Fleet(ground, tmp_path / "fleet", embedded=False)
    fleet.members = [
        fleet.member((name,), ANSVAR_KAFKA_URL=kafka.url_of(name)) for name in SERVICES
    ]
    await fleet.start()
    try:
        await fleet.sign(200, per_second=40)
        note("Kafka: SASL over TLS, each service with its own rights", fleet, await judge(fleet))
        await what_nobody_granted_is_refused(kafka)
    finally:
        await fleet.stop()
        await asyncio.to_thread(stack.stop)


async def what_nobody_granted_is_refused(kafka: SecuredKafka) -> None:
    fact = Parcel(b"dk-cvr-1", (), b"{}")
    screening = kafka.url_of("screening")
    with pytest.raises(CannotAdminister, match="TopicAuthorizationFailed"):
        await asyncio.to_thread(send_in_order, screening, "onboarding.v1", [fact])
    # What screening hears of contracts it may read; what contracts could not handle it may not.
    operator = kafka.url_of(OPERATOR)
    await asyncio.to_thread(send_in_order, operator, "contracts.dead", [fact])
    assert await asyncio.to_thread(lambda: len(list(read_whole(operator, "contracts.dead")))) >= 1
    assert await asyncio.to_thread(lambda: list(read_whole(screening, "contracts.dead"))) == []
    seen = {found.name for found in await asyncio.to_thread(list_topics, screening)}
    assert {"onboarding.v1", "screening.v1"} <= seen
    assert "contracts.dead" not in seen


async def test_who_is_not_let_in_is_told_why(kafka: SecuredKafka, tmp_path: Path) -> None:
    wrong = kafka.url_of("contracts", password="a wrong one")
    assert await told(wrong) == (
        f"the broker at {HOST}:{kafka.port} does not let contracts in: Authentication failed "
        "during authentication due to invalid credentials with SASL mechanism SCRAM-SHA-512"
    )
    stranger = Authority(tmp_path / "stranger", "somebody else")
    unsure = await told(kafka.url_of("contracts", ca=stranger.ca))
    assert "its certificate is not trusted" in unsure
    with Stack(tmp_path / "stack") as stack:
        said = await service_that_cannot_start(wrong, stack.mongo_url)
    sentence = f"ansvar: the service contracts failed: {await told(wrong)}"
    assert sentence in said.splitlines()
    assert "a wrong one" not in said


async def told(url: str) -> str:
    with pytest.raises(CannotAdminister) as refused:
        await asyncio.to_thread(list_topics, url)
    return str(refused.value)


async def service_that_cannot_start(kafka_url: str, mongo_url: str) -> str:
    """What `ansvar serve` says before it ends."""
    keys = {f"ANSVAR_{one}_KEY": secrets.token_hex(32) for one in ("MASTER", "PERSON", "LINK")}
    lines = {"ANSVAR_KAFKA_URL": kafka_url, "ANSVAR_MONGO_URL": mongo_url}
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "shared.command", "serve", "contracts"),
        *("--port", str(free_ports(1)[0])),
        env=os.environ | keys | lines | {"ANSVAR_OIDC_ISSUER": "https://id.example"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await asyncio.wait_for(running.communicate(), 120)
    assert running.returncode == 1
    return said.decode()
