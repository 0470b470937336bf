"""Where parties are entered by their numbers, and people say which of them are one."""

from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, Field

from services.onboarding.claims_api import READS, Because
from services.onboarding.deciding import KeepApart, MergeParties, RegisterParty, SplitParty
from services.onboarding.domain import Likeness, LikenessState
from shared.http import Api, Desk, Done, Page

merging_api = Api("onboarding")


class Newcomer(BaseModel):
    """A party by its number: `scheme` as in org-id.guide (`DK-CVR`), or empty to recognise it."""

    name: str = Field(min_length=1, max_length=500)
    number: str = Field(min_length=1, max_length=60)
    scheme: str = ""
    country: str | None = Field(None, pattern="^[A-Z]{2}$")
    address: str | None = None
    contact: str | None = None


class LikenessView(BaseModel):
    """Two parties that look like one: what speaks for it, what against, what was decided."""

    id: str
    party_ids: tuple[str, ...]
    state: LikenessState
    reasons: tuple[str, ...]
    against: tuple[str, ...]
    since: str
    decided_by: str
    decision: str


class Merger(Because):
    """Who is the same, and why."""

    absorbed_id: str


@merging_api.post("/parties", roles=("officer", "contract_manager", "integration"))
async def register_party(body: Newcomer, desk: Desk) -> Done:
    """Have a party known by its number. The same number is the same party."""
    return await desk.send(RegisterParty(**body.model_dump()))


@merging_api.get("/likenesses", roles=READS)
async def list_likenesses(
    desk: Desk,
    state: LikenessState = LikenessState.PROPOSED,
    after: str | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Page[LikenessView]:
    """Parties that look like one, the newest first. Parties are common to all buyers."""
    return await desk.page(
        Likeness,
        {"state": state.value},
        sort="since",
        descending=True,
        view=_view,
        limit=limit,
        after=after,
    )


@merging_api.post("/likenesses/{likeness_id}/keep-apart", roles=("officer",))
async def keep_apart(likeness_id: str, body: Because, desk: Desk) -> Done:
    """They are two, though they look alike."""
    return await desk.send(KeepApart(likeness_id=likeness_id, reason=body.reason))


@merging_api.post("/parties/{party_id}/merge", roles=("officer",))
async def merge(party_id: str, body: Merger, desk: Desk) -> Done:
    """Another party is this one. Both keep their ids; it can be taken back."""
    return await desk.send(
        MergeParties(survivor_id=party_id, absorbed_id=body.absorbed_id, reason=body.reason)
    )


@merging_api.post("/parties/{party_id}/split", roles=("officer",))
async def split(party_id: str, body: Because, desk: Desk) -> Done:
    """A party that was merged into another is one of its own again."""
    return await desk.send(SplitParty(party_id=party_id, reason=body.reason))


def _view(one: Likeness) -> LikenessView:
    return LikenessView(**one.model_dump(include=set(LikenessView.model_fields)))
