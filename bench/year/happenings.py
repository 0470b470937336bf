"""What happens to a region, drawn from a seed: facts as the other services would tell them."""

import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from shared.events.audits import (
    BackPayShown,
    CorrectiveActionOverdue,
    CorrectiveActionVerified,
    FindingDisputed,
    FindingRaised,
    FindingRuled,
)
from shared.events.base import Event
from shared.events.contracts import (
    ClausesSet,
    ContractEnded,
    ContractPassedOn,
    ContractSigned,
    GoodsListed,
)
from shared.events.onboarding import (
    ClaimContradicted,
    ClaimReconciled,
    DocumentReinstated,
    DocumentSuspended,
    OwnershipDeclared,
    SubcontractorsNamed,
)
from shared.events.screening import (
    HitConfirmed,
    HitEnded,
    HitRaised,
    JurisdictionEnded,
    JurisdictionFlagged,
    OwnershipFlagged,
)
from shared.events.words import (
    Clause,
    Good,
    ListEntryRef,
    Money,
    NamedSubcontractor,
    PartyDescription,
    Right,
    Share,
    Stake,
)

BUYERS = ("dk-cvr-29190623", "dk-cvr-29190658", "se-orgnr-2321000131")
SUCCESSOR = "dk-cvr-45678902"
"""Takes over what the second buyer has, on the first day of 2027 (lov 699/2025 § 126)."""

PASSES_ON = date(2027, 1, 1)
CLAUSES = (
    Clause(code="replacement", rights=(Right.REPLACE_SUBCONTRACTOR,), replacement_working_days=15),
    Clause(code="labour-ilo94", rights=(Right.HOLD_PAYMENT, Right.AUDIT, Right.ASK)),
    Clause(code="penalty", rights=(Right.BOD, Right.DEMAND_DOCUMENTS)),
    Clause(code="termination", rights=(Right.TERMINATE,)),
)

A_YEAR = {
    "listed": 40,
    "debt": 140,
    "wages": 140,
    "overdue": 120,
    "haven": 50,
    "suspended": 50,
    "ended": 25,
}
"""How often each happens in a year on 2 000 contracts: our guess, so that every track is walked."""


@dataclass
class Contract:
    id: str
    buyer_id: str
    supplier_id: str
    subs: tuple[str, ...]
    over: bool = False


@dataclass
class Region:
    """What there is, and what has happened that may still be put right."""

    chance: random.Random
    contracts: list[Contract] = field(default_factory=list)
    mend: list[tuple[date, Event]] = field(default_factory=list)
    number: int = 0

    def next(self, what: str) -> str:
        self.number += 1
        return f"{what}-{self.number}"

    def places_of(self, party_id: str) -> list[Contract]:
        return [c for c in self.contracts if party_id in (c.supplier_id, *c.subs) and not c.over]


def party(id: str) -> PartyDescription:
    return PartyDescription(party_id=id, name=f"Company {id}")


def founded(region: Region, size: int) -> list[Event]:
    """Contracts with their clauses, chains, goods and owners."""
    chance, said = region.chance, list[Event]()
    companies = [f"dk-cvr-{10_000_000 + n}" for n in range(size)]
    for n, company in enumerate(companies):
        owner = PartyDescription(party_id=f"person-{n}", name=f"Owner {n}")
        stake = Stake(owner=owner, share=Share.exactly(60))
        said.append(OwnershipDeclared(party_id=company, stakes=(stake,), document_id=f"bods-{n}"))
    for n in range(size):
        buyer = chance.choice(BUYERS)
        supplier, *subs = chance.sample(companies, 1 + chance.randrange(4))
        contract = Contract(f"contract-{n}", buyer, supplier, tuple(subs))
        region.contracts.append(contract)
        said += _signed(contract, chance)
    return said


