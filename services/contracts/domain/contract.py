"""A contract: its terms, and how it stands.

What an exposure or a case says lies on top of the terms as a *concern*.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

from services.contracts.domain.deal import Deal
from services.contracts.domain.history import moment
from services.contracts.domain.standing import Concern, Standing, standing_of
from services.contracts.domain.terms import Agreed
from services.contracts.domain.told import Told
from shared.domain import Rejected
from shared.events.base import Said
from shared.events.contracts import ContractStatusChanged, StatusAcknowledged
from shared.events.words import ListRef, Status


class Acknowledgement(Said):
    """The newest status that an endpoint's system confirmed to have taken over."""

    endpoint_id: str
    status_version: int
    at: datetime
    by: str


class Contract(Agreed):
    """One contract: what was agreed, and what the contract system is told of how it stands.

    `suppliers` are those whom the contract names, `supplier_ids` who they are known as today: one
    that was merged into another has the id of that one. `changed`: when its status or buyer changed
    last, and its id, which sorts. `covered` are the exposures for which a case speaks, `closed` the
    cases that weigh nothing any more.
    """

    indexes: ClassVar[tuple[str, ...]] = (
        "buyer_ids",
        "supplier_ids",
        "concerned_ids",
        "changed",
        "title",
    )

    concerns: tuple[Concern, ...] = ()
    concerned_ids: tuple[str, ...] = ()
    closed: tuple[Concern, ...] = ()
    covered: tuple[str, ...] = ()
    standing: Standing = Standing()
    status_version: int = 0
    status_since: datetime | None = None
    changed: str = ""
    list_as_of: tuple[ListRef, ...] = ()
    acknowledged: tuple[Acknowledgement, ...] = ()

    def sign(self, told: Told) -> tuple[Deal, ...]:
        """Nothing is held against it yet."""
        self.status_since = told.at
        return super().sign(told)

    def identify(self, known_as: Mapping[str, str]) -> bool:
        """Who the suppliers are known as today, where that is another id than the contract's.

        Returns whether anything has changed.
        """
        named = (one.party_id for one in self.suppliers)
        before, ids = self.supplier_ids, (known_as.get(id, id) for id in named)
        self.supplier_ids = tuple(dict.fromkeys(ids))
        return self.supplier_ids != before

    def touch(self, concern: Concern) -> None:
        """An exposure touches the contract, unless a case speaks for it already."""
        if concern.id not in self.covered:
            self._note(concern)

    def let_go(self, exposure_id: str) -> None:
        """An exposure has ended. If it comes back it counts anew."""
        self.covered = tuple(id for id in self.covered if id != exposure_id)
        self._forget(exposure_id)

    def follow(self, case: Concern, exposure_ids: tuple[str, ...] = ()) -> None:
        """A case says how the contract stands because of it; its exposures say so no longer."""
        self.covered = (*self.covered, *(id for id in exposure_ids if id not in self.covered))
        for id in exposure_ids:
            self._forget(id)
        self._note(case)
        closed = (case,) if case.status is Status.CLEAR else ()
        self.closed = (*(one for one in self.closed if one.id != case.id), *closed)

    def case(self, id: str) -> Concern | None:
        """What was said of a case last, also after it was closed: it can be taken up again."""
        return next((one for one in (*self.concerns, *self.closed) if one.id == id), None)

    def changed_at(self, now: datetime) -> None:
        self.changed = f"{moment(now)}|{self.id}"

    def restate(self, now: datetime, lists: tuple[ListRef, ...], *, renamed: bool = False) -> bool:
        """Announce how the contract stands, if that has changed, or who its suppliers are."""
        standing = standing_of(self.concerns)
        self.concerned_ids = tuple(dict.fromkeys(concern.party_id for concern in self.concerns))
        if standing == self.standing and not renamed:
            return False
        self.standing, self.status_since, self.list_as_of = standing, now, lists
        self.status_version += 1
        self.announce(
            ContractStatusChanged(
                contract_id=self.id,
                buyer_id=self.buyer_id,
                supplier_ids=self.supplier_ids,
                status_version=self.status_version,
                list_as_of=lists,
                **dict(standing),
            )
        )
        return True

    def acknowledge(
        self,
        version: int,
        endpoint_id: str,
        by: str,
        now: datetime,
        settles: tuple[str, ...] = (),
    ) -> bool:
        """An endpoint's system has taken a status over. Older ones than it had say nothing new."""
        if not 1 <= version <= self.status_version:
            raise Rejected(
                f"contract {self.id} has had {self.status_version} status versions, "
                f"{version} is not one of them",
                field="status_version",
            )
        known = {one.endpoint_id: one for one in self.acknowledged}
        before = known.get(endpoint_id)
        if before is not None and before.status_version >= version:
            return False
        known[endpoint_id] = Acknowledgement(
            endpoint_id=endpoint_id, status_version=version, at=now, by=by
        )
        self.acknowledged = tuple(known.values())
        self.announce(
            StatusAcknowledged(
                contract_id=self.id,
                buyer_id=self.buyer_id,
                status_version=version,
                endpoint_id=endpoint_id,
                settles=settles,
            )
        )
        return True

    def _note(self, concern: Concern) -> None:
        self._forget(concern.id)
        if concern.status is not Status.CLEAR:
            self.concerns = (*self.concerns, concern)

    def _forget(self, concern_id: str) -> None:
        self.concerns = tuple(known for known in self.concerns if known.id != concern_id)
