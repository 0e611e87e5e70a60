"""deploy/redis, run: three nodes with sentinels beside them and the proxy in front, as the pods run them, each at a loopback address.

The one that is written to is killed: another takes over, the proxy leads there, and what was acknowledged is still known.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
from collections.abc import Callable
from pathlib import Path

sys.dont_write_bytecode = True
REPO = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPO / "tools"))

for part in ("python", "debian"):
    argv = [REPO / "tools/deploy-tools", "path", part]
    os.environ.setdefault(f"DEPLOY_{part.upper()}", subprocess.run(argv, capture_output=True, text=True, check=True).stdout.strip())
sys.path += [str(path) for path in Path(os.environ["DEPLOY_PYTHON"]).glob("lib/python*/site-packages")]

from deploylib.apiserver import free_port  # noqa: E402
from deploylib.stores import environment, unpacked  # noqa: E402

FOLDER = REPO / "deploy/redis"
PASSWORD = "of-this-test"
# The whole of 127/8 is this machine; each node has the same ports at an address of its own, as pods have.
NODES = [f"127.0.{os.getpid() % 250 + 2}.{number}" for number in (11, 12, 13)]
SECONDS = 60


class Redis(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.home = Path(folder.name)
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.addCleanup(self.stop)
        self.port, self.sentinel, self.front, self.status = (free_port() for _ in range(4))
        # Under these names the image has them.
        (self.home / "bin").mkdir()
        for name, program in (("redis-server", "redis-server"), ("redis-sentinel", "redis-server"), ("redis-cli", "redis-cli")):
            (self.home / "bin" / name).symlink_to(Path(unpacked(f"bin/{program}")).resolve())
        self.env = {**environment(), "PATH": f"{self.home / 'bin'}:{os.environ['PATH']}", "REDIS_PASSWORD": PASSWORD, "REDISCLI_AUTH": PASSWORD}
        # Only addresses and ports differ from what the cluster is given, and how soon an outage is believed.
        (self.home / "redis.conf").write_text((FOLDER / "redis.conf").read_text().replace("port 6379\n", ""))
        for name in ("start-redis.sh", "start-sentinel.sh"):
            text = (FOLDER / name).read_text()
            (self.home / name).write_text(text.replace("down-after-milliseconds todo 5000", "down-after-milliseconds todo 2000"))
        text = (FOLDER / "haproxy.cfg").read_text().replace("bind :6379", f"bind 127.0.0.1:{self.front}").replace("bind :8404", f"bind 127.0.0.1:{self.status}")
        for number, node in enumerate(NODES):
            text = text.replace(f"redis-{number}.redis-nodes:6379", f"{node}:{self.port}")
        (self.home / "haproxy.cfg").write_text(text)

    def stop(self) -> None:
        for process in self.processes.values():
            process.kill()
        for process in self.processes.values():
            process.wait()

    def start(self, name: str, *argv: str, **more: str) -> None:
        with open(self.home / f"{name}.log", "ab") as log:
            whole = ["setpriv", "--pdeathsig", "KILL", *argv]
            self.processes[name] = subprocess.Popen(whole, stdout=log, stderr=log, env={**self.env, **more}, cwd=self.home)

    def node(self, number: int, *kinds: str) -> None:
        """Starts a pod's containers."""
        node = NODES[number]
        for kind in kinds:
            data, run = self.home / f"data-{number}", self.home / f"run-{kind}-{number}"
            data.mkdir(exist_ok=True)
            shutil.rmtree(run, ignore_errors=True)
            run.mkdir()
            self.start(f"{kind}-{number}", "sh", str(self.home / f"start-{kind}.sh"), NAME=node, BIND=node, FIRST=NODES[0], PORT=str(self.port),
                       SENTINELS=next((other for n, other in enumerate(NODES) if f"sentinel-{n}" in self.processes), node), DATA=str(data),
                       SENTINEL_PORT=str(self.sentinel), CONF=str(self.home / "redis.conf"), RUN=str(run))

    def ask(self, *words: str, at: str | None = None, stdin: str | None = None) -> str:
        """One question to a node, or through the proxy; or several, on one connection."""
        where = ["-h", at, "-p", str(self.port)] if at else ["-h", "127.0.0.1", "-p", str(self.front)]
        done = subprocess.run([str(self.home / "bin/redis-cli"), *where, *words], capture_output=True, text=True, check=False, env=self.env, timeout=20, input=stdin)
        return done.stdout.strip()

    def until(self, holds: Callable[[], object], otherwise: str) -> None:
        end = time.monotonic() + SECONDS
        while not holds():
            if time.monotonic() > end:
                logs = "\n".join(f"{file.name}: {file.read_text()[-800:]}" for file in sorted(self.home.glob("*.log")))
                self.fail(f"{otherwise}\n{logs}")
            time.sleep(0.1)

    def primary(self) -> str:
        """Whom the sentinels hold to be written to."""
        said = subprocess.run([str(self.home / "bin/redis-cli"), "-h", NODES[1], "-p", str(self.sentinel), "sentinel", "get-master-addr-by-name", "todo"],
                              capture_output=True, text=True, check=False, env={**self.env, "REDISCLI_AUTH": ""}).stdout.split()
        return said[0] if said else ""

    def ready(self) -> bool:
        done = subprocess.run(["curl", "-fs", "-o", os.devnull, f"http://127.0.0.1:{self.status}/readyz"], check=False)
        return done.returncode == 0

    def write(self, key: str) -> bool:
        """Through the proxy, and known to a follower."""
        said = self.ask(stdin=f"set {key} kept\nwait 1 2000\n").splitlines()
        return len(said) == 2 and said[0] == "OK" and int(said[1]) >= 1

    def test_another_takes_over_with_all_that_was_acknowledged(self) -> None:
        for number in range(3):
            self.node(number, "redis", "sentinel")
        self.start("proxy", unpacked("sbin/haproxy"), "-f", str(self.home / "haproxy.cfg"))
        self.until(lambda: "connected_slaves:2" in self.ask("info", "replication"), "no followers")
        self.until(lambda: self.sees("num-other-sentinels", "2"), "the sentinels do not know of each other")
        # They ask the primary for its followers every ten seconds; before that they know of none to choose.
        self.until(lambda: all(self.sees("num-slaves", "2", node) for node in NODES), "the sentinels do not know the followers")
        self.until(self.ready, "the proxy is not ready")
        # Followers are there, and have caught up.
        self.until(lambda: self.write("first"), "it cannot be written to")
        self.assertEqual(self.primary(), NODES[0])
        for number in range(200):
            self.assertTrue(self.write(f"before-{number}"))

        begun = time.monotonic()
        for kind in ("redis", "sentinel"):
            self.processes[f"{kind}-0"].kill()
        self.until(lambda: self.primary() in NODES[1:], "nobody takes over")
        self.until(lambda: self.write("after"), "it cannot be written to again")
        took = time.monotonic() - begun
        print(f"  written to again {took:.1f} s after the kill", file=sys.stderr)
        self.assertEqual([number for number in range(200) if self.ask("get", f"before-{number}") != "kept"], [])

        # The old one comes back, learns who is written to by now, and follows.
        for kind in ("redis", "sentinel"):
            self.processes[f"{kind}-0"].wait()
        self.node(0, "redis", "sentinel")
        self.until(lambda: "role:slave" in self.ask("info", "replication", at=NODES[0]) and self.ask("get", "after", at=NODES[0]) == "kept",
                   "the old one does not follow")
        self.until(self.ready, "the proxy does not see exactly one to write to")

        # All at once, as when the power fails: the append-only files hold what they held.
        for number in range(3):
            self.processes[f"redis-{number}"].kill()
            self.processes[f"redis-{number}"].wait()
        for number in range(3):
            self.node(number, "redis")
        self.until(lambda: self.ask("get", "before-199") == "kept" and self.ask("get", "after") == "kept", "what was written is gone")

    def sees(self, what: str, expected: str, node: str = NODES[1]) -> bool:
        """What a sentinel knows."""
        said = subprocess.run([str(self.home / "bin/redis-cli"), "-h", node, "-p", str(self.sentinel), "sentinel", "master", "todo"],
                              capture_output=True, text=True, check=False, env={**self.env, "REDISCLI_AUTH": ""}).stdout.split("\n")
        return what in said and said[said.index(what) + 1] == expected

    def test_a_full_one_refuses_and_forgets_nothing(self) -> None:
        (self.home / "redis.conf").write_text((self.home / "redis.conf").read_text().replace("maxmemory 768mb", "maxmemory 3mb").replace(
            "min-replicas-to-write 1", "min-replicas-to-write 0"))
        self.node(0, "redis")
        self.until(lambda: self.ask("ping", at=NODES[0]) == "PONG", "it does not start")
        self.assertEqual(self.ask("set", "first", "kept", at=NODES[0]), "OK")
        said = [self.ask("set", f"big-{number}", "x" * 100_000, at=NODES[0]) for number in range(40)]
        self.assertIn("OOM", said[-1])
        self.assertEqual(self.ask("get", "first", at=NODES[0]), "kept")

    def test_one_that_is_alone_takes_no_writes(self) -> None:
        self.node(0, "redis")
        self.until(lambda: self.ask("ping", at=NODES[0]) == "PONG", "it does not start")
        self.assertIn("NOREPLICAS", self.ask("set", "first", "lost", at=NODES[0]))


if __name__ == "__main__":
    unittest.main()
