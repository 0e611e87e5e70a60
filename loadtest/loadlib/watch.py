"""Looks at every process, at the consumers' lag and at the platform's own metrics, once in a while."""

from __future__ import annotations

import json
import os
import re
import subprocess
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

EVERY = 2.0
TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
METRIC = re.compile(r"^(todo_read_your_writes_\w+|todo_feed_published_total|todo_http_panics_total)(\{[^}]*\})? (\S+)$", re.M)
TOPIC = "todo-events"


def usage(pid: int) -> tuple[float, int] | None:
    """Processor seconds so far and resident bytes of a process with its children (PostgreSQL is many)."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
        fields = text[text.rindex(")") + 2 :].split()
        seconds, resident = (int(fields[11]) + int(fields[12])) / TICKS, int(fields[21]) * PAGE
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    for child in children:
        more = usage(int(child))
        if more:
            seconds, resident = seconds + more[0], resident + more[1]
    return seconds, resident


def machine() -> dict[str, float]:
    """Ticks of all processors so far, those spent idle, and those that the machine below took away."""
    fields = [int(word) for word in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]]
    return {"all": sum(fields[:8]), "idle": fields[3] + fields[4], "stolen": fields[7]}


def words(*argv: str) -> str:
    """What a program prints."""
    return subprocess.run(argv, check=True, text=True, stdout=subprocess.PIPE, timeout=30).stdout


class Watch:
    """Samples of one run."""

    def __init__(self, stack: Path, env: dict[str, str], more: dict[str, int]) -> None:
        records = {path.stem: json.loads(path.read_text()) for path in (stack / "run").glob("*.json")}
        self.pids = {**{name: record["pid"] for name, record in records.items()}, **more}
        self.env = env
        self.samples: list[dict[str, object]] = []
        self.begun = time.monotonic()

    def lags(self) -> dict[str, int]:
        """How many events each projection has still to commit: the topic's end less what its store says."""
        partitions = words("kcat", "-b", self.env["KAFKA_BROKERS"], "-L", "-t", TOPIC, "-J")
        ids = [partition["partition"] for partition in json.loads(partitions)["topics"][0]["partitions"]]
        ask = [word for id in ids for word in ("-t", f"{TOPIC}:{id}:-1")]
        # Lines such as `todo-events [0] offset 17`.
        ends = [int(line.rsplit(" ", 1)[1]) for line in words("kcat", "-b", self.env["KAFKA_BROKERS"], "-Q", *ask).splitlines()]
        rows = words("psql", self.env["DATABASE_URL"], "-AtF", " ", "-c", "SELECT projection, sum(next) FROM feed_offsets GROUP BY 1")
        return {name: sum(ends) - int(next) for name, next in (line.split() for line in rows.splitlines())}

    def metrics(self) -> dict[str, float]:
        """The metrics of interest, labels left out."""
        with urllib.request.urlopen(self.env["GATEWAY_URL"] + "/metrics", timeout=30) as answer:
            found = METRIC.findall(answer.read().decode())
        totals: dict[str, float] = {}
        for name, labels, value in found:
            key = name + (labels if name.endswith("_bucket") else "")
            totals[key] = totals.get(key, 0.0) + float(value)
        return totals

    def sample(self) -> dict[str, object]:
        """How things stand now."""
        processes = {name: usage(pid) for name, pid in self.pids.items()}
        return {
            "at": time.monotonic() - self.begun,
            "machine": machine(),
            "processes": {name: found for name, found in processes.items() if found},
            "lags": self.lags(),
            "metrics": self.metrics(),
        }

    def run_while(self, going_on: Callable[[], bool], seconds: float) -> None:
        """Samples until it is over, or as long as that may take at most."""
        due = self.begun
        while going_on():
            if time.monotonic() - self.begun > seconds:
                raise TimeoutError(f"the load did not end after {seconds} s")
            if time.monotonic() >= due:
                self.samples.append(self.sample())
                due += EVERY
            time.sleep(0.05)

    def drain(self, seconds: float) -> float | None:
        """How long the projections take to show all, once the load has ended; nothing if that is too long."""
        begun = time.monotonic()
        while time.monotonic() - begun < seconds:
            lags = self.lags()
            if lags and all(lag <= 0 for lag in lags.values()):
                return time.monotonic() - begun
            time.sleep(0.1)
        return None
