"""How much is told, and how storms are held back, for Prometheus."""

from typing import Protocol

from services.notifications.messages import Telling


class Counts(Protocol):
    """`shared.figures.Metrics`, or what a test counts with."""

    def counted(self, name: str, *labels: str, by: int = 1) -> None: ...


def note(figures: Counts, channel: str, telling: Telling, problem: str) -> None:
    """A message was taken, or refused for good."""
    if problem:
        figures.counted("notifications_refused", channel)
        return
    figures.counted("notifications_sent", channel)
    figures.counted("notifications_told", channel, by=max(1, len(telling.rows) + telling.more))
