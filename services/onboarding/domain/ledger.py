"""The ledger of claims: what a party said about itself to a buyer, and what evidence says."""

from collections.abc import Container
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any, ClassVar

from shared.domain import Aggregate, Rejected, Unknown
from shared.events.base import Criminal, Event, Need, Said
from shared.events.offences import told_of
from shared.events.onboarding import (
    ClaimContradicted,
    ClaimMade,
    ClaimOverdue,
    ClaimReconciled,
    ClaimReopened,
    ClaimSupported,
    ClaimWaived,
)
from shared.events.words import Money


def ledger_id(buyer_id: str, party_id: str) -> str:
    return f"ledger-{sha256(f'{buyer_id}|{party_id}'.encode()).hexdigest()[:20]}"


def claim_id(buyer_id: str, party_id: str, ground: str) -> str:
    return f"claim-{sha256(f'{buyer_id}|{party_id}|{ground}'.encode()).hexdigest()[:20]}"


class ClaimState(StrEnum):
    OPEN = "open"
    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"
    RECONCILED = "reconciled"
    OVERDUE = "overdue"
    WAIVED = "waived"


class Waiver(Said):
    """A person asks for no proof. It rests on the evidence that was there: `seen` documents."""

    by: str
    reason: str
    seen: tuple[str, ...] = ()


class Claim(Said):
    """One answer about one ground, with the document it stands in.

    `due` is when evidence of it should be there; without one nothing is waited for.
    """

    id: str
    ground: str
    ground_exists: bool | None
    document_id: str
    made: date | None = None
    state: ClaimState = ClaimState.OPEN
    contradicted_by: str = ""
    amount: Money | None = None
    due: datetime | None = None
    late: bool = False
    waiver: Waiver | None = None


class Evidence(Said):
    """What a verified document shows about one ground.

    `ground_exists` is None for a payment that does not say what remains: it counts against a
    contradiction of at most the `paid` amount.
    """

    subject_field: ClassVar[str] = "offences_of"

    ground: str
    ground_exists: bool | None
    found: Criminal[str]
    document_id: str
    as_of: date
    amount: Money | None = None
    paid: Money | None = None

    @property
    def offences_of(self) -> str:
        """Whose key seals its words; nothing where no offence is spoken of (ADR 77)."""
        return told_of(self.document_id, self.ground)

    @property
    def order(self) -> tuple[date, bool, str]:
        """By date; on one day, what removes a ground comes after what shows it."""
        return self.as_of, self.ground_exists is not True, self.document_id


