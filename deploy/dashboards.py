"""Writes the Grafana dashboards: `python -m deploy.dashboards`. A test keeps the files true."""

import json
from pathlib import Path
from typing import Any, NamedTuple

FOLDER = Path(__file__).parent / "observability" / "dashboards"

Json = dict[str, Any]


class Panel(NamedTuple):
    """One graph: what it answers, the figure, how a line is named, and its unit in Grafana."""

    title: str
    query: str
    legend: str
    unit: str = "short"


def _facts(kind: str) -> str:
    """How many facts of a kind were heard in an hour, by the console, which hears all."""
    type_ = f"ansvar\\\\.[a-z]+\\\\.{kind}\\\\.v1"
    return f'sum(increase(ansvar_messages_handled_total{{service="console",type=~"{type_}"}}[1h]))'


def _quantile(share: float, figure: str, by: str = "le") -> str:
    """The value that this share of observations of the chosen service stayed below."""
    seen = f'rate(ansvar_{figure}_bucket{{service="$service"}}[5m])'
    return f"histogram_quantile({share}, sum by ({by}) ({seen}))"


OVERVIEW = (
    Panel(
        "Messages handled a second",
        "sum by (service) (rate(ansvar_messages_handled_total[5m]))",
        "{{service}}",
    ),
    Panel("Messages not yet read", "sum by (service) (ansvar_consumer_lag)", "{{service}}"),
    Panel("Age of the oldest unsent fact", "ansvar_relay_age_seconds", "{{service}}", "s"),
    Panel(
        "Set aside in an hour",
        "sum by (service) (increase(ansvar_messages_dead_total[1h]))",
        "{{service}}",
    ),
    Panel("Deadlines overdue", "ansvar_deadlines_overdue", "{{service}}"),
    Panel("Facts that wait", "ansvar_messages_parked", "{{service}}"),
    Panel(
        "Memory",
        "sum by (instance) (ansvar_process_resident_memory_bytes)",
        "{{instance}}",
        "bytes",
    ),
    Panel(
        "Processor",
        "sum by (instance) (rate(ansvar_process_cpu_seconds_total[5m]))",
        "{{instance}}",
    ),
)

SERVICE = (
    Panel(
        "Handled a second, by type",
        'sum by (type) (rate(ansvar_messages_handled_total{service="$service"}[5m]))',
        "{{type}}",
    ),
    Panel(
        "Handling of one commit, p99",
        _quantile(0.99, "handler_seconds"),
        "p99",
        "s",
    ),
    Panel(
        "Writing of one commit, p99",
        _quantile(0.99, "commit_seconds"),
        "p99",
        "s",
    ),
    Panel(
        "Messages in one commit, median",
        _quantile(0.5, "batch_size"),
        "median",
    ),
    Panel(
        "Handled again, by reason",
        'sum by (reason) (increase(ansvar_retries_total{service="$service"}[5m]))',
        "{{reason}}",
    ),
    Panel(
        "Refused by the rules, by type",
        'sum by (type) (increase(ansvar_messages_rejected_total{service="$service"}[1h]))',
        "{{type}}",
    ),
    Panel("Effects that wait", 'ansvar_effects_pending{service="$service"}', "waiting"),
    Panel(
        "Requests, p99",
        _quantile(0.99, "http_seconds", by="le, route"),
        "{{route}}",
        "s",
    ),
)

SCREENING = (
    Panel("Age of each list", "max by (source) (ansvar_list_age_seconds)", "{{source}}", "s"),
    Panel("Parties not compared", "max by (source) (ansvar_coverage_gaps)", "{{source}}"),
    Panel("Parties screened in an hour", _facts("PartyScreened"), "screened"),
    Panel("Hits in an hour", _facts("HitRaised"), "raised"),
    Panel("Confirmed in an hour", _facts("HitConfirmed"), "confirmed"),
    Panel("Dismissed in an hour", _facts("HitDismissed"), "dismissed"),
)

CASES = (
    Panel("Flagged in an hour", _facts("BreachFlagged"), "flagged"),
    Panel("Hearings opened", _facts("HearingOpened"), "opened"),
    Panel("Hearings that lapsed", _facts("HearingLapsed"), "lapsed"),
    Panel("Decided: confirmed", _facts("BreachConfirmed"), "confirmed"),
    Panel("Decided: dismissed", _facts("BreachDismissed"), "dismissed"),
    Panel("Replacements demanded", _facts("ReplacementDemanded"), "demanded"),
    Panel("Replacements overdue", _facts("ReplacementOverdue"), "overdue"),
    Panel("Statuses not confirmed", "max(ansvar_webhooks_unacknowledged)", "not confirmed"),
)

DASHBOARDS: dict[str, tuple[str, tuple[Panel, ...]]] = {
    "overview": ("Ansvar: overview", OVERVIEW),
    "service": ("Ansvar: one service", SERVICE),
    "screening": ("Ansvar: screening", SCREENING),
    "cases": ("Ansvar: cases", CASES),
}

CHOICE = {
    "name": "service",
    "type": "query",
    "query": "label_values(ansvar_batch_size_count, service)",
    "refresh": 2,
}
WIDTH, HEIGHT = 12, 8


def dashboard(uid: str) -> Json:
    """One dashboard, as Grafana imports it."""
    title, panels = DASHBOARDS[uid]
    return {
        "uid": f"ansvar-{uid}",
        "title": title,
        "tags": ["ansvar"],
        "schemaVersion": 39,
        "time": {"from": "now-6h", "to": "now"},
        "refresh": "30s",
        "templating": {"list": [CHOICE] if uid == "service" else []},
        "panels": [_drawn(number, panel) for number, panel in enumerate(panels)],
    }


def _drawn(number: int, panel: Panel) -> Json:
    across, down = number % 2, number // 2
    return {
        "id": number + 1,
        "type": "timeseries",
        "title": panel.title,
        "gridPos": {"x": across * WIDTH, "y": down * HEIGHT, "w": WIDTH, "h": HEIGHT},
        "datasource": {"type": "prometheus", "uid": "prometheus"},
        "fieldConfig": {"defaults": {"unit": panel.unit, "min": 0}, "overrides": []},
        "targets": [{"refId": "A", "expr": panel.query, "legendFormat": panel.legend}],
    }


def text_of(uid: str) -> str:
    return json.dumps(dashboard(uid), indent=1) + "\n"


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for uid in DASHBOARDS:
        (FOLDER / f"{uid}.json").write_text(text_of(uid))
