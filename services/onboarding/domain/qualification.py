"""What a party must show a buyer for its role on a contract, and whether it has."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import ClassVar, Self

from shared.domain import Aggregate
from shared.events.base import Need, Said
from shared.events.onboarding import (
    DocumentOverdue,
    DocumentRequested,
    DocumentRequestWithdrawn,
    PartyQualified,
    QualificationLost,
)


def qualification_id(contract_id: str, party_id: str, role: str) -> str:
    return f"qual-{sha256(f'{contract_id}|{party_id}|{role}'.encode()).hexdigest()[:20]}"


class Request(Said):
    """One document that was asked for, and the one that came for it."""

    id: str
    kind: str
    due: datetime
    document_id: str = ""
    overdue: bool = False

    @property
    def need_id(self) -> str:
        return f"chase-document/{self.id}"


class Qualification(Aggregate):
    """One party in one role on one contract. Nobody is refused here: what is missing is named."""

    indexes: ClassVar[tuple[str, ...]] = ("party_id", "buyer_id", "contract_id")

    party_id: str
    buyer_id: str
    contract_id: str
    role: str
    requests: tuple[Request, ...] = ()
    asked: tuple[str, ...] = ()
    rounds: int = 0
    contradicted: tuple[str, ...] = ()
    qualified: bool = False
    closed: bool = False

    @classmethod
    def open(cls, contract_id: str, buyer_id: str, party_id: str, role: str) -> Self:
        id = qualification_id(contract_id, party_id, role)
        return cls(id=id, party_id=party_id, buyer_id=buyer_id, contract_id=contract_id, role=role)

    @property
    def link_id(self) -> str:
        """The door for everything that is asked for in one round: every letter has its own link."""
        return f"{self.id.replace('qual-', 'link-')}-{self.rounds}"

    @property
    def missing(self) -> tuple[Request, ...]:
        return tuple(r for r in self.requests if not r.document_id)

    @property
    def waits_for(self) -> tuple[str, ...]:
        """Why the party is not qualified, in plain words. Empty when it is."""
        papers = [f"{request.kind} is missing" for request in self.missing]
        claims = [f"the claim about {ground} is contradicted" for ground in self.contradicted]
        return (*papers, *claims)

    def plan(
        self,
        kinds: tuple[str, ...],
        due: datetime,
        there: Mapping[str, str],
        contradicted: tuple[str, ...],
    ) -> None:
        """Ask for the documents of a role, anew where it ended once. Those that are `there`
        (kind → id) are not asked for.
        """
        self.requests, self.closed, self.qualified = (), False, False
        self.rounds += 1
        self.contradicted = contradicted
        for kind in kinds:
            self._ask(kind, due, there.get(kind, ""))
        self._conclude()

    def _ask(self, kind: str, due: datetime, there: str = "") -> Request:
        self.asked = (*self.asked, kind)
        request = Request(
            id=f"{self.id.replace('qual-', 'request-')}-{kind}-{self.asked.count(kind)}",
            kind=kind,
            due=due,
            document_id=there,
        )
        self.requests = (*self.requests, request)
        if there:
            return request
        self.announce(
            DocumentRequested(
                request_id=request.id,
                party_id=self.party_id,
                buyer_id=self.buyer_id,
                contract_id=self.contract_id,
                kind=kind,
                due=due,
                link_id=self.link_id,
            )
        )
        return request

    def take(self, kind: str, document_id: str) -> None:
        """A verified document came for what was asked."""
        self.requests = tuple(
            r.model_copy(update={"document_id": document_id})
            if r.kind == kind and not r.document_id
            else r
            for r in self.requests
        )
        self._conclude()

    def weigh(self, contradicted: tuple[str, ...]) -> None:
        """Which grounds the evidence contradicts now."""
        self.contradicted = contradicted
        self._conclude()

    def expire(
        self, document_id: str, newer_id: str, reason: str, due: datetime
    ) -> tuple[Request, ...]:
        """A document no longer counts. A newer one takes its place; else it is asked for again,
        and the new requests are returned.
        """
        asked: list[Request] = []
        for request in self.requests:
            if request.document_id != document_id or self.closed:
                continue
            self.requests = tuple(r for r in self.requests if r != request)
            if newer_id:
                kept = request.model_copy(update={"document_id": newer_id})
                self.requests = (*self.requests, kept)
            else:
                self.rounds += 1
                asked.append(self._ask(request.kind, due))
                self._fall(reason)
        return tuple(asked)

    def pass_due(self, request_id: str, chase_by: datetime) -> None:
        """The day came and the document did not. Announced once; somebody must ask for it."""
        for request in self.missing:
            if request.id != request_id or request.overdue or self.closed:
                continue
            late = request.model_copy(update={"overdue": True})
            self.requests = tuple(late if r == request else r for r in self.requests)
            self.announce(
                DocumentOverdue(
                    request_id=request.id,
                    party_id=self.party_id,
                    buyer_id=self.buyer_id,
                    contract_id=self.contract_id,
                    kind=request.kind,
                    need=Need(
                        id=request.need_id,
                        kind="chase-document",
                        role="officer",
                        buyer_id=self.buyer_id,
                        due=chase_by,
                        about=self.id,
                    ),
                )
            )

    def needs_for(self, kind: str) -> tuple[str, ...]:
        """What a document of this kind would settle."""
        return tuple(r.need_id for r in self.missing if r.kind == kind and r.overdue)

    def close(self) -> tuple[str, ...]:
        """The party no longer has this role; returns the requests that fall away."""
        if self.closed:
            return ()
        self.closed = True
        for request in self.missing:
            self.announce(
                DocumentRequestWithdrawn(
                    request_id=request.id,
                    party_id=self.party_id,
                    buyer_id=self.buyer_id,
                    contract_id=self.contract_id,
                    kind=request.kind,
                    reason="the party no longer has this role on the contract",
                    settles=(request.need_id,) if request.overdue else (),
                )
            )
        return tuple(request.id for request in self.missing)

    def _conclude(self) -> None:
        if self.closed:
            return
        if self.waits_for:
            self._fall("; ".join(self.waits_for))
        elif not self.qualified:
            self.qualified = True
            self.announce(
                PartyQualified(
                    party_id=self.party_id,
                    buyer_id=self.buyer_id,
                    contract_id=self.contract_id,
                    role=self.role,
                    documents=tuple(request.document_id for request in self.requests),
                )
            )

    def _fall(self, reason: str) -> None:
        if self.qualified:
            self.qualified = False
            self.announce(
                QualificationLost(
                    party_id=self.party_id,
                    buyer_id=self.buyer_id,
                    contract_id=self.contract_id,
                    role=self.role,
                    reason=reason,
                )
            )
