"""What a person decides about a document that the readers were not sure of."""

from typing import Any

from services.onboarding.commands import CorrectFields, RejectDocument, VerifyDocument
from services.onboarding.domain import Document, Finding, Party, Understanding
from services.onboarding.domain.correcting import correct, correct_fields
from services.onboarding.keeping import must_see, special
from services.onboarding.policy import Policy
from services.onboarding.readers import kinds
from services.onboarding.readers.values import day_of
from shared.domain import Rejected
from shared.identifiers import WrongNumber, party_id_of, recognise
from shared.persons import SoleTrader, without_person_numbers
from shared.unit import Unit

from .receiving import tell_sender_soon
from .router import router
from .steps import claims, consider, contract_of, count
from .validity import lose

SHORTEST_REASON = 3
LONGEST_VALUE = 500

NUMBERS = {"cvr": "dk-cvr", "orgnr": "se-orgnr"}
"""Fields that say whom a document is about."""

DAYS = ("issued", "valid_until")
"""Fields that say from when until when it counts."""


@router.on(VerifyDocument)
async def verify(command: VerifyDocument, unit: Unit, policy: Policy) -> dict[str, Any]:
    """An officer lets a document count, with what was corrected."""
    document, by = await _in_review(command.document_id, command.reason, unit)
    if command.kind is not None and command.kind not in policy.kinds | kinds():
        known = ", ".join(sorted(policy.kinds | kinds()))
        raise Rejected(f"the kinds of documents are {known}", field="kind")
    _must_not_become_special(document, command.kind, unit)
    correct(
        document,
        kind=command.kind,
        party_id=command.party_id,
        issued=command.issued,
        valid_until=command.valid_until,
    )
    if document.party_id is None:
        raise Rejected("say whom the document is about", field="party_id")
    if not document.kind:
        raise Rejected("say which kind of document it is", field="kind")
    party = await unit.load(Party, document.party_id)
    if party is None:
        raise Rejected(f"no party {document.party_id} is known here", field="party_id")
    today = unit.now.date()
    rule = policy.on(today, document.buyer_id)
    until = rule.valid_until(document.kind, document.issued, document.valid_until)
    if until is not None and until < today:
        raise Rejected(f"it counts until {until}, which has passed", field="valid_until")
    if document.understood is not None:
        await claims(document, unit, policy)
        contract = await contract_of(document, unit)
        if contract is not None and party.id in contract.supplier_ids:
            document.name_subcontractors(contract.id, party.id)
    await count(document, party, by, until, unit, policy, reason=command.reason)
    return {"document_id": document.id, "state": document.state}


def _must_not_become_special(document: Document, kind: str | None, unit: Unit) -> None:
    """A document of a kind that is kept only in part was not made unreadable where no reader knew
    it for one.
    """
    rule = special(kind or "", unit.now.date())
    if rule is not None and rule.redacted and not document.kept_as:
        raise Rejected(
            f"a {kind} is kept only without numbers and union dues, and no reader knew this for "
            "one: reject it, and ask for one that can be read",
            field="kind",
        )


@router.on(CorrectFields)
async def take_corrections(command: CorrectFields, unit: Unit, policy: Policy) -> dict[str, Any]:
    """A person saw the page beside the fields. What was only unsure may count now."""
    document, by = await _in_review(command.document_id, command.reason, unit)
    right = {one.number: _clean(one.value) for one in command.fields}
    if len(right) != len(command.fields):
        raise Rejected("a field is named twice", field="fields")
    if not right and not command.findings:
        raise Rejected("say which field is right, or what would be", field="fields")
    if right:
        correct_fields(document, right, by, unit.now, command.reason)
    assert document.understood is not None
    _follow(document, right)
    _find(document, command)
    await consider(document, unit, policy)
    return {"document_id": document.id, "state": document.state, "reasons": document.reasons}


def _clean(value: str) -> str:
    value = " ".join(value.split())
    if not 0 < len(value) <= LONGEST_VALUE:
        raise Rejected(f"a value has 1 to {LONGEST_VALUE} characters", field="fields")
    return without_person_numbers(value)


def _follow(document: Document, right: dict[int, str]) -> None:
    """What the days and the number of a document decide follows them."""
    understood = document.understood
    assert understood is not None
    for number, value in right.items():
        name = understood.fields[number].name
        if name in DAYS:
            day = day_of(value)
            if day is None:
                raise Rejected(f"{name} is a date, such as 2026-11-16", field="fields")
            correct(
                document,
                issued=day if name == "issued" else None,
                valid_until=day if name == "valid_until" else None,
            )
        elif name in NUMBERS:
            correct(document, party_id=_party_of(name, value))
    document.understood = _without_solved(understood, document)


def _party_of(name: str, value: str) -> str:
    try:
        number = recognise(value, scheme=NUMBERS[name])
    except WrongNumber as wrong:
        raise Rejected(str(wrong), field="fields") from wrong
    if isinstance(number, SoleTrader):
        raise Rejected("this is the number of a person: name the party instead", field="fields")
    return str(party_id_of((number,)))


def _without_solved(understood: Understanding, document: Document) -> Understanding:
    """Reasons that a date which a person entered has answered."""
    solved = [
        words
        for words, there in (
            ("issued cannot be read", document.issued),
            ("valid until cannot be read", document.valid_until),
        )
        if there is not None
    ]
    left = tuple(p for p in understood.problems if not any(words in p for words in solved))
    return understood.model_copy(update={"problems": left})


def _find(document: Document, command: CorrectFields) -> None:
    """What a person sees an authority say takes the place of what was read about that ground."""
    understood = document.understood
    assert understood is not None
    seen = {one.ground: one for one in command.findings}
    if not seen:
        return
    kept = [one for one in understood.findings if one.ground not in seen]
    words = {True: "a remark", False: "no remark"}
    entered = [
        Finding(
            ground=one.ground,
            found=f"entered by a person: {words[one.remark]}",
            remark=one.remark,
            owed=one.owed,
        )
        for one in seen.values()
    ]
    document.understood = understood.model_copy(update={"findings": (*kept, *entered)})


@router.on(RejectDocument)
async def reject(command: RejectDocument, unit: Unit, policy: Policy) -> dict[str, Any]:
    """An officer does not let a document count, also one that counted before the register of its
    certificate said something else.
    """
    document, by = await _in_review(command.document_id, command.reason, unit)
    document.reject(by, command.reason)
    unit.save(document)
    tell_sender_soon(document, unit)
    await lose(document, command.reason, unit, policy)
    return {"document_id": document.id, "state": document.state}


async def _in_review(id: str, reason: str, unit: Unit) -> tuple[Document, str]:
    document = await unit.get(Document, id)
    if unit.caller is not None:
        unit.caller.must_serve(document.buyer_id)
        must_see(document.kind, unit.caller)
    document.must_be_in_review()
    if len(reason.strip()) < SHORTEST_REASON:
        raise Rejected("give the reason in a few words", field="reason")
    return document, unit.caller.subject if unit.caller else ""
