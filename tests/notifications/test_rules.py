"""Every fact reaches a person, a party, or nobody for a reason that is written down."""

from collections import Counter

import pytest

from services.notifications.rules import read_rules
from shared.events import catalogue
from tests.asked import NEED_KINDS, facts_that_ask

RULES = read_rules()
FACTS = sorted(kind.__name__ for kind in catalogue().values())


@pytest.mark.parametrize("name", FACTS)
def test_every_fact_has_its_rule_or_the_reason_why_nobody_needs_it(name: str) -> None:
    reason = RULES.reason_for_nobody(name)
    told = name in facts_that_ask() or name in RULES.letters
    assert told or reason, f"{name} asks nobody and no [[nobody]] says why"
    assert not (name in RULES.letters and reason)


def test_no_fact_that_may_ask_somebody_is_said_to_be_told_to_nobody() -> None:
    assert [name for name in facts_that_ask() if RULES.reason_for_nobody(name)] == []


def test_no_fact_is_in_two_groups() -> None:
    counted = Counter(name for group in RULES.nobody for name in group.events)
    assert [name for name, times in counted.items() if times > 1] == []


def test_the_kinds_in_the_routes_are_kinds_that_people_are_asked() -> None:
    named = {kind for route in RULES.routes for kind in route.kinds}
    assert named <= set(NEED_KINDS)
