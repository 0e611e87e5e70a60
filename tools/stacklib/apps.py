"""The services of the platform, each with its own sidecar."""

from __future__ import annotations

import os
import secrets
import subprocess
from pathlib import Path

from . import observability, probe
from .backing import needed
from .config import REPO, Stack, StackError, engine_path
from .ports import BLOCK
from .proc import Spec

SIDECAR = "-daprd"
# Part of every stored key (APPID||TYPE||ID||KEY): whatever hosts the aggregates has this one, in either layout.
APP_IDS = {"gateway": "todo-gateway", "sagas": "todo-sagas", "projections": "todo-projections"}
HOST_APP_ID = "todo-backend"
# What the services may do in PostgreSQL, `todo database apply` decides.
SERVICE_ROLE = "todo_service"


def binary() -> Path:
    """The `todo` binary: $TODO_BIN, or where cargo puts the release build."""
    given = os.environ.get("TODO_BIN")
    if given:
        return Path(given).absolute()
    target = os.environ.get("CARGO_TARGET_DIR")
    return (REPO / target if target else REPO / "target") / "release" / "todo"


def build() -> Path:
    """Builds the release binary, unless the caller brings one."""
    if not os.environ.get("TODO_BIN"):
        print("stack: cargo build --release --features cluster", flush=True)
        argv = ["cargo", "build", "--release", "--features", "cluster", "-p", "todo", "--bin", "todo"]
        if subprocess.run(argv, cwd=REPO, check=False).returncode != 0:
            raise StackError("the build of `todo` failed")
    if not os.access(binary(), os.X_OK):
        raise StackError(f"not an executable: {binary()}")
    return binary()


def addresses(stack: Stack) -> dict[str, str]:
    """The stores, as the services' environment and `tools/stack env` name them."""
    return {
        "REDIS_URL": f"redis://{stack.ports.address('redis')}",
        "KAFKA_BROKERS": stack.ports.address("kafka"),
        "DATABASE_URL": f"postgres://{SERVICE_ROLE}@{stack.ports.address('postgres')}/todo",
        # Stands for the cluster's secret `todo-token-keys`: `todo token` makes tokens by it.
        "TODO_TOKEN_KEYS": str(token_keys(stack)),
    }


def checkpoint_keys(stack: Stack) -> tuple[Path, Path]:
    """The key that signs checkpoints of this stack's journal, and its public half."""
    return stack.dir / "checkpoint.key", stack.dir / "checkpoint.pub"


def make_checkpoint_key(stack: Stack) -> None:
    """Once, as an operator would."""
    private, public = checkpoint_keys(stack)
    if public.exists():
        return
    openssl = needed("openssl")
    private.unlink(missing_ok=True)
    private.touch(mode=0o600)
    subprocess.run([openssl, "genpkey", "-algorithm", "ed25519", "-out", str(private)], capture_output=True, check=True)
    subprocess.run([openssl, "pkey", "-in", str(private), "-pubout", "-out", str(public)], capture_output=True, check=True)


def token_keys(stack: Stack) -> Path:
    """The keys that tokens are signed and checked by."""
    return stack.dir / "token-keys.json"


