"""Every state of documents, claims and qualifications is reached over HTTP and told in the facts.

What other services announce is heard as over Kafka; everything else is done by requests, by time
that passes, and by the work that they leave behind.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.onboarding.api import api
from services.onboarding.domain import ClaimState, Stage, State, claim_id, qualification_id
from shared.domain import Caller
from shared.events.base import Event
from shared.events.onboarding import (
    ClaimContradicted,
    ClaimMade,
    ClaimOverdue,
    ClaimReconciled,
    ClaimSupported,
    ClaimWaived,
    DocumentExpired,
    DocumentKept,
    DocumentNeedsReview,
    DocumentOpened,
    DocumentReceived,
    DocumentRejected,
    DocumentReplaced,
    DocumentSuspended,
    DocumentVerified,
    DocumentWithdrawn,
    QualificationMoved,
)
from shared.events.words import PartyDescription
from tests.serving import Standing

from .conftest import Onboarding
from .mails import archive
from .mixed import variant
from .papers import BUYER, CONTRACT, HANSEN, NORDLYS, declared, screened, signed

SAMPLES = Path(__file__).parents[2] / "samples"
ESPD, ATTEST, ISO = (
    "espd/nordlys-espd-4.1.0.xml",
    "pdf/serviceattest-nordlys.pdf",
    "pdf/iso-9001-nordlys.pdf",
)
OFFICER = Caller(subject="mette", roles=("officer",), buyers=(BUYER,))
PROCEDURE = "rn-2027-001"


@dataclass
class Tried:
    """An officer before the service."""

    world: Onboarding
    http: httpx.AsyncClient

    async def bring(self, name: str, data: bytes, **about: str) -> str:
        """The id of the document; it is not read yet."""
        body = {"buyer_id": BUYER} | about
        answer = await self.http.post("/documents", data=body, files={"file": (name, data)})
        assert answer.status_code == 200, answer.text
        return str(answer.json()["result"]["document_id"])

    async def read(self, *samples: str) -> str:
        """Papers are brought and read; the id of the last one."""
        id = ""
        for path in samples:
            id = await self.bring(Path(path).name, (SAMPLES / path).read_bytes())
            await self.work()
        return id

    async def work(self) -> None:
        while self.world.effects:
            await self.world.do_effects()

    async def wait(self, days: float) -> None:
        await self.world.advance(timedelta(days=days))
        await self.work()

    async def post(self, path: str, **body: Any) -> Any:
        answer = await self.http.post(path, json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()["result"]

    async def get(self, path: str) -> Any:
        answer = await self.http.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
async def tried(world: Onboarding, tmp_path: Path) -> Any:
    standing = Standing(world, api, tmp_path, adapters={"files": world.files})
    async with standing.client(OFFICER) as http:
        yield Tried(world, http)


Way = Callable[[Tried], Awaitable[str]]
"""How a state is reached; it returns the address at which the state is seen."""


# ---------------------------------------------------------------- documents


async def received(tried: Tried) -> str:
    return f"/documents/{await tried.bring('a.pdf', (SAMPLES / ATTEST).read_bytes())}"


async def in_review(tried: Tried) -> str:
    return f"/documents/{await tried.read(ATTEST)}"


async def verified(tried: Tried, paper: str = ATTEST) -> str:
    await tried.world.tell(signed())
    return f"/documents/{await tried.read(paper)}"


async def rejected(tried: Tried) -> str:
    url = await in_review(tried)
    await tried.post(f"{url}/reject", reason="it is about somebody else")
    return url


async def expired(tried: Tried) -> str:
    url = await verified(tried)
    await tried.wait(400)
    return url


async def replaced(tried: Tried) -> str:
    url = await verified(tried)
    await tried.wait(1)
    await tried.bring("newer.pdf", variant(SAMPLES / ATTEST, 1))
    await tried.work()
    return url


async def suspended(tried: Tried) -> str:
    url = await verified(tried, ISO)
    await tried.post(f"{url}/standing", standing="suspended", reason="told by its body")
    return url


async def withdrawn(tried: Tried) -> str:
    url = await suspended(tried)
    await tried.post(f"{url}/standing", standing="withdrawn", reason="told by its body")
    return url


async def opened(tried: Tried) -> str:
    packed = archive({"a.pdf": (SAMPLES / ATTEST).read_bytes()})
    id = await tried.bring("papers.zip", packed)
    await tried.work()
    return f"/documents/{id}"


async def kept(tried: Tried) -> str:
    data = (SAMPLES / ATTEST).read_bytes()
    id = await tried.bring("minutes.pdf", data, kept_for="audit/a-17")
    await tried.work()
    return f"/documents/{id}"


DOCUMENTS: dict[State, tuple[Way, type[Event]]] = {
    State.RECEIVED: (received, DocumentReceived),
    State.REVIEW: (in_review, DocumentNeedsReview),
    State.VERIFIED: (verified, DocumentVerified),
    State.REJECTED: (rejected, DocumentRejected),
    State.EXPIRED: (expired, DocumentExpired),
    State.REPLACED: (replaced, DocumentReplaced),
    State.SUSPENDED: (suspended, DocumentSuspended),
    State.WITHDRAWN: (withdrawn, DocumentWithdrawn),
    State.OPENED: (opened, DocumentOpened),
    State.KEPT: (kept, DocumentKept),
}


@pytest.mark.parametrize("state", State)
async def test_a_document_can_be(tried: Tried, state: State) -> None:
    way, fact = DOCUMENTS[state]
    url = await way(tried)
    assert (await tried.get(url))["state"] == state
    id = url.rpartition("/")[2]
    told = [e for e in tried.world.announced if isinstance(e, fact)]
    assert id in [getattr(e, "document_id", "") for e in told]


# ---------------------------------------------------------------- claims


def of(party: PartyDescription) -> str:
    return f"/claims/{claim_id(BUYER, party.party_id, 'EX-B1')}"


async def claimed(tried: Tried) -> str:
    await tried.world.tell(signed())
    await tried.read(ESPD)
    return of(NORDLYS)


async def supported(tried: Tried) -> str:
    url = await claimed(tried)
    await tried.read(ATTEST)
    return url


async def contradicted(tried: Tried) -> str:
    await tried.world.tell(signed(), declared(HANSEN))
    await tried.read("espd/hansen-holm-espd-4.1.0.xml", "pdf/serviceattest-hansen-holm.pdf")
    return of(HANSEN)


async def reconciled(tried: Tried) -> str:
    url = await contradicted(tried)
    await tried.read("pdf/betaling-hansen-holm.pdf")
    return url


async def overdue(tried: Tried) -> str:
    url = await claimed(tried)
    await tried.wait(40)
    return url


async def waived(tried: Tried) -> str:
    url = await contradicted(tried)
    await tried.post(f"{url}/waive", reason="a binding arrangement exists")
    return url


CLAIMS: dict[ClaimState, tuple[Way, type[Event]]] = {
    ClaimState.OPEN: (claimed, ClaimMade),
    ClaimState.SUPPORTED: (supported, ClaimSupported),
    ClaimState.CONTRADICTED: (contradicted, ClaimContradicted),
    ClaimState.RECONCILED: (reconciled, ClaimReconciled),
    ClaimState.OVERDUE: (overdue, ClaimOverdue),
    ClaimState.WAIVED: (waived, ClaimWaived),
}


@pytest.mark.parametrize("state", ClaimState)
async def test_a_claim_can_be(tried: Tried, state: ClaimState) -> None:
    way, fact = CLAIMS[state]
    url = await way(tried)
    assert (await tried.get(url))["state"] == state
    id = url.rpartition("/")[2]
    told = [e for e in tried.world.announced if isinstance(e, fact)]
    assert id in [getattr(e, "claim_id", "") for e in told]


# ---------------------------------------------------------------- qualifications


SUPPLIER = f"/qualifications/{qualification_id(CONTRACT, NORDLYS.party_id, 'supplier')}"


async def drafted(tried: Tried) -> str:
    await tried.world.tell(signed())
    days = {"award": "2027-02-15", "tenders_until": "2027-04-15"}
    await tried.post(f"/procedures/{PROCEDURE}", buyer_id=BUYER, **days)
    who = {"contract_id": PROCEDURE, "party_id": NORDLYS.party_id, "role": "supplier"}
    return f"/qualifications/{(await tried.post('/qualifications', **who))['qualification_id']}"


async def pending(tried: Tried) -> str:
    await tried.world.tell(signed())
    return SUPPLIER


async def awaiting_screening(tried: Tried) -> str:
    await pending(tried)
    await tried.read(ESPD, ATTEST, ISO)
    return SUPPLIER


async def qualified(tried: Tried) -> str:
    await awaiting_screening(tried)
    await tried.world.tell(screened(NORDLYS))
    return SUPPLIER


async def conditional(tried: Tried) -> str:
    await pending(tried)
    reason = {"reason": "the wards need them", "until": "2027-03-01"}
    await tried.post(f"{SUPPLIER}/condition", **reason)
    return SUPPLIER


async def refused(tried: Tried) -> str:
    await pending(tried)
    await tried.post(f"{SUPPLIER}/refuse", reason="it answered nothing")
    return SUPPLIER


async def lapsed(tried: Tried) -> str:
    await qualified(tried)
    listed = await tried.get(f"/documents?buyer_id={BUYER}&kind=iso-9001")
    url = f"/documents/{listed['items'][0]['id']}"
    await tried.post(f"{url}/standing", standing="withdrawn", reason="told by its body")
    return SUPPLIER


QUALIFICATIONS: dict[Stage, Way] = {
    Stage.DRAFT: drafted,
    Stage.DOCUMENTS_PENDING: pending,
    Stage.SCREENING: awaiting_screening,
    Stage.QUALIFIED: qualified,
    Stage.CONDITIONAL: conditional,
    Stage.REFUSED: refused,
    Stage.LAPSED: lapsed,
}


@pytest.mark.parametrize("stage", Stage)
async def test_a_qualification_can_be(tried: Tried, stage: Stage) -> None:
    url = await QUALIFICATIONS[stage](tried)
    seen = await tried.get(url)
    assert seen["stage"] == stage
    assert seen["reasons"]
    moved = [
        e
        for e in tried.world.announced
        if isinstance(e, QualificationMoved) and e.qualification_id == url.rpartition("/")[2]
    ]
    assert (moved[-1].state, bool(moved[-1].reasons)) == (stage, True)
