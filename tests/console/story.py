"""A piece of the story of Nordlys, as the facts that the console hears."""

from datetime import date, timedelta

from services.console.handlers import router
from shared.events.audits import AuditPlanned
from shared.events.base import Event
from shared.events.breaches import BreachFlagged, InterimMeasureOrdered, Track
from shared.events.contracts import ContractStatusChanged
from shared.events.onboarding import (
    ClaimContradicted,
    ClaimMade,
    DocumentReceived,
    DocumentRequested,
    DocumentVerified,
    PartyRegistered,
)
from shared.events.screening import (
    CoverageStated,
    HitConfirmed,
    ListUpdated,
    OwnershipFlagged,
)
from shared.events.subcontractors import (
    SubcontractorApproved,
)
from shared.events.words import (
    Cause,
    CauseKind,
    Money,
    Share,
    Status,
)
from shared.testing import T0, World
from tests.console.cast import (
    BALTIC,
    BUYER,
    CONTRACT,
    ENTRY_A,
    ENTRY_B,
    HANSEN,
    KIRSTEN,
    LISTS,
    NORDLYS,
    A,
    B,
)
from tests.console.desk import HEARS
from tests.console.facts import (
    CASE,
    CLAUSES,
    HIT_A,
    HIT_B,
    REVIEW_A,
    REVIEW_B,
    contract,
    declared,
    exposure,
    hit,
    need,
    owned,
    screened,
)

BEGINNING: tuple[Event, ...] = (
    PartyRegistered(party=NORDLYS),
    contract(),
    CLAUSES,
    *(
        DocumentRequested(
            request_id=f"request-{kind}",
            party_id=NORDLYS.party_id,
            buyer_id=BUYER,
            contract_id=CONTRACT,
            kind=kind,
            due=T0 + timedelta(days=10),
            link_id="link-1",
        )
        for kind in ("espd", "serviceattest", "iso-9001")
    ),
    screened(NORDLYS),
    DocumentReceived(
        document_id="doc-1",
        sha256="0" * 64,
        name="serviceattest-nordlys.pdf",
        media_type="application/pdf",
        size=40_000,
        channel="folder",
        buyer_id=BUYER,
    ),
    DocumentVerified(
        document_id="doc-1",
        party_id=NORDLYS.party_id,
        buyer_id=BUYER,
        kind="serviceattest",
        issued=date(2026, 10, 1),
        valid_until=date(2027, 4, 1),
        verified_by="reader",
    ),
    *(
        ClaimMade(
            claim_id=f"claim-{ground}",
            party_id=NORDLYS.party_id,
            buyer_id=BUYER,
            ground=ground,
            ground_exists=False,
            document_id="doc-espd",
        )
        for ground in ("EX-A1", "EX-A2", "EX-A3", "EX-B1", "EX-B2", "EX-D1")
    ),
    PartyRegistered(party=BALTIC),
    PartyRegistered(party=HANSEN),
    declared(BALTIC, 25, "Vinduespolering"),
    SubcontractorApproved(
        contract_id=CONTRACT,
        buyer_id=BUYER,
        party_id=BALTIC.party_id,
        by="mette.lund",
        reason="Kendt fra tidligere kontrakt",
        chain_version=2,
    ),
    declared(HANSEN, 15, "Affaldshåndtering", ask=True),
    owned(BALTIC, (A, 60), (KIRSTEN, 40)),
    owned(HANSEN, (B, 20)),
    AuditPlanned(
        audit_id="audit-1",
        contract_id=CONTRACT,
        buyer_id=BUYER,
        party_id=NORDLYS.party_id,
        obligation="labour-ilo94",
        method="documents",
        planned_for=date(2027, 3, 1),
    ),
)

LISTED: tuple[Event, ...] = (
    ListUpdated(
        source="eu",
        version=LISTS[0].version,
        list_date=LISTS[0].list_date,
        entries=42,
        added=3,
        changed=1,
        removed=1,
        binding=True,
    ),
    hit(HIT_A, A, ENTRY_A, 0.97),
    hit(HIT_B, B, ENTRY_B, 0.91),
    exposure(HIT_A, A, BALTIC, REVIEW_A),
    exposure(HIT_B, B, HANSEN, REVIEW_B),
    CoverageStated(source="eu", version=LISTS[0].version, parties=9, gaps=0),
    ContractStatusChanged(
        contract_id=CONTRACT,
        buyer_id=BUYER,
        supplier_ids=(NORDLYS.party_id,),
        status=Status.REVIEW,
        status_version=2,
        reason_codes=("SAN-AF",),
    ),
)

FLAGGED = BreachFlagged(
    case_id=CASE,
    contract_id=CONTRACT,
    buyer_id=BUYER,
    party_id=BALTIC.party_id,
    supplier_id=NORDLYS.party_id,
    track=Track.LEGAL_BLOCK,
    rule="SAN-AF",
    status=Status.REVIEW,
    cause=Cause(kind=CauseKind.OWNERSHIP, ref="flag-1", rule="SAN-AF"),
    exposure_ids=("exposure-1",),
    phase="arose later",
    mandatory=True,
    basis=("Council Regulation (EU) No 269/2014 Art 2", "Clause replacement-of-subcontractors"),
    rulebook_version="2026-02",
    need=need(f"hold/{CASE}", "hold", 3, about=CASE),
)

CONFIRMED: tuple[Event, ...] = (
    HitConfirmed(
        hit_id=HIT_A,
        party_id=A.party_id,
        buyer_id=BUYER,
        entry=ENTRY_A,
        by="mette.lund",
        reason="Navn, fødselsår og statsborgerskab stemmer.",
        settles=(REVIEW_A.id,),
    ),
    OwnershipFlagged(
        flag_id="flag-1",
        party_id=BALTIC.party_id,
        buyer_id=BUYER,
        rule="SAN-AF",
        verdict="owned",
        share=Share.exactly(60),
        owner_ids=(A.party_id,),
        hit_ids=(HIT_A,),
        path=(A.party_id, BALTIC.party_id),
        reason="60 % direct",
    ),
    FLAGGED,
    ClaimContradicted(
        claim_id="claim-hansen",
        party_id=HANSEN.party_id,
        buyer_id=BUYER,
        ground="EX-B1",
        document_id="doc-9",
        found="DKK 140.000",
        amount=Money(amount=140_000),
    ),
)

HELD = InterimMeasureOrdered(
    **FLAGGED.model_dump(include=set(InterimMeasureOrdered.model_fields) - {"need", "settles"})
    | {"status": Status.BLOCKED_LEGAL},
    measure="work, access and payment",
    by="mette.lund",
    reason="Ejet 60 % af en listet person.",
    due=T0 + timedelta(hours=27),
    need=need(f"verdict/{CASE}", "verdict", 27, about=CASE),
    settles=(f"hold/{CASE}",),
)


async def told(*parts: tuple[Event, ...]) -> World:
    """A console that has heard these parts of the story, an hour apart."""
    world = World(router, adapters=HEARS, now=T0 - timedelta(hours=5))
    for part in parts:
        await world.tell(*part)
        await world.advance(timedelta(hours=2))
    return world
