"""The environment our processes run in: secrets made once, and where database, Redis and files are."""

import base64
import os
import secrets
from pathlib import Path
from urllib.parse import quote

from layout import NODE, VAR, VENV, Person, socket_dir

SECRETS = VAR / "env"
EXPLAINED = """\
# Secrets of this installation, made once by bin/start. Whoever reads this file can forge sign-ins and tracking codes;
# whoever loses it makes every tracking link invalid: keep it in the backup. Further settings (docs/operations.md) may
# be added as NAME=value lines.
"""


def ensure_secrets() -> None:
    """Write var/env if there is none. Never changes an existing one: the secret links of residents depend on it."""
    if SECRETS.exists():
        return
    SECRETS.parent.mkdir(parents=True, exist_ok=True)
    tracking_key = base64.b64encode(secrets.token_bytes(32)).decode()
    lines = f"SECRET_KEY={secrets.token_urlsafe(60)}\nMANGEL_TRACKING_KEYS=k1:{tracking_key}\n"
    # First whole, then visible: half a file after a crash would count as made.
    draft = SECRETS.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(EXPLAINED + lines)
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
