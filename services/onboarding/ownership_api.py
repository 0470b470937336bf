"""Where an officer enters the owners of a company by hand, next to statements that are read."""

from pydantic import BaseModel, Field

from services.onboarding.commands import DeclareOwners
from services.onboarding.readers.reading import Owner
from shared.asked import Day
from shared.http import Api, Desk, Done

MOST_OWNERS = 500

ownership_api = Api("onboarding")


class Declaration(BaseModel):
    """All owners of a company on a day (today where none is said), where from, and why by hand.

    Each has a share in per cent as the interval in which it lies, and a BODS interest; one who is
    not named has a reason instead. It replaces what was declared for an earlier day.
    """

    owners: tuple[Owner, ...] = Field(min_length=1, max_length=MOST_OWNERS)
    as_of: Day | None = None
    source: str = Field(min_length=2, max_length=200)
    reason: str = Field(min_length=3, max_length=2000)


@ownership_api.post("/parties/{party_id}/ownership", roles=("officer",))
async def declare(party_id: str, body: Declaration, desk: Desk) -> Done:
    """Enter the owners of a company, with dates, source and reason."""
    return await desk.send(
        DeclareOwners(
            party_id=party_id,
            owners=body.owners,
            as_of=body.as_of,
            source=body.source,
            reason=body.reason,
        )
    )
