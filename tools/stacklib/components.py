"""Puts the project's Dapr resources where a local daprd can load them.

The files in `components/` carry the values of a cluster and are the only copy. Locally just a few values differ, and they
are all in `overrides`: by the component's name, then by the name of the metadata item. An override that finds nothing to
replace is an error, so that a renamed item cannot leave a local stack talking to the cluster's address.
"""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

from .config import REPO, Stack, StackError

ITEM = re.compile(r"^(?P<indent>\s*)- name:\s*(?P<name>\S+)\s*$")
VALUE = re.compile(r"^(?P<head>\s*value:\s*)(?P<value>.*)$")
NAME = re.compile(r"^  name:\s*(\S+)\s*$", re.MULTILINE)
KIND = re.compile(r"^kind:\s*(\S+)\s*$", re.MULTILINE)
SECRET_STORE = re.compile(r"^(\s*secretStore:\s*)kubernetes\s*$", re.MULTILINE)

# A local stack has no passwords and no certificates, but the components name them.
SECRETS = {"redis": {"password": ""}, "todo-cluster-ca-cert": {"ca.crt": ""}, "todo-dapr": {"user.crt": "", "user.key": ""}}


def overrides(stack: Stack) -> dict[str, dict[str, str]]:
    """What a local stack sets differently from a cluster."""
    return {
        "redis-store": {"redisHost": stack.ports.address("redis")},
        "kafka-pubsub": {"brokers": stack.ports.address("kafka"), "authType": "none", "disableTls": "true"},
        "local-secrets": {"secretsFile": str(secrets_file(stack))},
    }


def secrets_file(stack: Stack) -> Path:
    """Stands for the cluster's Secret objects: the same names and keys."""
    return stack.dir / "secrets.json"


def apply(text: str, changes: dict[str, str]) -> str:
    """Replaces the values of the named metadata items in one component's YAML.

    By lines, because the standard library reads no YAML; our files are written in the one shape that it expects:
    `- name: X` with `value: Y` on the next line that is not a comment.
    """
    left, lines, current = dict(changes), [], None
    for line in text.splitlines():
        if match := ITEM.match(line):
            current = match["name"]
        elif current in left and (match := VALUE.match(line)):
            line = match["head"] + json.dumps(left.pop(current))
        lines.append(line)
    if left:
        raise StackError(f"no metadata item to override: {', '.join(sorted(left))}")
    # Here the secrets come from a file instead of the cluster's own store.
    return SECRET_STORE.sub(r"\1local-secrets", "\n".join(lines)) + "\n"


def place(stack: Stack, source: Path = REPO / "components") -> None:
    """Writes the effective resources to `$STACK_DIR/components`."""
    shutil.rmtree(stack.components, ignore_errors=True)
    stack.components.mkdir(parents=True)
    changes = overrides(stack)
    for file in sorted(source.glob("*.yaml")):
        text = file.read_text()
        name, kind = NAME.search(text), KIND.search(text)
        if not name or not kind:
            raise StackError(f"{file} has no kind or no metadata.name")
        mine = changes.pop(name[1], {}) if kind[1] == "Component" else {}
        (stack.components / file.name).write_text(apply(text, mine))
    if changes:
        raise StackError(f"no component file for {', '.join(sorted(changes))} in {source}")
    file = secrets_file(stack)
    file.touch(mode=0o600)
    file.write_text(json.dumps(SECRETS) + "\n")
