"""Every figure has a meaning, the service it is about, and the name by which alarms know it."""

import pytest

from shared.figures import Instruments, Metrics

NAMES = (
    "messages_handled_total",
    "messages_failed_total",
    "messages_rejected_total",
    "messages_dead_total",
    "messages_parked",
    "retries_total",
    "batch_size",
    "handler_seconds",
    "commit_seconds",
    "relay_age_seconds",
    "relay_depth",
    "consumer_lag",
    "deadlines_overdue",
    "effects_pending",
    "http_requests_total",
    "http_seconds",
)


@pytest.fixture
def metrics() -> Metrics:
    metrics = Metrics("screening")
    metrics.handled("PartyRegistered", 3)
    metrics.failed("PartyRegistered")
    metrics.rejected("ConfirmHit")
    metrics.dead("defect")
    metrics.retried("outage")
    metrics.batch(3, 0.004, 0.02)
    metrics.parked.set(2)
    metrics.relay_age.set(1.5)
    metrics.relay_depth.set(7)
    metrics.lag("onboarding.v1", 11)
    metrics.deadlines_overdue.set(0)
    metrics.effects_pending.set(4)
    metrics.answered("/hits/{hit_id}", "GET", 200, 0.003)
    return metrics


def test_what_alerts_see_rise_begins_at_nothing() -> None:
    metrics = Metrics("audits", Instruments())
    metrics.expect(["PlanDrafted"])
    told = metrics.text().decode()
    for kind in ("rejected", "unreadable", "defect"):
        assert f'ansvar_messages_dead_total{{kind="{kind}",service="audits"}} 0.0' in told
    assert 'ansvar_payments_unsourced_total{service="audits"} 0.0' in told
    assert 'ansvar_messages_failed_total{service="audits",type="PlanDrafted"} 0.0' in told


@pytest.mark.parametrize("name", NAMES)
def test_each_figure_is_documented_and_names_its_service(metrics: Metrics, name: str) -> None:
    text = metrics.text().decode()
    assert f"# HELP ansvar_{name} " in text
    samples = [line for line in text.splitlines() if line.startswith(f"ansvar_{name}")]
    assert samples
    assert all('service="screening"' in line for line in samples)


def test_figures_say_what_happened(metrics: Metrics) -> None:
    text = metrics.text().decode()
    for line in (
        'ansvar_messages_handled_total{service="screening",type="PartyRegistered"} 3.0',
        'ansvar_messages_dead_total{kind="defect",service="screening"} 1.0',
        'ansvar_retries_total{reason="outage",service="screening"} 1.0',
        'ansvar_messages_parked{service="screening"} 2.0',
        'ansvar_consumer_lag{service="screening",topic="onboarding.v1"} 11.0',
        'ansvar_batch_size_bucket{le="5.0",service="screening"} 1.0',
        'ansvar_commit_seconds_sum{service="screening"} 0.02',
        'ansvar_http_requests_total{method="GET",route="/hits/{hit_id}",'
        'service="screening",status="200"} 1.0',
    ):
        assert line in text


def test_services_of_one_process_share_their_instruments() -> None:
    instruments = Instruments()
    for name in ("audits", "breaches"):
        Metrics(name, instruments).handled("X")
    text = Metrics("audits", instruments).text().decode()
    assert 'ansvar_messages_handled_total{service="audits",type="X"} 1.0' in text
    assert 'ansvar_messages_handled_total{service="breaches",type="X"} 1.0' in text
