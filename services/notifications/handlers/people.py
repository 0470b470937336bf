"""What people and administrators ask of notifications."""

from services.notifications.domain import (
    DIRECTORY,
    Directory,
    InboxEntry,
    Person,
    Preferences,
    Rota,
    Team,
    preferences_id,
    rota_id,
)
from services.notifications.handlers.bounces import restore_the_mended
from services.notifications.handlers.calls import tell_the_untold
from services.notifications.handlers.keeping import watch
from services.notifications.handlers.routes import router
from services.notifications.hooks import Hooks
from services.notifications.hours import today
from services.notifications.messages import (
    Acknowledge,
    AcknowledgeEntries,
    AcknowledgeNeed,
    AddDuty,
    KnowCaller,
    RemoveDuty,
    ReplaceDirectory,
    ReplaceRota,
    SetPreferences,
    StopDigests,
    TakeDirectory,
)
from services.notifications.rules import Rules
from shared.domain import Rejected, Unknown
from shared.unit import Unit


@router.on(Acknowledge)
async def acknowledge(command: Acknowledge, unit: Unit) -> dict[str, object]:
    assert unit.caller is not None
    entry = await unit.load(InboxEntry, command.entry_id)
    if entry is None or entry.subject != unit.caller.subject:
        raise Unknown("inboxentry", command.entry_id)
    entry.acknowledge(unit.caller.subject, unit.now)
    unit.save(entry)
    return {"id": entry.id, "state": entry.state}


@router.on(AcknowledgeEntries)
async def acknowledge_entries(command: AcknowledgeEntries, unit: Unit) -> dict[str, object]:
    """The caller's own; what is not theirs, or not there any more, is passed over."""
    caller = unit.caller
    assert caller is not None
    await unit.prefetch(InboxEntry, command.entry_ids, cached=False)
    found = [await unit.load(InboxEntry, id) for id in command.entry_ids]
    mine = [entry for entry in found if entry is not None and entry.subject == caller.subject]
    for entry in mine:
        entry.acknowledge(caller.subject, unit.now)
        unit.save(entry)
    return {"seen": len(mine)}


@router.on(AcknowledgeNeed)
async def acknowledge_need(command: AcknowledgeNeed, unit: Unit) -> dict[str, object]:
    """Somebody who was not asked may look too; that says nothing about those who were."""
    assert unit.caller is not None
    entries = await unit.find(InboxEntry, call_id=command.call_id)
    mine = [entry for entry in entries if entry.subject == unit.caller.subject]
    for entry in mine:
        entry.acknowledge(unit.caller.subject, unit.now)
        unit.save(entry)
    return {"call_id": command.call_id, "seen": bool(mine)}


@router.on(ReplaceDirectory)
async def replace_directory(
    command: ReplaceDirectory, unit: Unit, rules: Rules, hooks: Hooks
) -> dict[str, object]:
    """An administrator changes the people of the buyers that they act for, and no others."""
    caller = unit.caller
    assert caller is not None
    for buyer_id in {buyer for person in command.people for buyer in person.buyers}:
        caller.must_serve(buyer_id)
    directory = Directory(id=DIRECTORY)
    if await unit.load(Directory, DIRECTORY):
        directory = await unit.get(Directory, DIRECTORY)
    kept = tuple(p for p in directory.people if not all(map(caller.serves, p.buyers)))
    theirs = () if command.teams is None else command.teams
    for team in theirs:
        for buyer_id in team.buyers:
            caller.must_serve(buyer_id)
    teams = directory.teams
    if command.teams is not None:
        teams = (*(t for t in teams if not all(map(caller.serves, t.buyers))), *theirs)
    _may_be_called(command.people, theirs, hooks)
    directory.replace(command.people, kept=kept, teams=teams, file=directory.file_sha256)
    watch(directory, unit)
    unit.save(directory)
    await restore_the_mended(directory, unit)
    await tell_the_untold(directory, unit, rules)
    return {"people": len(directory.people)}


@router.on(TakeDirectory)
async def take_directory(command: TakeDirectory, unit: Unit, rules: Rules, hooks: Hooks) -> None:
    """The file of the start. Taken once: what was changed since stays."""
    directory = await unit.load(Directory, DIRECTORY) or Directory(id=DIRECTORY)
    if directory.file_sha256 == command.file_sha256:
        return
    _may_be_called(command.people, command.teams, hooks)
    directory.replace(command.people, teams=command.teams, file=command.file_sha256)
    watch(directory, unit)
    unit.save(directory)
    await restore_the_mended(directory, unit)
    await tell_the_untold(directory, unit, rules)


