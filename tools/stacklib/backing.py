"""The backing processes: Redis, PostgreSQL, Kafka, and Dapr's placement and scheduler."""

from __future__ import annotations

import base64
import hashlib
import os
import pwd
import shutil
import signal
import string
import subprocess
import uuid
from pathlib import Path

from . import probe
from .config import REPO, Stack, StackError, engine_path
from .proc import Spec, is_zombie, wait_gone

NAMES = ["redis", "postgres", "kafka", "placement", "scheduler"]


def spec(stack: Stack, name: str) -> Spec:
    """How to run the backing process of this name."""
    return {"redis": redis, "postgres": postgres, "kafka": kafka, "placement": placement, "scheduler": scheduler}[name](stack)


def needed(program: str) -> str:
    """The program's path, or a message that says what to do."""
    found = shutil.which(program)
    if not found:
        raise StackError(f"{program} is not installed: run tools/engine install")
    return found


def redis(stack: Stack) -> Spec:
    """Append-only file as the only persistence; refuses writes when full instead of evicting actor state."""
    port, data = stack.ports.backing("redis"), stack.dir / "redis"
    return Spec(
        "redis",
        [
            *(needed("redis-server"), "--bind", "127.0.0.1", "--port", str(port), "--dir", str(data)),
            *("--save", "", "--appendonly", "yes", "--appendfsync", os.environ.get("STACK_REDIS_FSYNC", "always")),
            *("--maxmemory-policy", "noeviction", "--daemonize", "no"),
        ],
        ready=lambda: probe.redis_pong(port),
        before=lambda: data.mkdir(parents=True, exist_ok=True),
        ports=[port],
    )


def postgres_program(name: str) -> str:
    """Debian keeps the server's programs off PATH, one folder for each major version; the newest is used."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
    return next((str(f / name) for f in folders if (f / name).exists()), None) or needed(name)


def postgres_data(stack: Stack) -> Path:
    """The cluster's folder. PostgreSQL refuses to run as root; the user `postgres`, who runs it then, cannot enter root's
    home, where the cache usually is, so for root it lies in a folder of that user, named after the stack's."""
    if os.geteuid() != 0:
        return stack.dir / "postgres"
    key = hashlib.sha256(str(stack.dir).encode()).hexdigest()[:12]
    return Path("/var/tmp") / f"todo-stack-postgres-{key}"


