"""Alerts: they parse, fire when they should and only then, look at what there is, and say what to do."""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path
from typing import Any

import yaml

from .tree import Tree, part, run

RULES = "deploy/monitoring/rules.yaml"
# Where an alert must go: labels, then the receiver.
ROUTES = [
    ({"severity": "page", "namespace": "todo"}, "on-call"),
    ({"severity": "page", "namespace": "todo-staging"}, "tickets"),
    ({"severity": "ticket", "namespace": "todo"}, "tickets"),
]


def rules(tree: Tree) -> list[dict[str, Any]]:
    return [rule for group in tree.documents(RULES)[0]["spec"]["groups"] for rule in group["rules"]]


def alerts(tree: Tree) -> list[str]:
    """promtool: syntax, and the tests of deploy/monitoring/tests."""
    promtool = part("debian") / "usr/bin/promtool"
    spec = tree.documents(RULES)[0]["spec"]
    with tempfile.TemporaryDirectory() as folder:
        whole, bare = Path(folder) / "whole.yaml", Path(folder) / "rules.yaml"
        whole.write_text(yaml.safe_dump(spec))
        # The tests are about when an alert fires, not about its words.
        for rule in (rule for group in spec["groups"] for rule in group["rules"]):
            rule.pop("annotations", None)
        bare.write_text(yaml.safe_dump(spec))
        shutil.copy(tree.path("deploy/monitoring/tests/rules-test.yaml"), folder)
        found = run([promtool, "check", "rules", whole])
        return found + run([promtool, "test", "rules", Path(folder) / "rules-test.yaml"])


def coverage(tree: Tree) -> list[str]:
    """Each alert has both tests and a page; each metric of ours is one that the code counts."""
    tests = tree.documents("deploy/monitoring/tests/rules-test.yaml")[0]["tests"]
    seen = {(entry["alertname"], bool(entry["exp_alerts"])) for test in tests for entry in test["alert_rule_test"]}
    code = tree.rust()
    named = set(re.findall(r'"(todo_\w+)"', code))
    recorded = {rule["record"] for rule in rules(tree) if "record" in rule}
    found = []
    for rule in rules(tree):
        for metric in re.findall(r"\btodo_\w+", rule["expr"]):
            if re.sub(r"_(bucket|count|sum)$", "", metric) not in named:
                found.append(f"{RULES}: nothing counts {metric}")
        for name in re.findall(r"\btodo:[\w:]+", rule["expr"]):
            if name not in recorded:
                found.append(f"{RULES}: nothing records {name}")
        if "alert" not in rule:
            continue
        name = rule["alert"]
        for fires in (True, False):
            if (name, fires) not in seen:
                found.append(f"{RULES}: no test in which {name} {'fires' if fires else 'does not fire'}")
        page = rule["annotations"]["runbook"]
        if not tree.path(page).exists() or f"# {name}\n" not in tree.text(page):
            found.append(f"{RULES}: {name} has no page {page}")
    return found


def routes(tree: Tree) -> list[str]:
    """amtool: the configuration, and where alerts go."""
    amtool, config = part("debian") / "usr/bin/amtool", tree.path("deploy/monitoring/alertmanager.yaml")
    found = run([amtool, "check-config", config])
    for labels, receiver in ROUTES:
        pairs = [f"{key}={value}" for key, value in labels.items()]
        found += run([amtool, "config", "routes", "test", f"--config.file={config}", f"--verify.receivers={receiver}", *pairs])
    return found


def collector(tree: Tree) -> list[str]:
    """The collector itself reads its configuration; app/tests/stack_traces.rs sends spans through it."""
    config = tree.path("deploy/monitoring/collector/config.yaml")
    return run(["env", "OTLP_LISTEN=127.0.0.1:4317", part("collector") / "otelcol", "validate", f"--config=file:{config}"])
