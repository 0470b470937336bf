"""What notifications does when something happens anywhere, and when a deadline comes."""

import logging

from services.notifications.domain import (
    AGAIN_AFTER,
    DIRECTORY,
    Call,
    Contact,
    Contract,
    Delivery,
    Directory,
    InboxEntry,
    Person,
    id_of,
)
from services.notifications.letters import file_facts, language_of_sender, letter_facts, until
from services.notifications.mail import Mailer
from services.notifications.messages import (
    Acknowledge,
    CallOverdue,
    MailAccepted,
    MailRefused,
    ReplaceDirectory,
    SendMail,
    TakeDirectory,
)
from services.notifications.rules import Letter, Rules
from shared.domain import Unknown
from shared.events.base import Event, Need
from shared.events.contracts import ContractAmended, ContractSigned
from shared.events.onboarding import FilesQuestioned, PartyChanged, PartyRegistered
from shared.events.words import PartyDescription
from shared.router import Router
from shared.unit import Unit

log = logging.getLogger("ansvar.notifications")

router = Router("notifications")


@router.every
async def hear(event: Event, unit: Unit, rules: Rules) -> None:
    """Needs ring people, what settles them ends that, and a fact with a link becomes a letter."""
    for need_id in event.settles:
        await settle(need_id, unit)
    if isinstance(event, PartyRegistered | PartyChanged):
        await keep_contact(event.party, unit)
    if isinstance(event, ContractSigned | ContractAmended):
        contract = await unit.load(Contract, event.contract_id) or Contract(id=event.contract_id)
        contract.title = event.title
        unit.save(contract)
    if event.need is not None:
        await ring(event, event.need, unit, rules)
    if isinstance(event, FilesQuestioned):
        await tell_sender(event, unit)
    if letter := rules.letter_of(event):
        await write_letter(event, letter, unit)


async def keep_contact(party: PartyDescription, unit: Unit) -> None:
    contact = await unit.load(Contact, party.party_id) or Contact(id=party.party_id)
    contact.name, contact.country = party.name, party.country or ""
    contact.address = party.contact or contact.address
    unit.save(contact)


async def ring(event: Event, need: Need, unit: Unit, rules: Rules) -> None:
    """Put a need to its people: once, however many facts carry it."""
    call_id = id_of("need", need.id)
    call = await unit.load(Call, call_id) or Call(id=call_id)
    happened = unit.message.time or unit.now
    if not call.raised(need, happened, event=type(event).__name__, story=unit.message.story):
        return
    directory = await unit.load(Directory, DIRECTORY) or Directory(id=DIRECTORY)
    await tell(call, call.put_to(directory.asked_by(need)), unit, rules)
    if not call.told:
        log.error("a need reaches nobody", extra={"need": need.id, "role": need.role})
    unit.schedule(f"overdue/{call_id}", need.due, CallOverdue(call_id=call_id))
    unit.save(call)


async def tell(
    call: Call, people: tuple[Person, ...], unit: Unit, rules: Rules, *, escalated: bool = False
) -> None:
    """An inbox entry for each, and a mail."""
    need = call.need
    assert need is not None
    for person in people:
        entry_id = id_of("inbox", need.id, person.subject)
        entry = await unit.load(InboxEntry, entry_id) or InboxEntry(
            id=entry_id, subject=person.subject, call_id=call.id, need=need, since=unit.now
        )
        entry.ring(need, unit.now, escalated=escalated)
        unit.save(entry)
        if rules.mails(need):
            queue_mail(call, need, person, unit, escalated=escalated)


def queue_mail(call: Call, need: Need, person: Person, unit: Unit, *, escalated: bool) -> None:
    raised = (unit.message.time or unit.now).isoformat()
    mail_id = id_of("mail", need.id, person.subject, "escalated" if escalated else raised)
    words = f"need.{need.kind}"
    unit.save(
        Delivery(
            id=mail_id,
            recipient=person.subject,
            buyer_id=need.buyer_id,
            words=words,
            about=need.about,
            need_id=need.id,
            queued=unit.now.isoformat(),
        )
    )
    unit.effect(
        mail_id,
        SendMail(
            notification_id=mail_id,
            to=person.email,
            language=person.language,
            words="escalated" if escalated else words,
            due=need.due,
            facts=(("kind", need.kind),),
            path=f"/needs/{call.id}",
            thread=call.story,
        ),
    )


async def settle(need_id: str, unit: Unit) -> None:
    call_id = id_of("need", need_id)
    call = await unit.load(Call, call_id) or Call(id=call_id)
    call.settle(unit.message.time or unit.now)
    unit.save(call)
    unit.cancel(f"overdue/{call_id}")
    for entry in await unit.find(InboxEntry, call_id=call_id):
        entry.settle()
        unit.save(entry)


@router.on(CallOverdue)
async def pass_on(event: CallOverdue, unit: Unit, rules: Rules) -> None:
    """Nobody acted in time: the next person is told, then the next, a day apart."""
    call = await unit.get(Call, event.call_id)
    if call.state == "settled" or call.need is None:
        return
    directory = await unit.load(Directory, DIRECTORY) or Directory(id=DIRECTORY)
    people = directory.next_after(call.told, call.need)
    await tell(call, call.escalate(people), unit, rules, escalated=True)
    if people or not call.told:
        again = unit.now + AGAIN_AFTER
        unit.schedule(f"overdue/{call.id}", again, CallOverdue(call_id=call.id))
    unit.save(call)


