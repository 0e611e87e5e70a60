"""Fills the platform with todos before a run."""

from __future__ import annotations

import http.client
import json
import os
import random
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

WORDS = "buy call write water paint read send plan book clean fix visit milk bread plants letter tickets report garden kitchen anna dentist taxes".split()
WORKERS = 8


class Gateway:
    """The public API."""

    def __init__(self, url: str) -> None:
        self.address = urlsplit(url).netloc

    def connect(self) -> http.client.HTTPConnection:
        """A connection to keep."""
        return http.client.HTTPConnection(self.address, timeout=60)


def log_in(binary: str, stack: Path, count: int) -> list[str]:
    """A token for each of so many people, signed with the stack's key as an operator would."""
    env = {**os.environ, "TODO_TOKEN_KEYS": str(stack / "token-keys.json")}

    def token(number: int) -> str:
        words = [binary, "token", "--user", f"load-{number}"]
        return subprocess.run(words, env=env, check=True, capture_output=True, text=True).stdout.strip()

    with ThreadPoolExecutor(WORKERS) as workers:
        return list(workers.map(token, range(count)))


def seed(gateway: Gateway, count: int, tokens: list[str]) -> list[list[str]]:
    """Creates todos with what people give them, as many for each person; the ids of each person's."""

    def some(worker: int) -> list[tuple[int, str]]:
        dice, connection, made = random.Random(worker), gateway.connect(), []
        for number in range(worker, count, WORKERS):
            person = number % len(tokens)
            body = {"title": " ".join(dice.choices(WORDS, k=3))}
            if dice.random() < 0.4:
                body["tags"] = [dice.choice(WORDS)]
            if dice.random() < 0.3:
                body["priority"] = dice.choice(["low", "medium", "high", "urgent"])
            if dice.random() < 0.4:
                body["due"] = {"local": f"2026-12-{dice.randint(1, 28):02}", "zone": "Europe/Berlin"}
            headers = {"Content-Type": "application/json", "Authorization": f"Bearer {tokens[person]}"}
            connection.request("POST", "/api/v1/todos", json.dumps(body), headers)
            answer = connection.getresponse()
            text = answer.read()
            if answer.status != 201:
                raise RuntimeError(f"creating a todo: {answer.status} {text[:200]!r}")
            made.append((person, json.loads(text)["id"]))
        return made

    todos: list[list[str]] = [[] for _ in tokens]
    with ThreadPoolExecutor(WORKERS) as workers:
        for part in workers.map(some, range(WORKERS)):
            for person, todo in part:
                todos[person].append(todo)
    return todos
