"""Questions to a process whose answer means that it is ready."""

from __future__ import annotations

import http.client
import socket
import subprocess


def http_ok(port: int, path: str) -> bool:
    """A GET that answers 2xx."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", path)
        return 200 <= connection.getresponse().status < 300
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def redis_pong(port: int) -> bool:
    """PING; while Redis loads its file it answers LOADING instead of PONG."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(64).startswith(b"+PONG")
    except OSError:
        return False


def tcp_open(port: int) -> bool:
    """Something listens there."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
        return True
    except OSError:
        return False


def command_ok(argv: list[str], seconds: float = 5) -> bool:
    """A command that ends with 0 in time."""
    try:
        return subprocess.run(argv, capture_output=True, timeout=seconds, check=False).returncode == 0
    except (subprocess.TimeoutExpired, FileNotFoundError):
        return False


def kafka_answers(port: int) -> bool:
    """A metadata request that names a broker: an open port alone does not mean that it has joined its own controller."""
    if not tcp_open(port):
        return False
    try:
        done = subprocess.run(
            ["kcat", "-L", "-m", "3", "-b", f"127.0.0.1:{port}"], capture_output=True, text=True, timeout=5, check=False
        )
    except (subprocess.TimeoutExpired, FileNotFoundError):
        return False
    return done.returncode == 0 and "broker 1 at" in done.stdout
