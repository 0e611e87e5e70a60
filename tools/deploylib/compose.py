"""deploy/compose: what tools/compose makes, a compose file by its own schema, and safe to start on a laptop."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys

from .agreement import OTHER_NAMES
from .tree import Tree, part, run

FOLDER = "deploy/compose"


def compose(tree: Tree) -> list[str]:
    done = subprocess.run([sys.executable, "-m", "stacklib.compose", "--files"], capture_output=True, text=True, check=False,
                          env={**os.environ, "PYTHONPATH": str(tree.path("tools"))}, cwd=tree.root)
    if done.returncode != 0:
        return done.stderr.splitlines()[-3:]
    made = json.loads(done.stdout)
    found = []
    for name, text in made.items():
        file = f"{FOLDER}/{name}"
        if not tree.path(file).exists() or tree.text(file) != text:
            found.append(f"{file}: not what tools/stack runs by now: run tools/compose --write")
    file = tree.path(f"{FOLDER}/compose.yaml")
    found += run([part("python") / "bin" / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", file])
    return found + content(tree)


def content(tree: Tree) -> list[str]:
    """What the schema does not say."""
    document = tree.documents(f"{FOLDER}/compose.yaml")[0]
    services, where = document["services"], f"{FOLDER}/compose.yaml"
    names = set(re.findall(r'env = "(\w+)"', tree.rust())) | OTHER_NAMES
    commands = {name.lower() for name in re.findall(r"^    (\w+)\(", tree.text("app/src/cli.rs"), re.MULTILINE)}
    found = []
    for name, service in services.items():
        found += [f"{where}: {name} waits for {other}, which is not there" for other in service.get("depends_on", {}) if other not in services]
        network = service.get("network_mode", "").removeprefix("service:")
        if network and network not in services:
            found.append(f"{where}: {name} shares the network of {network}, which is not there")
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            there = (tree.path(FOLDER) / source).exists() if source.startswith(".") else source in document["volumes"]
            if not there:
                found.append(f"{where}: {name} mounts {source}, which is not there")
        found += [f"{where}: {name} is reached from outside of this machine: {port}" for port in service.get("ports", []) if not port.startswith("127.0.0.1:")]
        if service["image"] == "todo:local":
            found += [f"{where}: {name}: the binary reads no {variable}" for variable in service["environment"] if variable not in names]
            if service["command"][0] not in commands:
                found.append(f"{where}: {name}: `todo` has no command {service['command'][0]}")
        elif ":" not in service["image"] or service["image"].endswith(":latest"):
            found.append(f"{where}: {name}: {service['image']} is not one version")
    return found + small(tree)


def small(tree: Tree) -> list[str]:
    """The local secrets are those that components ask for; each todo of the seed is one by itself."""
    secrets = json.loads(tree.text(f"{FOLDER}/secrets.json"))
    found = []
    for file in sorted(tree.path(f"{FOLDER}/components").glob("*.yaml")):
        for document in tree.documents(f"{FOLDER}/components/{file.name}"):
            items = document["spec"].get("metadata", []) if document["kind"] == "Component" else []
            for asked in (item["secretKeyRef"] for item in items if "secretKeyRef" in item):
                if asked["key"] not in secrets.get(asked["name"], {}):
                    found.append(f"{FOLDER}/secrets.json: no {asked['name']}/{asked['key']}, which {file.name} asks for")
    for number, line in enumerate(tree.text(f"{FOLDER}/seed.jsonl").splitlines(), 1):
        try:
            if not json.loads(line).get("title"):
                found.append(f"{FOLDER}/seed.jsonl:{number}: no title")
        except json.JSONDecodeError as error:
            found.append(f"{FOLDER}/seed.jsonl:{number}: {error}")
    return found
