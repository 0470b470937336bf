"""What breaches needs, and how it is put together."""

from pydantic import Field

from services.breaches.api import api
from services.breaches.domain import Agreement, Case, Claim
from services.breaches.handlers import router
from services.breaches.letters import Letter, Writer, read_texts
from services.breaches.rulebook import read_shelf
from services.breaches.terms import Terms
from shared.events.breaches import BreachesEvent
from shared.links import LinkBook
from shared.runtime import Service
from shared.settings import ServiceSettings


class Settings(ServiceSettings, env_prefix="ANSVAR_"):
    """`breach_terms`: how long each state of a case may last, as JSON; see `terms.Terms`."""

    breach_terms: Terms = Field(default_factory=Terms)


def service(settings: Settings | None = None) -> Service:
    settings = settings or Settings()
    return Service(
        "breaches",
        router=router,
        api=api,
        settings=settings,
        aggregates=(Case, Agreement, Claim),
        records=(Letter,),
        announces=BreachesEvent,
        adapters={
            "shelf": read_shelf(),
            "terms": settings.breach_terms,
            "links": LinkBook(settings.key("link")),
            "writer": Writer(read_texts()),
        },
    )
