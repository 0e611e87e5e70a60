"""Runs Terraform (or OpenTofu) with a real provider against the fake API: init, validate, plan, apply, and the plan after that."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from .fake_cloud import Server
from .tree import Tree, part

# What the checked provider is offered as: it must fit the version that deploy/terraform asks for.
OFFERED = "2.71.0"


def binary() -> str:
    return str(part("terraform") / "terraform")


def folders(root: Path) -> list[Path]:
    """The root and its modules."""
    return sorted({file.parent for file in root.rglob("*.tf") if ".terraform" not in file.parts})


def tidy(tree: Tree) -> list[str]:
    """`fmt`: one way to write it; and every name is one that the current provider has, every required one given."""
    root = tree.path("deploy/terraform")
    argv = [binary(), "fmt", "-check", "-recursive", "-list=true", "-no-color", root]
    done = subprocess.run([str(item) for item in argv], capture_output=True, text=True, check=False, env=environment())
    found = [f"deploy/terraform: not as `terraform fmt` writes it: {line}" for line in done.stdout.splitlines()]
    if done.returncode not in (0, 3):
        found += (done.stderr or "terraform fmt failed").splitlines()
    argv = [part("terraform") / "hcl", "check", part("terraform") / "current.json", *folders(root)]
    done = subprocess.run([str(item) for item in argv], capture_output=True, text=True, check=False)
    found += [f"deploy/terraform: {line}" for line in (done.stdout + done.stderr).splitlines()]
    return found


def environment(**more: str) -> dict[str, str]:
    """No settings of whoever runs this, and nothing asked of the network."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("TF_", "AWS_", "DIGITALOCEAN_", "SPACES_"))}
    return {**kept, "TF_IN_AUTOMATION": "1", "TF_INPUT": "0", "CHECKPOINT_DISABLE": "1", "TF_CLI_CONFIG_FILE": os.devnull, **more}


class Workspace:
    """A copy of deploy/terraform with a provider, its state in the fake's object storage."""

    def __init__(self, tree: Tree, cloud: Server, environment_name: str) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.home, self.cloud, self.name = Path(self.folder.name), cloud, environment_name
        self.root = self.home / "terraform"
        shutil.copytree(tree.path("deploy/terraform"), self.root)
        # DEPLOY_PROVIDER names another provider, such as a current one where it can be had; then nothing is taken out.
        given = os.environ.get("DEPLOY_PROVIDER")
        provider = Path(given) if given else part("terraform") / "provider" / "terraform-provider-digitalocean"
        self.removed: list[str] = []
        if not given:
            argv = [part("terraform") / "hcl", "prune", part("terraform") / "provider.json", *folders(self.root)]
            done = subprocess.run([str(item) for item in argv], capture_output=True, text=True, check=True)
            self.removed = sorted(done.stdout.splitlines())
        self.env = environment(
            TF_CLI_CONFIG_FILE=str(self.mirror(provider)), TF_DATA_DIR=str(self.home / "data"), DIGITALOCEAN_TOKEN="none",
            DIGITALOCEAN_API_URL=cloud.url, SPACES_ACCESS_KEY_ID="none", SPACES_SECRET_ACCESS_KEY="none",
            # Buckets are named by the host, and no such name resolves: the fake is the proxy that is asked for them.
            SPACES_ENDPOINT_URL="http://{{.Region}}.objects.invalid", HTTP_PROXY=cloud.url,
            AWS_ACCESS_KEY_ID="none", AWS_SECRET_ACCESS_KEY="none",
        )

    def __enter__(self) -> Workspace:
        return self

    def __exit__(self, *_: object) -> None:
        self.folder.cleanup()

    def mirror(self, provider: Path) -> Path:
        """Offers the provider from a folder, under the name that Terraform itself gives its source."""
        said = subprocess.run([binary(), "providers"], cwd=self.root / "state", capture_output=True, text=True, check=True, env=environment()).stdout
        source = re.search(r"provider\[([\w./-]+/digitalocean)\]", said)[1]
        system = subprocess.run([binary(), "version", "-json"], capture_output=True, text=True, check=True, env=environment()).stdout
        at = self.home / "mirror" / source / OFFERED / json.loads(system)["platform"]
        at.mkdir(parents=True)
        (at / f"terraform-provider-digitalocean_v{OFFERED}").symlink_to(provider)
        config = self.home / "cli.tfrc"
        config.write_text(f'provider_installation {{\n  filesystem_mirror {{\n    path = "{self.home / "mirror"}"\n  }}\n}}\n')
        return config

    def run(self, *arguments: str, codes: tuple[int, ...] = (0,), at: str = ".", **more: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run([binary(), *arguments], cwd=self.root / at, capture_output=True, text=True, check=False, timeout=300, env={**self.env, **more})
        if done.returncode not in codes:
            raise AssertionError(f"terraform {' '.join(arguments)}: {done.returncode}\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
        return done

    def init(self) -> None:
        """With the environment's own backend file; only the address of the object storage is the fake's. Its bucket comes first."""
        state = {"at": "state", "TF_DATA_DIR": str(self.home / "data-of-state")}
        self.run("init", "-no-color", **state)
        self.run("apply", "-no-color", "-auto-approve", **state)
        backend = self.root / "environments" / f"{self.name.removesuffix('-sfo3')}.backend"
        self.run("init", "-no-color", f"-backend-config={backend}", f'-backend-config=endpoints={{s3="{self.cloud.url}"}}',
                 "-backend-config=use_path_style=true")

    def variables(self) -> list[str]:
        given = [f"-var-file=environments/{self.name}.tfvars"]
        # The old provider's eviction policy is for an engine of this name only.
        return given if os.environ.get("DEPLOY_PROVIDER") else [*given, "-var=redis_engine=redis"]

    def plan(self, *arguments: str) -> int:
        """0: nothing to do; 2: something."""
        return self.run("plan", "-no-color", "-detailed-exitcode", "-out=plan", *self.variables(), *arguments, codes=(0, 2)).returncode

    def shown(self) -> dict[str, Any]:
        """The plan, as data."""
        return json.loads(self.run("show", "-json", "plan").stdout)

    def apply(self) -> None:
        self.run("apply", "-no-color", "plan")
