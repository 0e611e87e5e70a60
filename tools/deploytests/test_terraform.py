"""Terraform with a real provider against the fake API: everything is made, and a second look finds nothing to do."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.dont_write_bytecode = True
REPO = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPO / "tools"))

for part in ("go", "python", "terraform"):
    argv = [REPO / "tools/deploy-tools", "path", part]
    os.environ.setdefault(f"DEPLOY_{part.upper()}", subprocess.run(argv, capture_output=True, text=True, check=True).stdout.strip())
# PyYAML is in the tools' own Python.
sys.path += [str(path) for path in Path(os.environ["DEPLOY_PYTHON"]).glob("lib/python*/site-packages")]

from deploylib import costs  # noqa: E402
from deploylib.fake_cloud import Server  # noqa: E402
from deploylib.terraform import Workspace  # noqa: E402
from deploylib.tree import Tree  # noqa: E402

TREE = Tree(REPO)
# What the provider that can be run here does not know (it is of 2020); `deploy-check terraform` judges these names by the types
# of a current one. Anything else must run.
NEWER = {
    "digitalocean_container_registry.images: no argument subscription_tier_slug",
    "digitalocean_database_valkey_config.redis: no such resource",
    "digitalocean_kubernetes_cluster.this: no argument cluster_subnet",
    "digitalocean_kubernetes_cluster.this: no argument ha",
    "digitalocean_kubernetes_cluster.this: no argument registry_integration",
    "digitalocean_kubernetes_cluster.this: no argument service_subnet",
    "digitalocean_kubernetes_cluster.this: no block maintenance_policy",
    "digitalocean_kubernetes_node_pool.stores: no block taint",
    "digitalocean_loadbalancer.edge: no argument size_unit",
    "digitalocean_monitor_alert.nodes: no such resource",
    "digitalocean_uptime_alert.edge: no such resource",
    "digitalocean_uptime_check.edge: no such resource",
    "digitalocean_vpc_peering.regions: no such resource",
}
# What a variable refuses, and what it says.
REFUSED = [
    ('environment="test"', "environment must be"),
    ('domain="Todo.example.com"', "domain must be"),
    ('alert_email="nobody"', "alert_email must be"),
    ('registry={name="todo",tier="free"}', "registry.tier must be"),
    ("regions={}", "regions must be among"),
    ('regions={ams3={network="10.16.0.0/14"}}', "regions must be among"),
    ('regions={nyc1={network="10.16.0.0/16"}}', "network must be"),
    ('regions={nyc1={network="10.16.0.0/14"},sfo3={network="10.17.0.0/14"}}', "same network"),
    ('regions={nyc1={network="10.16.0.0/14",services={count=6}}}', "1 <= min <= count <= max"),
    ('regions={nyc1={network="10.16.0.0/14",stores={count=2}}}', "at least 3"),
    ('regions={nyc1={network="10.16.0.0/14",postgres={nodes=4}}}', "must be 1, 2 or 3"),
    ('redis_engine="memcached"', "redis_engine must be"),
]


class Terraform(unittest.TestCase):
    def test_production_is_made_and_then_nothing_is_left_to_do_until_somebody_changes_something(self) -> None:
        with Server() as cloud, Workspace(TREE, cloud, "production-sfo3") as work:
            self.assertEqual(set(work.removed), set() if os.environ.get("DEPLOY_PROVIDER") else NEWER)
            work.init()
            work.run("validate", "-no-color")
            self.assertEqual(work.plan(), 2)
            costs_now = costs.table(TREE, "production-sfo3", work.shown())
            work.apply()
            self.assertEqual(work.plan(), 0, work.run("show", "-no-color", "plan").stdout)
            self.assertEqual(cloud.cloud.unknown, [])
            self.assertIn("production.tfstate", cloud.cloud.buckets["todo-terraform"].objects)
            self.made(cloud)
            # Somebody changes a rule by hand.
            balancer = next(iter(cloud.cloud.items["load_balancers"].values()))
            balancer["enable_proxy_protocol"] = False
            self.assertEqual(work.plan(), 2)
            self.assertIn("enable_proxy_protocol", work.run("show", "-no-color", "plan").stdout)
        self.assertIn(costs_now, TREE.text(costs.TABLES), "run tools/costs --write")

    def made(self, cloud: Server) -> None:
        """What stands in the cloud is what the requirements name, and what deploy/ counts on."""
        items = cloud.cloud.items
        clusters = {cluster["region"]: cluster for cluster in items["kubernetes/clusters"].values()}
        self.assertEqual(set(clusters), {"nyc1", "sfo3"})
        for cluster in clusters.values():
            services, stores = cluster["node_pools"]
            self.assertEqual([services[key] for key in ("size", "count", "min_nodes", "max_nodes")], ["s-4vcpu-8gb", 3, 2, 5])
            self.assertEqual(stores["count"], 3)
        ranges = [vpc["ip_range"] for vpc in items["vpcs"].values()]
        self.assertEqual(sorted(ranges), ["10.16.0.0/16", "10.20.0.0/16"])
        engines = sorted(database["engine"] for database in items["databases"].values())
        self.assertEqual(engines[:2], ["pg", "pg"])
        for database in items["databases"].values():
            self.assertEqual([rule["type"] for rule in cloud.cloud.parts[(database["id"], "firewall")]["rules"]], ["k8s"])
        # What manifests write to is there.
        for name in [*re.findall(r"s3://([\w-]+)", TREE.text("deploy/postgres/cluster.yaml")), "todo-archive", "todo-archive-sfo3"]:
            self.assertIn(name, cloud.cloud.buckets)
        for bucket in cloud.cloud.buckets.values():
            self.assertIn(b"Enabled", bucket.settings["versioning"])
        addresses = [record["name"] for record in cloud.cloud.parts[(next(iter(items["domains"].values()))["id"], "records")]["all"]]
        self.assertEqual(sorted(addresses), ["@", "@", "@", "nyc1", "sfo3"])

    def test_what_cannot_be_meant_is_refused_with_the_remedy(self) -> None:
        with Server() as cloud, Workspace(TREE, cloud, "production") as work:
            work.init()

            def says(given: str) -> str:
                done = work.run("plan", "-no-color", "-refresh=false", "-lock=false", *work.variables(), f"-var={given}", codes=(1,))
                return " ".join(done.stderr.split())

            with ThreadPoolExecutor(2) as pool:
                for (given, expected), said in zip(REFUSED, pool.map(says, [given for given, _ in REFUSED]), strict=True):
                    self.assertIn(expected, said, given)

    def test_costs_are_those_of_the_plans(self) -> None:
        with ThreadPoolExecutor(2) as pool:
            staging, production = pool.map(lambda name: costs.planned(TREE, name), ["staging", "production"])
        for name, plan in (("staging", staging), ("production", production)):
            self.assertIn(costs.table(TREE, name, plan), TREE.text(costs.TABLES), "run tools/costs --write")
        self.assertNotIn("managed", costs.table(TREE, "staging", staging))
        prices = json.loads(TREE.text("deploy/terraform/prices.json"))
        lines = {line.item: line for line in costs.lines(production, prices, 0)}
        nodes = next(line for item, line in lines.items() if "services' nodes" in item)
        self.assertEqual((nodes.least, nodes.planned, nodes.most), (96, 144, 240))
        # Within the design's 20 for the balancer; the nodes' 120 were at the prices of its time.
        self.assertLessEqual(lines["nyc1: load balancer"].planned, prices["design"]["load balancer"])
        del prices["node"]["s-4vcpu-8gb"]
        with self.assertRaises(KeyError):
            costs.lines(production, prices, 0)


if __name__ == "__main__":
    unittest.main()
