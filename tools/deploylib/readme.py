"""deploy/README.md: every folder has a judge in it, and what it names is there."""

from __future__ import annotations

import re

from .tree import Tree

PAGE = "deploy/README.md"


def readme(tree: Tree) -> list[str]:
    from . import CHECKS

    text = tree.text(PAGE)
    rows = set(re.findall(r"^\| `([a-z]+)/` \|", text, re.MULTILINE))
    folders = {path.name for path in tree.path("deploy").iterdir() if path.is_dir()}
    found = [f"{PAGE}: nothing says who judges {name}/" for name in sorted(folders - rows)]
    found += [f"{PAGE}: there is no folder {name}/" for name in sorted(rows - folders)]
    targets = set(re.findall(r"^([a-z-]+):", tree.text("Makefile"), re.MULTILINE))
    found += [f"{PAGE}: there is no `make {name}`" for name in re.findall(r"`make ([a-z-]+)`", text) if name not in targets]
    for name, arguments in re.findall(r"`((?:tools|app|deploy|docs)/[\w./-]+)([^`]*)`", text):
        if not tree.path(name).exists():
            found.append(f"{PAGE}: there is no {name}")
        if name == "tools/deploy-check":
            found += [f"{PAGE}: there is no check {check}" for check in arguments.split() if check.islower() and check not in CHECKS]
    return found
