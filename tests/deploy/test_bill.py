"""What is in the product is known, licensed and locked up."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy import bill

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
OURS = [name for name, one in COMPOSE["services"].items() if "build" in one]


def test_every_package_has_a_licence_that_is_accepted() -> None:
    assert bill.unlicensed() == []


@pytest.mark.parametrize(
    ("licence", "right"),
    [
        ("MIT", True),
        ("MPL-2.0", True),
        ("BSD-3-Clause AND Apache-2.0", True),
        ("GPL-3.0-only", False),
        ("MIT AND GPL-2.0-only", False),
        ("Proprietary", False),
        ("", False),
    ],
)
def test_a_licence_that_nobody_accepted_is_named(licence: str, right: bool) -> None:
    assert (bill.wrong("planted", licence) == "") == right


def test_the_bill_of_materials_names_every_pin_with_its_hashes() -> None:
    parts = bill.sbom()["components"]
    assert len(parts) == len(list(bill.pins()))
    assert all(part["hashes"] and part["purl"].startswith("pkg:pypi/") for part in parts)
    assert len({part["bom-ref"] for part in parts}) == len(parts)
    assert bill.sbom() == bill.sbom()


@pytest.mark.parametrize("name", OURS)
def test_our_containers_can_change_nothing_of_themselves(name: str) -> None:
    one = COMPOSE["services"][name]
    assert one["read_only"] is True
    assert one["cap_drop"] == ["ALL"]
    assert one["security_opt"] == ["no-new-privileges:true"]


def test_images_run_as_somebody_without_rights() -> None:
    last = (ROOT / "deploy" / "Dockerfile").read_text().rpartition("\nFROM ")[2]
    assert "\nUSER 10001" in last
