"""How far the fall of one party would reach, and on whom whole categories depend."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import islice

from pydantic import BaseModel

from services.subcontractors.atlas import Atlas, Trade
from services.subcontractors.domain.cards import ChainCard
from shared.events.words import Lot

MOST_SUBSTITUTES = 50
"""Known substitutes that are shown, those with the most contracts first."""

Serves = Callable[[str], bool]
"""Whether the one who asks acts for a buyer."""


class TouchedContract(BaseModel):
    """A contract that is touched, and the shortest way from its supplier to the party.

    `role` is what the party or its company is there: a chain role, `supplier` or `manufacturer`;
    `least` and `most` its share of the value in per cent, where known.
    """

    contract_id: str
    buyer_id: str
    title: str
    category: str
    role: str
    tier: int
    least: float | None
    most: float | None
    path: tuple[str, ...]
    units: tuple[str, ...]
    lots: tuple[Lot, ...]


class CriticalGood(BaseModel):
    """Critical goods on a touched contract. Without a stock nobody has attested one."""

    contract_id: str
    item: str
    title: str
    made_by: str | None
    sole_source: bool
    days_of_stock: float | None
    stock_as_of: date | None


class Substitute(BaseModel):
    """Somebody who is qualified and does the same on other contracts of the same buyers."""

    party_id: str
    name: str
    category: str
    does: str
    contracts: int
    instead_of: tuple[str, ...]


class Blast(BaseModel):
    """All that one party, or the parties that a listed entry resembles, would take along."""

    party_ids: tuple[str, ...]
    contracts: tuple[TouchedContract, ...]
    units: tuple[str, ...]
    lots: int
    critical_goods: tuple[CriticalGood, ...]
    least_days_of_stock: float | None
    stock_unknown: int
    substitutes: tuple[Substitute, ...]
    without_substitute: tuple[str, ...]


@dataclass
class _Reach:
    """What was reached so far: contracts, who falls, and which work is left undone where."""

    touched: dict[str, TouchedContract] = field(default_factory=dict)
    fallen: set[str] = field(default_factory=set)
    jobs: dict[Trade, dict[str, None]] = field(default_factory=lambda: defaultdict(dict))


def blast_of(atlas: Atlas, party_ids: Iterable[str], serves: Serves) -> Blast:
    """What these parties touch, themselves and through all companies that they own.

    Only contracts of buyers that the caller serves are looked at, for substitutes too.
    """
    asked = tuple(dict.fromkeys(atlas.root(party_id) for party_id in party_ids))
    return _put_together(atlas, asked, _reached(atlas, asked, serves), serves)


def blast_of_entry(atlas: Atlas, entry: str, serves: Serves) -> Blast:
    """The same for a listed entry: a buyer that found somebody else is not touched by it."""
    together = _Reach()
    asked: dict[str, None] = {}
    for party_id, cleared_by in atlas.resembling(entry):
        root = atlas.root(party_id)
        asked[root] = None

        def counts(buyer_id: str, cleared_by: tuple[str, ...] = cleared_by) -> bool:
            return serves(buyer_id) and buyer_id not in cleared_by

        one = _reached(atlas, (root,), counts)
        together.fallen |= one.fallen
        for trade, contracts in one.jobs.items():
            together.jobs[trade].update(contracts)
        for contract in one.touched.values():
            known = together.touched.get(contract.contract_id)
            if known is None or len(contract.path) < len(known.path):
                together.touched[contract.contract_id] = contract
    return _put_together(atlas, tuple(asked), together, serves)


def _reached(atlas: Atlas, asked: tuple[str, ...], serves: Serves) -> _Reach:
    """Contracts by the shortest path: first where they stand themselves, then level by level."""
    reach = _Reach(fallen=set(asked))
    level: dict[str, tuple[str, ...]] = {party_id: () for party_id in asked}
    while level:
        below: dict[str, tuple[str, ...]] = {}
        for party_id, owners in sorted(level.items()):
            ids = atlas.ids_of(party_id)
            for contract_id in sorted(atlas.contracts_of(ids)):
                _reach_contract(atlas, reach, contract_id, ids, owners, serves)
            for company in sorted(atlas.companies(ids)):
                if company not in reach.fallen:
                    reach.fallen.add(company)
                    below[company] = (party_id, *owners)
        level = below
    return reach


def _reach_contract(
    atlas: Atlas,
    reach: _Reach,
    contract_id: str,
    ids: tuple[str, ...],
    owners: tuple[str, ...],
    serves: Serves,
) -> None:
    card = atlas.contracts[contract_id]
    if not serves(card.buyer_id):
        return
    if contract_id not in reach.touched:
        reach.touched[contract_id] = _touch(atlas, card, ids, owners)
    for post in atlas.posts(contract_id, ids):
        reach.jobs[atlas.trade(contract_id, post)][contract_id] = None


def _touch(
    atlas: Atlas, card: ChainCard, ids: tuple[str, ...], owners: tuple[str, ...]
) -> TouchedContract:
    post = next(iter(atlas.posts(card.id, ids)), None)
    path = atlas.path(card.id, post) if post else (ids[0],)
    return TouchedContract(
        contract_id=card.id,
        buyer_id=card.buyer_id,
        title=card.title,
        category=card.category,
        role=post.role if post else "manufacturer",
        tier=post.tier if post else 0,
        least=post.least if post else None,
        most=post.most if post else None,
        path=(*path, *owners),
        units=card.units,
        lots=card.lots,
    )


def _put_together(atlas: Atlas, asked: tuple[str, ...], reach: _Reach, serves: Serves) -> Blast:
    cards = [atlas.contracts[contract_id] for contract_id in reach.touched]
    goods = tuple(
        sorted(_goods(cards), key=lambda g: (g.days_of_stock is not None, g.days_of_stock or 0))
    )
    known = [good.days_of_stock for good in goods if good.days_of_stock is not None]
    substitutes, without = _substitutes(atlas, reach, serves)
    return Blast(
        party_ids=asked,
        contracts=tuple(reach.touched.values()),
        units=tuple(sorted({unit for card in cards for unit in card.units})),
        lots=sum(len(card.lots) for card in cards),
        critical_goods=goods,
        least_days_of_stock=min(known, default=None),
        stock_unknown=len(goods) - len(known),
        substitutes=substitutes,
        without_substitute=without,
    )


def _goods(cards: Iterable[ChainCard]) -> list[CriticalGood]:
    return [
        CriticalGood(contract_id=card.id, **good.model_dump(include=set(CriticalGood.model_fields)))
        for card in cards
        for good in card.goods
        if good.critical
    ]


def _substitutes(
    atlas: Atlas, reach: _Reach, serves: Serves
) -> tuple[tuple[Substitute, ...], tuple[str, ...]]:
    """Who does what the fallen did, is qualified for it, and falls not itself.

    Also the contracts on which something that the fallen do is done by nobody else who is known.
    """
    found: list[tuple[int, str, Trade]] = []
    without: dict[str, None] = {}
    for trade, contracts in reach.jobs.items():
        able = _able(atlas, trade, reach.fallen, serves)
        found += [(count, party_id, trade) for count, party_id in able]
        if not able:
            without.update(contracts)
    found.sort()
    shown = tuple(
        Substitute(
            party_id=party_id,
            name=atlas.name(party_id),
            category=trade[0],
            does=trade[1],
            contracts=-count,
            instead_of=tuple(reach.jobs[trade])[:MOST_SUBSTITUTES],
        )
        for count, party_id, trade in found[:MOST_SUBSTITUTES]
    )
    return shown, tuple(without)


def _able(atlas: Atlas, trade: Trade, fallen: set[str], serves: Serves) -> list[tuple[int, str]]:
    """Those with the most contracts of the caller's buyers first, and no more than are shown."""
    counts: dict[str, int] = defaultdict(int)
    for buyer_id, ranked in atlas.able(trade).items():
        if serves(buyer_id):
            standing = (one for one in ranked if one[1] not in fallen)
            for count, party_id in islice(standing, MOST_SUBSTITUTES):
                counts[party_id] += count
    return sorted((count, party_id) for party_id, count in counts.items())[:MOST_SUBSTITUTES]


