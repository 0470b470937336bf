"""A region's facts as the console's own handlers make pages of them, in a database, by pieces.

The handlers hear every fact in its order, with all that is kept in memory; then what has come of it
is written, each document once. What another process would have written at each of the changes in
between (the same documents again, and what was handled when) is no part of what a page reads.
A filling that was stopped goes on where it was: the facts and their times are the same every time.
"""

import json
import random
import sys
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from services.console.handlers import router
from services.console.readmodels.documents import Document
from shared.bus import Bus
from shared.documents import state_document
from shared.domain import Stored
from shared.envelope import Block, Message
from shared.events.base import Event, Need
from shared.events.breaches import BreachFlagged, Track
from shared.events.contracts import ContractSigned, ContractStatusChanged
from shared.events.onboarding import DocumentReceived, DocumentVerified, PartyRegistered
from shared.events.screening import HitRaised, ListUpdated, PartyScreened
from shared.events.subcontractors import (
    ExposureFound,
    SubcontractorApproved,
    SubcontractorDeclared,
)
from shared.events.words import (
    Cause,
    CauseKind,
    Identifier,
    ListEntryRef,
    ListRef,
    Money,
    PartyDescription,
    Role,
    Share,
    Status,
)
from shared.journal import body_of
from shared.mongo import MongoStore
from shared.router import name_of
from shared.store import S, Work
from shared.testing import MemoryStore, Quiet

BATCH = 500
BUYER = "dk-cvr-91204711"
LISTS = (
    ListRef(source="eu", version="5d1f09ab77c2", list_date=date(2026, 11, 20), entries=7600),
    ListRef(source="un", version="a0b3c4d5e6f7", list_date=date(2026, 11, 2), entries=1030),
)
HITS, CASES = 300, 80
LARGE_CHAIN = 300
SYLLABLES = tuple(a + b for a in "bdfghklmnprstv" for b in ("a", "e", "i", "o", "u", "an", "er"))
YEAR = timedelta(days=365)
PROGRESS = 5_000
BEGUN, FILLED = "filling.json", "filled.json"
DUPLICATE = 11000


