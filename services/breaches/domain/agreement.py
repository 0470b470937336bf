"""What breaches keeps of contracts, claims and parties: the facts that rules are measured by."""

from datetime import date
from typing import ClassVar

from shared.domain import Aggregate
from shared.events.base import Criminal
from shared.events.contracts import AwardIntended, ContractSigned
from shared.events.offences import told_of
from shared.events.onboarding import ClaimContradicted, ClaimMade, ClaimReconciled
from shared.events.words import Clause, Good, Money, PartyDescription, Right

RIGHT_FIRST = (Right.REPLACE_SUBCONTRACTOR, Right.HOLD_PAYMENT, Right.DEMAND_DOCUMENTS)
"""Whose days count for a hearing where a contract has several clauses."""

HEARING_DAYS = 10
"""Working days where no clause says otherwise (domain §8; there is no statutory number)."""

DKK_PER_EUR = 7.46038
"""The central rate of ERM II: the krone keeps within 2.25 % of it."""

REPLACEMENT_DAYS = 20
"""Working days where no clause says otherwise: our choice, there is no statutory number."""


ADMITTED = "the tenderer itself declares that the ground exists"


class Tendering(Aggregate):
    """What breaches keeps of a procedure: the grounds that its notice chose, and its days.

    `grounds` are criterion codes of the ESPD; none where the notice is not known. Tenders bind
    their tenderers until `tenders_until`. `reference` is the buyer's own number, by which the
    contract system calls the procedure of a contract.
    """

    indexes: ClassVar[tuple[str, ...]] = ("reference",)

    reference: str = ""
    buyer_id: str = ""
    title: str = ""
    country: str = "DK"
    regime: str = "udbudsloven"
    above_threshold: bool = True
    category: str = ""
    value: Money | None = None
    grounds: tuple[str, ...] | None = None
    award_on: date | None = None
    tenders_until: date | None = None


