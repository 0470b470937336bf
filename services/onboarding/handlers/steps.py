"""The steps that several handlers take: register a party, plan its papers, let a paper count."""

from datetime import UTC, date, datetime, time, timedelta

from services.onboarding.commands import DocumentExpired, RequestDue
from services.onboarding.domain import (
    Contract,
    Document,
    Door,
    Ledger,
    Party,
    Qualification,
    Request,
    State,
    ledger_id,
    qualification_id,
    reference_of,
)
from services.onboarding.policy import Policy, Rule
from shared.calendar import Country, add_working_days
from shared.events.words import PartyDescription
from shared.unit import Unit

SURE_ENOUGH = 0.8
"""Below this, a person looks at a value before it counts."""

LEGAL_FORMS = frozenset(("a/s", "aps", "i/s", "k/s", "p/s", "ivs", "ab", "hb", "kb", "gmbh", "&"))
"""Words that two names may share without being alike."""

LIST_OF_SUBCONTRACTORS = "subcontractors"


def working_days(unit: Unit, days: int, country: str | None = None) -> datetime:
    """A deadline in the buyer's calendar; contracts outside Sweden follow the Danish one."""
    calendar: Country = "SE" if country == "SE" else "DK"
    return add_working_days(unit.now, days, calendar)


async def register(
    description: PartyDescription, heard_from: str, unit: Unit, policy: Policy
) -> Party:
    """Know a party from now on, or learn what else is said of it."""
    party = await unit.load(Party, description.party_id)
    if party is None:
        party = Party.register(description, heard_from)
        unit.save(party)
        await look_again(unit, policy, party_id=party.id)
    elif party.learn(description):
        unit.save(party)
    return party


async def look_again(unit: Unit, policy: Policy, **where: str) -> None:
    """Something was missing when papers came, a party or a contract; perhaps it is there now."""
    for document in await unit.find(Document, **where, state=State.REVIEW.value):
        if document.understood is not None:
            await consider(document, unit, policy)


async def plan(
    contract: Contract, party: PartyDescription, role: str, unit: Unit, policy: Policy
) -> None:
    """Ask a party for the documents of its role, where they are not there already."""
    id = qualification_id(contract.id, party.party_id, role)
    qualification = await unit.load(Qualification, id)
    if qualification is not None and not qualification.closed:
        return
    qualification = qualification or Qualification.open(
        contract.id, contract.buyer_id, party.party_id, role
    )
    rule = policy.on(unit.now.date(), contract.buyer_id)
    ledger = await unit.load(Ledger, ledger_id(contract.buyer_id, party.party_id))
    qualification.plan(
        rule.kinds_for(role, party.country),
        working_days(unit, rule.due_working_days, contract.country),
        await verified(party.party_id, contract.buyer_id, unit),
        ledger.contradicted if ledger else (),
    )
    await ask(qualification, qualification.missing, unit)


async def ask(one: Qualification, requests: tuple[Request, ...], unit: Unit) -> None:
    """Remember when the documents are due, and open the door for them."""
    for request in requests:
        reminder = RequestDue(qualification_id=one.id, request_id=request.id)
        unit.schedule(f"due/{request.id}", request.due, reminder)
    if requests:
        await open_door(one.link_id, one.buyer_id, one.party_id, one.contract_id, one.role, unit)
    unit.save(one)


async def open_door(
    link_id: str, buyer_id: str, party_id: str, contract_id: str, asked_for: str, unit: Unit
) -> None:
    """Let papers in through a one-time link."""
    if await unit.load(Door, link_id) is None:
        unit.save(
            Door(
                id=link_id,
                buyer_id=buyer_id,
                party_id=party_id,
                contract_id=contract_id,
                asked_for=asked_for,
                opened=unit.now,
            )
        )


async def verified(party_id: str, buyer_id: str, unit: Unit) -> dict[str, str]:
    """The verified documents that a buyer holds of a party: the newest of each kind."""
    held = [
        document
        for document in await unit.find(Document, party_id=party_id)
        if document.buyer_id == buyer_id and document.state is State.VERIFIED
    ]
    held.sort(key=lambda document: (document.issued or date.min, document.id))
    return {document.kind: document.id for document in held}


async def contract_of(document: Document, unit: Unit) -> Contract | None:
    """The contract that a document speaks of: by what its sender said, by its procedure, else the
    party's only one.
    """
    if document.contract_id:
        said = await unit.load(Contract, document.contract_id)
        if said is not None and said.buyer_id == document.buyer_id:
            return said
    reference = document.understood.reference if document.understood else ""
    named: list[Contract] = []
    if reference:
        where = {"buyer_id": document.buyer_id, "reference": reference_of(reference)}
        named = await unit.find(Contract, **where)
    if document.party_id is None:
        return named[0] if len(named) == 1 else None
    own = [contract for contract in named if document.party_id in contract.supplier_ids]
    if not own:
        supplied = await unit.find(Contract, supplier_ids=document.party_id)
        own = [contract for contract in supplied if contract.buyer_id == document.buyer_id]
    running = [contract for contract in own if not contract.ended]
    return running[0] if len(running) == 1 else None


async def whom(document: Document, unit: Unit) -> str | None:
    """Whom a document is about. A list of subcontractors is the contract's only supplier's, a
    certificate of goods its manufacturer's, or where we do not know that one, the sender's.
    """
    understood = document.understood
    if understood is None or understood.party is not None:
        return understood.party.party_id if understood and understood.party else None
    if understood.manufacturer is not None:
        maker = await unit.load(Party, understood.manufacturer.party_id)
        return maker.id if maker else document.expected_party_id
    if understood.kind != LIST_OF_SUBCONTRACTORS:
        return None
    contract = await contract_of(document, unit)
    only = contract is not None and len(contract.supplier_ids) == 1
    return contract.supplier_ids[0] if contract and only else None


