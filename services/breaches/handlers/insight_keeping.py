"""When a request for access to documents is over its time begins, and who asked is erased."""

from services.breaches.commands import reasoned
from services.breaches.domain.insight import Insight
from services.breaches.handlers.door import router
from services.breaches.insight.commands import (
    DecideInsightErasure,
    EraseInsight,
    HoldInsight,
    InsightErasureDue,
    InsightErasureNear,
    InsightKeyDestroyed,
    ReleaseInsight,
)
from shared.erasures import ErasureMessages, Erasures

insights = Erasures(
    router,
    Insight,
    ErasureMessages(
        near=InsightErasureNear,
        due=InsightErasureDue,
        erase=EraseInsight,
        destroyed=InsightKeyDestroyed,
        hold=HoldInsight,
        release=ReleaseInsight,
        decide=DecideInsightErasure,
    ),
    reasoned,
)
