"""What happens to the platform's pods on nodes: they start and spread, roll, move when a node is drained, scale, and come back.

Real controllers, a real scheduler and a real API server; the nodes are kwok's, so a pod is ready as soon as it is placed.
"""

from __future__ import annotations

import json
import subprocess
import threading
import time
import unittest
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from deploylib.nodes import NODES, Cluster
from deploylib.tree import Tree

REPO = Path(__file__).resolve().parents[2]
TREE = Tree(REPO)
PRODUCTION = "deploy/kubernetes/overlays/production"
SERVICES = ["gateway", "actors", "sagas", "projections"]
SPACE = "todo"
# How long a step may take: a busy machine's controllers are slow.
SECONDS = 180


def fewest() -> dict[str, int]:
    """How many pods of each service there are without load: what it says itself, or what scales it."""
    found = {}
    for document in TREE.built(PRODUCTION):
        spec = document.get("spec", {})
        if document["kind"] == "Deployment" and "replicas" in spec:
            found[document["metadata"]["name"]] = spec["replicas"]
        if document["kind"] == "HorizontalPodAutoscaler":
            found[spec["scaleTargetRef"]["name"]] = spec["minReplicas"]
        if document["kind"] == "ScaledObject":
            found[spec["scaleTargetRef"]["name"]] = spec["minReplicaCount"]
    return found


