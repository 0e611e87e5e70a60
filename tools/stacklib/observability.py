"""What watches a stack that was brought up with --observability: Prometheus and an OpenTelemetry collector."""

from __future__ import annotations

import os
import shutil
import string
import subprocess
from pathlib import Path

from . import apps, backing, probe
from .config import REPO, Stack, StackError, engine_path
from .proc import Spec

NAMES = ["collector", "prometheus"]


def spec(stack: Stack, name: str) -> Spec:
    """How to run it."""
    return {"collector": collector, "prometheus": prometheus}[name](stack)


def traces(stack: Stack) -> Path:
    """Where the collector writes spans: OTLP as JSON, a line for each batch."""
    return stack.dir / "traces.jsonl"


def environment(stack: Stack, app_id: str) -> dict[str, str]:
    """What a service of a watched stack is told: every request is traced, unless the caller says otherwise."""
    if not stack.state.observability:
        return {}
    return {
        "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://{stack.ports.address('collector')}",
        "OTEL_SERVICE_NAME": app_id,
        # Spans are sent often: whoever watches a stack by hand looks at once.
        "OTEL_BSP_SCHEDULE_DELAY": "500",
        "OTEL_TRACES_SAMPLER": os.environ.get("OTEL_TRACES_SAMPLER", "parentbased_always_on"),
    }


def sidecar(stack: Stack) -> dict[str, str]:
    """The same for a sidecar."""
    watched = stack.state.observability
    return {
        "STACK_TRACE_SAMPLING": os.environ.get("STACK_TRACE_SAMPLING", "1" if watched else "0"),
        "STACK_OTLP_ENDPOINT": os.environ.get("STACK_OTLP_ENDPOINT", stack.ports.address("collector") if watched else ""),
    }


def collector(stack: Stack) -> Spec:
    """The cluster's configuration, with an exporter to a file laid over it."""
    configs = [REPO / "deploy/monitoring/collector/config.yaml", REPO / "tools/observability/collector.yaml"]
    return Spec(
        "collector",
        [str(engine_path("otelcol") / "otelcol"), *(f"--config=file:{file}" for file in configs)],
        env={
            "OTLP_LISTEN": stack.ports.address("collector"),
            "TRACES_FILE": str(traces(stack)),
        },
        ready=lambda: probe.tcp_open(stack.ports.backing("collector")),
        ports=[stack.ports.backing("collector")],
    )


def program(name: str) -> str:
    """Debian's, where it is installed, else the one that tools/deploy-tools unpacked."""
    found = shutil.which(name)
    if found:
        return found
    said = subprocess.run([REPO / "tools/deploy-tools", "path", "debian"], capture_output=True, text=True, check=False)
    if said.returncode != 0:
        raise StackError(f"{name} is not installed: run tools/deploy-tools install")
    return f"{said.stdout.strip()}/usr/bin/{name}"


def targets(stack: Stack, services: list[str]) -> dict[str, list[str]]:
    """Whom Prometheus asks, by job: services, sidecars and Dapr's control plane."""
    port = stack.ports.service
    return {
        "services": [f"127.0.0.1:{port(name, 'app')}" for name in services],
        "sidecars": [f"127.0.0.1:{port(name, 'metrics')}" for name in services],
        "dapr": [stack.ports.address(f"{name}-metrics") for name in ("placement", "scheduler")],
    }


def prometheus(stack: Stack) -> Spec:
    """With the cluster's own alerts and recorded series."""
    home = stack.dir / "prometheus"
    services = [name for name in stack.state.wanted if name not in (*backing.NAMES, *NAMES) and not name.endswith(apps.SIDECAR)]

    def before() -> None:
        home.mkdir(parents=True, exist_ok=True)
        text = (REPO / "deploy/monitoring/rules.yaml").read_text()
        # The operator's resource holds what Prometheus reads as a file.
        (home / "rules.yaml").write_text("\n".join(line[2:] for line in text.partition("\nspec:\n")[2].splitlines()))
        template = string.Template((REPO / "tools/observability/prometheus.yaml").read_text())
        hosts = {job: str(found) for job, found in targets(stack, services).items()}
        (home / "prometheus.yaml").write_text(template.substitute(hosts, rules=home / "rules.yaml"))

    address = stack.ports.address("prometheus")
    return Spec(
        "prometheus",
        [
            *(program("prometheus"), f"--config.file={home}/prometheus.yaml", f"--storage.tsdb.path={home}/data"),
            *(f"--web.listen-address={address}", "--storage.tsdb.retention.time=1d"),
        ],
        ready=lambda: probe.http_ok(stack.ports.backing("prometheus"), "/-/ready"),
        before=before,
        ports=[stack.ports.backing("prometheus")],
    )
