"""What audits needs, and how it is put together."""

from pathlib import Path

from services.audits.api import api
from services.audits.domain import (
    Audit,
    CorrectiveAction,
    EvidenceRequest,
    Finding,
    Plan,
    WageCheck,
)
from services.audits.following import Policy
from services.audits.handlers import router
from services.audits.wage_rates import WageRates
from shared.events.audits import AuditsEvent
from shared.links import LinkBook
from shared.runtime import Service
from shared.settings import ServiceSettings

POLICY = Path(__file__).parent / "policy" / "follow-up.json"
AGREEMENTS = POLICY.with_name("agreements.json")


class Settings(ServiceSettings, env_prefix="ANSVAR_"):
    """`follow_up_policy`: the JSON file that says how each obligation is followed up;
    `agreements`: the one with the rates of collective agreements.
    """

    follow_up_policy: Path = POLICY
    agreements: Path = AGREEMENTS


def service(settings: Settings | None = None) -> Service:
    settings = settings or Settings()
    return Service(
        "audits",
        router=router,
        api=api,
        settings=settings,
        aggregates=(Plan, Audit, Finding, CorrectiveAction, WageCheck, EvidenceRequest),
        announces=AuditsEvent,
        adapters={
            "policy": Policy.load(settings.follow_up_policy),
            "wage_rates": WageRates.load(settings.agreements),
            "links": LinkBook(settings.key("link")),
        },
    )
