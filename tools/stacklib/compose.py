"""The stack as a compose file, for people who have a container engine. Made of the same specifications that tools/stack runs, so
that the two cannot differ: only addresses, images and what a container brings by itself are said here.

`tools/compose` prints it; `--write` renews deploy/compose.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

from . import apps, backing, components
from .config import REPO, Stack
from .ports import BLOCK, Ports

FOLDER = REPO / "deploy" / "compose"
# Inside a container each port is what the programs' own documentation says.
STORES = {"redis": 6379, "postgres": 5432, "kafka": 9092, "placement": 50005, "scheduler": 50006}
SIDECAR_PORTS = {"app": 8080, "http": 3500, "grpc": 50001, "internal": 50002, "metrics": 9090}
# Where the host reaches the edge.
EDGE = "127.0.0.1:8080:8080"


def version(file: str, pattern: str) -> str:
    """A version from the one file that says it."""
    return re.search(pattern, (REPO / file).read_text(), re.MULTILINE)[1]


def images() -> dict[str, str]:
    """The images that are not ours, in the versions that are tested with or deployed."""
    dapr = version("tools/dapr/go.mod", r"github.com/dapr/dapr v([0-9.]+)$")
    return {
        "redis": version("deploy/redis/redis.yaml", r"image: (redis:\S+)$"),
        "postgres": f"postgres:{version('deploy/postgres/cluster.yaml', r'postgresql:([0-9.]+)$')}-alpine",
        "kafka": f"apache/kafka:{version('tools/kafka/pom.xml', r'<kafka.version>(.*)</kafka.version>')}",
        "dapr": f"daprio/dapr:{dapr}",
        "daprd": f"daprio/daprd:{dapr}",
        "seed": "curlimages/curl:8.10.1",
    }


class Inside(Ports):
    """Names and ports as containers see them."""

    def backing(self, name: str) -> int:
        return STORES.get(name.partition("-")[0], 9091)

    def service(self, name: str, kind: str) -> int:
        return SIDECAR_PORTS[kind]

    def address(self, name: str) -> str:
        return f"{name}:{STORES[name]}"


def inside() -> Stack:
    """A stack of which only the specifications are asked."""
    stack = Stack(Path(tempfile.gettempdir()) / "no-such-stack", 21000)
    stack.ports = Inside()
    stack.state.binary = "todo"
    return stack


def store(name: str, argv: list[str], env: dict[str, str] | None = None, data: str | None = None, check: list[str] | None = None) -> dict[str, Any]:
    made: dict[str, Any] = {"image": images()[name], "restart": "unless-stopped"}
    if argv:
        made["command"] = argv
    if env:
        made["environment"] = env
    if data:
        made["volumes"] = [f"{name}:{data}"]
    if check:
        made["healthcheck"] = {"test": ["CMD", *check], "interval": "3s", "timeout": "3s", "retries": 40}
    return made


def option(argv: list[str], name: str) -> str:
    return argv[argv.index(name) + 1]


def stores(stack: Stack) -> dict[str, Any]:
    """Redis, PostgreSQL and Kafka with tools/stack's settings."""
    # Redis' options are those of tools/stack; a container listens to others and keeps its data in its volume.
    programs, engine = (backing.needed, backing.postgres_program, backing.engine_path), lambda _: Path("/")
    backing.needed, backing.postgres_program, backing.engine_path = str, str, engine
    try:
        redis, postgres = backing.redis(stack).argv, backing.postgres(stack).argv
        placement, scheduler = backing.placement(stack).argv, backing.scheduler(stack).argv
    finally:
        backing.needed, backing.postgres_program, backing.engine_path = programs
    redis[redis.index("--bind") + 1], redis[redis.index("--dir") + 1] = "*", "/data"
    settings = [part for n, flag in enumerate(postgres) if flag == "-c" and "=" in postgres[n + 1]
                and not postgres[n + 1].startswith(("listen_addresses", "unix_socket")) for part in (flag, postgres[n + 1])]
    return {
        "redis": store("redis", redis, data="/data", check=["redis-cli", "ping"]),
        # As in tools/stack nobody is asked for a password; only the network of this file reaches it.
        "postgres": store("postgres", ["postgres", *settings], data="/var/lib/postgresql/data", check=["pg_isready", "-U", "todo"],
                          env={"POSTGRES_USER": "todo", "POSTGRES_DB": "todo", "POSTGRES_HOST_AUTH_METHOD": "trust"}),
        "kafka": store("kafka", [], env=kafka(), data="/var/lib/kafka/data",
                       check=["/opt/kafka/bin/kafka-broker-api-versions.sh", "--bootstrap-server", "localhost:9092"]),
        "placement": control("placement", placement),
        "scheduler": {**control("scheduler", scheduler), "volumes": ["scheduler:/data"], "user": "0:0"},
    }


