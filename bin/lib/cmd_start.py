"""bin/start: bring the town up and keep it running."""

import argparse
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress

from daemons import only_one
from environment import as_person
from layout import ROOT, Stopped, Trouble, main, say, service_user, tool
from redis_server import Redis
from supervise import Child, Supervisor
from town import build, live_environment, prepare, servers

READY_AFTER_S = 180


def read_address() -> tuple[str, int]:
    host, port = os.environ.get("HOST") or "127.0.0.1", os.environ.get("PORT") or "8000"
    if not port.isdigit() or not 0 < int(port) < 65536:
        raise Trouble(f"PORT={port} is not a port number; example: PORT=8001 bin/start")
    return host, int(port)


def check_port(host: str, port: int) -> None:
    """Say before any work is done that the port cannot be had."""
    no_such_host = Trouble(f"HOST={host} is not an address of this machine; example: HOST=0.0.0.0 bin/start")
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
    except socket.gaierror:
        raise no_such_host from None
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            raise Trouble(f"Port {port} is for root only. Choose one above 1023: PORT=8000 bin/start") from None
        except OSError as error:
            if error.errno == 98:
                remedy = f"Stop that one or choose another: PORT={port + 1} bin/start"
                raise Trouble(f"Port {port} is taken by another program. {remedy}") from None
            raise no_such_host from None


# At the end, web waits 10 s for requests under way. One whose head stays away that long would hold it up for nothing.
WEB = (
    "--interface=wsgi --no-ws --workers=2 --blocking-threads=4 --backlog=1024 --log-level=warning"
    " --respawn-failed-workers --respawn-interval=1 --workers-kill-timeout=10"
    " --http1-header-read-timeout=8000 config.wsgi:application"
)
WORKER = "worker --loglevel=WARNING --concurrency=1 --without-gossip --without-mingle"


def processes(env: dict[str, str], host: str, port: int) -> list[Child]:
    """Web first, then two workers (photos must hold up neither the rest nor the web) and the clock."""
    who = service_user()
    env = as_person(env, who)
    granian, celery = tool("granian"), [tool("celery"), "--app=config.celery:app", "--quiet"]
    worker = [*celery, *WORKER.split()]
    schedule = f"--schedule={env['MANGEL_DATA_DIR']}/celerybeat-schedule"
    return [
        Child("web", [granian, "--host", host, "--port", str(port), *WEB.split()], env, who),
        Child("worker", [*worker, "--queues=default", "--hostname=default@%h"], env, who),
        Child(
            "images", [*worker, "--queues=images", "--hostname=images@%h", "--max-tasks-per-child=200"], env, who, 10
        ),
        Child("beat", [*celery, "beat", "--loglevel=WARNING", "--pidfile=", schedule], env, who),
    ]


def ask_ready(env: dict[str, str], host: str, port: int) -> tuple[bool, str]:
    """Whether /readyz says 200, and what it says otherwise."""
    address = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    names = [name for name in env.get("MANGEL_ALLOWED_HOSTS", "").split(",") if name.strip(" .*")]
    headers = {"X-Forwarded-Proto": "https"} | ({"Host": names[0].strip(" .")} if names else {})
    request = urllib.request.Request(f"http://{address}:{port}/readyz", headers=headers)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=5) as answer:
            return answer.status == 200, ""
    except urllib.error.HTTPError as error:
        return False, f"/readyz answers {error.code}: {error.read(300).decode(errors='replace')}"
    except (OSError, ValueError) as error:
        return False, f"/readyz does not answer: {error}"


def announcer(env: dict[str, str], host: str, port: int) -> Callable[[], bool]:
    began = time.monotonic()
    shown = {"0.0.0.0": "localhost", "::": "localhost"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104

    def announce() -> bool:
        ready, why_not = ask_ready(env, host, port)
        if ready:
            say(f"Mangel is ready: http://{shown}:{port}/")
        elif time.monotonic() - began > READY_AFTER_S:
            raise Trouble(f"Mangel did not become ready within {READY_AFTER_S} s. {why_not}")
        return ready

    return announce


def load_demo(env: dict[str, str]) -> None:
    """Fill the town with believable reports; the command itself sees whether they are there already."""
    who = service_user()
    say("A believable town …")
    command = [tool("python"), ROOT / "manage.py", "load_demo"]
    done = subprocess.run(command, cwd=ROOT, env=as_person(env, who), **who.becoming)  # type: ignore[call-overload]
    if done.returncode:
        raise Trouble("Loading the demo failed; what it said stands above. bin/start without --demo works without it.")


def start(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="bin/start", description="Bring Mangel up, until Ctrl-C.")
    parser.add_argument(
        "--demo", action="store_true", help="with about 300 reports of the last 12 months and staff accounts"
    )
    options = parser.parse_args(arguments)
    running = Trouble(
        "Mangel is already being started or running from this directory. Stop that one first (Ctrl-C there)."
    )
    with only_one("start", sorry=running):
        host, port = read_address()
        check_port(host, port)
        build(for_tests=False)
        redis = Redis()
        with servers(redis) as cluster:
            cluster.ensure_database("mangel")
            env = live_environment()
            prepare(env, who=service_user())
            if options.demo:
                load_demo(env)
            say("Starting web and workers …")
            with suppress(KeyboardInterrupt, Stopped):
                Supervisor(processes(env, host, port), [cluster, redis]).run(announcer(env, host, port))
    say("Stopped.")
    return 0


if __name__ == "__main__":
    main(start)
