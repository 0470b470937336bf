"""What the tests of audits have in common: a contract with clauses, and a world that heard it."""

from datetime import date
from typing import Any

import pytest

from services.audits.app import Settings, adapters
from services.audits.commands import Found, HoldAudit
from services.audits.domain import Audit, CorrectiveAction, Finding, FindingClass, Severity
from services.audits.handlers import router
from shared.events.audits import AuditPlanned
from shared.events.contracts import ClausesSet, ContractSigned
from shared.events.words import Clause, PartyDescription, Right
from shared.gate import Gate
from shared.links import LinkBook
from shared.testing import AUDITOR, T0, World

BUYER = "dk-cvr-91204711"
SUPPLIER = "dk-cvr-92431185"
K1 = "ocds-abc123-r1--k1"

LINKS = LinkBook("cd" * 32, now=lambda: T0)
ADAPTERS: dict[str, Any] = adapters(Settings(), LINKS) | {"tip_gate": Gate(1_000, 600.0)}
"""What handlers and routes ask for, as `app` gives it to them."""

LABOUR = Clause(
    code="labour-ilo94",
    flows_down=True,
    rights=(Right.DEMAND_DOCUMENTS, Right.AUDIT),
    remedy_working_days=10,
)
DOCUMENTS = Clause(code="documentation", rights=(Right.DEMAND_DOCUMENTS,))


def signed(**changed: Any) -> ContractSigned:
    said = {
        "contract_id": K1,
        "buyer_id": BUYER,
        "title": "Cleaning",
        "suppliers": (PartyDescription(party_id=SUPPLIER, name="Nordlys Rengøring A/S"),),
        "category": "90910000",
        "starts": date(2026, 11, 1),
        **changed,
    }
    return ContractSigned.model_validate(said)


def clauses(*clauses: Clause) -> ClausesSet:
    return ClausesSet(contract_id=K1, buyer_id=BUYER, clauses=clauses, source="contract")


@pytest.fixture
async def world() -> World:
    """A world with one contract whose labour clause is to be audited."""
    world = World(router, adapters=ADAPTERS)
    await world.tell(signed(), clauses(LABOUR, DOCUMENTS))
    return world


FOUND = Found(
    severity=Severity.MAJOR,
    finding_class=FindingClass.OTHER,
    description="Two employees were not told of their conditions.",
)


def planned(world: World) -> list[AuditPlanned]:
    return [fact for fact in world.announced if isinstance(fact, AuditPlanned)]


async def held(world: World, *findings: Found) -> Audit:
    """The audit that was planned last, held with these findings."""
    id = planned(world)[-1].audit_id
    command = HoldAudit(
        audit_id=id,
        conclusion="Partly in order.",
        findings=findings or (FOUND,),
        no_conflict=True,
    )
    outcome = await world.tell(command, by=AUDITOR)
    assert outcome.error is None, outcome.error
    return world.state(Audit, id)


def finding(world: World) -> Finding:
    [found] = [one for one in world.store.documents.values() if isinstance(one, Finding)]
    return found


def actions(world: World) -> list[CorrectiveAction]:
    kept = world.store.documents.values()
    return [one for one in kept if isinstance(one, CorrectiveAction)]
