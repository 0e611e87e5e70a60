"""What a run showed, as Markdown and plots."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from .plot import Line, plot

TARGETS = {"http_req_duration": "P95 < 100 ms", "http_req_failed": "errors < 0.1 %", "dropped_iterations": "all requests sent, but for 0.1 %"}
OPERATIONS = ["create", "update", "complete", "list", "get", "search", "history"]
QUANTILES = {"p50": "med", "p95": "p(95)", "p99": "p(99)"}


def recorded(record: Path) -> Iterator[tuple[float, dict[str, dict[str, float]]]]:
    """What k6's dashboard would have shown: seconds since the start, and each metric of the second before."""
    names: list[str] = []
    aggregates: dict[str, list[str]] = {}
    kinds: dict[str, str] = {}
    start = None
    for line in record.read_text().splitlines():
        event = json.loads(line)
        match event["event"]:
            case "param":
                aggregates = event["data"]["aggregates"]
            case "metric":
                kinds.update({name: about["type"] for name, about in event["data"].items()})
                names = sorted(kinds)
            case "snapshot":
                shown = {name: dict(zip(aggregates[kinds[name]], values)) for name, values in zip(names, event["data"]) if values}
                now = shown["time"]["value"]
                start = now if start is None else start
                yield (now - start) / 1000, shown


def rates(samples: Sequence[dict[str, Any]], value: Any) -> list[tuple[float, float]]:
    """How much a growing number grew a second, between samples."""
    pairs = [(a, b) for a, b in zip(samples, samples[1:]) if value(a) is not None and value(b) is not None]
    return [(b["at"], (value(b) - value(a)) / (b["at"] - a["at"])) for a, b in pairs]


def plots(out: Path, record: Path, samples: Sequence[dict[str, Any]]) -> None:
    """The charts of a run."""
    seconds = list(recorded(record))
    durations = [(at, shown["http_req_duration"]) for at, shown in seconds if "http_req_duration" in shown]
    latency: list[Line] = [(name, [(at, of[key]) for at, of in durations]) for name, key in QUANTILES.items()]
    plot(out / "latency.svg", "Latency of all requests", "ms", latency, bound=100)
    sent = [(at, shown["http_reqs"]["rate"]) for at, shown in seconds if "http_reqs" in shown]
    plot(out / "throughput.svg", "Requests answered", "1/s", [("requests", sent)])
    failed = [(at, 100 * shown["http_req_failed"]["rate"]) for at, shown in seconds if "http_req_failed" in shown]
    plot(out / "errors.svg", "Failed requests", "%", [("failed", failed)], bound=0.1)
    names = sorted({name for sample in samples for name in sample["processes"]})
    use: list[Line] = []
    for name in names:
        line = rates(samples, lambda sample, name=name: (sample["processes"].get(name) or [None])[0])
        use.append((name, [(at, 100 * share) for at, share in line]))
    busiest = sorted(use, key=lambda line: -sum(share for _, share in line[1]))[:7]
    stolen = rates(samples, lambda sample: sample["machine"]["stolen"] / os.sysconf("SC_CLK_TCK"))
    plot(out / "cpu.svg", "Processor time", "% of one core", [*busiest, ("stolen", [(at, 100 * share) for at, share in stolen])])
    lags: list[Line] = [
        (name, [(sample["at"], sample["lags"].get(name, 0)) for sample in samples])
        for name in sorted({name for sample in samples for name in sample["lags"]})
    ]
    plot(out / "lag.svg", "Events that a projection has still to commit", "events", lags)


def processes(samples: Sequence[dict[str, Any]]) -> Iterator[str]:
    """A line for each process that did something."""
    first, last = samples[0], samples[-1]
    lines = []
    for name, (seconds, _) in last["processes"].items():
        before = first["processes"].get(name, [0, 0])[0]
        share = 100 * (seconds - before) / (last["at"] - first["at"])
        resident = max(sample["processes"][name][1] for sample in samples if name in sample["processes"])
        lines.append((share, f"| {name} | {share:.0f} | {resident / 2**20:.0f} |"))
    yield from (line for _, line in sorted(lines, reverse=True))


def statements(heaviest: Sequence[dict[str, Any]]) -> Iterator[str]:
    """A line for each statement."""
    for of in heaviest:
        query, calls = of["query"].strip().replace("|", "\\|")[:140], max(of["calls"], 1)
        yield f"| `{query}` | {of['calls']} | {of['ms']:.0f} | {of['ms'] / calls:.2f} | {of['rows'] / calls:.1f} |"


def limits(samples: Sequence[dict[str, Any]]) -> str:
    """What the run was limited by, as far as processor time tells."""
    first, last = samples[0], samples[-1]
    seconds = last["at"] - first["at"]
    all_ticks, idle = (last["machine"][key] - first["machine"][key] for key in ("all", "idle"))
    shares = {name: 100 * (used - first["processes"].get(name, [0, 0])[0]) / seconds for name, (used, _) in last["processes"].items()}
    busiest = sorted(shares.items(), key=lambda share: -share[1])[:4]
    named = ", ".join(f"{name} {share:.0f} %" for name, share in busiest)
    others = 100 * (all_ticks - idle) / os.sysconf("SC_CLK_TCK") / seconds - sum(shares.values())
    if idle < 0.1 * all_ticks:
        what = "Limited by the processors: all of them were busy"
    elif busiest and busiest[0][1] > 90:
        what = f"Limited perhaps by {busiest[0][0]}, which filled a core"
    else:
        what = "Not limited by the processors"
    return f"{what}. Of one core: {named}; everything that is not listed below (the kernel, other programs) {max(others, 0):.0f} %."


