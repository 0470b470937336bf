"""What subcontractors needs, and how it is put together."""

from pydantic import Field

from services.subcontractors.api import api
from services.subcontractors.domain import CaseFile, Chain, Exposure, Footprint, Replacement
from services.subcontractors.handlers import router
from services.subcontractors.terms import Terms
from shared.events.subcontractors import SubcontractorsEvent
from shared.links import LinkBook
from shared.persons import PersonKey
from shared.runtime import Service
from shared.settings import ServiceSettings


class Settings(ServiceSettings, env_prefix="ANSVAR_"):
    """`subcontractor_terms`: how many working days people have, as JSON; see `terms.Terms`."""

    subcontractor_terms: Terms = Field(default_factory=Terms)


def service(settings: Settings | None = None) -> Service:
    settings = settings or Settings()
    return Service(
        "subcontractors",
        router=router,
        api=api,
        settings=settings,
        aggregates=(Chain, Footprint, Exposure, CaseFile, Replacement),
        announces=SubcontractorsEvent,
        adapters={
            "terms": settings.subcontractor_terms,
            "links": LinkBook(settings.key("link")),
            "persons": PersonKey(settings.key("person")),
        },
    )