# ---------------------------------------------------------------- on whom categories depend


class Dependency(BaseModel):
    """A party without which much of a category stands still.

    `contracts` are those that it touches, itself or through its companies; `alone_in` what nobody
    else in the category does, on how many contracts; `sole_source` the critical goods that come
    from its contracts alone.
    """

    party_id: str
    name: str
    contracts: int
    every_contract: bool
    alone_in: dict[str, int]
    sole_source: tuple[str, ...]


class CategoryReport(BaseModel):
    """The single points of failure of a category (the first five digits of its CPV code)."""

    category: str
    contracts: int
    parties: int
    points: tuple[Dependency, ...]


FEW = 2
"""With a single contract everyone on it would be a point of failure, which says nothing."""


def dependencies(atlas: Atlas, buyer_id: str, width: int) -> list[CategoryReport]:
    """The categories of a buyer's contracts, each with those on whom all of it depends."""
    by_category: dict[str, list[ChainCard]] = defaultdict(list)
    for card in atlas.contracts.values():
        if card.buyer_id == buyer_id and not card.over:
            by_category[card.category[:width]].append(card)
    above: dict[str, frozenset[str]] = {}
    return [
        _report(atlas, category, cards, above) for category, cards in sorted(by_category.items())
    ]


def _report(
    atlas: Atlas, category: str, cards: list[ChainCard], above: dict[str, frozenset[str]]
) -> CategoryReport:
    on: dict[str, set[str]] = defaultdict(set)
    names: dict[str, str] = {}
    does: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    goods: dict[str, list[str]] = defaultdict(list)
    for card in cards:
        for post in card.posts:
            root = atlas.root(post.party_id)
            names.setdefault(root, post.name)
            does[atlas.trade(card.id, post)[1]][root].add(card.id)
            for party_id in _with_owners(atlas, root, above):
                on[party_id].add(card.id)
        for good in card.goods:
            if good.critical and good.sole_source:
                goods[atlas.root(good.made_by or card.posts[0].party_id)].append(good.item)
    alone: dict[str, dict[str, int]] = defaultdict(dict)
    for work, parties in does.items():
        if len(parties) == 1:
            ((party_id, contracts),) = parties.items()
            if work and len(contracts) >= FEW:
                alone[party_id][work] = len(contracts)
    points = [
        Dependency(
            party_id=party_id,
            name=names.get(party_id, ""),
            contracts=len(contracts),
            every_contract=len(cards) >= FEW and len(contracts) == len(cards),
            alone_in=alone.get(party_id, {}),
            sole_source=tuple(goods.get(party_id, ())),
        )
        for party_id, contracts in (on | {g: on.get(g, set()) for g in goods}).items()
        if (len(cards) >= FEW and len(contracts) == len(cards))
        or party_id in alone
        or party_id in goods
    ]
    points.sort(key=lambda one: (-one.contracts, one.party_id))
    return CategoryReport(
        category=category, contracts=len(cards), parties=len(names), points=tuple(points)
    )


def _with_owners(atlas: Atlas, root: str, above: dict[str, frozenset[str]]) -> frozenset[str]:
    """A party and everyone who owns it, each worked out once."""
    if root not in above:
        found, ahead = {root}, {root}
        while ahead:
            ahead = {o for one in ahead for o in atlas.owners(atlas.ids_of(one))} - found
            found |= ahead
        above[root] = frozenset(found)
    return above[root]
