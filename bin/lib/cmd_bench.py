"""bin/bench: run the benches of bench/ against a database, a Redis and a data directory of their own."""

import argparse
import os
import subprocess
from pathlib import Path

from cmd_drill import first_line
from daemons import only_one
from environment import environment
from layout import ROOT, VAR, Trouble, main, person, say, tool
from redis_server import Redis
from town import build, prepare, servers


def all_benches() -> dict[str, Path]:
    return {path.stem: path for path in sorted((ROOT / "bench").glob("[a-z]*.py"))}


def bench(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="bin/bench", description="Run benches; without a name, list them.")
    parser.add_argument("name", nargs="?")
    options, extra = parser.parse_known_args(arguments)
    if not options.name:
        for name, path in all_benches().items():
            say(f"{name:<12} {first_line(path)}")
        return 0
    names = list(all_benches()) if options.name == "all" else [options.name]
    if unknown := [name for name in names if name not in all_benches()]:
        raise Trouble(f"There is no bench {unknown[0]}. There are: {', '.join(all_benches())}.")
    failed = []
    with only_one("drill", sorry=Trouble("A drill or bench is already running in this directory.")):
        build(for_tests=True)
        with servers(Redis("drill-redis")) as cluster:
            for name in names:
                cluster.ensure_database("mangel_bench", fresh=True)
                env = environment(database="mangel_bench", redis="drill-redis", data=VAR / "bench")
                prepare(env, who=person(os.geteuid()))
                command = [tool("python"), "-m", f"bench.{name}", *extra]
                failed += [name] if subprocess.run(command, cwd=ROOT, env=env).returncode else []
    return 1 if failed else 0


if __name__ == "__main__":
    main(bench)
