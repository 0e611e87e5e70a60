"""Argo CD's applications: they name what there is, may do what they do, and come after what they need."""

from __future__ import annotations

import json
import os
import re
import subprocess
from typing import Any

from .tree import OVERLAYS, Tree, part

# The application whose operator serves an API group.
SERVES = {
    "cert-manager.io": "cert-manager", "dapr.io": "dapr", "keda.sh": "keda", "kafka.strimzi.io": "strimzi",
    "monitoring.coreos.com": "prometheus",
}
# A chart, and the file and pattern that tell the version whose schemas judge its kinds here.
JUDGED_BY = {
    "cert-manager": ("tools/deploy/modules.txt", r"cert-manager/cert-manager@(v[\d.]+)"),
    "keda": ("tools/deploy/modules.txt", r"kedacore/keda/v2@v([\d.]+)"),
    "dapr": ("tools/deploy/modules.txt", r"dapr/dapr@v([\d.]+)"),
    "strimzi-kafka-operator": ("tools/deploy/pom.xml", r"<strimzi.version>([\d.]+)<"),
}
# Kinds that belong to no namespace, among those that the platform makes.
CLUSTER_WIDE = {
    ("", "Namespace"), ("scheduling.k8s.io", "PriorityClass"), ("cert-manager.io", "ClusterIssuer"),
    ("rbac.authorization.k8s.io", "ClusterRole"), ("rbac.authorization.k8s.io", "ClusterRoleBinding"),
    ("admissionregistration.k8s.io", "ValidatingAdmissionPolicy"), ("admissionregistration.k8s.io", "ValidatingAdmissionPolicyBinding"),
}
# What an object's health should be, by the scripts of deploy/argocd/values.yaml.
HEALTH = [
    ("argoproj.io_Application", {}, "Progressing"),
    ("argoproj.io_Application", {"status": {"health": {"status": "Degraded"}, "sync": {"status": "Synced"}}}, "Degraded"),
    ("argoproj.io_Application", {"status": {"health": {"status": "Healthy"}, "sync": {"status": "OutOfSync"}}}, "Progressing"),
    ("argoproj.io_Application", {"status": {"health": {"status": "Healthy"}, "sync": {"status": "Synced"}}}, "Healthy"),
    ("kafka.strimzi.io_KafkaTopic", {"metadata": {"generation": 1}}, "Progressing"),
    ("kafka.strimzi.io_KafkaTopic", {"metadata": {"generation": 2}, "status": {
        "observedGeneration": 1, "conditions": [{"type": "Ready", "status": "True"}]}}, "Progressing"),
    ("kafka.strimzi.io_KafkaTopic", {"metadata": {"generation": 2}, "status": {
        "observedGeneration": 2, "conditions": [{"type": "Ready", "status": "True"}]}}, "Healthy"),
    ("kafka.strimzi.io_KafkaUser", {"metadata": {"generation": 2}, "status": {
        "observedGeneration": 2, "conditions": [{"type": "NotReady", "status": "True", "message": "no"}]}}, "Degraded"),
]


def group(document: dict[str, Any]) -> str:
    return document["apiVersion"].rpartition("/")[0]


def wave(document: dict[str, Any]) -> int:
    return int(document["metadata"].get("annotations", {}).get("argocd.argoproj.io/sync-wave", 0))


def gitops(tree: Tree) -> list[str]:
    found = []
    for environment in OVERLAYS:
        folder = f"deploy/argocd/{environment}"
        documents = tree.built(folder)
        projects = {d["metadata"]["name"]: d["spec"] for d in documents if d["kind"] == "AppProject"}
        applications = {d["metadata"]["name"]: d for d in documents if d["kind"] == "Application"}
        for name, application in applications.items():
            where = f"{folder}: {name}"
            project = projects.get(application["spec"]["project"])
            if project is None:
                found.append(f"{where}: no project {application['spec']['project']}")
                continue
            if application["spec"]["destination"] not in project["destinations"]:
                found.append(f"{where}: its project does not let it into {application['spec']['destination']['namespace']}")
            for source in application["spec"].get("sources", [application["spec"].get("source")]):
                if source["repoURL"] not in project["sourceRepos"]:
                    found.append(f"{where}: its project does not take anything from {source['repoURL']}")
                if "chart" in source:
                    found += [f"{where}: {problem}" for problem in chart(tree, source)]
                if "path" in source:
                    found += [f"{where}: {problem}" for problem in content(tree, source["path"], application, project, applications)]
    return found + ports(tree) + health(tree)


