"""Writes what `make docs` writes: events.md, metrics.md, rulebook.md, asyncapi and openapi."""

import json
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from docs.channels import channels_of, sign_on_the_door
from docs.figures import figures_page
from docs.installed import Installed, installed
from docs.personal import data_map
from docs.rulebook import rulebook_page
from docs.usage import SERVICES, Usage, usage_of
from docs.wire import Json, described, in_words
from shared.events import ROOMS, Event, Need, catalogue, service_of, type_of

HERE = Path(__file__).resolve().parent
ON_EVERY_FACT = ("need", "settles")

BEGINNING = f"""\
# Events

Every fact that can happen, in the past tense: what it means, what it carries, who announces it and
who hears it. Written by `make docs` from `shared/events` and the routers of the services; facts
are never edited, only followed by others. [The map](architecture.md) shows how they travel, and
`docs/asyncapi/` describes the same for machines.

Two fields may be on any fact. `need`: it waits for a person
({in_words(Need)}).
`settles`: the ids of needs that nobody has to act on any more. A fact is marked with
**asks a person** or **settles** where its service can say it with one of them. What is *sealed* is
readable only with the key of the natural person it is about; companies' values are in clear. What
is nothing does not travel.
"""


def documents(there: Installed) -> dict[str, str]:
    """Every generated file of these services, by its path below `docs/`."""
    usage = usage_of(there.services)
    files = {
        "events.md": events_page(there, usage),
        "metrics.md": figures_page(),
        "data-map.md": data_map(there),
    }
    if "breaches" in there.services:
        files["rulebook.md"] = rulebook_page()
    for name, service in there.services.items():
        asyncapi = channels_of(service, usage)
        if asyncapi["operations"]:
            files[f"asyncapi/{name}.json"] = _json(asyncapi)
        files[f"openapi/{name}.json"] = _json(service.app.openapi())
    return files


def _json(document: Json) -> str:
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


# ------------------------------------------------------------ the page for people


def events_page(there: Installed, usage: Usage) -> str:
    rooms = [room.__name__ for room in ROOMS]
    facts = sorted(catalogue().values(), key=lambda kind: rooms.index(kind.__module__))
    words: dict[str, Json] = {}
    for kind in facts:
        words |= described(kind).get("$defs", {})
    del words["Need"]
    parts = [BEGINNING, _table(facts, usage)]
    for service in dict.fromkeys(map(service_of, facts)):
        parts += [f"## {service}\n", _question(service, there)]
        own = [kind for kind in facts if service_of(kind) == service]
        parts += [_fact(kind, usage) for kind in own]
    parts.append(_needs_of_people())
    parts.append("## Words that several facts share\n")
    parts += [_word(name, schema) for name, schema in sorted(words.items())]
    return "\n".join(parts).rstrip() + "\n"


def _question(service: str, there: Installed) -> str:
    """What the service asks: the first sentence on its door."""
    sign = sign_on_the_door(service) if service in there.services else ""
    return _flowing(sign.split("\n\n")[0]) + "\n"


def _table(facts: Iterable[type[Event]], usage: Usage) -> str:
    lines = ["| fact | announced by | heard by | |", "|---|---|---|---|"]
    for kind in facts:
        name = kind.__name__
        heard = ", ".join(usage.heard_by(kind)) or "-"
        link = f"[{name}](#{name.lower()})"
        lines.append(f"| {link} | {service_of(kind)} | {heard} | {_needs(kind, usage)} |")
    lines.append(f"\nEvery fact is heard by {' and '.join(usage.hear_everything) or 'nobody'}.\n")
    return "\n".join(lines)


def _needs(kind: type[Event], usage: Usage) -> str:
    said = []
    if kind in usage.asking:
        said.append("**asks a person**")
    if kind in usage.settling:
        said.append("**settles**")
    if kind in usage.asking_or_settling:
        said.append("**asks a person** or **settles**")
    if kind not in usage.announced:
        said.append("*nobody announces it yet*")
    return ", ".join(said)


def _needs_of_people() -> str:
    """What people can be asked to do, in the words in which notifications asks them."""
    said = tomllib.loads((SERVICES / "notifications" / "words" / "en.toml").read_text())["need"]
    kinds = [f"| `{kind}` | {text['title']} |" for kind, text in said.items() if kind != "other"]
    return "\n".join(["## Needs", "", "| kind | what a person is asked |", "|---|---|", *kinds, ""])


def _fact(kind: type[Event], usage: Usage) -> str:
    schema = described(kind)
    heard = ", ".join((*usage.heard_by(kind), *usage.hear_everything)) or "nobody"
    lines = [f"### {kind.__name__}", "", _flowing(kind.__doc__), "", *_fields(schema), ""]
    needs = _needs(kind, usage)
    lines.append(
        f"`{type_of(kind)}` on `{kind.topic}`; heard by {heard}{'; ' * bool(needs)}{needs}"
    )
    return "\n".join(lines) + "\n"


def _word(name: str, schema: Json) -> str:
    lines = [f"### {name}"]
    if meaning := schema.get("description"):
        lines += ["", _flowing(meaning)]
    if "enum" in schema:
        lines += ["", "One of " + ", ".join(f"`{value}`" for value in schema["enum"]) + "."]
    else:
        lines += ["", *_fields(schema)]
    return "\n".join(lines) + "\n"


def _flowing(text: str | None) -> str:
    """A docstring as a line of text per paragraph."""
    paragraphs = (text or "").strip().split("\n\n")
    return "\n\n".join(" ".join(line.strip() for line in p.splitlines()) for p in paragraphs)


def _fields(schema: Json) -> list[str]:
    required = schema.get("required", ())
    return [
        f"* `{name}`: {_type(field)}{_default(field, name in required)}{_sealed(field)}"
        for name, field in schema["properties"].items()
        if name not in ON_EVERY_FACT
    ]


NAMES: dict[Any, str] = {
    "date-time": "moment",
    "date": "day",
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
}


def _type(schema: Json) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in schema:
        kinds = [one for one in schema["anyOf"] if one.get("type") != "null"]
        return " or ".join(map(_type, kinds)) + ", or nothing"
    if schema.get("type") == "array":
        return f"list of {_type(schema['items'])}"
    return NAMES[schema.get("format", schema["type"])]


def _default(schema: Json, required: bool) -> str:
    default: Any = schema.get("default")
    if required or default in (None, "", []):
        return ""
    return f"; `{json.dumps(default)}` where it is not said"


def _sealed(schema: Json) -> str:
    mark = schema.get("x-sealed")
    return f"; *sealed* ({mark['key']}, of `{mark['subject']}`)" if mark else ""


# ------------------------------------------------------------ as a program


def write(files: dict[str, str], folder: Path = HERE) -> None:
    """Make the generated folders hold these files and no others."""
    for made in ("asyncapi", "openapi"):
        for file in (folder / made).glob("*.json"):
            if f"{made}/{file.name}" not in files:
                file.unlink()
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def main() -> None:
    there = installed()
    for name in there.missing:
        sys.stdout.write(f"{name} is announced as a service but is not there: passed over\n")
    files = documents(there)
    write(files)
    sys.stdout.write(f"wrote {len(files)} documents of {len(there.services)} services\n")


if __name__ == "__main__":
    main()
