"""The steps that several handlers take: register a party, plan its papers, let a paper count."""

from datetime import date

from services.onboarding.deciding import ClaimsDue
from services.onboarding.domain import (
    Contract,
    Document,
    Ledger,
    Party,
    State,
    asked,
    ledger_id,
    reference_of,
)
from services.onboarding.policy import Policy, Rule
from shared.events.words import PartyDescription
from shared.unit import Unit

from .alike import look_for_alike, tell_the_head
from .asking import around, forget, keep, look_where_it_stands, qualifications, working_days
from .counting import answer_asks, follow_certificate, give_way, until_it_ends

SURE_ENOUGH = 0.8
"""Below this, a person looks at a value before it counts."""

LEGAL_FORMS = frozenset(("a/s", "aps", "i/s", "k/s", "p/s", "ivs", "ab", "hb", "kb", "gmbh", "&"))
"""Words that two names may share without being alike."""

LIST_OF_SUBCONTRACTORS = "subcontractors"


async def register(
    description: PartyDescription, heard_from: str, unit: Unit, policy: Policy
) -> Party:
    """Know a party from now on, or learn what else is said of it."""
    party = await unit.load(Party, description.party_id)
    if party is None:
        party = Party.register(description, heard_from)
        unit.save(party)
        await look_again(unit, policy, party_id=party.id)
        await look_for_alike(party, unit)
    elif party.learn(description):
        unit.save(party)
        await tell_the_head(party, unit)
        await look_for_alike(party, unit)
    return party


async def look_again(unit: Unit, policy: Policy, **where: str) -> None:
    """Something was missing when papers came, a party or a contract; perhaps it is there now."""
    for document in await unit.find(Document, **where, state=State.REVIEW.value):
        if document.understood is not None:
            await consider(document, unit, policy)


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
        alike = await unit.find(Contract, **where)
        named = [one for one in alike if one.supplier_ids] or alike
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
        await claims(document, unit, policy)
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


async def claims(document: Document, unit: Unit, policy: Policy) -> None:
    """Take down what a party declares about itself, and wait for what shows it."""
    assert document.understood is not None
    assert document.party_id is not None
    answers = [answer for answer in document.understood.answers if answer.ground]
    if not answers:
        return
    ledger = await ledger_of(document.buyer_id, document.party_id, unit)
    for answer in answers:
        ledger.claim(answer.ground, answer.value, document.id, document.issued)
    await _await_evidence(ledger, unit, policy)
    unit.save(ledger)
    await weigh(ledger, unit, policy)


async def _await_evidence(ledger: Ledger, unit: Unit, policy: Policy) -> None:
    """What the party was asked for speaks to some of its claims: they are due with it."""
    rule = policy.on(unit.now.date(), ledger.buyer_id)
    asked = await qualifications(ledger.party_id, ledger.buyer_id, unit)
    grounds = rule.grounds_shown({r.kind for one in asked for r in one.requests})
    due = working_days(unit, rule.evidence_working_days)
    if ledger.await_evidence(grounds, due):
        unit.schedule(f"claims-due/{ledger.id}", due, ClaimsDue(ledger_id=ledger.id))


async def ledger_of(buyer_id: str, party_id: str, unit: Unit) -> Ledger:
    id = ledger_id(buyer_id, party_id)
    found = await unit.load(Ledger, id)
    return found or Ledger(id=id, party_id=party_id, buyer_id=buyer_id)


async def weigh(ledger: Ledger, unit: Unit, policy: Policy) -> None:
    """Tell a party's qualifications which of its claims are contradicted now."""
    await look_where_it_stands(ledger.party_id, ledger.buyer_id, unit, policy)


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
    rule = policy.on(unit.now.date(), document.buyer_id)
    concerned = await qualifications(party.id, document.buyer_id, unit)
    asks = await answer_asks(document, party.id, unit)
    settled = (*(need for q in concerned for need in asked.needs_for(q, document.kind)), *asks)
    document.verify(by, until, settles=settled, reason=reason)
    unit.save(document)
    until_it_ends(document, rule, unit)
    follow_certificate(document, unit)
    findings = document.understood.findings if document.understood else ()
    if findings:
        ledger = await ledger_of(document.buyer_id, party.id, unit)
        for finding in findings:
            ledger.show(rule.weigh(finding, party.country, document, unit.now.date()))
        unit.save(ledger)
        await weigh(ledger, unit, policy)
    for one in await qualifications(party.id, document.buyer_id, unit):
        forget([r.id for r in one.requests if r.open and r.kind == document.kind], unit)
        asked.take(one, document.kind, document.id, await around(one, unit, rule))
        await keep(one, (), unit)
    await give_way(document, party.id, rule, unit)
