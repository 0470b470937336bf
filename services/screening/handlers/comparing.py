"""Brings what a comparison found into the hits of a party: raised, kept, reopened, ended."""

from collections.abc import Mapping, Set
from datetime import datetime

from services.screening.domain import (
    Hit,
    HitMark,
    Match,
    Screening,
    Watchlist,
    hit_id,
    watchlist_id,
)
from services.screening.domain.known import KnownAs
from services.screening.handlers.looking import AT_ONCE, look_for
from services.screening.limits import limits
from services.screening.matching import ENGINE, subject_of
from services.screening.sources import sources
from services.screening.watchlists import Watchlists, matches
from shared.calendar import add_working_days
from shared.events.words import ListRef
from shared.unit import Unit

REVIEW_WORKING_DAYS = 1
"""Days for a verdict on a hit: a day that a payment can wait."""


def review_due(now: datetime) -> datetime:
    return add_working_days(now, REVIEW_WORKING_DAYS, "DK")


async def lists_in_force(unit: Unit) -> list[Watchlist]:
    """The lists that have a version in force. If one changes before our commit, we start again."""
    ids = [watchlist_id(name) for name in sources()]
    await unit.prefetch(Watchlist, ids, cached=True)
    found = [await unit.load(Watchlist, id) for id in ids]
    return [one for one in found if one is not None and one.current is not None]


async def compare_wholly(
    screening: Screening, unit: Unit, watchlists: Watchlists, why: str | None, *, say: bool
) -> list[Hit]:
    """Compare a party with every list in force. `why` says what changed of the party since.

    One that cannot be compared is no clean one: it is kept as a gap, with the hits that it has.
    """
    subject = subject_of(screening.party)
    if not subject.names:
        note_gap(screening, unit)
        return []
    if screening.can_be_compared():
        look_for(screening.party_id, AT_ONCE, unit)
    refs, found = list[ListRef](), dict[str, Match]()
    marks, delisted = tuple[HitMark, ...](), set[str]()
    for watchlist in await lists_in_force(unit):
        assert watchlist.current is not None
        assert watchlist.ref is not None
        index = await watchlists.whole(watchlist.current, unit.store)
        these = matches(index.search(subject), watchlist.source, watchlist.ref.version)
        found |= {f"{watchlist.source}/{id}": match for id, match in these.items()}
        refs.append(watchlist.ref)
        theirs = tuple(mark for mark in screening.hits if mark.source == watchlist.source)
        marks += theirs
        delisted |= {
            f"{mark.source}/{mark.entry_id}" for mark in theirs if not index.holds(mark.entry_id)
        }
    changed, marks = await settle(
        screening,
        marks,
        found,
        unit,
        why=why,
        gone="the entry no longer resembles the party as it is now",
        delisted=delisted,
    )
    policy = watchlists.policy.version
    keep_known(screening, unit, policy, changed=why is not None)
    screening.conclude(
        tuple(refs),
        marks,
        engine=ENGINE,
        policy=policy,
        at=unit.now,
        say=say or bool(changed),
    )
    return changed


def note_gap(screening: Screening, unit: Unit) -> None:
    """The party cannot be compared; that is an alarm if it stays so."""
    if screening.cannot_be_compared(unit.now):
        unit.save(screening)
        look_for(screening.party_id, limits().coverage.gap, unit)


def keep_known(screening: Screening, unit: Unit, policy: str, *, changed: bool) -> None:
    """Before a comparison is concluded: keep what is compared, where it is not what was before."""
    if changed or (screening.engine, screening.policy) != (ENGINE, policy):
        unit.put(KnownAs.of(screening.party, ENGINE, policy, unit.now))


async def settle(
    screening: Screening,
    marks: tuple[HitMark, ...],
    found: Mapping[str, Match],
    unit: Unit,
    *,
    why: str | None,
    gone: str,
    delisted: Set[str] = frozenset(),
) -> tuple[list[Hit], tuple[HitMark, ...]]:
    """Settle the marks that a comparison was about with what it found, by `source/entry id`.

    Returns the hits that were raised, ended or reopened, and the marks that the party has now.
    A confirmed hit does not end because a spelling changed, only with its entry: it is reopened.
    """
    due = review_due(unit.now)
    about = {f"{mark.source}/{mark.entry_id}": mark for mark in marks}
    now = {mark.hit_id: mark for mark in screening.hits}
    changed = []
    for place, match in found.items():
        mark = about.get(place)
        hit = await unit.load(Hit, hit_id(screening.party_id, *place.split("/", 1)))
        if hit is None:
            hit = Hit.of(screening.party_id, match, unit.now)
            hit.announce_raised()
            changed.append(hit)
        else:
            moved = hit.content != match.content
            what = "the entry changed on its list" if moved else why
            before = (hit.state, hit.verdicts)
            hit.found_again(match, what, unit.now, due)
            if before != (hit.state, hit.verdicts):
                changed.append(hit)
        if changed[-1:] == [hit] or mark is None or mark.content != match.content or why:
            unit.save(hit)
        now[hit.id] = HitMark(
            hit_id=hit.id,
            source=match.entry.source,
            entry_id=match.entry.entry_id,
            content=match.content,
        )
    for place, mark in about.items():
        if place in found:
            continue
        hit = await unit.get(Hit, mark.hit_id)
        if hit.confirmed_for and place not in delisted:
            hit.reopen(gone, due)
        else:
            hit.end("the entry was taken off the list" if place in delisted else gone)
            now.pop(hit.id, None)
        changed.append(hit)
        unit.save(hit)
    return changed, tuple(now.values())