def _signed(contract: Contract, chance: random.Random) -> list[Event]:
    swedish = contract.buyer_id.startswith("se-")
    about = {"contract_id": contract.id, "buyer_id": contract.buyer_id}
    clauses = tuple(clause for clause in CLAUSES if chance.random() < 0.8)
    named = tuple(
        NamedSubcontractor(party=party(sub), share=Share.exactly(15), tier=1)
        for sub in contract.subs
    )
    good = Good(
        item="gloves", title="Gloves", made_by=contract.supplier_id, critical=True, days_of_stock=20
    )
    said: list[Event] = [
        ContractSigned(
            **about,
            title=f"Agreement {contract.id}",
            suppliers=(party(contract.supplier_id),),
            category=chance.choice(("cleaning", "construction", "laundry")),
            value=Money(amount=chance.randrange(1, 60) * 1_000_000.0),
            awarded=chance.choice((date(2026, 3, 2), date(2027, 2, 15))),
            country="SE" if swedish else "DK",
            regime="LOU" if swedish else "udbudsloven",
            at_buyer_facility=chance.random() < 0.4,
        ),
        ClausesSet(**about, clauses=clauses, source="contract"),
    ]
    if named:
        said.append(
            SubcontractorsNamed(
                **about,
                supplier_id=contract.supplier_id,
                document_id=f"espd-{contract.id}",
                named=named,
            )
        )
    if chance.random() < 0.2:
        said.append(GoodsListed(**about, goods=(good,)))
    return said


def happens(region: Region, today: date, scale: float) -> list[Event]:
    """What is told on a day: news, and what puts earlier news right."""
    said: list[Event] = [event for day, event in region.mend if day <= today]
    region.mend = [(day, event) for day, event in region.mend if day > today]
    if today == PASSES_ON:
        said += _pass_on(region)
    for what, in_a_year in A_YEAR.items():
        expected = in_a_year * scale / 365
        times = int(expected) + (region.chance.random() < expected % 1)
        for _ in range(times):
            contract = region.chance.choice(region.contracts)
            if not contract.over:
                said += NEWS[what](region, contract, today)
    return said


def _later(region: Region, today: date, event: Event, likely: float) -> None:
    """Something that puts it right, on some day: or never."""
    if region.chance.random() < likely:
        day = today + timedelta(days=region.chance.randrange(3, 90))
        region.mend.append((day, event))


def _listed(region: Region, contract: Contract, today: date) -> list[Event]:
    company = region.chance.choice((contract.supplier_id, *contract.subs))
    owner, hit = f"person-{int(company[-8:]) - 10_000_000}", region.next("hit")
    entry = ListEntryRef(source="eu", entry_id=hit, version="v2", name="X")
    about = {"hit_id": hit, "party_id": owner, "entry": entry}
    said: list[Event] = [HitRaised(**about, score=0.95, explanation=("same name",))]
    for buyer in sorted({c.buyer_id for c in region.places_of(company)}):
        said.append(HitConfirmed(**about, buyer_id=buyer, by="o1", reason="the same person"))
        said.append(
            OwnershipFlagged(
                flag_id=f"flag-{company}-{buyer}",
                party_id=company,
                buyer_id=buyer,
                rule="SAN-AF",
                verdict="owned",
                share=Share.exactly(60),
                owner_ids=(owner,),
                hit_ids=(hit,),
                path=(owner, company),
                reason="listed owners hold 60 %",
            )
        )
    delisted = HitEnded(hit_id=hit, party_id=owner, reason="no longer on the list")
    _later(region, today, delisted, 0.2)
    return said


def _debt(region: Region, contract: Contract, today: date) -> list[Event]:
    debtor = region.chance.choice((contract.supplier_id, *contract.subs))
    claim = {"claim_id": region.next("claim"), "party_id": debtor, "buyer_id": contract.buyer_id}
    amount = float(region.chance.choice((40_000, 140_000, 600_000)))
    paid = ClaimReconciled(
        **claim, ground="EX-B1", document_id=region.next("doc"), found="the debt is paid"
    )
    _later(region, today, paid, 0.6)
    return [
        ClaimContradicted(
            **claim,
            ground="EX-B1",
            document_id=region.next("doc"),
            found=f"a tax debt of DKK {amount:g}",
            amount=Money(amount=amount),
        )
    ]


