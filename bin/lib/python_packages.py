"""The virtual environment under var/venv, kept equal to the pinned requirements."""

import shutil
import sys
from pathlib import Path

from layout import ROOT, VENV, digest_of, run_logged, say, stamp, stamped, step, unstamp

NO_PACKAGES = (
    "The Python packages could not be installed. Most often there is no network or a proxy stands between: "
    "check with `{python} -m pip download django`, then start again."
)


PIP_INSTALL = "-m pip install --quiet --disable-pip-version-check --no-input --require-hashes"


def pip_install(requirements: Path, *options: str | Path) -> None:
    python = VENV / "bin" / "python"
    run_logged(
        [python, *PIP_INSTALL.split(), "--requirement", requirements, *options],
        log="pip",
        trouble=NO_PACKAGES.format(python=python),
    )


def ensure_python_packages(*, for_tests: bool) -> None:
    """Install what requirements/base.txt names, for tests also dev.txt. Nothing to do if they did not change."""
    base, dev = ROOT / "requirements" / "base.txt", ROOT / "requirements" / "dev.txt"
    version = sys.version.split()[0]
    made_for = f"{version} {VENV}"
    wanted = [(base, "python-packages")] + ([(dev, "python-packages-tests")] if for_tests else [])
    if not (VENV / "bin" / "python").exists():
        for _, name in wanted:
            unstamp(name)
    if made_with_uv():
        say(f"{VENV.relative_to(ROOT)} was made with uv: used as it is, keep it in step with requirements/ yourself.")
        return
    todo = [(file, name) for file, name in wanted if not stamped(name, digest_of([file], salt=made_for))]
    if not todo:
        return
    with step("Python packages"):
        ensure_venv(version)
        for file, name in todo:
            pip_install(file)
            stamp(name, digest_of([file], salt=made_for))


def made_with_uv() -> bool:
    """A developer's own environment: not ours to replace, and without pip we could not fill it."""
    config = VENV / "pyvenv.cfg"
    return config.exists() and "\nuv = " in config.read_text() and (VENV / "bin" / "python").exists()


def ensure_venv(version: str) -> None:
    """A venv of another Python (after an upgrade) or of another place (a moved checkout) is made anew: its programs
    name both."""
    config = VENV / "pyvenv.cfg"
    text = config.read_text() if config.exists() else ""
    if f"version = {version}\n" in text and f" {VENV}\n" in text and (VENV / "bin" / "pip").exists():
        return
    shutil.rmtree(VENV, ignore_errors=True)
    for name in ("python-packages", "python-packages-tests"):
        unstamp(name)
    trouble = "The Python environment could not be made. Is the Debian package python3-venv whole?"
    run_logged([sys.executable, "-m", "venv", VENV], log="venv", trouble=trouble)
