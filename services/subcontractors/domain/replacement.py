"""Replacing one subcontractor on one contract: demanded, proposed, checked, cleared, replaced."""

from datetime import date, datetime
from typing import ClassVar

from services.subcontractors.domain.candidate import Answer, Candidate, Stage
from services.subcontractors.domain.ids import id_of
from services.subcontractors.domain.substitute import failed_checks, open_checks
from shared.domain import Aggregate, Rejected
from shared.events.base import Need
from shared.events.breaches import ConsequenceOrdered
from shared.events.subcontractors import (
    ReplacementDemanded,
    ReplacementExtended,
    ReplacementOverdue,
    ReplacementWithdrawn,
    SubcontractorReplaced,
    SubstituteChecked,
    SubstituteCleared,
    SubstituteProposed,
    SubstituteRefused,
)
from shared.events.words import Check, PartyDescription, Share


class Replacement(Aggregate):
    """One demand to replace a subcontractor, because of one decision in one case."""

    indexes: ClassVar[tuple[str, ...]] = ("buyer_id", "contract_id", "case_id", "stage", "opened")

    opened: str
    case_id: str
    decision_id: str
    contract_id: str
    buyer_id: str
    supplier_id: str
    outgoing_id: str
    deadline: datetime
    basis: str
    reason: str
    link_id: str
    stage: Stage = Stage.DEMANDED
    overdue: bool = False
    candidates: tuple[Candidate, ...] = ()
    effective: date | None = None
    outcome: str = ""

    @classmethod
    def demand(cls, order: ConsequenceOrdered, deadline: datetime, now: datetime) -> "Replacement":
        """A signed decision demands it."""
        id = id_of("repl", order.case_id, order.decision_id)
        demanded = cls(
            id=id,
            opened=now.isoformat(),
            case_id=order.case_id,
            decision_id=order.decision_id,
            contract_id=order.contract_id,
            buyer_id=order.buyer_id,
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

    @property
    def is_open(self) -> bool:
        return self.stage in (Stage.DEMANDED, Stage.CLEARED)

    def candidate(self, party_id: str) -> Candidate:
        for candidate in reversed(self.candidates):
            if candidate.party_id == party_id:
                return candidate
        proposed = ", ".join(c.party_id for c in self.candidates) or "nobody"
        raise Rejected(f"{party_id} was not proposed in {self.id}; proposed so far: {proposed}")

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
        if candidate.answer is not Answer.OPEN:
            # A cleared one is still watched until the swap.
            if candidate.answer is Answer.CLEARED:
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
                settles=(self._need_id("decide-substitute", party_id),),
            )
        )

    def incoming(self) -> Candidate | None:
        """Who was cleared."""
        return next((c for c in self.candidates if c.answer is Answer.CLEARED), None)

    def reopen(self, party_id: str) -> None:
        """Between clearing and the swap something new was found: nobody is cleared any more."""
        self._change(self.candidate(party_id), answer=Answer.OPEN, told=(), by="", reason="")
        self.stage, self.effective = Stage.DEMANDED, None

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
                settles=(*self._open_needs(), *unneeded),
            )
        )

    # ------------------------------------------------------------ time, and ways out

    def pass_deadline(self, due: datetime) -> None:
        """The deadline came. Said once; it stays possible to propose."""
        if self.stage is not Stage.DEMANDED or self.overdue:
            return
        self.overdue = True
        self.announce(
            ReplacementOverdue(
                **self._who(),
                deadline=self.deadline,
                need=self._need("overdue-replacement", "officer", due),
            )
        )

    def extend(self, deadline: datetime, by: str, reason: str) -> None:
        self._must_be(Stage.DEMANDED, "extend the deadline")
        if deadline <= self.deadline:
            raise Rejected(
                f"the deadline is {self.deadline:%Y-%m-%d} already: an extension is later",
                field="working_days",
            )
        self.deadline, self.overdue = deadline, False
        self.announce(
            ReplacementExtended(
                **self._who(),
                deadline=deadline,
                by=by,
                reason=reason,
                need=self._need("follow-replacement", "contract_manager", deadline),
                settles=(self._need_id("overdue-replacement"),),
            )
        )

    def withdraw(self, by: str, reason: str) -> None:
        """The demand falls away."""
        if not self.is_open:
            raise Rejected(f"{self.id} is {self.stage}: there is nothing to withdraw")
        unneeded = self._answer_the_rest("the demand was withdrawn")
        self.stage, self.outcome = Stage.WITHDRAWN, reason
        self.announce(
            ReplacementWithdrawn(
                **self._who(), by=by, reason=reason, settles=(*self._open_needs(), *unneeded)
            )
        )

    def _answer_the_rest(self, reason: str) -> tuple[str, ...]:
        """Substitutes without an answer need none any more; which needs that settles."""
        waiting = [c for c in self.candidates if c.answer is Answer.OPEN]
        for candidate in waiting:
            self._change(candidate, answer=Answer.NOT_NEEDED, reason=reason)
        return tuple(self._need_id("decide-substitute", c.party_id) for c in waiting)

    def _must_be_unanswered(self, candidate: Candidate) -> None:
        if candidate.answer is not Answer.OPEN:
            party_id, answer, reason = candidate.party_id, candidate.answer, candidate.reason
            raise Rejected(f"{party_id} is {answer} already: {reason}")

    def _must_be(self, stage: Stage, to: str) -> None:
        if self.stage is not stage:
            raise Rejected(
                f"{self.id} is {self.stage}{f' ({self.outcome})' if self.outcome else ''}: "
                f"to {to} it must be {stage}"
            )

    def _change(self, candidate: Candidate, **update: object) -> None:
        changed = candidate.model_copy(update=update)
        self.candidates = tuple(changed if c is candidate else c for c in self.candidates)

    def _who(self) -> dict[str, str]:
        return {
            "replacement_id": self.id,
            "case_id": self.case_id,
            "contract_id": self.contract_id,
            "buyer_id": self.buyer_id,
            "supplier_id": self.supplier_id,
            "outgoing_id": self.outgoing_id,
        }

    def _need_id(self, kind: str, party_id: str = "") -> str:
        return "/".join(filter(None, (kind, self.id, party_id)))

    def _open_needs(self) -> tuple[str, ...]:
        return self._need_id("follow-replacement"), self._need_id("overdue-replacement")

    def _need(self, kind: str, role: str, due: datetime, party_id: str = "") -> Need:
        return Need(
            id=self._need_id(kind, party_id),
            kind=kind,
            role=role,
            buyer_id=self.buyer_id,
            due=due,
            about=self.id,
        )
