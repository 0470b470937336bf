"""The facts of a small story, as other services tell them, and the people who decide."""

from datetime import UTC, date, datetime
from typing import Any

from services.breaches.app import KEEPING
from services.breaches.delegation import Matrices, read_matrices
from services.breaches.domain import Case
from services.breaches.domain.delegation import Matrix
from services.breaches.guidance import read_forums
from services.breaches.handlers import router
from services.breaches.insight.law import read_laws
from services.breaches.insight.letters import InsightWriter, read_insight_words
from services.breaches.letters import Writer, read_texts
from services.breaches.rulebook import read_shelf
from services.breaches.terms import Terms
from shared.domain import Caller
from shared.envelope import Outcome
from shared.events import catalogue
from shared.events.audits import CorrectiveActionOverdue, FindingRaised
from shared.events.base import Command, Event, Said
from shared.events.contracts import ClausesSet, ContractSigned, GoodsListed
from shared.events.notifications import LetterDelivered
from shared.events.onboarding import ClaimContradicted, ClaimReconciled, DocumentSuspended
from shared.events.subcontractors import ExposureFound, SubcontractorDeclared
from shared.events.words import (
    Cause,
    CauseKind,
    Clause,
    Good,
    Money,
    PartyDescription,
    Right,
    Role,
    Status,
    Weighing,
)
from shared.retention import read_keeping
from shared.testing import ANNA, BO, OFFICER, World

__all__ = ["ANNA", "BO", "OFFICER"]

REGION = "dk-cvr-91204711"
NORDLYS, BALTIC, HANSEN = "dk-cvr-92431185", "dk-cvr-93587278", "dk-cvr-94610346"
CONTRACT = "rn-2026-014-k1"
STRANGER = Caller(subject="x", roles=("officer",), buyers=("dk-cvr-1",))
MORE: dict[str, Any] = {
    "matrices": read_matrices(),
    "forums": read_forums(),
    "laws": read_laws(),
    "insight_writer": InsightWriter(read_insight_words()),
}
SHELF, WRITER = read_shelf(), Writer(read_texts())

APPROVAL = Clause(code="approval", rights=(Right.APPROVE_SUBCONTRACTOR,))
REPLACEMENT = Clause(
    code="replacement",
    rights=(Right.REPLACE_SUBCONTRACTOR, Right.TERMINATE),
    replacement_working_days=15,
    hearing_working_days=10,
)
WEIGHED = Weighing(
    gravity="a large debt",
    recurrence="the second year",
    contract_link="it finances the work here",
    role_and_share="it does a quarter of the work itself",
    milder_means="a plan for paying was broken",
    supply="the wards are cleaned by others meanwhile",
)
SIDES = WEIGHED.model_dump()
LABOUR = Clause(code="labour-ilo94", rights=(Right.HOLD_PAYMENT, Right.AUDIT))


class Keys:
    """Where the keys of a world lie: in its store, unless a test says otherwise."""

    ring: Any = None

    async def destroy(self, subject: str) -> None:
        await self.ring.destroy(subject)


class Cases(World):
    """Questions reach whom they are for at once, unless `delivers` says otherwise."""

    def __init__(self, matrix: Matrix | None = None, delivers: bool = True, **more: Any) -> None:
        self.delivers, self._looked = delivers, 0
        self.keys = Keys()
        adapters = {"shelf": SHELF, "terms": Terms(), "writer": WRITER, **MORE}
        adapters |= {"keeping": read_keeping(KEEPING), "persons": self.keys}
        if matrix is not None:
            adapters["matrices"] = Matrices([matrix])
        super().__init__(router, adapters=adapters, **more)
        self.keys.ring = self.store.keyring

    async def tell(
        self, *said: Said, by: Caller = OFFICER, key: str = "", place: str = ""
    ) -> Outcome:
        for one in said:
            outcome = await super().tell(one, by=by, key=key, place=place)
            if self.delivers:
                await self._deliver()
        self.last = outcome
        return outcome

    async def _deliver(self) -> None:
        entries, self._looked = self.store.journal[self._looked :], len(self.store.journal)
        for entry in entries:
            if entry.type.split(".")[-2] in ("HearingOpened", "EnquiryOpened"):
                event = catalogue()[entry.type].model_validate_json(entry.body)
                await super().tell(delivered(event, self.now))

    @property
    def case(self) -> Case:
        """The only case."""
        (found,) = (d for (kind, _), d in self.store.documents.items() if kind is Case)
        assert isinstance(found, Case)
        return found

    @property
    def cases(self) -> list[Case]:
        return [d for d in self.store.documents.values() if isinstance(d, Case)]

    def of(self, kind: type[Event]) -> list[Any]:
        return [event for event in self.announced if type(event) is kind]

    async def done(self, command: Command, by: Caller = OFFICER) -> dict[str, Any]:
        outcome = await self.tell(command, by=by)
        assert outcome.error is None, outcome.error["reason"]
        return outcome.result or {}

    async def refused(self, command: Command, by: Caller = OFFICER) -> str:
        """The reason for which a command is refused."""
        error = (await self.tell(command, by=by)).error
        assert error is not None, f"{command} was accepted"
        return str(error["reason"])


