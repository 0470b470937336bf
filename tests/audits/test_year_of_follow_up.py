"""A short year of follow-up through HTTP and events, on a real database, with two replicas."""

from bench.followup import measure


async def test_a_year_is_planned_run_and_reported_and_every_step_comes_once() -> None:
    figures = await measure(contracts=14, steps=26)
    assert figures["steps_twice"] == 0
    assert figures["ladders_incomplete"] == 0
    assert figures["refused"] == {}
    facts, report = figures["facts"], figures["figures"]
    assert isinstance(facts, dict)
    assert isinstance(report, dict)
    assert facts["AuditHeld"] == report["audits_held"] > 0
    assert facts["EvidenceReceived"] <= facts["EvidenceRequested"]
    assert facts["RiskChanged"] > 0
    assert report["contracts"] == 14