def kafka() -> dict[str, str]:
    """tools/kafka/server.properties as the image's environment, with a container's addresses."""
    differs = {
        "controller.quorum.voters": "1@kafka:9093", "listeners": "PLAINTEXT://:9092,CONTROLLER://:9093",
        "advertised.listeners": "PLAINTEXT://kafka:9092", "log.dirs": "/var/lib/kafka/data",
    }
    lines = [line.split("=", 1) for line in (REPO / "tools/kafka/server.properties").read_text().splitlines() if "=" in line and line[0] != "#"]
    found = {"KAFKA_" + name.replace("_", "__").replace("-", "___").replace(".", "_").upper(): differs.pop(name, value) for name, value in lines}
    found["KAFKA_LISTENER_SECURITY_PROTOCOL_MAP"] = "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT"
    if differs:
        raise ValueError(f"tools/kafka/server.properties has no {', '.join(differs)}")
    return found


# What placement and scheduler have in containers of their own, instead of what keeps them apart on one machine.
CONTROL = {
    "--initial-cluster": "dapr-placement-0=127.0.0.1:8201",
    "--etcd-initial-cluster": "dapr-scheduler-server-0=http://127.0.0.1:2380",
    "--etcd-data-dir": "/data/etcd",
    "--identity-directory-write": "/data/identity",
    "--etcd-client-port": "2379",
    "--healthz-port": "8080",
    "--metrics-port": "9090",
}


def control(name: str, argv: list[str]) -> dict[str, Any]:
    """Dapr's placement or scheduler: its ports are its own, everything else is tools/stack's."""
    kept = []
    for flag, value in zip(argv[1::2], argv[2::2], strict=True):
        if flag.endswith("listen-address") and "etcd" not in flag:
            value = "0.0.0.0"
        kept += [flag, CONTROL.get(flag, str(value))]
    return {"image": images()["dapr"], "command": [f"./{name}", *kept], "restart": "unless-stopped"}


def service(stack: Stack, name: str) -> dict[str, dict[str, Any]]:
    """A service and its sidecar, which share one network: 127.0.0.1 is both."""
    spec = apps.service(stack, name)
    argv = list(spec.argv[1:])
    # Whoever wants the journal signed brings a key of their own; one that a file made up would prove nothing.
    environment = {key: value for key, value in sorted(spec.env.items()) if not key.startswith(("TODO_CHECKPOINT_", "TODO_NOTIFY_"))}
    edge = name == "gateway"
    if edge:
        # The host comes in from outside; only its own loopback is let through.
        argv[argv.index("--listen") + 1] = "0.0.0.0:8080"
        argv.append("--without-login")
    made: dict[str, Any] = {
        "image": "todo:local", "command": argv, "environment": environment, "restart": "unless-stopped",
        "read_only": True, "cap_drop": ["ALL"], "security_opt": ["no-new-privileges:true"],
        "depends_on": {"setup": {"condition": "service_completed_successfully"}, "redis": {"condition": "service_healthy"}},
        "healthcheck": {"test": ["CMD", "/usr/local/bin/todo", "healthy"], "interval": "3s", "timeout": "4s", "retries": 40},
    }
    if edge:
        made["ports"] = [EDGE]
    return {name: made, f"{name}-daprd": sidecar(stack, name)}


