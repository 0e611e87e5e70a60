"""What the commands do."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable, Iterable

from . import apps, backing, components, observability
from .config import Stack, StackError, cache, engine_path
from .ports import MAX_GATEWAYS, MAX_HOSTS
from .proc import Registry, Spec


class Launcher:
    """Carries out one command on one stack."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.processes = Registry(stack)

    # ---- names ----

    def services(self) -> list[str]:
        """Every service of this layout, in the order of starting."""
        hosts, edges = self.members(self.stack.host_kind), self.members("gateway")
        return [*hosts, *edges, "sagas", "projections"]

    def members(self, kind: str) -> list[str]:
        """The services of a kind that there can be several of, in order."""
        state = self.stack.state
        if kind != "gateway":
            return [f"{kind}-{number}" for number in range(1, state.hosts + 1)]
        # The combined layout has its edges within its hosts.
        return ["gateway", *(f"gateway-{number}" for number in range(2, state.gateways + 1))] if state.layout == "split" else []

    def all_names(self) -> list[str]:
        """Every process of this layout. A service stands before its sidecar, which waits for its port."""
        watching = observability.NAMES if self.stack.state.observability else []
        return [*backing.NAMES, *watching, *(name for s in self.services() for name in (s, s + apps.SIDECAR))]

    def spec(self, name: str) -> Spec:
        if name in backing.NAMES:
            return backing.spec(self.stack, name)
        if name in observability.NAMES:
            return observability.spec(self.stack, name)
        return apps.spec(self.stack, name)

    def check(self, name: str) -> str:
        """A name from the command line."""
        if name not in self.all_names():
            raise StackError(f"no process {name!r} in this stack; there are: {' '.join(self.all_names())}")
        return name

    # ---- starting ----

    def up(self, layout: str | None, callbacks: str | None, only: Iterable[str] | None, watched: bool = False) -> None:
        """Starts what is missing. If anything fails, stops what this call started, and says why."""
        state = self.stack.state
        running = [name for name in self.processes.names() if self.processes.pid(name)]
        for word, wanted, current in (("layout", layout, state.layout), ("callbacks", callbacks, state.callbacks)):
            if wanted and wanted != current and any(name not in (*backing.NAMES, *observability.NAMES) for name in running):
                raise StackError(f"the stack is up with --{word} {current}: `tools/stack down` first")
        if all(name in backing.NAMES for name in self.processes.names()) or not running:
            state.wanted = [name for name in state.wanted if name in running]
            state.hosts, state.gateways, state.observability = 1, 1, watched
        elif watched and not state.observability:
            raise StackError("the stack is up without --observability: `tools/stack down` first")
        state.layout = layout or state.layout
        state.callbacks = callbacks or state.callbacks
        names = self.select(only)
        if any(name in self.services() for name in names):
            state.binary = str(apps.build())
        state.wanted = [name for name in self.all_names() if name in names or name in state.wanted]
        self.stack.save()
        self.bring_up(names)

    def select(self, only: Iterable[str] | None) -> list[str]:
        """The processes that were asked for; a service brings its sidecar."""
        if only is None:
            return self.all_names()
        chosen: set[str] = set()
        for word in only:
            # `actors` is the first of them.
            name = f"{word}-1" if word == self.stack.host_kind else self.check(word)
            chosen.add(name)
            if name in self.services():
                chosen.add(name + apps.SIDECAR)
        return [name for name in self.all_names() if name in chosen]

    def bring_up(self, names: list[str]) -> None:
        """Backing processes first, all at once; then topics and tables; then the services."""
        started: list[str] = []
        begin = time.monotonic()
        # Rewritten only while no sidecar reads them.
        sidecars = [n for n in self.processes.names() if n.endswith(apps.SIDECAR) and self.processes.pid(n)]
        if not sidecars:
            components.place(self.stack)
        try:
            missing = [name for name in names if not self.processes.pid(name)]
            self.launch([name for name in names if name in backing.NAMES], started)
            # Services that run already found them applied.
            starting = any(name in self.services() for name in missing)
            for store, what in (("kafka", "topics"), ("postgres", "database")):
                if store in started or (store in names and starting):
                    apps.apply(self.stack, what, self.processes.log(what))
            self.launch([name for name in names if name not in backing.NAMES], started)
        except BaseException:
            # Also on Ctrl-C: a half-started stack helps nobody.
            print(f"stack: failed; stopping what was started: {' '.join(started) or 'nothing'}", file=sys.stderr, flush=True)
            self.stop_all(started)
            raise
        what = " ".join(started) if started else "nothing to start"
        print(f"stack: up in {time.monotonic() - begin:.1f} s: {what}", flush=True)

    def launch(self, names: list[str], started: list[str]) -> None:
        """Starts them all, then waits for each: a service and its sidecar need each other to become ready."""
        specs = [self.spec(name) for name in names]
        for one in specs:
            # Written down first: an interrupt between the two must not leave a process that nobody stops.
            started.append(one.name)
            if not self.processes.start(one):
                started.remove(one.name)
        for one in specs:
            self.processes.wait_ready(one)

    # ---- stopping ----

    def stop_all(self, names: list[str]) -> list[str]:
        """Sidecars, then what they serve, then the stores; those of a kind at the same time. Gives those that ran."""
        # Watchers go with the stores: the last spans come from services that stop.
        stores = [name for name in reversed([*observability.NAMES, *backing.NAMES]) if name in names]
        sidecars = [name for name in names if name.endswith(apps.SIDECAR)]
        services = [name for name in names if name not in stores and name not in sidecars]
        return [name for wave in (sidecars, services, stores) for name in self.processes.stop_together(wave)]

    def down(self, purge: bool, services: bool = False) -> None:
        """Stops every process of this stack, whatever layout started it, or all but what keeps state. Keeps the data unless told
        to purge."""
        stopped = self.stop_all([name for name in self.processes.names() if not services or name not in backing.NAMES])
        print(f"stack: down: {' '.join(stopped) or 'nothing was running'}", flush=True)
        if purge:
            shutil.rmtree(backing.postgres_data(self.stack), ignore_errors=True)
            shutil.rmtree(self.stack.dir, ignore_errors=True)
            print(f"stack: purged {self.stack.dir}", flush=True)

    def stop(self, name: str) -> None:
        done = self.processes.stop(self.check(name))
        print(f"stack: {name} {'stopped' if done else 'was not running'}", flush=True)

    def kill(self, name: str) -> None:
        done = self.processes.kill(self.check(name))
        print(f"stack: {name} {'killed' if done else 'was not running'}", flush=True)

    def start(self, name: str) -> None:
        """Starts one process again, with the files and data that it had."""
        one = self.spec(self.check(name))
        begin = time.monotonic()
        if not self.processes.start(one):
            print(f"stack: {name} is running", flush=True)
            return
        # A service's readiness may need its sidecar, which its caller may start only afterwards.
        partner = None if name in (*backing.NAMES, *observability.NAMES) else self.partner(name)
        if partner and not self.processes.pid(partner):
            print(f"stack: {name} started; not waited for, because {partner} is not running", flush=True)
            return
        try:
            self.processes.wait_ready(one)
        except BaseException:
            self.processes.stop(name)
            raise
        print(f"stack: {name} ready in {time.monotonic() - begin:.1f} s", flush=True)

    @staticmethod
    def partner(name: str) -> str:
        return name.removesuffix(apps.SIDECAR) if name.endswith(apps.SIDECAR) else name + apps.SIDECAR

    def scale(self, kind: str, count: int) -> None:
        """Starts or stops hosts or gateways until there are this many."""
        state = self.stack.state
        scalable = [self.stack.host_kind, *(["gateway"] if state.layout == "split" else [])]
        if kind not in scalable:
            raise StackError(f"in the {state.layout} layout, scale {' or '.join(scalable)}")
        field, most = ("gateways", MAX_GATEWAYS) if kind == "gateway" else ("hosts", MAX_HOSTS)
        if not 1 <= count <= most:
            raise StackError(f"1 to {most} {field}")
        if not any(self.processes.pid(name) for name in self.members(kind)):
            raise StackError(f"no {kind} is running: `tools/stack up` first")
        before: int = getattr(state, field)
        # Sidecar first: it hands its actors over while their host still answers.
        for name in reversed(self.members(kind)[count:]):
            self.processes.stop(name + apps.SIDECAR)
            self.processes.stop(name)
        setattr(state, field, count)
        new = [n for name in self.members(kind)[before:] for n in (name, name + apps.SIDECAR)]
        state.wanted = [name for name in self.all_names() if name in state.wanted or name in new]
        self.stack.save()
        try:
            self.bring_up(new)
        except BaseException:
            setattr(state, field, min(before, count))
            state.wanted = [name for name in state.wanted if name not in new]
            self.stack.save()
            raise

    # ---- looking ----

    def status(self) -> bool:
        """Prints a line for each process; True if all that was asked for is running."""
        state = self.stack.state
        print(f"{self.stack.dir}  base {state.base}  layout {state.layout}  callbacks {state.callbacks}")
        well = True
        known = [*state.wanted, *(name for name in self.processes.names() if name not in state.wanted)]
        for name in known:
            pid, record = self.processes.pid(name), self.processes.record(name)
            well = well and pid is not None
            ports = " ".join(map(str, record["ports"])) if record else ""  # type: ignore[arg-type]
            print(f"{name:20} {'running' if pid else 'dead' if record else 'stopped':8} {pid or '-':>8} {ports}")
        return well

    def env(self) -> dict[str, str]:
        """The addresses of this stack, for tests and people."""
        port = self.stack.ports.service
        host_kind = self.stack.host_kind
        host = f"{host_kind}-1"
        edge = "gateway" if self.stack.state.layout == "split" else host
        url: Callable[..., str] = lambda name, kind="app": f"http://127.0.0.1:{port(name, kind)}"
        return {
            "GATEWAY_URL": url(edge),
            "GATEWAY_URLS": ",".join(url(name) for name in self.members("gateway") or self.members(host_kind)),
            "GATEWAY_DAPR_HTTP": url(edge, "http"),
            "GATEWAY_DAPR_GRPC": url(edge, "grpc"),
            "ACTORS_URL": url(host),
            "ACTORS_DAPR_HTTP": url(host, "http"),
            "ACTORS_DAPR_GRPC": url(host, "grpc"),
            "SAGAS_URL": url("sagas"),
            "PROJECTIONS_URL": url("projections"),
            **apps.addresses(self.stack),
            **apps.owner(self.stack),
            "TODO_CHECKPOINT_PUBLIC_KEY": str(apps.checkpoint_keys(self.stack)[1]),
            "PLACEMENT_ADDRESS": self.stack.ports.address("placement"),
            "SCHEDULER_ADDRESS": self.stack.ports.address("scheduler"),
            "DAPR_BIN": str(engine_dapr()),
            "COMPONENTS_DIR": str(self.stack.components),
            "STACK_DIR": str(self.stack.dir),
            "STACK_LAYOUT": self.stack.state.layout,
            "PROMETHEUS_URL": f"http://{self.stack.ports.address('prometheus')}",
            "TRACES_FILE": str(observability.traces(self.stack)),
        }

    def logs(self, name: str, follow: bool) -> None:
        """Becomes `tail`."""
        log = self.processes.log(name)
        if not log.exists():
            raise StackError(f"no log {log}; there are: {' '.join(sorted(p.stem for p in self.stack.logs.glob('*.log')))}")
        os.execvp("tail", ["tail", *(["-F"] if follow else []), "-n", "200", str(log)])


def engine_dapr() -> str:
    """Where Dapr's binaries are or, before the first install, the cache that will hold them: `env` must not fail."""
    try:
        return str(engine_path("dapr"))
    except StackError:
        return str(cache())
