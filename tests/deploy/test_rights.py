"""What each service may do at broker and database is what it does, and no more."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from deploy.manifests import SERVICES
from deploy.rights import (
    OPERATOR,
    SCALER,
    files,
    grants,
    key_privileges,
    privileges_of,
)
from docs.installed import installed
from shared.administration.topics import TAKES_IN, groups_of
from shared.events import catalogue
from shared.runtime import Service

ROOT = Path(__file__).parents[2]
BASE = ROOT / "deploy/kubernetes/base"


@pytest.fixture(scope="module")
def services() -> dict[str, Service]:
    return installed().services


def test_the_files_are_as_the_wiring_says() -> None:
    for file, text in files().items():
        assert file.read_text() == text, "run: python -m deploy.rights"


def test_a_service_reads_what_it_hears_and_writes_only_its_own(
    services: dict[str, Service],
) -> None:
    found = grants(services.values())
    for name, service in services.items():
        mine = [one for one in found if one.user == name]
        written = {one.name for one in mine if one.operation == "Write"}
        assert written <= {f"{name}.v1", f"{name}.dead"}
        read = {one.name for one in mine if (one.operation, one.resource) == ("Read", "topic")}
        assert read == {*service.router.topics, f"{name}.replay", *TAKES_IN.get(name, ())}
        assert [one.name for one in mine if one.resource == "group"] == list(groups_of(name))
        assert {one.operation for one in mine} == {"Read", "Write"}
    assert {one.user for one in found} == {*services, OPERATOR, SCALER}
    assert {one.operation for one in found if one.user == SCALER} == {"Describe"}
    assert {one.resource for one in found} == {"topic", "group"}


def test_no_service_says_what_another_announces() -> None:
    """Else the broker would refuse it what it may not write."""
    topics = {kind.__name__: kind.topic for kind in catalogue().values()}
    for service in (one for one in (ROOT / "services").iterdir() if (one / "app.py").exists()):
        for fact in announced_in(service):
            assert topics.get(fact, f"{service.name}.v1") == f"{service.name}.v1", (service, fact)


def announced_in(service: Path) -> Iterator[str]:
    for file in service.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "announce":
                said = node.args[0]
                if isinstance(said, ast.Call) and isinstance(said.func, ast.Name):
                    yield said.func.id


def test_what_proves_cannot_be_changed_or_emptied_by_a_service(
    services: dict[str, Service],
) -> None:
    for service in services.values():
        may = {one.collection: set(one.actions) for one in privileges_of(service)}
        for collection in ("journal", "AccessEntry"):
            assert not may[collection] & {"update", "remove"}, (service.name, collection)
        assert {one.database for one in privileges_of(service)} == {f"ansvar_{service.name}"}
    (keys,) = key_privileges()
    assert "remove" not in keys.actions


def test_every_service_of_the_cluster_has_its_own_lines() -> None:
    region = yaml.safe_load(
        (ROOT / "deploy/kubernetes/overlays/region/kustomization.yaml").read_text()
    )
    (target,) = [one["target"]["name"] for one in region["patches"] if "|" in str(one["target"])]
    assert set(target.split("|")) == set(SERVICES)
    for name in SERVICES:
        deployment = next(yaml.safe_load_all((BASE / f"{name}.yaml").read_text()))
        (container,) = deployment["spec"]["template"]["spec"]["containers"]
        assert container["envFrom"][2]["secretRef"]["name"] == f"ansvar-{name}"
    for file, own in (("front", "ansvar-front"), ("topics", "ansvar-operator")):
        one = next(yaml.safe_load_all((BASE / f"{file}.yaml").read_text()))
        (container,) = one["spec"]["template"]["spec"]["containers"]
        named = [held["secretRef"]["name"] for held in container["envFrom"] if "secretRef" in held]
        assert named == [own], "it needs no key of persons and no user of a service"
