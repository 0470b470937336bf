"""What the code asks of people: read from the source, so that no list of it can be forgotten."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from docs.usage import made_by_keeping
from shared.events import catalogue

SERVICES = Path(__file__).parents[1] / "services"


@cache
def trees() -> tuple[ast.Module, ...]:
    return tuple(ast.parse(file.read_text("utf-8")) for file in sorted(SERVICES.rglob("*.py")))


@cache
def calls() -> tuple[ast.Call, ...]:
    return tuple(_calls())


def _calls() -> Iterator[ast.Call]:
    for tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                yield node


def _name(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


@cache
def facts_that_ask() -> frozenset[str]:
    """Facts that are announced with a need somewhere."""
    facts = {kind.__name__ for kind in catalogue().values()}
    made = {
        _name(one)
        for one in calls()
        if _name(one) in facts and any(_may_ask(word) for word in one.keywords)
    }
    kept = {name for tree in trees() for name, said in made_by_keeping(tree) if "need" in said}
    return frozenset(made | kept)


def _may_ask(word: ast.keyword) -> bool:
    """`need=…`, or `**waits`: what a case waits for next."""
    return word.arg == "need" or (word.arg is None and ast.unparse(word.value) == "waits")


NEED_KINDS = (
    "mend-payments",
    "agree-action",
    "answer-insight",
    "approve-change",
    "approve-subcontractor",
    "approve-year-plan",
    "ask-supplier",
    "assess-answer",
    "assess-complaint",
    "await-answer",
    "await-opinion",
    "await-ruling",
    "chase-action",
    "chase-document",
    "chase-evidence",
    "check-effectiveness",
    "close-coverage",
    "complete-award-checks",
    "complete-provisional",
    "decide-case",
    "decide-merge",
    "decide-qualification",
    "decide-substitute",
    "deliver-letter",
    "escalated-case",
    "escalated-insight",
    "find-address",
    "follow-dialogue",
    "follow-dispute",
    "follow-order",
    "follow-replacement",
    "get-ownership-statement",
    "hold",
    "hold-audit",
    "look-at-list",
    "open-hearing",
    "overdue-replacement",
    "reach-contract-system",
    "release-payment",
    "renew-list",
    "report-authority",
    "restock",
    "review-payments",
    "review-document",
    "review-erasure",
    "review-keeping",
    "decide-erasure",
    "review-hit",
    "review-year-plan",
    "second-approval",
    "secure-supply",
    "send-insight",
    "settle-claims",
    "settle-quota",
    "sign-decision",
    "verdict",
    "verify-action",
    "verify-quota",
    "weigh-evidence",
    "weigh-wages",
)
"""What the services ask of people today."""