@router.on(KnowCaller)
async def know_caller(command: KnowCaller, unit: Unit, rules: Rules) -> dict[str, object]:
    """Who signs in is known from then on, by the claims of the day."""
    caller = unit.caller
    assert caller is not None
    directory = await unit.load(Directory, DIRECTORY) or Directory(id=DIRECTORY)
    said = Person(
        subject=caller.subject,
        name=caller.name or caller.subject,
        email=command.email,
        roles=caller.roles,
        buyers=caller.buyers,
    )
    changed = directory.know(
        said, mail=command.email, language=command.language or "", units=command.units
    )
    seen = directory.see(caller.subject, today(unit.now))
    if changed or seen:
        watch(directory, unit)
        unit.save(directory)
    if changed:
        await restore_the_mended(directory, unit)
        await tell_the_untold(directory, unit, rules)
    return {"subject": caller.subject, "changed": changed}


def _may_be_called(people: tuple[Person, ...], teams: tuple[Team, ...], hooks: Hooks) -> None:
    """Raise `Rejected` where somebody names a webhook that may not be called."""
    for named, url in (
        *((person.subject, person.webhook) for person in people),
        *((team.id, team.webhook) for team in teams),
    ):
        if url:
            try:
                hooks.check(url)
            except Rejected as error:
                raise Rejected(f"{named}: {error.reason}", field="webhook") from error


@router.on(SetPreferences)
async def set_preferences(command: SetPreferences, unit: Unit) -> dict[str, object]:
    """The caller's own. Who is away has a deputy who is there instead."""
    caller = unit.caller
    assert caller is not None
    directory = await unit.load(Directory, DIRECTORY) or Directory(id=DIRECTORY)
    person = directory.find(caller.subject)
    if person is None:
        raise Unknown("person", caller.subject)
    if bool(command.quiet_from) != bool(command.quiet_to):
        raise Rejected("quiet hours have a beginning and an end", field="quiet_to")
    if command.away_from is not None and not person.deputy:
        raise Rejected(
            "you have no deputy: ask an administrator to name one before you go",
            field="away_from",
        )
    id = preferences_id(caller.subject)
    kept = await unit.load(Preferences, id) or Preferences(id=id, subject=caller.subject)
    kept.language, kept.mail = command.language, command.mail
    kept.quiet_from, kept.quiet_to = command.quiet_from, command.quiet_to
    kept.quiet_on_days_off = command.quiet_on_days_off
    kept.be_away(command.away_from, command.away_to, today(unit.now))
    unit.save(kept)
    return {"subject": caller.subject, "mail": kept.mail}


@router.on(StopDigests)
async def stop_digests(command: StopDigests, unit: Unit) -> dict[str, object]:
    """What cannot wait comes all the same; all else lies in the inbox."""
    id = preferences_id(command.subject)
    kept = await unit.load(Preferences, id) or Preferences(id=id, subject=command.subject)
    kept.mail = "urgent"
    unit.save(kept)
    return {"mail": kept.mail}


@router.on(ReplaceRota)
async def replace_rota(command: ReplaceRota, unit: Unit) -> dict[str, object]:
    rota, known = await _rota(command.buyer_id, unit)
    rota.replace(command.duties, known)
    unit.save(rota)
    return {"buyer_id": command.buyer_id, "duties": len(rota.duties)}


@router.on(AddDuty)
async def add_duty(command: AddDuty, unit: Unit) -> dict[str, object]:
    rota, known = await _rota(command.buyer_id, unit)
    rota.add(command.duty, known)
    unit.save(rota)
    return {"buyer_id": command.buyer_id, "duties": len(rota.duties)}


@router.on(RemoveDuty)
async def remove_duty(command: RemoveDuty, unit: Unit) -> dict[str, object]:
    rota, _ = await _rota(command.buyer_id, unit)
    rota.remove(command.duty)
    unit.save(rota)
    return {"buyer_id": command.buyer_id, "duties": len(rota.duties)}


async def _rota(buyer_id: str, unit: Unit) -> tuple[Rota, frozenset[str]]:
    """The rota of a buyer that the caller acts for, and who may be on it."""
    caller = unit.caller
    assert caller is not None
    caller.must_serve(buyer_id)
    directory = await unit.load(Directory, DIRECTORY) or Directory(id=DIRECTORY)
    known = frozenset(p.subject for p in directory.people if p.serves(buyer_id))
    id = rota_id(buyer_id)
    return await unit.load(Rota, id) or Rota(id=id, buyer_id=buyer_id), known
