"""Lighthouse at report form and start page, as on a slow phone: points, LCP, CLS, TBT (small: the form, once)."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from bench._server import Server
from bench.drills._record import ROOT, is_full, record

PLACE = ROOT / "bench" / "lighthouse"
CHROMIUM = os.environ.get("MANGEL_CHROMIUM", "/usr/bin/chromium")
FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-component-update"
RUNS = 3
# Lighthouse's own phone: 1.6 Mbit/s, 150 ms, processor four times slower. And the goal's slower network.
SLOW_4G: tuple[str, ...] = ()
THREE_G = ("--throttling.rttMs=300", "--throttling.throughputKbps=700")
CATEGORIES = ("performance", "accessibility", "best-practices")


@dataclass(frozen=True)
class Goal:
    """What a page must reach. Points and shifts are the page's; times also the machine's."""

    path: str
    name: str
    points: int
    lcp_ms: int
    lcp_3g_ms: int
    tbt_ms: int


FORM = Goal("/melden/", "form", points=95, lcp_ms=1800, lcp_3g_ms=3000, tbt_ms=200)
START = Goal("/", "start page with map", points=80, lcp_ms=1800, lcp_3g_ms=3000, tbt_ms=600)


def main() -> None:
    if not Path(CHROMIUM).exists():
        print(f"no Chromium at {CHROMIUM} (MANGEL_CHROMIUM), nothing was measured")
        return
    install()
    with Server(workers=2) as server:
        base = f"http://localhost:{server.port}"
        if not is_full():
            faults = report(FORM, [run(base + FORM.path)], [])
        else:
            fill()
            faults = [fault for goal in (FORM, START) for fault in measure(goal, base)]
    for fault in faults:
        print(f"FAULT {fault}")
    sys.exit(bool(faults))


def install() -> None:
    """Lighthouse lives in a folder of its own: it is ten times the front end and no part of it."""
    if not (PLACE / "node_modules" / "lighthouse").exists():
        subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=PLACE, check=True)


def fill() -> None:
    """A start page with reports and photos on it."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("load_demo", reports=60, stdout=StringIO())


def measure(goal: Goal, base: str) -> list[str]:
    usual = [run(base + goal.path) for _ in range(RUNS)]
    slow = [run(base + goal.path, *THREE_G) for _ in range(RUNS)]
    return report(goal, usual, slow)


def run(address: str, *options: str) -> dict[str, Any]:
    """One visit with an empty cache; Lighthouse's report."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "report.json"
        command = [
            *("node", "node_modules/lighthouse/cli/index.js", address, "--quiet", "--output=json"),
            *(f"--output-path={out}", f"--chrome-flags={FLAGS} --user-data-dir={folder}/chromium"),
            *(f"--only-categories={','.join(CATEGORIES)}", "--no-enable-error-reporting", *options),
        ]
        env = {**os.environ, "CHROME_PATH": CHROMIUM}
        # On a busy machine the browser's own protocol sometimes times out: a second try tells that from a broken page.
        if subprocess.run(command, cwd=PLACE, env=env, timeout=180).returncode:
            subprocess.run(command, cwd=PLACE, env=env, check=True, timeout=180)
        found = json.loads(out.read_text())
    if found.get("runtimeError"):
        raise RuntimeError(f"{address}: {found['runtimeError']['message']}")
    return found


def report(goal: Goal, usual: list[dict[str, Any]], slow: list[dict[str, Any]]) -> list[str]:
    """Record medians; what the page itself must mend."""

    def middle(name: str, runs: list[dict[str, Any]]) -> float:
        return statistics.median(one["audits"][name]["numericValue"] for one in runs)

    points = {
        name: round(100 * statistics.median(one["categories"][name]["score"] for one in usual)) for name in CATEGORIES
    }
    shift = middle("cumulative-layout-shift", usual)
    lcp = f"LCP {middle('largest-contentful-paint', usual) / 1000:.1f} s on slow 4G (goal {goal.lcp_ms / 1000})"
    if slow:
        lcp += f", {middle('largest-contentful-paint', slow) / 1000:.1f} s on 3G (goal {goal.lcp_3g_ms / 1000})"
    weight = middle("total-byte-weight", usual) / 1000
    hosts = {item.get("url", "").split("/")[2] for one in usual for item in requests(one)}
    runs = f"median of {len(usual)}, processor 4 × slower"
    record(f"U4, U5 {goal.name}", f"{weight:.0f} kB, {len(hosts) - 1} third-party hosts", runs)
    record(f"U6 {goal.name}", lcp, runs)
    blocked = f"TBT {middle('total-blocking-time', usual):.0f} ms (goal {goal.tbt_ms})"
    record(f"U7 {goal.name}", f"CLS {shift:.3f}, {blocked}", runs)
    said = f"performance {points['performance']} (goal {goal.points}), accessibility {points['accessibility']}, "
    record(f"U8 {goal.name}", f"{said}best practices {points['best-practices']}", runs)
    # Times depend on the machine and who else is on it: they are written down, not judged.
    faults = []
    if shift > 0.05:
        faults.append(f"{goal.path}: the page shifts by {shift:.3f}, more than 0.05")
    if points["accessibility"] < 100:
        faults += [f"{goal.path}: {title}" for title in failed(usual[0], "accessibility")]
    if points["best-practices"] < 95:
        faults += [f"{goal.path}: {title}" for title in failed(usual[0], "best-practices")]
    if len(hosts) > 1:
        faults.append(f"{goal.path} asks other hosts: {', '.join(sorted(hosts))}")
    return faults


def requests(one: dict[str, Any]) -> list[dict[str, Any]]:
    items = one["audits"]["network-requests"]["details"]["items"]
    return [item for item in items if item.get("url", "").startswith("http")]


def failed(one: dict[str, Any], category: str) -> list[str]:
    """The titles of what Lighthouse marks down."""
    parts = [part["id"] for part in one["categories"][category]["auditRefs"] if part["weight"]]
    return [one["audits"][name]["title"] for name in parts if (one["audits"][name]["score"] or 0) < 1]


if __name__ == "__main__":
    main()
