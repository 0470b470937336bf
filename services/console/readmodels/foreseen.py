"""What the read models will load for a fact, so that a whole batch is read in a few questions.

Nothing depends on it: what is not foreseen is read when it is asked for, one by one.
"""

from collections.abc import Iterator

from services.console.readmodels.arrivals import Arrival
from services.console.readmodels.audits import OF_AUDITS, OF_FINDINGS, FollowUp
from services.console.readmodels.cases import Case, Replacement
from services.console.readmodels.claims import Claim
from services.console.readmodels.contracts import Contract
from services.console.readmodels.documents import Document
from services.console.readmodels.facts import Fact
from services.console.readmodels.hits import Hit, WatchedList
from services.console.readmodels.parties import Party
from services.console.readmodels.qualifications import Qualifying
from services.console.readmodels.sought import Sought, sought_parties
from services.console.readmodels.timeline import Line
from services.console.readmodels.todos import Todo, todo_id
from shared.domain import Stored
from shared.envelope import Message
from shared.events.audits import AuditsEvent
from shared.events.base import Event
from shared.events.breaches import BreachFlagged, CaseEvent
from shared.events.contracts import ContractAmended, ContractsEvent, ContractSigned
from shared.events.notifications import NotificationsEvent
from shared.events.onboarding import DocumentReceived, OnboardingEvent, OwnershipDeclared
from shared.events.screening import ScreeningEvent
from shared.events.subcontractors import ExposureFound, ReplacementEvent, SubcontractorsEvent
from shared.events.words import CauseKind

Wanted = tuple[type[Stored], str]

BY_FIELD: tuple[tuple[str, type[Stored]], ...] = (
    ("hit_id", Hit),
    ("claim_id", Claim),
    ("qualification_id", Qualifying),
)
OF_CONTRACTS = (ContractsEvent, SubcontractorsEvent)
OF_PARTIES = (OnboardingEvent, ScreeningEvent, CaseEvent, ExposureFound)


def foreseen(event: Event, message: Message) -> Iterator[Wanted]:
    """Kind and id of each; some of them may not be there yet."""
    if isinstance(event, NotificationsEvent):
        return
    yield Line, message.id
    yield Fact, message.id
    for party_id in sought_parties(event):
        yield Party, party_id
        yield Sought, f"party/{party_id}"
    for need_id in event.settles:
        yield Todo, todo_id(need_id)
    if event.need is not None:
        yield Todo, todo_id(event.need.id)
    for field, kind in BY_FIELD:
        if id := getattr(event, field, ""):
            yield kind, id
    yield from _by_service(event)


def _by_service(event: Event) -> Iterator[Wanted]:
    party_id = getattr(event, "party_id", "") if isinstance(event, OF_PARTIES) else ""
    if party_id:
        yield Party, party_id
    contract_id = getattr(event, "contract_id", "") if isinstance(event, OF_CONTRACTS) else ""
    if contract_id and not isinstance(event, ReplacementEvent):
        yield Contract, contract_id
    match event:
        case ContractSigned() | ContractAmended():
            yield Sought, f"contract/{event.contract_id}"
        case CaseEvent():
            yield Case, event.case_id
            if isinstance(event, BreachFlagged):
                yield Sought, f"case/{event.case_id}"
        case ReplacementEvent():
            yield Replacement, event.replacement_id
        case ExposureFound() if event.cause.kind is CauseKind.HIT:
            yield Hit, event.cause.ref.partition("#")[0]
        case OwnershipDeclared():
            yield from ((Party, one.owner.party_id) for one in event.stakes if one.owner)
        case OnboardingEvent():
            yield from _papers(event)
        case ScreeningEvent():
            if source := getattr(event, "source", ""):
                yield WatchedList, source
        case AuditsEvent():
            yield from _followed(event)


def _papers(event: OnboardingEvent) -> Iterator[Wanted]:
    if request_id := getattr(event, "request_id", ""):
        yield Document, request_id
    if document_id := getattr(event, "document_id", ""):
        yield Document, document_id
        if isinstance(event, DocumentReceived):
            yield Arrival, document_id
            yield Sought, f"document/{document_id}"


def _followed(event: AuditsEvent) -> Iterator[Wanted]:
    field = "action_id"
    if isinstance(event, OF_AUDITS):
        field = "audit_id"
    elif isinstance(event, OF_FINDINGS):
        field = "finding_id"
    if id := getattr(event, field, ""):
        yield FollowUp, id
