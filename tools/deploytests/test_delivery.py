"""tools/release, rollout, drift and image: on a real git with a remote of its own; what they ask of a cluster is a stand-in."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
REPO = Path(__file__).resolve().parents[2]
OVERLAY = "deploy/kubernetes/overlays/production/kustomization.yaml"
# Answers as kubectl does: the image that the overlay names by now, and a rollout that ends well only for the versions that $WELL names.
KUBECTL = """#!/bin/sh
printf '%s\n' "$*" >> "$CALLS"
tag=$(git -C "$CLONE" show "origin/main:deploy/kubernetes/overlays/production/kustomization.yaml" | sed -n 's/^    newTag: //p')
case "$*" in
  *"get deployment"*) printf 'registry/todo:%s' "$tag" ;;
  *"rollout status"*) case " $WELL " in *" $tag "*) ;; *) echo "progress deadline exceeded" >&2; exit 1 ;; esac ;;
  *diff*overlays*) [ -z "$DIFFERS" ] || { echo "-  replicas: 2"; echo "+  replicas: 1"; exit 1; } ;;
  *diff*kafka*) [ -z "$BROKEN" ] || { echo "cannot reach it" >&2; exit 3; } ;;
esac
"""
TERRAFORM = """#!/bin/sh
printf '%s\n' "$*" >> "$CALLS"
[ -z "$TF_DIFFERS" ] || { echo "noise"; echo "Terraform will perform the following actions:"; echo "  ~ size_unit = 1 -> 2"; exit 2; }
"""


class Delivery(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.home = Path(folder.name)
        self.clone, self.bin = self.home / "clone", self.home / "bin"
        self.bin.mkdir()
        self.calls = self.home / "calls"
        self.calls.touch()
        for name, text in (("kubectl", KUBECTL), ("terraform", TERRAFORM)):
            (self.bin / name).write_text(text)
            (self.bin / name).chmod(0o755)
        self.env = {
            **os.environ, "PATH": f"{self.bin}:{os.environ['PATH']}", "CALLS": str(self.calls), "CLONE": str(self.clone), "ROLLOUT_SECONDS": "5",
            "WELL": "v0.1.0 v0.2.0", "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1",
            **{f"GIT_{who}_{what}": "test@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
        }
        self.git("init", "-q", "--bare", "-b", "main", str(self.home / "origin"), at=self.home)
        self.git("clone", "-q", str(self.home / "origin"), str(self.clone), at=self.home)
        self.git("checkout", "-q", "-b", "main")
        for name in ("release", "rollout", "drift", "image"):
            (self.clone / "tools").mkdir(exist_ok=True)
            shutil.copy(REPO / "tools" / name, self.clone / "tools" / name)
        (self.clone / OVERLAY).parent.mkdir(parents=True)
        shutil.copy(REPO / OVERLAY, self.clone / OVERLAY)
        text = (self.clone / OVERLAY).read_text()
        (self.clone / OVERLAY).write_text("\n".join("    newTag: v0.1.0" if "newTag: " in line and "#" not in line else line for line in text.splitlines()))
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "first")
        self.git("push", "-q", "origin", "main")

    def git(self, *words: str, at: Path | None = None) -> str:
        done = subprocess.run(["git", *words], cwd=at or self.clone, capture_output=True, text=True, check=True, env=self.env)
        return done.stdout.strip()

    def tool(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([str(self.clone / "tools" / words[0]), *words[1:]], cwd=self.clone, capture_output=True, text=True, check=False,
                              timeout=60, env={**self.env, **more})

    def tag(self) -> str:
        text = self.git("show", f"main:{OVERLAY}", at=self.home / "origin")
        return next(line.split(": ")[1] for line in text.splitlines() if line.startswith("    newTag: "))

    def test_a_release_is_a_pushed_tag_and_only_a_newer_version_of_what_is_pushed(self) -> None:
        for bad in ("1.2.3", "v1.2", "v01.0.0", ""):
            self.assertNotEqual(self.tool("release", bad).returncode, 0, bad)
        tried = self.tool("release", "v0.9.0", "--dry-run")
        self.assertEqual((tried.returncode, self.git("tag", at=self.home / "origin")), (0, ""), tried.stderr)
        self.assertEqual(self.tool("release", "v0.10.0").returncode, 0)
        self.assertEqual(self.git("tag", at=self.home / "origin"), "v0.10.0")
        for old in ("v0.10.0", "v0.9.0"):
            self.assertIn("not newer", self.tool("release", old).stderr)
        (self.clone / "new").write_text("x")
        self.assertIn("not committed", self.tool("release", "v0.11.0").stderr)
        self.git("add", "new")
        self.git("commit", "-q", "-m", "not pushed")
        self.assertIn("not what origin has", self.tool("release", "v0.11.0").stderr)

    def test_a_version_that_becomes_healthy_stays(self) -> None:
        done = self.tool("rollout", "production", "v0.2.0")
        self.assertEqual((done.returncode, self.tag()), (0, "v0.2.0"), done.stdout + done.stderr)
        for name in ("gateway", "actors", "sagas", "projections"):
            self.assertIn(f"-n todo rollout status deployment/{name}", self.calls.read_text())
        self.assertEqual(self.git("log", "--format=%s", "-1", "main", at=self.home / "origin"), "Run v0.2.0 in production")

    def test_a_version_that_does_not_is_taken_back_and_the_job_fails(self) -> None:
        done = self.tool("rollout", "production", "v0.3.0")
        self.assertNotEqual(done.returncode, 0)
        self.assertEqual(self.tag(), "v0.1.0")
        self.assertIn("runs v0.1.0 again; v0.3.0 was taken back", done.stderr)
        subjects = self.git("log", "--format=%s", "-2", "main", at=self.home / "origin").splitlines()
        self.assertEqual(subjects, ["Take v0.3.0 back in production: it did not become healthy", "Run v0.3.0 in production"])

    def test_an_edge_that_does_not_answer_counts_as_unhealthy(self) -> None:
        (self.bin / "curl").write_text("#!/bin/sh\nexit 22\n")
        (self.bin / "curl").chmod(0o755)
        done = self.tool("rollout", "production", "v0.2.0", ROLLOUT_URL="https://todo.example.com")
        self.assertEqual((done.returncode != 0, self.tag()), (True, "v0.1.0"))
        self.assertIn("not healthy either", done.stderr)

    def test_a_rollout_that_is_only_tried_changes_nothing(self) -> None:
        before = self.git("rev-parse", "main", at=self.home / "origin")
        done = self.tool("rollout", "production", "v0.2.0", "--dry-run")
        self.assertEqual((done.returncode, self.git("rev-parse", "main", at=self.home / "origin")), (0, before))
        self.assertIn("from v0.1.0 to v0.2.0", done.stdout)
        self.assertEqual(self.calls.read_text(), "")

    def test_drift_is_told_and_what_cannot_be_told_is_no_drift(self) -> None:
        report = self.home / "report.md"
        self.assertEqual(self.tool("drift", "production", str(report)).returncode, 0)
        self.assertFalse(report.exists())
        self.assertEqual(self.tool("drift", "production", str(report), DIFFERS="1", TF_DIFFERS="1").returncode, 2)
        text = report.read_text()
        for expected in ("# production differs", "## Terraform", "size_unit = 1 -> 2", "## deploy/kubernetes/overlays/production", "replicas: 1"):
            self.assertIn(expected, text)
        self.assertNotIn("noise", text)
        self.assertNotIn("deploy/kafka", text)
        self.assertNotIn(self.tool("drift", "production", str(report), BROKEN="1").returncode, (0, 2))
        self.assertNotIn("apply", self.calls.read_text())

    def test_the_image_is_built_for_each_kind_joined_and_signed_by_digest(self) -> None:
        dry = {"IMAGE": "registry.example.com/todo/todo", "IMAGE_DRY_RUN": "1"}
        said = "".join(self.tool("image", *words, **dry).stdout for words in (
            ("build", "v1.2.3", "amd64"), ("build", "v1.2.3", "arm64"), ("join", "v1.2.3"), ("sign", "v1.2.3")))
        for expected in ("--platform linux/amd64", "--platform linux/arm64", "--sbom=true", "--provenance=mode=max",
                         "--tag registry.example.com/todo/todo:v1.2.3 registry.example.com/todo/todo:v1.2.3-amd64",
                         "cosign sign --yes --recursive registry.example.com/todo/todo@sha256:"):
            self.assertIn(expected, said)
        self.assertNotEqual(self.tool("image", "build", "latest", "amd64", **dry).returncode, 0)
        self.assertNotEqual(self.tool("image", "build", "v1.2.3", "s390x", **dry).returncode, 0)
        self.assertNotEqual(self.tool("image", "join", "v1.2.3", IMAGE="todo").returncode, 0)


if __name__ == "__main__":
    unittest.main()
