"""Every port of a stack: its base plus a fixed offset, in this one table."""

from __future__ import annotations

# Linux hands out ephemeral ports from 32768 up; a port of ours in that range could be taken by any outgoing connection.
FIRST_EPHEMERAL = 32768
DEFAULT_BASE = 21000
MAX_HOSTS = 16
MAX_GATEWAYS = 4

BACKING: dict[str, int] = {
    "redis": 0,
    "postgres": 1,
    "kafka": 2,
    "kafka-controller": 3,
    "placement": 4,
    "placement-raft": 5,
    "placement-healthz": 6,
    "placement-metrics": 7,
    "scheduler": 8,
    "scheduler-etcd-client": 9,
    "scheduler-etcd-peer": 10,
    "scheduler-healthz": 11,
    "scheduler-metrics": 12,
    "collector": 13,
    "prometheus": 14,
}

# A service and its sidecar own ten ports in a row. Hosts (actors-N, or backend-N: never both in one stack) come after the
# others, because there can be several, and behind them the gateways beside the first: gateway-2, gateway-3, …
SERVICE_BLOCKS: dict[str, int] = {"gateway": 20, "sagas": 30, "projections": 40}
HOST_BLOCK = 50
BLOCK: dict[str, int] = {"app": 0, "http": 1, "grpc": 2, "internal": 3, "metrics": 4}
GATEWAY_BLOCK = HOST_BLOCK + 10 * MAX_HOSTS
SPAN = GATEWAY_BLOCK + 10 * (MAX_GATEWAYS - 1)


class Ports:
    """The ports of the stack with this base."""

    def __init__(self, base: int = DEFAULT_BASE) -> None:
        if not 1024 <= base <= FIRST_EPHEMERAL - SPAN:
            raise ValueError(f"STACK_PORT_BASE must lie in 1024..{FIRST_EPHEMERAL - SPAN}, not {base}")
        self.base = base

    def backing(self, name: str) -> int:
        """The port of a backing process, by its name in the table."""
        return self.base + BACKING[name]

    def service(self, name: str, kind: str) -> int:
        """The port of a service (`gateway`, `actors-2`, …): its own (`app`) or one of its sidecar's."""
        block = SERVICE_BLOCKS.get(name)
        if block is None:
            role, number = numbered(name)
            block = GATEWAY_BLOCK + 10 * (number - 2) if role == "gateway" else HOST_BLOCK + 10 * (number - 1)
        return self.base + block + BLOCK[kind]

    def address(self, name: str) -> str:
        """host:port of a backing process."""
        return f"127.0.0.1:{self.backing(name)}"


def numbered(name: str) -> tuple[str, int]:
    """What `actors-N`, `backend-N` and `gateway-N` are, and N."""
    kind, _, number = name.rpartition("-")
    first, last = {"actors": (1, MAX_HOSTS), "backend": (1, MAX_HOSTS), "gateway": (2, MAX_GATEWAYS)}.get(kind, (0, 0))
    if not number.isdigit() or not max(first, 1) <= int(number) <= last:
        raise ValueError(f"not a service of the stack: {name}")
    return kind, int(number)
