"""Writes docs/data-map.md: which personal data is where, from the marks in the models themselves.

Why it is there, on which basis and for how long is said per service in `data-basis.toml`; a service
with marked fields that says nothing there cannot be written down, and CI fails.
"""

import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import BaseModel

from docs.installed import Installed
from shared.events import catalogue, service_of
from shared.sealing import plan_of

BASIS = Path(__file__).with_name("data-basis.toml")


class Held(NamedTuple):
    """One marked field, in a stored document or in a fact."""

    service: str
    where: str
    field: str
    key_class: str


def marked(kind: type[BaseModel], path: str = "") -> Iterator[tuple[str, str]]:
    """The marked fields of a model and of the models in it, each model once on a path."""
    seen: set[type[BaseModel]] = set()

    def walk(model: type[BaseModel], path: str) -> Iterator[tuple[str, str]]:
        if model in seen:
            return
        seen.add(model)
        for name, key_class in plan_of(model).items():
            if key_class is not None:
                yield f"{path}{name}", key_class
                continue
            for below in _models(model.model_fields[name].annotation):
                yield from walk(below, f"{path}{name}.")
        seen.discard(model)

    yield from walk(kind, path)


def _models(annotation: Any) -> Iterable[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in getattr(annotation, "__args__", ()):
        yield from _models(part)


def held(there: Installed) -> list[Held]:
    """Every field with personal data, stored or announced."""
    found = [
        Held(name, kind.__name__, field, key_class)
        for name, service in there.services.items()
        for kind in service.kinds
        for field, key_class in marked(kind)
    ]
    found += [
        Held(service_of(kind), f"fact {kind.__name__}", field, key_class)
        for kind in catalogue().values()
        for field, key_class in marked(kind)
    ]
    return sorted(set(found))


class Reason(NamedTuple):
    """Why something is held, on which bases (codes), and for how long."""

    why: str
    bases: tuple[str, ...]
    kept: str


def reason_of(one: Held, said: dict[str, Any]) -> Reason:
    """What is said of the kind, else of its service. Raises `KeyError` where nobody said why."""
    service = said[one.service]
    kind = service.get("kinds", {}).get(one.where.removeprefix("fact "), {})
    told = {**{name: service[name] for name in Reason._fields}, **kind}
    return Reason(told["why"], tuple(told["bases"]), told["kept"])


def data_map(there: Installed) -> str:
    """The page. Raises `KeyError` where nobody said why a service holds personal data."""
    said = tomllib.loads(BASIS.read_text())
    bases = said.pop("bases")
    lines = [
        "# Personal data: what is where\n",
        "Written by `make docs` from the marks in the models (`Personal`, `Criminal`) and from",
        "`docs/data-basis.toml`. Every field below is sealed with the key of its person wherever",
        "it is written; ids of persons are keyed hashes. Fields of the key class *criminal* are",
        "shown to the role `offence_reader` alone. [privacy.md](privacy.md) tells the rest.\n",
    ]
    fields = held(there)
    for service in sorted({one.service for one in fields}):
        lines += [f"## {service}\n"]
        reasons: dict[Reason, list[Held]] = {}
        for one in (one for one in fields if one.service == service):
            reasons.setdefault(reason_of(one, said), []).append(one)
        for reason, found in sorted(reasons.items(), key=lambda item: item[1][0]):
            missing = [code for code in reason.bases if code not in bases]
            if missing:
                raise KeyError(f"data-basis.toml has no basis {missing[0]}")
            lines += [f"*Why*: {reason.why}  ", f"*Bases*: {', '.join(reason.bases)}  "]
            lines += [f"*Kept*: {reason.kept}\n", "| where | field | key |", "|---|---|---|"]
            lines += [f"| {one.where} | `{one.field}` | {one.key_class} |" for one in found]
            lines.append("")
    lines += [
        "## Bases\n",
        "A proposal was not read in a source: the buyer's lawyers confirm it.\n",
    ]
    lines += ["| code | law | read |", "|---|---|---|"]
    lines += [
        f"| {code} | {one['law']} | {one.get('read', '*proposal*')} |"
        for code, one in sorted(bases.items())
    ]
    return "\n".join(lines) + "\n"
