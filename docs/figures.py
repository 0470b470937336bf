"""The page of the figures that Prometheus reads, written from `shared/figures.py`."""

from shared.figures import COUNTERS, GAUGES, HISTOGRAMS

BEGINNING = """\
# Metrics

What `/metrics` of every service tells. Written by `make docs` from `shared/figures.py`. Every name
begins with `ansvar_`, every figure carries `service`; seconds and bytes are the units; a counter
ends in `_total`, a histogram is read by its `_bucket`, `_sum` and `_count`. What an alert says of
them is in [deploy/observability/alerts.yaml](../deploy/observability/alerts.yaml), and what to do
then in [the runbook](runbook.md). The process's own figures
(`ansvar_process_resident_memory_bytes`, `ansvar_process_cpu_seconds_total`,
`ansvar_process_open_fds`) are those of prometheus_client.

"""


def figures_page() -> str:
    lines = [BEGINNING, "| name | kind | labels | what it means |\n|---|---|---|---|\n"]
    rows = [(f"{name}_total", "counter", labels, help) for name, help, labels in COUNTERS]
    rows += [(name, "gauge", labels, help) for name, help, labels in GAUGES]
    rows += [(name, "histogram", labels, help) for name, help, labels, _ in HISTOGRAMS]
    for name, kind, labels, help in rows:
        told = ", ".join(f"`{label}`" for label in labels)
        lines.append(f"| `ansvar_{name}` | {kind} | {told} | {help} |\n")
    return "".join(lines)
