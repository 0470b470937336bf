"""The figures of a running system, for Prometheus. Every one carries the service it is about.

One `Instruments` per process, one `Metrics` per service in it:

    instruments = Instruments()
    metrics = Metrics("screening", instruments)
    metrics.handled("ansvar.onboarding.PartyRegistered.v1")
    metrics.parked.set(3)
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.process_collector import ProcessCollector

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
SIZES = (1, 2, 5, 10, 20, 50, 100, 200, 500)


@dataclass(slots=True)
class Instruments:
    """All figures of one process in one registry. What each means is its help text."""

    registry: CollectorRegistry = field(default_factory=lambda: CollectorRegistry())
    counters: dict[str, Counter] = field(default_factory=dict)
    gauges: dict[str, Gauge] = field(default_factory=dict)
    histograms: dict[str, Histogram] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, help, labels in COUNTERS:
            made = Counter(f"ansvar_{name}", help, ("service", *labels), registry=self.registry)
            self.counters[name] = made
        for name, help, labels in GAUGES:
            gauge = Gauge(f"ansvar_{name}", help, ("service", *labels), registry=self.registry)
            self.gauges[name] = gauge
        for name, help, labels, buckets in HISTOGRAMS:
            self.histograms[name] = Histogram(
                f"ansvar_{name}",
                help,
                ("service", *labels),
                registry=self.registry,
                buckets=buckets,
            )
        ProcessCollector(namespace="ansvar", registry=self.registry)


Labels = tuple[str, ...]

COUNTERS: tuple[tuple[str, str, Labels], ...] = (
    ("messages_handled", "Messages handled to their end, by type", ("type",)),
    ("messages_failed", "Attempts that ended in a defect of ours, by type", ("type",)),
    ("messages_rejected", "Messages that the rules refused, by type", ("type",)),
    ("messages_dead", "Messages set aside: rejected, unreadable or defect", ("kind",)),
    ("retries", "Batches handled again, because of conflict, outage or defect", ("reason",)),
    ("http_requests", "Requests answered", ("route", "method", "status")),
    ("notifications_sent", "Messages that the other side took, by channel", ("channel",)),
    ("notifications_refused", "Messages that will never be taken, by channel", ("channel",)),
    ("notifications_told", "Things told in messages that were taken", ("channel",)),
    ("notifications_bounced", "Mails that came back", ()),
    ("payments_answered", "Invoices that were answered, by outcome", ("outcome",)),
    ("payments_unsourced", "Messages of payments that name no source that is known", ()),
    ("notifications_held_back", "Times that a storm of messages to one reader was slowed", ()),
)

GAUGES: tuple[tuple[str, str, Labels], ...] = (
    ("messages_parked", "Facts that wait for something not yet known here", ()),
    ("relay_age_seconds", "Age of the oldest journal entry that is not yet sent", ()),
    ("relay_depth", "Journal entries that are not yet sent", ()),
    ("consumer_lag", "Messages of a topic that are not yet read", ("topic",)),
    ("deadlines_overdue", "Seconds for which the first deadline that came is not handled", ()),
    ("list_age_seconds", "Time since a list was last known to be current", ("source",)),
    (
        "coverage_gaps",
        "Parties not compared with the list in force in time; 1 where it is not known",
        ("source",),
    ),
    ("webhooks_unacknowledged", "Statuses that a contract system has not confirmed in time", ()),
    (
        "payment_webhooks_given_up",
        "Messages about held or released invoices that a payer's system did not take in three days",
        (),
    ),
    ("certificate_seconds_left", "Time until a certificate of the lines ends", ("file",)),
    ("effects_pending", "Effects that wait to be done outside", ()),
    ("part_away", "1 while a part that the service needs is away or has stopped", ("part",)),
)

HISTOGRAMS: tuple[tuple[str, str, Labels, tuple[float, ...]], ...] = (
    ("batch_size", "Messages in one commit", (), SIZES),
    ("handler_seconds", "Time in which the messages of one commit were handled", (), SECONDS),
    ("commit_seconds", "Time of one commit", (), SECONDS),
    ("http_seconds", "Time until a request was answered", ("route",), SECONDS),
)


class Metrics:
    """The figures of one service."""

    def __init__(self, service: str, instruments: Instruments | None = None) -> None:
        self.service = service
        self.instruments = instruments or Instruments()
        gauges, histograms = self.instruments.gauges, self.instruments.histograms
        self.parked = gauges["messages_parked"].labels(service)
        self.relay_age = gauges["relay_age_seconds"].labels(service)
        self.relay_depth = gauges["relay_depth"].labels(service)
        self.deadlines_overdue = gauges["deadlines_overdue"].labels(service)
        self.effects_pending = gauges["effects_pending"].labels(service)
        self._batch_size = histograms["batch_size"].labels(service)
        self._handler_seconds = histograms["handler_seconds"].labels(service)
        self._commit_seconds = histograms["commit_seconds"].labels(service)
        for kind in ("rejected", "unreadable", "defect"):
            self._count("messages_dead", kind, by=0)
        self._count("payments_unsourced", by=0)

    def expect(self, types: Iterable[str]) -> None:
        """Begin at 0 for what may fail: Prometheus sees no increase in a figure that is new."""
        for type in types:
            self._count("messages_failed", type, by=0)

    def handled(self, type: str, count: int = 1) -> None:
        self._count("messages_handled", type, by=count)

    def failed(self, type: str) -> None:
        self._count("messages_failed", type)

    def rejected(self, type: str) -> None:
        self._count("messages_rejected", type)

    def dead(self, kind: str) -> None:
        self._count("messages_dead", kind)

    def retried(self, reason: str) -> None:
        self._count("retries", reason)

    def batch(self, size: int, handling: float, committing: float) -> None:
        """One commit: so many messages, handled and written in so many seconds."""
        self._batch_size.observe(size)
        self._handler_seconds.observe(handling)
        self._commit_seconds.observe(committing)

    def gauge(self, name: str, *labels: str) -> Gauge:
        """A figure that one service alone knows, such as the age of a list."""
        return self.instruments.gauges[name].labels(self.service, *labels)

    def lag(self, topic: str, messages: int) -> None:
        self.instruments.gauges["consumer_lag"].labels(self.service, topic).set(messages)

    def answered(self, route: str, method: str, status: int, seconds: float) -> None:
        """One HTTP request. `route` is the template of its path, never the path itself."""
        self._count("http_requests", route, method, str(status))
        self.instruments.histograms["http_seconds"].labels(self.service, route).observe(seconds)

    def counted(self, name: str, *labels: str, by: int = 1) -> None:
        """One of the counters above that only one service counts."""
        self._count(name, *labels, by=by)

    def text(self) -> bytes:
        """All figures of the process, as Prometheus reads them."""
        return generate_latest(self.instruments.registry)

    def _count(self, name: str, *labels: str, by: int = 1) -> None:
        self.instruments.counters[name].labels(self.service, *labels).inc(by)
