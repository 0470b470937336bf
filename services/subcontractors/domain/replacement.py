"""Replacing one subcontractor on one contract: demanded, proposed, checked, cleared, replaced."""

from datetime import date, datetime

from services.subcontractors.domain.candidate import Answer, Candidate, Stage
from services.subcontractors.domain.clock import ClockSteps
from services.subcontractors.domain.ids import id_of
from services.subcontractors.domain.provisional import ProvisionalSteps
from services.subcontractors.domain.substitute import failed_checks, open_checks
from shared.domain import Rejected
from shared.events.breaches import ConsequenceOrdered
from shared.events.subcontractors import (
    ReplacementDemanded,
    ReplacementWithdrawn,
    SubcontractorReplaced,
    SubstituteChecked,
    SubstituteCleared,
    SubstituteProposed,
    SubstituteRefused,
)
from shared.events.words import Check, PartyDescription, Share


class Replacement(ProvisionalSteps, ClockSteps):
    """One demand to replace a subcontractor, because of one decision in one case."""

    @classmethod
    def demand(
        cls, order: ConsequenceOrdered, buyer_id: str, deadline: datetime, now: datetime
    ) -> "Replacement":
        """A signed decision demands it. The buyer is whose contract it is by now."""
        id = id_of("repl", order.case_id, order.decision_id)
        demanded = cls(
            id=id,
            opened=now.isoformat(),
            case_id=order.case_id,
            decision_id=order.decision_id,
            contract_id=order.contract_id,
            buyer_id=buyer_id,
            supplier_id=order.supplier_id,
            outgoing_id=order.party_id,
            deadline=deadline,
            basis=order.basis,
            reason=order.reason,
            link_id=f"link-{id}",
        )
        demanded.announce(
            ReplacementDemanded(
                **demanded._who(),
                deadline=deadline,
                basis=order.basis,
                reason=order.reason,
                link_id=demanded.link_id,
                need=demanded._need("follow-replacement", "contract_manager", deadline),
            )
        )
        return demanded

    # ------------------------------------------------------------ substitutes

    def propose(
        self, party: PartyDescription, share: Share | None, service: str, now: datetime
    ) -> bool:
        """The contractor names who shall take over. False where it has done so already."""
        self._must_be(Stage.DEMANDED, "propose a substitute")
        if party.party_id == self.outgoing_id:
            raise Rejected(f"{party.party_id} is the one to be replaced", field="party")
        for known in self.candidates:
            if known.party_id == party.party_id and known.answer is Answer.OPEN:
                return False
            if known.party_id == party.party_id and known.answer is Answer.REFUSED:
                raise Rejected(
                    f"{party.party_id} was refused ({known.reason}); propose another one",
                    field="party",
                )
        candidate = Candidate(party=party, share=share, service=service, proposed_at=now)
        self.candidates = (*self.candidates, candidate)
        self.announce(SubstituteProposed(**self._who(), party=party, share=share, service=service))
        return True

    def check(self, party_id: str, checks: tuple[Check, ...], due: datetime) -> None:
        """What is known of a substitute now: said as soon as one check fails or all have passed."""
        candidate = self.candidate(party_id)
        if candidate.answer is Answer.PROVISIONAL:
            # It is in the chain by now, which the check of its place would hold against it.
            placed = tuple(c for c in candidate.checks if c.name == "chain")
            checks = (*(c for c in checks if c.name != "chain"), *placed)
        if candidate.answer is not Answer.OPEN:
            # A cleared one is still watched until the swap, a provisional one until its day.
            if candidate.answer in (Answer.CLEARED, Answer.PROVISIONAL):
                self._change(candidate, checks=checks)
            return
        fails_now = failed_checks(checks) and not failed_checks(candidate.told)
        complete = not open_checks(checks)
        news = bool(fails_now or (complete and checks != candidate.told))
        self._change(candidate, checks=checks, told=checks if news else candidate.told)
        if news:
            self.announce(
                SubstituteChecked(
                    **self._who(),
                    substitute_id=party_id,
                    checks=checks,
                    need=self._need("decide-substitute", "officer", due, party_id),
                )
            )

    def clear(self, party_id: str, by: str, reason: str, effective: date, deadline: date) -> None:
        """An officer accepts a substitute, once every check has passed."""
        self._must_be(Stage.DEMANDED, "clear a substitute")
        candidate = self.candidate(party_id)
        self._must_be_unanswered(candidate)
        if failed := failed_checks(candidate.checks):
            raise Rejected(
                f"{party_id} cannot be cleared, a check failed: {'; '.join(failed)}. "
                "Possible is to refuse it with this reason"
            )
        if not candidate.checks or open_checks(candidate.checks):
            missing = "; ".join(open_checks(candidate.checks)) or "nothing was checked yet"
            raise Rejected(f"{party_id} cannot be cleared yet, a check has no answer: {missing}")
        if effective > deadline:
            raise Rejected(
                f"the deadline of this replacement is {deadline}: choose a day until then, "
                "or extend it first with reasons",
                field="effective",
            )
        self._change(candidate, answer=Answer.CLEARED, by=by, reason=reason)
        self.stage, self.effective = Stage.CLEARED, effective
        self.announce(
            SubstituteCleared(
                **self._who(),
                substitute_id=party_id,
                by=by,
                reason=reason,
                link_id=self.link_id,
                settles=(self._need_id("decide-substitute", party_id),),
            )
        )

    def refuse(self, party_id: str, by: str, reason: str) -> None:
        """An officer refuses a substitute; the contractor has what is left of the time."""
        self._must_be(Stage.DEMANDED, "refuse a substitute")
        candidate = self.candidate(party_id)
        self._must_be_unanswered(candidate)
        self._change(candidate, answer=Answer.REFUSED, by=by, reason=reason)
        self.announce(
            SubstituteRefused(
                **self._who(),
                substitute_id=party_id,
                by=by,
                reason=reason,
                link_id=self.link_id,
                settles=(self._need_id("decide-substitute", party_id),),
            )
        )

    def incoming(self) -> Candidate | None:
        """Who was cleared."""
        return next((c for c in self.candidates if c.answer is Answer.CLEARED), None)

    def reopen(self, party_id: str, now: datetime) -> None:
        """Between clearing and the swap something new was found: nobody is cleared any more."""
        self._change(self.candidate(party_id), answer=Answer.OPEN, told=(), by="", reason="")
        self.stage, self.effective = Stage.DEMANDED, None
        self.stand_still_again(max(self.deadline, now), now)

    def complete(self, chain_version: int) -> None:
        """The swap has taken effect."""
        incoming = self.incoming()
        if self.stage is not Stage.CLEARED or incoming is None or self.effective is None:
            raise Rejected(f"{self.id} is {self.stage}: no substitute was cleared")
        unneeded = self._answer_the_rest("another substitute was taken")
        self.stage, self.outcome = Stage.REPLACED, f"replaced by {incoming.party_id}"
        self.announce(
            SubcontractorReplaced(
                **self._who(),
                incoming_id=incoming.party_id,
                effective=self.effective,
                chain_version=chain_version,
                settles=(*self._clock_needs(), *unneeded),
            )
        )

    # ------------------------------------------------------------ ways out

    def withdraw(self, by: str, reason: str) -> None:
        """The demand falls away."""
        if not self.is_open:
            raise Rejected(f"{self.id} is {self.stage}: there is nothing to withdraw")
        unneeded = self._answer_the_rest("the demand was withdrawn")
        self.stage, self.outcome = Stage.WITHDRAWN, reason
        self.announce(
            ReplacementWithdrawn(
                **self._who(),
                by=by,
                reason=reason,
                link_id=self.link_id,
                settles=(*self._clock_needs(), *unneeded),
            )
        )
