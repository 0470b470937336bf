"""The manifests are valid, complete and hold no secret. No cluster is needed."""

import json
import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from jsonschema import Draft202012Validator

from deploy.manifests import BASE, PARTITIONS, SERVICES, TAKES_IN, files
from docs.installed import installed
from shared.administration import topics
from shared.command.services import service_names

ROOT = Path(__file__).parents[2]
OVERLAYS = sorted((ROOT / "deploy/kubernetes/overlays").iterdir())
KEDA = Draft202012Validator(json.loads((ROOT / "deploy/schema/keda.json").read_text()))
KUBERNETES = "1.37"

Json = dict[str, Any]


def manifests(file: Path) -> list[Json]:
    return [one for one in yaml.safe_load_all(file.read_text()) if one]


def held() -> Iterator[Json]:
    for file in sorted(BASE.glob("*.yaml")):
        if file.name != "kustomization.yaml":
            yield from manifests(file)


def named(one: Json) -> str:
    return f"{one['kind']}/{one['metadata']['name']}"


def problems_of(one: Json) -> list[str]:
    """What a cluster would refuse."""
    if one["apiVersion"].startswith("keda.sh/"):
        return [f"{named(one)}: {error.message}" for error in KEDA.iter_errors(one)]
    try:
        kubernetes_validate.validate(one, KUBERNETES, strict=True)
    except kubernetes_validate.ValidationError as error:
        return [f"{named(one)}: {error.message}"]
    return []


@pytest.mark.parametrize("name", files())
def test_a_file_is_as_the_recipe_writes_it(name: str) -> None:
    assert (BASE / name).read_text() == files()[name], "run: python -m deploy.manifests"


@pytest.mark.parametrize("one", list(held()), ids=named)
def test_a_cluster_would_take_it(one: Json) -> None:
    assert not problems_of(one)


def test_a_wrong_word_is_found() -> None:
    deployment = next(one for one in held() if one["kind"] == "Deployment")
    deployment["spec"]["replica"] = 2
    scaled = next(one for one in held() if one["kind"] == "ScaledObject")
    scaled["spec"]["triggers"][0]["metadata"]["lagTreshold"] = "1"
    assert problems_of(deployment)
    assert problems_of(scaled)


def test_every_service_is_there_with_all_it_needs() -> None:
    assert set(SERVICES) == set(service_names())
    there = {named(one) for one in held()}
    for service in SERVICES:
        kinds = ("Deployment", "Service", "PodDisruptionBudget", "ScaledObject")
        assert {f"{kind}/{service}" for kind in kinds} <= there
        assert f"Job/migrate-{service}" in there
    assert {"Deployment/front", "Service/front", "Job/topics"} <= there
    assert PARTITIONS == topics.PARTITIONS
    taken_in = {service: (topic,) for service, topic in TAKES_IN.items()}
    assert taken_in == topics.TAKES_IN


@pytest.mark.parametrize(
    "one", [one for one in held() if one["kind"] in ("Deployment", "Job")], ids=named
)
def test_a_container_may_do_nothing_that_it_need_not(one: Json) -> None:
    pod = one["spec"]["template"]["spec"]
    assert pod["securityContext"]["runAsNonRoot"]
    assert pod["automountServiceAccountToken"] is False
    for container in (*pod["containers"], *pod.get("initContainers", ())):
        assert container["securityContext"]["readOnlyRootFilesystem"]
        assert not container["securityContext"]["allowPrivilegeEscalation"]
        assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
        assert "memory" in container["resources"]["limits"]


def test_the_probes_ask_what_a_service_answers() -> None:
    services = installed().services
    for one in held():
        name = one["metadata"]["name"]
        if one["kind"] == "Deployment" and name != "front":
            paths = {getattr(route, "path", "") for route in services[name].app.routes}
            (container,) = one["spec"]["template"]["spec"]["containers"]
            for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
                assert container[probe]["httpGet"]["path"] in paths


def test_every_setting_is_one_that_is_read() -> None:
    read = "".join(file.read_text() for file in (ROOT / "shared").rglob("*.py"))
    read += "".join(file.read_text() for file in (ROOT / "services").rglob("app.py"))
    (settings,) = [one for one in held() if named(one) == "ConfigMap/ansvar"]
    for name in settings["data"]:
        if name.startswith("ANSVAR_") and name != "ANSVAR_CACHE":
            assert re.search(rf"\b{name.removeprefix('ANSVAR_').lower()}\b", read), name


def test_the_images_of_the_region_are_of_this_version() -> None:
    """The version stands in pyproject.toml; whoever raises it there is told of the other place."""
    (overlay,) = manifests(ROOT / "deploy/kubernetes/overlays/region/kustomization.yaml")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert {image["newTag"] for image in overlay["images"]} == {project["version"]}
    assert {image["name"] for image in overlay["images"]} == {f"ansvar/{one}" for one in SERVICES}


def test_no_secret_lies_in_a_file() -> None:
    for file in (ROOT / "deploy/kubernetes").rglob("*.yaml"):
        for one in manifests(file):
            assert one["kind"] != "Secret"
        assert not re.search(r"://[^/\s]+:[^/\s]+@", file.read_text())


def test_every_file_of_the_base_is_used() -> None:
    (kustomization,) = manifests(BASE / "kustomization.yaml")
    there = {file.name for file in BASE.glob("*.yaml")} - {"kustomization.yaml"}
    assert set(kustomization["resources"]) == there


@pytest.mark.parametrize("overlay", OVERLAYS, ids=lambda folder: folder.name)
def test_an_overlay_is_built_and_a_cluster_would_take_it(overlay: Path) -> None:
    kustomize = shutil.which("kustomize")
    if kustomize is None:
        pytest.skip("kustomize is not installed: make check-manifests installs it where Go is")
    built = subprocess.run(
        [kustomize, "build", str(overlay)], capture_output=True, text=True, check=False
    )
    assert built.returncode == 0, built.stderr
    made = [one for one in yaml.safe_load_all(built.stdout) if one]
    assert {f"Deployment/{service}" for service in SERVICES} <= {named(one) for one in made}
    assert [problem for one in made for problem in problems_of(one)] == []
    assert {one["metadata"].get("namespace") for one in made} - {None} == {"ansvar"}