def _wages(region: Region, contract: Contract, today: date) -> list[Event]:
    worker = region.chance.choice((contract.supplier_id, *contract.subs))
    finding = region.next("finding")
    about = {"contract_id": contract.id, "buyer_id": contract.buyer_id, "party_id": worker}
    claim = float(region.chance.randrange(10, 200) * 1_000)
    if region.chance.random() < 0.15:
        _later(
            region,
            today,
            FindingDisputed(
                finding_id=finding, **about, reason="the hours were paid", forum="arbitration"
            ),
            1,
        )
        upheld = region.chance.random() < 0.7
        region.mend.append(
            (
                today + timedelta(days=120),
                FindingRuled(
                    finding_id=finding,
                    **about,
                    upheld=upheld,
                    reference=region.next("C"),
                    reason="the payroll shows it",
                    by="ole",
                ),
            )
        )
    for part in (0.4, 0.6):
        paid = Money(amount=claim * part)
        shown = BackPayShown(
            check_id=finding, **about, paid=paid, outstanding=Money(amount=claim), by="wanda"
        )
        _later(region, today, shown, 0.5)
    return [
        FindingRaised(
            finding_id=finding,
            audit_id=region.next("audit"),
            **about,
            obligation="labour-ilo94",
            severity="major",
            finding_class=region.chance.choice(("wages", "wages", "documents")),
            description="payslips show hours that were not paid",
            claim=Money(amount=claim),
        )
    ]


def _overdue(region: Region, contract: Contract, today: date) -> list[Event]:
    late = region.chance.choice((contract.supplier_id, *contract.subs))
    ids = {"action_id": region.next("action"), "finding_id": region.next("finding")}
    about = {**ids, "contract_id": contract.id, "buyer_id": contract.buyer_id, "party_id": late}
    verified = CorrectiveActionVerified(**about, by="ole", document_ids=())
    _later(region, today, verified, 0.6)
    due = datetime(today.year, today.month, today.day).astimezone()
    return [CorrectiveActionOverdue(**about, obligation="labour-ilo94", due=due)]


def _haven(region: Region, contract: Contract, today: date) -> list[Event]:
    about = {"flag_id": region.next("tie"), "party_id": contract.supplier_id, "country": "PA"}
    ended = JurisdictionEnded(**about, whose="owner", reason="sold again")
    _later(region, today, ended, 0.3)
    return [
        JurisdictionFlagged(
            **about,
            whose="owner",
            list_name="EU list",
            list_date=date(2026, 10, 10),
            rule="TAX-LIST",
        )
    ]


def _suspended(region: Region, contract: Contract, today: date) -> list[Event]:
    about = {
        "document_id": region.next("doc"),
        "party_id": contract.supplier_id,
        "buyer_id": contract.buyer_id,
        "kind": "mdr-certificate",
        "since": today,
        "source": "EUDAMED",
    }
    reinstated = DocumentReinstated(**about, told="valid again")
    _later(region, today, reinstated, 0.8)
    return [DocumentSuspended(**about, told="the notified body suspended it")]


def _ended(region: Region, contract: Contract, today: date) -> list[Event]:
    contract.over = True
    return [
        ContractEnded(contract_id=contract.id, buyer_id=contract.buyer_id, reason="it has run out")
    ]


def _pass_on(region: Region) -> list[Event]:
    said: list[Event] = []
    for contract in region.contracts:
        if contract.buyer_id == BUYERS[1] and not contract.over:
            contract.buyer_id = SUCCESSOR
            said.append(
                ContractPassedOn(
                    contract_id=contract.id,
                    buyer_id=SUCCESSOR,
                    predecessor_id=BUYERS[1],
                    effective=PASSES_ON,
                    reason="lov 699/2025 § 126",
                )
            )
    return said


NEWS = {
    "listed": _listed,
    "debt": _debt,
    "wages": _wages,
    "overdue": _overdue,
    "haven": _haven,
    "suspended": _suspended,
    "ended": _ended,
}
