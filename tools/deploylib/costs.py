"""What a plan costs a month, by the price list in deploy/terraform/prices.json."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from .fake_cloud import Server
from .terraform import Workspace
from .tree import Tree

ENVIRONMENTS = ["staging", "production", "production-sfo3"]
TABLES = "deploy/terraform/COSTS.md"


class Line(NamedTuple):
    """An item and what it costs when least, as planned, and when most of it runs."""

    item: str
    least: float
    planned: float
    most: float


def resources(module: dict[str, Any], at: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every planned resource with the region that it is in."""
    for resource in module.get("resources", []):
        if resource["mode"] == "managed":
            yield at, resource
    for child in module.get("child_modules", []):
        yield from resources(child, re.search(r'\["(\w+)"\]', child["address"])[1])


def lines(plan: dict[str, Any], prices: dict[str, Any], volumes: int) -> list[Line]:
    """The table. A size without a price is an error, never free."""
    found: list[Line] = []
    buckets = 0
    billed = plan["planned_values"]["outputs"]["billed"]["value"]
    for region, resource in resources(plan["planned_values"]["root_module"]):
        kind, values = resource["type"].removeprefix("digitalocean_"), resource["values"]
        if kind == "kubernetes_cluster":
            pool = values["node_pool"][0]
            each = prices["node"][pool["size"]]
            item = f"{region}: services' nodes, {pool['node_count']} x {pool['size']} ({pool['min_nodes']} to {pool['max_nodes']})"
            found.append(Line(item, each * pool["min_nodes"], each * pool["node_count"], each * pool["max_nodes"]))
            if billed["highly_available"][region]:
                found.append(same(f"{region}: highly available control plane", prices["highly_available"]))
        elif kind == "kubernetes_node_pool":
            found.append(same(f"{region}: {values['name']}' nodes, {values['node_count']} x {values['size']}",
                              prices["node"][values["size"]] * values["node_count"]))
        elif kind == "database_cluster":
            name = {"pg": "PostgreSQL"}.get(values["engine"], "Redis")
            found.append(same(f"{region}: managed {name}, {values['node_count']} x {values['size']}",
                              prices["database_node"][values["size"]] * values["node_count"]))
        elif kind == "loadbalancer":
            found.append(same(f"{region}: load balancer", prices["balancer_unit"] * billed["balancer_units"][region]))
            found.append(same(f"{region}: volumes of deploy/kafka and deploy/redis, {volumes} GiB", prices["volume_gib"] * volumes))
        elif kind == "container_registry":
            found.append(same(f"registry, {billed['registry']}", prices["registry"][billed["registry"]]))
        elif kind == "spaces_bucket":
            buckets += 1
    if buckets:
        found.append(same(f"object storage, {buckets} buckets, 250 GiB and 1 TiB out of all of them", prices["spaces"]))
    return sorted(found)


def same(item: str, price: float) -> Line:
    return Line(item, price, price, price)


def volumes(tree: Tree) -> int:
    """GiB of the volumes that stores in the cluster ask for."""
    gib = 0
    for document in [*tree.built("deploy/kafka"), *tree.built("deploy/redis")]:
        spec = document.get("spec", {})
        if document["kind"] == "KafkaNodePool":
            sizes = [volume["size"] for volume in spec["storage"].get("volumes", [spec["storage"]])]
        elif document["kind"] == "StatefulSet":
            sizes = [claim["spec"]["resources"]["requests"]["storage"] for claim in spec.get("volumeClaimTemplates", [])]
        else:
            continue
        gib += spec["replicas"] * sum(int(size.removesuffix("Gi")) for size in sizes)
    return gib


def table(tree: Tree, environment: str, plan: dict[str, Any]) -> str:
    prices = json.loads(tree.text("deploy/terraform/prices.json"))
    found = lines(plan, prices, volumes(tree))
    rows = [f"| {line.item} | {line.least:.2f} | {line.planned:.2f} | {line.most:.2f} | {budget(line.item, prices)} |" for line in found]
    sums = " | ".join(f"{sum(getattr(line, column) for line in found):.2f}" for column in ("least", "planned", "most"))
    head = ["| | least | planned | most | design |", "|---|---|---|---|---|"]
    return "\n".join([f"## {environment}", "", *head, *rows, f"| **all** | {sums} | |", ""])


def budget(item: str, prices: dict[str, Any]) -> str:
    """What the design foresaw, for one region of production."""
    return next((f"{price}" for name, price in prices["design"].items() if f": {name}" in item), "")


def page(tree: Tree, tables: list[str]) -> str:
    prices = json.loads(tree.text("deploy/terraform/prices.json"))
    facts = "\n".join(f"- {fact}" for fact in prices["facts"])
    head = f"# What it costs, {prices['currency']}\n\nWritten by `tools/costs` from Terraform's plans and `prices.json`; never by hand."
    return f"{head} Traffic beyond what\nnodes include, taxes and support are not in it.\n\n{facts}\n\n" + "\n".join(tables)


def planned(tree: Tree, environment: str) -> dict[str, Any]:
    with Server() as cloud, Workspace(tree, cloud, environment) as work:
        work.init()
        work.plan()
        return work.shown()


def main() -> None:
    tree = Tree(Path(__file__).resolve().parents[2])
    text = page(tree, [table(tree, name, planned(tree, name)) for name in ENVIRONMENTS])
    if "--write" in sys.argv:
        tree.path(TABLES).write_text(text)
    print(text)


if __name__ == "__main__":
    main()
