"""bin/manage: manage.py inside Mangel's environment, with the database up."""

import os
import subprocess

from environment import as_person
from layout import ROOT, Person, main, person, service_user, tool
from redis_server import Redis
from town import build, live_environment, servers

# These write into the checkout, where the service user may not.
WRITES_SOURCE = {"makemigrations", "makemessages", "squashmigrations", "startapp"}


def runs_as(arguments: list[str]) -> Person:
    if set(arguments[:1]) & WRITES_SOURCE:
        return person(os.geteuid())
    return service_user()


def manage(arguments: list[str]) -> int:
    build(for_tests=False)
    with servers(Redis()) as cluster:
        cluster.ensure_database("mangel")
        who = runs_as(arguments)
        command = [tool("python"), ROOT / "manage.py", *arguments]
        env = as_person(live_environment(), who)
        return int(subprocess.run(command, env=env, **who.becoming).returncode)  # type: ignore[call-overload]


if __name__ == "__main__":
    main(manage)
