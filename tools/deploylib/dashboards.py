"""Grafana's dashboards, out of deploy/monitoring/dashboards/panels.yaml; and whether every expression can be answered."""

from __future__ import annotations

import json
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml

from .alerts import RULES, rules
from .tree import Tree, part, run

FOLDER = "deploy/monitoring/dashboards"
ELSEWHERE = "deploy/monitoring/elsewhere.txt"


def make(key: str, about: dict[str, Any]) -> dict[str, Any]:
    """One dashboard as Grafana imports it. Two panels in a row."""
    panels = []
    for number, panel in enumerate(about["panels"]):
        targets = [{"refId": chr(ord("A") + n), "expr": expression, "legendFormat": legend, "datasource": {"type": "prometheus", "uid": "${source}"}}
                   for n, (legend, expression) in enumerate(panel["series"].items())]
        panels.append({
            "id": number + 1, "type": "timeseries", "title": panel["title"], "targets": targets,
            "datasource": {"type": "prometheus", "uid": "${source}"},
            "gridPos": {"h": 8, "w": 12, "x": 12 * (number % 2), "y": 8 * (number // 2)},
            "fieldConfig": {"defaults": {"unit": panel["unit"], "custom": {"showPoints": "never"}}, "overrides": []},
            "options": {"legend": {"displayMode": "table", "placement": "bottom", "calcs": ["lastNotNull", "max"]}, "tooltip": {"mode": "multi"}},
        })
    variables = [
        {"name": "source", "type": "datasource", "query": "prometheus"},
        {"name": "namespace", "type": "query", "query": "label_values(todo_actors_active, namespace)", "includeAll": True, "multi": True,
         "datasource": {"type": "prometheus", "uid": "${source}"}, "refresh": 2, "current": {"text": "All", "value": "$__all"}},
        {"name": "interval", "type": "interval", "query": "1m,5m,15m,1h", "current": {"text": "5m", "value": "5m"}},
    ]
    return {"uid": f"todo-{key}", "title": about["title"], "tags": ["todo"], "schemaVersion": 39, "editable": False, "refresh": "30s",
            "time": {"from": "now-3h", "to": "now"}, "templating": {"list": variables}, "panels": panels}


def sources(tree: Tree) -> dict[str, dict[str, Any]]:
    return tree.documents(f"{FOLDER}/panels.yaml")[0]


def written(dashboard: dict[str, Any]) -> str:
    return json.dumps(dashboard, indent=1) + "\n"


def expressions(tree: Tree) -> list[tuple[str, str]]:
    """Each expression of a dashboard, with where it stands."""
    return [(f"{key}: {panel['title']}", expression) for key, about in sources(tree).items() for panel in about["panels"]
            for expression in panel["series"].values()]


def names(expression: str) -> set[str]:
    """The metrics that an expression reads; a histogram by its own name."""
    bare = re.sub(r"\{[^}]*\}|\[[^\]]*\]|\"[^\"]*\"|\b(?:by|on|without|ignoring)\s*\([^)]*\)", " ", expression)
    found = {name for name in re.findall(r"\b[a-z][a-zA-Z0-9_:]*\b(?!\s*\()", bare) if "_" in name or ":" in name}
    return {re.sub(r"_(bucket|count|sum)$", "", name) for name in found}


def dashboards(tree: Tree) -> list[str]:
    """They are what their source says, and promtool understands every expression."""
    found = []
    made = {key: written(make(key, about)) for key, about in sources(tree).items()}
    for key, text in made.items():
        file = f"{FOLDER}/{key}.json"
        if not tree.path(file).exists() or tree.text(file) != text:
            found.append(f"{file}: not what panels.yaml says: run tools/dashboards --write")
    there = {file.stem for file in tree.path(FOLDER).glob("*.json")}
    found += [f"{FOLDER}/{key}.json has no source" for key in sorted(there - made.keys())]
    asked = [(where, expression.replace("$namespace", "todo").replace("$interval", "5m")) for where, expression in expressions(tree)]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "all.yaml"
        groups = [{"name": where, "rules": [{"record": f"panel:{n}", "expr": expression}]} for n, (where, expression) in enumerate(
            [(f"{n} {where}", expression) for n, (where, expression) in enumerate(asked)])]
        file.write_text(yaml.safe_dump({"groups": groups}))
        found += run([part("debian") / "usr/bin/promtool", "check", "rules", file])
    return found + known(tree, exposed(tree))


def listed(tree: Tree) -> dict[str, str]:
    """What is exposed elsewhere or rarely, with by whom."""
    lines = [line.split(maxsplit=1) for line in tree.text(ELSEWHERE).splitlines() if line.strip() and not line.startswith("#")]
    return {name: who for name, who in lines}


def exposed(tree: Tree) -> set[str]:
    """What the code counts, and those of Dapr's that a running stack was seen to expose (app/tests/stack_traces.rs renews it)."""
    return set(re.findall(r'"(todo_\w+)"', tree.rust())) | set(tree.text("deploy/monitoring/exposed.txt").split())


def known(tree: Tree, shown: set[str]) -> list[str]:
    """Dashboards and rules read only what something exposes."""
    recorded = {rule["record"] for rule in rules(tree) if "record" in rule}
    elsewhere = listed(tree)
    code = set(re.findall(r'"(todo_\w+)"', tree.rust()))
    found = [f"{ELSEWHERE}: nothing counts {name}" for name, who in elsewhere.items() if who == "rare" and name not in code]
    asked = expressions(tree) + [(f"{RULES}: {rule.get('alert') or rule['record']}", rule["expr"]) for rule in rules(tree)]
    read: set[str] = set()
    for where, expression in asked:
        read |= names(expression)
        for name in sorted(names(expression) - shown - recorded - elsewhere.keys()):
            found.append(f"{where}: nothing exposes {name}; see {ELSEWHERE}")
    return found + [f"{ELSEWHERE}: nobody reads {name}" for name in elsewhere if name not in read]


def main() -> None:
    """`tools/dashboards`: writes them with --write; else prints what the dashboards and alerts read, a name a line."""
    tree = Tree(Path(__file__).resolve().parents[2])
    if "--write" in sys.argv:
        for key, about in sources(tree).items():
            tree.path(f"{FOLDER}/{key}.json").write_text(written(make(key, about)))
        return
    recorded = {rule["record"] for rule in rules(tree) if "record" in rule}
    read = {name for _, expression in expressions(tree) for name in names(expression)}
    read |= {name for rule in rules(tree) for name in names(rule["expr"])}
    print("\n".join(sorted(read - recorded - listed(tree).keys())))


if __name__ == "__main__":
    main()
