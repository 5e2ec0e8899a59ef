"""The environment our processes run in: secrets made once, and where database, Redis and files are."""

import base64
import os
import secrets
from pathlib import Path
from urllib.parse import quote

from layout import NODE, VAR, VENV, Person, socket_dir

SECRETS = VAR / "env"
EXPLAINED = """\
# Secrets of this installation, made once by bin/start. Whoever reads this file can forge sign-ins and tracking codes
# and open the originals of photos; whoever loses it can open neither them nor residents' links. Keep it in a backup,
# but not beside that of the photos. Further settings (docs/operations.md) may be added as NAME=value lines.
"""


def made_secrets() -> dict[str, str]:
    """A fresh value for every secret there is."""

    def key() -> str:
        return base64.b64encode(secrets.token_bytes(32)).decode()

    return {
        "SECRET_KEY": secrets.token_urlsafe(60),
        "MANGEL_TRACKING_KEYS": f"k1:{key()}",
        "MANGEL_PHOTO_KEYS": f"p1:{key()}",
    }


def ensure_secrets() -> None:
    """Write var/env, or add what a newer version needs. Never changes what is there: residents' secret links and the
    originals of photos depend on it."""
    before = SECRETS.read_text() if SECRETS.exists() else ""
    there = read_secrets() if before else {}
    missing = {name: value for name, value in made_secrets().items() if name not in there}
    if not missing:
        return
    SECRETS.parent.mkdir(parents=True, exist_ok=True)
    text = (before.rstrip("\n") + "\n") if before else EXPLAINED
    text += "".join(f"{name}={value}\n" for name, value in missing.items())
    # First whole, then visible: half a file after a crash would count as made.
    draft = SECRETS.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(SECRETS)


def read_secrets() -> dict[str, str]:
    lines = [line.strip() for line in SECRETS.read_text().splitlines()]
    pairs = [line.split("=", 1) for line in lines if "=" in line and not line.startswith("#")]
    return {name.strip(): value.strip() for name, value in pairs}


def environment(*, database: str, redis: str, data: Path) -> dict[str, str]:
    """What a process of ours gets. The caller's variables beat var/env; database, Redis and files are always ours."""
    sockets = socket_dir()
    return {
        **read_secrets(),
        **os.environ,
        "PATH": f"{VENV / 'bin'}:{NODE / 'bin'}:{os.environ.get('PATH', '/usr/bin:/bin')}",
        "VIRTUAL_ENV": str(VENV),
        "PYTHONUNBUFFERED": "1",
        # Every thread's own heap keeps what one large upload needed; two heaps give it back sooner.
        "MALLOC_ARENA_MAX": os.environ.get("MALLOC_ARENA_MAX", "2"),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": f"postgis://mangel@/{database}?host={quote(str(sockets), safe='')}",
        "REDIS_SOCKET": str(sockets / f"{redis}.sock"),
        "MANGEL_DATA_DIR": str(data),
    }


def as_person(env: dict[str, str], who: Person) -> dict[str, str]:
    """The same for another user: some programs look for HOME and USER."""
    return {**env, "HOME": who.home, "USER": who.name, "LOGNAME": who.name} if who.becoming else env
