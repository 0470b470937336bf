"""A case from its first fact to its end: flagged, joined, raised to a block, closed."""

from datetime import datetime

from services.breaches.domain.agreement import Agreement
from services.breaches.domain.basis import Ground, bases_of
from services.breaches.domain.block import BlockSteps
from services.breaches.domain.cleaning import CleaningSteps
from services.breaches.domain.decision import DecisionSteps
from services.breaches.domain.delivery import AWAITS_ANSWER, DeliverySteps
from services.breaches.domain.file import Dues
from services.breaches.domain.hearing import HearingSteps
from services.breaches.domain.resting import RestSteps
from services.breaches.domain.rules import Phase, Rule
from services.breaches.domain.stages import Action, Stage
from services.breaches.domain.supply import SupplySteps
from shared.domain import Rejected
from shared.events.base import Need
from shared.events.breaches import (
    BreachDismissed,
    BreachFlagged,
    BreachRemedied,
    CaseJoined,
    CaseSettled,
    PersonRecused,
    Track,
)
from shared.events.words import Cause, Status

BLOCK_IN_FORCE = (Stage.BLOCKED, Stage.PROPOSED, Stage.ORDERED)
"""States of a legal block that a second approver has confirmed."""


EXITS_OF_A_BLOCK = ("false_match", "control_rebutted", "delisted")