def sidecar(stack: Stack, name: str) -> dict[str, Any]:
    keep, apps.engine_path = apps.engine_path, lambda _: Path("/")
    try:
        argv = apps.sidecar(stack, name).argv[1:]
    finally:
        apps.engine_path = keep
    argv = [str(part) for part in argv]
    for flag, value in (("--dapr-internal-grpc-listen-address", "0.0.0.0"), ("--metrics-listen-address", "0.0.0.0"), ("--resources-path", "/components")):
        argv[argv.index(flag) + 1] = value
    # The cluster's configuration, then what differs without Kubernetes.
    argv = [part.replace(str(REPO / "deploy/dapr"), "/configuration").replace(str(REPO / "tools/dapr"), "/local") for part in argv]
    return {
        "image": images()["daprd"], "command": ["./daprd", *argv], "network_mode": f"service:{name}", "restart": "unless-stopped",
        "environment": {"STACK_NAMES_DB": "/names/dapr-names.db", "STACK_OTLP_ENDPOINT": "", "STACK_TRACE_SAMPLING": "0"}, "user": "0:0",
        "volumes": ["./components:/components:ro", "./secrets.json:/secrets.json:ro", "../dapr:/configuration:ro", "../../tools/dapr:/local:ro", "names:/names"],
        "depends_on": {"placement": {"condition": "service_started"}, "scheduler": {"condition": "service_started"}},
    }


def whole(stack: Stack) -> dict[str, Any]:
    """The compose file."""
    environment = {**apps.addresses(stack), **apps.owner(stack), "DATABASE_SERVICE_ROLE": apps.SERVICE_ROLE}
    healthy = {name: {"condition": "service_healthy"} for name in ("kafka", "postgres")}
    once = {"image": "todo:local", "environment": environment, "restart": "on-failure:5", "read_only": True}
    services = {
        **stores(stack),
        "topics": {**once, "command": ["topics", "apply"], "depends_on": healthy, "build": {"context": "../.."}},
        "setup": {**once, "command": ["database", "apply"], "depends_on": {**healthy, "topics": {"condition": "service_completed_successfully"}}},
    }
    for name in ("actors-1", "gateway", "sagas", "projections"):
        services.update(service(stack, name))
    services["seed"] = {
        "image": images()["seed"], "command": ["/bin/sh", "/seed.sh"], "restart": "on-failure:5", "environment": {"GATEWAY_URL": "http://gateway:8080"},
        "volumes": ["./seed.sh:/seed.sh:ro", "./seed.jsonl:/seed.jsonl:ro"],
        "depends_on": {name: {"condition": "service_healthy"} for name in ("gateway", "actors-1", "projections")},
    }
    return {"name": "todo", "services": services, "volumes": {name: {} for name in ("redis", "postgres", "kafka", "scheduler", "names")}}


def yaml(value: Any, indent: int = 0) -> str:
    """As YAML in block style; the standard library writes none."""
    space = "  " * indent
    if isinstance(value, dict) and value:
        lines = []
        for key, item in value.items():
            nested = isinstance(item, (dict, list)) and item
            lines.append(f"{space}{key}:" + (f"\n{yaml(item, indent + 1)}" if nested else f" {json.dumps(item)}"))
        return "\n".join(lines)
    if isinstance(value, list) and value:
        return "\n".join(f"{space}- {json.dumps(item)}" for item in value)
    return f"{space}{json.dumps(value)}"


HEAD = """\
# The whole cluster shape in containers, with a few todos: docker compose -f deploy/compose/compose.yaml up --build
# Then http://127.0.0.1:8080. Made by `tools/compose --write` of what tools/stack runs; never edited by hand.
"""


def files() -> dict[str, str]:
    """Everything in deploy/compose that is made, by name."""
    stack = inside()
    changes = components.overrides(stack)
    changes["local-secrets"]["secretsFile"] = "/secrets.json"
    made = {"compose.yaml": HEAD + yaml(whole(stack)) + "\n", "secrets.json": json.dumps(components.SECRETS) + "\n"}
    for file in sorted((REPO / "components").glob("*.yaml")):
        text = file.read_text()
        name, kind = components.NAME.search(text), components.KIND.search(text)
        mine = changes.get(name[1], {}) if kind[1] == "Component" else {}
        made[f"components/{file.name}"] = components.apply(text, mine)
    return made


def main() -> None:
    if "--files" in sys.argv:
        print(json.dumps(files()))
        return
    if "--write" not in sys.argv:
        print(files()["compose.yaml"], end="")
        return
    for name, text in files().items():
        (FOLDER / name).parent.mkdir(parents=True, exist_ok=True)
        (FOLDER / name).write_text(text)


if __name__ == "__main__":
    main()
