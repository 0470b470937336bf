"""Certificates are looked up in EUDAMED as long as they count here; what it says is followed.

A certificate that is suspended there does not count meanwhile, one that is withdrawn counts no
more. Where its scope was restricted, a person looks. That EUDAMED does not answer, or does not know
a certificate, changes nothing.
"""

from datetime import timedelta
from typing import Any

from services.onboarding.deciding import (
    AskCertificate,
    CertificateDue,
    CertificateSaid,
    LookUpCertificate,
)
from services.onboarding.domain import Document, State, standing
from services.onboarding.domain.register_entry import RegisterEntry, certificate_entry_id
from services.onboarding.policy import Policy
from services.onboarding.registers import Registers, RegisterState
from shared.domain import Rejected
from shared.events.onboarding import RegisterFact
from shared.unit import Unit

from .asking import working_days
from .fresh import LONGEST_AGE, is_due, pause
from .router import router
from .validity import stand

EUDAMED = "eudamed"
COUNTING = (State.VERIFIED, State.SUSPENDED)


@router.on(AskCertificate)
async def ask_certificate(
    command: AskCertificate, unit: Unit, registers: Registers
) -> dict[str, Any]:
    """A person has it looked up now; with `anew` also where the answer is young."""
    document = await unit.get(Document, command.document_id)
    if unit.caller is not None:
        unit.caller.must_serve(document.buyer_id)
    if not document.certificate:
        raise Rejected(
            "this is no certificate under MDR or IVDR that counts here and shows its number and "
            "the notified body: there is nothing to look up"
        )
    asked = await _ask(document.certificate, unit, registers, anew=command.anew)
    return {"certificate": document.certificate, "asked": asked}


@router.on(CertificateDue)
async def look_again(
    event: CertificateDue, unit: Unit, registers: Registers, policy: Policy
) -> None:
    """A document shows it from now on, or the last answer is old."""
    documents = await _counting(event.certificate, unit)
    if not documents:
        return
    asked = await _ask(event.certificate, unit, registers, anew=False)
    entry = await unit.load(RegisterEntry, certificate_entry_id(event.certificate))
    if entry is not None and not asked:
        await _follow(entry, documents, unit, policy)
    if not asked:
        _again(event.certificate, LONGEST_AGE, unit)


async def _ask(certificate: str, unit: Unit, registers: Registers, *, anew: bool) -> bool:
    if registers.certificates is None:
        return False
    id = certificate_entry_id(certificate)
    entry = await unit.load(RegisterEntry, id)
    if entry is None:
        shows = await _counting(certificate, unit)
        maker = next((one.manufacturer_id for one in shows if one.manufacturer_id), "")
        entry = RegisterEntry(id=id, party_id=maker, register_name=EUDAMED, about=certificate)
    if entry.asking or not (anew or is_due(entry, unit.now)):
        return False
    entry.asking = True
    unit.save(entry)
    unit.effect(f"look-up/{id}/{unit.now.isoformat()}", LookUpCertificate(certificate=certificate))
    return True


@router.does(LookUpCertificate)
async def look_up(effect: LookUpCertificate, registers: Registers) -> CertificateSaid:
    if registers.certificates is None:
        return CertificateSaid(
            certificate=effect.certificate,
            state=RegisterState.UNAVAILABLE,
            problem="it was switched off meanwhile",
        )
    answer = await registers.certificates.ask(effect.certificate)
    return CertificateSaid(
        certificate=effect.certificate,
        state=answer.state,
        facts=answer.facts,
        problem=answer.problem,
    )


@router.on(CertificateSaid)
async def take_answer(event: CertificateSaid, unit: Unit, policy: Policy) -> None:
    """The answer is kept with its day, and followed where the register knows the certificate."""
    entry = await unit.get(RegisterEntry, certificate_entry_id(event.certificate))
    entry.hear(event.state, event.facts, event.problem, unit.now)
    unit.save(entry)
    _again(event.certificate, pause(entry), unit)
    await _follow(entry, await _counting(event.certificate, unit), unit, policy)


def _again(certificate: str, after: timedelta, unit: Unit) -> None:
    id = f"certificate-again/{certificate_entry_id(certificate)}"
    unit.schedule(id, unit.now + after, CertificateDue(certificate=certificate))


async def _counting(certificate: str, unit: Unit) -> list[Document]:
    found = await unit.find(Document, certificate=certificate)
    return [document for document in found if document.state in COUNTING]


async def _follow(
    entry: RegisterEntry, documents: list[Document], unit: Unit, policy: Policy
) -> None:
    if entry.state != RegisterState.KNOWN or entry.as_of is None:
        return
    said = {fact.name: fact.value for fact in entry.facts}
    for document in documents:
        change = _change(document, said.get("standing", ""))
        words = in_words(entry.facts)
        told = {"since": entry.as_of.date(), "source": EUDAMED, "told": words}
        if change == "restricted":
            due = working_days(
                unit, policy.on(unit.now.date(), document.buyer_id).review_working_days
            )
            standing.restrict(document, words, due)
            unit.save(document)
        elif change:
            await stand(document, change, told, unit, policy)


def _change(document: Document, standing: str) -> str:
    """What follows for a document: nothing where it stands so already. What an officer suspended,
    only an officer reinstates.
    """
    if standing == "in force":
        ours = document.state is State.SUSPENDED and document.standing_from == EUDAMED
        return "reinstated" if ours else ""
    if standing == "suspended" and document.state is State.SUSPENDED:
        return ""
    if standing == "restricted" and (document.restricted or document.state is State.SUSPENDED):
        return ""
    return standing


def in_words(facts: tuple[RegisterFact, ...]) -> str:
    """`EUDAMED: suspended (revision 02)`."""
    said = {fact.name: fact.value for fact in facts}
    revision = f" (revision {said['revision']})" if said.get("revision") else ""
    return f"EUDAMED: {said.get('status', '')}{revision}"
