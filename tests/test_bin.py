"""What bin/ promises an operator, as far as it can be seen without setting up a machine."""

import importlib
import os
import re
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bench.drills._record import HEAD, with_row

ROOT = Path(__file__).resolve().parents[1]
LIB = ROOT / "bin" / "lib"


@pytest.fixture
def lib(monkeypatch):
    """Import a module of bin/lib by name."""
    monkeypatch.syspath_prepend(str(LIB))
    return importlib.import_module


@pytest.mark.parametrize(
    ("version", "recent"),
    [
        ("v18.20.4", False),
        ("v20.18.9", False),
        ("v20.19.0", True),
        ("v21.7.3", False),
        ("v22.11.0", False),
        ("v22.12.0", True),
        ("v24.1.0", True),
        ("", False),
    ],
)
def test_an_old_node_is_replaced_by_the_wheel(lib, version, recent):
    assert lib("frontend").is_recent(version) is recent


def test_a_taken_port_is_named_with_a_way_out(lib):
    start, layout = lib("cmd_start"), lib("layout")
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(layout.Trouble, match=rf"Port {port} is taken .* PORT={port + 1} bin/start"):
            start.check_port("127.0.0.1", port)
    start.check_port("127.0.0.1", port)


@pytest.mark.parametrize("port", ["abc", "0", "65536", "-1"])
def test_a_port_that_is_none_is_refused_in_a_sentence(lib, monkeypatch, port):
    monkeypatch.setenv("PORT", port)
    with pytest.raises(lib("layout").Trouble, match="is not a port number"):
        lib("cmd_start").read_address()


def test_secrets_are_made_once_long_and_for_the_owner_only(lib, monkeypatch, tmp_path):
    environment = lib("environment")
    monkeypatch.setattr(environment, "SECRETS", tmp_path / "env")
    environment.ensure_secrets()
    first = environment.read_secrets()
    environment.ensure_secrets()
    assert environment.read_secrets() == first
    assert len(first["SECRET_KEY"]) >= 50
    assert re.fullmatch(r"k1:[A-Za-z0-9+/]{43}=", first["MANGEL_TRACKING_KEYS"])
    assert re.fullmatch(r"p1:[A-Za-z0-9+/]{43}=", first["MANGEL_PHOTO_KEYS"])
    assert stat.S_IMODE((tmp_path / "env").stat().st_mode) == 0o600


def test_an_older_installation_gets_the_secrets_it_lacks_and_keeps_those_it_has(lib, monkeypatch, tmp_path):
    environment = lib("environment")
    monkeypatch.setattr(environment, "SECRETS", tmp_path / "env")
    before = "# mine\nSECRET_KEY=old\nMANGEL_TRACKING_KEYS=k7:abc\nMANGEL_HTTPS=1"
    (tmp_path / "env").write_text(before)
    environment.ensure_secrets()
    assert (tmp_path / "env").read_text().startswith(before + "\nMANGEL_PHOTO_KEYS=p1:")
    assert stat.S_IMODE((tmp_path / "env").stat().st_mode) == 0o600


def test_a_stranger_with_a_reused_process_id_is_not_our_server(lib, tmp_path):
    daemons = lib("daemons")
    (tmp_path / "server.pid").write_text(f"{os.getpid()}\n")
    assert daemons.pid_in(tmp_path / "server.pid", home=tmp_path) is None
    assert daemons.pid_in(tmp_path / "server.pid", home=Path.cwd()) == os.getpid()


def test_a_second_one_is_told_that_the_first_is_there(lib, monkeypatch, tmp_path):
    daemons = lib("daemons")
    monkeypatch.setattr(daemons, "VAR", tmp_path)
    with (
        daemons.only_one("start", sorry=ValueError("already running")),
        pytest.raises(ValueError, match="already running"),
        daemons.only_one("start", sorry=ValueError("already running")),
    ):
        pytest.fail("two at once")
    with daemons.only_one("start", sorry=ValueError("already running")):
        pass  # the first is gone


