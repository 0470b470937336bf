"""What breaches needs, and how it is put together."""

from pathlib import Path
from typing import Any

from pydantic import Field

from services.breaches.delegation import HERE as DELEGATION
from services.breaches.delegation import read_matrices
from services.breaches.domain import Agreement, Case, Claim, Tendering
from services.breaches.domain.delegation import Interest
from services.breaches.domain.found import Found
from services.breaches.domain.insight import Insight
from services.breaches.guidance import read_forums
from services.breaches.handlers import router
from services.breaches.insight.api import api  # the routes of `turns_api`, and those of insight
from services.breaches.insight.law import read_laws
from services.breaches.insight.letters import InsightLetter, InsightWriter, read_insight_words
from services.breaches.letters import Letter, Writer, read_texts
from services.breaches.rulebook import read_shelf
from services.breaches.terms import Terms
from shared.events.breaches import BreachesEvent
from shared.links import LinkBook
from shared.retention import read_keeping
from shared.runtime import Service
from shared.settings import ServiceSettings

KEEPING = Path(__file__).parent / "insight" / "keeping"


class Settings(ServiceSettings, env_prefix="ANSVAR_"):
    """`breach_terms`: how long each state of a case may last, as JSON; see `terms.Terms`.

    `breach_delegation`: the folder of the buyers' own delegation matrices; `insight_keeping_dir`:
    their own rules on how long who asked for access is kept, in the place of `insight/keeping/`.
    """

    breach_terms: Terms = Field(default_factory=Terms)
    breach_delegation: Path | None = None
    insight_keeping_dir: Path | None = None


def service(settings: Settings | None = None) -> Service:
    settings = settings or Settings()
    given: dict[str, Any] = {
        "shelf": read_shelf(),
        "matrices": read_matrices(settings.breach_delegation or DELEGATION),
        "forums": read_forums(),
        "terms": settings.breach_terms,
        "links": LinkBook(settings.key("link")),
        "writer": Writer(read_texts()),
        "laws": read_laws(),
        "insight_writer": InsightWriter(read_insight_words()),
        "keeping": read_keeping(settings.insight_keeping_dir or KEEPING),
    }
    return Service(
        "breaches",
        router=router,
        api=api,
        settings=settings,
        aggregates=(Case, Agreement, Tendering, Claim, Found, Interest, Insight),
        records=(Letter, InsightLetter),
        announces=BreachesEvent,
        adapters=lambda running: {**given, "persons": running.keyring},
    )
