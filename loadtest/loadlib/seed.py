"""Fills the platform with todos before a run."""

from __future__ import annotations

import http.client
import json
import random
import uuid
from concurrent.futures import ThreadPoolExecutor
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

    def has_history(self, todo: str) -> bool:
        """Whether this build serves the history of a todo. Anything but an answer or an unknown path is an error."""
        connection = self.connect()
        connection.request("GET", f"/api/v1/todos/{todo}/history")
        status = connection.getresponse().status
        if status not in (200, 404):
            raise RuntimeError(f"GET /todos/{{id}}/history answered {status}")
        return status == 200


def seed(gateway: Gateway, count: int, lists: int) -> list[dict[str, str]]:
    """Creates todos with what people give them, spread over lists; their ids and lists."""
    names = [f"list-{uuid.UUID(int=number, version=4)}" for number in range(1, lists + 1)]

    def some(worker: int) -> list[dict[str, str]]:
        dice, connection, made = random.Random(worker), gateway.connect(), []
        for number in range(worker, count, WORKERS):
            body = {"title": " ".join(dice.choices(WORDS, k=3)), "list": names[number % lists]}
            if dice.random() < 0.4:
                body["tags"] = [dice.choice(WORDS)]
            if dice.random() < 0.3:
                body["priority"] = dice.choice(["low", "medium", "high", "urgent"])
            if dice.random() < 0.4:
                body["due"] = {"local": f"2026-12-{dice.randint(1, 28):02}", "zone": "Europe/Berlin"}
            connection.request("POST", "/api/v1/todos", json.dumps(body), {"Content-Type": "application/json"})
            answer = connection.getresponse()
            text = answer.read()
            if answer.status != 201:
                raise RuntimeError(f"creating a todo: {answer.status} {text[:200]!r}")
            made.append({"id": json.loads(text)["id"], "list": body["list"]})
        return made

    with ThreadPoolExecutor(WORKERS) as workers:
        return [todo for part in workers.map(some, range(WORKERS)) for todo in part]
