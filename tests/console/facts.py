"""Single facts of the story, to be put together as a test needs them."""

from datetime import date, timedelta

from shared.events.base import Need
from shared.events.contracts import ClausesSet, ContractSigned
from shared.events.onboarding import (
    OwnershipDeclared,
)
from shared.events.screening import (
    HitRaised,
    PartyScreened,
)
from shared.events.subcontractors import (
    ExposureFound,
    SubcontractorDeclared,
)
from shared.events.words import (
    Cause,
    CauseKind,
    Clause,
    ListEntryRef,
    Money,
    PartyDescription,
    Role,
    Share,
    Stake,
    Status,
)
from shared.testing import T0
from tests.console.cast import (
    BUYER,
    CONTRACT,
    LISTS,
    NORDLYS,
)

HIT_A, HIT_B, CASE = "hit-aaaa1111bbbb2222", "hit-cccc3333dddd4444", "case-5555aaaa6666bbbb"


def need(id: str, kind: str, hours: float, *, role: str = "officer", about: str = "") -> Need:
    return Need(
        id=id,
        kind=kind,
        role=role,
        buyer_id=BUYER,
        due=T0 + timedelta(hours=hours),
        about=about,
    )


REVIEW_A = need(f"review-hit/{HIT_A}/{BUYER}", "review-hit", 20, about=HIT_A)
REVIEW_B = need(f"review-hit/{HIT_B}/{BUYER}", "review-hit", 22, about=HIT_B)


def contract(id: str = CONTRACT, buyer: str = BUYER, title: str = "") -> ContractSigned:
    return ContractSigned(
        contract_id=id,
        buyer_id=buyer,
        title=title or "Hospitalsrengøring 2026-2030",
        suppliers=(NORDLYS,),
        category="cleaning",
        value=Money(amount=48_000_000),
        starts=date(2026, 12, 1),
        ends=date(2030, 11, 30),
        procedure_id="RN-2026-014",
        awarded=date(2026, 11, 2),
    )


CLAUSES = ClausesSet(
    contract_id=CONTRACT,
    buyer_id=BUYER,
    clauses=(
        Clause(code="labour-ilo94", flows_down=True, rights=("demand_documents", "hold_payment")),
        Clause(code="replacement-of-subcontractors", rights=("replace_subcontractor",)),
    ),
    source="contract",
)


def declared(
    party: PartyDescription, percent: float, service: str, *, ask: bool = False
) -> SubcontractorDeclared:
    wants = need(f"approve-subcontractor/{CONTRACT}/{party.party_id}", "approve-subcontractor", 90)
    return SubcontractorDeclared(
        contract_id=CONTRACT,
        buyer_id=BUYER,
        party=party,
        parent_id=NORDLYS.party_id,
        tier=1,
        share=Share.exactly(percent),
        service=service,
        chain_version=1,
        need=wants if ask else None,
    )


def hit(id: str, party: PartyDescription, entry: ListEntryRef, score: float) -> HitRaised:
    year = (party.birth_date or "")[:4]
    return HitRaised(
        hit_id=id,
        party_id=party.party_id,
        entry=entry,
        score=score,
        explanation=(
            f"The name agrees in another spelling: {entry.name}.",
            f"The year of birth agrees: {year}.",
            "Nothing known of the party speaks against it.",
        ),
    )


def exposure(
    hit_id: str, owner: PartyDescription, sub: PartyDescription, asked: Need | None
) -> ExposureFound:
    return ExposureFound(
        exposure_id=f"exposure-{hit_id}",
        contract_id=CONTRACT,
        buyer_id=BUYER,
        party_id=owner.party_id,
        supplier_id=NORDLYS.party_id,
        role=Role.SUBCONTRACTOR,
        tier=1,
        path=(NORDLYS.party_id, sub.party_id, owner.party_id),
        cause=Cause(kind=CauseKind.HIT, ref=hit_id, rule="SAN-AF"),
        status=Status.REVIEW,
        need=asked,
    )


def screened(party: PartyDescription, *hits: str) -> PartyScreened:
    return PartyScreened(
        party_id=party.party_id, lists=LISTS, hits=hits, engine="1", policy="2026-11"
    )


def owned(company: PartyDescription, *owners: tuple[PartyDescription, float]) -> OwnershipDeclared:
    return OwnershipDeclared(
        party_id=company.party_id,
        stakes=tuple(Stake(owner=o, share=Share.exactly(p)) for o, p in owners),
        document_id="doc-bods",
    )
