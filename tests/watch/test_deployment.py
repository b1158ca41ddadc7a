"""The files that install and run the monitor, tried without a container engine."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.settings import PREFIX, SECRETS, SINGLES
from tests.watch.site import Site

ROOT = Path(__file__).parents[2]


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_the_healthcheck_of_the_image_is_well_when_the_monitor_is() -> None:
    found = re.search(r"^HEALTHCHECK .*\\\n\s*CMD (\[.*\])$", read("Dockerfile"), re.MULTILINE)
    assert found is not None
    _, *arguments = json.loads(found[1])
    with Site() as site:
        environ = {**os.environ, "RELEASEVAKT_PORT": str(site.port), "http_proxy": "http://127.0.0.1:9"}

        def code() -> int:
            return subprocess.run([sys.executable, *arguments], env=environ, capture_output=True).returncode

        site.put("/healthz", "ok", content_type="text/plain")
        assert code() == 0
        site.page("/healthz").status = 503
        assert code() != 0


@pytest.mark.parametrize("file", ["Dockerfile", "compose.yaml"])
def test_every_setting_that_the_image_and_compose_give_is_one(file: str) -> None:
    known = {PREFIX + name.upper() for name in SINGLES} | {f"{PREFIX}{name.upper()}_FILE" for name in SECRETS}
    given = set(re.findall(rf"{PREFIX}[A-Z_]+", read(file)))
    assert given
    assert given <= known


def test_the_image_holds_every_room_and_the_builder_gets_every_file() -> None:
    copied = set(re.findall(r"^COPY ([a-z]\w*) \1$", read("Dockerfile"), re.MULTILINE))
    assert copied == {"monitor", "api", "db", "templates"}
    allowed = set(re.findall(r"^!(.+)$", read(".dockerignore"), re.MULTILINE))
    assert allowed == copied | {"pyproject.toml", "requirements.lock", "README.md", "LICENSE"}


@pytest.mark.parametrize("lock", ["requirements.lock", "tests/requirements.lock"])
def test_the_locked_lists_name_hashes_and_no_place_to_fetch_from(lock: str) -> None:
    text = read(lock)
    packages = re.findall(r"^[a-z0-9].*==", text, re.MULTILINE)
    assert len(packages) > 40
    assert text.count("--hash=sha256:") >= len(packages)
    assert "://" not in text
    assert "index" not in text


FAKES = {
    "no Python at all": None,
    "only an old Python": 'case "$*" in *--version*) echo "Python 3.9.2";; *) exit 1;; esac',
    "a Python without venv": 'case "$*" in *version_info*) exit 0;; esac; exit 1',
}
SAID = {
    "no Python at all": "error: expected Python 3.11 or newer, found none",
    "only an old Python": "error: expected Python 3.11 or newer, found Python 3.9.2",
    "a Python without venv": "error: expected python3 to have the module venv (Debian: apt-get install python3-venv)",
}


@pytest.mark.parametrize("machine", FAKES)
def test_make_install_says_in_one_line_what_a_machine_lacks(machine: str, tmp_path: Path) -> None:
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("make", "sh"):
        found = shutil.which(name)
        assert found is not None
        (programs / name).symlink_to(found)
    script = FAKES[machine]
    if script is not None:
        (programs / "python3").write_text(f"#!{programs / 'sh'}\n{script}\n")
        (programs / "python3").chmod(0o755)
    for name in ("Makefile", "requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    environ = {"PATH": str(programs)}
    ran = subprocess.run(["make", "install"], cwd=tmp_path, env=environ, capture_output=True, text=True)
    assert ran.returncode != 0
    (line,) = [line for line in ran.stderr.splitlines() if not line.startswith("make: ***")]
    assert line.startswith(SAID[machine])
