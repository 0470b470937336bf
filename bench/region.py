"""A made-up region, from a seed: contracts, chains, owners, goods, and a change of a list.

The same seed gives the same facts. Companies are drawn unevenly, as in life: some work on
hundreds of contracts, most on one or two. Owners go through holdings, some in circles; some
parties turn out to be another; some names of the list are those of owners far above.

    region = made(seed=7)
    region.facts()    # what other services would tell, in a possible order
    region.news()     # what screening tells when a list changes
    region.truth      # the same without order, for the long way (see `bench.longway`)
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from bench.longway import Facts
from shared.events.base import Event
from shared.events.contracts import ClausesSet, ContractEnded, ContractSigned, GoodsListed
from shared.events.onboarding import (
    OwnershipDeclared,
    PartiesMerged,
    PartyQualified,
    SubcontractorsNamed,
)
from shared.events.screening import HitConfirmed, HitDismissed, HitEnded, HitRaised
from shared.events.words import (
    Clause,
    Good,
    ListEntryRef,
    Lot,
    Money,
    NamedSubcontractor,
    PartyDescription,
    Right,
    Share,
    Stake,
)

BUYERS = ("dk-cvr-29190623", "dk-cvr-29190925", "dk-cvr-29190941")
UNITS = tuple(f"hospital-{n}" for n in range(12))
WORK = ("cleaning", "transport", "laundry", "security", "repairs", "software", "catering")
CPV = (
    "33140000",
    "33141000",
    "33190000",
    "33600000",
    "33696500",
    "34100000",
    "39100000",
    "39330000",
    "42000000",
    "44000000",
    "45200000",
    "45310000",
    "48000000",
    "50400000",
    "55500000",
    "60100000",
    "71300000",
    "72200000",
    "79600000",
    "79710000",
    "85100000",
    "90500000",
    "90910000",
    "98310000",
)
BEGAN = date(2026, 11, 1)


@dataclass(frozen=True)
class Size:
    contracts: int = 2_000
    members: int = 12_000
    companies: int = 6_000
    listed: int = 60
    """Parties that a list's change speaks of."""


SMALL = Size(contracts=40, members=240, companies=120, listed=20)
REGION = Size()


def sized(contracts: int) -> Size:
    """A region of so many contracts, with as many members and companies for each as a whole one."""
    return Size(contracts=contracts, members=6 * contracts, companies=3 * contracts)


LARGE = Size(members=50_000, companies=22_000)


@dataclass
class Region:
    size: Size
    truth: Facts = field(default_factory=Facts)
    said: list[Event] = field(default_factory=list)
    listed: list[str] = field(default_factory=list)
    chance: random.Random = field(default_factory=lambda: random.Random(0))

    def facts(self) -> list[Event]:
        return self.said

    def news(self) -> Iterator[Event]:
        """A list changes: hits, some confirmed or dismissed by one buyer, and a few delistings.

        The truth follows with each fact that is taken.
        """
        for number, party_id in enumerate(self.listed):
            hit, buyer = f"hit-{number}", BUYERS[number % len(BUYERS)]
            entry = ListEntryRef(source="eu", entry_id=str(number), version="v2", name="X")
            about = {"hit_id": hit, "party_id": party_id, "entry": entry}
            judged = about | {"buyer_id": buyer, "by": "mette", "reason": "looked"}
            self.truth.hits.setdefault(party_id, set()).add(hit)
            yield HitRaised(**about, score=0.9, explanation=("same name",))
            if number % 3 == 1:
                self.truth.judged[hit, buyer] = True
                yield HitConfirmed(**judged)
            if number % 3 == 2:
                self.truth.judged[hit, buyer] = False
                yield HitDismissed(**judged)
            if number % 10 == 9:
                self.truth.hits[party_id].discard(hit)
                yield HitEnded(hit_id=hit, party_id=party_id, reason="no longer on the list")


