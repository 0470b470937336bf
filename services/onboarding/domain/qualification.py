"""What a party must show a buyer for its role on a contract, and whether it has."""

from datetime import datetime
from hashlib import sha256
from typing import Any, ClassVar, Self

from shared.domain import Aggregate, Rejected
from shared.events.base import Need
from shared.events.onboarding import (
    DocumentRequestWithdrawn,
    PartyQualified,
    QualificationLost,
    QualificationMoved,
    QualificationRefused,
    QualificationStalled,
)

from .request import Request
from .stages import LAWFUL, WAITING, Around, Stage


def qualification_id(contract_id: str, party_id: str, role: str) -> str:
    return f"qual-{sha256(f'{contract_id}|{party_id}|{role}'.encode()).hexdigest()[:20]}"


_CONDITION_ENDED = (Stage.CONDITIONAL, Stage.LAPSED)

ANYBODY = "officer"
"""The role that sees to a qualification which no person has taken."""


class Qualification(Aggregate):
    """One party in one role on one contract. Nobody is refused here: what is missing is named."""

    indexes: ClassVar[tuple[str, ...]] = ("party_id", "buyer_id", "contract_id", "stage", "opened")

    party_id: str
    buyer_id: str
    contract_id: str
    role: str
    opened: str = ""
    stage: Stage = Stage.DRAFT
    reasons: tuple[str, ...] = ()
    requests: tuple[Request, ...] = ()
    asked: tuple[str, ...] = ()
    rounds: int = 0
    contradicted: tuple[str, ...] = ()
    closed: bool = False
    owner: str = ANYBODY
    until: datetime | None = None
    stalled: bool = False
    decided_by: str = ""
    decision: str = ""
    lost: bool = False

    @classmethod
    def open(
        cls, contract_id: str, buyer_id: str, party_id: str, role: str, at: datetime | None = None
    ) -> Self:
        return cls(
            id=qualification_id(contract_id, party_id, role),
            party_id=party_id,
            buyer_id=buyer_id,
            contract_id=contract_id,
            role=role,
            opened=at.isoformat() if at else "",
        )

    @property
    def qualified(self) -> bool:
        return self.stage is Stage.QUALIFIED

    @property
    def link_id(self) -> str:
        """The door for everything that is asked for in one round: every letter has its own link."""
        return f"{self.id.replace('qual-', 'link-')}-{self.rounds}"

    @property
    def missing(self) -> tuple[Request, ...]:
        """What must be there and is not: neither sent in nor replaced by what still counts."""
        return tuple(r for r in self.requests if r.open and not r.renews)

    @property
    def waits_for(self) -> tuple[str, ...]:
        """Why the party is not qualified, in plain words. Empty when nothing is missing."""
        papers = [f"{request.kind} is missing" for request in self.missing]
        claims = [f"the claim about {ground} is contradicted" for ground in self.contradicted]
        return (*papers, *claims)

    @property
    def need_id(self) -> str:
        return f"decide-qualification/{self.id}"

    # ------------------------------------------------------------ what comes and goes

    def close(self) -> tuple[str, ...]:
        """The party no longer has this role; returns the requests that fall away."""
        if self.closed:
            return ()
        missing = tuple(r for r in self.requests if r.open)
        for request in missing:
            self.announce(
                DocumentRequestWithdrawn(
                    **self.about(request),
                    reason="the party no longer has this role on the contract",
                    settles=(request.need_id,) if request.overdue else (),
                )
            )
        self.closed = True
        self._move(Stage.LAPSED, ("the party no longer has this role on the contract",), told=False)
        return tuple(request.id for request in missing)

    # ------------------------------------------------------------ where it stands

    def review(self, around: Around, reason: str = "") -> None:
        """Where it stands by all that is known now. What a person refused stays so."""
        self.contradicted = around.contradicted
        if self.closed or self.stage is Stage.REFUSED:
            return
        held = self.stage in (Stage.QUALIFIED, Stage.CONDITIONAL)
        if self.stage is Stage.CONDITIONAL and self.waits_for:
            return
        if self.waits_for:
            self._await_papers(around, reason, held=held)
        elif self.stage is not Stage.QUALIFIED:
            self._await_screening(around)

    def _await_papers(self, around: Around, reason: str, *, held: bool) -> None:
        unsent = [r for r in self.missing if not r.sent]
        if held or self.lost:
            stage = Stage.LAPSED
        elif unsent and len(unsent) == len(self.missing) and not self.contradicted:
            stage = Stage.DRAFT
        else:
            stage = Stage.DOCUMENTS_PENDING
        until = max((r.due for r in self.missing if not r.overdue), default=around.act_by)
        reasons = (reason,) if reason and held else self.waits_for
        self._move(stage, reasons, until=until)

    def _await_screening(self, around: Around) -> None:
        """Everything is shown. It is announced as a step of its own, whoever was first."""
        judged = around.screened and not around.hits
        waits = tuple(f"hit {hit} is not dismissed" for hit in around.hits)
        if self.stage is not Stage.CONDITIONAL:
            self._move(Stage.SCREENING, waits or ("everything is shown",), until=around.act_by)
        if judged:
            self._qualify()

    def _qualify(self) -> None:
        self._move(Stage.QUALIFIED, ("everything is shown, and no list speaks against it",))
        self.announce(
            PartyQualified(
                party_id=self.party_id,
                buyer_id=self.buyer_id,
                contract_id=self.contract_id,
                role=self.role,
                documents=tuple(r.document_id for r in self.requests if not r.open),
            )
        )

    def wait_is_over(self, now: datetime, act_by: datetime, around: Around) -> None:
        """The day has come until which it was to wait."""
        if self.until is None or now < self.until or self.closed:
            return
        if self.stage is Stage.CONDITIONAL:
            if self.waits_for:
                self._await_papers(around, "the time of the condition has passed", held=True)
            else:
                self._await_screening(around)
            if self.stage is Stage.CONDITIONAL:
                self._move(Stage.LAPSED, ("the time of the condition has passed",), until=act_by)
        if self.stage not in WAITING or self.stage is Stage.DRAFT or self.stalled:
            return
        if self.missing and all(r.overdue for r in self.missing):
            return  # who is to chase the documents has been asked already
        self.stalled, self.until = True, act_by
        self.announce(
            QualificationStalled(
                **self._named(),
                state=self.stage,
                reasons=self.reasons,
                need=self.need(self.need_id, "decide-qualification", act_by),
            )
        )

    # ------------------------------------------------------------ what a person decides

    def give_to(self, owner: str) -> None:
        """A person sees to it from now on: what waits is put to them and their deputies."""
        self.owner = owner

    def accept_for_now(self, by: str, reason: str, until: datetime) -> None:
        """A person lets the party work although something is missing, until a day."""
        self._must_be_open()
        if self.stage is Stage.CONDITIONAL:
            raise Rejected("it is conditional already; reconsider it first")
        if Stage.CONDITIONAL not in LAWFUL[self.stage]:
            raise Rejected(f"a qualification that is {self.stage} cannot become conditional")
        self.decided_by, self.decision = by, reason
        self._move(Stage.CONDITIONAL, (reason, *self.waits_for), by=by, until=until)

    def refuse(self, by: str, reason: str) -> None:
        """A person refuses. Nothing else ever does."""
        self._must_be_open()
        if self.stage is Stage.REFUSED:
            raise Rejected("it is refused already; reconsider it first")
        self.decided_by, self.decision = by, reason
        self._move(Stage.REFUSED, (reason,), by=by)
        self.announce(QualificationRefused(**self._named(), by=by, reason=reason))

    def reconsider(self, by: str, reason: str, around: Around) -> None:
        """A person takes back what a person decided: what is known says where it stands."""
        self._must_be_open()
        if self.stage not in (Stage.REFUSED, Stage.CONDITIONAL):
            raise Rejected(f"a qualification that is {self.stage} holds no decision of a person")
        self.decided_by, self.decision = "", ""
        self._move(Stage.LAPSED, (reason,), by=by, until=around.act_by)
        self.review(around)

    def _must_be_open(self) -> None:
        if self.closed:
            raise Rejected("the party no longer has this role on the contract")

    # ------------------------------------------------------------ how it is told

    def _move(
        self,
        stage: Stage,
        reasons: tuple[str, ...],
        *,
        by: str = "",
        until: datetime | None = None,
        told: bool = True,
    ) -> None:
        before = self.stage
        if stage is before and self.reasons:
            self.reasons, self.until = reasons, self.until if self.stalled else until
            return
        if stage is not before and stage not in LAWFUL[before]:
            raise AssertionError(f"{self.id} may not go from {before} to {stage}")
        settles = (self.need_id,) if self.stalled else ()
        self.stage, self.reasons = stage, reasons
        self.until, self.stalled = until, False
        if stage is Stage.QUALIFIED:
            self.lost = False
        self.announce(
            QualificationMoved(
                **self._named(),
                before=before,
                state=stage,
                reasons=reasons,
                by=by,
                owner=self.owner if stage in WAITING else "",
                until=until,
                settles=settles,
            )
        )
        if told and (before is Stage.QUALIFIED or (before, stage) == _CONDITION_ENDED):
            self.lost = True
            self.announce(
                QualificationLost(
                    party_id=self.party_id,
                    buyer_id=self.buyer_id,
                    contract_id=self.contract_id,
                    role=self.role,
                    reason="; ".join(reasons),
                )
            )

    def need(self, id: str, kind: str, due: datetime) -> Need:
        return Need(
            id=id,
            kind=kind,
            role="officer",
            buyer_id=self.buyer_id,
            due=due,
            owner=None if self.owner == ANYBODY else self.owner,
            about=self.id,
        )

    def _named(self) -> dict[str, Any]:
        return {
            "qualification_id": self.id,
            "party_id": self.party_id,
            "buyer_id": self.buyer_id,
            "contract_id": self.contract_id,
            "role": self.role,
        }

    def about(self, request: Request) -> dict[str, Any]:
        return {
            "request_id": request.id,
            "party_id": self.party_id,
            "buyer_id": self.buyer_id,
            "contract_id": self.contract_id,
            "kind": request.kind,
        }

    def open_request(self, request_id: str) -> Request | None:
        if self.closed:
            return None
        return next((r for r in self.requests if r.id == request_id and r.open), None)

    def change(self, request: Request, **update: object) -> None:
        changed = request.model_copy(update=update)
        self.requests = tuple(changed if r.id == request.id else r for r in self.requests)
