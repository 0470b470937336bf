"""The page of figures, from what the measures printed: nothing on it was written by hand."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from bench.plan import MEASURES, Measure

Kept = Mapping[str, Mapping[str, Any]]

HEAD = """# Performance

Written by `python -m bench --write` from the JSON in [figures](figures), which `make bench`
keeps. Every figure stands beside a baseline of the same run: on another machine the figures
differ, the ratios hardly. A run that began while other work was on the machine says so by its
load (1 where one core was busy).

How cost grows is the slope between the logarithms of size and cost over the runs above it (least
squares): n^0 does not grow, n^1 grows with the size, n^2 with its square.
"""


def figure(figures: Mapping[str, Any], path: str) -> float | None:
    """The figure at `a.b`; None where it is not there or is no number."""
    found: Any = figures
    for part in path.split("."):
        if not isinstance(found, Mapping) or part not in found:
            return None
        found = found[part]
    return float(found) if isinstance(found, int | float) else None


def slope(points: Sequence[tuple[float, float]]) -> float | None:
    """How cost grows with size: least squares between the logarithms. None below two sizes."""
    logs = [(math.log(x), math.log(y)) for x, y in points if x > 0 and y > 0]
    if len({x for x, _ in logs}) < 2:
        return None
    over, up = sum(x for x, _ in logs) / len(logs), sum(y for _, y in logs) / len(logs)
    return sum((x - over) * (y - up) for x, y in logs) / sum((x - over) ** 2 for x, _ in logs)


def page(kept: Kept) -> str:
    parts = [HEAD, "## At a glance\n", _glance(kept)]
    for one in MEASURES:
        parts.append(f"## {one.name}\n\n{one.asks}\n")
        parts.append(_measure(one, kept[one.name]) if one.name in kept else "Not measured yet.\n")
    return "\n".join(parts)


def _glance(kept: Kept) -> str:
    rows = ["| measure | ours | baseline | ratio | memory MB | load |", "|---|---|---|---|---|---|"]
    for one in MEASURES:
        if one.ours and one.name in kept:
            last = kept[one.name]["runs"][-1]
            said = [
                _said(figure(last["figures"], path)) for path in (one.ours, one.bare, one.ratio)
            ]
            memory = _said(figure(last["figures"], one.memory))
            ours = f"{said[0]} ({one.ours})"
            load = f"{last['load_before']:g}"
            rows.append(f"| {one.name} | {ours} | {said[1]} | {said[2]} | {memory} | {load} |")
    return "\n".join(rows) + "\n"


def _measure(one: Measure, found: Mapping[str, Any]) -> str:
    machine = found["machine"]
    lines = [
        f"{found['measured']}, {machine['cores']} cores, {machine['memory_gib']} GiB, "
        f"Python {machine['python']}." + (f" Baseline: {one.baseline}." if one.baseline else ""),
        "",
    ]
    rows = [_flat(run["figures"]) for run in found["runs"]]
    names = list(dict.fromkeys(name for row in rows for name in row))
    loads = " | ".join(f"{run['load_before']:g}" for run in found["runs"])
    heads = " | ".join(f"`{run['command']}`" for run in found["runs"])
    lines += [f"| | {heads} |", "|---|" + "---|" * len(rows), f"| load before | {loads} |"]
    lines += [
        f"| {name} | " + " | ".join(_said(row.get(name)) for row in rows) + " |" for name in names
    ]
    grown = [(cost, slope(_points(one, cost, found))) for cost in one.cost]
    if any(how is not None for _, how in grown):
        told = "; ".join(f"{cost} as n^{how:.2f}" for cost, how in grown if how is not None)
        lines += ["", f"With {one.size}: {told}."]
    return "\n".join(lines) + "\n"


def _points(one: Measure, cost: str, found: Mapping[str, Any]) -> list[tuple[float, float]]:
    both = [(figure(r["figures"], one.size), figure(r["figures"], cost)) for r in found["runs"]]
    return [(size, took) for size, took in both if size is not None and took is not None]


def _flat(figures: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in figures.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{above}{name}.")
        elif isinstance(value, int | float | str):
            flat[f"{above}{name}"] = value
    return flat


def _said(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, float) and not value.is_integer():
        return f"{value:,.3g}" if abs(value) < 1_000 else f"{value:,.0f}"
    return f"{value:,.0f}" if isinstance(value, int | float) else str(value).replace("|", "\\|")
