"""What one object names, another is: services and pods, the edge and services, priorities, monitors and ports."""

from __future__ import annotations

from typing import Any

from .manifests import selected
from .tree import Tree

WORKLOADS = ("Deployment", "StatefulSet")
# Ports of pods that operators and the sidecar's injector make.
FOREIGN_PORTS = {"tcp-prometheus"}
# Priorities that Kubernetes itself has.
BUILT_IN = {"system-cluster-critical", "system-node-critical"}


def ports(document: dict[str, Any]) -> set[Any]:
    """A pod's ports, by name and by number."""
    found: set[Any] = set()
    for container in document["spec"]["template"]["spec"]["containers"]:
        for port in container.get("ports", []):
            found |= {port.get("name"), port["containerPort"]}
    return found


def labels(document: dict[str, Any]) -> dict[str, str]:
    return document["spec"]["template"]["metadata"]["labels"]


def references(tree: Tree) -> list[str]:
    priorities = {d["metadata"]["name"] for d in tree.built("deploy/kubernetes/cluster") if d["kind"] == "PriorityClass"} | BUILT_IN
    built = {folder: tree.built(folder) for folder in tree.kustomizations()}
    platform = [d for documents in built.values() for d in documents]
    found = []
    for folder, documents in built.items():
        pods = [d for d in documents if d["kind"] in WORKLOADS]
        services = {d["metadata"]["name"]: d for d in documents if d["kind"] == "Service"}
        for document in documents:
            where = f"{folder}: {document['kind']} {document['metadata'].get('name')}"
            match document["kind"]:
                case "Service":
                    found += [f"{where}: {problem}" for problem in service(document, pods)]
                case "Ingress":
                    found += [f"{where}: {problem}" for problem in ingress(document, services)]
                case "Namespace":
                    given = document["metadata"].get("labels", {})
                    found += [f"{where}: pods are not held to `restricted` ({mode})" for mode in ("enforce", "audit", "warn")
                              if given.get(f"pod-security.kubernetes.io/{mode}") != "restricted"]
                case "PodDisruptionBudget":
                    if not any(selected(document["spec"]["selector"], labels(pod)) for pod in pods):
                        found.append(f"{where}: there are no such pods")
                case "PodMonitor":
                    found += [f"{where}: {problem}" for problem in monitor(document, platform)]
                case "KafkaTopic" | "KafkaUser" | "KafkaConnector" | "KafkaNodePool":
                    owners = {d["metadata"]["name"] for d in documents if d["kind"] in ("Kafka", "KafkaConnect")}
                    if document["metadata"].get("labels", {}).get("strimzi.io/cluster") not in owners:
                        found.append(f"{where}: belongs to no cluster that is there")
                case "RoleBinding" | "ClusterRoleBinding":
                    role = document["roleRef"]
                    if role["name"] not in {d["metadata"]["name"] for d in documents if d["kind"] == role["kind"]}:
                        found.append(f"{where}: there is no role {role['name']}")
                case "ValidatingAdmissionPolicyBinding":
                    name = document["spec"]["policyName"]
                    if name not in {d["metadata"]["name"] for d in documents if d["kind"] == "ValidatingAdmissionPolicy"}:
                        found.append(f"{where}: there is no policy {name}")
            found += [f"{where}: there is no priority {name}" for name in named(document, "priorityClassName") if name not in priorities]
    return found


def named(value: Any, key: str) -> list[str]:
    """Every value of a key, however deep."""
    if isinstance(value, list):
        return [name for item in value for name in named(item, key)]
    if not isinstance(value, dict):
        return []
    here = [value[key]] if isinstance(value.get(key), str) else []
    return here + [name for item in value.values() for name in named(item, key)]


def service(document: dict[str, Any], pods: list[dict[str, Any]]) -> list[str]:
    """It leads to pods, at ports that they have."""
    behind = [pod for pod in pods if document["spec"]["selector"].items() <= labels(pod).items()]
    if not behind:
        return ["there are no such pods"]
    wanted = [port.get("targetPort", port["port"]) for port in document["spec"]["ports"]]
    return [f"{pod['metadata']['name']} has no port {port}" for pod in behind for port in wanted if port not in ports(pod)]


def ingress(document: dict[str, Any], services: dict[str, dict[str, Any]]) -> list[str]:
    """It leads to services, and every name that it answers to has a certificate."""
    found, certified = [], {host for entry in document["spec"].get("tls", []) for host in entry["hosts"]}
    for rule in document["spec"]["rules"]:
        if rule["host"] not in certified:
            found.append(f"no certificate is for {rule['host']}")
        for path in rule["http"]["paths"]:
            to = path["backend"]["service"]
            known = {port["name"] for port in services[to["name"]]["spec"]["ports"]} if to["name"] in services else set()
            if to["port"]["name"] not in known:
                found.append(f"there is no service {to['name']} with a port {to['port']['name']}")
    return found


def monitor(document: dict[str, Any], platform: list[dict[str, Any]]) -> list[str]:
    """It looks at pods that there are, at ports that they have."""
    names = {port["port"] for port in document["spec"]["podMetricsEndpoints"] if "port" in port} - FOREIGN_PORTS
    if not names:
        return []
    pods = [d for d in platform if d["kind"] in WORKLOADS and selected(document["spec"]["selector"], labels(d))]
    if not pods:
        return ["there are no such pods"]
    # A service without a port for itself (the sagas') has it all the same: every container of ours listens.
    return sorted({f"{pod['metadata']['name']} has no port {name}" for pod in pods for name in names if name not in ports(pod)})
