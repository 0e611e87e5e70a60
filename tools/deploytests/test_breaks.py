"""Breaks one field in each kind of file (breaks.py) and sees tools/deploy-check fail, by the check that should."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

from breaks import BREAKS  # noqa: E402

REPO = Path(__file__).resolve().parents[2]
JUDGED = ["components", "deploy", "docs", "domain/src", "app", "actors/src", "adapters/src", "gateway/src", "ports/src", "projections/src", "sagas/src",
          "tools", "Dockerfile", ".github", ".ci", "Makefile"]
ROOMS = ("components", "deploy")
# Objects of Kubernetes, each kind of which is a kind of file; local copies of components and the like are not.
OBJECT = re.compile(r"^apiVersion: (\S+)\nkind: (\S+)$", re.MULTILINE)


def kinds(file: str, text: str) -> list[tuple[int, str]]:
    """What kinds of things a file holds, and where each begins. Beside objects of Kubernetes, a kind is a folder and an ending."""
    found = [(match.start(), f"{match[1].rpartition('/')[0]} {match[2]}".strip()) for match in OBJECT.finditer(text)]
    path = Path(file)
    if found and not file.startswith("deploy/compose/"):
        # Two programs read components: what one of them is broken by, the other may not be.
        return [(at, f"{file}: {kind}" if path.parts[0] == "components" else kind) for at, kind in found]
    # A file of settings is a kind by itself; patches, and what a program writes, go by folder and ending.
    if "overlays" in path.parts:
        return [(0, f"overlays/*{path.suffix}")]
    alike = path.suffix not in (".yaml", ".md") or path.parent.name == "components"
    return [(0, f"{path.parent}/*{path.suffix}" if alike else file)]


class Breaks(unittest.TestCase):
    def test_each_kind_of_file_is_broken_once(self) -> None:
        broken = set()
        for judge, file, good, _ in BREAKS:
            text = (REPO / file).read_text()
            self.assertIn(good, text, f"{file}: there is nothing to break; mend the entry of {judge} in breaks.py")
            broken |= {[kind for begin, kind in kinds(file, text) if begin <= max(text.index(good), kinds(file, text)[0][0])][-1]}
        there: dict[str, str] = {}
        for path in sorted(path for room in ROOMS for path in (REPO / room).rglob("*") if path.is_file()):
            file = str(path.relative_to(REPO))
            for _, kind in kinds(file, path.read_text()):
                there.setdefault(kind, file)
        self.assertGreater(len(there), 60)
        unjudged = {kind: file for kind, file in there.items() if kind not in broken}
        self.assertEqual(unjudged, {}, "nothing shows that anybody judges these: add a case to breaks.py")
        print(f"{len(BREAKS)} breaks in {len(there)} kinds of file", file=sys.stderr)

    def test_each_check_sees_what_it_is_there_for(self) -> None:
        # Three at a time: each is a few processes.
        with ThreadPoolExecutor(3) as pool:
            problems = [problem for problem in pool.map(lambda item: unseen(*item), BREAKS) if problem]
        self.assertEqual(problems, [])


def link(source: str, target: str) -> None:
    os.link(source, target)


def unseen(judge: str, file: str, good: str, bad: str) -> str | None:
    """Why the break was not seen, if it was not."""
    # Beside the clone's own cache, so that the copy is made of links.
    with tempfile.TemporaryDirectory(dir=REPO.parent) as folder:
        root = Path(folder)
        for name in JUDGED:
            source = REPO / name
            if source.is_dir():
                shutil.copytree(source, root / name, copy_function=link, ignore=shutil.ignore_patterns("node_modules", "__pycache__"))
            else:
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                link(str(source), str(root / name))
        text = (root / file).read_text()
        # Not through the link: that is the clone's file.
        (root / file).unlink()
        (root / file).write_text(text.replace(good, bad, 1))
        test = judge.startswith("test_")
        if test:
            module, _, name = judge.partition(".")
            argv, expected = [sys.executable, root / "tools/deploytests" / f"{module}.py", "-k", name], "FAILED ("
        else:
            argv, expected = [root / "tools/deploy-check", judge], f"FAIL {judge}"
        done = subprocess.run([str(item) for item in argv], capture_output=True, text=True, check=False)
        if done.returncode != 1 or expected not in done.stdout + done.stderr:
            return f"{judge} did not see {file}: {good!r} -> {bad!r}:\n{done.stdout}{done.stderr}"
        return None


if __name__ == "__main__":
    unittest.main()
