"""Our outputs read by other people's programs, and docs/compatibility.md written from what was seen.

    python -m bench.interop [NAME…] [--no-write]

Each file in `bench/clients` is one client: its first lines say what must be installed and what it reads. They go into
an environment of their own, outside of the project. A program that is not on this machine is listed as not tried.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import uvicorn

from api.app import create_app
from db.engine import migrate, open_database
from db.store import Store
from tests.api.story import LEFI, filled
from tests.factories import NOON, make_page

HERE = Path(__file__).parent
DOCUMENT = HERE.parent / "docs" / "compatibility.md"
LONGEST = 400
SEARCH = f"{os.environ['PATH']}{os.pathsep}/usr/lib/nagios/plugins"

NOT_HERE = (
    ("Outlook, Google Calendar, Apple Calendar", "iCalendar", "need accounts or systems that are not here"),
    ("Slack, Microsoft Teams", "messages", "live services; their payloads are held against their published rules"),
    ("Grafana, Jira, ServiceNow", "CSV, JSON", "recipes in planning-tools.md, tried against our answers only"),
    ("Backstage", "endoflife.date v0", "needs an installed Backstage; its three addresses and CORS are tested"),
    ("Home Assistant", "iCalendar, endoflife.date v1", "its tracker's library is tried above"),
)
"""What cannot be tried on a machine without accounts, and what stands in for it."""


@dataclass(frozen=True)
class Client:
    """One client: what it needs from PyPI, from npm or on the machine, and what it reads."""

    path: Path
    pip: tuple[str, ...]
    npm: tuple[str, ...]
    program: str | None
    reads: str

    @property
    def name(self) -> str:
        """What it is called in the table, with its version where we chose that."""
        installed = ", ".join(self.npm + self.pip[:3]).replace("==", " ").replace("@", " ")
        return installed or f"{self.program} {_debian_version(str(self.program))}".strip()


def _debian_version(program: str) -> str:
    """The version of the Debian package that a program on this machine came with, as far as that can be told."""
    path, query = shutil.which(program, path=SEARCH), shutil.which("dpkg-query")
    if path is None or query is None:
        return ""
    owner = subprocess.run([query, "-S", Path(path).resolve()], capture_output=True, text=True, check=False).stdout
    package = owner.partition(":")[0]
    shown = subprocess.run([query, "-W", "-f=${Version}", package], capture_output=True, text=True, check=False)
    return shown.stdout if package else ""


@dataclass(frozen=True)
class Seen:
    """What came of one client: True, False, or None when it was not tried."""

    client: Client
    ok: bool | None
    said: str


def main() -> int:
    """Run the clients, print and write what was seen; 1 when one failed."""
    arguments = _arguments()
    clients = [read_client(path) for path in sorted((HERE / "clients").iterdir()) if path.suffix in COMMANDS]
    chosen = [client for client in clients if not arguments.names or client.path.stem in arguments.names]
    with tempfile.TemporaryDirectory(prefix="interop-") as folder, _running(folder) as base_url:
        seen = [_tried(client, Path(folder), base_url) for client in chosen]
    if not arguments.names and not arguments.no_write:
        DOCUMENT.write_text(document(seen), encoding="utf-8")
        print(f"written: {DOCUMENT.name}")
    return 1 if any(each.ok is False for each in seen) else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="other people's programs on our outputs")
    parser.add_argument("names", nargs="*", help="only these files of bench/clients, without their endings")
    parser.add_argument("--no-write", action="store_true", help="leave docs/compatibility.md as it is")
    return parser.parse_args()


def read_client(path: Path) -> Client:
    """A client as its first lines describe it."""
    notes = dict(re.findall(r"^(?:#|//) ([a-z-]+): (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE))
    needs = tuple(notes.get("needs", "").split())
    script = path.suffix == ".mjs"
    return Client(
        path=path,
        pip=() if script else needs,
        npm=needs if script else tuple(notes.get("needs-npm", "").split()),
        program=notes.get("needs-program"),
        reads=notes["reads"],
    )


COMMANDS = {".py": "python", ".sh": "bash", ".mjs": "node"}


def _tried(client: Client, folder: Path, base_url: str) -> Seen:
    print(f"{client.name:60.60}", end=" ", flush=True)
    seen = _seen(client, folder / client.path.stem, base_url)
    print({True: "ok     ", False: "FAILED ", None: "not here"}[seen.ok], seen.said)
    return seen


def _seen(client: Client, folder: Path, base_url: str) -> Seen:
    needed = client.program or COMMANDS[client.path.suffix]
    if needed != "python" and shutil.which(needed, path=SEARCH) is None:
        return Seen(client, None, f"{needed} is not on this machine")
    folder.mkdir()
    environment = {**os.environ, "PATH": SEARCH, "HOME": str(folder), "NODE_MODULES": str(folder / "node_modules")}
    try:
        if client.pip:
            venv.create(folder / "env", with_pip=True)
            binaries = folder / "env" / "bin"
            environment["PATH"] = f"{binaries}{os.pathsep}{SEARCH}"
            _run([binaries / "python", "-m", "pip", "install", "-q", *client.pip], folder, environment)
        if client.npm:
            flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-save", "--prefix", str(folder)]
            _run(["npm", "install", *flags, *client.npm], folder, environment)
        # Under a name of its own: beside a file called as the package the package could not be imported.
        script = shutil.copy(client.path, folder / f"client{client.path.suffix}")
        said = _run([COMMANDS[client.path.suffix], script, base_url], folder, environment)
    except subprocess.CalledProcessError as error:
        return Seen(client, False, _last_line(error.stderr or error.stdout or str(error)))
    except subprocess.TimeoutExpired:
        return Seen(client, False, f"not done within {LONGEST} seconds")
    return Seen(client, True, _last_line(said))


def _run(command: list[str | Path], folder: Path, environment: dict[str, str]) -> str:
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        check=True,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LONGEST,
    )
    return done.stdout


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1][:160] if lines else "done"


@contextmanager
def _running(folder: str) -> Iterator[str]:
    """Our application over a small story, in a process of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = get_context("spawn").Process(target=_serve, args=(f"sqlite:///{folder}/interop.db", port), daemon=True)
    process.start()
    try:
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.join(10)


