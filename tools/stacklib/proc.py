"""Processes that outlive the command which started them: start, find again, stop."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from .config import Stack, StackError


# Held only because Python warns of a Popen that goes away while its process lives, which here is the point.
CHILDREN: list[subprocess.Popen[bytes]] = []


@dataclass
class Spec:
    """How to run one process, and how to see that it is ready."""

    name: str
    argv: Sequence[str]
    ready: Callable[[], bool]
    env: Mapping[str, str] = field(default_factory=dict)
    user: str | None = None
    # PostgreSQL waits for its clients on SIGTERM and stops at once, cleanly, on SIGINT.
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 15.0
    ready_seconds: float = 60.0
    ports: Sequence[int] = ()
    before: Callable[[], None] = lambda: None
    after: Callable[[], None] = lambda: None


def boot_id() -> str:
    """Start times count from boot, so they mean nothing across one."""
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()


def start_time(pid: int) -> str | None:
    """The kernel's start time of a live process; None for a dead one or a zombie, which holds no file and no port any more."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    # The command's name stands in parentheses and may hold anything, so count from the last one.
    fields = text[text.rindex(")") + 2 :].split()
    # The leader of a process whose other threads are still ending is called a zombie, too.
    ended = fields[0] == "X" or fields[0] == "Z" and int(fields[17]) <= 1
    return None if ended else fields[19]


def is_zombie(pid: int | None) -> bool:
    """Whether it has ended, and its parent has not yet collected it."""
    return pid is not None and Path(f"/proc/{pid}").exists() and start_time(pid) is None


class Registry:
    """The pid files of a stack, in `$STACK_DIR/run/NAME.json`."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack

    def _file(self, name: str) -> Path:
        return self.stack.run / f"{name}.json"

    def names(self) -> list[str]:
        """Every process with a pid file, oldest first."""
        files = sorted(self.stack.run.glob("*.json"), key=lambda path: json.loads(path.read_text())["order"])
        return [path.stem for path in files]

    def record(self, name: str) -> dict[str, object] | None:
        """What was written when it was started."""
        try:
            return json.loads(self._file(name).read_text())
        except FileNotFoundError:
            return None

    def pid(self, name: str) -> int | None:
        """The pid if that very process is alive. A recycled pid has another start time and is not ours."""
        record = self.record(name)
        # No start time: it had ended before the file was written.
        if not record or not record["started"] or record["boot"] != boot_id():
            return None
        pid = int(str(record["pid"]))
        return pid if start_time(pid) == record["started"] else None

    def write(self, spec: Spec, pid: int) -> None:
        """Remembers a process that has just been started."""
        self.stack.run.mkdir(parents=True, exist_ok=True)
        temporary = self._file(spec.name).with_suffix(".new")
        temporary.write_text(
            json.dumps(
                {
                    "pid": pid,
                    "started": start_time(pid),
                    "boot": boot_id(),
                    "order": time.time(),
                    "signal": int(spec.stop_signal),
                    "seconds": spec.stop_seconds,
                    "ports": list(spec.ports),
                }
            )
        )
        temporary.replace(self._file(spec.name))

    def forget(self, name: str) -> None:
        """Drops the pid file."""
        self._file(name).unlink(missing_ok=True)

    def start(self, spec: Spec) -> bool:
        """Starts the process unless it runs already; True if it was started."""
        if self.pid(spec.name):
            return False
        spec.before()
        self.stack.logs.mkdir(parents=True, exist_ok=True)
        with open(self.log(spec.name), "ab") as log:
            log.write(f"--- {time.strftime('%FT%TZ', time.gmtime())} {' '.join(map(str, spec.argv))}\n".encode())
            log.flush()
            try:
                child = self._spawn(spec, log)
            except OSError as error:
                raise StackError(f"{spec.name} cannot be started: {error}") from error
        CHILDREN.append(child)
        self.write(spec, child.pid)
        return True

    def _spawn(self, spec: Spec, log: BinaryIO) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [str(word) for word in spec.argv],
            env={**os.environ, **spec.env},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=self.stack.dir if spec.user is None else "/",
            # Its own session: a Ctrl-C meant for the launcher does not reach it, and its group can be signalled.
            start_new_session=True,
            user=spec.user,
            group=spec.user,
            extra_groups=None if spec.user is None else [],
        )

    def log(self, name: str) -> Path:
        return self.stack.logs / f"{name}.log"

    def wait_ready(self, spec: Spec) -> None:
        """Polls until it is ready; an early death or the deadline is an error."""
        deadline = time.monotonic() + spec.ready_seconds
        while True:
            reap()
            if self.pid(spec.name) is None:
                raise StackError(f"{spec.name} ended while starting{self.tail(spec.name)}")
            if spec.ready():
                spec.after()
                return
            if time.monotonic() > deadline:
                raise StackError(f"{spec.name} not ready after {spec.ready_seconds:.0f} s{self.tail(spec.name)}")
            time.sleep(0.05)

    def tail(self, name: str, lines: int = 20) -> str:
        """The end of its log, for an error message."""
        try:
            text = self.log(name).read_text(errors="replace").splitlines()[-lines:]
        except FileNotFoundError:
            return ""
        # Only this start's lines: the header that `start` writes opens each.
        begin = max((number for number, line in enumerate(text) if line.startswith("--- ")), default=0)
        return f"\n{self.log(name)} ends with\n" + "\n".join(text[begin:])

    def stop(self, name: str) -> bool:
        """Asks, waits, then insists; True if it was running. Its pid file goes either way."""
        return self.stop_together([name]) == [name]

    def stop_together(self, names: Sequence[str]) -> list[str]:
        """Asks all of them before it waits for any. Gives those that were running."""
        asked = []
        for name in names:
            pid, record = self.pid(name), self.record(name)
            if pid is not None and record is not None:
                signal_group(pid, signal.Signals(int(str(record["signal"]))))
                asked.append((name, time.monotonic() + float(str(record["seconds"]))))
        for name, deadline in asked:
            if not wait_gone(lambda name=name: self.pid(name) is None, deadline - time.monotonic()):
                self.kill(name)
        for name in names:
            self.forget(name)
        return [name for name, _ in asked]

    def kill(self, name: str) -> bool:
        """SIGKILL, and waits until it is gone. The pid file stays: `status` shall show it as dead."""
        pid = self.pid(name)
        if pid is None:
            return False
        signal_group(pid, signal.SIGKILL)
        if not wait_gone(lambda: self.pid(name) is None, 10):
            raise StackError(f"{name} (pid {pid}) survives SIGKILL")
        return True


def reap() -> None:
    """Collects children of this launcher that have ended; else they would look alive to others that count pids."""
    try:
        while os.waitpid(-1, os.WNOHANG) != (0, 0):
            pass
    except ChildProcessError:
        pass


def signal_group(pid: int, number: signal.Signals) -> None:
    """Signals the process group that the process leads."""
    try:
        os.killpg(pid, number)
    except ProcessLookupError:
        pass


def wait_gone(gone: Callable[[], bool], seconds: float) -> bool:
    """Polls until it is gone or the time is up."""
    deadline = time.monotonic() + seconds
    while not gone():
        if time.monotonic() > deadline:
            return False
        reap()
        time.sleep(0.02)
    return True
