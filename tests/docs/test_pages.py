"""The pages for people: their links lead somewhere, and the map shows what is really heard."""

import re
from pathlib import Path

from docs.catalogue import HERE
from docs.compatible import ROOT
from docs.installed import installed
from docs.usage import usage_of
from shared.events import service_of

PAGES = [ROOT / "README.md", *sorted(HERE.glob("*.md")), *sorted((HERE / "adr").glob("*.md"))]
LINK = re.compile(r"\]\(([^)\s]+)\)")
PATH = re.compile(r"`((?:shared|services|tests|docs|samples|deploy|bench)/[^`<>…{]*)`")
ARROW = re.compile(r'^ *(\w+) -- "[^"]*" --> ([\w& ]+)$', re.MULTILINE)


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}


def test_every_link_leads_somewhere() -> None:
    for page in PAGES:
        for link in LINK.findall(page.read_text()):
            if link.startswith(("http://", "https://", "mailto:")):
                continue
            place, _, anchor = link.partition("#")
            there = (page.parent / place) if place else page
            assert there.exists(), f"{page.name}: {link}"
            assert not anchor or anchor in anchors(there), f"{page.name}: {link}"


def test_every_file_that_is_named_is_there() -> None:
    for page in PAGES:
        for path in PATH.findall(page.read_text()):
            assert (ROOT / path).exists(), f"{page.name}: {path}"


def test_every_decision_is_short_numbered_and_says_the_three_things() -> None:
    decisions = sorted((HERE / "adr").glob("*.md"))
    for number, page in enumerate(decisions, start=1):
        text = page.read_text()
        assert page.name.startswith(f"{number:04}-")
        assert text.startswith(f"# {number}. ")
        assert len(text.splitlines()) <= 25, page.name
        assert "**Context.**" in text, page.name
        assert "**Decision.**" in text, page.name
        assert re.search(r"^\*\*(Consequences|Limits)", text, re.MULTILINE), page.name


def test_each_arrow_of_the_map_carries_facts() -> None:
    services = installed().services
    usage = usage_of(services)
    real = {(service_of(kind), by) for kind, heard in usage.heard.items() for by in heard}
    drawn = {
        (announcer, by.strip())
        for announcer, heard in ARROW.findall((HERE / "architecture.md").read_text())
        for by in heard.split("&")
    }
    between = {arrow for arrow in drawn if set(arrow) <= services.keys()}
    assert between <= real
    assert len(between) >= 14
