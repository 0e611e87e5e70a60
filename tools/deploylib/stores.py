"""Redis and its proxy: their own programs read what they are given here. deploytests/test_redis.py lets them fail over."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from pathlib import Path

from .tree import Tree, part, run

# What keeps acknowledged writes, whatever else is set.
PROMISED = {"appendonly": "yes", "appendfsync": "always", "save": "", "maxmemory-policy": "noeviction", "min-replicas-to-write": "1"}


def unpacked(name: str) -> str:
    """A program of Debian's: those here are unpacked, not installed."""
    return str(part("debian") / "usr" / name)


def environment() -> dict[str, str]:
    """What such a program runs in."""
    libraries = ":".join(str(folder) for folder in (part("debian") / "usr/lib").glob("*-linux-gnu"))
    return {**os.environ, "LD_LIBRARY_PATH": libraries, "REDIS_PASSWORD": "none"}


def stores(tree: Tree) -> list[str]:
    argv = [unpacked("sbin/haproxy"), "-c", "-f", str(tree.path("deploy/redis/haproxy.cfg"))]
    done = subprocess.run(argv, env=environment(), capture_output=True, text=True, check=False, timeout=30)
    found = [line for line in (done.stdout + done.stderr).splitlines() if done.returncode != 0 or "WARNING" in line]
    return found + redis(tree)


def redis(tree: Tree) -> list[str]:
    """A real Redis starts with the file, and says that it keeps what it promises."""
    with tempfile.TemporaryDirectory() as folder:
        socket = Path(folder) / "redis.sock"
        argv = [unpacked("bin/redis-server"), str(tree.path("deploy/redis/redis.conf")), "--port", "0", "--unixsocket", str(socket), "--dir", folder]
        server = subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment())
        try:
            end = time.monotonic() + 20
            while not socket.exists():
                if server.poll() is not None or time.monotonic() > end:
                    return [f"deploy/redis/redis.conf: Redis does not start: {(server.stdout.read() if server.stdout else '').strip()[-300:]}"]
                time.sleep(0.02)
            found = []
            for name, expected in PROMISED.items():
                said = subprocess.run([unpacked("bin/redis-cli"), "-s", str(socket), "config", "get", name], capture_output=True, text=True, check=True,
                                      env=environment()).stdout
                value = said.removeprefix(f"{name}\n").rstrip("\n")
                if value != expected:
                    found.append(f"deploy/redis/redis.conf: {name} is {value!r}, and should be {expected!r}")
            return found
        finally:
            server.terminate()
            server.wait(20)


def scripts(tree: Tree) -> list[str]:
    """shellcheck: what a shell would understand otherwise than whoever wrote it."""
    files = [file for folder in ("deploy", "components", "tools/ci", ".ci") for file in sorted(tree.path(folder).rglob("*"))
             if file.is_file() and file.read_bytes()[:2] == b"#!"]
    return run([part("debian") / "usr/bin/shellcheck", "--severity", "warning", "--format", "gcc", *files])
