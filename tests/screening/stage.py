"""A world with screening in it, files in memory, and lists small enough to read."""

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from services.screening.fetching import Fetcher
from services.screening.handlers import router
from services.screening.handlers.sweeping import SECOND_WALK_AFTER
from services.screening.messages import ConfirmHit, DismissHit, LoadList
from services.screening.portfolio import Portfolio
from services.screening.watchlists import Watchlists
from shared.bus import Bus
from shared.domain import Caller
from shared.envelope import Message, Outcome
from shared.events.onboarding import OwnershipDeclared, PartyRegistered
from shared.events.words import PartyDescription, PartyKind, Share, Stake
from shared.testing import MemoryKeyRing, Quiet, World

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
ADMIN = Caller(subject="root", name="Root", roles=("admin",), buyers=("*",))
REGION, CITY = "dk-cvr-91204711", "dk-cvr-55133018"


class MemoryFiles:
    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    async def put(self, sha256: str, data: bytes) -> None:
        self.kept[sha256] = data

    async def get(self, sha256: str) -> bytes | None:
        return self.kept.get(sha256)


class Stage(World):
    """What happens here happens in the order in which it is written."""

    def __init__(self, files: MemoryFiles | None = None, fetcher: Fetcher | None = None) -> None:
        self.files = files or MemoryFiles()
        self.watchlists = Watchlists(self.files)
        self.portfolio = Portfolio(self.watchlists.policy)
        self.fetcher = fetcher or Fetcher()
        self.keyring = MemoryKeyRing()
        super().__init__(router, adapters=self._adapters)
        self.store.keyring = self.keyring

    @property
    def _adapters(self) -> dict[str, object]:
        return {
            "watchlists": self.watchlists,
            "portfolio": self.portfolio,
            "fetcher": self.fetcher,
            "keyring": self.keyring,
        }

    def become(self, fetcher: Fetcher) -> None:
        """From now on lists are fetched so."""
        self.fetcher = fetcher
        self.router = router.bound(self._adapters)
        self.bus = Bus(self.router, self.store, self.store.keyring, lambda: self.now, Quiet())

    async def load(
        self, source: str, data: bytes, *, force: bool = False, reason: str = ""
    ) -> Outcome:
        """Upload a list, as the route does."""
        await self.watchlists.accept(source, data)
        sha256 = hashlib.sha256(data).hexdigest()
        return await self.tell(
            LoadList(source=source, sha256=sha256, force=force, reason=reason), by=ADMIN
        )

    async def settle(self) -> None:
        """Let everything that is due now be done."""
        await self.advance(timedelta(0))

    def next_part(self) -> Message:
        """The message of the deadline that comes next."""
        due = min(self.deadlines.values(), key=lambda due: due.at)
        return Message(
            id=f"{due.id}@{due.at.timestamp()}",
            type=due.type,
            key=due.id,
            body=due.body,
            time=due.at,
            origin="deadline",
        )

    async def do_next_part(self) -> None:
        await self.bus.handle([self.next_part()])

    async def list_in_force(self, source: str, data: bytes, **more: Any) -> Outcome:
        """Upload a list and wait until every party was compared with it."""
        outcome = await self.load(source, data, **more)
        await self.settle()
        await self.advance(SECOND_WALK_AFTER)
        return outcome

    async def confirm(self, hit_id: str, buyer_id: str = REGION) -> Outcome:
        return await self.tell(
            ConfirmHit(hit_id=hit_id, buyer_id=buyer_id, reason="Same date of birth.")
        )

    async def dismiss(self, hit_id: str, buyer_id: str = REGION) -> Outcome:
        return await self.tell(
            DismissHit(hit_id=hit_id, buyer_id=buyer_id, reason="Another person.")
        )

    def said(self, kind: type) -> list[Any]:
        """The announced facts of a kind."""
        return [event for event in self.announced if type(event) is kind]


def person(key: str, name: str, birth: str | None = None, **more: Any) -> PartyDescription:
    return PartyDescription(
        party_id=f"person-{key}", kind=PartyKind.PERSON, name=name, birth_date=birth, **more
    )


def company(key: str, name: str, country: str = "DK", **more: Any) -> PartyDescription:
    return PartyDescription(party_id=f"dk-cvr-{key}", name=name, country=country, **more)


def registered(party: PartyDescription) -> PartyRegistered:
    return PartyRegistered(party=party)


def owned(
    company_id: str, *owners: tuple[PartyDescription | None, float], document: str = "doc-1"
) -> OwnershipDeclared:
    """A statement: owner and exact share. None stands for an owner who is not named."""
    stakes = tuple(
        Stake(
            owner=owner,
            share=Share.exactly(percent),
            reason_unknown=None if owner else "subject unable to confirm",
        )
        for owner, percent in owners
    )
    return OwnershipDeclared(party_id=company_id, stakes=stakes, document_id=document)


def eu_entry(
    id: int,
    *names: str,
    kind: str = "person",
    born: str = "",
    country: str = "",
    weak: Sequence[str] = (),
) -> str:
    """One entry of an EU list. `born` is a year or a whole date."""
    aliases = "".join(
        f'<nameAlias wholeName={quoteattr(name)} strong="{str(strong).lower()}"/>'
        for name, strong in [*((n, True) for n in names), *((n, False) for n in weak)]
    )
    year, month, day = (*born.split("-"), "", "")[:3]
    birth = (
        f'<birthdate circa="false" year="{year}" monthOfYear="{month}" dayOfMonth="{day}"/>'
        if born
        else ""
    )
    citizen = f'<citizenship countryIso2Code="{country}"/>' if country else ""
    return (
        f'<sanctionEntity designationDate="2026-01-01" logicalId="{id}">'
        f'<regulation programme="UKR"><publicationUrl>https://law.example/{id}</publicationUrl>'
        f'</regulation><subjectType code="{kind}"/>{aliases}{birth}{citizen}</sanctionEntity>'
    )


def eu_list(*entries: str, day: str = "2026-11-19") -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>'
        f'<export xmlns="http://eu.europa.ec/fpi/fsd/export" '
        f'generationDate="{day}T15:00:00.000+01:00" globalFileId="1">{"".join(entries)}</export>'
    ).encode()
