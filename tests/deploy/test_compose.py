"""The compose file is valid, complete, and holds no secret. No container engine is needed."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from deploy.rights import ACLS, OPERATOR, SCALER, USERS

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docker-compose.yml").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: list[str] = list(
    tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["entry-points"][
        "ansvar.services"
    ]
)
ENDS_BY_ITSELF = {"topics", "mongo-init", "kafka-init"}
SECRET = re.compile(r"KEY|SECRET|PASSWORD|TOKEN|CREDENTIAL")
HOLD_SECRETS_WITHIN = ("ANSVAR_KEYS_URL", "ANSVAR_MASTER_KEY_BEFORE")
"""Their passwords are looked at by the addresses that they stand in; the other may be missing."""
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
            if SECRET.search(setting) and setting not in HOLD_SECRETS_WITHIN:
                assert FROM_OUTSIDE.fullmatch(value), f"{name} has {setting} in the file"
    assert not re.search(r"://[^/\s$}]+:[^/\s$}]+@(?!mail\.example)", TEXT)


@pytest.mark.parametrize("service", SERVICES)
def test_each_service_comes_to_broker_and_database_as_itself(service: str) -> None:
    said = COMPOSE["services"][service]["environment"]
    word = rf"\$\{{ANSVAR_PASSWORD_{service.upper()}:\?[^}}]+\}}"
    at = rf"sasl_plaintext://{service}:{word}@kafka:9092\?mechanism=PLAIN"
    assert re.fullmatch(at, said["ANSVAR_KAFKA_URL"])
    at = rf"mongodb://{service}:{word}@mongo:27017/\?replicaSet=rs0&authSource=admin"
    assert re.fullmatch(at, said["ANSVAR_MONGO_URL"])
    assert said["ANSVAR_KEYS_URL"].startswith("mongodb://keys:${ANSVAR_PASSWORD_KEYS:?")
    others = {name.upper() for name in SERVICES} - {service.upper()}
    assert not any(f"ANSVAR_PASSWORD_{other}:" in str(said) for other in others)
    assert "ADMIN" not in str(said)
    assert "OPERATOR" not in str(said)


def test_a_master_key_can_be_changed() -> None:
    for service in SERVICES:
        said = COMPOSE["services"][service]["environment"]
        assert said["ANSVAR_MASTER_KEY_BEFORE"] == "${ANSVAR_MASTER_KEY_BEFORE:-}"


def test_the_broker_knows_every_user_that_has_rights_and_nobody_else() -> None:
    said = COMPOSE["services"]["kafka"]["environment"]
    known = re.findall(r"user_(\w+)=", said["KAFKA_LISTENER_NAME_CLIENTS_PLAIN_SASL_JAAS_CONFIG"])
    granted = set(re.findall(r"^allow (\w+) ", ACLS.read_text(), re.M))
    assert set(known) == granted - {SCALER}, "nothing scales by lag on one machine"
    assert said["KAFKA_AUTHORIZER_CLASS_NAME"].endswith(".StandardAuthorizer")
    assert "KAFKA_ALLOW_EVERYONE_IF_NO_ACL_FOUND" not in said
    by_name = dict(one.split("://") for one in said["KAFKA_LISTENERS"].split(","))
    open_ones = {name for name, at in by_name.items() if not at.startswith("localhost:")}
    assert open_ones == {"CLIENTS"}, "whoever needs no password is in the same container"
    assert "CLIENTS:SASL_PLAINTEXT" in said["KAFKA_LISTENER_SECURITY_PROTOCOL_MAP"].split(",")


def test_the_database_asks_everybody_and_makes_every_user_of_the_script() -> None:
    mongo, makes = COMPOSE["services"]["mongo"], COMPOSE["services"]["mongo-init"]
    assert "--keyFile" in mongo["entrypoint"][-1], "without it nobody is asked for a password"
    users = re.findall(r"^  (\w+): \[$", USERS.read_text(), re.M)
    given = {name.removeprefix("ANSVAR_PASSWORD_").lower() for name in makes["environment"]}
    assert given - {"mongo_admin_password"} == {*users, OPERATOR}
    for name in SERVICES:
        depends = COMPOSE["services"][name]["depends_on"]
        assert depends["mongo-init"] == {"condition": "service_completed_successfully"}


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