async def consider(document: Document, unit: Unit, policy: Policy) -> None:
    """Decide what a document that was read is worth now: it counts, or a person must look."""
    assert document.understood is not None
    understood = document.understood
    document.party_id = document.party_id or await whom(document, unit)
    contract = await contract_of(document, unit) if understood.named else None
    party = await unit.load(Party, document.party_id) if document.party_id else None
    rule = policy.on(unit.now.date(), document.buyer_id)
    if party is not None:
        await claims(document, unit)
        if contract is not None and party.id in contract.supplier_ids:
            document.name_subcontractors(contract.id, party.id)
    until = rule.valid_until(document.kind, document.issued, document.valid_until)
    if until is not None and until < unit.now.date():
        document.reject(understood.reader, f"it counts until {until}, which has passed")
        unit.save(document)
    elif reasons := _doubts(document, party, rule, unit.now.date()):
        document.ask_for_review(reasons, working_days(unit, rule.review_working_days))
        unit.save(document)
    else:
        assert party is not None
        await count(document, party, understood.reader, until, unit, policy)


def _doubts(document: Document, party: Party | None, rule: Rule, today: date) -> tuple[str, ...]:
    """Why a person must look at a document, in plain words."""
    understood = document.understood
    assert understood is not None
    doubts = list(understood.problems)
    if party is None and document.party_id:
        doubts.append(f"it is about {document.party_id}, whom we do not know yet")
    elif party is None:
        doubts.append("we cannot tell whom it is about")
        if document.expected_party_id:
            doubts.append(f"it came through the link of {document.expected_party_id}")
    if document.expected_kind and document.expected_kind != document.kind:
        doubts.append(f"it was sent as {document.expected_kind} and reads as {document.kind}")
    if understood.named and not document.named_on:
        doubts.append("it names subcontractors on a contract that we cannot find")
    if document.issued and document.issued > today:
        doubts.append(f"it is dated {document.issued}, which has not come yet")
    if document.issued is None and document.kind in rule.longest_age_days:
        doubts.append("it carries no date of issue")
    if party and understood.party and not _alike(party.party, understood.party):
        doubts.append("it carries the number of a party that we know under another name")
    unsure = [field.name for field in understood.fields if field.confidence < SURE_ENOUGH]
    if unsure:
        doubts.append(f"these were read without certainty: {', '.join(unsure)}")
    return tuple(dict.fromkeys(doubts))


def _alike(known: PartyDescription, said: PartyDescription) -> bool:
    """Whether two names of one number share a word: a typing error does, another company not."""
    if not said.name or said.name == said.party_id or known.name == known.party_id:
        return True
    return bool(_words(known.name, *known.aliases) & _words(said.name))


def _words(*names: str) -> set[str]:
    return {word for name in names for word in name.casefold().split()} - LEGAL_FORMS


async def claims(document: Document, unit: Unit) -> None:
    """Take down what a party declares about itself."""
    assert document.understood is not None
    assert document.party_id is not None
    answers = [answer for answer in document.understood.answers if answer.ground]
    if not answers:
        return
    ledger = await ledger_of(document.buyer_id, document.party_id, unit)
    for answer in answers:
        ledger.claim(answer.ground, answer.value, document.id, document.issued)
    unit.save(ledger)
    await weigh(ledger, unit)


async def ledger_of(buyer_id: str, party_id: str, unit: Unit) -> Ledger:
    id = ledger_id(buyer_id, party_id)
    found = await unit.load(Ledger, id)
    return found or Ledger(id=id, party_id=party_id, buyer_id=buyer_id)


async def weigh(ledger: Ledger, unit: Unit) -> None:
    """Tell a party's qualifications which of its claims are contradicted now."""
    for qualification in await qualifications(ledger.party_id, ledger.buyer_id, unit):
        if qualification.contradicted != ledger.contradicted:
            qualification.weigh(ledger.contradicted)
            unit.save(qualification)


async def qualifications(party_id: str, buyer_id: str, unit: Unit) -> list[Qualification]:
    found = await unit.find(Qualification, party_id=party_id)
    return [one for one in found if one.buyer_id == buyer_id and not one.closed]


async def count(
    document: Document,
    party: Party,
    by: str,
    until: date | None,
    unit: Unit,
    policy: Policy,
    reason: str = "",
) -> None:
    """Let a document count: as evidence about claims, and for what was asked."""
    concerned = await qualifications(party.id, document.buyer_id, unit)
    settled = tuple(need for q in concerned for need in q.needs_for(document.kind))
    document.verify(by, until, settles=settled, reason=reason)
    unit.save(document)
    if until is not None:
        end = datetime.combine(until + timedelta(days=1), time.min, UTC)
        unit.schedule(f"expires/{document.id}", end, DocumentExpired(document_id=document.id))
    findings = document.understood.findings if document.understood else ()
    if findings:
        today = unit.now.date()
        rule = policy.on(today, document.buyer_id)
        ledger = await ledger_of(document.buyer_id, party.id, unit)
        for finding in findings:
            ledger.show(rule.weigh(finding, party.country, document, today))
        unit.save(ledger)
        await weigh(ledger, unit)
    for qualification in await qualifications(party.id, document.buyer_id, unit):
        for request in qualification.missing:
            if request.kind == document.kind:
                unit.cancel(f"due/{request.id}")
        qualification.take(document.kind, document.id)
        unit.save(qualification)
