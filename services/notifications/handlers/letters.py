"""Letters to parties: with a one-time link, to the address that they gave."""

from services.notifications.domain import Contact, Contract, Delivery, Unsent, id_of
from services.notifications.letters import file_facts, language_of_sender, letter_facts, until
from services.notifications.messages import SendMail
from services.notifications.rules import Letter, Rules
from shared.calendar import add_working_days
from shared.events.base import Event
from shared.events.onboarding import FilesQuestioned
from shared.events.words import PartyDescription
from shared.unit import Unit


async def keep_contact(party: PartyDescription, unit: Unit) -> None:
    """Letters that waited for an address go out when one comes."""
    contact = await unit.load(Contact, party.party_id) or Contact(id=party.party_id)
    had_none = not contact.address
    contact.name, contact.country = party.name, party.country or ""
    contact.address = party.contact or contact.address
    unit.save(contact)
    if had_none and contact.address:
        for delivery in await unit.find(Delivery, recipient=party.party_id):
            if delivery.unsent is not None:
                unsent = delivery.has_an_address(unit.now)
                unit.save(delivery)
                _send(delivery, unsent, contact, unit)


async def write_letter(event: Event, letter: Letter, unit: Unit, rules: Rules) -> None:
    """A letter with a one-time link, to the address that the party gave: once per link, or for each
    step about it that the rule tells apart.

    Without an address it waits, and a person is asked to find one.
    """
    link_id = str(getattr(event, "link_id", ""))
    party_id = str(getattr(event, letter.to))
    step = (letter.words, str(getattr(event, letter.each))) if letter.each else ()
    mail_id = id_of("letter", link_id, *step)
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
    unsent = Unsent(
        due=answer_by,
        facts=letter_facts(event, contract.title if contract else ""),
        link_id=link_id,
        link_scope=f"{letter.scope}/{getattr(event, letter.of)}",
        link_expires=(answer_by or happened) + letter.open_for,
        thread=unit.message.story,
    )
    if contact.address:
        _send(delivery, unsent, contact, unit)
    else:
        due = add_working_days(unit.now, rules.find_address_days, "DK")
        delivery.has_no_address(unsent, unit.now, min(due, answer_by or due))
    unit.save(delivery)


def _send(delivery: Delivery, unsent: Unsent, contact: Contact, unit: Unit) -> None:
    unit.effect(
        delivery.id,
        SendMail(
            notification_id=delivery.id,
            party_id=contact.id,
            to=contact.address,
            language=contact.language,
            words=delivery.words,
            **{name: getattr(unsent, name) for name in Unsent.model_fields},
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
