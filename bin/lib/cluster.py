"""Our private PostgreSQL with PostGIS: reachable through a socket in a private directory only."""

import os
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

from daemons import Daemon, all_working_in, pid_in
from layout import Trouble, cluster_user, own_dir, run_logged, socket_dir, state_dir

EXTENSIONS = ("postgis", "pg_trgm", "btree_gist", "unaccent", "fuzzystrmatch")
CONFIG = """\
# Written anew by bin/start at every start: change bin/lib/cluster.py instead.
listen_addresses = ''
unix_socket_directories = '{sockets}'
unix_socket_permissions = 0700
max_connections = 100
shared_buffers = {shared_mb}MB
effective_cache_size = {cache_mb}MB
work_mem = 16MB
maintenance_work_mem = 128MB
random_page_cost = 1.1
# Cost estimates of geometry functions are high enough to compile a tile query for longer than it runs.
jit = off
timezone = 'UTC'
# A log never holds what somebody reported: no statements, no values.
logging_collector = on
log_directory = 'log'
log_filename = 'postgresql-%a.log'
log_truncate_on_rotation = on
log_rotation_age = 1d
log_min_error_statement = panic
log_parameter_max_length_on_error = 0
log_error_verbosity = terse
"""


def memory_mb() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20


def find_programs(data: Path) -> Path:
    """The bin directory of the version our data is of, else of the newest with PostGIS (15 or later)."""
    made_with = data / "PG_VERSION"
    wanted = made_with.read_text().strip() if made_with.exists() else None
    found = {
        path.parent.parent.name: path.parent
        for path in Path("/usr/lib/postgresql").glob("*/bin/postgres")
        if Path(f"/usr/share/postgresql/{path.parent.parent.name}/extension/postgis.control").exists()
    }
    if wanted and wanted not in found:
        raise Trouble(f"The database in {data} is of PostgreSQL {wanted}. Install postgresql-{wanted}-postgis-3.")
    usable = [version for version in found if version.isdigit() and int(version) >= 15]
    if not usable:
        raise Trouble("No PostgreSQL 15 or newer with PostGIS found. Install postgresql-15-postgis-3.")
    return found[wanted or max(usable, key=int)]


class Cluster(Daemon):
    name = "postgresql"

    def __init__(self) -> None:
        self.who = cluster_user()
        self.state = state_dir()
        self.data = self.state / "pg"
        self.sockets = socket_dir()
        self.programs: Path | None = None

    def program(self, name: str) -> Path:
        self.programs = self.programs or find_programs(self.data)
        return self.programs / name

    def run(self, *argv: str | Path, trouble: str) -> None:
        run_logged(argv, log=f"postgresql-{Path(argv[0]).name}", trouble=trouble, cwd=Path("/"), who=self.who)

    def pid(self) -> int | None:
        return pid_in(self.data / "postmaster.pid", home=self.data)

    def alive(self) -> bool:
        return self.pid() is not None

    def start(self) -> None:
        if self.state.name != "var":
            self.state.mkdir(mode=0o711, exist_ok=True)
        own_dir(self.sockets, self.who, 0o700)
        own_dir(self.data, self.who, 0o700)
        if not (self.data / "PG_VERSION").exists():
            self.create()
        self.clear_away()
        self.configure()
        self.run(
            self.program("pg_ctl"), "start", "--wait", "--silent", "--timeout=120",
            "--pgdata", self.data, "--log", self.data / "start.log",
            trouble=f"PostgreSQL did not start; see {self.data}/start.log and {self.data}/log/.",
        )  # fmt: skip

    def create(self) -> None:
        # An initdb cut short leaves files but no PG_VERSION, and a second one refuses the directory.
        for leftover in self.data.iterdir():
            shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()
        # A private directory guards the socket, so inside it nobody needs a password.
        self.run(
            self.program("initdb"), "--auth=trust", "--username=postgres", "--encoding=UTF8",
            "--locale=C.UTF-8", "--data-checksums", "--pgdata", self.data,
            trouble="Creating the database cluster failed.",
        )  # fmt: skip

    def clear_away(self) -> None:
        """After a killed server: let its orphans end, then remove its lock files. PostgreSQL itself would take a zombie
        of that number for a running server, and in a container nobody buries zombies."""
        deadline = time.monotonic() + 10
        while orphans := all_working_in(self.data):
            if time.monotonic() > deadline:
                for pid in orphans:
                    os.kill(pid, signal.SIGQUIT)
            time.sleep(0.05)
        for lock in (self.data / "postmaster.pid", self.sockets / ".s.PGSQL.5432.lock"):
            lock.unlink(missing_ok=True)

    def configure(self) -> None:
        shared_mb = max(64, min(512, memory_mb() // 8))
        text = CONFIG.format(sockets=self.sockets, shared_mb=shared_mb, cache_mb=max(256, memory_mb() // 2))
        own = self.data / "mangel.conf"
        own.write_text(text)
        if os.geteuid() == 0:
            os.chown(own, self.who.uid, self.who.gid)
        main = self.data / "postgresql.conf"
        if "include 'mangel.conf'" not in main.read_text():
            with main.open("a") as file:
                file.write("\ninclude 'mangel.conf'\n")

    def stop(self) -> None:
        self.run(
            self.program("pg_ctl"), "stop", "--wait", "--silent", "--mode=fast", "--timeout=60", "--pgdata", self.data,
            trouble="PostgreSQL did not stop.",
        )  # fmt: skip

    def sql(self, statement: str, *, database: str = "postgres") -> str:
        """Run one statement as the cluster's superuser and return what it prints."""
        done = subprocess.run(  # type: ignore[call-overload]
            [
                self.program("psql"), "-XqAt", "-v", "ON_ERROR_STOP=1",
                "-h", self.sockets, "-U", "postgres", "-d", database, "-c", statement,
            ],
            cwd="/", capture_output=True, text=True, **self.who.becoming,
        )  # fmt: skip
        if done.returncode:
            raise Trouble(f"The database refused `{statement}`: {done.stderr.strip()}")
        return str(done.stdout).strip()

    def prepare(self) -> None:
        installed = subprocess.run([self.program("postgres"), "--version"], capture_output=True, text=True).stdout
        match = re.search(r"\d+\.\d+", installed)
        if match and not self.sql("show server_version").startswith(match[0]):
            # apt replaced the programs under a running server: new backends would load new libraries into an old one.
            self.stop()
            self.start()
        if self.sql("select 1 from pg_roles where rolname = 'mangel'") != "1":
            self.sql("create role mangel login createdb")
        for extension in EXTENSIONS:  # in the template, so that test databases have them without superuser rights
            self.sql(f"create extension if not exists {extension}", database="template1")

    def ensure_database(self, name: str, *, fresh: bool = False) -> None:
        if fresh:
            self.sql(f"drop database if exists {name} with (force)")
        if self.sql(f"select 1 from pg_database where datname = '{name}'") != "1":  # noqa: S608 (names are ours)
            self.sql(f"create database {name} owner mangel")
