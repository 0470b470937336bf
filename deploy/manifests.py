"""Writes the Kubernetes manifests of the services: `python -m deploy.manifests`.

The services differ in a handful of numbers, so that one recipe writes them all; a test keeps the
files true. What differs between installations is in `kubernetes/overlays`.
"""

from pathlib import Path
from typing import Any, NamedTuple

import yaml

BASE = Path(__file__).parent / "kubernetes" / "base"

Json = dict[str, Any]

PORT = 8000
GRACE_SECONDS = 45
"""For a process to finish what it took and to send what it announced; it needs a few seconds."""
PARTITIONS = 12
"""Of every topic (shared/administration/topics.py): more processes than that find no work."""
LAG_OF_ONE = 2_000
"""Messages not yet read at which another process is worth its start."""
CACHE = "/var/cache/ansvar"


class Sized(NamedTuple):
    """How much one process of a service needs; measured, see docs/performance.md."""

    cpu: str = "100m"
    memory: str = "256Mi"
    most_memory: str = "768Mi"


SERVICES: dict[str, Sized] = {
    "onboarding": Sized(memory="384Mi", most_memory="1Gi"),
    "screening": Sized(cpu="250m", memory="768Mi", most_memory="2Gi"),
    "contracts": Sized(),
    "subcontractors": Sized(),
    "audits": Sized(),
    "breaches": Sized(),
    "notifications": Sized(),
    "console": Sized(memory="384Mi", most_memory="1Gi"),
}

LOCKED = {
    "allowPrivilegeEscalation": False,
    "readOnlyRootFilesystem": True,
    "capabilities": {"drop": ["ALL"]},
}
POD = {
    "runAsNonRoot": True,
    "runAsUser": 10001,
    "runAsGroup": 10001,
    "fsGroup": 10001,
    "seccompProfile": {"type": "RuntimeDefault"},
}


def manifests_of(service: str) -> list[Json]:
    """Everything that one service is in a cluster."""
    return [
        deployment(service, SERVICES[service], ["ansvar", "serve"]),
        door(service),
        budget(service),
        scaling(service),
        migration(service),
    ]


def front() -> list[Json]:
    """The one public port; the ingress of the cluster stands before it, with TLS."""
    return [deployment("front", Sized(), ["ansvar", "front"]), door("front"), budget("front")]


def deployment(name: str, sized: Sized, command: list[str]) -> Json:
    image = f"ansvar/{'console' if name == 'front' else name}"
    container: Json = {
        "name": name,
        "image": image,
        "command": command,
        "env": [{"name": "ANSVAR_HOST", "value": "0.0.0.0"}, *_own(name)],
        "envFrom": _settings(name),
        "ports": [{"name": "http", "containerPort": PORT}],
        "startupProbe": _probe("/healthz", period=2, failures=90),
        "livenessProbe": _probe("/healthz", period=10, failures=6),
        "readinessProbe": _probe("/healthz" if name == "front" else "/readyz", 10, 3),
        "resources": {
            "requests": {"cpu": sized.cpu, "memory": sized.memory},
            "limits": {"memory": sized.most_memory},
        },
        "securityContext": LOCKED,
        "volumeMounts": [
            {"name": "tmp", "mountPath": "/tmp"},
            {"name": "cache", "mountPath": CACHE},
        ],
    }
    spec: Json = {
        "serviceAccountName": "ansvar",
        "automountServiceAccountToken": False,
        "terminationGracePeriodSeconds": GRACE_SECONDS,
        "securityContext": POD,
        "topologySpreadConstraints": [
            {
                "maxSkew": 1,
                "topologyKey": "kubernetes.io/hostname",
                "whenUnsatisfiable": "ScheduleAnyway",
                "labelSelector": {"matchLabels": _labels(name)},
            }
        ],
        "containers": [container],
        "volumes": [{"name": "tmp", "emptyDir": {}}, {"name": "cache", "emptyDir": {}}],
    }
    if name == "screening":
        spec["initContainers"] = [_kernels_into_the_cache(image)]
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "labels": _labels(name)},
        "spec": {
            "replicas": 2,
            # Old and new run together while one replaces the other: facts are only added to.
            "strategy": {"rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}},
            "selector": {"matchLabels": _labels(name)},
            "template": {
                "metadata": {
                    "labels": _labels(name),
                    "annotations": {
                        "prometheus.io/scrape": "true",
                        "prometheus.io/port": str(PORT),
                    },
                },
                "spec": spec,
            },
        },
    }


def door(name: str) -> Json:
    """The name under which others find the service."""
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "labels": _labels(name)},
        "spec": {
            "selector": _labels(name),
            "ports": [{"name": "http", "port": PORT, "targetPort": "http"}],
        },
    }


