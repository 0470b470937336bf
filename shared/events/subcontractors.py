"""Facts announced by subcontractors: chains, exposures, replacement."""

from datetime import date, datetime
from typing import ClassVar

from shared.events.base import Event
from shared.events.words import (
    Cause,
    ChainRole,
    Check,
    PartyDescription,
    Representative,
    Role,
    Share,
    Status,
)


class SubcontractorsEvent(Event):
    topic: ClassVar[str] = "subcontractors.v1"


class SubcontractorDeclared(SubcontractorsEvent):
    """A supplier named a subcontractor on a contract, at a tier, for a share of its value.

    `parent_id` is the party that hires it: the supplier at tier 1. `channel` is by which way it
    was named (`document`, `api`, `link`) and `by` who did; on the day `ends` it works no longer.
    """

    contract_id: str
    buyer_id: str
    party: PartyDescription
    parent_id: str
    tier: int
    share: Share | None = None
    service: str
    chain_version: int
    document_id: str = ""
    role: ChainRole = ChainRole.SUBCONTRACTOR
    place: str = ""
    place_country: str | None = None
    starts: date | None = None
    ends: date | None = None
    representatives: tuple[Representative, ...] = ()
    channel: str = ""
    by: str = ""


class SubcontractorApproved(SubcontractorsEvent):
    """The buyer agreed to a subcontractor."""

    contract_id: str
    buyer_id: str
    party_id: str
    by: str
    reason: str
    chain_version: int


class SubcontractorNotApproved(SubcontractorsEvent):
    """The buyer did not agree to a subcontractor, and why."""

    contract_id: str
    buyer_id: str
    party_id: str
    by: str
    reason: str


class ChainUpdateRequested(SubcontractorsEvent):
    """A supplier was asked to say who works for it. Its link lets it answer without an account.

    Since 2026-11.
    """

    contract_id: str
    buyer_id: str
    supplier_id: str
    due: datetime
    link_id: str
    by: str
    reason: str


class SubcontractorChangeNotified(SubcontractorsEvent):
    """A supplier gave notice of a change of somebody in the chain, and it waits for an answer.

    `changed` names what is to be another. Since 2026-11.
    """

    notice_id: str
    contract_id: str
    buyer_id: str
    party_id: str
    changed: tuple[str, ...]
    effective: date
    by: str
    reason: str


class SubcontractorChanged(SubcontractorsEvent):
    """Something about a subcontractor is another from a day on; the fields are as they are then.

    Since 2026-11.
    """

    contract_id: str
    buyer_id: str
    party_id: str
    changed: tuple[str, ...]
    effective: date
    parent_id: str
    tier: int
    share: Share | None = None
    service: str = ""
    role: ChainRole = ChainRole.SUBCONTRACTOR
    place: str = ""
    place_country: str | None = None
    ends: date | None = None
    chain_version: int
    by: str
    reason: str = ""
    notice_id: str = ""


class SubcontractorChangeRefused(SubcontractorsEvent):
    """The buyer did not agree to a change: all stays as it was, and why. Since 2026-11."""

    notice_id: str
    contract_id: str
    buyer_id: str
    party_id: str
    by: str
    reason: str


class SubcontractorWithdrawn(SubcontractorsEvent):
    """A subcontractor no longer works on a contract, from a date."""

    contract_id: str
    buyer_id: str
    party_id: str
    ends: date
    reason: str
    chain_version: int


class ChainViolationFound(SubcontractorsEvent):
    """A chain breaks a rule of its contract or of the law."""

    violation_id: str
    contract_id: str
    buyer_id: str
    party_id: str
    rule: str
    detail: str


class ChainViolationEnded(SubcontractorsEvent):
    """A chain breaks a rule no longer, or somebody found with reasons that it never did.

    Since 2026-11.
    """

    violation_id: str
    contract_id: str
    buyer_id: str
    party_id: str
    rule: str
    reason: str
    by: str = ""