def made(seed: int, size: Size = REGION) -> Region:
    region = Region(size=size, chance=random.Random(seed))
    companies = [f"dk-cvr-{10_000_000 + n}" for n in range(size.companies)]
    region.chance.shuffle(companies)
    _sign(region, companies)
    _name(region, companies)
    _own(region, companies)
    _merge(region, companies)
    _list(region, companies)
    for contract in sorted(region.truth.suppliers)[:: max(size.contracts // 20, 1)]:
        region.truth.over.add(contract)
        buyer = region.truth.buyers[contract]
        region.said.append(
            ContractEnded(contract_id=contract, buyer_id=buyer, reason="the term is over")
        )
    return region


def _drawn(companies: list[str], chance: random.Random) -> str:
    """Few companies get much of the work: the place in the list falls off as a power."""
    return companies[int(len(companies) * chance.random() ** 2.5)]


def _party(id: str) -> PartyDescription:
    return PartyDescription(party_id=id, name=f"Firma {id[-6:]} A/S", country="DK")


def _sign(region: Region, companies: list[str]) -> None:
    chance, truth = region.chance, region.truth
    for number in range(region.size.contracts):
        id, buyer = f"k-{number:05}", BUYERS[number % len(BUYERS)]
        supplier = _drawn(companies, chance)
        truth.suppliers[id], truth.members[id], truth.buyers[id] = {supplier}, {}, buyer
        units = tuple(sorted(chance.sample(UNITS, chance.randint(1, 3))))
        region.said.append(
            ContractSigned(
                contract_id=id,
                buyer_id=buyer,
                title=f"Contract {number}",
                suppliers=(_party(supplier),),
                category=chance.choice(CPV),
                value=Money(amount=chance.randint(1, 90) * 1_000_000),
                starts=BEGAN,
                units=units,
                lots=tuple(Lot(lot_id=f"{id}/{n}") for n in range(chance.randint(0, 3))),
            )
        )
        if number % 4 == 0:
            region.said.append(_goods(id, buyer, companies, chance))
        if number % 2 == 0:
            clause = Clause(code="chain", rights=(Right.REPLACE_SUBCONTRACTOR,), max_tier=5)
            region.said.append(
                ClausesSet(contract_id=id, buyer_id=buyer, clauses=(clause,), source="contract")
            )


def _goods(id: str, buyer: str, companies: list[str], chance: random.Random) -> GoodsListed:
    goods = tuple(
        Good(
            item=f"{id}-item-{n}",
            made_by=_drawn(companies, chance) if chance.random() < 0.3 else None,
            critical=chance.random() < 0.4,
            sole_source=chance.random() < 0.2,
            days_of_stock=chance.choice((None, 3, 14, 60, 180)),
        )
        for n in range(chance.randint(1, 4))
    )
    return GoodsListed(contract_id=id, buyer_id=buyer, goods=goods)


def _name(region: Region, companies: list[str]) -> None:
    """Each chain in one paper, whoever hires before whom it hires; tiers as deep as they come."""
    chance, truth = region.chance, region.truth
    contracts = sorted(truth.suppliers)
    counts = [0] * len(contracts)
    for _ in range(region.size.members):
        counts[chance.randrange(len(contracts))] += 1
    for contract, count in zip(contracts, counts, strict=True):
        (supplier,) = truth.suppliers[contract]
        tiers: dict[str, int] = {supplier: 0}
        named: list[NamedSubcontractor] = []
        while len(named) < count:
            party_id = _drawn(companies, chance)
            if party_id in tiers:
                party_id = chance.choice(companies)
            if party_id in tiers:
                continue
            near = chance.random() < 0.6
            above = supplier if near else chance.choice(list(tiers))
            tiers[party_id] = tiers[above] + 1
            truth.members[contract][party_id] = above
            least = chance.choice((0.1, 0.5, 1, 2))
            named.append(
                NamedSubcontractor(
                    party=_party(party_id),
                    share=Share(minimum=least, maximum=least * 2),
                    service=chance.choice(WORK),
                    tier=tiers[party_id],
                    parent_id=above,
                )
            )
        buyer = truth.buyers[contract]
        if named:
            region.said.append(
                SubcontractorsNamed(
                    contract_id=contract,
                    buyer_id=buyer,
                    supplier_id=supplier,
                    document_id=f"doc-{contract}",
                    named=tuple(named),
                )
            )
        for one in named[::3]:
            region.said.append(
                PartyQualified(
                    party_id=one.party.party_id,
                    buyer_id=buyer,
                    contract_id=contract,
                    role="subcontractor",
                )
            )


def _own(region: Region, companies: list[str]) -> None:
    """Persons own companies, half of them through holdings, and some holdings own each other."""
    chance, truth = region.chance, region.truth
    holdings = [f"lei-holding{n:08}" for n in range(max(len(companies) // 20, 3))]
    persons = [f"person-{n:08}" for n in range(len(companies) // 2)]
    for company in (*companies, *holdings):
        of = {chance.choice(persons) for _ in range(chance.randint(0, 2))}
        if chance.random() < 0.5:
            of.add(chance.choice(holdings))
        of.discard(company)
        truth.owners[company] = of
        stakes = tuple(
            Stake(owner=PartyDescription(party_id=o, name=o), share=Share.exactly(100 / len(of)))
            for o in sorted(of)
        )
        region.said.append(
            OwnershipDeclared(party_id=company, stakes=stakes, document_id=f"bods-{company}")
        )


def _merge(region: Region, companies: list[str]) -> None:
    """One in a hundred was known by a loose id too, or turns out to be another of the chain's."""
    for number in range(max(len(companies) // 100, 2)):
        into, other = region.chance.sample(companies, 2)
        merged = other if number % 2 else f"party-loose-{number}"
        if region.truth.now(into) == region.truth.now(merged):
            continue
        region.truth.merge(merged, into)
        region.said.append(
            PartiesMerged(party_id=into, merged_id=merged, by="mette", reason="same number")
        )


def _list(region: Region, companies: list[str]) -> None:
    """Those of whom the list will speak: who owns much, who works much, and some of no account."""
    owners = sorted({o for owners in region.truth.owners.values() for o in owners})
    loose = sorted(region.truth.same)
    busiest = companies[: region.size.listed]
    pool = [*region.chance.sample(owners, min(len(owners), region.size.listed)), *loose, *busiest]
    region.listed = region.chance.sample(pool, region.size.listed)