class Agreement(Aggregate):
    """A contract as the law looks at it: which law, which clauses, who is on it."""

    indexes: ClassVar[tuple[str, ...]] = ("buyer_id", "makers", "party_ids")

    buyer_id: str
    buyer_name: str = ""
    title: str = ""
    country: str = "DK"
    regime: str = "udbudsloven"
    above_threshold: bool = True
    at_buyer_facility: bool = False
    erased: bool = False
    """What was kept for it is erased, and what people wrote of offences in its cases."""
    category: str = ""
    units: tuple[str, ...] = ()
    value: Money | None = None
    goods: tuple[Good, ...] = ()
    makers: tuple[str, ...] = ()
    awarded: date | None = None
    procedure_id: str = ""
    supplier_ids: tuple[str, ...] = ()
    parties: tuple[PartyDescription, ...] = ()
    party_ids: tuple[str, ...] = ()
    clauses: tuple[Clause, ...] = ()
    over: str = ""
    reference: str = ""
    """The buyer's own number of a procedure."""
    tender: bool = False
    """A procedure whose contract is not there yet. Its id is that of the procedure."""

    @classmethod
    def intended(cls, notice: Tendering, event: AwardIntended, buyer_name: str = "") -> "Agreement":
        """What is to be awarded, and to whom: what the notice said counts for it."""
        return cls(
            id=event.procedure_id,
            buyer_id=event.buyer_id,
            buyer_name=buyer_name,
            title=notice.title or event.reference,
            country=notice.country,
            regime=notice.regime,
            above_threshold=notice.above_threshold,
            category=notice.category,
            value=notice.value,
            awarded=event.award_on,
            procedure_id=event.procedure_id,
            reference=event.reference,
            tender=True,
        )

    def is_for(self, winners: tuple[PartyDescription, ...]) -> None:
        """To whom the award is intended now."""
        self.parties = winners
        self.supplier_ids = tuple(party.party_id for party in winners)
        self.party_ids = self.supplier_ids

    @classmethod
    def of(cls, event: ContractSigned) -> "Agreement":
        return cls(
            id=event.contract_id,
            buyer_id=event.buyer_id,
            buyer_name=event.buyer_name,
            title=event.title,
            country=event.country,
            regime=event.regime,
            above_threshold=event.above_threshold,
            at_buyer_facility=event.at_buyer_facility,
            awarded=event.awarded,
            procedure_id=event.procedure_id,
            category=event.category,
            units=event.units,
            value=event.value,
            supplier_ids=tuple(party.party_id for party in event.suppliers),
            parties=event.suppliers,
            party_ids=tuple(party.party_id for party in event.suppliers),
        )

    @property
    def called(self) -> str:
        """By which a letter calls it."""
        return self.reference or self.id

    def list_goods(self, goods: tuple[Good, ...]) -> None:
        """`makers` are all whose certificate counts: the supplier's, where no maker is named."""
        self.goods = goods
        named = [
            m for good in goods for m in ((good.made_by,) if good.made_by else self.supplier_ids)
        ]
        self.makers = tuple(dict.fromkeys(named))

    def critical_goods_of(self, maker: str) -> tuple[Good, ...]:
        return tuple(
            good for good in self.goods if good.critical and (good.made_by or maker) == maker
        )

    @property
    def value_eur(self) -> float | None:
        """The value in euro, where it was said in euro or kroner; else unknown."""
        if self.value is None or self.value.currency not in ("EUR", "DKK"):
            return None
        rate = 1.0 if self.value.currency == "EUR" else DKK_PER_EUR
        return self.value.amount / rate

    def meet(self, party: PartyDescription) -> None:
        others = tuple(p for p in self.parties if p.party_id != party.party_id)
        self.parties = (*others, party)
        self.party_ids = tuple(dict.fromkeys((*self.party_ids, party.party_id)))

    def leaves(self, party_id: str) -> None:
        """It works here no longer. Its name stays known for the letters of its cases."""
        self.party_ids = tuple(id for id in self.party_ids if id != party_id)

    def name_of(self, party_id: str) -> str:
        return next((p.name for p in self.parties if p.party_id == party_id), party_id)

    def buyer_called(self, buyer_id: str) -> str:
        """How a buyer signs: by its name, or its id where the contract's facts said no name."""
        return (self.buyer_name if buyer_id == self.buyer_id else "") or buyer_id

    def clauses_with(self, right: Right) -> tuple[Clause, ...]:
        return tuple(clause for clause in self.clauses if right in clause.rights)

    def _days(self, field: str, default: int) -> int:
        for right in RIGHT_FIRST:
            for clause in self.clauses_with(right):
                return int(getattr(clause, field))
        return default

    @property
    def currency(self) -> str:
        return "SEK" if self.country == "SE" else "DKK"

    @property
    def hearing_days(self) -> int:
        return self._days("hearing_working_days", HEARING_DAYS)

    @property
    def replacement_days(self) -> int:
        return self._days("replacement_working_days", REPLACEMENT_DAYS)


class Claim(Aggregate):
    """What evidence said against a party's claim, and whether later evidence removed that; or a
    ground that the party itself `admitted`."""

    subject_field: ClassVar[str] = "offences_of"
    indexes: ClassVar[tuple[str, ...]] = ("party_id",)

    party_id: str = ""
    buyer_id: str = ""
    ground: str = ""
    found: Criminal[str] = ""
    amount: Money | None = None
    reconciled: Criminal[str] = ""
    admitted: bool = False

    @property
    def offences_of(self) -> str:
        """Whose key seals its words; nothing where no offence is spoken of (ADR 77)."""
        return told_of(self.id, self.ground, self.party_id)

    @property
    def denied(self) -> bool:
        """Evidence shows what the party had said does not exist."""
        return bool(self.found) and not self.admitted

    @property
    def speaks(self) -> bool:
        """Whether it speaks against the party as things are."""
        return bool(self.found) and not self.reconciled

    def admits(self, event: ClaimMade) -> None:
        """The party says itself that the ground exists."""
        self.party_id, self.buyer_id, self.ground = event.party_id, event.buyer_id, event.ground
        self.found, self.admitted, self.reconciled = ADMITTED, True, ""

    def takes_back(self) -> None:
        """It now says that the ground does not exist; evidence may still speak against that."""
        self.found, self.admitted = "", False

    def contradicted(self, event: ClaimContradicted) -> None:
        self.party_id, self.buyer_id, self.ground = event.party_id, event.buyer_id, event.ground
        self.found, self.amount, self.reconciled = event.found, event.amount, ""
        self.admitted = False

    def reconcile(self, event: ClaimReconciled) -> None:
        self.reconciled = event.found or "later evidence removed the contradiction"
