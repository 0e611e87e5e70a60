"""Breaks one field in each kind of file and sees tools/deploy-check fail, by the check that should."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.dont_write_bytecode = True
REPO = Path(__file__).resolve().parents[2]
JUDGED = ["components", "deploy", "docs", "domain/src", "app", "actors/src", "adapters/src", "gateway/src", "ports/src", "projections/src", "sagas/src",
          "tools/stacklib", "tools/dapr", "tools/deploy", "tools/kafka", "Dockerfile", ".github", "compose.yaml"]

# Check, file, what stands there, what it becomes.
BREAKS = [
    ("schemas", "deploy/kubernetes/base/common.yaml", "terminationGracePeriodSeconds", "terminationGraceSeconds"),
    ("schemas", "deploy/kubernetes/base/ingress.yaml", "ingressClassName: nginx", "ingressClass: nginx"),
    ("schemas", "deploy/kubernetes/base/projections.yaml", "pollingInterval: 15", "pollingInterval: often"),
    ("schemas", "deploy/kubernetes/cluster/issuers.yaml", "privateKeySecretRef", "privateKeySecret"),
    ("schemas", "deploy/kafka/topics.yaml", "partitions: 3", "partitions: three"),
    ("schemas", "deploy/kafka/users.yaml", "operations: [Write, Describe]", "operations: [Scribble]"),
    ("schemas", "deploy/kafka/cluster.yaml", "roles: [controller, broker]", "roles: [zookeeper]"),
    ("schemas", "deploy/dapr/configuration.yaml", "samplingRate:", "samplingRatio:"),
    ("schemas", "components/resiliency.yaml", "maxInterval: 2s", "maxIntervals: 2s"),
    ("schemas", "deploy/kubernetes/overlays/production/kustomization.yaml", "path: edge.yaml", "path: border.yaml"),
    ("schemas", "deploy/postgres/cluster.yaml", "retentionPolicy: 30d", "retentionPolicy: forever"),
    ("policy", "deploy/kubernetes/base/common.yaml", "readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false"),
    ("policy", "deploy/kubernetes/base/common.yaml", "readinessProbe:", "startupProbe:"),
    ("policy", "deploy/kubernetes/base/gateway.yaml", "kind: PodDisruptionBudget", "kind: PodDisruptionBudgets"),
    ("policy", "deploy/kubernetes/base/accounts.yaml", "  name: gateway\n", "  name: doorway\n"),
    ("network", "deploy/kubernetes/base/network.yaml", "port: 50002", "port: 50003"),
    ("network", "deploy/kubernetes/base/network.yaml", "policyTypes: [Ingress, Egress]", "policyTypes: [Ingress]"),
    ("dapr", "deploy/kubernetes/base/actors.yaml", "dapr.io/app-id: todo-backend", "dapr.io/app-id: todo-actors"),
    ("dapr", "deploy/kubernetes/base/common.yaml", "dapr.io/block-shutdown-duration", "dapr.io/block-shutdown-seconds"),
    ("dapr", "deploy/kubernetes/base/actors.yaml", "app-protocol: grpc", "app-protocol: h2c"),
    ("dapr", "components/resiliency.yaml", "      Todo:\n", "      Todos:\n"),
    ("kafka", "deploy/kubernetes/base/projections.yaml", "consumerGroup: todo-views", "consumerGroup: todo-view"),
    ("kafka", "components/kafka-pubsub.yaml", "todo-dead-letters", "todo-dead-mail"),
    ("kafka", "components/kafka-pubsub.yaml", "bootstrap:9093", "bootstrap:9092"),
    ("kafka", "deploy/kafka/users.yaml", "  name: todo-dapr\n", "  name: todo-daprd\n"),
    ("kafka", "deploy/kafka/users.yaml", "name: todo-events", "name: todo-event"),
    ("settings", "deploy/kubernetes/base/todo.env", "KAFKA_BROKERS", "KAFKA_BROKER"),
    ("settings", "deploy/kubernetes/base/sagas.yaml", "            - sagas", "            - saga"),
    ("alerts", "deploy/monitoring/rules.yaml", "ratio5m > 0.05", "ratio5m > 0.5"),
    ("alerts", "deploy/monitoring/rules.yaml", "todo:http_errors:ratio5m > 0.05", "todo:http_errors:ratio5m > 0.01"),
    ("alerts", "deploy/monitoring/rules.yaml", "histogram_quantile(", "histogram_quantil("),
    ("alerts", "deploy/monitoring/rules.yaml", "(todo_timers_overdue) > 0", "(todo_timers_overdue) > 5"),
    ("alerts", "deploy/monitoring/rules.yaml", 'le=~"10|10.0"', 'le="10"'),
    ("alerts", "deploy/monitoring/rules.yaml", "failures_total[10m])) > 5", "failures_total[10m])) > 2"),
    ("coverage", "deploy/monitoring/rules.yaml", "todo_relay_failures_total", "todo_relay_failure_total"),
    ("coverage", "deploy/monitoring/tests/rules-test.yaml", "alertname: PodNotReady", "alertname: PodReady"),
    ("coverage", "docs/runbooks/VolumeFilling.md", "# VolumeFilling", "# Volume"),
    ("routes", "deploy/monitoring/alertmanager.yaml", 'severity="page"', 'severity="pages"'),
    ("schemas", "deploy/monitoring/monitors.yaml", "podMetricsEndpoints:", "podMetricEndpoints:"),
    ("dapr", "deploy/dapr/control-plane.yaml", "sidecarDropALLCapabilities", "sidecarDropAllCapabilities"),
    ("workflows", ".github/workflows/test.yaml", "runs-on:", "run-on:"),
    ("workflows", ".github/workflows/test.yaml", "@11bd71901bbe5b1630ceea73d97597364c9af683", "@v4"),
    ("terraform", "deploy/terraform/region/main.tf", "surge_upgrade", "surge_upgrades"),
    ("terraform", "deploy/terraform/region/main.tf", "  maintenance_policy {", "  maintenance_policies {"),
    ("terraform", "deploy/terraform/region/stores.tf", "  name       = \"todo\"\n", ""),
    ("terraform", "deploy/terraform/main.tf", "  ttl      = 60", "  ttl = 60"),
    ("terraform", "deploy/terraform/state/main.tf", "digitalocean_spaces_bucket", "digitalocean_space_bucket"),
    ("dashboards", "deploy/monitoring/dashboards/panels.yaml", "title: Requests\n", "title: Asked\n"),
    ("dashboards", "deploy/monitoring/dashboards/overview.json", "todo:http_errors:ratio5m", "todo:http_errors:ratio6m"),
    ("dashboards", "deploy/monitoring/dashboards/panels.yaml", "rate(todo_turn_seconds_count", "rates(todo_turn_seconds_count"),
    ("dashboards", "deploy/monitoring/rules.yaml", "kube_pod_status_phase", "kube_pod_status_phases"),
    ("dashboards", "deploy/monitoring/elsewhere.txt", "todo_live_streams  rare", "todo_live_stream  rare"),
    ("dashboards", "deploy/monitoring/exposed.txt", "dapr_runtime_actor_pending_actor_calls", "dapr_runtime_actor_pending_calls"),
    ("compose", "deploy/compose/compose.yaml", '"noeviction"', '"allkeys-lru"'),
    ("compose", "tools/stacklib/apps.py", '"DAPR_GRPC_PORT"', '"DAPR_PORT"'),
    ("compose", "tools/kafka/server.properties", "num.io.threads=2", "num.io.threads=3"),
    ("compose", "components/kafka-pubsub.yaml", "maxMessageBytes", "maxMessageByte"),
    ("gitops", "deploy/argocd/base/platform.yaml", "path: deploy/kafka\n", "path: deploy/kafkas\n"),
    ("gitops", "deploy/argocd/base/platform.yaml", 'sync-wave: "-1"', 'sync-wave: "-3"'),
    ("gitops", "deploy/argocd/base/operators.yaml", "targetRevision: 2.21.0", "targetRevision: 2.20.0"),
    ("gitops", "deploy/argocd/base/operators.yaml", "https: 30443", "https: 30444"),
    ("gitops", "deploy/argocd/base/projects.yaml", "    - {group: scheduling.k8s.io, kind: PriorityClass}\n", ""),
    ("gitops", "deploy/argocd/base/projects.yaml", "    - https://kedacore.github.io/charts\n", ""),
    ("gitops", "deploy/argocd/staging/kustomization.yaml", "value: todo-staging}", "value: todo}"),
    ("gitops", "deploy/argocd/values.yaml", "obj.status.observedGeneration == obj.metadata.generation", "true"),
    ("gitops", "deploy/kubernetes/base/database.yaml", "hook: Sync", "hook: PreSync"),
    ("schemas", "deploy/argocd/base/root.yaml", "targetRevision: main", "targetRevisions: main"),
    ("workflows", ".github/workflows/image.yaml", "id-token: write", "id-tokens: write"),
    ("workflows", ".github/workflows/deploy.yaml", "VERSION: ${{ github.ref_name }}", "VERSION: ${{ github.reference }}"),
    ("workflows", ".github/workflows/drift.yaml", 'run: tools/ci/drift', 'run: tools/ci/drift ${{ github.event.inputs.x }}'),
    ("image", "Dockerfile", "--no-install-recommends ", ""),
]


class Breaks(unittest.TestCase):
    def test_each_check_sees_what_it_is_there_for(self) -> None:
        # Three at a time: each is a few processes.
        with ThreadPoolExecutor(3) as pool:
            for problem in pool.map(lambda item: unseen(*item), [item for item in BREAKS if item[2]]):
                self.assertIsNone(problem)


def unseen(check: str, file: str, good: str, bad: str) -> str | None:
    """Why the break was not seen, if it was not."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name in JUDGED:
            source = REPO / name
            if source.is_dir():
                shutil.copytree(source, root / name)
            elif source.exists():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(source, root / name)
        text = (root / file).read_text()
        if good not in text:
            return f"{file}: there is no {good!r} to break; mend this test"
        (root / file).write_text(text.replace(good, bad, 1))
        argv = [REPO / "tools" / "deploy-check", "--root", root, check]
        done = subprocess.run([str(item) for item in argv], capture_output=True, text=True, check=False)
        if done.returncode != 1 or f"FAIL {check}" not in done.stdout:
            return f"{check} did not see {file}: {good!r} -> {bad!r}:\n{done.stdout}{done.stderr}"
        return None


if __name__ == "__main__":
    unittest.main()
