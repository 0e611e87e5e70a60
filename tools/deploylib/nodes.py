"""Nodes, a scheduler and controllers for the API server: what makes pods of deployments and puts them somewhere.

kwok says for the kubelets that pods run; nothing runs in them, so there are no measures of load and no packets between them.
"""

from __future__ import annotations

import json
from typing import Any

from .apiserver import ADMIN, ApiServer, free_port
from .tree import part

# The nodes of deploy/terraform: three of 4 CPUs and 8 GB in one region; zones as on a cloud that has them.
NODES = ["node-1", "node-2", "node-3"]
REGION = "nyc1"


class Cluster(ApiServer):
    """An API server with nodes. They come by `machines()`, so that what needs none is not held up."""

    def machines(self) -> None:
        config = self.home / "kubeconfig"
        config.write_text(json.dumps({
            "apiVersion": "v1", "kind": "Config", "current-context": "test",
            "clusters": [{"name": "test", "cluster": {"server": f"https://127.0.0.1:{self.port}", "insecure-skip-tls-verify": True}}],
            "users": [{"name": "test", "user": {"token": ADMIN}}],
            "contexts": [{"name": "test", "context": {"cluster": "test", "user": "test"}}],
        }))
        self.start(
            part("cluster") / "kube-controller-manager", "--kubeconfig", config, "--leader-elect=false", "--bind-address", "127.0.0.1",
            "--secure-port", free_port(), "--cert-dir", self.home / "certs-of-controllers",
            "--service-account-private-key-file", self.home / "sa.key",
            # A busy machine is no lost node: those are lost by being deleted.
            "--node-monitor-grace-period", "1h",
            # Sooner than in a cluster, where nobody waits for them.
            "--horizontal-pod-autoscaler-sync-period", "1s", "--pvclaimbinder-sync-period", "1s",
        )
        self.start(part("cluster") / "kube-scheduler", "--kubeconfig", config, "--leader-elect=false", "--bind-address", "127.0.0.1",
                   "--secure-port", free_port(), "--cert-dir", self.home / "certs-of-scheduler")
        self.start(part("cluster") / "kwok", "--kubeconfig", config, "--config", part("stages") / "stages.yaml", "--manage-all-nodes=true", "--node-ip", "127.0.0.1",
                   "--server-address", f"127.0.0.1:{free_port()}")
        for name in NODES:
            self.join(name)
        self.wait(lambda: len(self.ready_nodes()) == len(NODES), "nodes do not become ready")

    def join(self, name: str) -> None:
        """A machine becomes a node."""
        made = self.kubectl("create", "-f", "-", stdin=json.dumps(node(name)))
        assert made.returncode == 0, made.stderr

    def ready_nodes(self) -> list[str]:
        return [item["metadata"]["name"] for item in self.items("nodes")
                if any(c["type"] == "Ready" and c["status"] == "True" for c in item.get("status", {}).get("conditions", []))]

    def items(self, kind: str, *arguments: str) -> list[dict[str, Any]]:
        done = self.kubectl("get", kind, "-o", "json", *arguments)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)["items"]

    def pods(self, namespace: str, name: str) -> list[dict[str, Any]]:
        """A service's pods that are there to stay."""
        found = self.items("pods", "-n", namespace, "-l", f"app.kubernetes.io/name={name}")
        return [pod for pod in found if "deletionTimestamp" not in pod["metadata"]]

    def ready(self, namespace: str, name: str) -> list[dict[str, Any]]:
        """Those of them that are ready."""
        return [pod for pod in self.pods(namespace, name)
                if any(c["type"] == "Ready" and c["status"] == "True" for c in pod["status"].get("conditions", []))]


def node(name: str) -> dict[str, Any]:
    room = {"cpu": "4", "memory": "8Gi", "pods": "110", "ephemeral-storage": "160Gi"}
    return {
        "apiVersion": "v1", "kind": "Node",
        "metadata": {"name": name, "annotations": {"kwok.x-k8s.io/node": "fake"}, "labels": {
            "kubernetes.io/hostname": name, "kubernetes.io/os": "linux", "topology.kubernetes.io/region": REGION,
            "topology.kubernetes.io/zone": f"{REGION}-{NODES.index(name) + 1}"}},
        "status": {"allocatable": room, "capacity": room},
    }
