"""The repository that is judged, and how tools are run on it."""

from __future__ import annotations

import functools
import os
import subprocess
from pathlib import Path
from typing import Any

import yaml

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# Every folder that kustomize builds and something applies.
OVERLAYS = ["staging", "production", "production-sfo3"]


def part(name: str) -> Path:
    """A folder made by tools/deploy-tools."""
    return Path(os.environ[f"DEPLOY_{name.upper()}"])


def run(argv: list[Any], *, cwd: Path | None = None, stdin: str | None = None) -> list[str]:
    """Runs a tool that judges; what it said, if it did not like what it saw."""
    done = subprocess.run(
        [str(item) for item in argv], cwd=cwd, input=stdin, capture_output=True, text=True, check=False, timeout=300
    )
    if done.returncode == 0:
        return []
    return [line for line in (done.stdout + done.stderr).splitlines() if line.strip()] or [f"{argv[0]} failed"]


class Tree:
    """One checkout."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, name: str) -> Path:
        return self.root / name

    def text(self, name: str) -> str:
        return self.path(name).read_text()

    def documents(self, name: str) -> list[dict[str, Any]]:
        """The YAML documents of a file."""
        return [document for document in yaml.load_all(self.text(name), LOADER) if document]

    def kustomizations(self) -> list[str]:
        """Folders that stand for themselves: what is applied, not what is only a part of something."""
        fixed = [f"deploy/kubernetes/overlays/{name}" for name in OVERLAYS] + ["deploy/kubernetes/cluster"]
        others = ["deploy/kafka", "deploy/kafka/mirror", "deploy/redis", "deploy/postgres", "deploy/monitoring"]
        others += [f"deploy/argocd/{name}" for name in OVERLAYS]
        return fixed + [name for name in others if self.path(name).exists()]

    def built(self, folder: str) -> list[dict[str, Any]]:
        """What kustomize makes of a folder."""
        return [document for document in yaml.load_all(build(self.root, folder), LOADER) if document]

    def rust(self) -> str:
        """All of our services' source."""
        return source(self.root)


@functools.cache
def build(root: Path, folder: str) -> str:
    # deploy/ names files beside its own folders (components/), so files are taken from anywhere in the tree.
    argv = [part("go") / "kustomize", "build", root / folder]
    done = subprocess.run([str(item) for item in argv], capture_output=True, text=True, check=False, timeout=120)
    if done.returncode != 0:
        raise BuildError(f"kustomize build {folder}: {done.stderr.strip()}")
    return done.stdout


class BuildError(Exception):
    """An overlay that cannot be built."""


@functools.cache
def source(root: Path) -> str:
    rooms = ["actors", "adapters", "app", "gateway", "ports", "projections", "sagas"]
    return "\n".join(file.read_text() for room in rooms for file in sorted((root / room / "src").rglob("*.rs")))
