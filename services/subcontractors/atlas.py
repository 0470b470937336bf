"""The map of all contracts and parties in memory: whom one party touches, and who could step in.

It is drawn from cards (see `domain.cards`) and takes in those that were put since it was last
looked at. Nothing is decided by it: exposures follow from the facts (`domain.reach`), this says
how far somebody's fall would reach.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TypeVar

from services.subcontractors.domain.cards import ChainCard, PartyCard, Post
from services.subcontractors.domain.rules import plain
from shared.domain import Record
from shared.store import Store

OVERLAP = 10_000_000_000
"""Nanoseconds that are read again now and then: a commit can end so long after its cards were
stamped (1 s of handling and 5 s of writing at most), and clocks of several machines differ a
little."""

AT_ONCE = 1_000
CLASS = 5
"""Digits of the CPV code within which contracts buy the same (Regulation (EC) No 213/2008: the
first five are the category)."""

C = TypeVar("C", ChainCard, PartyCard)

Ranks = dict[str, list[tuple[int, str]]]
"""Of each buyer: how many of its contracts, negative, and which qualified party does it there."""

Trade = tuple[str, str]
"""A category and what is done in it; suppliers of whole contracts do ''."""


class Atlas:
    """Contracts and parties by what joins them. `seen_at` is the real time of the last look."""

    def __init__(self) -> None:
        self.contracts: dict[str, ChainCard] = {}
        self.seen_at = 0.0
        self._posts: dict[str, dict[str, Post]] = {}
        self._work: dict[str, set[str]] = defaultdict(set)
        self._made: dict[str, set[str]] = defaultdict(set)
        self._trades: dict[Trade, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        self._parties: dict[str, PartyCard] = {}
        self._owners: dict[str, set[str]] = defaultdict(set)
        self._twins: dict[str, set[str]] = defaultdict(set)
        self._entries: dict[str, set[str]] = defaultdict(set)
        self._ranks: dict[Trade, Ranks] = {}
        self._last: dict[type[Record], str] = {ChainCard: "0", PartyCard: "0"}
        self._lock = asyncio.Lock()

    # ------------------------------------------------------------ being drawn

    async def look(self, store: Store, *, back: int = 0) -> None:
        """Take in what was stamped since the last look, and so many nanoseconds before it.

        Raises `Outage`.
        """
        async with self._lock:
            for chain in await self._news(store, ChainCard, back):
                self.draw_chain(chain)
            for party in await self._news(store, PartyCard, back):
                self.draw_party(party)
            self.seen_at = time.time()

    async def _news(self, store: Store, kind: type[C], back: int) -> list[C]:
        news: list[C] = []
        last, _, id = self._last[kind].partition(" ")
        after = f"{max(int(last) - back, 0):020d}" if back else f"{last} {id}"
        while found := await store.search(kind, {}, sort="stamp", limit=AT_ONCE, after=after):
            news += found
            after = found[-1].stamp
            if len(found) < AT_ONCE:
                break
        if news:
            self._last[kind] = max(self._last[kind], after)
        return news

    def draw_chain(self, card: ChainCard) -> None:
        before = self.contracts.get(card.id)
        if before is not None:
            if before.stamp == card.stamp:
                return
            self._erase(before)
        self.contracts[card.id] = card
        self._posts[card.id] = {post.party_id: post for post in reversed(card.posts)}
        if card.over:
            return
        for post in card.posts:
            self._work[post.party_id].add(card.id)
            self._trades[_trade(card, post)][post.party_id].add(card.id)
            self._ranks.pop(_trade(card, post), None)
        for good in card.goods:
            if good.made_by:
                self._made[good.made_by].add(card.id)

    def _erase(self, card: ChainCard) -> None:
        for post in card.posts:
            self._work[post.party_id].discard(card.id)
            self._trades[_trade(card, post)][post.party_id].discard(card.id)
            self._ranks.pop(_trade(card, post), None)
        for good in card.goods:
            if good.made_by:
                self._made[good.made_by].discard(card.id)

    def draw_party(self, card: PartyCard) -> None:
        before = self._parties.get(card.id)
        if before is not None:
            if before.stamp == card.stamp:
                return
            for company in before.companies:
                self._owners[company].discard(card.id)
            for entry, _ in before.entries:
                self._entries[entry].discard(card.id)
            self._twins[before.same_as].discard(card.id)
        self._forget_ranks(before, card)
        self._parties[card.id] = card
        for company in card.companies:
            self._owners[company].add(card.id)
        for entry, _ in card.entries:
            self._entries[entry].add(card.id)
        if card.same_as:
            self._twins[card.same_as].add(card.id)

    def _forget_ranks(self, before: PartyCard | None, card: PartyCard) -> None:
        """Who can step in is worked out anew where that may be another."""
        if card.same_as != (before.same_as if before else ""):
            self._ranks.clear()
        elif card.qualified != (before.qualified if before else ()):
            for contract_id in self._work.get(card.id, ()):
                post = self._posts[contract_id][card.id]
                self._ranks.pop(_trade(self.contracts[contract_id], post), None)

    def rank(self) -> None:
        """Work out beforehand who can step in, for every trade."""
        for trade in list(self._trades):
            self.able(trade)

    # ------------------------------------------------------------ being read

    def root(self, party_id: str) -> str:
        """The id under which a party is known now."""
        card = self._parties.get(party_id)
        if card is None or not card.same_as:
            return party_id
        climbed = {party_id}
        while card and card.same_as and card.same_as not in climbed:
            party_id = card.same_as
            climbed.add(party_id)
            card = self._parties.get(party_id)
        return party_id

    def ids_of(self, party_id: str) -> tuple[str, ...]:
        """All ids of a party, the one by which it is known now first."""
        root = self.root(party_id)
        if not self._twins.get(root):
            return (root,)
        ids, ahead = {root: None}, [root]
        while ahead:
            ahead = [t for id in ahead for t in sorted(self._twins.get(id, ())) if t not in ids]
            ids.update(dict.fromkeys(ahead))
        return tuple(ids)

    def companies(self, ids: Iterable[str]) -> set[str]:
        cards = (self._parties.get(id) for id in ids)
        return {self.root(company) for card in cards if card for company in card.companies}

    def owners(self, ids: Iterable[str]) -> set[str]:
        return {self.root(owner) for id in ids for owner in self._owners.get(id, ())}

    def contracts_of(self, ids: Iterable[str]) -> set[str]:
        """Contracts on which a party works, or for which it makes something."""
        return {
            contract
            for id in ids
            for kept in (self._work, self._made)
            for contract in kept.get(id, ())
        }

    def posts(self, contract_id: str, ids: Iterable[str]) -> list[Post]:
        """The work of a party on a contract, under each of its ids."""
        posts = self._posts[contract_id]
        return [posts[id] for id in ids if id in posts]

    def path(self, contract_id: str, post: Post) -> tuple[str, ...]:
        """From the supplier down to somebody on a contract."""
        posts = self._posts[contract_id]
        path: tuple[str, ...] = (post.party_id,)
        while (above := posts.get(path[0])) and above.parent_id and above.parent_id not in path:
            path = (above.parent_id, *path)
        return path

    def resembling(self, entry: str) -> Iterator[tuple[str, tuple[str, ...]]]:
        """The parties that a listed entry resembles, and the buyers that found otherwise."""
        for party_id in sorted(self._entries.get(entry, ())):
            yield party_id, dict(self._parties[party_id].entries)[entry]

    def trade(self, contract_id: str, post: Post) -> Trade:
        return _trade(self.contracts[contract_id], post)

    def able(self, trade: Trade) -> Ranks:
        """Who is qualified for a trade and does it, those with the most contracts first."""
        if trade not in self._ranks:
            self._ranks[trade] = self._ranked(trade)
        return self._ranks[trade]

    def _ranked(self, trade: Trade) -> Ranks:
        doing: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        shown: set[tuple[str, str]] = set()
        for party_id, contracts in self._trades[trade].items():
            root, card = self.root(party_id), self._parties.get(party_id)
            qualified = set(card.qualified) if card else set()
            for contract_id in contracts:
                buyer_id = self.contracts[contract_id].buyer_id
                doing[buyer_id][root] += 1
                if contract_id in qualified:
                    shown.add((buyer_id, root))
        return {
            buyer_id: sorted((-n, one) for one, n in counts.items() if (buyer_id, one) in shown)
            for buyer_id, counts in doing.items()
        }

    def name(self, party_id: str) -> str:
        """What a company is called on one of its contracts."""
        for id in self.ids_of(party_id):
            for contract_id in self._work.get(id, ()):
                return self._posts[contract_id][id].name
        return ""


def _trade(card: ChainCard, post: Post) -> Trade:
    return card.category[:CLASS], plain(post.service) if post.tier else ""