def postgres(stack: Stack) -> Spec:
    """A private cluster. Trust on loopback: there is no secret to keep on a development machine's own stack."""
    port, data = stack.ports.backing("postgres"), postgres_data(stack)
    user = "postgres" if os.geteuid() == 0 else None
    programs = {name: postgres_program(name) for name in ("initdb", "postgres", "pg_isready", "psql")}
    connection = ["-h", "127.0.0.1", "-p", str(port), "-U", "todo"]

    def before() -> None:
        if not (data / "PG_VERSION").exists():
            if user:
                data.mkdir(mode=0o700, parents=True, exist_ok=True)
                owner = pwd.getpwnam(user)
                os.chown(data, owner.pw_uid, owner.pw_gid)
            argv = [programs["initdb"], "-D", str(data), "-U", "todo", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8"]
            done = subprocess.run(argv, user=user, group=user, cwd="/", capture_output=True, text=True, check=False)
            if done.returncode != 0:
                raise StackError(f"initdb failed:\n{done.stderr}")
        # After SIGKILL the server's children live on until they notice, in sessions of their own; a new server refuses to
        # share their memory. Each has the data folder as its working directory. And until init, whose time that is, collects
        # the old server, the new one, which only asks whether the pid in its lock file exists, takes it for alive.
        wait_gone(lambda: not lives_in(data) and not is_zombie(locked_by(data)), 10)

    def after() -> None:
        known = [programs["psql"], *connection, "-d", "postgres", "-Atc"]
        query = "select 1 from pg_database where datname = 'todo'"
        done = subprocess.run([*known, query], capture_output=True, text=True, check=True)
        if done.stdout.strip() != "1":
            subprocess.run([*known, "create database todo"], capture_output=True, check=True)

    return Spec(
        "postgres",
        [
            *(programs["postgres"], "-D", str(data), "-p", str(port), "-c", "listen_addresses=127.0.0.1"),
            *("-c", "unix_socket_directories=", "-c", "shared_buffers=64MB", "-c", "max_connections=100"),
            # For whoever measures: what each statement takes.
            *(("-c", "shared_preload_libraries=pg_stat_statements") if os.environ.get("STACK_POSTGRES_STATEMENTS") else ()),
        ],
        ready=lambda: probe.command_ok([programs["pg_isready"], *connection, "-d", "postgres", "-q"]),
        before=before,
        after=after,
        user=user,
        stop_signal=signal.SIGINT,
        ports=[port],
    )


def locked_by(data: Path) -> int | None:
    """The pid in the lock file that a server leaves behind when it is killed."""
    try:
        return int((data / "postmaster.pid").read_text().partition("\n")[0])
    except (FileNotFoundError, ValueError):
        return None


def lives_in(folder: Path) -> bool:
    """Whether any process has this working directory."""
    for entry in Path("/proc").glob("[0-9]*/cwd"):
        try:
            if os.readlink(entry) == str(folder):
                return True
        except OSError:
            continue
    return False


# A broker that lives for minutes beside everything else on a few cores: compile once and quickly, collect without helpers.
JVM = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")


def kafka(stack: Stack) -> Spec:
    """One JVM, broker and controller in one."""
    broker, controller = stack.ports.backing("kafka"), stack.ports.backing("kafka-controller")
    home, data = stack.dir / "kafka", stack.dir / "kafka" / "data"
    libs = engine_path("kafka") / "libs"
    config = home / "server.properties"
    java = [needed("java"), "-cp", f"{libs}/*", f"-Dlog4j2.configurationFile={REPO}/tools/kafka/log4j2.properties"]

    def before() -> None:
        home.mkdir(parents=True, exist_ok=True)
        template = string.Template((REPO / "tools" / "kafka" / "server.properties").read_text())
        config.write_text(template.substitute(broker_port=broker, controller_port=controller, data_dir=data))
        if (data / "meta.properties").exists():
            return
        # A cluster id is a UUID in base64; making it here saves a JVM's start. It must not begin with a dash, which the
        # tool would read as an option.
        identity = "-"
        while identity.startswith("-"):
            identity = base64.urlsafe_b64encode(uuid.uuid4().bytes).rstrip(b"=").decode()
        argv = [*java, "kafka.tools.StorageTool", "format", "-t", identity, "-c", str(config)]
        done = subprocess.run(argv, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise StackError(f"formatting Kafka's storage failed:\n{done.stdout}{done.stderr}")

    return Spec(
        "kafka",
        [*java, "-Xmx512m", *JVM, "-XX:+ExitOnOutOfMemoryError", "kafka.Kafka", str(config)],
        ready=lambda: probe.kafka_answers(broker),
        before=before,
        stop_seconds=30,
        ports=[broker, controller],
    )


def placement(stack: Stack) -> Spec:
    """One placement server; its table is in memory and is rebuilt by the sidecars that connect."""
    port = stack.ports.backing
    return Spec(
        "placement",
        [
            *(str(engine_path("dapr") / "placement"), "--listen-address", "127.0.0.1", "--port", str(port("placement"))),
            *("--initial-cluster", f"dapr-placement-0=127.0.0.1:{port('placement-raft')}"),
            *("--healthz-listen-address", "127.0.0.1", "--healthz-port", str(port("placement-healthz"))),
            *("--metrics-listen-address", "127.0.0.1", "--metrics-port", str(port("placement-metrics"))),
        ],
        ready=lambda: probe.http_ok(port("placement-healthz"), "/healthz") and probe.tcp_open(port("placement")),
        ports=[port(name) for name in ("placement", "placement-raft", "placement-healthz", "placement-metrics")],
    )


def scheduler(stack: Stack) -> Spec:
    """One scheduler with its embedded etcd, whose folder holds every armed reminder."""
    port, data = stack.ports.backing, stack.dir / "scheduler"
    return Spec(
        "scheduler",
        [
            *(str(engine_path("dapr") / "scheduler"), "--listen-address", "127.0.0.1", "--port", str(port("scheduler"))),
            *("--etcd-data-dir", str(data / "etcd"), "--etcd-client-listen-address", "127.0.0.1"),
            *("--etcd-client-port", str(port("scheduler-etcd-client"))),
            *("--etcd-initial-cluster", f"dapr-scheduler-server-0=http://127.0.0.1:{port('scheduler-etcd-peer')}"),
            *("--identity-directory-write", str(data / "identity")),
            *("--healthz-listen-address", "127.0.0.1", "--healthz-port", str(port("scheduler-healthz"))),
            *("--metrics-listen-address", "127.0.0.1", "--metrics-port", str(port("scheduler-metrics"))),
        ],
        ready=lambda: probe.http_ok(port("scheduler-healthz"), "/healthz") and probe.tcp_open(port("scheduler")),
        before=lambda: data.mkdir(parents=True, exist_ok=True),
        ports=[
            *(port(f"scheduler{part}") for part in ("", "-etcd-client", "-etcd-peer", "-healthz", "-metrics")),
        ],
    )
