"""Search: parties, contracts, cases and documents by name, number or id, also if mistyped."""

import asyncio
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from fastapi.responses import Response

from services.console.pages.door import EVERYONE, api, may_see_party
from services.console.readmodels.cases import Case
from services.console.readmodels.contracts import Contract
from services.console.readmodels.documents import Document
from services.console.readmodels.parties import Party
from services.console.readmodels.sought import Sought, ids_of, names_of
from services.console.seeking import GOOD_ENOUGH, Seeker, likeness
from services.console.views import View, view_of
from shared.http import Desk, ServiceDesk

T = TypeVar("T")
S = TypeVar("S", Contract, Case, Document)

MOST_OF_A_KEY = 200
"""Finds under one key that are looked at: what begins like half of all names finds none of them."""
CANDIDATES = 80
"""Of all finds, those that have most in common with the question, whose real names are compared."""
SHOWN = 20
AROUND = 5
"""Parties whose contracts, cases and documents are shown with them."""
ENOUGH = 3
"""Exact finds from which nobody is supposed to have mistyped."""
LONGEST = 120
DOCUMENTS_OF_ONE = 500
"""Documents of one party that are looked through; nobody has sent more."""


@dataclass(slots=True)
class Finds:
    parties: list[Party] = field(default_factory=list)
    contracts: list[Contract] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)

    @property
    def total(self) -> int:
        return len([*self.parties, *self.contracts, *self.cases, *self.documents])


@api.get("/search", roles=EVERYONE, response_class=Response)
async def search(desk: Desk, q: str = "") -> Response:
    question = " ".join(q.split())[:LONGEST]
    view = view_of(desk)
    finds = await found(desk, question) if question else Finds()
    await _learn(desk, view, finds)
    return view.page("search.html.j2", q=question, finds=finds)


async def found(desk: ServiceDesk, question: str) -> Finds:
    """What the caller may see of what answers the question, the best first."""
    seeker: Seeker = desk.adapters["seeker"]
    finds = await _read(desk, question, await _candidates(desk, seeker.exactly(question)))
    if finds.total < ENOUGH:
        keys = [*seeker.exactly(question), *seeker.nearly(question)]
        finds = await _read(desk, question, await _candidates(desk, keys))
    await _around(desk, finds)
    return finds


async def parties_like(desk: ServiceDesk, question: str) -> list[Party]:
    """Parties alone, as the list of them is searched."""
    seeker: Seeker = desk.adapters["seeker"]
    keys = [*seeker.exactly(question), *seeker.nearly(question)]
    candidates = await _candidates(desk, keys)
    return await _parties(desk, question, [one.of for one in candidates if one.kind == "party"])


async def documents_like(desk: ServiceDesk, question: str) -> list[Document]:
    """Documents by their own name or number, and those of parties that answer the question."""
    seeker: Seeker = desk.adapters["seeker"]
    keys = [*seeker.exactly(question), *seeker.nearly(question)]
    candidates = await _candidates(desk, keys)
    there = await desk.service.store.fetch(
        Document, [one.of for one in candidates if one.kind == "document"]
    )
    good = [d for d in there.values() if likeness(question, [d.name], [d.id]) >= GOOD_ENOUGH]
    found = {d.id: d for d in good}
    ids = [one.of for one in candidates if one.kind == "party"]
    for party in await _parties(desk, question, ids):
        for id in (party.id, *party.merged):
            own = await desk.find(Document, {"party_id": id}, limit=DOCUMENTS_OF_ONE)
            found |= {d.id: d for d in own}
    return [d for d in found.values() if desk.caller.serves(d.buyer_id)]


async def _candidates(desk: ServiceDesk, keys: list[str]) -> list[Sought]:
    """Those that share most keys with the question; a key that few share says more."""
    pieces = await asyncio.gather(
        *(desk.find(Sought, {"keys": key}, limit=MOST_OF_A_KEY) for key in dict.fromkeys(keys))
    )
    weights: Counter[str] = Counter()
    there: dict[str, Sought] = {}
    for piece in pieces:
        for one in piece:
            there[one.id] = one
            weights[one.id] += 1 + MOST_OF_A_KEY // len(piece)
    return [there[id] for id, _ in weights.most_common(CANDIDATES)]


async def _read(desk: ServiceDesk, question: str, candidates: list[Sought]) -> Finds:
    def ids(kind: str) -> list[str]:
        return [one.of for one in candidates if one.kind == kind]

    store, serves = desk.service.store, desk.caller.serves
    contracts = (await store.fetch(Contract, ids("contract"))).values()
    cases = (await store.fetch(Case, ids("case"))).values()
    documents = (await store.fetch(Document, ids("document"))).values()
    return Finds(
        parties=await _parties(desk, question, ids("party")),
        contracts=_best(
            (c, likeness(question, [c.title], [c.id, c.procedure_id]))
            for c in contracts
            if serves(c.buyer_id)
        ),
        cases=_best((c, likeness(question, [], [c.id])) for c in cases if serves(c.buyer_id)),
        documents=_best(
            (d, likeness(question, [d.name], [d.id])) for d in documents if serves(d.buyer_id)
        ),
    )


async def _parties(desk: ServiceDesk, question: str, ids: list[str]) -> list[Party]:
    """Whoever was merged is shown as the one that it was found to be."""
    there = await desk.service.store.fetch(Party, ids)
    ranked = _best((p, likeness(question, names_of(p), ids_of(p))) for p in there.values())
    ones = await desk.service.store.fetch(Party, [p.merged_into for p in ranked if p.merged_into])
    shown = {one.id: one for p in ranked for one in (ones.get(p.merged_into, p),)}
    return [one for one in shown.values() if await may_see_party(desk, one)]


def _best(ranked: Iterable[tuple[T, float]]) -> list[T]:
    good = [(thing, fits) for thing, fits in ranked if fits >= GOOD_ENOUGH]
    good.sort(key=lambda pair: -pair[1])
    return [thing for thing, _ in good[:SHOWN]]


async def _around(desk: ServiceDesk, finds: Finds) -> None:
    """The contracts, cases and documents of the best parties come with them."""
    serves = desk.caller.serves
    for party in finds.parties[:AROUND]:
        for id in (party.id, *party.merged):
            contracts = await desk.find(Contract, {"supplier_ids": id}, limit=SHOWN)
            contracts += await desk.find(Contract, {"members_ids": id}, limit=SHOWN)
            cases = await desk.find(Case, {"party_id": id}, limit=SHOWN)
            documents = await desk.find(Document, {"party_id": id}, limit=SHOWN)
            _add(finds.contracts, [c for c in contracts if serves(c.buyer_id)])
            _add(finds.cases, [c for c in cases if serves(c.buyer_id)])
            _add(finds.documents, [d for d in documents if serves(d.buyer_id) and d.name])


def _add(there: list[S], more: list[S]) -> None:
    known = {one.id for one in there}
    there += [one for one in more if one.id not in known][: SHOWN - len(there)]


async def _learn(desk: ServiceDesk, view: View, finds: Finds) -> None:
    view.parties |= {party.id: party for party in finds.parties}
    view.contracts |= {contract.id: contract for contract in finds.contracts}
    await view.learn(
        desk,
        [
            *(id for c in finds.contracts for id in c.supplier_ids),
            *(c.party_id for c in finds.cases),
            *(d.party_id for d in finds.documents),
        ],
        [c.contract_id for c in finds.cases],
    )
