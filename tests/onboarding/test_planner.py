"""The planner: in time, never before today, and who shows what instead."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.onboarding.planner import before, plan_document
from services.onboarding.policy import Policy
from shared.events.words import Money

TODAY = date(2026, 11, 23)
RULE = Policy.load().on(TODAY, "region")


def test_a_serviceattest_is_asked_for_so_early_that_the_authority_can_write_it() -> None:
    award = date(2027, 2, 15)
    plan = plan_document(
        "serviceattest", needed=award, until=None, today=TODAY, rule=RULE, country="DK"
    )
    assert plan.in_time
    assert plan.due == before(award, 2, "DK") == date(2027, 2, 11)
    assert plan.ask == before(plan.due - timedelta(days=14), 10, "DK") == date(2027, 1, 14)


def test_one_that_cannot_be_in_time_is_asked_for_now_and_says_so() -> None:
    plan = plan_document(
        "serviceattest",
        needed=TODAY + timedelta(days=7),
        until=None,
        today=TODAY,
        rule=RULE,
        country="DK",
    )
    assert plan.ask == TODAY
    assert not plan.in_time
    assert "cannot be here before 2026-12-10" in plan.note


@given(
    kind=st.sampled_from(sorted(Policy.load().kinds)),
    days=st.integers(0, 700),
    bound=st.none() | st.integers(0, 400),
    country=st.sampled_from(("DK", "SE")),
)
def test_whatever_the_days_the_ask_leaves_time_to_answer(
    kind: str, days: int, bound: int | None, country: str
) -> None:
    needed = TODAY + timedelta(days=days)
    until = None if bound is None else needed + timedelta(days=bound)
    plan = plan_document(
        kind,
        needed=needed,
        until=until,
        today=TODAY,
        rule=RULE,
        country="SE" if country == "SE" else "DK",
    )
    taken = timedelta(days=RULE.processing_days.get(kind, 0))
    assert plan.ask >= TODAY
    assert plan.ask + taken <= plan.due
    assert plan.in_time == (plan.due <= needed)
    assert plan.in_time or plan.note


@pytest.mark.parametrize(
    ("role", "country", "category", "value", "kinds"),
    [
        ("supplier", "DK", "services", None, ["espd", "serviceattest", "iso-9001"]),
        ("subcontractor", "DK", "services", None, ["espd", "serviceattest"]),
        ("relied_upon", "SE", "goods", None, ["espd", "skatteverket", "bolagsverket"]),
        (
            "substitute",
            "PL",
            "goods",
            None,
            ["espd", "pl-tax-office", "pl-zus", "pl-krs", "pl-krk"],
        ),
        ("supplier", "NO", "goods", None, ["espd", "sworn-declaration"]),
        ("supplier", None, "goods", None, ["espd", "sworn-declaration"]),
        (
            "subcontractor",
            "DE",
            "works",
            None,
            [
                "espd",
                "de-tax-clearance",
                "de-social-insurance",
                "de-commercial-register",
                "de-criminal-record",
                "collective-agreement",
            ],
        ),
        (
            "supplier",
            "SE",
            "works",
            Money(amount=20_000_000),
            ["espd", "skatteverket", "bolagsverket", "collective-agreement", "insurance"],
        ),
        (
            "supplier",
            "SE",
            "works",
            Money(amount=1_000_000),
            ["espd", "skatteverket", "bolagsverket", "collective-agreement"],
        ),
    ],
)
def test_what_is_asked_for_follows_from_role_country_category_and_value(
    role: str, country: str | None, category: str, value: Money | None, kinds: list[str]
) -> None:
    assert list(RULE.kinds_for(role, country, category, value)) == kinds
