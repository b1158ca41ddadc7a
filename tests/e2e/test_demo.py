"""The demo as a newcomer sees it: one command, and the story arrives at a subscriber."""

from __future__ import annotations

import re
import signal
import subprocess
from pathlib import Path

import httpx

from tests.e2e.program import SCRIPT, free_port, until

SEEN = ("closure.announced", "type.added", "closure.rescheduled", "incident.resolved")


def test_the_story_arrives_at_the_subscriber_within_a_minute(tmp_path: Path) -> None:
    port = free_port()
    log = tmp_path / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [SCRIPT, "demo", "--port", str(port), "--pace", "0.25"],
            env={"PATH": "", "TMPDIR": str(tmp_path)},
            cwd=tmp_path,
            stdout=output,
            stderr=output,
        )
    try:
        address = until(
            lambda: re.search(r"what a subscriber gets +(http://\S+)", log.read_text()), what="where to look"
        )[1]

        def arrived() -> bool:
            assert process.poll() is None, log.read_text()
            try:
                page = httpx.get(address).text
            except httpx.TransportError:
                return False
            return all(kind in page for kind in SEEN) and "SENARELAGD" in page

        until(arrived, what="the story", within=75)
        assert "FEL SIGNATUR" not in httpx.get(address).text
        events = httpx.get(f"http://127.0.0.1:{port}/v1/events", params={"limit": 200}).json()["items"]
        assert {event["type"] for event in events} >= set(SEEN)
        assert httpx.get(f"http://127.0.0.1:{port}/").status_code == 200
        process.send_signal(signal.SIGINT)
        assert process.wait(15) == 0
        assert "Traceback" not in log.read_text()
        # Its data were temporary.
        assert [path.name for path in tmp_path.iterdir()] == ["log"]
    finally:
        process.kill()
        process.wait()
