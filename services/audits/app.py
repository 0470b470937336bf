"""What audits needs, and how it is put together."""

from pathlib import Path
from typing import Any

from services.audits.api import api
from services.audits.domain import (
    Audit,
    Checklist,
    Complaint,
    CorrectiveAction,
    Dialogue,
    EvidenceRequest,
    Finding,
    HavenCase,
    MonthPlan,
    Plan,
    Quota,
    Supply,
    WageCheck,
    YearPlan,
)
from services.audits.following import Policy
from services.audits.handlers import router
from services.audits.libraries import Libraries
from services.audits.risk_weights import RiskWeights
from services.audits.wage_rates import WageRates
from shared.erasures import Persons
from shared.events.audits import AuditsEvent
from shared.gate import Gate
from shared.links import LinkBook
from shared.retention import read_keeping
from shared.runtime import Service
from shared.settings import ServiceSettings

POLICY = Path(__file__).parent / "policy" / "follow-up.json"
AGREEMENTS = POLICY.with_name("agreements.json")
RISK = POLICY.with_name("risk.json")
LIBRARY = POLICY.with_name("library")
KEEPING = Path(__file__).parent / "keeping"

AGGREGATES = (
    Plan,
    Audit,
    Checklist,
    Finding,
    CorrectiveAction,
    WageCheck,
    EvidenceRequest,
    YearPlan,
    MonthPlan,
    Quota,
    Complaint,
    Dialogue,
    Supply,
    HavenCase,
)


TIPS_AT_ONCE, TIP_SECONDS = 10, 600.0
"""Tips from one address, without anybody signed in: ten at once, and ten in each ten minutes."""


class Settings(ServiceSettings, env_prefix="ANSVAR_"):
    """`follow_up_policy`: the JSON file that says how each obligation is followed up;
    `agreements`: the one with the rates of collective agreements; `risk_weights`: what speaks for
    risk and how much; `question_library`: the folder with the versions of the questions;
    `tip_keeping_dir`: the buyers' own rules on how long a tip is kept, in the place of `keeping/`.
    """

    follow_up_policy: Path = POLICY
    agreements: Path = AGREEMENTS
    risk_weights: Path = RISK
    question_library: Path = LIBRARY
    tip_keeping_dir: Path | None = None


def adapters(settings: Settings, links: LinkBook, persons: Persons | None = None) -> dict[str, Any]:
    """What handlers and routes ask for by name; the one list, also for tests and benchmarks."""
    return {
        "policy": Policy.load(settings.follow_up_policy),
        "wage_rates": WageRates.load(settings.agreements),
        "weights": RiskWeights.load(settings.risk_weights),
        "libraries": Libraries.load(settings.question_library),
        "links": links,
        "tip_gate": Gate(TIPS_AT_ONCE, TIP_SECONDS),
        "persons": persons,
        "keeping": read_keeping(settings.tip_keeping_dir or KEEPING),
    }


def service(settings: Settings | None = None) -> Service:
    settings = settings or Settings()
    return Service(
        "audits",
        router=router,
        api=api,
        settings=settings,
        aggregates=AGGREGATES,
        announces=AuditsEvent,
        adapters=lambda running: adapters(
            settings, LinkBook(settings.key("link")), running.keyring
        ),
    )
