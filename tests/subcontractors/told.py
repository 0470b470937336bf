"""The facts of a small story, as other services tell them."""

from dataclasses import replace
from datetime import date
from typing import Any

from services.subcontractors.handlers import router
from services.subcontractors.terms import Terms
from shared.domain import Caller
from shared.envelope import Outcome
from shared.events.base import Command, Event, Said
from shared.events.breaches import (
    BreachDismissed,
    BreachFlagged,
    Consequence,
    ConsequenceOrdered,
    Track,
)
from shared.events.contracts import ClausesSet, ContractSigned
from shared.events.onboarding import (
    ClaimContradicted,
    OwnershipDeclared,
    PartyQualified,
    SubcontractorsNamed,
)
from shared.events.screening import (
    HitConfirmed,
    HitDismissed,
    HitRaised,
    JurisdictionEnded,
    JurisdictionFlagged,
    OwnershipConcluded,
    OwnershipFlagged,
    PartyScreened,
)
from shared.events.subcontractors import ExposureEnded, ExposureFound
from shared.events.words import (
    Cause,
    CauseKind,
    Clause,
    ListEntryRef,
    NamedSubcontractor,
    PartyDescription,
    Right,
    Share,
    Stake,
    Status,
)
from shared.testing import OFFICER, World

REGION, OTHER_REGION = "dk-cvr-91204711", "dk-cvr-29190623"
NORDLYS, BALTIC, HANSEN = "dk-cvr-92431185", "dk-cvr-93587278", "dk-cvr-94610346"
ORESUND, FYNS = "dk-cvr-95718426", "dk-cvr-96832516"
CONTRACT = "rn-2026-014-k1"
CASE = "case-1"


class Chains(World):
    """A world that lets parked facts go when what they waited for is known, as a service does."""

    def __init__(self, **more: Any) -> None:
        super().__init__(router, adapters={"terms": Terms()}, **more)

    async def tell(
        self, *said: Said, by: Caller = OFFICER, key: str = "", place: str = ""
    ) -> Outcome:
        outcome = await super().tell(*said, by=by, key=key, place=place)
        while free := [held for held in self.parked if self._is_known(held.missing)]:
            for held in free:
                message = replace(held.message, original_id=held.message.id)
                await self.bus.handle([message])
        return outcome

    def _is_known(self, missing: str) -> bool:
        name, _, id = missing.partition("/")
        return any(k.__name__.lower() == name and i == id for k, i in self.store.documents)

    async def refused(self, command: Command, by: Caller = OFFICER) -> str:
        """The reason for which a command is refused."""
        error = (await self.tell(command, by=by)).error
        assert error is not None, f"{command} was accepted"
        return str(error["reason"])

    def of(self, kind: type[Event]) -> list[Any]:
        return [event for event in self.announced if type(event) is kind]

    @property
    def open_exposures(self) -> set[tuple[str, str, str, str, str]]:
        """Contract, party, what about, role and status of everything open, as others see it."""
        seen: dict[str, tuple[str, str, str, str, str]] = {}
        for event in self.announced:
            if isinstance(event, ExposureFound):
                ref, role = event.cause.ref, event.role.value
                seen[event.exposure_id] = (
                    event.contract_id,
                    event.party_id,
                    ref,
                    role,
                    event.status.value,
                )
            elif isinstance(event, ExposureEnded):
                seen.pop(event.exposure_id, None)
        return set(seen.values())


def party(id: str, name: str = "") -> PartyDescription:
    return PartyDescription(party_id=id, name=name or id)


def signed(contract: str = CONTRACT, buyer: str = REGION, *suppliers: str) -> ContractSigned:
    return ContractSigned(
        contract_id=contract,
        buyer_id=buyer,
        title="Cleaning",
        suppliers=tuple(party(s) for s in suppliers or (NORDLYS,)),
        category="cleaning",
        starts=date(2026, 11, 1),
    )


def clauses(*rights: Right, days: int = 15) -> ClausesSet:
    clause = Clause(code="approval", rights=tuple(rights), replacement_working_days=days)
    return ClausesSet(contract_id=CONTRACT, buyer_id=REGION, clauses=(clause,), source="contract")


def named(
    *parties: tuple[str, float | None], document: str = "doc-espd", tier: int = 1
) -> SubcontractorsNamed:
    return SubcontractorsNamed(
        contract_id=CONTRACT,
        buyer_id=REGION,
        supplier_id=NORDLYS,
        document_id=document,
        named=tuple(
            NamedSubcontractor(
                party=party(id),
                share=Share.exactly(share) if share is not None else None,
                tier=tier,
            )
            for id, share in parties
        ),
    )


