"""uv, which installs in seconds what takes pip minutes: a pinned wheel, told what pip is told on this machine."""

import ast
import os
import subprocess
from pathlib import Path

from layout import ROOT, VENV, digest_of, executable, run_logged, stamp, stamped

REQUIREMENTS = ROOT / "requirements" / "uv.txt"
UV_INSTALL = "pip install --quiet --no-progress --require-hashes"
# pip's setting → uv's variable, and what stands between several values there.
TRANSLATED = {
    "index-url": ("UV_DEFAULT_INDEX", None),
    "extra-index-url": ("UV_INDEX", " "),
    "find-links": ("UV_FIND_LINKS", ","),
    "trusted-host": ("UV_INSECURE_HOST", " "),
    "no-index": ("UV_NO_INDEX", None),
    "timeout": ("UV_HTTP_TIMEOUT", None),
    "default-timeout": ("UV_HTTP_TIMEOUT", None),
    "cert": ("SSL_CERT_FILE", None),
    "client-cert": ("SSL_CLIENT_CERT", None),
    "proxy": ("ALL_PROXY", None),
}


def install(requirements: Path, *options: str | Path) -> None:
    """Install what the file pins into var/venv, or where `options` say. Raises Trouble."""
    run_logged(
        [
            ensure_uv(),
            *UV_INSTALL.split(),
            "--python",
            VENV / "bin" / "python",
            "--requirement",
            requirements,
            *options,
        ],
        log="uv",
        trouble="uv could not install the Python packages.",
        env=as_pip_is_told(),
    )


def ensure_uv() -> str:
    """Our pinned uv; in a developer's environment, which has no pip to fetch it, the developer's. Raises Trouble."""
    ours, python = VENV / "bin" / "uv", VENV / "bin" / "python"
    theirs = executable("uv")
    if theirs and not (VENV / "bin" / "pip").exists():
        return theirs
    digest = digest_of([REQUIREMENTS], salt=str(VENV))
    if not (stamped("uv", digest) and ours.exists()):
        command = "-m pip install --quiet --disable-pip-version-check --no-input --require-hashes --requirement"
        run_logged([python, *command.split(), REQUIREMENTS], log="uv", trouble="uv could not be fetched.")
        stamp("uv", digest)
    return str(ours)


def as_pip_is_told() -> dict[str, str]:
    """The environment for uv, which reads neither pip.conf nor PIP_…: where packages come from and whom to trust on the
    way. What is said to uv itself wins."""
    listed: list[str | Path] = [VENV / "bin" / "python", "-m", "pip", "--disable-pip-version-check", "config", "list"]
    done = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True)
    return {
        "UV_PYTHON_DOWNLOADS": "never",
        # As pip does it: all indexes count. uv would look no further than the first one that knows the name, even if
        # the pinned version is in another; the hashes say that what comes is what we meant.
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        **translated(done.stdout),
        **os.environ,
    }


def translated(listing: str) -> dict[str, str]:
    """What `pip config list` printed, as variables for uv."""
    found: dict[str, str] = {}
    # pip's own order: [install] beats [global], the environment beats both.
    for section in ("global.", "install.", ":env:."):
        for line in listing.splitlines():
            name, equals, value = line.partition("=")
            if not equals or not name.startswith(section) or name.removeprefix(section) not in TRANSLATED:
                continue
            variable, between = TRANSLATED[name.removeprefix(section)]
            words = str(ast.literal_eval(value)).split()
            found[variable] = between.join(words) if between else " ".join(words)
    return {variable: value for variable, value in found.items() if value}
