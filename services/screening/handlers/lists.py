"""Lists: a new version is written part by part, and comes into force when it is whole."""

import logging
from dataclasses import dataclass

from services.screening.domain import (
    Counts,
    Delta,
    EntryKind,
    ListVersion,
    Manifest,
    Polling,
    Watchlist,
    polling_id,
    version_id,
    watchlist_id,
)
from services.screening.handlers.comparing import review_due
from services.screening.handlers.looking import AT_ONCE, look_at
from services.screening.handlers.routes import router
from services.screening.handlers.sweeping import begin_sweep
from services.screening.lists import ListFile
from services.screening.messages import KeepPart, LoadList, NoteRefusal
from services.screening.sources import source
from services.screening.watchlists import Watchlists
from shared.domain import Forbidden, Rejected
from shared.unit import Unit

log = logging.getLogger("ansvar.screening")

ENTRIES_AT_ONCE = 500


class Doubt(Rejected):
    """A file is a list, but not believed to be the whole new one."""


@router.on(LoadList)
async def load_list(command: LoadList, unit: Unit, watchlists: Watchlists) -> dict[str, object]:
    """Count what a new version would change, and have it written unless it is not to be believed.

    The same file again changes nothing. An earlier version can be forced into force again.
    """
    if unit.caller is None:
        raise Forbidden("a list is loaded by somebody")
    _may_force(command, unit)
    file = await watchlists.file(command.source, command.sha256)
    forced = command.reason if command.force else ""
    return await take_in(file, unit, by=unit.caller.subject, forced=forced)


@router.on(NoteRefusal)
async def note_refusal(command: NoteRefusal, unit: Unit, watchlists: Watchlists) -> None:
    """Keep as a fact that a file that was handed in was not taken in, and have somebody look."""
    reason: str | None = command.reason
    watchlist = await watchlist_of(command.source, unit)
    if command.sha256:
        file = await watchlists.file(command.source, command.sha256)
        reason = (await _weigh(file, watchlist, unit, fetched=False)).doubt
    if reason:
        refuse(watchlist, reason, unit)


def refuse(watchlist: Watchlist, reason: str, unit: Unit) -> None:
    log.warning("a list was refused", extra={"list": watchlist.source, "reason": reason})
    if watchlist.refuse(reason, review_due(unit.now)):
        unit.save(watchlist)


async def watchlist_of(name: str, unit: Unit) -> Watchlist:
    held = await unit.load(Watchlist, watchlist_id(name))
    return held or Watchlist(id=watchlist_id(name), source=name, binding=source(name).binding)


@dataclass(frozen=True, slots=True)
class _Weighed:
    """What a file would change, and why it is not to be believed, if so."""

    manifest: Manifest
    delta: Delta
    doubt: str | None


async def _weigh(file: ListFile, watchlist: Watchlist, unit: Unit, *, fetched: bool) -> _Weighed:
    guard = source(file.source).guard
    held = await unit.load(ListVersion, watchlist.current) if watchlist.current else None
    before = await unit.record(Manifest, held.id) if held else None
    after = Manifest.of(version_id(file.source, file.sha256), file.source, file.entries)
    delta = Delta.between(before, after)
    doubt = None
    if fetched or (held and guard.implausible(held.counts) is None):
        doubt = guard.implausible(_counts(file))
    if held and doubt is None:
        doubt = guard.objection(held.entries, delta) or _too_old(watchlist, file)
    return _Weighed(after, delta, doubt)


def _counts(file: ListFile) -> Counts:
    """Whatever is no person counts as an organisation, as ships do where counts are given."""
    persons = file.count(EntryKind.PERSON)
    entries = len(file.entries)
    return Counts(entries=entries, persons=persons, organisations=entries - persons)


