"""The program as it is installed, run as its users run it: by its console script, in processes of its own.

A `Program` has a world of its own: a data folder, a configuration file, no other environment. Nothing here waits for a
length of time; everything waits for something to be so. `serve` is always the installed console script; commands that
end are forked from a process that has imported the program once (see `runner.py`), because importing it is most of
what they cost.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import httpx

SCRIPT = Path(sys.executable).with_name("releasevakt")
PATIENCE = 45.0
"""Seconds: long enough for a busy machine, short enough to fail rather than hang."""
TOKEN = "a-token-of-the-tests-and-of-nobody-else"

T = TypeVar("T")


def until(look: Callable[[], T], *, what: str, within: float = PATIENCE) -> T:
    """Look again and again until there is something, and return it."""
    deadline = time.monotonic() + within
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}: not within {within:g} s, last seen: {found!r}")
        time.sleep(0.05)


def free_port() -> int:
    """A port that the system says is free."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@dataclass(frozen=True)
class Ran:
    """How a command went."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it printed, read as JSON."""
        return json.loads(self.out)

    @property
    def complaint(self) -> str:
        """The one line that an error is told in; progress lines before it do not count."""
        lines = [line for line in self.err.splitlines() if line.startswith("releasevakt: ")]
        assert len(lines) == 1, self.err
        assert "Traceback" not in self.err
        return lines[0].removeprefix("releasevakt: ")


