"""The page of figures tells what was kept, and how cost grows."""

import pytest

from bench.plan import MEASURES
from bench.telling import figure, page, slope


def test_the_slope_is_the_power_with_which_cost_grows() -> None:
    assert slope([(10, 3), (100, 30), (1_000, 300)]) == pytest.approx(1.0)
    assert slope([(10, 5), (100, 500)]) == pytest.approx(2.0)
    assert slope([(10, 7), (1_000, 7)]) == pytest.approx(0.0)


def test_one_size_says_nothing_about_growth() -> None:
    assert slope([]) is None
    assert slope([(10, 5), (10, 6)]) is None
    assert slope([(10, 0), (100, 5)]) is None


def test_a_figure_is_found_by_its_path() -> None:
    assert figure({"treated": {"p50_ms": 0.5}}, "treated.p50_ms") == 0.5
    assert figure({"treated": {"p50_ms": "fast"}}, "treated.p50_ms") is None
    assert figure({}, "treated.p50_ms") is None


def test_what_was_not_measured_is_said_and_what_was_stands_with_its_ratio_and_load() -> None:
    kept = {
        "way": {
            "measured": "2026-11-30",
            "machine": {"cores": 2, "memory_gib": 23.5, "python": "3.11.7"},
            "runs": [
                {
                    "command": "python -m bench.way",
                    "seconds": 61.0,
                    "load_before": 0.25,
                    "figures": {
                        "ours_per_second": 900.0,
                        "bare_per_second": 1000.0,
                        "ratio": 0.9,
                        "memory_mb": 120.0,
                    },
                }
            ],
        }
    }
    text = page(kept)
    assert "| way | 900 (ours_per_second) | 1,000 | 0.9 | 120 | 0.25 |" in text
    assert text.count("Not measured yet.") == len(MEASURES) - 1
