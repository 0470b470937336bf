"""A screening repeated as of an earlier moment: its lists, and the party as it was known then."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from pydantic import BaseModel, ValidationError

from services.screening.domain import ListedEntry, ListVersion, Manifest, Match, Screening
from services.screening.domain.known import KnownAs
from services.screening.matching import ENGINE, Index, Policy, load_policy, subject_of
from services.screening.sources import sources
from services.screening.watchlists import Watchlists, matches, search_all
from shared.domain import Rejected
from shared.events.words import ListRef, PartyDescription
from shared.store import Store

MOST_VERSIONS = 100_000

Differs = Literal["party", "engine", "policy"]


def moment_of(said: date | datetime, now: datetime) -> datetime:
    """A day means its end, in UTC. Raises `Rejected` for a moment that has not come."""
    if not isinstance(said, datetime):
        moment = datetime.combine(said, time(), UTC) + timedelta(days=1)
        if said == now.date():
            moment = now
    else:
        moment = said if said.tzinfo else said.replace(tzinfo=UTC)
    if moment > now:
        raise Rejected("nobody knows yet what the lists will say then", field="as_of")
    return moment


async def in_force_at(moment: datetime, store: Store) -> list[ListVersion]:
    """The version of each list that was in force."""
    found = []
    for name in sources():
        versions = await store.search(ListVersion, {"source": name}, limit=MOST_VERSIONS)
        found += [one for one in versions if one.was_in_force(moment)]
    return found


class Repeat(BaseModel, frozen=True):
    """A comparison done again. `differs` says in what it is not the one of then.

    `party`: it was not known here then, or not kept how, so that it is compared as it is known
    now. `engine` and `policy`: those of then can no longer be run, or are not known.
    """

    party: PartyDescription
    known_since: datetime | None
    compared: tuple[ListRef, ...]
    found: tuple[Match, ...]
    engine_then: str
    policy_then: str
    engine: str
    policy: str
    differs: tuple[Differs, ...]


async def repeat(
    screening: Screening,
    moment: datetime,
    versions: Sequence[ListVersion],
    watchlists: Watchlists,
    store: Store,
) -> Repeat:
    """Compare a party, as it was known, with these versions. Nothing is kept of it."""
    known = await known_at(screening.party_id, moment, store)
    party = known.party if known else screening.party
    old = _policy_of(known)
    subject = subject_of(party)
    found: list[Match] = []
    for version in versions:
        if old is None or old.version == watchlists.policy.version:
            index = await watchlists.whole(version.id, store)
        else:
            index = await _index_by(old, version, store)
        (likenesses,) = await search_all(index, [subject])
        found += matches(likenesses, version.source, version.ref.version).values()
    policy = (old or watchlists.policy).version
    return Repeat(
        party=party,
        known_since=datetime.fromisoformat(known.since) if known else None,
        compared=tuple(version.ref for version in versions),
        found=tuple(sorted(found, key=lambda one: -one.score)),
        engine_then=known.engine if known else "",
        policy_then=known.policy if known else "",
        engine=ENGINE,
        policy=policy,
        differs=_differs(known, policy),
    )


async def known_at(party_id: str, moment: datetime, store: Store) -> KnownAs | None:
    """How a party was known at a moment; None where it was not, or that was not kept."""
    kept = await store.search(KnownAs, {"party_id": party_id}, limit=MOST_VERSIONS)
    before = [one for one in kept if datetime.fromisoformat(one.since) <= moment]
    return max(before, key=lambda one: one.since, default=None)


def _differs(known: KnownAs | None, policy: str) -> tuple[Differs, ...]:
    if known is None:
        return ("party", "engine", "policy")
    apart: dict[Differs, bool] = {
        "engine": known.engine != ENGINE,
        "policy": known.policy != policy,
    }
    return tuple(what for what, differs in apart.items() if differs)


def _policy_of(known: KnownAs | None) -> Policy | None:
    """The policy of then, where it is kept and this engine was the one that followed it."""
    if known is None or known.engine != ENGINE:
        return None
    try:
        return load_policy(known.policy)
    except (OSError, ValidationError):
        return None


async def _index_by(policy: Policy, version: ListVersion, store: Store) -> Index:
    """A version made ready for another policy than today's; it is not held."""
    manifest = (await store.fetch(Manifest, [version.id]))[version.id]
    entries = await store.fetch(ListedEntry, manifest.entry_keys)
    return await asyncio.to_thread(Index, tuple(entries.values()), policy)