def _serve(url: str, port: int) -> None:
    database = open_database(url)
    migrate(database)
    app = create_app(
        store=filled(Store(database)),
        pages=[make_page(), LEFI],
        base_url=f"http://127.0.0.1:{port}",
        clock=lambda: NOON.replace(hour=13),
        rate_per_second=0,
    )
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="error", access_log=False)


def document(seen: list[Seen]) -> str:
    """docs/compatibility.md."""
    words = {True: "yes", False: "**no**", None: "not tried"}
    rows = "\n".join(
        f"| {each.client.name} | {each.client.reads} | {words[each.ok]} | {each.said.replace('|', '/')} |"
        for each in seen
    )
    missing = "\n".join(f"| {name} | {reads} | {why} |" for name, reads, why in NOT_HERE)
    return f"""# Compatibility

Written by `make interop`, which installs these programs into environments of their own and lets them read a running
Releasevakt. What is said here was seen; what could not be tried is named. Every test run checks the same formats with
rules of our own.

| client | reads | works | seen |
| --- | --- | --- | --- |
{rows}

## Not tried here

| client | reads | why |
| --- | --- | --- |
{missing}

## By hand

* W3C Feed Validator (its own code, level AA) on RSS and Atom for everything, per service and filtered, in both
  languages, also an empty one: no errors and no warnings.
* schemathesis against the OpenAPI file of endoflife.date v1 (1.2.1): no failure. Against our own document, all checks
  and stateful, about 3,600 cases: one remark, on quiet hours that begin and end at the same time; such hours have since
  been taken as none.
"""


if __name__ == "__main__":
    sys.exit(main())