def chart(tree: Tree, source: dict[str, Any]) -> list[str]:
    found = []
    file, pattern = JUDGED_BY.get(source["chart"], (None, None))
    if file and (judged := re.search(pattern, tree.text(file))[1]) != source["targetRevision"]:
        found.append(f"the chart is {source['targetRevision']}, but {file} judges by {judged}")
    if not re.fullmatch(r"v?\d+\.\d+\.\d+", source["targetRevision"]):
        found.append(f"{source['targetRevision']} is not one version")
    for values in source.get("helm", {}).get("valueFiles", []):
        if not tree.path(values.removeprefix("$values/")).exists():
            found.append(f"there is no {values}")
    return found


def content(tree: Tree, path: str, application: dict[str, Any], project: dict[str, Any], applications: dict[str, Any]) -> list[str]:
    """What an application makes is allowed, goes where it says, and is understood by then."""
    found = []
    if path not in tree.kustomizations():
        return [f"nothing checks {path}, if it is there at all"]
    if path.startswith("deploy/argocd/"):
        return [] if path == f"deploy/argocd/{path.rpartition('/')[2]}" and application["metadata"]["name"] == "root" else [f"{path} is for root"]
    allowed = {(item["group"], item["kind"]) for item in project["clusterResourceWhitelist"]}
    documents = tree.built(path)
    for document in documents:
        what = (group(document), document["kind"])
        name = f"{document['kind']} {document['metadata']['name']}"
        if what in CLUSTER_WIDE and what not in allowed:
            found.append(f"its project does not let it make {name}")
        namespace = document["metadata"].get("namespace")
        if namespace and namespace != application["spec"]["destination"]["namespace"]:
            found.append(f"{name} goes to {namespace}, elsewhere than the application")
        operator = SERVES.get(group(document))
        if operator and wave(applications[operator]) >= wave(application):
            found.append(f"{name} comes before {operator}, who makes it known")
        if document["kind"] == "Job":
            found += before(document, documents)
    return found


def before(job: dict[str, Any], documents: list[dict[str, Any]]) -> list[str]:
    """A hook runs once what its pod names is there."""
    spec = job["spec"]["template"]["spec"]
    notes = job["metadata"].get("annotations", {})
    if notes.get("argocd.argoproj.io/hook") == "PreSync":
        return [f"Job {job['metadata']['name']}: nothing of the first release is there before a PreSync; make it Sync with a wave"]
    found = []
    for document in documents:
        needed = document["kind"] == "ServiceAccount" and document["metadata"]["name"] == spec["serviceAccountName"]
        if (needed or document["kind"] == "NetworkPolicy") and wave(document) >= wave(job):
            found.append(f"Job {job['metadata']['name']} runs before {document['kind']} {document['metadata']['name']} is there")
        if document["kind"] == "Deployment" and wave(document) <= wave(job):
            found.append(f"Deployment {document['metadata']['name']} does not wait for Job {job['metadata']['name']}")
    return found


def ports(tree: Tree) -> list[str]:
    """Terraform's load balancer sends to where the ingress controller listens."""
    application = next(d for d in tree.documents("deploy/argocd/base/operators.yaml") if d["metadata"]["name"] == "ingress-nginx")
    controller = application["spec"]["source"]["helm"]["valuesObject"]["controller"]
    text = tree.text("deploy/terraform/region/main.tf")
    targets = {int(port) for port in re.findall(r"target_port\s+= (\d+)", text)}
    found = []
    if targets != set(controller["service"]["nodePorts"].values()):
        found.append(f"deploy/argocd/base/operators.yaml: the controller listens at {controller['service']['nodePorts']}, Terraform sends to {sorted(targets)}")
    if ("enable_proxy_protocol = true" in text) != (controller["config"].get("use-proxy-protocol") == "true"):
        found.append("deploy/argocd/base/operators.yaml: either both or neither speak the PROXY protocol")
    return found


def lua(value: Any) -> str:
    """A value as Lua writes it."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"[{json.dumps(key)}] = {lua(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "{" + ", ".join(lua(item) for item in value) + "}"
    return json.dumps(value)


def health(tree: Tree) -> list[str]:
    """The scripts that tell health, run on samples."""
    scripts = tree.documents("deploy/argocd/values.yaml")[0]["configs"]["cm"]
    root = part("debian")
    libraries = ":".join(str(folder) for folder in (root / "usr/lib").glob("*-linux-gnu"))
    found = []
    for kind, sample, expected in HEALTH:
        script = scripts.get(f"resource.customizations.health.{kind}", "return {}")
        program = f"local obj = {lua({'metadata': {}, **sample})}\nlocal function judge()\n{script}\nend\nprint(judge().status)"
        done = subprocess.run([root / "usr/bin/lua5.1", "-"], input=program, capture_output=True, text=True, check=False, timeout=20,
                              env={**os.environ, "LD_LIBRARY_PATH": libraries})
        said = (done.stdout + done.stderr).strip()
        if said != expected:
            found.append(f"deploy/argocd/values.yaml: {kind} {json.dumps(sample)} is {said}, and should be {expected}")
    return found