@dataclass
class Serving:
    """A running `serve`."""

    process: subprocess.Popen[bytes]
    base_url: str
    log: Path
    client: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=20))

    def get(self, path: str, **options: Any) -> httpx.Response:
        """One answer, whatever its status."""
        return self.client.get(self.base_url + path, **options)

    def json(self, path: str, **options: Any) -> Any:
        """An answer that must be there, read as JSON."""
        answer = self.get(path, **options)
        assert answer.status_code == 200, (path, answer.status_code, answer.text)
        return answer.json()

    def asked(self, path: str) -> Any:
        """An answer that takes a token."""
        return self.json(path, headers={"Authorization": f"Bearer {TOKEN}"})

    def events(self, after: int = 0, **wanted: str) -> list[dict[str, Any]]:
        """The log after a number, oldest first."""
        found: list[dict[str, Any]] = self.json("/v1/events", params={"after": after, "limit": 200, **wanted})["items"]
        return found

    def last_seq(self) -> int:
        """The number of the newest event."""
        return max((event["seq"] for event in self.events()), default=0)

    def page(self, key: str) -> dict[str, Any]:
        """How watching a page stands."""
        found: dict[str, Any] = self.json(f"/v1/pages/{key}")
        return found

    def checked(self, key: str, *, times: int = 1) -> list[dict[str, Any]]:
        """Wait until a page has been looked at so many times from now on; returns those checks, oldest first."""
        begun = datetime.now(UTC)

        def made() -> list[dict[str, Any]]:
            checks = self.json(f"/v1/pages/{key}/checks", params={"limit": 50})["items"]
            after = [check for check in checks if datetime.fromisoformat(check["started_at"]) >= begun]
            return after[::-1] if len(after) >= times else []

        return until(made, what=f"{times} checks of {key}; {self.words()[-500:]}")

    def words(self) -> str:
        """What it has said so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def kill(self) -> None:
        """End it as a power cut does, if it still runs."""
        self.client.close()
        self.process.kill()
        self.process.wait(10)

    def stop(self, how: int = signal.SIGTERM, *, within: float = 15.0) -> int:
        """Ask it to stop; returns its exit code."""
        self.client.close()
        self.process.send_signal(how)
        return self.process.wait(within)


@dataclass
class Program:
    """One installation of the program. `pages` are the watched pages that matter: key to address."""

    folder: Path
    pages: dict[str, str] = field(default_factory=dict)
    every: str = "1s"
    channels: list[dict[str, Any]] = field(default_factory=list)
    environ: dict[str, str] = field(default_factory=dict)
    shipped: bool = False
    """Whether the shipped pages that are not among `pages` keep their addresses."""

    def __post_init__(self) -> None:
        self.port = free_port()
        self.started: list[Serving] = []

    @property
    def data(self) -> Path:
        """Its data folder."""
        return self.folder / "data"

    @property
    def settings(self) -> dict[str, str]:
        """All of its environment."""
        config = self.folder / "releasevakt.toml"
        config.write_text(self._toml(), encoding="utf-8")
        ours = {
            "DATA_DIR": str(self.data),
            "CONFIG": str(config),
            "PORT": str(self.port),
            "EGRESS_ALLOW": "127.0.0.0/8",
            "ADMIN_TOKEN": TOKEN,
        }
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            **{f"RELEASEVAKT_{name}": value for name, value in (ours | self.environ).items()},
        }

    def _toml(self) -> str:
        # The other shipped pages get an address where nobody answers, and are asked for once: tests reach nobody else.
        shipped = [f"{service}-{kind}" for service in SERVICES for kind in ("release", "drift")]
        tables = [
            ("page", {"key": key, "url": "http://127.0.0.2:9/", "every": "1d"})
            for key in shipped
            if key not in self.pages and not self.shipped
        ]
        tables += [("page", {"key": key, "url": url, "every": self.every}) for key, url in self.pages.items()]
        tables += [("subscription", channel) for channel in self.channels]
        return "\n".join(
            f"[[{name}]]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in table.items())
            for name, table in tables
        )

    def run(self, *words: str, stdin: bytes | None = None, environ: Mapping[str, str] | None = None) -> Ran:
        """Run a command to its end."""
        more = {f"RELEASEVAKT_{name}": value for name, value in (environ or {}).items()}
        with tempfile.TemporaryDirectory() as streams:
            files = {name: str(Path(streams, name)) for name in ("stdin", "out", "err")}
            for name in files:
                Path(files[name]).write_bytes((stdin or b"") if name == "stdin" else b"")
            asked = {"words": words, "env": self.settings | more, "cwd": str(self.folder), **files}
            code = _forked(asked)
            out, err = (Path(files[name]).read_text(encoding="utf-8") for name in ("out", "err"))
            return Ran(code, out, err)

    def ok(self, *words: str, **options: Any) -> Any:
        """Run a command that must go well; what it printed, as JSON when it printed anything."""
        ran = self.run(*words, **options)
        assert ran.code == 0, (words, ran.code, ran.err)
        return ran.json if ran.out.strip() else None

    def start(self) -> Serving:
        """Start `serve` without waiting for it."""
        log = self.folder / f"serve-{len(self.started) + 1}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [SCRIPT, "serve"], env=self.settings, cwd=self.folder, stdout=output, stderr=output
            )
        serving = Serving(process=process, base_url=f"http://127.0.0.1:{self.port}", log=log)
        self.started.append(serving)
        return serving

    def end(self) -> None:
        """Let nothing run on."""
        for serving in self.started:
            serving.kill()

    @contextmanager
    def serve(self, *, read: Sequence[str] | None = None) -> Iterator[Serving]:
        """`serve` for a while, from the moment it has read these pages (all that matter) until it stopped by itself."""
        serving = self.start()
        try:
            wait_for(serving)
            for key in self.pages if read is None else read:
                until(lambda key=key: serving.page(key)["last_good_at"], what=f"a reading of {key}")  # type: ignore[misc]
            yield serving
            assert serving.process.poll() == 0 or serving.stop() == 0, serving.words()
            assert "Traceback" not in serving.words(), serving.words()
        finally:
            serving.kill()


@cache
def _runner() -> subprocess.Popen[str]:
    """The process that commands are forked from."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.e2e.runner"],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def end_runner() -> None:
    """Nobody asks any more."""
    if _runner.cache_info().currsize:
        with _runner() as runner:
            assert runner.stdin is not None
            runner.stdin.close()
        _runner.cache_clear()


def _forked(asked: Mapping[str, Any]) -> int:
    runner = _runner()
    assert runner.stdin is not None
    assert runner.stdout is not None
    runner.stdin.write(json.dumps(asked) + "\n")
    runner.stdin.flush()
    return int(runner.stdout.readline())


SERVICES = ("ssbtek", "lefi-online", "lefi-prenumeration")


def wait_for(serving: Serving) -> None:
    """Wait until it answers."""

    def answers() -> bool:
        assert serving.process.poll() is None, serving.words()
        try:
            return serving.get("/healthz").status_code == 200
        except httpx.TransportError:
            return False

    until(answers, what="an answer of serve")
