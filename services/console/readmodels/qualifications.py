"""Where each party stands in each role on each contract: from draft to qualified, and why."""

from datetime import datetime
from typing import ClassVar

from shared.domain import Aggregate
from shared.events.base import Event
from shared.events.onboarding import QualificationMoved, QualificationStalled
from shared.unit import Unit


class Qualifying(Aggregate):
    """One qualification. `stalled` means that it did not move on by its day."""

    indexes: ClassVar[tuple[str, ...]] = ("party_id", "contract_id", "buyer_id")

    party_id: str = ""
    buyer_id: str = ""
    contract_id: str = ""
    role: str = ""
    state: str = "draft"
    reasons: tuple[str, ...] = ()
    by: str = ""
    owner: str = ""
    until: datetime | None = None
    stalled: bool = False
    at: datetime | None = None

    @property
    def acts(self) -> tuple[str, ...]:
        """What a person may decide of it now."""
        match self.state:
            case "refused":
                return ("reconsider",)
            case "conditional":
                return ("reconsider", "refuse")
            case "qualified" | "draft":
                return ("refuse",)
        return ("condition", "refuse")


async def follow_qualifications(event: Event, unit: Unit) -> None:
    if not isinstance(event, QualificationMoved | QualificationStalled):
        return
    id = event.qualification_id
    one = await unit.load(Qualifying, id) or Qualifying(id=id)
    one.party_id, one.buyer_id = event.party_id, event.buyer_id
    one.contract_id, one.role = event.contract_id, event.role
    one.state, one.reasons = event.state, event.reasons
    one.at = unit.message.time or unit.now
    if isinstance(event, QualificationMoved):
        one.by, one.owner, one.until, one.stalled = event.by, event.owner, event.until, False
    else:
        one.stalled = True
    unit.save(one)
