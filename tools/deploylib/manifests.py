"""Kubernetes manifests: schemas, policy, who may talk to whom."""

from __future__ import annotations

from typing import Any

from .tree import BuildError, Tree, build, part, run

# kube-score's opinions that are not ours, each with the reason.
IGNORED = {
    "container-image-pull-policy": "tags are never moved, and a registry that is away must not hold a restart",
    "pod-networkpolicy": "judged by `network`, which knows openings by namespace",
    "networkpolicy-targets-pod": "some openings are for other operators' pods (cert-manager's solver)",
    "statefulset-has-servicename": "a headless service stands beside it",
}


def schemas(tree: Tree) -> list[str]:
    """Every field is known, by the API's and the operators' own descriptions."""
    location = f"{part('schemas')}/schemas/{{{{.Group}}}}_{{{{.ResourceAPIVersion}}}}_{{{{.ResourceKind}}}}.json"
    found = []
    for folder in tree.kustomizations():
        try:
            text = build(tree.root, folder)
        except BuildError as error:
            found.append(str(error))
            continue
        argv = [part("go") / "kubeconform", "-strict", "-schema-location", location, "-"]
        found += [f"{folder}: {line}" for line in run(argv, stdin=text)]
    # Components that only the local stack has are in no overlay.
    files = sorted(tree.path("components").glob("*.yaml"))
    return found + run([part("go") / "kubeconform", "-strict", "-schema-location", location, *files])


def policy(tree: Tree) -> list[str]:
    """Probes, limits, budgets, spread, least privilege: kube-score, with its warnings as errors where they matter."""
    found = []
    for folder in tree.kustomizations():
        ignored = [item for name in IGNORED for item in ("--ignore-test", name)]
        argv = [part("go") / "kube-score", "score", "--output-format", "ci", *ignored, "-"]
        lines = run(argv, stdin=build(tree.root, folder))
        found += [f"{folder}: {line}" for line in lines if line.startswith("[CRITICAL]")]
    return found + [line for folder in tree.kustomizations() for line in pods(folder, tree.built(folder))]


def pods(folder: str, documents: list[dict[str, Any]]) -> list[str]:
    """What kube-score does not ask of a pod of ours."""
    found = []
    budgets = [d["spec"]["selector"]["matchLabels"] for d in documents if d["kind"] == "PodDisruptionBudget"]
    accounts = {d["metadata"]["name"] for d in documents if d["kind"] == "ServiceAccount"}
    for document in documents:
        if document["kind"] not in ("Deployment", "StatefulSet"):
            continue
        name = f"{folder}: {document['kind']} {document['metadata']['name']}"
        template = document["spec"]["template"]
        spec, labels = template["spec"], template["metadata"]["labels"]
        if not any(budget.items() <= labels.items() for budget in budgets):
            found.append(f"{name}: no PodDisruptionBudget selects it")
        if not spec.get("topologySpreadConstraints") and not spec.get("affinity"):
            found.append(f"{name}: nothing spreads its pods over nodes")
        if spec.get("serviceAccountName") not in accounts:
            found.append(f"{name}: its service account {spec.get('serviceAccountName')} is not declared")
        if spec.get("automountServiceAccountToken") is not False:
            found.append(f"{name}: it gets a token for the Kubernetes API that it does not need")
        if not spec.get("priorityClassName"):
            found.append(f"{name}: no priority")
        for container in spec["containers"]:
            if not {"livenessProbe", "readinessProbe"} <= container.keys():
                found.append(f"{name}: {container['name']} lacks a probe")
            for kind in ("requests", "limits"):
                if not {"cpu", "memory"} <= container.get("resources", {}).get(kind, {}).keys():
                    found.append(f"{name}: {container['name']} has no {kind} of cpu and memory")
    return found


def selected(selector: dict[str, Any], labels: dict[str, str]) -> bool:
    """Whether a label selector means these labels."""
    if not selector.get("matchLabels", {}).items() <= labels.items():
        return False
    for expression in selector.get("matchExpressions", []):
        value, values = labels.get(expression["key"]), expression.get("values", [])
        holds = {"In": value in values, "NotIn": value not in values, "Exists": value is not None}
        if not holds[expression["operator"]]:
            return False
    return True


def opened(policies: list[dict[str, Any]], direction: str, pod: dict[str, str], peer: dict[str, str], port: int) -> bool:
    """Whether the policies of one namespace let a pod be reached by (`ingress`), or reach (`egress`), a peer at a port."""
    side = "from" if direction == "ingress" else "to"
    for item in policies:
        spec = item["spec"]
        if direction.capitalize() not in spec["policyTypes"] or not selected(spec["podSelector"], pod):
            continue
        for rule in spec.get(direction, []):
            ports = [entry.get("port") for entry in rule.get("ports", [])]
            peers = [entry["podSelector"] for entry in rule.get(side, []) if "podSelector" in entry and "namespaceSelector" not in entry]
            if (not ports or port in ports) and any(selected(entry, peer) for entry in peers):
                return True
    return False


# Who reaches whom within the namespace, at which port of the pod. Everything else must be closed.
SERVICES = ["gateway", "actors", "sagas", "projections"]
KAFKA = {"strimzi.io/cluster": "todo", "strimzi.io/kind": "Kafka", "strimzi.io/name": "todo-kafka"}
REDIS = {"app.kubernetes.io/name": "redis-proxy"}


def network(tree: Tree) -> list[str]:
    """The namespace is closed by default; what must be open is, on both sides, and what must not be is not."""
    found = []
    for folder in [name for name in tree.kustomizations() if "/overlays/" in name]:
        policies = [document for document in tree.built(folder) if document["kind"] == "NetworkPolicy"]
        stores = [d for f in ("deploy/kafka", "deploy/redis") if tree.path(f).exists() for d in tree.built(f) if d["kind"] == "NetworkPolicy"]
        if not any(p["spec"]["podSelector"] == {} and not p["spec"].get("ingress") and set(p["spec"]["policyTypes"]) == {"Ingress", "Egress"} for p in policies):
            found.append(f"{folder}: nothing denies by default")
        pod = {name: {"app.kubernetes.io/name": name, "app.kubernetes.io/part-of": "todo"} for name in SERVICES}
        for one in SERVICES:
            for other in SERVICES:
                if not opened(policies, "egress", pod[one], pod[other], 50002) or not opened(policies, "ingress", pod[other], pod[one], 50002):
                    found.append(f"{folder}: the sidecars of {one} do not reach those of {other}")
                if opened(policies, "ingress", pod[other], pod[one], 8080):
                    found.append(f"{folder}: {one} reaches the port of {other}, past its sidecar")
            for name, peer, port in (("Kafka", KAFKA, 9093), ("Redis", REDIS, 6379)):
                if not opened(policies, "egress", pod[one], peer, port):
                    found.append(f"{folder}: {one} does not reach {name}")
                if stores and not opened(stores, "ingress", peer, pod[one], port) and name == "Redis":
                    found.append(f"{folder}: {name} does not let {one} in")
        if stores and opened(stores, "ingress", REDIS, {"app.kubernetes.io/name": "stranger"}, 6379):
            found.append(f"{folder}: Redis lets anybody in")
    return found
