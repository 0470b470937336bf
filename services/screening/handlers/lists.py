"""Lists: a new version is written part by part, and comes into force when it is whole."""

import logging

from services.screening.domain import (
    Delta,
    EntryKind,
    ListVersion,
    Manifest,
    Watchlist,
    version_id,
    watchlist_id,
)
from services.screening.handlers.routes import router
from services.screening.handlers.sweeping import begin_sweep
from services.screening.lists import ListFile
from services.screening.messages import KeepPart, LoadList
from services.screening.sources import source
from services.screening.watchlists import Watchlists
from shared.domain import Forbidden, Rejected
from shared.unit import Unit

log = logging.getLogger("ansvar.screening")

ENTRIES_AT_ONCE = 500


@router.on(LoadList)
async def load_list(command: LoadList, unit: Unit, watchlists: Watchlists) -> dict[str, object]:
    """Count what a new version would change, and have it written unless it is not to be believed.

    The same file again changes nothing. An earlier version can be forced into force again.
    """
    if unit.caller is None:
        raise Forbidden("a list is loaded by somebody")
    _may_force(command, unit)
    known = source(command.source)
    file = await watchlists.file(command.source, command.sha256)
    id = version_id(file.source, file.sha256)
    watchlist = await unit.load(Watchlist, watchlist_id(file.source))
    watchlist = watchlist or Watchlist(
        id=watchlist_id(file.source), source=file.source, binding=known.binding
    )
    version = await unit.load(ListVersion, id)
    if watchlist.current == id:
        return _told(id, version, "this version is in force already")
    before = await unit.record(Manifest, watchlist.current) if watchlist.current else None
    after = Manifest.of(id, file.source, file.entries)
    delta = Delta.between(before, after)
    if watchlist.ref and not command.force:
        doubt = known.guard.objection(watchlist.ref.entries, delta) or _too_old(watchlist, file)
        if doubt:
            log.warning("a list was not believed", extra={"list": id, "reason": doubt})
            raise Rejected(doubt)
    attempt = version.attempt + 1 if version else 1
    version = ListVersion(
        id=id,
        source=file.source,
        sha256=file.sha256,
        list_date=file.list_date,
        entries=len(file.entries),
        persons=file.count(EntryKind.PERSON),
        organisations=file.count(EntryKind.ORGANISATION),
        added=len(delta.added),
        changed=len(delta.changed),
        removed=len(delta.removed),
        base=watchlist.current,
        loaded_by=unit.caller.subject,
        loaded=unit.now,
        forced=command.reason if command.force else "",
        attempt=attempt,
        to_write=len(delta.added | delta.changed),
        **(version.place_in_journal if version else {}),
    )
    watchlist.expect(version)
    unit.put(after)
    unit.save(version)
    unit.save(watchlist)
    _go_on(version, 0, unit)
    return _told(id, version, "the entries are being written")


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
