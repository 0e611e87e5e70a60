"""Where a stack lives and what it was started as."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from .ports import DEFAULT_BASE, Ports

REPO = Path(__file__).resolve().parents[2]


class StackError(Exception):
    """Something the caller must read and mend; printed without a traceback."""


@dataclass
class State:
    """What survives between two calls of `tools/stack`, in `$STACK_DIR/state.json`."""

    base: int = DEFAULT_BASE
    layout: str = "split"
    callbacks: str = "stream"
    hosts: int = 1
    # Edges of the split layout.
    gateways: int = 1
    # Whether Prometheus and a collector watch it.
    observability: bool = False
    # The `todo` binary of the last `up`, so that `start` and `scale` run the same one.
    binary: str = ""
    # Names that `up` has been asked for; `status` reports against this.
    wanted: list[str] = field(default_factory=list)


class Stack:
    """One stack: its folder, its ports, its state."""

    def __init__(self, folder: Path, base: int) -> None:
        self.dir = folder
        self.ports = Ports(base)
        self.state = State(base=base)
        if self.state_file.exists():
            self.state = State(**json.loads(self.state_file.read_text()))
            if self.state.base != base:
                # etcd and Kafka have written their own addresses into their data.
                raise StackError(
                    f"{folder} was made with STACK_PORT_BASE={self.state.base}, not {base}; "
                    "use that base, another STACK_DIR, or `down --purge` with that base first"
                )

    @classmethod
    def from_env(cls) -> Stack:
        """The stack named by STACK_DIR and STACK_PORT_BASE."""
        folder = os.environ.get("STACK_DIR")
        raw = os.environ.get("STACK_PORT_BASE", str(DEFAULT_BASE))
        try:
            return cls(Path(folder).absolute() if folder else cache() / "stack", int(raw))
        except ValueError as error:
            raise StackError(str(error)) from error

    @property
    def state_file(self) -> Path:
        return self.dir / "state.json"

    @property
    def logs(self) -> Path:
        return self.dir / "logs"

    @property
    def run(self) -> Path:
        return self.dir / "run"

    @property
    def components(self) -> Path:
        return self.dir / "components"

    @property
    def host_kind(self) -> str:
        """What hosts the aggregates: `actors`, or `backend` when the edge shares its process."""
        return "actors" if self.state.layout == "split" else "backend"

    def save(self) -> None:
        """Writes the state whole or not at all."""
        temporary = self.state_file.with_suffix(".new")
        temporary.write_text(json.dumps(asdict(self.state), indent=1) + "\n")
        temporary.replace(self.state_file)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """One changing command at a time."""
        self.dir.mkdir(parents=True, exist_ok=True)
        with open(self.dir / "lock", "w") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise StackError(f"another tools/stack command is at work in {self.dir}") from error
            yield


def cache() -> Path:
    """The folder shared with tools/engine."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "todo-engine"


def engine_path(what: str) -> Path:
    """The folder of Dapr's binaries or Kafka's jars, from tools/engine, which knows the versions."""
    done = subprocess.run([REPO / "tools" / "engine", "path", what], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise StackError(done.stderr.strip())
    return Path(done.stdout.strip())