class Case(
    BlockSteps, HearingSteps, DeliverySteps, CleaningSteps, DecisionSteps, RestSteps, SupplySteps
):
    """Duplicates join it: one party, one contract, one rule, one open case."""

    def ground(self, rule: Rule) -> Ground:
        return Ground(
            rule=rule,
            phase=self.phase,
            role=self.role,
            amount=self.amount,
            established=self.established,
            share=self.share,
            final=self.final,
            chosen=self.chosen,
        )

    def flag(self, rule: Rule, agreement: Agreement, dues: Dues, now: datetime) -> None:
        """The case is open, and somebody must act."""
        waits = self.enter(Stage.FLAGGED, dues)
        self.log("flagged", "breaches", self.cause.detail or self.cause.kind, now)
        self._say_flagged(rule, agreement, waits["need"], waits["settles"])

    def join(self, exposure_id: str, cause: Cause, now: datetime) -> None:
        """Another exposure to the same rule is part of this case."""
        self.ended_exposures = tuple(e for e in self.ended_exposures if e != exposure_id)
        if cause.ref in self.cause_refs and (not exposure_id or exposure_id in self.exposure_ids):
            return
        self._add(exposure_id, cause)
        self.log("joined", "breaches", cause.detail or cause.kind, now)
        self.announce(
            CaseJoined(**self.about(), cause=cause, exposure_ids=(exposure_id,) * bool(exposure_id))
        )

    def goes_on_with(self, contract_id: str, now: datetime) -> None:
        """The procedure led to a contract: the ground was there at its award, and the case is about
        the contract from now on (udbudsloven § 185)."""
        before, self.contract_id, self.phase = self.contract_id, contract_id, Phase.AT_AWARD
        self.note(f"procedure {before} led to contract {contract_id}", "contracts", now)
        self.announce(CaseJoined(**self.about(), cause=self.cause, exposure_ids=()))

    def rise_to_block(
        self,
        exposure_id: str,
        cause: Cause,
        rule: Rule,
        agreement: Agreement,
        dues: Dues,
        now: datetime,
    ) -> None:
        """What was a question about owners is now an answer: a listed person owns it."""
        self._add(exposure_id, cause)
        self.cause, self.track, self.rest = cause, Track.LEGAL_BLOCK, None
        # What was asked of the owners is answered; a later hearing has a link of its own.
        self.exchanges = tuple(
            e.model_copy(update={"lapsed": True}) if e.is_open else e for e in self.exchanges
        )
        waits = self.enter(Stage.FLAGGED, dues)
        self.log("raised to a legal block", "breaches", cause.detail, now)
        self._say_flagged(rule, agreement, waits["need"], waits["settles"])

    def _add(self, exposure_id: str, cause: Cause) -> None:
        if exposure_id:
            self.exposure_ids = tuple(dict.fromkeys((*self.exposure_ids, exposure_id)))
        self.cause_refs = tuple(dict.fromkeys((*self.cause_refs, cause.ref)))

    def _say_flagged(
        self, rule: Rule, agreement: Agreement, need: Need | None, settles: tuple[str, ...]
    ) -> None:
        self.announce(
            BreachFlagged(
                **self.about(),
                cause=self.cause,
                exposure_ids=self.exposure_ids,
                phase=self.phase,
                mandatory=self.mandatory,
                basis=bases_of(self.ground(rule), agreement),
                rulebook_version=self.rulebook_version,
                need=need,
                settles=settles,
            )
        )

    def exposure_ended(self, exposure_id: str, reason: str, now: datetime) -> None:
        """The facts behind the case are gone. A person says what that means for it."""
        if exposure_id in self.ended_exposures or exposure_id not in self.exposure_ids:
            return
        self.ended_exposures = (*self.ended_exposures, exposure_id)
        self.note(f"an exposure has ended: {reason}", "subcontractors", now)

    def dismiss(
        self, by: str, roles: tuple[str, ...], reason: str, now: datetime, way_out: str = ""
    ) -> None:
        """Close it without consequence. A block that two persons put in force takes an approver.

        `way_out` is which exit it takes; a ground can be noted for the next procedure, where it is
        assessed anew: it is never a list of the excluded.
        """
        self.must_allow(Action.DISMISS)
        in_force = self.track is Track.LEGAL_BLOCK and self.stage in BLOCK_IN_FORCE
        if in_force and "approver" not in roles:
            raise Rejected(
                "this block was approved by a second person: lifting it takes an approver"
            )
        if way_out in EXITS_OF_A_BLOCK and self.track is not Track.LEGAL_BLOCK:
            raise Rejected(f"{way_out} is a way out of a legal block alone", field="way_out")
        self.must_not_pass_over(way_out)
        self.lift_hold(by, reason, now)
        self._close(Stage.DISMISSED, reason, by, now, way_out)

    def settle(self, by: str, terms: str, now: datetime) -> None:
        """The parties agreed; what was agreed is the end of it."""
        self.must_allow(Action.SETTLE)
        self._close(Stage.REMEDIED, terms, by, now, "settled")

    def remedy(self, by: str, reason: str, now: datetime) -> None:
        """Somebody at the buyer's saw that it has been put right."""
        self.must_allow(Action.REMEDY)
        self._close(Stage.REMEDIED, reason, by, now)

    def is_remedied(self, reason: str, now: datetime) -> None:
        """A fact put it right: the party has left the chain."""
        if self.open:
            self._close(Stage.REMEDIED, reason, "subcontractors", now)

    def falls_away(self, reason: str, now: datetime) -> None:
        """The contract is over: nothing is pursued on it. What a freeze holds back stays held, for
        whoever still owes the party (269/2014 art. 2); such a case ends by its own ways out.
        """
        if self.track is Track.LEGAL_BLOCK and self.held:
            self.log("contract over", "contracts", reason, now)
        elif self.open:
            self.lift_hold("contracts", reason, now)
            self._close(Stage.DISMISSED, reason, "contracts", now)

    def _close(self, stage: Stage, reason: str, by: str, now: datetime, way_out: str = "") -> None:
        self.release_all(by, reason, now)
        self.end_precaution(reason, now)
        self.status, self.held, self.rest = Status.CLEAR, False, None
        waits = self.enter(stage, {})
        if stage is Stage.DISMISSED and self.report_due and not self.reported:
            waits["settles"] = (*waits["settles"], self.report_need)
            self.report_due = None
        self.log(stage.value, by, reason, now)
        for decision in self.decisions:
            if decision.is_open:
                self._change(decision, {"withdrawn": f"the case is {stage}"})
        if stage is Stage.DISMISSED:
            until = self.relevant_until if way_out == "noted" else None
            more = {"way_out": way_out, "relevant_until": until}
            dismissed = BreachDismissed(**self.about(), by=by, reason=reason, **more, **waits)
            self.announce(dismissed)
        elif way_out == "settled":
            self.announce(CaseSettled(**self.about(), by=by, terms=reason, **waits))
        else:
            self.announce(BreachRemedied(**self.about(), reason=reason, **waits))

    def recuse(self, person: str, instead: str, by: str, reason: str, now: datetime) -> None:
        """Somebody has an interest and acts no more; unsigned work of theirs is done anew."""
        if not self.open:
            raise Rejected(f"case {self.id} is {self.stage}: nobody acts in it any more")
        if instead == person or instead in self.recused:
            raise Rejected(f"{instead} cannot act instead of {person}", field="instead")
        if person in self.recused:
            raise Rejected(f"{person} is recused already", field="person")
        self.recused = (*self.recused, person)
        for decision in self.decisions:
            if decision.is_open and person in decision.signed_by:
                signed = tuple(p for p in decision.signed_by if p != person)
                self._change(decision, {"signed_by": signed})
            if decision.is_open and person == decision.by:
                self.note(f"{person} prepared the decision: prepare it anew", "breaches", now)
        self.log("recused", by, f"{person}: {reason}; {instead} instead", now)
        self.announce(
            PersonRecused(**self.about(), person=person, instead=instead, by=by, reason=reason)
        )

    def step_due(self, dues: Dues, now: datetime) -> None:
        """The moment until which the case should have left its state."""
        wait = self.wait
        if wait is None:
            return
        asked = self.open_exchange() if self.stage in AWAITS_ANSWER else None
        if asked is not None and self.rest is None and not asked.unserved:
            if asked.delivered is None:
                self.miss_delivery(asked, dues, now)
            else:
                self.lapse(dues, now)
        else:
            self.escalate(dues, f"not done in time: {wait.what}", now)
