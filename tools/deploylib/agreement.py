"""What deploy/ says must agree with the code, with tools/stack, and with itself."""

from __future__ import annotations

import re
from typing import Any

from .tree import Tree, part

# Ours by environment that is not an option of the binary.
OTHER_NAMES = {"RUST_LOG", "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_RESOURCE_ATTRIBUTES", "OTEL_SERVICE_NAME", "OTEL_TRACES_SAMPLER",
               "OTEL_TRACES_SAMPLER_ARG"}


def workloads(documents: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [document for document in documents if document["kind"] in ("Deployment", "Job", "CronJob", "StatefulSet")]


def ours(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The containers of our image."""
    pod = document["spec"]["jobTemplate"]["spec"]["template"] if document["kind"] == "CronJob" else document["spec"]["template"]
    containers = [*pod["spec"].get("initContainers", []), *pod["spec"]["containers"]]
    return [container for container in containers if container["name"] == "todo"]


def overlays(tree: Tree) -> list[str]:
    return [name for name in tree.kustomizations() if "/overlays/" in name]


def dapr(tree: Tree) -> list[str]:
    """Sidecars are as tools/stack starts them; annotations and app-ids are known; the control plane's values exist."""
    known = set((part("schemas") / "dapr-annotations.txt").read_text().split())
    expected = {
        "gateway": ("todo-gateway", "8080", "h2c", "true"),
        # The actor stream: a gRPC channel, or none; no app health check.
        "actors": ("todo-backend", "8080", "grpc", None),
        "sagas": ("todo-sagas", None, None, None),
        "projections": ("todo-projections", "8080", "h2c", "true"),
    }
    stack = tree.text("tools/stacklib/apps.py")
    ids = {*re.findall(r'"(todo-[a-z]+)"', stack)}
    found = [f"tools/stacklib/apps.py: no app-id {app_id}" for app_id, *_ in expected.values() if app_id not in ids]
    for folder in overlays(tree):
        documents = tree.built(folder)
        scopes = {scope for d in documents if d["kind"] == "Component" for scope in d.get("scopes", [])}
        found += [f"{folder}: a component's scope {scope} is nobody's app-id" for scope in scopes - ids]
        configurations = {d["metadata"]["name"] for d in documents if d["kind"] == "Configuration"}
        seen = set()
        for document in workloads(documents):
            name = document["metadata"]["name"]
            notes = document["spec"]["template"]["metadata"].get("annotations", {})
            found += [f"{folder}: {name}: the injector knows no annotation {key}" for key in notes if key.startswith("dapr.io/") and key not in known]
            if notes.get("dapr.io/enabled") != "true":
                continue
            seen.add(name)
            keys = ("app-id", "app-port", "app-protocol", "enable-app-health-check")
            is_ = tuple(notes.get(f"dapr.io/{key}") for key in keys)
            if is_ != expected.get(name):
                found.append(f"{folder}: {name}: its channel is {is_}, and should be {expected.get(name)} (tools/README.md)")
            if notes.get("dapr.io/config") not in configurations:
                found.append(f"{folder}: {name}: no Configuration {notes.get('dapr.io/config')}")
        found += [f"{folder}: {name} has no sidecar" for name in expected.keys() - seen]
    return found + allowed(tree) + actor_types(tree) + control_plane(tree)


# What the local stack may ask a sidecar for in other apps' place.
OTHERS = {("invoke", "v1.0", "http"), ("publish", "v1.0", "http")}


def allowed(tree: Tree) -> list[str]:
    """The local stack, which is what shows that the list is long enough, has the cluster's and what stands for other apps."""
    files = ("deploy/dapr/configuration.yaml", "tools/dapr/local-configuration.yaml")
    lists = [{(rule["name"], rule["version"], rule["protocol"]) for rule in tree.documents(file)[0]["spec"].get("api", {}).get("allowed", [])} for file in files]
    found = [f"{file}: sidecars do whatever they are asked for" for file, rules in zip(files, lists, strict=True) if not rules]
    if lists[0] | OTHERS != lists[1] or lists[0] & OTHERS:
        found.append(f"{files[1]}: {sorted(lists[1] ^ (lists[0] | OTHERS))} is not as in {files[0]}")
    return found


def actor_types(tree: Tree) -> list[str]:
    """A type without a resiliency policy is called up to six times (components/resiliency.yaml)."""
    named = tree.documents("components/resiliency.yaml")[0]["spec"]["targets"]["actors"]
    types = set()
    for file in tree.path("domain/src").rglob("*.rs"):
        types |= set(re.findall(r'const TYPE: &\'static str = "(\w+)"', file.read_text()))
    if not types:
        return ["domain/src: no actor type found; has the way they are declared changed?"]
    return [f"components/resiliency.yaml: no policy for the actor type {name}" for name in types - named.keys()]


def control_plane(tree: Tree) -> list[str]:
    """Helm takes any value silently; so each of ours must be one that the chart has."""
    if not tree.path("deploy/dapr/control-plane.yaml").exists():
        return []
    import yaml

    chart = part("schemas") / "dapr-chart"
    known = yaml.safe_load((chart / "values.yaml").read_text())
    for sub in (chart / "charts").iterdir():
        known[sub.name] = yaml.safe_load((sub / "values.yaml").read_text())

    def unknown(values: dict[str, Any], chart_values: dict[str, Any], at: str) -> list[str]:
        found = []
        for key, value in values.items():
            if key not in chart_values:
                found.append(f"deploy/dapr/control-plane.yaml: the chart has no value {at}{key}")
            elif isinstance(value, dict) and isinstance(chart_values[key], dict) and chart_values[key]:
                found += unknown(value, chart_values[key], f"{at}{key}.")
        return found

    values = tree.documents("deploy/dapr/control-plane.yaml")[0]
    found = unknown(values, known, "")
    if values["global"]["tag"] != re.search(r"github.com/dapr/dapr v([0-9.]+)$", tree.text("tools/dapr/go.mod"), re.MULTILINE)[1]:
        found.append("deploy/dapr/control-plane.yaml: not the version of Dapr that everything is tested with (tools/dapr/go.mod)")
    return found


def kafka(tree: Tree) -> list[str]:
    """Topics, groups and rights that are named are those that there are."""
    topics = {document["metadata"]["name"] for document in tree.documents("deploy/kafka/topics.yaml")}
    code = tree.rust()
    # Each projection's consumer group is named after it (app/src/cluster/projection.rs).
    groups = {f"todo-{name}" for name in re.findall(r'fn name\(&self\) -> &\'static str \{\s*"(\w+)"', code)}
    found = []
    items = tree.documents("components/kafka-pubsub.yaml")[0]["spec"]["metadata"]
    allowed = next(item["value"] for item in items if item["name"] == "allowedTopics").split(",")
    found += [f"components/kafka-pubsub.yaml: no topic {name}" for name in allowed if name not in topics]
    found += [f"the code names a topic {name} that is not declared" for name in set(re.findall(r'TOPIC\w*: &str = "(todo-[\w-]+)"', code)) - topics]
    found += certificates(tree)
    for folder in overlays(tree):
        for document in tree.built(folder):
            if document["kind"] != "ScaledObject":
                continue
            for trigger in document["spec"]["triggers"]:
                metadata = trigger["metadata"]
                if metadata["topic"] not in topics:
                    found.append(f"{folder}: {document['metadata']['name']} scales on a topic {metadata['topic']} that is not declared")
                if metadata["consumerGroup"] not in groups:
                    found.append(f"{folder}: nobody is in the consumer group {metadata['consumerGroup']}; the code has {sorted(groups)}")
                partitions = next((d["spec"]["partitions"] for d in tree.documents("deploy/kafka/topics.yaml") if d["metadata"]["name"] == metadata["topic"]), 0)
                if document["spec"]["maxReplicaCount"] > partitions:
                    found.append(f"{folder}: {document['metadata']['name']} would have more readers than partitions")
    return found


def certificates(tree: Tree) -> list[str]:
    """Whoever speaks to Kafka does so at a listener that there is, as a user that there is, and asks for topics that there are."""
    cluster = next(d for d in tree.documents("deploy/kafka/cluster.yaml") if d["kind"] == "Kafka")
    ports = {str(listener["port"]) for listener in cluster["spec"]["kafka"]["listeners"]}
    users = {d["metadata"]["name"]: d for d in tree.documents("deploy/kafka/users.yaml")}
    topics = {d["metadata"]["name"] for d in tree.documents("deploy/kafka/topics.yaml")}
    texts = {name: tree.text(name) for name in ("components/kafka-pubsub.yaml", "deploy/kubernetes/base/todo.env",
                                                "deploy/kubernetes/base/projections.yaml", "deploy/kafka/connect.yaml")}
    found = []
    for name, text in texts.items():
        found += [f"{name}: Kafka does not listen at {port}" for port in re.findall(r"todo-kafka-bootstrap:(\d+)", text) if port not in ports]
    for name, text in {**texts, "deploy/kubernetes/base/actors.yaml": tree.text("deploy/kubernetes/base/actors.yaml")}.items():
        named = set(re.findall(r"(?:name|secretName): (todo-(?!cluster-ca-cert|database|commands|kafka)[a-z]+)\n\s+(?:key: user|items:|certificate: user)", text))
        found += [f"{name}: no Kafka user {user}" for user in named - users.keys()]
    for user, document in users.items():
        for acl in document["spec"]["authorization"]["acls"]:
            resource = acl["resource"]
            if resource["type"] == "topic" and resource["patternType"] == "literal" and resource["name"] not in topics:
                found.append(f"deploy/kafka/users.yaml: {user}: no topic {resource['name']}")
    return found


def settings(tree: Tree) -> list[str]:
    """Names in the environment and commands are the binary's."""
    code = tree.rust()
    names = set(re.findall(r'env = "(\w+)"', code)) | OTHER_NAMES
    commands = set(re.findall(r"^    (\w+)\(", tree.text("app/src/cli.rs"), re.MULTILINE))
    commands = {name.lower() for name in commands}
    found = []
    for folder in overlays(tree):
        documents = tree.built(folder)
        maps = {d["metadata"]["name"]: d.get("data", {}) for d in documents if d["kind"] == "ConfigMap"}
        for document in workloads(documents):
            for container in ours(document):
                where = f"{folder}: {document['metadata']['name']}"
                given = {item["name"] for item in container.get("env", [])}
                for source in container.get("envFrom", []):
                    name = source.get("configMapRef", {}).get("name")
                    if name not in maps:
                        found.append(f"{where}: no ConfigMap {name}")
                    given |= maps.get(name, {}).keys()
                found += [f"{where}: the binary reads no {name}" for name in sorted(given - names)]
                if not container.get("args") or container["args"][0] not in commands:
                    found.append(f"{where}: `todo` has no command {container.get('args')}")
    return found
