"""Letters to parties: with a one-time link, to the address that they gave."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from services.notifications.domain import (
    Contact,
    Contract,
    Delivery,
    Procedures,
    Unsent,
    id_of,
)
from services.notifications.handlers.routes import router
from services.notifications.letters import file_facts, language_of_sender, letter_facts, until
from services.notifications.messages import (
    PostHasIt,
    PostLetter,
    PostReceipt,
    PostSilent,
    SendMail,
)
from services.notifications.post import DIGITAL_POST, REGISTERED, TENDER_PLATFORM, Post
from services.notifications.rules import Letter, Rules
from shared.calendar import add_working_days
from shared.domain import Rejected
from shared.events.base import Event
from shared.events.breaches import (
    InsightContactGiven,
    InsightLetterDelivered,
    InsightLetterIssued,
)
from shared.events.onboarding import FilesQuestioned
from shared.events.words import PartyDescription
from shared.unit import Unit

PROCEDURES = "procedures"

CLOCKS_DIFFER = timedelta(hours=1)
"""By so much the clock of a post may go wrong."""


async def keep_contact(party: PartyDescription, unit: Unit) -> None:
    """Letters that waited for an address go out when one comes."""
    contact = await unit.load(Contact, party.party_id) or Contact(id=party.party_id)
    had_none = not contact.reachable
    contact.name, contact.country = party.name, party.country or ""
    contact.address = party.contact or contact.address
    unit.save(contact)
    if had_none and contact.reachable:
        for delivery in await unit.find(Delivery, recipient=party.party_id):
            if delivery.unsent is not None:
                unsent = delivery.has_an_address(unit.now)
                unit.save(delivery)
                _send(delivery, unsent, contact, unit)


async def keep_applicant(
    event: InsightLetterIssued | InsightContactGiven, unit: Unit, posts: Mapping[str, Post]
) -> None:
    """Where letters to somebody go who asked for access to documents, and is no party.

    Letters that waited go out when there is a way.
    """
    id = event.applicant_id
    contact = await unit.load(Contact, id) or Contact(id=id)
    contact.country = event.country
    contact.address = event.contact if "@" in event.contact else ""
    contact.box = event.contact if event.contact.startswith(REGISTERED) else ""
    unit.save(contact)
    by_post = contact.box and DIGITAL_POST in posts
    if not by_post and not contact.reachable:
        return
    for delivery in await unit.find(Delivery, recipient=id):
        if delivery.unsent is None:
            continue
        unsent = delivery.has_an_address(unit.now)
        if by_post:
            _post(delivery, unsent, contact, DIGITAL_POST, unit)
        else:
            _send(delivery, unsent, contact, unit)
        unit.save(delivery)


async def letter_was_handed_over(event: InsightLetterDelivered, unit: Unit) -> None:
    """A person gave it to whom it is for: nobody has to find an address for it any more."""
    delivery = await unit.load(Delivery, id_of("letter", event.link_id))
    if delivery is not None and delivery.unsent is not None:
        delivery.has_an_address(unit.now)
        delivery.state, delivery.ended = "delivered", event.delivered_at
        delivery.channel = event.channel
        unit.save(delivery)


async def write_letter(
    event: Event, letter: Letter, unit: Unit, rules: Rules, posts: Mapping[str, Post]
) -> None:
    """A letter with a one-time link: once per link, or for each step about it that the rule tells
    apart; by a post that reaches the party, else to the address that it gave.

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
    delivery.letter, delivery.message = unsent, mail_id
    post = await _post_for(event, letter, contact.box or party_id, unit, posts)
    if post:
        _post(delivery, unsent, contact, post, unit)
    else:
        _mail_or_wait(delivery, unsent, contact, unit, rules)
    unit.save(delivery)


def _mail_or_wait(
    delivery: Delivery,
    unsent: Unsent,
    contact: Contact,
    unit: Unit,
    rules: Rules,
    problem: str = "",
) -> None:
    delivery.channel = "mail"
    if contact.reachable:
        delivery.state = "queued"
        _send(delivery, unsent, contact, unit)
    else:
        due = add_working_days(unit.now, rules.find_address_days, "DK")
        answer_by = unsent.due
        soon = min(due, answer_by) if answer_by and answer_by > unit.now else due
        delivery.has_no_address(unsent, unit.now, soon, problem)


