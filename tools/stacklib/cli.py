"""The command line of `tools/stack`."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from types import FrameType

from .config import Stack, StackError
from .launcher import Launcher
from .proc import reap

EPILOG = """\
environment:
  STACK_DIR             folder of this stack (default: the cache's todo-engine/stack)
  STACK_PORT_BASE       first port (default 21000); another base and folder make a second stack beside the first
  TODO_BIN              the `todo` binary; unset: `up` builds it with cargo
  STACK_REDIS_FSYNC     appendfsync of Redis (default always)
  STACK_POSTGRES_STATEMENTS  set: PostgreSQL is started with pg_stat_statements
  STACK_APP_PROTOCOL    how daprd speaks to a service (default h2c; http)
  STACK_STREAM_CHANNEL  app channel of aggregates' hosts that use the actor stream (default grpc; none)
  STACK_WITHOUT_LOGIN   false: who brings no token is refused (default true)
  STACK_DAPR_LOG        daprd's log level (default info)
  STACK_TRACE_SAMPLING, STACK_OTLP_ENDPOINT   daprd's traces (default 0, none; all, to the collector, with --observability)
"""


def parser() -> argparse.ArgumentParser:
    """The commands and their options."""
    top = argparse.ArgumentParser(
        prog="tools/stack", description=__doc__, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = top.add_subparsers(dest="command", required=True)
    up = commands.add_parser("up", help="start what is missing, and wait until it is ready")
    up.add_argument("--layout", choices=["split", "combined"], help="gateway and actors apart, or in one `backend`")
    up.add_argument("--callbacks", choices=["stream", "http"], help="how daprd calls an actor (default stream)")
    up.add_argument("--observability", action="store_true", help="Prometheus and an OpenTelemetry collector beside it")
    up.add_argument("--env", action="store_true", help="print what `env` prints, too")
    some = up.add_mutually_exclusive_group()
    some.add_argument("--only", help="these processes, separated by commas; a service brings its sidecar")
    some.add_argument("--backing", action="store_true", help="redis, postgres, kafka, placement, scheduler")
    down = commands.add_parser("down", help="stop everything; data is kept")
    less = down.add_mutually_exclusive_group()
    less.add_argument("--purge", action="store_true", help="delete the data as well")
    less.add_argument("--services", action="store_true", help="redis, postgres, kafka, placement and scheduler go on")
    commands.add_parser("status", help="a line for each process; fails if one is missing")
    commands.add_parser("env", help="KEY=VALUE lines")
    logs = commands.add_parser("logs", help="the end of a process's log")
    logs.add_argument("name")
    logs.add_argument("-f", "--follow", action="store_true")
    for word, text in (("stop", "stop one process"), ("start", "start it again"), ("kill", "SIGKILL it")):
        commands.add_parser(word, help=text).add_argument("name")
    scale = commands.add_parser("scale", help="run N actor hosts or gateways, each with its sidecar")
    scale.add_argument("kind", choices=["actors", "backend", "gateway"])
    scale.add_argument("count", type=int)
    return top


def interrupted(number: int, _frame: FrameType | None) -> None:
    """Turns a signal into an exception, so that a half-done `up` cleans up."""
    raise KeyboardInterrupt(signal.Signals(number).name)


def main(argv: list[str]) -> int:
    """Runs one command; the exit code."""
    options = parser().parse_args(argv)
    signal.signal(signal.SIGTERM, interrupted)
    signal.signal(signal.SIGHUP, interrupted)
    try:
        return run(options)
    except StackError as error:
        print(f"stack: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stack: interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # `status | head`: whoever read has gone. Without this Python complains once more while it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    finally:
        reap()


def show(env: dict[str, str]) -> None:
    """As KEY=VALUE lines."""
    print("\n".join(f"{key}={value}" for key, value in env.items()))


def run(options: argparse.Namespace) -> int:
    """Looking needs no lock; changing does."""
    launcher = Launcher(Stack.from_env())
    match options.command:
        case "status":
            return 0 if launcher.status() else 1
        case "env":
            show(launcher.env())
            return 0
        case "logs":
            launcher.logs(options.name, options.follow)
    with launcher.stack.lock():
        # Read again: the state may have changed while another command held the lock.
        launcher = Launcher(Stack.from_env())
        match options.command:
            case "up":
                only = options.only.split(",") if options.only else None
                if options.backing:
                    only = ["redis", "postgres", "kafka", "placement", "scheduler"]
                launcher.up(options.layout, options.callbacks, only, options.observability)
                if options.env:
                    show(launcher.env())
            case "down":
                launcher.down(options.purge, options.services)
            case "stop":
                launcher.stop(options.name)
            case "start":
                launcher.start(options.name)
            case "kill":
                launcher.kill(options.name)
            case "scale":
                launcher.scale(options.kind, options.count)
    return 0
