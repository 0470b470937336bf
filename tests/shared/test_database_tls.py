"""A line to the database that is encrypted, as `mongodb://…?tls=true&tlsCAFile=…` asks for it.

The embedded database speaks TLS when it is told to, which `ansvar up` never does: it listens on
127.0.0.1 alone. So the lines that a real database is reached by can be tried with it.
"""

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shared.embedded.child import Child
from shared.embedded.readiness import HOST, free_ports
from shared.embedded.stack import Stack
from shared.mongo import MongoKeyRing, ping
from shared.store import Outage
from shared.testing import until
from tests.certificates import Authority
from tests.shared.probe import Register, ask, onboarding, party, running, settings_for


@pytest.fixture
async def encrypted(tmp_path: Path) -> AsyncIterator[tuple[str, Authority]]:
    """The address of a database behind TLS, without what trusts it; and who signed for it."""
    authority = Authority(tmp_path / "certificates")
    certificate, key = authority.server()
    (port,) = free_ports(1)
    database = Child(
        "database",
        [
            *(sys.executable, "-m", "secantus", "--port", str(port)),
            *("--storage-path", str(tmp_path / "mongo"), "--sync-on-commit"),
            *("--tls-cert-file", str(certificate), "--tls-key-file", str(key)),
        ],
        tmp_path,
    )
    database.start()
    url = f"mongodb://{HOST}:{port}/?directConnection=true"

    async def answers() -> bool:
        assert database.runs(), database.last_words()
        return await ping(trusting(url, authority))

    await until(answers, seconds=60)
    yield url, authority
    database.stop()


def trusting(url: str, authority: Authority) -> str:
    return f"{url}&tls=true&tlsCAFile={authority.ca}"


async def test_a_service_works_with_a_database_behind_tls(
    stack: Stack, encrypted: tuple[str, Authority], tmp_path: Path
) -> None:
    settings = settings_for(stack.kafka_url, trusting(*encrypted), tmp_path)
    service = onboarding(settings)
    async with running(service):
        command = Register(party_id="dk-cvr-1", name="Nordlys A/S", remind_in=0, call=True)
        await ask(service, command, "tls/1")
        done = party(service, "dk-cvr-1", lambda one: bool(one.reminded and one.called))
        await until(done, seconds=30)
        assert all(check.ok for check in await service.ready())


async def test_a_database_that_somebody_else_signed_for_is_not_spoken_to(
    encrypted: tuple[str, Authority], tmp_path: Path
) -> None:
    url, _ = encrypted
    stranger = Authority(tmp_path / "stranger", "somebody else")
    keyring = MongoKeyRing(trusting(url, stranger), bytes(32))
    with pytest.raises(Outage, match="CERTIFICATE_VERIFY_FAILED"):
        await keyring.keys([("personal", "person-1")], create=True)
    keyring.close()
    assert not await ping(url), "and it does not speak without"
