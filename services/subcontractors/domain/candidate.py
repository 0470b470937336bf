"""Where a replacement is, and who has been proposed in it."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel

from shared.events.words import Check, PartyDescription, Share


class Stage(StrEnum):
    """Where a replacement is; `cleared` waits for the day on which the swap takes effect, and
    `provisional` for what is missing of a substitute that works already."""

    DEMANDED = "demanded"
    PROVISIONAL = "provisional"
    CLEARED = "cleared"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"


class Answer(StrEnum):
    """What an officer said of a substitute."""

    OPEN = "open"
    PROVISIONAL = "provisional"
    CLEARED = "cleared"
    REFUSED = "refused"
    NOT_NEEDED = "not_needed"


class Candidate(BaseModel, frozen=True):
    """A proposed substitute with its checks; `told` are those that were last announced."""

    party: PartyDescription
    share: Share | None = None
    service: str = ""
    proposed_at: datetime
    answer: Answer = Answer.OPEN
    checks: tuple[Check, ...] = ()
    told: tuple[Check, ...] = ()
    by: str = ""
    reason: str = ""

    @property
    def party_id(self) -> str:
        return self.party.party_id
