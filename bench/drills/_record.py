"""What every drill shares: is this the full run, and writing down what it showed.

A drill is a module `bench/drills/NAME.py`, run as `python -m bench.drills.NAME [--full]` by `bin/drill`, which gives it
a fresh database with migrations and city pack, a Redis and a data directory of its own (`DATABASE_URL`, `REDIS_SOCKET`,
`MANGEL_DATA_DIR`). The first line of its docstring is what `bin/drill` lists. It ends with exit code 0 only if nothing
was lost.
"""

import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GOALS = ROOT / "docs" / "goals.md"
HEAD = "| goal | drill | figure | how | commit | machine | day |\n|---|---|---|---|---|---|---|\n"


def is_full() -> bool:
    """Whether to run the figure of the goal (`--full`) or the small size of every check-in."""
    return "--full" in sys.argv or bool(os.environ.get("MANGEL_DRILL_FULL"))


def record(goal_id: str, figure: str, detail: str = "") -> None:
    """Say what was measured; in a full run also write it into docs/goals.md, one row per goal and drill."""
    print(f"{goal_id}: {figure}" + (f" ({detail})" if detail else ""), flush=True)
    if not is_full():
        return
    drill = os.environ.get("MANGEL_DRILL_NAME") or Path(sys.argv[0]).stem
    day = datetime.now(UTC).date().isoformat()
    cells = [goal_id, drill, figure, detail, commit(), machine(), day]
    row = "| " + " | ".join(re.sub(r"\s+", " ", cell).replace("|", "/") for cell in cells) + " |\n"
    text = GOALS.read_text() if GOALS.exists() else "# Goals reached\n"
    GOALS.write_text(with_row(text, row, key=f"| {goal_id} | {drill} |"))


def with_row(text: str, row: str, *, key: str) -> str:
    """The text with the row that begins with `key` replaced, or added at the end of the table of drills."""
    if HEAD not in text:
        return text.rstrip("\n") + "\n\n" + HEAD + row
    before, after = text.split(HEAD)
    rows, rest = [], after.splitlines(keepends=True)
    while rest and rest[0].startswith("|"):
        rows.append(rest.pop(0))
    rows = sorted([old for old in rows if not old.startswith(key)] + [row])
    return before + HEAD + "".join(rows) + "".join(rest)


def commit() -> str:
    """The short commit, marked if the tree held more than that."""
    head = _git("rev-parse", "--short", "HEAD")
    changed = _git("status", "--porcelain", "--untracked-files=no", "--", ".", ":!docs")
    return head + ("+changes" if changed else "")


def machine() -> str:
    """Cores, processor and memory; never the host's name."""
    cpu = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text())
    gigabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores, {cpu[1].strip() if cpu else 'processor unknown'}, {gigabytes:.0f} GB"


def _git(*words: str) -> str:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True)
    return done.stdout.strip() if done.returncode == 0 else "unknown"
