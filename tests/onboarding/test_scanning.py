"""The virus scanner, over clamd's own protocol to a socket server that speaks it."""

import asyncio
import struct
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from services.onboarding.commands import ReadAgain
from services.onboarding.domain import Document, State
from services.onboarding.scanning import Clamd, ScannerAway
from shared.embedded.readiness import HOST
from shared.events.onboarding import DocumentNeedsReview, DocumentRejected, DocumentScanned

from .conftest import Onboarding
from .mails import archive

SAMPLES = Path(__file__).parents[2] / "samples"
PDF = (SAMPLES / "pdf/iso-9001-fyns.pdf").read_bytes()
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""The harmless file that every scanner knows (eicar.org)."""


class Clam:
    """Speaks INSTREAM as clamd(8) tells it, and finds the test file wherever it stands."""

    def __init__(self, most: int = 1_000_000) -> None:
        self.most, self.seen, self.says = most, list[bytes](), ""

    async def serve(self, back: asyncio.StreamReader, out: asyncio.StreamWriter) -> None:
        try:
            assert await back.readuntil(b"\0") == b"zINSTREAM\0"
            data = b""
            while size := struct.unpack("!I", await back.readexactly(4))[0]:
                data += await back.readexactly(size)
                if len(data) > self.most:
                    out.write(b"INSTREAM size limit exceeded. ERROR\0")
                    return
            self.seen.append(data)
            found = b"stream: Win.Test.EICAR_HDB-1 FOUND\0" if EICAR in data else b"stream: OK\0"
            out.write(self.says.encode() or found)
            await out.drain()
        finally:
            out.close()


@pytest.fixture
async def clam(tmp_path: Path) -> AsyncIterator[tuple[Clam, str]]:
    scanner = Clam()
    server = await asyncio.start_unix_server(scanner.serve, tmp_path / "clamd.ctl")
    yield scanner, f"unix://{tmp_path / 'clamd.ctl'}"
    server.close()


def clamd(url: str, hours: float = 4) -> Clamd:
    return Clamd(url, patience=timedelta(hours=hours), timeout=5)


async def test_clean_and_infected_files_are_told_apart(clam: tuple[Clam, str]) -> None:
    scanner, url = clam
    assert await clamd(url).scan(PDF) == ""
    assert await clamd(url).scan(b"x" * 300_000 + EICAR) == "Win.Test.EICAR_HDB-1"
    assert scanner.seen == [PDF, b"x" * 300_000 + EICAR]


async def test_a_scanner_over_tcp_is_asked_the_same() -> None:
    server = await asyncio.start_server(Clam().serve, HOST, 0)
    port = server.sockets[0].getsockname()[1]
    assert await clamd(f"tcp://{HOST}:{port}").scan(EICAR) == "Win.Test.EICAR_HDB-1"
    server.close()


async def test_no_answer_is_never_a_clean_answer(clam: tuple[Clam, str]) -> None:
    scanner, url = clam
    with pytest.raises(ScannerAway, match="cannot be reached"):
        await clamd("unix:///nowhere/clamd.ctl").scan(PDF)
    for says in ("stream: whatever\0", "UNKNOWN COMMAND\0", "stream: Can't allocate ERROR\0"):
        scanner.says = says
        with pytest.raises(ScannerAway, match="it said"):
            await clamd(url).scan(PDF)
    scanner.says = "cut off"
    with pytest.raises(ScannerAway, match="cannot be reached"):
        await clamd(url).scan(PDF)
    with pytest.raises(ScannerAway):
        await clamd(url).scan(b"x" * 5_000_000)


@pytest.mark.parametrize("url", ["http://clamd", "clamd:3310", "unix://", "tcp://"])
def test_a_wrong_address_is_said_at_the_start(url: str) -> None:
    with pytest.raises(ValueError, match="tcp://host:3310 or unix:///"):
        clamd(url)


async def test_a_clean_file_is_read_and_an_infected_one_refused(clam: tuple[Clam, str]) -> None:
    world = Onboarding(clamd(clam[1]))
    clean = await world.drop(PDF)
    assert (clean.scan, clean.kind) == ("clean", "iso-9001")
    infected = await world.drop(EICAR, "invoice.pdf")
    assert (infected.scan, infected.state, infected.stored) == ("infected", State.REJECTED, False)
    assert infected.reasons == ("the virus scanner found Win.Test.EICAR_HDB-1",)
    assert world.told.count(DocumentScanned) == 2
    assert DocumentRejected in world.told


async def test_each_file_of_an_archive_is_scanned_on_its_own(clam: tuple[Clam, str]) -> None:
    scanner, url = clam
    world = Onboarding(clamd(url))
    packed = await world.drop(archive({"a.pdf": PDF, "b.pdf": EICAR}))
    states = [world.state(Document, id).state for id in packed.parts]
    assert states[1] is State.REJECTED
    assert states[0] is not State.REJECTED
    assert scanner.seen[1:] == [PDF, EICAR]


async def test_a_file_waits_for_a_scanner_that_is_away(clam: tuple[Clam, str]) -> None:
    scanner, url = clam
    world = Onboarding(clamd(url))
    scanner.says = "stream: busy ERROR\0"
    document = await world.drop(PDF)
    assert (document.scan, document.state) == ("unavailable", State.RECEIVED)
    await world.advance(timedelta(minutes=5))
    await world.do_effects()
    assert world.told.count(DocumentScanned) == 1
    scanner.says = ""
    await world.advance(timedelta(minutes=5))
    while world.effects:
        await world.do_effects()
    assert world.state(Document, document.id).kind == "iso-9001"


async def test_after_its_patience_a_person_decides_and_may_have_it_scanned_again(
    clam: tuple[Clam, str],
) -> None:
    scanner, url = clam
    world = Onboarding(clamd(url, hours=0))
    scanner.says = "stream: busy ERROR\0"
    document = await world.drop(PDF)
    assert document.state is State.REVIEW
    assert "the virus scanner gave no answer" in document.reasons[0]
    assert DocumentNeedsReview in world.told
    scanner.says = ""
    await world.tell(ReadAgain(document_id=document.id))
    while world.effects:
        await world.do_effects()
    assert world.state(Document, document.id).scan == "clean"
