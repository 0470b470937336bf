"""The rules of cases: which rule is touched, what may come next, and on which basis."""

from services.breaches.domain.agreement import Agreement, Claim, Tendering
from services.breaches.domain.basis import Option, choose, options
from services.breaches.domain.case import Case
from services.breaches.domain.file import Decision, Dues, Exchange, Step
from services.breaches.domain.paths import PATHS
from services.breaches.domain.rules import Measure, Phase, Rule, Rulebook
from services.breaches.domain.stages import Action, Stage, Wait

__all__ = [
    "PATHS",
    "Action",
    "Agreement",
    "Case",
    "Claim",
    "Decision",
    "Dues",
    "Exchange",
    "Measure",
    "Option",
    "Phase",
    "Rule",
    "Rulebook",
    "Stage",
    "Step",
    "Tendering",
    "Wait",
    "choose",
    "options",
]
