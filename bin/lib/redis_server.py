"""Our private Redis on a socket: caches and the workers' queue. Nothing in it is worth keeping."""

import os
import time

from daemons import Daemon, pid_in
from layout import Trouble, cluster_user, executable, own_dir, run_logged, socket_dir, state_dir

CONFIG = """\
# Written anew by bin/start at every start: change bin/lib/redis_server.py instead.
port 0
unixsocket {socket}
unixsocketperm 700
daemonize yes
pidfile {home}/{name}.pid
logfile {home}/{name}.log
loglevel warning
dir {home}
save ""
appendonly no
maxmemory 256mb
# Cached things carry an expiry and may go; queued work carries none and must stay.
maxmemory-policy volatile-lru
"""


class Redis(Daemon):
    def __init__(self, name: str = "redis") -> None:
        self.name = name
        self.who = cluster_user()
        self.home = state_dir() / "redis"
        self.socket = socket_dir() / f"{name}.sock"

    def pid(self) -> int | None:
        return pid_in(self.home / f"{self.name}.pid", home=self.home)

    def alive(self) -> bool:
        return self.pid() is not None

    def start(self) -> None:
        program = executable("redis-server") or executable("valkey-server")
        if not program:
            raise Trouble("No redis-server found. Install the Debian package redis-server.")
        own_dir(self.home, self.who, 0o700)
        own_dir(socket_dir(), self.who, 0o700)
        self.socket.unlink(missing_ok=True)
        config = self.home / f"{self.name}.conf"
        config.write_text(CONFIG.format(socket=self.socket, home=self.home, name=self.name))
        if os.geteuid() == 0:
            os.chown(config, self.who.uid, self.who.gid)
        trouble = f"Redis did not start; see {self.home}/{self.name}.log."
        run_logged([program, config], log=f"{self.name}-start", trouble=trouble, cwd=self.home, who=self.who)
        self._wait(lambda: self.socket.exists() and self.alive(), trouble)

    def stop(self) -> None:
        pid = self.pid()
        if pid:
            os.kill(pid, 15)
            self._wait(lambda: not self.alive(), "Redis did not stop.")

    def _wait(self, done, trouble: str) -> None:  # type: ignore[no-untyped-def]
        deadline = time.monotonic() + 20
        while not done():
            if time.monotonic() > deadline:
                raise Trouble(trouble)
            time.sleep(0.05)