def owned(company: str, **shares: float) -> OwnershipDeclared:
    stakes = tuple(
        Stake(owner=party(f"person-{who}"), share=Share.exactly(share))
        for who, share in shares.items()
    )
    return OwnershipDeclared(party_id=company, stakes=stakes, document_id=f"bods-{company}")


ENTRY = ListEntryRef(source="eu", entry_id="90301", version="v2", name="X")


def raised(party_id: str, hit: str = "hit-1", advisory: bool = False) -> HitRaised:
    return HitRaised(
        hit_id=hit,
        party_id=party_id,
        entry=ENTRY,
        score=0.9,
        explanation=("same name",),
        advisory=advisory,
    )


def confirmed(party_id: str, hit: str = "hit-1", buyer: str = REGION) -> HitConfirmed:
    return HitConfirmed(
        hit_id=hit, party_id=party_id, buyer_id=buyer, entry=ENTRY, by="mette", reason="same man"
    )


def dismissed(party_id: str, hit: str = "hit-1", buyer: str = REGION) -> HitDismissed:
    return HitDismissed(
        hit_id=hit, party_id=party_id, buyer_id=buyer, entry=ENTRY, by="mette", reason="another"
    )


def flagged(
    company: str, verdict: str, owner: str, hit: str = "hit-1", share: float = 60
) -> OwnershipFlagged:
    return OwnershipFlagged(
        flag_id=f"flag-{company}",
        party_id=company,
        buyer_id=REGION,
        rule="SAN-AF",
        verdict=verdict,
        share=Share.exactly(share),
        owner_ids=(owner,),
        hit_ids=(hit,),
        path=(owner, company),
        reason=f"listed owners hold {share:g} %: {verdict}",
    )


def concluded(company: str, verdict: str, *owners: str, rule: str = "SAN-5K") -> OwnershipConcluded:
    """What a rule about owners says of a company, as screening does, for no buyer."""
    return OwnershipConcluded(
        conclusion_id=f"conclusions-{company}/{rule}",
        party_id=company,
        rule=rule,
        verdict=verdict,
        reason=f"{rule} says {verdict}",
        owner_ids=owners,
        path=(*owners, company),
    )


def tied(party_id: str, rule: str = "TAX-LIST") -> JurisdictionFlagged:
    return JurisdictionFlagged(
        flag_id=f"tie-{party_id}",
        party_id=party_id,
        country="PA",
        whose="owner",
        list_name="EU list",
        list_date=date(2026, 10, 10),
        rule=rule,
    )


def untied(party_id: str) -> JurisdictionEnded:
    return JurisdictionEnded(
        flag_id=f"tie-{party_id}",
        party_id=party_id,
        country="PA",
        whose="owner",
        reason="the owner is not in PA any more",
    )


def contradicted(party_id: str) -> ClaimContradicted:
    return ClaimContradicted(
        claim_id=f"claim-{party_id}-b1",
        party_id=party_id,
        buyer_id=REGION,
        ground="EX-B1",
        document_id="doc-serviceattest",
        found="a tax debt of DKK 140 000",
    )


def screened(*parties: str) -> tuple[PartyScreened, ...]:
    return tuple(
        PartyScreened(party_id=p, lists=(), hits=(), engine="1", policy="1") for p in parties
    )


def qualified(party_id: str, role: str = "substitute") -> PartyQualified:
    return PartyQualified(party_id=party_id, buyer_id=REGION, contract_id=CONTRACT, role=role)


def _case(party_id: str, status: Status) -> dict[str, Any]:
    return {
        "case_id": CASE,
        "contract_id": CONTRACT,
        "buyer_id": REGION,
        "party_id": party_id,
        "supplier_id": NORDLYS,
        "track": Track.LEGAL_BLOCK,
        "rule": "SAN-AF",
        "status": status,
    }


def ordered(party_id: str = BALTIC, decision: str = "decision-1") -> ConsequenceOrdered:
    return ConsequenceOrdered(
        **_case(party_id, Status.BLOCKED_LEGAL),
        decision_id=decision,
        consequence=Consequence.REPLACE,
        basis="clause approval",
        reason="owned by a listed person",
        deadline=None,
    )


def case_flagged(party_id: str, *exposures: str) -> BreachFlagged:
    return BreachFlagged(
        **_case(party_id, Status.REVIEW),
        cause=Cause(kind=CauseKind.CLAIM, ref="claim"),
        exposure_ids=exposures,
        phase="arose_later",
        mandatory=True,
        basis=(),
        rulebook_version="2026-02",
    )


def case_dismissed(party_id: str) -> BreachDismissed:
    return BreachDismissed(**_case(party_id, Status.CLEAR), by="mette", reason="the debt is paid")
