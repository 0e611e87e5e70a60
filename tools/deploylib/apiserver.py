"""A real Kubernetes API server on loopback, with etcd, for as long as a `with` lasts."""

from __future__ import annotations

import json
import os
import shlex
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .tree import part

ADMIN = "admin-of-this-test"


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


class ApiServer:
    """Nothing runs on it: it stores, validates and decides who may what."""

    def __enter__(self) -> ApiServer:
        self.folder = tempfile.TemporaryDirectory()
        self.home = Path(self.folder.name)
        self.port = free_port()
        self.processes: list[subprocess.Popen[bytes]] = []
        try:
            self.begin()
        except BaseException:
            # A `with` that was never entered is never left.
            self.__exit__()
            raise
        return self

    def begin(self) -> None:
        client, peer = free_port(), free_port()
        # The server signs and reads service accounts' tokens with it.
        subprocess.run(["openssl", "genrsa", "-out", self.home / "sa.key", "2048"], check=True, capture_output=True)
        (self.home / "tokens.csv").write_text(f"{ADMIN},admin,1,system:masters\n")
        self.start(
            part("debian") / "usr/bin/etcd", "--data-dir", self.home / "etcd", "--log-level", "error",
            "--listen-client-urls", f"http://127.0.0.1:{client}", "--advertise-client-urls", f"http://127.0.0.1:{client}",
            "--listen-peer-urls", f"http://127.0.0.1:{peer}", "--initial-advertise-peer-urls", f"http://127.0.0.1:{peer}",
            "--initial-cluster", f"default=http://127.0.0.1:{peer}",
        )
        self.start(
            part("cluster") / "kube-apiserver", "--etcd-servers", f"http://127.0.0.1:{client}", "--secure-port", self.port,
            "--bind-address", "127.0.0.1", "--advertise-address", "127.0.0.1", "--cert-dir", self.home / "certs",
            "--authorization-mode", "RBAC", "--token-auth-file", self.home / "tokens.csv", "--service-cluster-ip-range", "10.0.0.0/24",
            "--service-account-issuer", "https://kubernetes.default.svc", "--service-account-key-file", self.home / "sa.key",
            "--service-account-signing-key-file", self.home / "sa.key",
            # As on a cloud's cluster: what refuses privileged pods is the namespace, not the server.
            "--allow-privileged=true",
        )
        self.wait(lambda: self.kubectl("get", "--raw", "/readyz").returncode == 0, "the API server is not ready")

    def __exit__(self, *_: object) -> None:
        # The last started first, each before the next: a server whose store has gone would not end by itself.
        for process in reversed(self.processes):
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.folder.cleanup()

    def start(self, *argv: Any) -> None:
        """Its own session, so that Ctrl-C reaches only this program, which stops it in order; and it ends when this program is killed."""
        with open(self.home / f"{Path(str(argv[0])).name}.log", "wb") as log:
            whole = ["setpriv", "--pdeathsig", "TERM", *(str(item) for item in argv)]
            self.processes.append(subprocess.Popen(whole, stdout=log, stderr=log, cwd=self.home, start_new_session=True))

    def wait(self, holds: Callable[[], object], otherwise: str, seconds: float = 180) -> None:
        """Until it holds. Gives up after some seconds, or as soon as a process has ended."""
        end = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > end or any(process.poll() is not None for process in self.processes):
                logs = "".join(file.read_text()[-3000:] for file in self.home.glob("*.log"))
                raise RuntimeError(f"{otherwise}\n{logs}")
            time.sleep(0.3)

    def kubectl(self, *arguments: Any, stdin: str | None = None, who: str | None = None) -> subprocess.CompletedProcess[str]:
        """Runs kubectl as the administrator, or as somebody else (`user` or `group:NAME`)."""
        argv = [str(item) for item in (*self.speaking(who), *arguments)]
        return subprocess.run(
            argv, input=stdin, capture_output=True, text=True, check=False, timeout=300, env={**os.environ, "KUBECONFIG": os.devnull}
        )

    def speaking(self, who: str | None) -> list[Any]:
        """kubectl, told whom to speak to, and as whom."""
        argv = [part("cluster") / "kubectl", "--server", f"https://127.0.0.1:{self.port}", "--insecure-skip-tls-verify", "--token", ADMIN]
        if who:
            argv += ["--as", "somebody", "--as-group", who[6:]] if who.startswith("group:") else ["--as", who]
        return argv

    def named(self, folder: Path, who: str | None = None) -> None:
        """Puts a `kubectl` that speaks to this server into a folder, for scripts that call it by that name."""
        folder.mkdir(exist_ok=True)
        words = " ".join(shlex.quote(str(word)) for word in self.speaking(who))
        (folder / "kubectl").write_text(f'#!/bin/sh\nexec {words} "$@"\n')
        (folder / "kubectl").chmod(0o755)

    def apply(self, text: str, *arguments: str) -> list[str]:
        """Server-side and strict; what the server did not like."""
        done = self.kubectl("apply", "--server-side", "--validate=strict", "-f", "-", *arguments, stdin=text)
        said = [line for line in done.stderr.splitlines() if line.strip() and not line.startswith("I")]
        return said if done.returncode != 0 or said else []

    def definitions(self) -> None:
        """Every operator's kinds, served."""
        definitions = []
        for file in sorted((part("schemas") / "crds").glob("*.json")):
            document = json.loads(file.read_text())
            document.pop("status", None)
            # Conversion and validation hooks are the operators' own pods, which do not run here.
            document["spec"].pop("conversion", None)
            definitions.append(document)
        found = self.apply(json.dumps({"apiVersion": "v1", "kind": "List", "items": definitions}), "--force-conflicts")
        if found and not all("Warning" in line for line in found):
            raise RuntimeError(str(found[:3]))
        done = self.kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=60s")
        if done.returncode != 0:
            raise RuntimeError(done.stderr)