def make_token_keys(stack: Stack) -> None:
    """Makes them where there are none."""
    if not token_keys(stack).exists():
        done = subprocess.run([stack.state.binary, "token-key", str(token_keys(stack))], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise StackError(f"`todo token-key` failed: {done.stderr}")


def notify_key(stack: Stack) -> Path:
    """What secrets of web hooks and links to unsubscribe are made of."""
    return stack.dir / "notify.key"


def make_notify_key(stack: Stack) -> None:
    """Once, as an operator would; whole or not at all, since services start beside each other."""
    path = notify_key(stack)
    if path.exists():
        return
    unfinished = path.with_suffix(f".{os.getpid()}.{secrets.token_hex(4)}")
    unfinished.touch(mode=0o600)
    unfinished.write_text(secrets.token_hex(32) + "\n")
    try:
        os.link(unfinished, path)
    except FileExistsError:
        pass
    unfinished.unlink()


def hosts_actors(name: str) -> bool:
    """Whether daprd calls back into this service: the aggregates' hosts, and the sagas."""
    return kind(name) not in ("gateway", "projections")


def kind(name: str) -> str:
    """The command of a service that may be one of several: `gateway` of gateway-2."""
    return name.partition("-")[0]


def spec(stack: Stack, name: str) -> Spec:
    """How to run a service or, with the suffix -daprd, its sidecar."""
    if name.endswith(SIDECAR):
        return sidecar(stack, name.removesuffix(SIDECAR))
    return service(stack, name)


def service(stack: Stack, name: str) -> Spec:
    """`todo gateway`, `todo actors`, …"""
    port = stack.ports.service
    # So that a test need not wait long.
    signs = {"TODO_CHECKPOINT_KEY": str(checkpoint_keys(stack)[0]), "TODO_CHECKPOINT_EVERY": "2s"} if name == "projections" else {}

    def before() -> None:
        make_token_keys(stack)
        make_notify_key(stack)
        if signs:
            make_checkpoint_key(stack)

    return Spec(
        name,
        [stack.state.binary, kind(name), "--listen", f"127.0.0.1:{port(name, 'app')}"],
        env={
            "DAPR_HTTP_PORT": str(port(name, "http")),
            "DAPR_GRPC_PORT": str(port(name, "grpc")),
            "TODO_CALLBACKS": stack.state.callbacks,
            # A stack on one machine is for development: without a token everybody is the one local person.
            "TODO_WITHOUT_LOGIN": os.environ.get("STACK_WITHOUT_LOGIN", "true"),
            **addresses(stack),
            # Stands for the cluster's secret `todo-notify-key`.
            "TODO_NOTIFY_KEY": str(notify_key(stack)),
            **signs,
            **observability.environment(stack, APP_IDS.get(name, HOST_APP_ID)),
        },
        before=before,
        ready=lambda: probe.http_ok(port(name, "app"), "/readyz"),
        ports=[port(name, "app")],
    )


def app_channel(stack: Stack, name: str) -> list[str]:
    """How daprd reaches the service, if at all. See "The app port and the actor stream" in tools/README.md.

    With an HTTP app channel daprd refuses the actor stream. So what streams has a gRPC one, where it serves AppCallback for
    other apps' invocations (the hosts of aggregates), or none (the sagas, which nobody invokes). Neither has an app health
    check: the end of the stream is the sign that the host has gone, and the check would register and drop the same types a
    second time.
    """
    port = ["--app-port", str(stack.ports.service(name, "app"))]
    if hosts_actors(name) and stack.state.callbacks == "stream":
        channel = "none" if name == "sagas" else os.environ.get("STACK_STREAM_CHANNEL", "grpc")
        return [] if channel == "none" else [*port, "--app-protocol", channel]
    return [
        *(*port, "--app-protocol", os.environ.get("STACK_APP_PROTOCOL", "h2c")),
        # What takes a dead app's actor types out of placement: three probes, one second apart.
        *("--enable-app-health-check", "--app-health-check-path", "/livez", "--app-health-probe-interval", "1"),
    ]


def sidecar(stack: Stack, name: str) -> Spec:
    """The service's daprd."""
    port = stack.ports.service
    return Spec(
        name + SIDECAR,
        [
            *(str(engine_path("dapr") / "daprd"), "--app-id", APP_IDS.get(kind(name), HOST_APP_ID)),
            *app_channel(stack, name),
            *("--dapr-listen-addresses", "127.0.0.1", "--dapr-http-port", str(port(name, "http"))),
            *("--dapr-grpc-port", str(port(name, "grpc"))),
            *("--dapr-internal-grpc-listen-address", "127.0.0.1"),
            *("--dapr-internal-grpc-port", str(port(name, "internal"))),
            *("--metrics-listen-address", "127.0.0.1", "--metrics-port", str(port(name, "metrics"))),
            *("--resources-path", str(stack.components)),
            # The later file is laid over the earlier.
            *("--config", str(REPO / "deploy" / "dapr" / "configuration.yaml")),
            *("--config", str(REPO / "tools" / "dapr" / "local-configuration.yaml")),
            *("--placement-host-address", stack.ports.address("placement")),
            *("--scheduler-host-address", stack.ports.address("scheduler")),
            *("--dapr-graceful-shutdown-seconds", "5", "--log-level", os.environ.get("STACK_DAPR_LOG", "info")),
        ],
        env={
            # The address that it gives to placement and to other sidecars; else it is that of the machine's network card.
            "DAPR_HOST_IP": "127.0.0.1",
            "STACK_NAMES_DB": str(stack.dir / "dapr-names.db"),
            **observability.sidecar(stack),
        },
        ready=lambda: probe.http_ok(port(name, "http"), "/v1.0/healthz"),
        # Beyond its own graceful shutdown. What hosts actors over the stream and has any in memory never ends by itself in
        # daprd 1.18.2: it tells them to the stream, which nobody sends on any more (pkg/api/grpc/actorcallbacks.go, the
        # deferred UnRegisterHosted).
        stop_seconds=7,
        ports=[port(name, kind) for kind in BLOCK if kind != "app"],
    )


def owner(stack: Stack) -> dict[str, str]:
    """The database as its owner, for operators' commands; no service gets it."""
    return {"DATABASE_ADMIN_URL": f"postgres://todo@{stack.ports.address('postgres')}/todo"}


def apply(stack: Stack, what: str, log: Path) -> None:
    """`todo WHAT apply`: the topics of deploy/kafka/topics.yaml or the tables, which the binary carries."""
    todo = stack.state.binary or str(binary())
    if not os.access(todo, os.X_OK):
        print(f"stack: {what} not applied: there is no {todo} yet", flush=True)
        return
    environment = {**os.environ, **addresses(stack), **owner(stack), "DATABASE_SERVICE_ROLE": SERVICE_ROLE}
    with open(log, "ab") as out:
        done = subprocess.run([todo, what, "apply"], env=environment, stdout=out, stderr=out, timeout=60, check=False)
    if done.returncode != 0:
        raise StackError(f"`todo {what} apply` failed with {done.returncode}\n{log.read_text(errors='replace')[-2000:]}")
