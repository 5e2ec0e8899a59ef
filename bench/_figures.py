"""What every bench shares: medians, a table, a picture, and the place in docs/performance.md where they go."""

import os
import re
import statistics
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from bench.drills._record import ROOT, commit, machine

PAGE = ROOT / "docs" / "performance.md"
PICTURES = ROOT / "docs" / "pictures"
INK, QUIET = "#1b2a33", "#c8d0d4"
LINES = ["#0b6e8a", "#b4441e", "#4f7a28", "#7a4a9c", "#8a6d0b"]


def begin() -> None:
    """A word if the machine is busy: work that shares a core and its caches takes more processor time."""
    if (busy := os.getloadavg()[0]) > 1:
        print(f"The machine is busy (load {busy:.1f}): that raises processor times.", flush=True)


def writes() -> bool:
    """Whether this run goes into the docs (not with --dry, nor in the small size)."""
    return "--dry" not in sys.argv and "--small" not in sys.argv


def median(values: Iterable[float]) -> float:
    return statistics.median(values)


def p95(values: Sequence[float]) -> float:
    return sorted(values)[max(0, int(len(values) * 0.95) - 1)]


def table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A Markdown table; the first column is text, the others figures."""
    lines = ["| " + " | ".join(head) + " |", "|---" + "|---:" * (len(head) - 1) + "|"]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def number(value: float) -> str:
    """Three digits that matter."""
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.3g}"


def tell(name: str, body: str) -> None:
    """Print the figures and put them into their section of the page, with commit, machine and day."""
    print(body, flush=True)
    if not writes():
        return
    day = datetime.now(UTC).date().isoformat()
    busy = os.getloadavg()[0]
    load = f", load {busy:.1f} (others were working, which raises processor times)" if busy > 2 else ""
    section = f"<!-- bench:{name} -->\n{body}\n\n*{commit()} · {machine()} · {day}{load}*\n<!-- /bench:{name} -->"
    text = PAGE.read_text() if PAGE.exists() else "# Performance\n"
    pattern = re.compile(rf"<!-- bench:{name} -->.*?<!-- /bench:{name} -->", re.S)
    text = (
        pattern.sub(lambda _: section, text) if pattern.search(text) else f"{text.rstrip()}\n\n## {name}\n\n{section}\n"
    )
    PAGE.write_text(text)


def picture(
    name: str,
    lines: Mapping[str, Sequence[tuple[float, float]]],
    *,
    across: str,
    up: str,
    log: str = "",
    target: tuple[float, str] | None = None,
) -> None:
    """Curves as SVG into docs/pictures/. `log`: which axes are logarithmic ("x", "y", "xy")."""
    if not writes():
        return
    import matplotlib as mpl

    mpl.use("svg")
    from matplotlib import pyplot as plt

    # Text stays text, and the same figures give the same file.
    mpl.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": name, "font.family": "sans-serif", "font.size": 11})
    figure, axes = plt.subplots(figsize=(7.2, 3.8), layout="constrained")
    for (label, points), colour in zip(lines.items(), LINES, strict=False):
        x, y = zip(*points, strict=True)
        axes.plot(x, y, marker="o", markersize=5, linewidth=2, color=colour, label=label)
    if target:
        axes.axhline(target[0], color=INK, linewidth=1, linestyle="--")
        axes.annotate(
            target[1], (0.01, target[0]), xycoords=("axes fraction", "data"), va="bottom", color=INK, fontsize=9
        )
    for axis in log:
        getattr(axes, f"set_{axis}scale")("log")
    axes.set_xlabel(across)
    axes.set_ylabel(up)
    axes.grid(color=QUIET, linewidth=0.6)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False)
    PICTURES.mkdir(parents=True, exist_ok=True)
    figure.savefig(PICTURES / f"{name}.svg", metadata={"Date": None})
    plt.close(figure)