CRASHES_ONCE = """
import pathlib, subprocess, sys, time
here = pathlib.Path(sys.argv[1])
helper = subprocess.Popen(["sleep", "300"])
runs = here / "runs"
runs.write_text((runs.read_text() if runs.exists() else "") + f"{helper.pid}\\n")
print("up", flush=True)
if runs.read_text().count("\\n") == 1:
    sys.exit(3)
time.sleep(300)
"""


def test_what_crashes_comes_back_and_at_the_end_nobody_is_left(lib, tmp_path, capsys):
    supervise, layout = lib("supervise"), lib("layout")
    (tmp_path / "child.py").write_text(CRASHES_ONCE)
    argv = [sys.executable, str(tmp_path / "child.py"), str(tmp_path)]
    child = supervise.Child("web", argv, dict(os.environ), layout.person(os.geteuid()))
    supervise_until_second_run = supervise.Supervisor([child])
    give_up = time.monotonic() + 20

    def second_run_is_up():
        runs = tmp_path / "runs"
        if (runs.exists() and runs.read_text().count("\n") == 2) or time.monotonic() > give_up:
            raise KeyboardInterrupt
        return False

    with pytest.raises(KeyboardInterrupt):
        supervise_until_second_run.run(second_run_is_up)
    helpers = (tmp_path / "runs").read_text().split()
    assert len(helpers) == 2
    assert "ended (exit code 3), again in 0.5 s" in capsys.readouterr().out
    alive = subprocess.run(["ps", "-o", "stat=", "-p", ",".join(helpers)], capture_output=True, text=True).stdout
    assert not [line for line in alive.split() if not line.startswith("Z")]


def test_a_drill_keeps_one_row_per_goal_in_the_table():
    text = with_row("# Goals reached\n\nWords.\n", "| R2 | once | 30 of 30 |\n", key="| R2 | once |")
    text = with_row(text, "| R1 | kills | 0 lost |\n", key="| R1 | kills |")
    text = with_row(text, "| R2 | once | 29 of 30 |\n", key="| R2 | once |")
    assert text == f"# Goals reached\n\nWords.\n\n{HEAD}| R1 | kills | 0 lost |\n| R2 | once | 29 of 30 |\n"


def test_uv_is_told_where_pip_finds_packages(lib):
    listing = "\n".join(
        [
            "global.index-url='https://packages.example.org/simple'",
            "global.extra-index-url='file:///srv/one file:///srv/two'",
            "install.find-links='/srv/wheels /srv/more'",
            ":env:.index-url='https://mirror.example.org/simple'",
            ":env:.timeout='180'",
            "freeze.timeout='10'",
            ":env:.disable-pip-version-check='1'",
        ]
    )
    assert lib("fast_installer").translated(listing) == {
        "UV_DEFAULT_INDEX": "https://mirror.example.org/simple",
        "UV_INDEX": "file:///srv/one file:///srv/two",
        "UV_FIND_LINKS": "/srv/wheels,/srv/more",
        "UV_HTTP_TIMEOUT": "180",
    }


def test_where_uv_fails_pip_installs(lib, monkeypatch, tmp_path, capsys):
    packages, layout = lib("python_packages"), lib("layout")
    asked = []

    def broken(*arguments):
        raise layout.Trouble("no uv here")

    monkeypatch.setattr(packages.fast_installer, "install", broken)
    monkeypatch.setattr(packages, "run_logged", lambda argv, **rest: asked.append([str(word) for word in argv]))
    packages.install(tmp_path / "base.txt", "--target", tmp_path)
    assert asked[0][1:4] == ["-m", "pip", "install"]
    assert {"--require-hashes", str(tmp_path / "base.txt"), "--target"} <= set(asked[0])
    assert "pip does it" in capsys.readouterr().out


def test_packages_for_tests_are_those_for_running_and_more():
    """Then one installation does for both."""
    pins = {
        name: set(re.findall(r"^(\S+==\S+)", (ROOT / "requirements" / f"{name}.txt").read_text(), re.MULTILINE))
        for name in ("base", "dev")
    }
    assert pins["base"] < pins["dev"]