class Ledger(Aggregate):
    """All claims of one party towards one buyer. The order of arrival changes nothing in the end:
    evidence is weighed in the order of its dates, and what has been told is not told again.
    """

    indexes: ClassVar[tuple[str, ...]] = ("party_id", "buyer_id", "claim_ids")

    party_id: str
    buyer_id: str
    claims: tuple[Claim, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    told: tuple[str, ...] = ()
    claim_ids: tuple[str, ...] = ()

    @property
    def contradicted(self) -> tuple[str, ...]:
        return tuple(c.ground for c in self.claims if c.state is ClaimState.CONTRADICTED)

    def claim(
        self, ground: str, ground_exists: bool | None, document_id: str, made: date | None
    ) -> None:
        """Take down an answer. An older paper never replaces what a newer one said."""
        before = next((c for c in self.claims if c.ground == ground), None)
        if before is not None:
            older = made is not None and before.made is not None and made < before.made
            if older or before.document_id == document_id:
                return
        made_now = Claim(
            id=claim_id(self.buyer_id, self.party_id, ground),
            ground=ground,
            ground_exists=ground_exists,
            document_id=document_id,
            made=made,
        )
        settles = self._last_late(before) if before is not None else ()
        self.claims = (*(c for c in self.claims if c.ground != ground), made_now)
        self.claim_ids = tuple(c.id for c in self.claims)
        self.announce(
            ClaimMade(
                claim_id=made_now.id,
                party_id=self.party_id,
                buyer_id=self.buyer_id,
                ground=ground,
                ground_exists=ground_exists,
                document_id=document_id,
                settles=settles,
            )
        )
        self._weigh(ground)

    def await_evidence(self, grounds: Container[str], due: datetime) -> bool:
        """Evidence of the open claims about these grounds is due. Says whether any is awaited."""
        self.claims = tuple(
            c.model_copy(update={"due": c.due or due})
            if c.ground in grounds and c.state is ClaimState.OPEN
            else c
            for c in self.claims
        )
        return any(c.due is not None and c.state is ClaimState.OPEN for c in self.claims)

    def pass_due(self, now: datetime, act_by: datetime) -> None:
        """What was due and still is open is overdue; one person is asked about all of it."""
        for claim in self.claims:
            if claim.state is not ClaimState.OPEN or claim.due is None or claim.due > now:
                continue
            self._replace(claim.model_copy(update={"state": ClaimState.OVERDUE, "late": True}))
            self.announce(
                ClaimOverdue(
                    **self._about(claim),
                    due=claim.due,
                    need=Need(
                        id=self.need_id,
                        kind="settle-claims",
                        role="officer",
                        buyer_id=self.buyer_id,
                        due=act_by,
                        about=self.party_id,
                    ),
                )
            )

    def waive(self, claim_id: str, by: str, reason: str) -> None:
        """No proof is asked for any more. Later evidence is weighed all the same."""
        claim = self._known(claim_id)
        if claim.state not in (ClaimState.OPEN, ClaimState.OVERDUE, ClaimState.CONTRADICTED):
            raise Rejected(f"the claim is {claim.state}: there is nothing to waive")
        seen = tuple(e.document_id for e in self.evidence if e.ground == claim.ground)
        waiver = Waiver(by=by, reason=reason, seen=seen)
        self.announce(
            ClaimWaived(
                **self._about(claim),
                by=by,
                reason=reason,
                before=claim.state,
                settles=self._last_late(claim),
            )
        )
        self._replace(
            claim.model_copy(update={"state": ClaimState.WAIVED, "waiver": waiver, "late": False})
        )

    def reopen(self, claim_id: str, by: str, reason: str) -> None:
        """Take a waiver back: the evidence says again how the claim stands."""
        claim = self._known(claim_id)
        if claim.state is not ClaimState.WAIVED:
            raise Rejected(f"the claim is {claim.state}, not waived")
        self._replace(claim.model_copy(update={"waiver": None, "due": None}))
        self._weigh(claim.ground)
        state = self._known(claim_id).state
        self.announce(ClaimReopened(**self._about(claim), by=by, reason=reason, state=state))

    @property
    def need_id(self) -> str:
        return f"settle-claims/{self.id}"

    def _known(self, claim_id: str) -> Claim:
        for claim in self.claims:
            if claim.id == claim_id:
                return claim
        raise Unknown("claim", claim_id)

    def _replace(self, changed: Claim) -> None:
        self.claims = tuple(changed if c.id == changed.id else c for c in self.claims)

    def _about(self, claim: Claim) -> dict[str, Any]:
        return {
            "claim_id": claim.id,
            "party_id": self.party_id,
            "buyer_id": self.buyer_id,
            "ground": claim.ground,
        }

    def _last_late(self, claim: Claim) -> tuple[str, ...]:
        """The need of the overdue claims, where this is the last of them."""
        late = [c.id for c in self.claims if c.late]
        return (self.need_id,) if late == [claim.id] else ()

    def show(self, evidence: Evidence) -> None:
        """Take down what a verified document shows."""
        known = {(e.ground, e.document_id) for e in self.evidence}
        if (evidence.ground, evidence.document_id) not in known:
            self.evidence = (*self.evidence, evidence)
            self._weigh(evidence.ground)

    def _weigh(self, ground: str) -> None:
        claim = next((c for c in self.claims if c.ground == ground), None)
        if claim is None:
            return
        shown = sorted((e for e in self.evidence if e.ground == ground), key=lambda e: e.order)
        if claim.waiver and {e.document_id for e in shown} <= set(claim.waiver.seen):
            return
        state, by, amount = ClaimState.OPEN, "", None
        for evidence in shown:
            turned = _turn(claim, state, amount, evidence)
            if turned is None or turned is state:
                continue
            state = turned
            if state is ClaimState.CONTRADICTED:
                by, amount = evidence.document_id, evidence.amount
            self._tell(claim, state, evidence)
        if state is ClaimState.OPEN and claim.waiver:
            return
        if state is ClaimState.OPEN and claim.late:
            state = ClaimState.OVERDUE
        self._replace(
            claim.model_copy(
                update={
                    "state": state,
                    "contradicted_by": by,
                    "amount": amount,
                    "late": state is ClaimState.OVERDUE,
                    "waiver": None,
                }
            )
        )

    def _tell(self, claim: Claim, state: ClaimState, evidence: Evidence) -> None:
        telling = f"{claim.id}/{claim.ground_exists}/{state}/{evidence.document_id}"
        if telling in self.told:
            return
        self.told = (*self.told, telling)
        common = {
            **self._about(claim),
            "document_id": evidence.document_id,
            "settles": self._last_late(claim),
        }
        event: Event
        if state is ClaimState.SUPPORTED:
            event = ClaimSupported(**common)
        elif state is ClaimState.CONTRADICTED:
            event = ClaimContradicted(**common, found=evidence.found, amount=evidence.amount)
        else:
            event = ClaimReconciled(**common, found=evidence.found)
        self.announce(event)


def _turn(
    claim: Claim, state: ClaimState, amount: Money | None, evidence: Evidence
) -> ClaimState | None:
    """What the state of a claim becomes by one more piece of evidence, or None for no change.

    An admitted ground that evidence no longer shows stays open, as does an unanswered one: a
    person looks at both.
    """
    if evidence.ground_exists is None:
        covers = evidence.paid and amount and evidence.paid.amount >= amount.amount
        settled = state is ClaimState.CONTRADICTED and covers
        return ClaimState.RECONCILED if settled else None
    if claim.ground_exists is None:
        return None
    if claim.ground_exists:
        return ClaimState.SUPPORTED if evidence.ground_exists else None
    if evidence.ground_exists:
        return ClaimState.CONTRADICTED
    if state in (ClaimState.CONTRADICTED, ClaimState.RECONCILED):
        return ClaimState.RECONCILED
    return ClaimState.SUPPORTED