class ExposureFound(SubcontractorsEvent):
    """A fact about a party touches a contract: in which role, and by which path.

    `path` runs from the supplier down the chain to the party, then along its owners;
    `status` is what the contract is to show as long as nobody has decided otherwise.
    """

    exposure_id: str
    contract_id: str
    buyer_id: str
    party_id: str
    supplier_id: str
    role: Role
    tier: int
    path: tuple[str, ...]
    cause: Cause
    status: Status
    share: Share | None = None


class ExposureEnded(SubcontractorsEvent):
    """A contract is no longer touched: the cause is gone, or the party has left the chain."""

    exposure_id: str
    contract_id: str
    buyer_id: str
    party_id: str
    cause: Cause
    reason: str


class ReplacementEvent(SubcontractorsEvent):
    """A step in replacing one subcontractor on one contract because of one case."""

    replacement_id: str
    case_id: str
    contract_id: str
    buyer_id: str
    supplier_id: str
    outgoing_id: str


class ReplacementDemanded(ReplacementEvent):
    """The contractor must replace a subcontractor by the deadline, on this basis."""

    deadline: datetime
    basis: str
    reason: str
    link_id: str


class SubstituteProposed(ReplacementEvent):
    """The contractor proposes who shall take over."""

    party: PartyDescription
    share: Share | None = None
    service: str = ""


class SubstituteChecked(ReplacementEvent):
    """What screening, documents and chain rules say of a substitute; an officer decides."""

    substitute_id: str
    checks: tuple[Check, ...]


class SubstituteCleared(ReplacementEvent):
    """An officer accepted a substitute."""

    substitute_id: str
    by: str
    reason: str
    link_id: str = ""  # since 2026-12; without it the contractor was not written to


class SubstituteRefused(ReplacementEvent):
    """An officer refused a substitute, and why. The contractor proposes another one in time."""

    substitute_id: str
    by: str
    reason: str
    link_id: str = ""  # since 2026-12; without it the contractor was not written to


class ProvisionalSubstituteAllowed(ReplacementEvent):
    """A substitute works from a day on before everything about it was shown. Since 2026-11.

    It and its owners were compared with the lists and nothing was found; `missing` names what
    must be shown by `until`, or its use ends.
    """

    substitute_id: str
    effective: date
    until: datetime
    missing: tuple[str, ...]
    by: str
    reason: str
    chain_version: int


class ProvisionalSubstituteEnded(ReplacementEvent):
    """A provisional substitute works no longer; another one must be proposed. Since 2026-11."""

    substitute_id: str
    ends: date
    by: str
    reason: str
    chain_version: int
    deadline: datetime


class SubcontractorReplaced(ReplacementEvent):
    """The chain has a new version from a date: one is out, the other is in."""

    incoming_id: str
    effective: date
    chain_version: int


class ReplacementOverdue(ReplacementEvent):
    """The deadline passed without a cleared substitute."""

    deadline: datetime


class ReplacementExtended(ReplacementEvent):
    """The deadline was moved, with reasons."""

    deadline: datetime
    by: str
    reason: str
    link_id: str = ""  # since 2026-12; without it the contractor was not written to


class ReplacementPaused(ReplacementEvent):
    """The case rests (`kind`: disputed, awaits_ruling, suspended, licence), and the time to propose
    a substitute stands still. `until` is when the rest ends at the latest. Since 2026-11.
    """

    kind: str
    until: datetime
    by: str
    reason: str


class ReplacementResumed(ReplacementEvent):
    """The case goes on, and this is the deadline now. Since 2026-11."""

    deadline: datetime
    by: str
    reason: str


class ReplacementPassedOn(ReplacementEvent):
    """Another authority is the buyer, and an open replacement waits for its people.

    Since 2026-11.
    """

    predecessor_id: str
    deadline: datetime


class ReplacementWithdrawn(ReplacementEvent):
    """The demand fell away, because its ground did."""

    by: str
    reason: str
    link_id: str = ""  # since 2026-12; without it the contractor was not written to
