"""The commands as the console script calls them, in this process: an agency's page, a receiver, a data folder."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from monitor.cli import main
from tests.e2e.agency import CLOSING, START, page
from tests.e2e.receiver import Receiver
from tests.watch.site import Site

KEY = "ssbtek-release"
SERVICES = ("ssbtek", "lefi-online", "lefi-prenumeration")
PAGES = [f"{service}-{kind}" for service in SERVICES for kind in ("release", "drift")]


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
        """The one line that says what is wrong."""
        lines = [line for line in self.err.splitlines() if line.startswith("releasevakt: ")]
        assert len(lines) == 1, self.err
        return lines[0].removeprefix("releasevakt: ")


@dataclass
class Shell:
    """Runs commands. `environ` are further settings, without their prefix."""

    folder: Path
    site: Site
    environ: dict[str, str] = field(default_factory=dict)

    def __call__(self, *words: str) -> Ran:
        out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _ in range(2))
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
            patch.chdir(self.folder)
            for name, value in (self._settings() | self.environ).items():
                patch.setenv(f"RELEASEVAKT_{name}", value)
            code = _exit_code(words)
        said = [_text(stream) for stream in (out, err)]
        assert "Traceback" not in said[1]
        return Ran(code, *said)

    def ok(self, *words: str) -> Any:
        """What a command that must go well printed, as JSON."""
        ran = self(*words)
        assert ran.code == 0, (words, ran.err)
        return ran.json if ran.out.strip() else None

    def _settings(self) -> dict[str, str]:
        config = self.folder / "releasevakt.toml"
        urls = {KEY: self.site.url("/release")}
        config.write_text(
            "".join(f'[[page]]\nkey = "{key}"\nurl = "{urls.get(key, "http://127.0.0.2:9/")}"\n' for key in PAGES)
        )
        return {"DATA_DIR": str(self.folder / "data"), "CONFIG": str(config), "EGRESS_ALLOW": "127.0.0.0/8"}


def _exit_code(words: tuple[str, ...]) -> int:
    with pytest.raises(SystemExit) as exit_:
        main(words)
    return int(exit_.value.code or 0)


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    stream.seek(0)
    return stream.read()


@pytest.fixture(scope="session")
def _site() -> Iterator[Site]:
    with Site() as running:
        yield running


@pytest.fixture(scope="session")
def _receiver() -> Iterator[Receiver]:
    with Receiver() as running:
        yield running


@pytest.fixture(scope="session")
def _told(tmp_path_factory: pytest.TempPathFactory, _site: Site, _receiver: Receiver) -> Path:
    shell = Shell(tmp_path_factory.mktemp("told"), _site)
    _site.put("/release", page(*START))
    shell.ok("check", KEY)
    shell.ok("subscribe", "webhook", _receiver.url("/hook"), "--name", "Drift", "--owner", "Anna Berg")
    _site.put("/release", page(CLOSING, *START))
    shell.ok("check", KEY)
    shell.ok("deliver")
    assert len(_receiver.got) == 3, "a welcome, a closing and a release"
    return shell.folder


@pytest.fixture(scope="session")
def shell(_told: Path, _site: Site) -> Shell:
    """The commands after a program at the receiver was told of a closing. Only for what changes nothing."""
    return Shell(_told, _site)


@pytest.fixture
def told(tmp_path: Path, _told: Path, _site: Site) -> Shell:
    """The same, in a folder of the test's own, to be changed. The channel of the program is the only one."""
    shutil.copytree(_told / "data", tmp_path / "data")
    return Shell(tmp_path, _site)


@pytest.fixture
def receiver(_receiver: Receiver) -> Iterator[Receiver]:
    """Who is told; it has got nothing yet that a test could see."""
    _receiver.got.clear()
    _receiver.refused.clear()
    _receiver.status = 200
    yield _receiver
    _receiver.status = 200