def waits(samples: Sequence[dict[str, Any]]) -> str:
    """How long queries waited for their person's own writes, of the whole run."""
    first, last = samples[0]["metrics"], samples[-1]["metrics"]
    grown = {name: value - first.get(name, 0.0) for name, value in last.items()}
    name = "todo_read_your_writes_wait_seconds"
    count = grown.get(name + "_count", 0.0)
    if not count:
        return "no query had to wait"
    bounds = {key: value for key, value in grown.items() if key.startswith(name + "_bucket")}
    found = sorted((float(key.split('le="')[1].split('"')[0].replace("+Inf", "inf")), value) for key, value in bounds.items())

    def quantile(share: float) -> str:
        bound = next((bound for bound, value in found if value >= share * count), float("inf"))
        return f"≤ {1000 * bound:g} ms"

    mean = 1000 * grown[name + "_sum"] / count
    late = grown.get("todo_read_your_writes_timeouts_total", 0.0)
    return f"{count:.0f} queries waited, {mean:.1f} ms on average, p50 {quantile(0.5)}, p95 {quantile(0.95)}, p99 {quantile(0.99)}; {late:.0f} in vain"


def write_report(
    out: Path, settings: dict[str, int], layout: str, summary: dict[str, Any], record: Path,
    samples: Sequence[dict[str, Any]], drained: float | None, heaviest: Sequence[dict[str, Any]],
) -> str:
    """Writes report.md and the plots into `out`; gives the report."""
    plots(out, record, samples)
    metrics = summary["metrics"]
    total = metrics["http_req_duration"]["values"]
    machine = {key: samples[-1]["machine"][key] - samples[0]["machine"][key] for key in samples[0]["machine"]}
    verdicts = [
        f"| {TARGETS[name]} | {'met' if all(bound['ok'] for bound in metrics[name]['thresholds'].values()) else '**missed**'} |"
        for name in TARGETS if name in metrics
    ]
    answered, failed = metrics["http_reqs"]["values"]["count"], metrics["http_req_failed"]["values"]
    dropped = metrics.get("dropped_iterations", {"values": {"count": 0}})["values"]["count"]

    def operation(op: str) -> str:
        of = metrics.get(f"http_req_duration{{op:{op}}}")
        if not of or not of["values"]["max"]:
            return f"| {op} | – | | | | |"
        times, wrong = of["values"], metrics[f"http_req_failed{{op:{op}}}"]["values"]
        count = wrong["passes"] + wrong["fails"]
        return f"| {op} | {count} | {times['med']:.1f} | {times['p(95)']:.1f} | {times['p(99)']:.1f} | {100 * wrong['rate']:.3f} |"

    lags = {name: max(sample["lags"].get(name, 0) for sample in samples) for name in samples[-1]["lags"]}
    text = f"""# Load: {settings['rate']} requests/s for {settings['secs']} s, {layout} layout

{platform.machine()}, {os.cpu_count()} cores for k6 and all processes together; {100 * machine['idle'] / machine['all']:.0f} % idle, \
{100 * machine['stolen'] / machine['all']:.0f} % stolen. {settings['seed']} todos of {settings['people']} people before.

| target | |
|---|---|
{chr(10).join(verdicts)}

{answered} requests answered, {failed['passes']} failed ({100 * failed['rate']:.3f} %), {dropped} not sent in time.

| operation | answered | p50 ms | p95 ms | p99 ms | failed % |
|---|---|---|---|---|---|
| all | {answered} | {total['med']:.1f} | {total['p(95)']:.1f} | {total['p(99)']:.1f} | {100 * failed['rate']:.3f} |
{chr(10).join(operation(op) for op in OPERATIONS)}

Read-your-writes: {waits(samples)}. Answers marked stale: {100 * metrics.get('stale_answers', {'values': {'rate': 0}})['values']['rate']:.3f} %.
Events behind at most: {', '.join(f'{name} {lag}' for name, lag in sorted(lags.items())) or 'unknown'}; after the run the \
projections {'had not caught up within 60 s' if drained is None else f'had caught up within {drained:.1f} s'}.

{limits(samples)}

| process | % of one core | MiB at most |
|---|---|---|
{chr(10).join(processes(samples))}

| statement (PostgreSQL) | calls | ms in all | ms each | rows each |
|---|---|---|---|---|
{chr(10).join(statements(heaviest))}

![latency](latency.svg)
![throughput](throughput.svg)
![errors](errors.svg)
![processors](cpu.svg)
![lag](lag.svg)
"""
    (out / "report.md").write_text(text)
    return text
