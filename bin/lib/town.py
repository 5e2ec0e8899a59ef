"""The steps bin/start, bin/test, bin/drill and bin/manage share: from a fresh checkout to a database that is ready."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cluster import Cluster
from environment import as_person, ensure_secrets, environment
from frontend import ensure_front_end, ensure_translations
from layout import (
    ROOT,
    VAR,
    Person,
    digest_of,
    own_dir,
    run_logged,
    say,
    stamp,
    stamped,
    state_dir,
    step,
    tool,
)
from python_packages import ensure_python_packages
from redis_server import Redis

PREPARE = ROOT / "bin" / "lib" / "prepare.py"


def build(*, for_tests: bool) -> None:
    """Everything that needs no database."""
    ensure_secrets()
    ensure_python_packages(for_tests=for_tests)
    ensure_front_end()
    ensure_translations()


@contextmanager
def servers(redis: Redis) -> Iterator[Cluster]:
    """PostgreSQL and Redis, up inside; started if nobody else did, stopped if nobody else uses them any more."""
    cluster = Cluster()
    if state_dir() != VAR:
        say(f"{cluster.who.name} cannot enter {ROOT}: the database is in {state_dir()}, web and workers run as root.")
    if not (cluster.data / "PG_VERSION").exists():
        with step("A database cluster of our own"), cluster:
            pass
    with cluster, redis:
        yield cluster


def prepare(env: dict[str, str], *, who: Person) -> None:
    """Migrations and city pack always, for they know themselves what is missing; static files when they changed."""
    data = own_dir(Path(env["MANGEL_DATA_DIR"]), who)
    for folder in ("media", "static"):
        own_dir(data / folder, who)
    folders = [path for path in sorted(ROOT.glob("*/static")) if path.parent.name != "var"]
    static = digest_of([ROOT / "requirements" / "base.txt", *folders])
    name = f"static-{data.name}"
    options = [] if stamped(name, static) and any((data / "static").iterdir()) else ["--static"]
    with step("Migrations, city pack and static files"):
        run_logged(
            [tool("python"), PREPARE, *options],
            log="prepare",
            trouble="Preparing the database failed.",
            env={**as_person(env, who), "PYTHONPATH": str(ROOT)},
            who=who,
        )
    stamp(name, static)


def live_environment() -> dict[str, str]:
    return environment(database="mangel", redis="redis", data=VAR / "data")
