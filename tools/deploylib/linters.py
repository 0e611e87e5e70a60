"""Linters that judge a file by itself."""

from __future__ import annotations

from .tree import Tree, part, run

STYLE = """
extends: default
rules:
  line-length: {max: 140}
  document-start: disable
  braces: {max-spaces-inside: 1}
  comments: {min-spaces-from-content: 1}
  truthy: {check-keys: false}
  indentation: {spaces: 2, indent-sequences: consistent}
"""


def yaml_style(tree: Tree) -> list[str]:
    """yamllint: a key given twice, a tab, a value that YAML reads as something else."""
    folders = [tree.path(name) for name in ("components", "deploy", ".github") if tree.path(name).exists()]
    return run([part("python") / "bin" / "yamllint", "--strict", "-f", "parsable", "-d", STYLE, *folders])


def image(tree: Tree) -> list[str]:
    """hadolint."""
    return run([part("python") / "bin" / "hadolint", tree.path("Dockerfile")])


def workflows(tree: Tree) -> list[str]:
    """actionlint: what GitHub would refuse; zizmor: what an attacker would use."""
    files = sorted(tree.path(".github/workflows").glob("*.yaml"))
    found = run([part("go") / "actionlint", "-no-color", "-shellcheck=", "-pyflakes=", *files], cwd=tree.root)
    return found + run([part("python") / "bin" / "zizmor", "--offline", "--quiet", "--no-progress", "--format", "plain", *files])
