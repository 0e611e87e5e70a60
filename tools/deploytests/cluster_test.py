"""What only a Kubernetes cluster can say about deploy/. Run by `make cluster-test`, not with every `make test`.

Here: what the API server accepts, and who may what. In cluster_nodes.py: what happens to pods on nodes.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import unittest
from pathlib import Path
from typing import Any

sys.dont_write_bytecode = True
sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parent)]

from deploylib.nodes import Cluster  # noqa: E402
from deploylib.tree import OVERLAYS, Tree, build  # noqa: E402

TREE = Tree(Path(__file__).resolve().parents[2])
NAMESPACES = {"staging": "todo-staging", "production": "todo"}
OPERATOR = "group:todo-operators"
# What an account may do besides what any account may (find out who it is and what the server speaks): verbs, kinds, names.
# Whoever is not named may do nothing.
RIGHTS = {"archive-connect": {("get", "secrets", "archive-storage")}}
# Who, verb, what, whether. Of the namespace of production.
MAY = [
    ("system:serviceaccount:todo:archive-connect", "get", "secrets/archive-storage", True),
    ("system:serviceaccount:todo:archive-connect", "get", "secrets/redis", False),
    ("system:serviceaccount:todo:archive-connect", "list", "secrets", False),
    (OPERATOR, "get", "pods", True),
    (OPERATOR, "get", "pods/log", True),
    (OPERATOR, "create", "pods/eviction", True),
    (OPERATOR, "patch", "deployments.apps/scale", True),
    (OPERATOR, "list", "kafkatopics.kafka.strimzi.io", True),
    (OPERATOR, "get", "secrets", False),
    (OPERATOR, "delete", "deployments.apps", False),
    (OPERATOR, "create", "pods/exec", False),
    (OPERATOR, "patch", "rolebindings.rbac.authorization.k8s.io", False),
]
# What a pod may not ask for: where in it, and what.
REFUSED = [
    (("spec", "hostNetwork"), True),
    (("spec", "hostPID"), True),
    (("spec", "securityContext", "runAsNonRoot"), False),
    (("spec", "securityContext", "seccompProfile"), {"type": "Unconfined"}),
    (("spec", "volumes", "another"), {"name": "host", "hostPath": {"path": "/"}}),
    (("spec", "containers", 0, "securityContext"), {"privileged": True}),
    (("spec", "containers", 0, "securityContext", "allowPrivilegeEscalation"), True),
    (("spec", "containers", 0, "securityContext", "runAsUser"), 0),
    (("spec", "containers", 0, "securityContext", "capabilities"), {"drop": ["ALL"], "add": ["SYS_ADMIN"]}),
    (("spec", "containers", 0, "securityContext", "capabilities"), {}),
]


def deploy(server: Cluster) -> list[str]:
    """Everything, as Argo CD would apply it; what the server did not like."""
    server.definitions()
    problems = server.apply(build(TREE.root, "deploy/kubernetes/cluster"))
    for overlay, namespace in NAMESPACES.items():
        problems += server.apply(build(TREE.root, f"deploy/kubernetes/overlays/{overlay}"))
        for folder in TREE.kustomizations():
            if "/kubernetes/" not in folder and "/argocd/" not in folder:
                problems += server.apply(build(TREE.root, folder), "--namespace", namespace)
    server.kubectl("create", "namespace", "argocd")
    for environment in OVERLAYS:
        problems += server.apply(build(TREE.root, f"deploy/argocd/{environment}"), "--force-conflicts")
    return problems


def accounts() -> list[tuple[str, str]]:
    """Namespace and name of every service account that is declared, or given a right, somewhere in deploy/."""
    found = set()
    for overlay, namespace in NAMESPACES.items():
        for folder in TREE.kustomizations():
            if "/argocd/" in folder or ("/overlays/" in folder and not folder.endswith(f"/{overlay}")):
                continue
            for document in TREE.built(folder):
                if document["kind"] == "ServiceAccount":
                    found.add((document["metadata"].get("namespace", namespace), document["metadata"]["name"]))
                for subject in document.get("subjects", []):
                    if subject["kind"] == "ServiceAccount":
                        found.add((subject.get("namespace", namespace), subject["name"]))
    return sorted(found)


class Accepted(unittest.TestCase):
    server: Cluster
    problems: list[str]

    def test_both_overlays_and_the_stores_are_accepted_strictly_and_without_a_warning(self) -> None:
        self.assertEqual(self.problems, [])

    def test_the_other_region_is_accepted(self) -> None:
        # In a cluster of its own; here over the first one's, whose job is there already and may not become another.
        documents = [d for d in TREE.built("deploy/kubernetes/overlays/production-sfo3") if d["kind"] != "Job"]
        text = json.dumps({"apiVersion": "v1", "kind": "List", "items": documents})
        self.assertEqual(self.server.apply(text, "--dry-run=server", "--force-conflicts"), [])

    def test_applying_again_changes_nothing(self) -> None:
        text = build(TREE.root, "deploy/kubernetes/overlays/production")
        before = self.server.items("deployments", "-n", "todo")
        self.assertEqual(self.server.apply(text), [])
        after = self.server.items("deployments", "-n", "todo")
        generations = [[item["metadata"]["generation"] for item in items] for items in (before, after)]
        self.assertEqual(*generations)

    def test_an_unknown_field_is_refused(self) -> None:
        text = build(TREE.root, "deploy/kubernetes/overlays/production").replace("maxSurge:", "maxSurges:")
        self.assertTrue(any("maxSurges" in line for line in self.server.apply(text, "--dry-run=server")))

    def pods(self) -> list[dict[str, Any]]:
        """A pod of each workload, as its controller would make it."""
        folders = ("deploy/kubernetes/overlays/production", "deploy/redis", "deploy/monitoring")
        made = []
        for document in (d for folder in folders for d in TREE.built(folder)):
            if document["kind"] in ("Deployment", "StatefulSet", "Job"):
                template = document["spec"]["template"]
                claims = [claim["metadata"]["name"] for claim in document["spec"].get("volumeClaimTemplates", [])]
                volumes = [{"name": name, "persistentVolumeClaim": {"claimName": name}} for name in claims]
                made.append({"apiVersion": "v1", "kind": "Pod",
                             "spec": {**template["spec"], "volumes": [*template["spec"].get("volumes", []), *volumes]},
                             "metadata": {**template["metadata"], "name": document["metadata"]["name"], "namespace": "todo"}})
        return made

    def test_restricted_pod_security_lets_every_pod_of_ours_in(self) -> None:
        pods = self.pods()
        self.assertGreaterEqual(len(pods), 8)
        for pod in pods:
            self.assertEqual(self.server.apply(json.dumps(pod), "--dry-run=server"), [], pod["metadata"]["name"])

    def test_restricted_pod_security_refuses_one_that_asks_for_more(self) -> None:
        for path, value in REFUSED:
            pod = json.loads(json.dumps(self.pods()[0]))
            at: Any = pod
            for key in path[:-1]:
                at = at[key]
            if path[-1] == "another":
                at.append(value)
            else:
                at[path[-1]] = value
            refused = self.server.apply(json.dumps(pod), "--dry-run=server")
            self.assertTrue(any("violates PodSecurity" in line for line in refused), (path, value, refused))

    def rights(self, namespace: str, who: str) -> set[tuple[str, str, str]]:
        """All that the server says an account may do in its namespace."""
        review = {"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectRulesReview", "spec": {"namespace": namespace}}
        done = self.server.kubectl("create", "--validate=false", "-f", "-", "-o", "json", stdin=json.dumps(review),
                                   who=f"system:serviceaccount:{namespace}:{who}")
        self.assertEqual(done.returncode, 0, done.stderr)
        status = json.loads(done.stdout)["status"]
        self.assertFalse(status["incomplete"])
        return {(verb, kind, name) for rule in status["resourceRules"] for verb in rule["verbs"]
                for kind in rule["resources"] for name in rule.get("resourceNames", ["any"])}

    def test_each_account_may_do_its_own_and_nothing_else(self) -> None:
        known = accounts()
        self.assertGreaterEqual(len(known), 16)
        for namespace, who in known:
            more = self.rights(namespace, who) - self.rights(namespace, "nobody-in-particular")
            print(f"  {namespace}/{who}: {'; '.join(' '.join(right) for right in sorted(more)) or 'nothing'}")
            self.assertEqual(more, RIGHTS.get(who, set()), (namespace, who))

    def test_people_on_call_may_do_their_own_and_no_more(self) -> None:
        for who, verb, what, expected in MAY:
            resource, _, rest = what.partition("/")
            named = f"{resource}/{rest}" if resource == "secrets" and rest else resource
            sub = ["--subresource", rest] if rest and resource != "secrets" else []
            said = self.server.kubectl("auth", "can-i", verb, named, *sub, "-n", "todo", who=who).stdout.strip()
            self.assertEqual(said, "yes" if expected else "no", (who, verb, what))

    def drift(self, who: str) -> subprocess.CompletedProcess[str]:
        """tools/drift, as a workflow runs it, with a kubectl of this server."""
        folder = self.server.home / "drift"
        self.server.named(folder, who)
        env = {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}", "DRIFT_PARTS": "kubernetes", "KUBECONFIG": os.devnull}
        return subprocess.run([str(TREE.path("tools/drift")), "production", str(folder / "report.md")], capture_output=True, text=True, check=False,
                              env=env, timeout=300)

    def test_drift_is_told_by_whoever_may_only_compare(self) -> None:
        comparing = "group:todo-drift"
        done = self.drift(comparing)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        # Somebody changes something by hand, with another tool than what applies.
        replicas = {"spec": {"replicas": 5}}
        change = ("patch", "deployment/sagas", "-n", "todo", "--field-manager", "by-hand", "--patch", json.dumps(replicas))
        self.assertEqual(self.server.kubectl(*change).returncode, 0)
        try:
            done = self.drift(comparing)
            self.assertEqual(done.returncode, 2, done.stdout + done.stderr)
            report = (self.server.home / "drift/report.md").read_text()
            self.assertIn("-  replicas: 5", report)
            self.assertIn("+  replicas: 2", report)
        finally:
            self.server.apply(build(TREE.root, "deploy/kubernetes/overlays/production"), "--force-conflicts")
        # It may not do what it compares with, nor know a secret; and people on call are not held by its policy.
        refused = self.server.kubectl(*change, who=comparing)
        self.assertIn("whoever looks for drift changes nothing", refused.stderr)
        self.assertNotEqual(self.server.kubectl("delete", "deployment/sagas", "-n", "todo", who=comparing).returncode, 0)
        self.assertEqual(self.server.kubectl("auth", "can-i", "get", "secrets", "-n", "todo", who=comparing).stdout.strip(), "no")
        self.assertEqual(self.server.kubectl("scale", "deployment/sagas", "-n", "todo", "--replicas=2", who=OPERATOR).returncode, 0)


def main() -> int:
    """Both files' tests on one server. Whatever ends this program, but a kill that nobody can hear, ends by way of `__exit__`."""
    import cluster_nodes

    # As Ctrl-C: unittest takes any other exception for a failure of one test, and goes on.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    begun = time.monotonic()
    with Cluster() as server:
        Accepted.server = cluster_nodes.OnNodes.server = server
        Accepted.problems = deploy(server)
        print(f"applied after {time.monotonic() - begun:.0f} s", flush=True)
        loader = unittest.defaultTestLoader
        # Names, or parts of names, of tests: those alone.
        loader.testNamePatterns = [f"*{name}*" for name in sys.argv[1:]] or None
        suites = [loader.loadTestsFromTestCase(Accepted), loader.loadTestsFromTestCase(cluster_nodes.OnNodes)]
        done = unittest.TextTestRunner(verbosity=2).run(unittest.TestSuite(suites))
    left = [process.args for process in server.processes if process.poll() is None]
    print(f"{len(server.processes)} processes were stopped, {len(left)} are left; {time.monotonic() - begun:.0f} s in all")
    return 0 if done.wasSuccessful() and not left else 1


if __name__ == "__main__":
    sys.exit(main())