class OnNodes(unittest.TestCase):
    server: Cluster

    @classmethod
    def setUpClass(cls) -> None:
        cls.few = fewest()
        cls.server.machines()
        # Volumes, as a cloud would make them for whoever claims one.
        for number in range(9):
            volume = {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": f"volume-{number}"}, "spec": {
                "capacity": {"storage": "20Gi"}, "accessModes": ["ReadWriteOnce"], "storageClassName": "do-block-storage",
                "hostPath": {"path": f"/volume-{number}"}}}
            cls.server.kubectl("create", "-f", "-", stdin=json.dumps(volume))
        # KEDA's operator does not run here, and HPA has no measures: its lower bound is all that it can keep.
        for document in TREE.built(PRODUCTION):
            if document["kind"] == "ScaledObject":
                target = document["spec"]["scaleTargetRef"]["name"]
                cls.server.kubectl("scale", f"deployment/{target}", "-n", SPACE, "--replicas", document["spec"]["minReplicaCount"])
        cls.server.wait(lambda: all(len(cls.server.ready(SPACE, name)) == cls.few[name] for name in SERVICES), "pods do not start")

    def tearDown(self) -> None:
        for name in NODES:
            self.server.kubectl("uncordon", name)
        self.settled()

    def settled(self) -> None:
        self.server.wait(lambda: all(len(self.server.ready(SPACE, name)) == self.few[name] for name in SERVICES), "the cluster does not settle")

    def say(self, *arguments: object, who: str | None = None) -> str:
        done = self.server.kubectl(*arguments, "-n", SPACE, who=who)
        if done.returncode != 0:
            now = self.server.kubectl("get", "pods,replicasets,deployments", "-n", SPACE, "-o", "wide").stdout
            self.fail(f"{arguments}: {done.stderr}\n{now}")
        return done.stdout

    def where(self, name: str) -> list[str]:
        return [pod["spec"]["nodeName"] for pod in self.server.ready(SPACE, name)]

    def watched(self, act: Callable[[], None]) -> dict[str, int]:
        """Acts; the fewest pods of each service that were ready meanwhile."""
        least = {name: len(self.server.ready(SPACE, name)) for name in SERVICES}
        over = threading.Event()

        def look() -> None:
            while not over.is_set():
                for name in SERVICES:
                    least[name] = min(least[name], len(self.server.ready(SPACE, name)))
                # Whoever only looks must not keep the others from working.
                over.wait(0.2)

        watcher = threading.Thread(target=look)
        watcher.start()
        try:
            act()
        finally:
            over.set()
            watcher.join()
        return least

    def test_all_start_spread_over_nodes_and_the_tables_are_made(self) -> None:
        for name in SERVICES:
            counts = Counter(self.where(name))
            self.assertLessEqual(max(counts.values()) - min([counts.get(node, 0) for node in NODES]), 1, (name, counts))
        self.say("wait", "--for=condition=Complete", "job/database", f"--timeout={SECONDS}s")
        self.assertEqual({pod["spec"]["priority"] for pod in self.server.pods(SPACE, "gateway")}, {100000})

    def test_stores_have_a_node_and_a_volume_each(self) -> None:
        self.server.wait(lambda: len(self.server.ready(SPACE, "redis")) == 3, "redis does not start")
        self.assertEqual(sorted(self.where("redis")), NODES)
        claims = self.server.items("persistentvolumeclaims", "-n", SPACE)
        self.assertEqual([claim["status"]["phase"] for claim in claims], ["Bound"] * 3)

    def test_a_new_version_rolls_without_a_gap_and_back_again(self) -> None:
        def roll() -> None:
            for name in SERVICES:
                self.say("set", "image", f"deployment/{name}", "todo=registry.example.com/todo:v9.9.9")
            for name in SERVICES:
                self.say("rollout", "status", f"deployment/{name}", f"--timeout={SECONDS}s")

        self.assertEqual(self.watched(roll), self.few, "maxUnavailable is 0: there are never fewer than there should be")
        for name in SERVICES:
            images = {pod["spec"]["containers"][0]["image"] for pod in self.server.ready(SPACE, name)}
            self.assertEqual(images, {"registry.example.com/todo:v9.9.9"})

        def back() -> None:
            for name in SERVICES:
                self.say("rollout", "undo", f"deployment/{name}")
                self.say("rollout", "status", f"deployment/{name}", f"--timeout={SECONDS}s")

        self.assertEqual(self.watched(back), self.few)

    def test_a_version_that_cannot_start_takes_no_old_pod_away(self) -> None:
        nowhere = {"spec": {"template": {"spec": {"nodeSelector": {"kubernetes.io/hostname": "nowhere"}}}}}
        self.say("patch", "deployment/gateway", "--patch", json.dumps(nowhere))
        try:
            self.server.wait(lambda: len(self.server.pods(SPACE, "gateway")) == self.few["gateway"] + 1, "no new pod comes")
            done = self.server.kubectl("rollout", "status", "deployment/gateway", "-n", SPACE, "--timeout=3s")
            self.assertNotEqual(done.returncode, 0)
            self.assertEqual(len(self.server.ready(SPACE, "gateway")), self.few["gateway"])
        finally:
            self.say("rollout", "undo", "deployment/gateway")
            self.say("rollout", "status", "deployment/gateway", f"--timeout={SECONDS}s")

    def drain(self, node: str, seconds: int) -> subprocess.CompletedProcess[str]:
        return self.server.kubectl("drain", node, "--ignore-daemonsets", "--delete-emptydir-data", "--pod-selector",
                                   "app.kubernetes.io/part-of=todo", "--timeout", f"{seconds}s")

    def test_a_drained_node_gives_its_pods_to_others_one_of_a_service_at_a_time(self) -> None:
        node = Counter(self.where("gateway")).most_common(1)[0][0]

        def drain() -> None:
            done = self.drain(node, 180)
            self.assertEqual(done.returncode, 0, done.stderr)

        least = self.watched(drain)
        for name in SERVICES:
            self.assertGreaterEqual(least[name], self.few[name] - 1, least)
        self.settled()
        self.assertNotIn(node, [where for name in SERVICES for where in self.where(name)])

    def test_a_drain_waits_while_the_budget_is_spent(self) -> None:
        for node in NODES:
            self.say("cordon", node)
        # One of two is gone and finds no place: the other must stay.
        first, second = self.server.ready(SPACE, "gateway")[:2]
        self.say("delete", "pod", first["metadata"]["name"])
        self.server.wait(lambda: self.server.items("poddisruptionbudgets", "-n", SPACE, "-l", "app.kubernetes.io/name=gateway")[0]
                         ["status"]["disruptionsAllowed"] == 0, "the budget is not spent")
        done = self.drain(second["spec"]["nodeName"], 8)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("violate the pod's disruption budget", done.stderr)
        self.assertIn(second["metadata"]["name"], [pod["metadata"]["name"] for pod in self.server.ready(SPACE, "gateway")])
        # A place for the other one, and the drain goes on.
        spare = next(node for node in NODES if node != second["spec"]["nodeName"])
        self.say("uncordon", spare)
        done = self.drain(second["spec"]["nodeName"], 180)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_people_on_call_scale_and_what_scales_by_load_keeps_its_bounds(self) -> None:
        self.say("scale", "deployment/sagas", "--replicas=4", who="group:todo-operators")
        self.server.wait(lambda: len(self.server.ready(SPACE, "sagas")) == 4, "it does not scale up")
        self.say("scale", "deployment/sagas", "--replicas=2", who="group:todo-operators")
        self.server.wait(lambda: len(self.server.ready(SPACE, "sagas")) == 2, "it does not scale down")
        # Below the least of its autoscaler it does not stay, nor above the most.
        self.say("scale", "deployment/actors", "--replicas=1", who="group:todo-operators")
        self.server.wait(lambda: len(self.server.ready(SPACE, "actors")) == self.few["actors"], "the autoscaler does not raise it")
        self.say("scale", "deployment/gateway", "--replicas=9", who="group:todo-operators")
        self.server.wait(lambda: len(self.server.pods(SPACE, "gateway")) == 6, "the autoscaler does not hold it down")
        self.say("scale", "deployment/gateway", f"--replicas={self.few['gateway']}", who="group:todo-operators")

    def test_a_lost_node_is_replaced_by_the_others(self) -> None:
        node = self.where("gateway")[0]
        begun = time.monotonic()
        self.say("delete", "node", node)
        self.server.wait(lambda: node not in [where for name in SERVICES for where in self.where(name)], "its pods stay where nothing is")
        self.settled()
        print(f"  replaced after {time.monotonic() - begun:.0f} s")
        self.server.join(node)