class Region:
    """Made-up contracts, parties, documents, hits and cases, as the facts that tell of them."""

    def __init__(self, contracts: int, parties: int, facts: int, seed: int, now: datetime) -> None:
        self._chance = random.Random(seed)
        self._facts = facts
        self.now = now
        """When the last of them happened; the first did a year before."""
        self.parties = [self._party(number) for number in range(parties)]
        self.suppliers = self.parties[: parties // 8]
        self.contracts = [f"rn-{number:05d}-k1" for number in range(contracts)]

    def _party(self, number: int) -> PartyDescription:
        words = ("".join(self._chance.choices(SYLLABLES, k=3)).title() for _ in range(2))
        value = f"{30_000_000 + number * 7:08d}"
        return PartyDescription(
            party_id=f"dk-cvr-{value}",
            name=f"{' '.join(words)} A/S",
            country="DK",
            identifiers=(Identifier(scheme="dk-cvr", value=value),),
        )

    def facts(self) -> list[Event]:
        """The lists change all the year, and all parties are compared again: what is left of the
        number of facts. Papers, hits and cases come last, and are the news of the day.
        """
        begin = [_list(), *(PartyRegistered(party=party) for party in self.parties)]
        rest = [*self._bought(), *self._found()]
        compared = (
            PartyScreened(
                party_id=self.parties[number % len(self.parties)].party_id,
                lists=LISTS,
                hits=(),
                engine="1",
                policy="2026-11",
            )
            for number in range(self._facts - len(begin) - len(rest))
        )
        return [*begin, *compared, *rest]

    def _bought(self) -> Iterator[Event]:
        rest = iter(self.parties[len(self.suppliers) :])
        for number, contract_id in enumerate(self.contracts):
            supplier = self.suppliers[number % len(self.suppliers)]
            yield self._signed(number, contract_id, supplier)
            members = LARGE_CHAIN if number == 0 else 5
            for _ in range(members):
                yield from self._member(contract_id, supplier, next(rest, None))

    def _found(self) -> Iterator[Event]:
        for number, supplier in enumerate(self.suppliers):
            yield from self._paper(number, supplier)
        for number in range(HITS):
            yield from self._hit(number)
        for number in range(CASES):
            yield self._case(number)

    def _signed(self, number: int, id: str, supplier: PartyDescription) -> ContractSigned:
        return ContractSigned(
            contract_id=id,
            buyer_id=BUYER,
            title=f"{self._chance.choice(('Rengøring', 'Vask', 'IT', 'Medicin'))} {number}",
            suppliers=(supplier,),
            category="cleaning",
            value=Money(amount=1_000_000 + number),
            starts=date(2026, 1, 1),
            ends=date(2029, 12, 31),
            procedure_id=f"RN-{number}",
        )

    def _member(
        self, contract_id: str, supplier: PartyDescription, party: PartyDescription | None
    ) -> Iterator[Event]:
        party = party or self._chance.choice(self.parties)
        yield SubcontractorDeclared(
            contract_id=contract_id,
            buyer_id=BUYER,
            party=party,
            parent_id=supplier.party_id,
            tier=1,
            share=Share.exactly(5),
            service="Drift",
            chain_version=1,
        )
        yield SubcontractorApproved(
            contract_id=contract_id,
            buyer_id=BUYER,
            party_id=party.party_id,
            by="mette.lund",
            reason="Kendt",
            chain_version=2,
        )

    def _paper(self, number: int, supplier: PartyDescription) -> Iterator[Event]:
        for kind in ("serviceattest", "iso-9001", "espd"):
            id = f"doc-{kind}-{number}"
            yield DocumentReceived(
                document_id=id,
                sha256="0" * 64,
                name=f"{kind}-{number}.pdf",
                media_type="application/pdf",
                size=40_000,
                channel="folder",
                buyer_id=BUYER,
            )
            yield DocumentVerified(
                document_id=id,
                party_id=supplier.party_id,
                buyer_id=BUYER,
                kind=kind,
                issued=date(2026, 10, 1),
                valid_until=date(2027, 4, 1),
                verified_by="reader",
            )

    def _hit(self, number: int) -> Iterator[Event]:
        party, contract_id = self.parties[number], self.contracts[number % len(self.contracts)]
        hit_id = f"hit-{number:012d}"
        entry = ListEntryRef(
            source="eu", entry_id=str(number), version=LISTS[0].version, name=party.name.upper()
        )
        yield HitRaised(
            hit_id=hit_id, party_id=party.party_id, entry=entry, score=0.9, explanation=()
        )
        yield ExposureFound(
            exposure_id=f"exposure-{number}",
            contract_id=contract_id,
            buyer_id=BUYER,
            party_id=party.party_id,
            supplier_id=party.party_id,
            role=Role.SUPPLIER,
            tier=0,
            path=(party.party_id,),
            cause=Cause(kind=CauseKind.HIT, ref=hit_id, rule="SAN-AF"),
            status=Status.REVIEW,
            need=self._need(f"review-hit/{hit_id}/{BUYER}", "review-hit", number, hit_id),
        )
        yield ContractStatusChanged(
            contract_id=contract_id,
            buyer_id=BUYER,
            supplier_ids=(party.party_id,),
            status=Status.REVIEW,
            status_version=1,
            reason_codes=("SAN-AF",),
        )

    def _case(self, number: int) -> Event:
        party, contract_id = self.parties[number], self.contracts[number % len(self.contracts)]
        case_id = f"case-{number:012d}"
        return BreachFlagged(
            case_id=case_id,
            contract_id=contract_id,
            buyer_id=BUYER,
            party_id=party.party_id,
            supplier_id=party.party_id,
            track=Track.LEGAL_BLOCK,
            rule="SAN-AF",
            status=Status.REVIEW,
            cause=Cause(kind=CauseKind.HIT, ref=f"hit-{number:012d}", rule="SAN-AF"),
            exposure_ids=(f"exposure-{number}",),
            phase="arose later",
            mandatory=True,
            basis=("Council Regulation (EU) No 269/2014 Art 2",),
            rulebook_version="2026-02",
            need=self._need(f"hold/{case_id}", "hold", number, case_id),
        )

    def _need(self, id: str, kind: str, number: int, about: str) -> Need:
        due = self.now + timedelta(hours=number)
        return Need(id=id, kind=kind, role="officer", buyer_id=BUYER, due=due, about=about)


def _list() -> ListUpdated:
    return ListUpdated(
        source="eu",
        version=LISTS[0].version,
        list_date=LISTS[0].list_date,
        entries=7600,
        added=30,
        changed=12,
        removed=4,
        binding=True,
    )


def messages(region: Region) -> Iterator[list[Message]]:
    """With bodies as they travel, and times that are spread over the last year."""
    facts = region.facts()
    for start in range(0, len(facts), BATCH):
        yield [
            Message(
                id=f"bench/{number}",
                type=name_of(type(said)),
                said=said,
                body=body_of(said, {}),
                topic=said.topic,
                key=f"bench/{number}",
                time=region.now - YEAR * (1 - number / len(facts)),
            )
            for number, said in enumerate(facts[start : start + BATCH], start)
        ]


def begun(folder: Path) -> datetime:
    """The moment of the last fact: the same each time that a filling goes on."""
    place = folder / BEGUN
    if not place.exists():
        place.write_text(json.dumps({"now": datetime.now(UTC).isoformat(), "written": 0}))
    return datetime.fromisoformat(json.loads(place.read_text())["now"])


async def fill(
    region: Region, store: MongoStore, adapters: dict[str, Any], folder: Path
) -> dict[str, float]:
    """Fill the database, or go on with it (`begun`); what it took is kept in the folder."""
    if (folder / FILLED).exists():
        return dict(json.loads((folder / FILLED).read_text()))
    place = folder / BEGUN
    state: dict[str, Any] = json.loads(place.read_text())
    began, spent = time.perf_counter(), time.process_time()
    memory, told = await _heard(region, adapters)
    heard = time.process_time() - spent
    documents = list(memory.documents.values())
    for start in range(state["written"], len(documents), BATCH):
        await _write(store, documents[start : start + BATCH])
        state["written"] = start + BATCH
        place.write_text(json.dumps(state))
        if start % PROGRESS == 0:
            _say(f"{start} of {len(documents)} documents")
    found: dict[str, float] = {
        "facts": told,
        "documents": len(documents),
        "handled_in_processor_s": round(heard),
        "facts_handled_per_core_second": round(told / heard),
        "last_part_filled_in_s": round(time.perf_counter() - began),
    }
    (folder / FILLED).write_text(json.dumps(found))
    return found


class _Memory(MemoryStore):
    """Looks for papers among the papers: each that is verified asks which ones its party owes."""

    def __init__(self, service: str) -> None:
        super().__init__(service)
        self._owed: dict[str, set[str]] = {}

    async def commit(self, work: Work) -> Block | None:
        for (kind, id), one in work.saved.items():
            if kind is Document:
                self._owed.setdefault(getattr(one, "party_id", ""), set()).add(id)
        return await super().commit(work)

    async def search(self, kind: type[S], where: dict[str, Any], **asked: Any) -> list[S]:
        if kind is not Document or list(where) != ["party_id"]:
            return await super().search(kind, where, **asked)
        there = await self.fetch(kind, sorted(self._owed.get(where["party_id"], ())))
        return [one for one in there.values() if getattr(one, "party_id", "") == where["party_id"]]


async def _heard(region: Region, adapters: dict[str, Any]) -> tuple[MemoryStore, int]:
    memory, told = _Memory("console"), 0
    bus = Bus(router.bound(adapters), memory, memory.keyring, lambda: region.now, Quiet())
    for batch in messages(region):
        await bus.handle(batch)
        told += len(batch)
        if told % PROGRESS == 0:
            _say(f"{told} facts")
    if bus.waiting:
        raise RuntimeError(f"{len(bus.waiting)} facts were set aside: a page would lack them")
    return memory, told


async def _write(store: MongoStore, some: Iterable[Stored]) -> None:
    """Documents as they are stored. Those that a stopped filling had written are left."""
    by_kind: dict[str, list[dict[str, Any]]] = {}
    for one in some:
        document = state_document(one, {})
        by_kind.setdefault(type(one).__name__, []).append(document)
    for name, documents in by_kind.items():
        collection = store.db[name]
        ids = [document["_id"] for document in documents]
        there = {d["_id"] async for d in collection.find({"_id": {"$in": ids}}, {"_id": 1})}
        if missing := [document for document in documents if document["_id"] not in there]:
            await collection.insert_many(missing, ordered=False)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)  # noqa: T201
