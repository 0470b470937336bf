"""Where somebody asks whom of our parties a listing resembles: the other way round of a match."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, Field

from services.screening.asked import LONGEST_NAME, MOST_NAMES
from services.screening.domain import (
    EntryKind,
    ListedEntry,
    ListedIdentifier,
    ListedName,
    Screening,
)
from services.screening.domain.watch import Watch, watch_id
from services.screening.hit_views import LikelihoodView, Reader, ReasonView, reader_at
from services.screening.match_api import BIRTH
from services.screening.matching import ENGINE, Index, Likeness
from services.screening.portfolio import NotReady, Portfolio, Resembles
from services.screening.resembling import entry_of, listing_asked, party_asked
from shared.domain import Caller, Rejected
from shared.events.words import PartyKind
from shared.http import Api, Desk, ServiceDesk
from shared.store import Store

ASKERS = ("officer", "admin")
ASKED = "asked"
MOST_BIRTHS, MOST_COUNTRIES, MOST_SHOWN = 3, 20, 200
MOST_BELOW = 500
"""Companies below an owner that are looked at for the buyers that have to do with them."""

portfolio_api = Api("screening")


class ListingName(BaseModel):
    """A name of the listing; a weak one counts only with other evidence."""

    text: str = Field(min_length=1, max_length=LONGEST_NAME)
    strong: bool = True


class ListingNumber(BaseModel):
    """`kind` is passport, id, registration, tax, vat, bic, imo, lei or other."""

    kind: str = Field(max_length=50)
    number: str = Field(min_length=1, max_length=100)
    country: str | None = Field(default=None, pattern="^[A-Za-z]{2}$")

    def as_listed(self) -> ListedIdentifier:
        country = self.country.upper() if self.country else None
        return ListedIdentifier(kind=self.kind.lower(), number=self.number, country=country)


class ListingBody(BaseModel):
    """Somebody as a list would name them. Without a `kind` a person or a firm may be meant."""

    kind: EntryKind = EntryKind.UNKNOWN
    name: str = Field(min_length=1, max_length=LONGEST_NAME)
    aliases: tuple[ListingName, ...] = Field(default=(), max_length=MOST_NAMES)
    birth_dates: tuple[Annotated[str, Field(pattern=BIRTH)], ...] = Field(
        default=(), max_length=MOST_BIRTHS
    )
    countries: tuple[Annotated[str, Field(pattern="^[A-Za-z]{2}$")], ...] = Field(
        default=(), max_length=MOST_COUNTRIES
    )
    identifiers: tuple[ListingNumber, ...] = Field(default=(), max_length=MOST_NAMES)

    def entry(self) -> ListedEntry:
        return ListedEntry.of(
            ASKED,
            ASKED,
            self.kind,
            (
                ListedName(text=self.name),
                *(ListedName(text=one.text, strong=one.strong) for one in self.aliases),
            ),
            births=self.birth_dates,
            countries=tuple(one.upper() for one in self.countries),
            identifiers=tuple(one.as_listed() for one in self.identifiers),
        )


class ResemblesView(BaseModel):
    """A party of the caller's buyers that resembles the listing, with the score of a hit."""

    party_id: str
    name: str
    kind: PartyKind
    score: float
    likelihood: LikelihoodView
    explanation: tuple[str, ...]
    reasons: list[ReasonView]


class PortfolioView(BaseModel):
    """Who resembles the listing, the most alike first.

    `parties` were compared. `others` resemble it too, but nobody knows here that a buyer of the
    caller's has to do with them: they are counted, not named. Nothing found is no proof, and
    nothing was recorded.
    """

    engine: str
    policy: str
    parties: int
    found: list[ResemblesView]
    others: int


@portfolio_api.post("/portfolio/match", roles=ASKERS)
async def match_portfolio(
    body: ListingBody,
    desk: Desk,
    threshold: Annotated[float | None, Query(ge=0.01, le=1)] = None,
    limit: Annotated[int, Query(ge=1, le=MOST_SHOWN)] = 50,
) -> PortfolioView:
    """Find the parties that one listing resembles, such as one that is expected on a list.

    Without a threshold it is the policy's, from which a party would be a hit. Owners are parties
    too; they are shown where a company that they own has to do with a buyer of the caller's.
    """
    portfolio: Portfolio = desk.adapters["portfolio"]
    listing = body.entry()
    if not listing_asked(listing):
        raise Rejected("a name with letters is needed to compare anything", field="name")
    among = Index((listing,), portfolio.policy)
    store = desk.service.store
    try:
        await portfolio.catch_up(store)
        maybe = await portfolio.resembling([listing], among, threshold)
    except NotReady as wait:
        raise Rejected("our parties are being made ready to be asked; try again soon") from wait
    found = await _as_they_are(maybe, among, threshold, store)
    served = [pair for pair in found if await _serves(desk.caller, pair[0], desk)]
    reader = reader_at(desk)
    return PortfolioView(
        engine=ENGINE,
        policy=portfolio.policy.version,
        parties=portfolio.parties,
        found=[_view(party, likeness, reader) for party, likeness in served[:limit]],
        others=len(found) - len(served),
    )


async def _as_they_are(
    maybe: Sequence[Resembles], among: Index, least: float | None, store: Store
) -> list[tuple[Screening, Likeness]]:
    """What the database says of them now counts: the index may be some seconds behind, and does
    not know who was erased since it was made."""
    known = await store.fetch(Screening, [one.party_id for one in maybe])
    found = []
    for one in maybe:
        screening = known.get(one.party_id)
        entry = entry_of(screening.party) if screening else None
        if screening is not None and entry is not None:
            found += [(screening, one) for one in among.search(party_asked(entry), least)]
    return sorted(found, key=lambda pair: (-pair[1].score, pair[0].party_id))


async def _serves(caller: Caller, party: Screening, desk: ServiceDesk) -> bool:
    """Whether a buyer of the caller's has to do with a party, or with what it owns."""
    if "*" in caller.buyers:
        return True
    seen, level = {party.party_id}, [party.party_id]
    store = desk.service.store
    while level and len(seen) <= MOST_BELOW:
        watches = await store.fetch(Watch, [watch_id(one) for one in level])
        if any(caller.serves(buyer) for watch in watches.values() for buyer in watch.buyers):
            return True
        parties = await store.fetch(Screening, level)
        owned = (company for one in parties.values() for company in one.owns)
        level = [one for one in dict.fromkeys(owned) if one not in seen]
        seen.update(level)
    return False


def _view(party: Screening, likeness: Likeness, reader: Reader) -> ResemblesView:
    return ResemblesView(
        party_id=party.party_id,
        name=party.party.name,
        kind=party.party.kind,
        score=likeness.score,
        likelihood=reader.likelihood(likeness.score),
        explanation=reader.lines(likeness.reasons, likeness.explanation),
        reasons=reader.reasons(likeness.reasons),
    )