async def take_in(
    file: ListFile, unit: Unit, *, by: str, forced: str = "", fetched: bool = False
) -> dict[str, object]:
    """Begin to write a new version. Raises `Doubt` unless it is believed, or forced."""
    id = version_id(file.source, file.sha256)
    watchlist = await watchlist_of(file.source, unit)
    version = await unit.load(ListVersion, id)
    if watchlist.current == id:
        await _confirm_current(file.source, unit)
        return _told(id, version, "this version is in force already")
    weighed = await _weigh(file, watchlist, unit, fetched=fetched)
    if weighed.doubt and not forced:
        log.warning("a list was not believed", extra={"list": id, "reason": weighed.doubt})
        raise Doubt(weighed.doubt)
    attempt = version.attempt + 1 if version else 1
    delta = weighed.delta
    version = ListVersion(
        id=id,
        source=file.source,
        sha256=file.sha256,
        list_date=file.list_date,
        **_counts(file).model_dump(),
        added=len(delta.added),
        changed=len(delta.changed),
        removed=len(delta.removed),
        base=watchlist.current,
        loaded_by=by,
        loaded=unit.now,
        forced=forced,
        attempt=attempt,
        to_write=len(delta.added | delta.changed),
        **(version.place_in_journal if version else {}),
    )
    watchlist.expect(version)
    unit.put(weighed.manifest)
    unit.save(version)
    unit.save(watchlist)
    _go_on(version, 0, unit)
    return _told(id, version, "the entries are being written")


async def polling_of(name: str, unit: Unit) -> Polling:
    return await unit.record(Polling, polling_id(name)) or Polling(id=polling_id(name), source=name)


async def _confirm_current(name: str, unit: Unit) -> None:
    """Whoever hands in the file that is in force says that it is still the one published."""
    polling = await polling_of(name, unit)
    unit.put(polling.model_copy(update={"checked": unit.now}))
    look_at(name, AT_ONCE, unit)


def _may_force(command: LoadList, unit: Unit) -> None:
    if command.force:
        if unit.caller is None or "admin" not in unit.caller.roles:
            raise Forbidden("only an administrator may force a list")
        if len(command.reason.strip()) < 3:
            raise Rejected("forcing a list takes a reason", field="reason")


def _too_old(watchlist: Watchlist, file: ListFile) -> str | None:
    held = watchlist.ref.list_date if watchlist.ref else None
    if held is None or file.list_date is None or file.list_date >= held:
        return None
    return (
        f"this list is of {file.list_date}, the one in force of {held}: an administrator may "
        f"force the older one and says why"
    )


def _told(id: str, version: ListVersion | None, note: str) -> dict[str, object]:
    assert version is not None
    counts = version.model_dump(include={"entries", "added", "changed", "removed"})
    return {"version_id": id, "version": version.ref.version, "note": note, **counts}


def _go_on(version: ListVersion, start: int, unit: Unit) -> None:
    part = KeepPart(version_id=version.id, attempt=version.attempt, start=start)
    unit.schedule(f"keep/{version.id}/{version.attempt}/{start}", unit.now, part)


@router.on(KeepPart)
async def keep_part(part: KeepPart, unit: Unit, watchlists: Watchlists) -> None:
    """Write the next entries; with the last ones the version comes into force.

    Entries lie under the hash of what they say, so that writing them twice changes nothing, and
    those that the version before has are there already.
    """
    version = await unit.get(ListVersion, part.version_id)
    watchlist = await unit.get(Watchlist, watchlist_id(version.source))
    if watchlist.coming != version.id or version.attempt != part.attempt:
        return  # another version was forced in its place
    file = await watchlists.file(version.source, version.sha256)
    before = await unit.record(Manifest, version.base) if version.base else None
    delta = Delta.between(before, Manifest.of(version.id, version.source, file.entries))
    new = [e for e in file.entries if e.entry_id in delta.added or e.entry_id in delta.changed]
    end = part.start + ENTRIES_AT_ONCE
    for entry in new[part.start : end]:
        unit.put(entry)
    version.keep(min(end, len(new)))
    if not version.whole:
        unit.save(version)
        _go_on(version, end, unit)
        return
    if watchlist.current:
        old = await unit.get(ListVersion, watchlist.current)
        old.give_way(unit.now)
        unit.save(old)
    version.come_into_force(unit.now)
    watchlist.put_in_force(version)
    unit.save(version)
    unit.save(watchlist)
    begin_sweep(version, unit)
