"""Why a broker does not let us in; a wrong password is tried on Apache Kafka (`tests.kafka`)."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from shared.brokers import Brokers
from shared.embedded.readiness import HOST, free_ports
from shared.entrance import NotLetIn, what_hinders
from tests.certificates import Authority


@asynccontextmanager
async def silent(context: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """The port of somebody who takes the line and hangs up on the first question."""

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(4)
        writer.close()

    server = await asyncio.start_server(meet, HOST, 0, ssl=context)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def why(url: str) -> str:
    return await what_hinders(Brokers.at(url))


async def refusal(url: str) -> str:
    with pytest.raises(NotLetIn) as refused:
        await why(url)
    return str(refused.value)


async def test_nobody_is_there() -> None:
    (port,) = free_ports(1)
    assert await why(f"{HOST}:{port},other:9092") == (
        f"the broker at {HOST}:{port} cannot be reached: "
        f"[Errno 111] Connect call failed ('{HOST}', {port})"
    )


async def test_somebody_else_is_there() -> None:
    async with silent() as port:
        assert "does not answer as a broker on this line" in await why(f"{HOST}:{port}")


async def test_its_certificate_was_signed_by_somebody_else(tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*Authority(tmp_path / "theirs").server())
    ours = Authority(tmp_path / "ours", "another authority").ca
    async with silent(context) as port:
        said = await refusal(f"sasl_ssl://screening:secret@{HOST}:{port}?ca={ours}")
    assert "its certificate is not trusted" in said
    assert "ca= in ANSVAR_KAFKA_URL" in said
    assert "secret" not in said


async def test_it_does_not_speak_tls(tmp_path: Path) -> None:
    async with silent() as port:
        said = await why(f"ssl://{HOST}:{port}?ca={Authority(tmp_path).ca}")
    assert "cannot be reached" in said
