"""What judges deploy/. Each check takes the tree and gives what it found, a line for each; none is good."""

from __future__ import annotations

from collections.abc import Callable

from . import agreement, alerts, compose, dashboards, gitops, linters, manifests, readme, references, stores, terraform
from .tree import Tree

CHECKS: dict[str, Callable[[Tree], list[str]]] = {
    "schemas": manifests.schemas,
    "policy": manifests.policy,
    "references": references.references,
    "network": manifests.network,
    "stores": stores.stores,
    "scripts": stores.scripts,
    "dapr": agreement.dapr,
    "kafka": agreement.kafka,
    "settings": agreement.settings,
    "alerts": alerts.alerts,
    "coverage": alerts.coverage,
    "dashboards": dashboards.dashboards,
    "routes": alerts.routes,
    "collector": alerts.collector,
    "compose": compose.compose,
    "gitops": gitops.gitops,
    "terraform": terraform.tidy,
    "yaml": linters.yaml_style,
    "image": linters.image,
    "workflows": linters.workflows,
    "readme": readme.readme,
}
