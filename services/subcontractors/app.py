"""What subcontractors needs, and how it is put together."""

from pydantic import Field

from services.subcontractors.api import api
from services.subcontractors.atlas import OVERLAP, Atlas
from services.subcontractors.domain import CaseFile, Chain, Exposure, Footprint, Replacement
from services.subcontractors.domain.cards import ChainCard, PartyCard
from services.subcontractors.handlers import router
from services.subcontractors.terms import Terms
from shared.events.subcontractors import SubcontractorsEvent
from shared.links import LinkBook
from shared.persons import PersonKey
from shared.runtime import Service
from shared.settings import ServiceSettings
from shared.standing import forever


class Settings(ServiceSettings, env_prefix="ANSVAR_"):
    """`subcontractor_terms`: how many working days people have, as JSON; see `terms.Terms`."""

    subcontractor_terms: Terms = Field(default_factory=Terms)


LOOK_AT_MAP = 10.0
"""Seconds between looks at the map for what was stamped early and committed late. Every question
takes in by itself what was stamped since the one before."""


async def draw_map(service: Service) -> None:
    """Draw the map at the start, so that the first question need not wait for it."""
    atlas = service.adapters["atlas"]
    assert isinstance(atlas, Atlas)

    async def look() -> float:
        await atlas.look(service.store, back=OVERLAP)
        atlas.rank()
        return LOOK_AT_MAP

    await forever("map", look)


def service(settings: Settings | None = None) -> Service:
    settings = settings or Settings()
    return Service(
        "subcontractors",
        router=router,
        api=api,
        settings=settings,
        aggregates=(Chain, Footprint, Exposure, CaseFile, Replacement),
        records=(ChainCard, PartyCard),
        announces=SubcontractorsEvent,
        background=(draw_map,),
        adapters={
            "atlas": Atlas(),
            "terms": settings.subcontractor_terms,
            "links": LinkBook(settings.key("link")),
            "persons": PersonKey(settings.key("person")),
        },
    )
