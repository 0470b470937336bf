"""How contracts and parties stand: the worst of all that touches them (design §5)."""

from collections.abc import Iterable
from datetime import date
from typing import ClassVar

from pydantic import Field

from shared.domain import Aggregate
from shared.events.base import Said
from shared.events.contracts import PartyStatusChanged
from shared.events.words import ListRef, PaymentHold, Status


class Concern(Said):
    """Why a contract is not clear: an exposure nobody decided on yet, or a case.

    `basis` is the statute or clause on which it is acted, once that is settled.
    """

    id: str
    party_id: str
    status: Status
    reason: str
    decision_ids: tuple[str, ...] = ()
    rulebook_version: str = ""
    basis: str = ""
    hold: PaymentHold | None = None
    excluded_until: date | None = None


class Standing(Said):
    """What the contract system is told of a contract."""

    status: Status = Status.CLEAR
    reason_codes: tuple[str, ...] = ()
    basis: tuple[str, ...] = ()
    decision_ids: tuple[str, ...] = ()
    payment_holds: tuple[PaymentHold, ...] = ()
    rulebook_version: str = ""
    excluded_until: date | None = None


def standing_of(concerns: Iterable[Concern]) -> Standing:
    """The worst of all concerns, with the reasons of all of them, the worst first (design §5)."""
    by_weight = sorted(concerns, key=lambda one: (-one.status.severity, one.reason, one.id))
    if not by_weight:
        return Standing()
    return Standing(
        status=by_weight[0].status,
        reason_codes=tuple(dict.fromkeys(outward(one.reason) for one in by_weight)),
        basis=tuple(dict.fromkeys(basis for one in by_weight if (basis := _outward_basis(one)))),
        decision_ids=tuple(dict.fromkeys(id for one in by_weight for id in one.decision_ids)),
        payment_holds=tuple(_outward_hold(one, one.hold) for one in by_weight if one.hold),
        rulebook_version=max(one.rulebook_version for one in by_weight),
        excluded_until=max((d for one in by_weight if (d := one.excluded_until)), default=None),
    )


CRIMINAL = "EX-A"
"""How the codes of the grounds begin that are criminal convictions (rulebook, EX-A1 to EX-A6)."""


def outward(reason: str) -> str:
    """The reason as other systems may see it: that it is a conviction stays here (GDPR Art 10)."""
    return "EX" if reason.startswith(CRIMINAL) else reason


def _outward_basis(concern: Concern) -> str:
    """The paragraph of a conviction would give away what its code does not."""
    return "" if concern.reason.startswith(CRIMINAL) else concern.basis


def _outward_hold(concern: Concern, hold: PaymentHold) -> PaymentHold:
    return hold.model_copy(update={"basis": _outward_basis(concern) or outward(concern.reason)})


class PartyStanding(Aggregate):
    """The worst that the contracts of one buyer say of one party."""

    indexes: ClassVar[tuple[str, ...]] = ("buyer_id", "party_id")

    buyer_id: str = ""
    party_id: str = ""
    contracts: dict[str, Standing] = Field(default_factory=dict)
    standing: Standing = Standing()

    @staticmethod
    def id_of(buyer_id: str, party_id: str) -> str:
        return f"standing-{buyer_id}-{party_id}"

    def note(
        self, contract_id: str, concerns: Iterable[Concern], lists: tuple[ListRef, ...] = ()
    ) -> bool:
        """What a contract says of the party now: `concerns` are those about it, by any of its ids.

        Announces the worst of all contracts where that has changed.
        """
        about = standing_of(concerns)
        others = {id: s for id, s in self.contracts.items() if id != contract_id}
        contracts = others | ({contract_id: about} if about.status is not Status.CLEAR else {})
        if contracts == self.contracts:
            return False
        self.contracts = contracts
        standing = worst_of(contracts.values())
        before, self.standing = self.standing, standing
        if standing != before:
            self.announce(
                PartyStatusChanged(
                    party_id=self.party_id,
                    buyer_id=self.buyer_id,
                    list_as_of=lists,
                    **dict(standing),
                )
            )
        return True


def worst_of(standings: Iterable[Standing]) -> Standing:
    """Several standings as one: the worst status, all reasons, all decisions."""
    by_weight = sorted(standings, key=lambda one: (-one.status.severity, one.reason_codes))
    if not by_weight:
        return Standing()
    return Standing(
        status=by_weight[0].status,
        reason_codes=tuple(dict.fromkeys(code for one in by_weight for code in one.reason_codes)),
        basis=tuple(dict.fromkeys(basis for one in by_weight for basis in one.basis)),
        decision_ids=tuple(dict.fromkeys(id for one in by_weight for id in one.decision_ids)),
        payment_holds=tuple(
            {hold.case_id: hold for one in by_weight for hold in one.payment_holds}.values()
        ),
        rulebook_version=max(one.rulebook_version for one in by_weight),
        excluded_until=max((d for one in by_weight if (d := one.excluded_until)), default=None),
    )


class ListsInForce(Aggregate):
    """Which versions of the binding lists are in force, as screening says."""

    lists: tuple[ListRef, ...] = ()

    def renew(self, new: ListRef) -> None:
        kept = [known for known in self.lists if known.source != new.source]
        self.lists = tuple(sorted((*kept, new), key=lambda known: known.source))


LISTS_IN_FORCE = "lists-in-force"
"""The id of the one `ListsInForce` of the service."""
