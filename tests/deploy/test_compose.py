"""The compose file is valid, complete, and holds no secret. No container engine is needed."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docker-compose.yml").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: list[str] = list(
    tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["entry-points"][
        "ansvar.services"
    ]
)
ENDS_BY_ITSELF = {"topics", "mongo-init"}
SECRET = re.compile(r"KEY|SECRET|PASSWORD|TOKEN|CREDENTIAL")
FROM_OUTSIDE = re.compile(r"\$\{[A-Z_]+:\?[^}]+\}")


def test_it_fits_the_official_schema() -> None:
    schema = json.loads((ROOT / "deploy/schema/compose-spec.json").read_text())
    problems = [
        f"{'/'.join(map(str, error.absolute_path))}: {error.message}"
        for error in Draft202012Validator(schema).iter_errors(COMPOSE)
    ]
    assert not problems


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_has_a_container_of_its_own(service: str) -> None:
    container = COMPOSE["services"][service]
    assert container["build"]["args"] == {"SERVICE": service}
    assert container["depends_on"]["topics"] == {"condition": "service_completed_successfully"}
    assert container["depends_on"]["mongo"] == {"condition": "service_healthy"}


def test_everything_that_keeps_running_has_a_health_check() -> None:
    without = {name for name, one in COMPOSE["services"].items() if "healthcheck" not in one}
    assert without == ENDS_BY_ITSELF


def test_every_secret_comes_from_outside() -> None:
    for name, container in COMPOSE["services"].items():
        for setting, value in container.get("environment", {}).items():
            if SECRET.search(setting):
                assert FROM_OUTSIDE.fullmatch(value), f"{name} has {setting} in the file"
    assert not re.search(r"://[^/\s$}]+:[^/\s$}]+@(?!mail\.example)", TEXT)


def test_what_must_be_given_is_listed_in_the_example_and_empty_there() -> None:
    asked_for = set(re.findall(r"\$\{([A-Z_]+):\?", TEXT))
    example = (ROOT / "deploy/env.example").read_text()
    listed = dict(
        line.split("=", 1) for line in example.splitlines() if line and line[0] not in "#"
    )
    assert set(listed) == asked_for
    assert set(listed.values()) == {""}


def test_broker_and_database_are_reachable_from_inside_only() -> None:
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    for name in ("kafka", "mongo"):
        assert COMPOSE["services"][name]["networks"] == ["inside"]
        assert "ports" not in COMPOSE["services"][name]
    assert [name for name, one in COMPOSE["services"].items() if "ports" in one] == ["front"]


def test_the_image_runs_as_nobody_in_particular_and_holds_no_other_service() -> None:
    recipe = (ROOT / "deploy/Dockerfile").read_text()
    last = recipe.rsplit("FROM ", 1)[1]
    assert re.search(r"^USER 10001$", last, re.M)
    assert "HEALTHCHECK" in last
    assert not re.search(r"^COPY (\.|services) ", recipe, re.M)
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert "*" in ignored
