"""What the map of contracts and parties is drawn from: a small card for each.

A card is put in the same commit as what it says. Its `stamp` is the real time at which that was
handled, so that a map takes in what came since it was last looked at.
"""

from hashlib import sha256
from typing import ClassVar

from pydantic import BaseModel

from services.subcontractors.domain.chain import Chain, public_name
from services.subcontractors.domain.footprint import Footprint
from shared.domain import Record
from shared.events.words import Good, Lot


class Post(BaseModel, frozen=True):
    """Somebody's work on one contract; the shares are per cent of its value where known."""

    party_id: str
    parent_id: str
    tier: int
    role: str
    service: str = ""
    name: str = ""
    least: float | None = None
    most: float | None = None


class ChainCard(Record):
    """One contract as the map shows it. Its id is the contract's."""

    indexes: ClassVar[tuple[str, ...]] = ("stamp",)

    stamp: str
    buyer_id: str
    title: str
    category: str
    over: bool
    units: tuple[str, ...]
    lots: tuple[Lot, ...]
    goods: tuple[Good, ...]
    posts: tuple[Post, ...]


class PartyCard(Record):
    """One party as the map shows it, besides its work: an id of its own, merged or not.

    `entries` are the listed entries that it resembles, as `source/entry`, each with the buyers
    that found it to be somebody else; `qualified` the contracts for which it has shown everything.
    """

    indexes: ClassVar[tuple[str, ...]] = ("stamp",)

    stamp: str
    same_as: str
    companies: tuple[str, ...]
    entries: tuple[tuple[str, tuple[str, ...]], ...]
    qualified: tuple[str, ...]


def card_of_chain(chain: Chain, stamp: str) -> ChainCard:
    from_suppliers = (
        Post(party_id=party_id, parent_id="", tier=0, role="supplier", name=name)
        for party_id, name in zip(chain.supplier_ids, chain.supplier_names, strict=True)
    )
    from_members = (
        Post(
            party_id=m.party_id,
            parent_id=m.parent_id,
            tier=m.tier,
            role=m.role.value,
            service=m.service,
            name=public_name(m.party),
            least=m.share.minimum if m.share else None,
            most=m.share.maximum if m.share else None,
        )
        for m in chain.working
    )
    return ChainCard(
        id=chain.id,
        stamp=stamp,
        buyer_id=chain.buyer_id,
        title=chain.title,
        category=chain.category,
        over=bool(chain.over),
        units=chain.units,
        lots=chain.lots,
        goods=chain.goods,
        posts=(*from_suppliers, *from_members),
    )


def card_of_party(party: Footprint, stamp: str) -> PartyCard:
    return PartyCard(
        id=party.id,
        stamp=stamp,
        same_as=party.merged_into,
        companies=party.companies,
        entries=tuple(
            (hit.entry, tuple(buyer for buyer, verdict in hit.verdicts if not verdict))
            for hit in party.hits
            if hit.raised and hit.entry and not hit.ended
        ),
        qualified=tuple(q.contract_id for q in party.qualifications if not q.lost),
    )


def print_of(card: ChainCard | PartyCard) -> str:
    """The same for two cards that say the same."""
    said = card.model_copy(update={"stamp": ""})
    return sha256(repr(said).encode()).hexdigest()[:16]
