"""Who announces, who hears, and which facts ask for a person, as the code of the services says."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from shared.events import Event, catalogue, service_of
from shared.runtime import Service

ROOT = Path(__file__).resolve().parent.parent
SERVICES = ROOT / "services"
KEEPING = ROOT / "shared" / "keeping.py"
BOTH = {"need", "settles"}


@dataclass
class Usage:
    """What the services do with each kind of fact."""

    heard: dict[type[Event], list[str]] = field(default_factory=dict)
    hear_everything: list[str] = field(default_factory=list)
    announced: set[type[Event]] = field(default_factory=set)
    asking: set[type[Event]] = field(default_factory=set)
    settling: set[type[Event]] = field(default_factory=set)
    asking_or_settling: set[type[Event]] = field(default_factory=set)

    def heard_by(self, kind: type[Event]) -> list[str]:
        """The services that have a handler of their own for it."""
        return self.heard.get(kind, [])


def usage_of(services: Mapping[str, Service]) -> Usage:
    usage = Usage()
    for name, service in sorted(services.items()):
        for kind in service.router.heard:
            usage.heard.setdefault(kind, []).append(name)
        if service.router.for_all is not None:
            usage.hear_everything.append(name)
        _read_code(name, usage)
    return usage


def _read_code(service: str, usage: Usage) -> None:
    """A service announces its own facts where its code makes one."""
    own = {kind.__name__: kind for kind in catalogue().values() if service_of(kind) == service}
    trees = [ast.parse(file.read_text()) for file in sorted((SERVICES / service).rglob("*.py"))]
    give_both = {name for tree in trees for name in _give_both(tree)}
    for tree in trees:
        for made, keywords in (*_made(tree, give_both), *made_by_keeping(tree)):
            if kind := own.get(made):
                usage.announced.add(kind)
                if keywords >= BOTH:
                    usage.asking_or_settling.add(kind)
                elif "need" in keywords:
                    usage.asking.add(kind)
                elif "settles" in keywords:
                    usage.settling.add(kind)


def _give_both(tree: ast.Module) -> Iterator[str]:
    """Functions that return both fields, one of them empty: which, is known when they run."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            for below in ast.walk(node):
                if isinstance(below, ast.Return) and isinstance(below.value, ast.Dict):
                    keys = [k.value for k in below.value.keys if isinstance(k, ast.Constant)]
                    if set(keys) >= BOTH:
                        yield node.name


def _made(tree: ast.Module, give_both: set[str]) -> Iterator[tuple[str, set[str]]]:
    """Names that are called or handed on to be, and with which keywords beside them.

    One may be chosen first: `fact = HitConfirmed if confirmed else HitDismissed`, then `fact(…)`;
    keywords may come from a function: `waits = self.enter(…)`, then `EnquiryOpened(…, **waits)`.
    """
    chosen: dict[str, list[str]] = {}
    giving: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            targets = [target.id for target in node.targets if isinstance(target, ast.Name)]
            if isinstance(node.value, ast.IfExp | ast.Dict):
                names = [one.id for one in ast.walk(node.value) if isinstance(one, ast.Name)]
                for target in targets:
                    chosen.setdefault(target, []).extend(names)
            elif isinstance(node.value, ast.Call) and _last(node.value.func) in give_both:
                giving.update(targets)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            keywords = {one.arg for one in node.keywords if one.arg}
            if any(one.arg is None and _last(one.value) in giving for one in node.keywords):
                keywords |= BOTH
            handed = [one.id for one in node.args if isinstance(one, ast.Name)]
            only_asks = _last(node.func) == "isinstance"
            for name in (*_called(node.func), *(handed if not only_asks else ())):
                for made in (name, *chosen.get(name, ())):
                    yield made, keywords


def made_by_keeping(tree: ast.Module) -> Iterator[tuple[str, set[str]]]:
    """Facts that a service gives to the rules of `shared.keeping`, which make them: `held=…`."""
    keywords = _told_by_keeping()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _last(node.func) == "KeepingFacts":
            for one in node.keywords:
                if one.arg in keywords:
                    yield _last(one.value), keywords[one.arg]


@cache
def _told_by_keeping() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for node in ast.walk(ast.parse(KEEPING.read_text())):
        if isinstance(node, ast.Call) and _last(node.func) == "_tell":
            found[_last(node.args[0])] = {one.arg for one in node.keywords if one.arg}
    return found


def _last(expression: ast.expr) -> str:
    """The name of what is meant: `enter` of `self.enter`."""
    if isinstance(expression, ast.Name):
        return expression.id
    return expression.attr if isinstance(expression, ast.Attribute) else ""


def _called(function: ast.expr) -> Iterator[str]:
    if isinstance(function, ast.Name):
        yield function.id
    elif isinstance(function, ast.IfExp):
        yield from _called(function.body)
        yield from _called(function.orelse)
    elif isinstance(function, ast.Subscript):
        yield from _called(function.value)
