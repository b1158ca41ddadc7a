"""A bare machine: a fresh clone, an empty environment, `make install`, `make run`, and it serves. Slow: in CI only."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import httpx
import pytest

from tests.e2e.program import free_port, until

ROOT = Path(__file__).parents[2]
SHARED = ("PATH", "HOME", "SSL_CERT_FILE", "SSL_CERT_DIR")
"""What even an empty environment has; and where pip finds packages, and trusts whom, is the machine's own affair."""

pytestmark = [
    pytest.mark.skipif(os.environ.get("CI") != "true", reason="installs everything anew; runs in CI"),
    pytest.mark.timeout(900),
]


def test_a_fresh_clone_installs_itself_serves_and_stops(tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    subprocess.run(
        ["git", "-c", "safe.directory=*", "clone", "--quiet", "--depth", "1", ROOT.as_uri(), clone], check=True
    )
    environ = {
        name: value for name, value in os.environ.items() if name in SHARED or name.startswith(("PIP_", "UV_INDEX"))
    }
    installed = subprocess.run(["make", "install"], cwd=clone, env=environ, capture_output=True, text=True)
    assert installed.returncode == 0, installed.stdout + installed.stderr

    port = free_port()
    log = tmp_path / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            ["make", "run"],
            cwd=clone,
            # The agency is not to be asked by tests: whoever tries is told that the proxy is not there.
            env=environ | {"RELEASEVAKT_PORT": str(port), "RELEASEVAKT_PROXY": "http://127.0.0.1:9"},
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:

        def answers() -> bool:
            assert process.poll() is None, log.read_text()
            try:
                return httpx.get(f"http://127.0.0.1:{port}/healthz").status_code == 200
            except httpx.TransportError:
                return False

        until(answers, what="an answer", within=60)
        until(lambda: "first round done" in log.read_text(), what="the first round", within=60)
        for path in ("/", "/feeds/all.atom", "/v1/pages", "/calendar/all.ics"):
            assert httpx.get(f"http://127.0.0.1:{port}{path}").status_code == 200, path
        said = log.read_text()
        assert f"http://127.0.0.1:{port}/feeds/all.atom" in said
        assert "admin token" in said
        assert (clone / "data/releasevakt.db").exists()
        os.killpg(process.pid, signal.SIGINT)  # As Ctrl-C does: the whole foreground group gets it.
        process.wait(20)
        until(lambda: not is_up(port), what="the end", within=10)
        assert "Traceback" not in log.read_text()
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def is_up(port: int) -> bool:
    try:
        httpx.get(f"http://127.0.0.1:{port}/healthz")
    except httpx.TransportError:
        return False
    return True