async def letter_came_back(delivery: Delivery, problem: str, unit: Unit, rules: Rules) -> None:
    """It waits for another address than the one from which it came back."""
    contact = await unit.get(Contact, delivery.recipient)
    contact.bounced = contact.address
    unit.save(contact)
    if delivery.letter is not None:
        _mail_or_wait(delivery, delivery.letter, contact, unit, rules, problem)


async def _post_for(
    event: Event, letter: Letter, party_id: str, unit: Unit, posts: Mapping[str, Post]
) -> str:
    """The first post of the rule that is set up and reaches the party; a tender platform only in
    a procedure."""
    for name in letter.by:
        if name not in posts or not posts[name].reaches(party_id):
            continue
        if name == TENDER_PLATFORM:
            known = await unit.load(Procedures, PROCEDURES)
            if known is None or str(getattr(event, "contract_id", "")) not in known.ids:
                continue
        return name
    return ""


def _post(delivery: Delivery, unsent: Unsent, contact: Contact, post: str, unit: Unit) -> None:
    delivery.channel = post
    unit.effect(
        delivery.id,
        PostLetter(
            notification_id=delivery.id,
            post=post,
            party_id=contact.box or contact.id,
            about=delivery.about,
            language=contact.language,
            words=delivery.words,
            **unsent.model_dump(exclude={"thread"}),
        ),
    )


@router.does(PostLetter)
async def post_letter(effect: PostLetter, posts: Mapping[str, Post]) -> PostHasIt:
    await posts[effect.post].hand_over(effect)
    return PostHasIt(delivery_id=effect.notification_id)


@router.on(PostHasIt)
async def await_receipt(event: PostHasIt, unit: Unit, rules: Rules) -> None:
    delivery = await unit.get(Delivery, event.delivery_id)
    delivery.handed_over(unit.now)
    unit.save(delivery)
    if delivery.state == "handed over":
        silent = PostSilent(delivery_id=delivery.id)
        unit.schedule(f"receipt/{delivery.id}", unit.now + rules.post.patience, silent)


@router.on(PostReceipt)
async def take_receipt(command: PostReceipt, unit: Unit, rules: Rules) -> dict[str, object]:
    """Delivered at the moment that the receipt names; what was refused is mailed."""
    delivery = await unit.get(Delivery, command.letter_id)
    if delivery.letter is None or delivery.channel == "mail":
        raise Rejected(f"{delivery.id} was not given to a post", field="letter_id")
    if command.at > unit.now + CLOCKS_DIFFER or command.at < _queued(delivery) - CLOCKS_DIFFER:
        raise Rejected("it was given to the post later, or this is yet to come", field="at")
    unit.cancel(f"receipt/{delivery.id}")
    if command.status == "delivered":
        delivery.accepted(command.at, command.reference)
        unit.save(delivery)
    else:
        await _mail_instead(delivery, command.problem or "the post refused it", unit, rules)
    return {"letter_id": delivery.id, "state": delivery.state}


@router.on(PostSilent)
async def no_receipt(event: PostSilent, unit: Unit, rules: Rules) -> None:
    delivery = await unit.get(Delivery, event.delivery_id)
    if delivery.state == "handed over":
        await _mail_instead(delivery, "no receipt came in time", unit, rules)


async def _mail_instead(delivery: Delivery, problem: str, unit: Unit, rules: Rules) -> None:
    assert delivery.letter is not None
    if delivery.state == "delivered":
        return
    delivery.refused(problem, unit.now)
    contact = await unit.get(Contact, delivery.recipient)
    _mail_or_wait(delivery, delivery.letter, contact, unit, rules, problem)
    unit.save(delivery)


def _queued(delivery: Delivery) -> datetime:
    return datetime.fromisoformat(delivery.queued)


def _send(delivery: Delivery, unsent: Unsent, contact: Contact, unit: Unit) -> None:
    again = f"/{delivery.version}" if delivery.version else ""
    unit.effect(
        f"{delivery.id}{again}",
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
        message=mail_id,
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