def budget(name: str) -> Json:
    """One of the processes may be away while nodes are looked after, not both."""
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": name, "labels": _labels(name)},
        "spec": {"maxUnavailable": 1, "selector": {"matchLabels": _labels(name)}},
    }


TAKES_IN = {"contracts": "payments.in.v1"}
"""Topics that a service reads beside the facts, in a group of their own."""


def scaling(service: str) -> Json:
    """More processes while messages wait, by KEDA; the group is called like its service."""
    triggers = [_lag(service)]
    if topic := TAKES_IN.get(service):
        # One message holds a thousand invoices, which take as long as as many facts.
        triggers.append(_lag(f"{service}-payments", topic, threshold=LAG_OF_ONE // 1_000))
    return {
        "apiVersion": "keda.sh/v1alpha1",
        "kind": "ScaledObject",
        "metadata": {"name": service, "labels": _labels(service)},
        "spec": {
            "scaleTargetRef": {"name": service},
            "minReplicaCount": 2,
            "maxReplicaCount": PARTITIONS,
            "cooldownPeriod": 600,
            "triggers": triggers,
        },
    }


def _lag(group: str, topic: str = "", threshold: int = LAG_OF_ONE) -> Json:
    metadata = {
        "bootstrapServers": "kafka:9092",
        "consumerGroup": group,
        "lagThreshold": str(threshold),
        "allowIdleConsumers": "false",
    }
    return {"type": "kafka", "metadata": metadata | ({"topic": topic} if topic else {})}


def topics() -> list[Json]:
    """Creates the topics that are missing and ends; run before the services of a new version."""
    return [_job("topics", "ansvar/console", ["ansvar", "topics", "apply"], "operator")]


def migration(service: str) -> Json:
    """Makes the indexes of a version and rewrites documents of older shapes, while all runs."""
    command = ["ansvar", "migrate", "apply", "--only", service]
    return _job(f"migrate-{service}", f"ansvar/{service}", command, service)


def _job(name: str, image: str, command: list[str], secrets_of: str) -> Json:
    pod = {
        "serviceAccountName": "ansvar",
        "automountServiceAccountToken": False,
        "securityContext": POD,
        "restartPolicy": "OnFailure",
        "containers": [
            {
                "name": name,
                "image": image,
                "command": command,
                "envFrom": _settings(secrets_of),
                "resources": {"limits": {"memory": "512Mi"}},
                "securityContext": LOCKED,
                "volumeMounts": [{"name": "tmp", "mountPath": "/tmp"}],
            }
        ],
        "volumes": [{"name": "tmp", "emptyDir": {}}],
    }
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": name, "labels": _labels(name)},
        "spec": {
            "backoffLimit": 10,
            "ttlSecondsAfterFinished": 600,
            "template": {"metadata": {"labels": _labels(name)}, "spec": pod},
        },
    }


def files() -> dict[str, str]:
    """The text of each written file, by its name below `kubernetes/base`."""
    written = {f"{name}.yaml": manifests_of(name) for name in SERVICES}
    written |= {"front.yaml": front(), "topics.yaml": topics()}
    head = "# Written by `python -m deploy.manifests`; change deploy/manifests.py or an overlay.\n"
    return {
        name: head + "---\n".join(yaml.safe_dump(one, sort_keys=False) for one in held)
        for name, held in written.items()
    }


def _labels(name: str) -> dict[str, str]:
    return {"app.kubernetes.io/name": name, "app.kubernetes.io/part-of": "ansvar"}


def _settings(name: str) -> list[Json]:
    """Settings of all, and the secrets: those that all services share, and those of one alone,
    such as its user at broker and database. Whoever is no service gets only its own.
    """
    own = {"secretRef": {"name": f"ansvar-{name}", "optional": True}}
    shared = [{"secretRef": {"name": "ansvar"}}] if name in SERVICES else []
    return [{"configMapRef": {"name": "ansvar"}}, *shared, own]


def _own(name: str) -> list[Json]:
    if name == "screening":
        return [{"name": "ANSVAR_INDEX_DIR", "value": f"{CACHE}/indexes"}]
    return []


def _probe(path: str, period: int, failures: int) -> Json:
    return {
        "httpGet": {"path": path, "port": "http"},
        "periodSeconds": period,
        "timeoutSeconds": 5,
        "failureThreshold": failures,
    }


def _kernels_into_the_cache(image: str) -> Json:
    """The image's own cache is read-only: its compiled kernels are laid into the volume."""
    return {
        "name": "kernels",
        "image": image,
        "command": ["cp", "-r", f"{CACHE}/.", "/cache/"],
        "resources": {"limits": {"memory": "128Mi"}},
        "securityContext": LOCKED,
        "volumeMounts": [{"name": "cache", "mountPath": "/cache"}],
    }


if __name__ == "__main__":
    for name, text in files().items():
        (BASE / name).write_text(text)
