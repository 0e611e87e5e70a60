"""Line charts as SVG, drawn by hand: a plotting library would be most of what this project installs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

Line = tuple[str, Sequence[tuple[float, float]]]

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 900, 260, 60, 170, 30, 30
COLOURS = ["#1f6feb", "#d1242f", "#1a7f37", "#9a6700", "#8250df", "#0a7ea4", "#bf3989", "#57606a"]


def nice(top: float) -> float:
    """The next round number."""
    step = 1.0
    while step * 10 < top:
        step *= 10
    while step > top > 0:
        step /= 10
    return next(step * factor for factor in (1, 2, 2.5, 5, 10) if step * factor >= top) if top > 0 else 1.0


def plot(file: Path, title: str, unit: str, lines: Sequence[Line], bound: float | None = None) -> None:
    """Writes a chart of lines over seconds; `bound` is drawn as what should not be exceeded."""
    points = [point for _, line in lines for point in line]
    right = max((x for x, _ in points), default=1.0) or 1.0
    top = nice(max([y for _, y in points] + ([bound] if bound else []), default=1.0))
    across, up = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM

    def at(x: float, y: float) -> str:
        return f"{LEFT + across * x / right:.1f},{TOP + up * (1 - y / top):.1f}"

    svg = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/><text x="{LEFT}" y="18" font-size="14">{title}, {unit}</text>',
    ]
    for part in range(5):
        value = top * part / 4
        x, y = at(0, value).split(",")
        svg.append(f'<path d="M{x},{y}H{LEFT + across}" stroke="#d0d7de"/><text x="{LEFT - 6}" y="{y}" text-anchor="end">{value:g}</text>')
        svg.append(f'<text x="{LEFT + across * part / 4:.0f}" y="{HEIGHT - 10}" text-anchor="middle">{right * part / 4:.0f} s</text>')
    if bound:
        svg.append(f'<path d="M{at(0, bound)}L{at(right, bound)}" stroke="#d1242f" stroke-dasharray="6 4"/>')
    for number, (name, line) in enumerate(lines):
        colour = COLOURS[number % len(COLOURS)]
        path = " ".join(at(x, y) for x, y in line)
        svg.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.5"/>')
        svg.append(f'<text x="{LEFT + across + 10}" y="{TOP + 12 + 16 * number}" fill="{colour}">{name}</text>')
    file.write_text("\n".join([*svg, "</svg>", ""]))
