"""Which violations of a chain are open: each is said once, and ended when its cause ends."""

from collections.abc import Iterable
from datetime import datetime

from services.subcontractors.domain.chain import Chain
from services.subcontractors.domain.ids import id_of
from services.subcontractors.domain.roster import Violation
from services.subcontractors.domain.rules import CIRCLE, UNDECLARED, Answer
from shared.domain import Rejected
from shared.events.subcontractors import ChainViolationEnded, ChainViolationFound

BY_HAND = (CIRCLE, UNDECLARED)
"""Rules that rest on what a paper says, which can be wrong: a person may find so."""


def judge(chain: Chain, answers: Iterable[Answer], now: datetime) -> bool:
    """Open and end violations by what the rules say. False where nothing is new."""
    broken: dict[str, Answer] = {}
    for answer in answers:
        if answer.verdict == "broken":
            broken.setdefault(_id(chain, answer), answer)
    before = chain.violations
    kept = tuple(_end(chain, v, now) if _is_over(v, broken) else v for v in before)
    open_now = {v.id for v in kept if v.ended is None}
    found = tuple(
        _found(chain, id, answer, now) for id, answer in broken.items() if id not in open_now
    )
    chain.violations = (*kept, *found)
    return chain.violations != before


def _id(chain: Chain, answer: Answer) -> str:
    about = (answer.about,) if answer.about else ()
    return id_of("violation", chain.id, answer.rule, answer.party_id, *about)


def _is_over(violation: Violation, broken: dict[str, Answer]) -> bool:
    return violation.ended is None and violation.id not in broken


def _found(chain: Chain, id: str, answer: Answer, now: datetime) -> Violation:
    chain.announce(
        ChainViolationFound(
            violation_id=id,
            contract_id=chain.id,
            buyer_id=chain.buyer_id,
            party_id=answer.party_id,
            rule=answer.rule,
            detail=answer.detail,
        )
    )
    return Violation(
        id=id, rule=answer.rule, party_id=answer.party_id, detail=answer.detail, found=now
    )


def _end(
    chain: Chain, violation: Violation, now: datetime, reason: str = "", by: str = ""
) -> Violation:
    reason = reason or (
        f"the contract is over: {chain.over}" if chain.over else "its cause is gone"
    )
    chain.announce(
        ChainViolationEnded(
            violation_id=violation.id,
            contract_id=chain.id,
            buyer_id=chain.buyer_id,
            party_id=violation.party_id,
            rule=violation.rule,
            reason=reason,
            by=by,
        )
    )
    return violation.model_copy(update={"ended": now, "end_reason": reason, "ended_by": by})


def dismiss(chain: Chain, violation_id: str, reason: str, by: str, now: datetime) -> None:
    """A person finds that a paper was wrong or misread: what it said counts no longer."""
    violation = next((v for v in chain.open_violations() if v.id == violation_id), None)
    if violation is None:
        raise Rejected(f"{chain.id} has no open violation {violation_id}")
    if violation.rule not in BY_HAND:
        raise Rejected(
            f"{violation.rule} ends when its cause ends ({violation.detail}); "
            f"a person can end only {' and '.join(BY_HAND)}"
        )
    if violation.rule == CIRCLE:
        chain.circles = tuple(c for c in chain.circles if c[0] != violation.party_id)
    for sighting in chain.sightings:
        about = id_of("violation", chain.id, violation.rule, violation.party_id, sighting.id)
        if about == violation_id:
            gone = sighting.model_copy(update={"dismissed": reason})
            chain.sightings = tuple(gone if s is sighting else s for s in chain.sightings)
    ended = _end(chain, violation, now, reason, by)
    chain.violations = tuple(ended if v is violation else v for v in chain.violations)
