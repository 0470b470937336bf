"""Every fact goes past every read model."""

from services.console.readmodels.arrivals import follow_arrivals
from services.console.readmodels.audits import follow_audits
from services.console.readmodels.cases import follow_cases, follow_replacements
from services.console.readmodels.claims import follow_claims
from services.console.readmodels.contracts import follow_chains, follow_contracts
from services.console.readmodels.documents import (
    follow_documents,
    follow_requests,
    follow_validity,
)
from services.console.readmodels.facts import follow_facts
from services.console.readmodels.foreseen import foreseen
from services.console.readmodels.hits import follow_hits, follow_lists
from services.console.readmodels.inbox import follow_inbox
from services.console.readmodels.likenesses import follow_likenesses
from services.console.readmodels.parties import follow_parties
from services.console.readmodels.payments import follow_payments
from services.console.readmodels.qualifications import follow_qualifications
from services.console.readmodels.sought import follow_sought
from services.console.readmodels.tallies import follow_tallies
from services.console.readmodels.timeline import follow_lines
from services.console.readmodels.todos import follow_todos
from services.console.seeking import Seeker
from shared.events.base import Event
from shared.router import Router
from shared.unit import Unit

router = Router("console")

FOLLOWING = (
    follow_todos,
    follow_inbox,
    follow_parties,
    follow_requests,
    follow_documents,
    follow_validity,
    follow_arrivals,
    follow_claims,
    follow_qualifications,
    follow_likenesses,
    follow_contracts,
    follow_chains,
    follow_hits,
    follow_lists,
    follow_payments,
    follow_cases,
    follow_replacements,
    follow_audits,
    follow_lines,
    follow_facts,
)


@router.every(loads=foreseen)
async def follow(event: Event, unit: Unit, seeker: Seeker) -> None:
    for one in FOLLOWING:
        await one(event, unit)
    await follow_sought(event, unit, seeker)
    await follow_tallies(unit)