# ---------------------------------------------------------------- letters


async def write_letter(event: Event, letter: Letter, unit: Unit) -> None:
    """A letter with a one-time link: once per link, to the address that the party gave."""
    link_id = str(getattr(event, "link_id", ""))
    party_id = str(getattr(event, letter.to))
    mail_id = id_of("letter", link_id)
    if not link_id or await unit.load(Delivery, mail_id) is not None:
        return
    contact = await unit.get(Contact, party_id)
    contract = await unit.load(Contract, str(getattr(event, "contract_id", "")))
    answer_by = until(event, letter)
    happened = unit.message.time or unit.now
    delivery = Delivery(
        id=mail_id,
        recipient=party_id,
        buyer_id=str(getattr(event, "buyer_id", "")),
        words=letter.words,
        about=str(getattr(event, letter.of)),
        queued=unit.now.isoformat(),
    )
    if not contact.address:
        delivery.state, delivery.ended = "no address", unit.now
        log.error("a letter has no address", extra={"party_id": party_id, "words": letter.words})
    unit.save(delivery)
    if contact.address:
        unit.effect(
            mail_id,
            SendMail(
                notification_id=mail_id,
                party_id=party_id,
                to=contact.address,
                language=contact.language,
                words=letter.words,
                due=answer_by,
                facts=letter_facts(event, contract.title if contract else ""),
                link_id=link_id,
                link_scope=f"{letter.scope}/{getattr(event, letter.of)}",
                link_expires=(answer_by or happened) + letter.open_for,
                thread=unit.message.story,
            ),
        )


async def tell_sender(event: FilesQuestioned, unit: Unit) -> None:
    """What became of the files that somebody sent: to the address they came from, else to the one
    that the party gave. No link: they are sent again as they were.
    """
    told = [f"{one.document_id}/{one.reason}" for one in event.problems]
    mail_id = id_of("files", event.consignment_id, *told)
    if await unit.load(Delivery, mail_id) is not None:
        return
    contact = await unit.load(Contact, event.party_id) or Contact(id=event.party_id)
    address = event.address or contact.address
    delivery = Delivery(
        id=mail_id,
        recipient=event.party_id,
        buyer_id=event.buyer_id,
        words="letter.files",
        about=event.consignment_id,
        queued=unit.now.isoformat(),
    )
    if not address:
        delivery.state, delivery.ended = "no address", unit.now
    unit.save(delivery)
    if address:
        unit.effect(
            mail_id,
            SendMail(
                notification_id=mail_id,
                party_id=event.party_id,
                to=address,
                language=language_of_sender(event, contact),
                words="letter.files",
                facts=(("files", file_facts(event)),),
                thread=unit.message.story,
            ),
        )


# ---------------------------------------------------------------- what became of a mail


@router.does(SendMail)
async def send_mail(effect: SendMail, mailer: Mailer) -> MailAccepted | MailRefused:
    problem = await mailer.send(effect)
    if problem:
        return MailRefused(notification_id=effect.notification_id, problem=problem)
    return MailAccepted(notification_id=effect.notification_id)


@router.on(MailAccepted)
async def note_accepted(event: MailAccepted, unit: Unit) -> None:
    delivery = await unit.get(Delivery, event.notification_id)
    delivery.accepted(unit.now)
    unit.save(delivery)


@router.on(MailRefused)
async def note_refused(event: MailRefused, unit: Unit, rules: Rules) -> None:
    """A bounced need is passed on at once instead of waiting for its deadline."""
    delivery = await unit.get(Delivery, event.notification_id)
    delivery.refused(event.problem, unit.now)
    unit.save(delivery)
    if delivery.need_id:
        await pass_on(CallOverdue(call_id=id_of("need", delivery.need_id)), unit, rules)


# ---------------------------------------------------------------- what people ask


@router.on(Acknowledge)
async def acknowledge(command: Acknowledge, unit: Unit) -> dict[str, object]:
    assert unit.caller is not None
    entry = await unit.load(InboxEntry, command.entry_id)
    if entry is None or entry.subject != unit.caller.subject:
        raise Unknown("inboxentry", command.entry_id)
    entry.acknowledge(unit.caller.subject, unit.now)
    unit.save(entry)
    return {"id": entry.id, "state": entry.state}


@router.on(ReplaceDirectory)
async def replace_directory(
    command: ReplaceDirectory, unit: Unit, rules: Rules
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
    directory.replace(command.people, kept=kept, file=directory.file_sha256)
    unit.save(directory)
    await tell_the_untold(directory, unit, rules)
    return {"people": len(directory.people)}


@router.on(TakeDirectory)
async def take_directory(command: TakeDirectory, unit: Unit, rules: Rules) -> None:
    """The file of the start. Taken once: what was changed since stays."""
    directory = await unit.load(Directory, DIRECTORY) or Directory(id=DIRECTORY)
    if directory.file_sha256 == command.file_sha256:
        return
    directory.replace(command.people, file=command.file_sha256)
    unit.save(directory)
    await tell_the_untold(directory, unit, rules)


async def tell_the_untold(directory: Directory, unit: Unit, rules: Rules) -> None:
    """Needs that reached nobody reach those who are there now."""
    for call in await unit.find(Call, state="untold"):
        if call.need is not None:
            await tell(call, call.put_to(directory.asked_by(call.need)), unit, rules)
            unit.save(call)
