"""What only a Kubernetes API server can say about deploy/. Run by `make cluster-test`, not with every `make test`."""

from __future__ import annotations

import json
import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from deploylib.apiserver import ApiServer  # noqa: E402
from deploylib.tree import OVERLAYS, Tree, build  # noqa: E402

TREE = Tree(Path(__file__).resolve().parents[2])
NAMESPACES = {"staging": "todo-staging", "production": "todo"}
OPERATOR = "group:todo-operators"
# Who, verb, what, whether. Of the namespace of production.
MAY = [
    *((f"system:serviceaccount:todo:{name}", verb, what, False)
      for name in ("gateway", "actors", "sagas", "projections", "database", "redis", "redis-proxy")
      for verb, what in (("get", "secrets"), ("list", "pods"), ("create", "pods"), ("get", "configmaps"))),
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


class Cluster(unittest.TestCase):
    server: ApiServer

    @classmethod
    def setUpClass(cls) -> None:
        cls.server = ApiServer()
        cls.server.__enter__()
        cls.addClassCleanup(cls.server.__exit__)
        cls.server.definitions()
        problems = cls.server.apply(build(TREE.root, "deploy/kubernetes/cluster"))
        for overlay, namespace in NAMESPACES.items():
            problems += cls.server.apply(build(TREE.root, f"deploy/kubernetes/overlays/{overlay}"))
            for folder in TREE.kustomizations():
                if "/kubernetes/" not in folder and "/argocd/" not in folder:
                    problems += cls.server.apply(build(TREE.root, folder), "--namespace", namespace)
        cls.server.kubectl("create", "namespace", "argocd")
        for environment in OVERLAYS:
            problems += cls.server.apply(build(TREE.root, f"deploy/argocd/{environment}"), "--force-conflicts")
        cls.problems = problems

    def test_both_overlays_and_the_stores_are_accepted_strictly_and_without_a_warning(self) -> None:
        self.assertEqual(self.problems, [])

    def test_applying_again_changes_nothing(self) -> None:
        text = build(TREE.root, "deploy/kubernetes/overlays/production")
        before = self.server.kubectl("get", "deployments", "-n", "todo", "-o", "json").stdout
        self.assertEqual(self.server.apply(text), [])
        after = self.server.kubectl("get", "deployments", "-n", "todo", "-o", "json").stdout
        generations = [[item["metadata"]["generation"] for item in json.loads(text)["items"]] for text in (before, after)]
        self.assertEqual(*generations)

    def test_an_unknown_field_is_refused(self) -> None:
        text = build(TREE.root, "deploy/kubernetes/overlays/production").replace("maxSurge:", "maxSurges:")
        self.assertTrue(any("maxSurges" in line for line in self.server.apply(text, "--dry-run=server")))

    def pods(self) -> list[dict]:
        """A pod of each workload, as its controller would make it."""
        documents = [d for folder in ("deploy/kubernetes/overlays/production", "deploy/redis") for d in TREE.built(folder)]
        made = []
        for document in documents:
            if document["kind"] in ("Deployment", "StatefulSet", "Job"):
                template = document["spec"]["template"]
                claims = [claim["metadata"]["name"] for claim in document["spec"].get("volumeClaimTemplates", [])]
                volumes = [{"name": name, "persistentVolumeClaim": {"claimName": name}} for name in claims]
                made.append({"apiVersion": "v1", "kind": "Pod",
                             "spec": {**template["spec"], "volumes": [*template["spec"].get("volumes", []), *volumes]},
                             "metadata": {**template["metadata"], "name": document["metadata"]["name"], "namespace": "todo"}})
        return made

    def test_restricted_pod_security_lets_every_pod_in_and_one_with_root_not(self) -> None:
        pods = self.pods()
        self.assertGreaterEqual(len(pods), 7)
        for pod in pods:
            self.assertEqual(self.server.apply(json.dumps(pod), "--dry-run=server"), [], pod["metadata"]["name"])
        pods[0]["spec"]["containers"][0]["securityContext"]["allowPrivilegeEscalation"] = True
        refused = self.server.apply(json.dumps(pods[0]), "--dry-run=server")
        self.assertTrue(any("violates PodSecurity" in line for line in refused), refused)

    def test_each_account_may_do_its_own_and_no_more(self) -> None:
        for who, verb, what, expected in MAY:
            resource, _, rest = what.partition("/")
            named = f"{resource}/{rest}" if resource == "secrets" and rest else resource
            sub = ["--subresource", rest] if rest and resource != "secrets" else []
            said = self.server.kubectl("auth", "can-i", verb, named, *sub, "-n", "todo", who=who).stdout.strip()
            self.assertEqual(said, "yes" if expected else "no", (who, verb, what))


if __name__ == "__main__":
    unittest.main()
