"""No regular expression of ours can be made to run for ever.

Each one that our modules hold or write down is pumped: for every part of it that may repeat, a
text is made that reaches this part, repeats what fits there, and then fails. Trying again from
each place is quadratic at worst and fast; nested or neighbouring repetitions that overlap are not.
"""

import ast
import re
import signal
import time
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

sre, _parser = import_module("re._constants"), import_module("re._parser")
"""How Python itself takes an expression apart; it has no public name for that."""

ROOT = Path(__file__).parents[2]
CALLS = ("compile", "match", "fullmatch", "search", "sub", "subn", "findall", "finditer", "split")
PUMPED = 1_500
MOST_SECONDS = 0.4
"""Of the processor; the slowest takes a twentieth of it."""
ENDS = ("\x00", "!", "")

Node = tuple[Any, Any]


class Hangs(Exception):
    """It runs for longer than it may."""


def written() -> Iterator[tuple[str, str]]:
    """Every literal pattern in our code, with its place; joined literals count as one."""
    for file in sorted([*ROOT.glob("shared/**/*.py"), *ROOT.glob("services/**/*.py")]):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and isinstance(node.func.value, ast.Name)
                and (node.func.value.id, node.func.attr in CALLS) == ("re", True)
                and node.args
                and isinstance(node.args[0], ast.Constant)
                and isinstance(node.args[0].value, str)
            ):
                yield f"{file.relative_to(ROOT)}:{node.lineno}", node.args[0].value


def example(node: Node) -> str:
    """A short text that fits a part of an expression."""
    kind, value = node
    if kind is sre.LITERAL:
        return chr(value)
    if kind is sre.IN:
        return _one_of(value)
    if kind is sre.BRANCH:
        return _text(value[1][0])
    if kind is sre.SUBPATTERN:
        return _text(value[3])
    if kind in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
        return _text(value[2]) * int(value[0])
    if kind is sre.ATOMIC_GROUP:
        return _text(value)
    if kind is sre.CATEGORY:
        return _of_category(value)
    return "a" if kind in (sre.ANY, sre.NOT_LITERAL) else ""


def _text(nodes: Any) -> str:
    return "".join(example(node) for node in nodes)


def _one_of(choices: Any) -> str:
    if choices[0][0] is sre.NEGATE:
        wrong = re.compile("[" + "".join(re.escape(_one_of([one])) for one in choices[1:]) + "]")
        return next((letter for letter in "a1 -.x" if not wrong.match(letter)), "a")
    kind, value = choices[0]
    return chr(value[0]) if kind is sre.RANGE else example((kind, value))


def _of_category(kind: Any) -> str:
    return {sre.CATEGORY_DIGIT: "1", sre.CATEGORY_SPACE: " ", sre.CATEGORY_WORD: "a"}.get(kind, "-")


def attacks(pattern: str, flags: int = 0) -> Iterator[str]:
    yield from _pumped(list(_parser.parse(pattern, flags)), "")


def _pumped(nodes: list[Node], before: str) -> Iterator[str]:
    for node in nodes:
        kind, value = node
        inner: list[Any] = []
        if kind in (sre.MAX_REPEAT, sre.MIN_REPEAT):
            if value[1] is sre.MAXREPEAT or value[1] > 20:
                yield before + _text(value[2]) * PUMPED
            inner = [value[2]]
        elif kind is sre.SUBPATTERN:
            inner = [value[3]]
        elif kind is sre.BRANCH:
            inner = value[1]
        for one in inner:
            yield from _pumped(list(one), before)
        before += example(node)


def slowest(pattern: str, flags: int = 0) -> float:
    """Seconds of the worst attack. Raises `Hangs` where one takes too long."""
    compiled, worst = re.compile(pattern, flags), 0.0
    for attack in {*attacks(pattern, flags)}:
        for end in ENDS:
            began = time.process_time()
            signal.setitimer(signal.ITIMER_PROF, MOST_SECONDS)
            try:
                compiled.search(attack + end)
                compiled.fullmatch(attack + end)
            finally:
                signal.setitimer(signal.ITIMER_PROF, 0)
            worst = max(worst, time.process_time() - began)
    return worst


@pytest.fixture(autouse=True)
def bell() -> Iterator[None]:
    def ring(number: int, frame: FrameType | None) -> None:
        raise Hangs

    before = signal.signal(signal.SIGPROF, ring)
    yield
    signal.signal(signal.SIGPROF, before)


def test_no_expression_of_ours_hangs() -> None:
    found, tried = [], 0
    for place, pattern in written():
        try:
            slowest(pattern)
        except Hangs:
            found.append(f"{place}: {pattern[:120]}")
        except re.error:
            continue  # a part of an expression that is put together
        tried += 1
    assert found == []
    assert tried > 120, tried


@pytest.mark.parametrize(
    "pattern", [r"(a+)+$", r"(\w*)*!", r"^(\d+|\d+x)*$", r"\s*,?\s*,?\s*,?\s*x", r"(a|aa)+b"]
)
def test_one_that_hangs_would_be_found(pattern: str) -> None:
    with pytest.raises(Hangs):
        slowest(pattern)
