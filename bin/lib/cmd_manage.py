"""bin/manage: manage.py inside Mangel's environment, with the database up."""

import os
import subprocess
import sys
from contextlib import ExitStack, redirect_stdout

from environment import as_person, ensure_secrets
from layout import ROOT, Person, main, person, service_user, tool
from python_packages import ensure_python_packages
from redis_server import Redis
from town import live_environment, servers

# These write into the checkout, where the service user may not.
WRITES_SOURCE = {"makemigrations", "makemessages", "squashmigrations", "startapp"}


def runs_as(arguments: list[str]) -> Person:
    if set(arguments[:1]) & WRITES_SOURCE:
        return person(os.geteuid())
    return service_user()


def manage(arguments: list[str]) -> int:
    ensure_secrets()
    with ExitStack() as stack:
        with redirect_stdout(sys.stderr):  # `bin/manage dumpdata > file` must hold data only
            ensure_python_packages(for_tests=False)
            cluster = stack.enter_context(servers(Redis()))
            cluster.ensure_database("mangel")
        who = runs_as(arguments)
        command = [tool("python"), ROOT / "manage.py", *arguments]
        env = as_person(live_environment(), who)
        return int(subprocess.run(command, env=env, **who.becoming).returncode)  # type: ignore[call-overload]


if __name__ == "__main__":
    main(manage)
