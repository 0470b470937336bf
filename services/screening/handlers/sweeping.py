"""A new version of a list is compared with every party, in parts that survive anything."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from services.screening.domain import (
    Delta,
    Hit,
    HitMark,
    ListVersion,
    Match,
    Screening,
    Sweep,
    Watchlist,
    list_version_of,
    sweep_id,
    watchlist_id,
)
from services.screening.handlers.comparing import keep_known, note_gap, settle
from services.screening.handlers.freezing import hits_changed
from services.screening.handlers.looking import AT_ONCE, look_at
from services.screening.handlers.routes import router
from services.screening.matching import ENGINE, Index, Subject, subject_of
from services.screening.messages import SweepNearest, SweepPart
from services.screening.watchlists import Watchlists, matches, search_all
from shared.events.words import ListRef
from shared.unit import Unit

PARTIES_AT_ONCE = 200
SECOND_WALK_AFTER = timedelta(seconds=5)
"""Longer than a commit takes: who came in while the version came into force is there by then."""


def begin_sweep(version: ListVersion, unit: Unit) -> None:
    sweep = Sweep(
        id=sweep_id(version.id, version.attempt),
        version_id=version.id,
        source=version.source,
        list_version=version.ref.version,
        base=version.base,
        started=unit.now,
    )
    unit.save(sweep)
    _go_on(sweep, unit)
    unit.schedule(f"{sweep.id}/nearest/0", unit.now, SweepNearest(sweep_id=sweep.id, start=0))
    look_at(version.source, AT_ONCE, unit)


def _go_on(sweep: Sweep, unit: Unit, after: timedelta = timedelta(0)) -> None:
    part = SweepPart(sweep_id=sweep.id, part=sweep.part)
    unit.schedule(f"{sweep.id}/{sweep.part}", unit.now + after, part)


@dataclass(frozen=True, slots=True)
class _Scope:
    """What a party is compared with, and which entries are gone from it.

    With `entries`, only hits on these are looked at again.
    """

    index: Index
    entries: frozenset[str] | None
    removed: frozenset[str]


@router.on(SweepPart)
async def sweep_part(part: SweepPart, unit: Unit, watchlists: Watchlists) -> None:
    """Compare the next parties, by what changed since the version each was compared with last."""
    sweep = await unit.get(Sweep, part.sweep_id)
    if sweep.ended or sweep.part != part.part:
        return
    ref = await in_force(sweep, unit)
    if ref is None:
        sweep.end_overtaken(unit.now)
        unit.save(sweep)
        return
    page = await unit.store.search(
        Screening, {}, sort="party_id", after=sweep.position, limit=PARTIES_AT_ONCE
    )
    await unit.prefetch(Screening, [one.id for one in page], cached=False)
    parties = [await unit.get(Screening, one.id) for one in page]
    gaps = await compare(parties, sweep, ref, unit, watchlists)
    ended = len(page) < PARTIES_AT_ONCE
    sweep.advance(None if ended else page[-1].party_id, len(parties), gaps)
    if ended and sweep.walk == 2:
        sweep.state_coverage(unit.now)
        look_at(sweep.source, AT_ONCE, unit)
    elif ended:
        sweep.walk_again()
        _go_on(sweep, unit, SECOND_WALK_AFTER)
    else:
        _go_on(sweep, unit)
    unit.save(sweep)


async def in_force(sweep: Sweep, unit: Unit) -> ListRef | None:
    """The version of a sweep, unless another one came into force meanwhile."""
    await unit.prefetch(Watchlist, [watchlist_id(sweep.source)], cached=True)
    watchlist = await unit.get(Watchlist, watchlist_id(sweep.source))
    return watchlist.ref if watchlist.current == sweep.version_id else None


async def compare(
    parties: Iterable[Screening], sweep: Sweep, ref: ListRef, unit: Unit, watchlists: Watchlists
) -> int:
    """Compare those that were not yet compared with the version of a sweep.

    Returns how many could not be compared.
    """
    gaps = 0
    groups: dict[bool, list[tuple[Screening, Subject]]] = {True: [], False: []}
    for screening in parties:
        last = screening.version_of(sweep.source)
        if last == sweep.list_version:
            continue
        subject = subject_of(screening.party)
        if not subject.names:
            gaps += 1
            note_gap(screening, unit)
            continue
        knows_base = sweep.base is not None and last == list_version_of(sweep.base)
        groups[knows_base].append((screening, subject))
    for knows_base, group in groups.items():
        if group:
            scope = await _scope(sweep, knows_base, unit, watchlists)
            found = await search_all(scope.index, [subject for _, subject in group])
            for (screening, _), likenesses in zip(group, found, strict=True):
                these = matches(likenesses, sweep.source, sweep.list_version)
                places = {f"{sweep.source}/{id}": match for id, match in these.items()}
                changed, marks = await _settled(screening, places, sweep.source, scope, unit)
                keep_known(screening, unit, watchlists.policy.version, changed=False)
                screening.conclude(
                    (ref,),
                    marks,
                    engine=ENGINE,
                    policy=watchlists.policy.version,
                    at=unit.now,
                    say=bool(changed) or screening.version_of(sweep.source) is None,
                )
                unit.save(screening)
                await hits_changed(screening, changed, unit)
    return gaps


async def _scope(sweep: Sweep, knows_base: bool, unit: Unit, watchlists: Watchlists) -> _Scope:
    if not knows_base:
        return _Scope(await watchlists.whole(sweep.version_id, unit.store), None, frozenset())
    delta: Delta = await watchlists.delta(sweep.version_id, sweep.base, unit.store)
    index = await watchlists.part(sweep.version_id, sweep.base, delta, unit.store)
    return _Scope(index, delta.touched, delta.removed)


async def _settled(
    screening: Screening, places: dict[str, Match], source: str, scope: _Scope, unit: Unit
) -> tuple[list[Hit], tuple[HitMark, ...]]:
    marks = tuple(
        mark
        for mark in screening.hits
        if mark.source == source and (scope.entries is None or mark.entry_id in scope.entries)
    )
    delisted = {
        f"{source}/{mark.entry_id}"
        for mark in marks
        if mark.entry_id in scope.removed
        or (scope.entries is None and not scope.index.holds(mark.entry_id))
    }
    return await settle(
        screening,
        marks,
        places,
        unit,
        why=None,
        gone="the entry as it is now no longer resembles the party",
        delisted=delisted,
    )