def delivered(asked: Any, at: datetime, channel: str = "mail") -> LetterDelivered:
    """What notifications says once the letter of a question or a hearing has arrived."""
    return LetterDelivered(
        letter_id=f"letter-{asked.link_id}",
        party_id=asked.supplier_id,
        buyer_id=asked.buyer_id,
        words="letter.hearing",
        about=asked.case_id,
        link_id=asked.link_id,
        channel=channel,
        delivered_at=at,
    )


def signed(country: str = "DK", regime: str = "udbudsloven", **more: Any) -> ContractSigned:
    return ContractSigned(
        contract_id=CONTRACT,
        buyer_id=REGION,
        title="Rengøring af hospitaler",
        suppliers=(PartyDescription(party_id=NORDLYS, name="Nordlys Rengøring A/S"),),
        category="cleaning",
        awarded=date(2026, 9, 21),
        country=country,
        regime=regime,
        **more,
    )


def clauses(*which: Clause) -> ClausesSet:
    return ClausesSet(contract_id=CONTRACT, buyer_id=REGION, clauses=which, source="contract")


def declared(party_id: str, name: str) -> SubcontractorDeclared:
    return SubcontractorDeclared(
        contract_id=CONTRACT,
        buyer_id=REGION,
        party=PartyDescription(party_id=party_id, name=name),
        parent_id=NORDLYS,
        tier=1,
        share=None,
        service="",
        chain_version=1,
    )


def exposed(
    party_id: str,
    kind: CauseKind,
    rule: str,
    *,
    ref: str = "ref-1",
    detail: str = "",
    status: Status = Status.REVIEW,
    role: Role = Role.SUBCONTRACTOR,
    exposure: str = "exp-1",
) -> ExposureFound:
    return ExposureFound(
        exposure_id=exposure,
        contract_id=CONTRACT,
        buyer_id=REGION,
        party_id=party_id,
        supplier_id=NORDLYS,
        role=role,
        tier=0 if role is Role.SUPPLIER else 1,
        path=(NORDLYS, party_id),
        cause=Cause(kind=kind, ref=ref, rule=rule, detail=detail),
        status=status,
    )


def owned_by_listed(party_id: str = BALTIC, **more: Any) -> ExposureFound:
    detail = "a listed person holds 60 %"
    return exposed(party_id, CauseKind.OWNERSHIP, "SAN-AF", ref="flag-1", detail=detail, **more)


def claim_contradicted(amount: float = 140_000, party_id: str = HANSEN) -> ClaimContradicted:
    return ClaimContradicted(
        claim_id="claim-1",
        party_id=party_id,
        buyer_id=REGION,
        ground="EX-B1",
        document_id="doc-serviceattest",
        found=f"a tax debt of DKK {amount:g}",
        amount=Money(amount=amount),
    )


def claim_exposed() -> ExposureFound:
    detail = "a tax debt of DKK 140000"
    return exposed(HANSEN, CauseKind.CLAIM, "EX-B1", ref="claim-1", detail=detail)


def reconciled() -> ClaimReconciled:
    return ClaimReconciled(
        claim_id="claim-1",
        party_id=HANSEN,
        buyer_id=REGION,
        ground="EX-B1",
        document_id="doc-receipt",
        found="the debt is paid in full",
    )


def finding(finding_class: str = "wages", **more: Any) -> FindingRaised:
    return FindingRaised(
        finding_id="finding-1",
        audit_id="audit-1",
        contract_id=CONTRACT,
        buyer_id=REGION,
        party_id=NORDLYS,
        obligation="labour-ilo94",
        severity="major",
        finding_class=finding_class,
        description="payslips show hours that were not paid",
        **more,
    )


def overdue() -> CorrectiveActionOverdue:
    return CorrectiveActionOverdue(
        action_id="action-1",
        finding_id="finding-1",
        contract_id=CONTRACT,
        buyer_id=REGION,
        party_id=NORDLYS,
        obligation="labour-ilo94",
        due=datetime(2026, 12, 1, tzinfo=UTC),
    )


def listed_goods(**more: Any) -> GoodsListed:
    good = Good(
        item="gloves",
        title="Sterile gloves",
        made_by=NORDLYS,
        critical=True,
        sole_source=True,
        **{"days_of_stock": 12, **more},
    )
    return GoodsListed(contract_id=CONTRACT, buyer_id=REGION, goods=(good,))


def suspended() -> DocumentSuspended:
    return DocumentSuspended(
        document_id="doc-mdr",
        party_id=NORDLYS,
        buyer_id=REGION,
        kind="mdr-certificate",
        since=date(2026, 11, 20),
        source="EUDAMED",
        told="the notified body suspended it",
    )
