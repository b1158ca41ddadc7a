"""What is wrong is said in one line that names it, with the right exit code, and nothing is lost or overwritten."""

from __future__ import annotations

import hashlib
import io
import os
import socket
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.cli import main
from tests.e2e.agency import CLOSING, START, page
from tests.e2e.program import Program
from tests.watch.site import Site

KEY = "ssbtek-release"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """The program with files to read, right ones and wrong ones, and a database that nothing here may change."""
    folder = tmp_path_factory.mktemp("bad-input")
    with Site() as site:
        site.put("/release", page(*START))
        program = Program(folder, pages={KEY: site.url("/release")})
        program.ok("check", KEY)
        (folder / "page.html").write_text(page(CLOSING, *START), encoding="utf-8")
        (folder / "nothing.html").write_text("<html><body><main><h1>Hej</h1></main></body></html>", encoding="utf-8")
        (folder / "binary").write_bytes(bytes(range(256)) * 40)
        with (folder / "huge.html").open("wb") as huge:
            huge.write(page(*START).encode())
            huge.truncate(50_000_000)
        (folder / "folder").mkdir()
        (folder / "not-a-database").write_bytes(b"this is no database " * 400)
        yield program


def everything(folder: Path) -> dict[str, str]:
    """The hashes of all files, of a database that of its contents: SQLite writes its log over when it likes."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(contents(path)).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.endswith(("-wal", "-shm", "huge.html", ".lock", ".toml"))
    }


def contents(path: Path) -> bytes:
    if not path.read_bytes().startswith(b"SQLite format 3"):
        return path.read_bytes()
    connection = sqlite3.connect(path)
    try:
        return "\n".join(connection.iterdump()).encode()
    finally:
        connection.close()


WRONG: dict[str, tuple[tuple[str, ...], int, tuple[str, ...]]] = {
    "a missing file": (("parse", "there-is-none.html", "--source", KEY), 2, ("there-is-none.html", "expected")),
    "a folder": (("parse", "folder", "--source", KEY), 2, ("folder", "expected")),
    "an unknown page": (("parse", "page.html", "--source", "ssbtek-nyheter"), 2, ("ssbtek-nyheter", KEY)),
    "a bad date": (
        ("parse", "page.html", "--source", KEY, "--retrieved", "2026-02-30"),
        2,
        ("--retrieved", "2026-02-30"),
    ),
    "no announcements": (("parse", "nothing.html", "--source", KEY), 3, ("nothing.html", "announcement")),
    "a binary file": (("parse", "binary", "--source", KEY), 3, ("binary",)),
    "50 MB": (("parse", "huge.html", "--source", KEY), 2, ("huge.html", "10 MB")),
    "nothing on standard input": (("parse", "-", "--source", KEY), 3, ("-",)),
    "an address nobody answers at": (("parse", "http://127.0.0.2:9/", "--source", KEY), 1, ("127.0.0.2",)),
    "a copy without announcements": (("ingest", "page.html", "nothing.html", "--source", KEY), 3, ("nothing.html",)),
    "a copy that is missing": (("ingest", "page.html", "gone.html", "--source", KEY), 2, ("gone.html",)),
    "an unknown page to check": (("check", "ssbtek"), 2, ("'ssbtek'", KEY)),
    "a bad day to ask for": (("versions", "ssbtek", "--as-of", "igår"), 2, ("--as-of", "igår")),
    "an unknown service": (("versions", "ssbteck"), 2, ("ssbteck", "lefi-online")),
    "an unknown subscription": (("test", "nobody"), 2, ("nobody",)),
    "an unknown delivery": (("deliveries", "nothing"), 2, ("nothing",)),
    "an unknown event": (("retract", "nothing"), 2, ("nothing", "event")),
    "an unknown token": (("token", "revoke", "nothing"), 2, ("nothing", "token")),
    "an unknown type": (("subscribe", "webhook", "http://127.0.0.1:9/", "--type", "stängning"), 2, ("stängning",)),
    "a connector that Microsoft retired": (
        ("subscribe", "teams", "https://contoso.webhook.office.com/webhookb2/a@b/IncomingWebhook/c/d"),
        2,
        ("Workflows",),
    ),
    "a receiver inside the house": (("subscribe", "webhook", "https://10.1.2.3/hook"), 2, ("EGRESS_ALLOW",)),
    "an unknown version to plan": (("plan", "ssbtek@77"), 3, ("UNKNOWN", "77")),
    "an unknown command": (("lyssna",), 2, ("lyssna",)),
    "a backup onto a file": (("backup", "page.html"), 2, ("page.html", "expected")),
    "a restore from nothing": (("restore", "gone.db"), 2, ("gone.db", "No such file")),
    "a restore into a full database": (("restore", "data/releasevakt.db"), 2, ("empty",)),
}


@pytest.mark.parametrize("mistake", WRONG)
def test_each_mistake_is_one_line_with_its_exit_code_and_changes_nothing(
    mistake: str, world: Program, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """By the function that the console script calls, because there are many mistakes to be made."""
    words, code, named = WRONG[mistake]
    before = everything(world.folder)
    monkeypatch.chdir(world.folder)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO()))
    for name, value in world.settings.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as exit_:
        main(words)
    said = "".join(capsys.readouterr())
    assert exit_.value.code == code, said
    assert "Traceback" not in said
    # A monitoring plugin says everything, also what went wrong, in its one line of output.
    (line,) = [line for line in said.splitlines() if line.startswith(("releasevakt: ", "RELEASEVAKT "))]
    assert [word for word in named if word not in line] == [], line
    assert everything(world.folder) == before


def test_a_database_that_cannot_be_opened_is_named_and_left_as_it_is(world: Program, tmp_path: Path) -> None:
    closed = tmp_path / "closed.db"
    source = sqlite3.connect(world.data / "releasevakt.db")
    copy = sqlite3.connect(closed)
    source.backup(copy)
    source.close()
    copy.close()
    closed.chmod(0o444)
    before = everything(world.folder) | everything(tmp_path)
    cases = {
        f"sqlite:///{world.folder}/folder": "folder",
        f"sqlite:///{world.folder}/not-a-database": "not-a-database",
        f"sqlite:///{world.folder}/page.html/below.db": "page.html",
        "postgresql://nobody:a-password@127.0.0.1:9/nothing": "127.0.0.1",
        "mysql://root@localhost/x": "postgresql://",
    }
    if os.getuid() != 0:  # To the superuser nothing is read-only.
        cases[f"sqlite:///{closed}"] = "closed.db"
    for url, word in cases.items():
        ran = world.run("versions", environ={"DATABASE_URL": url})
        assert ran.code == 2, (url, ran)
        assert word in ran.complaint
        assert "a-password" not in ran.err
    ran = world.run("plan", "ssbtek@10", environ={"DATABASE_URL": url})
    assert ran.code == 3
    assert ran.out.startswith("RELEASEVAKT UNKNOWN")
    assert everything(world.folder) | everything(tmp_path) == before


def test_a_port_in_use_and_a_second_serve_are_refused_at_once(program: Program) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ran = program.run("serve", environ={"PORT": str(port)})
        assert ran.code == 2
        assert f"127.0.0.1:{port}" in ran.complaint
    with program.serve() as serving:
        known = serving.events()
        second = program.run("serve", environ={"PORT": str(port)})
        assert second.code == 2
        assert "serve" in second.complaint
        assert serving.events() == known
        # Others may write beside it.
        assert program.ok("check", KEY)[0]["outcome"] == "unchanged"


def test_a_database_without_anything_answers_and_plans_nothing(tmp_path: Path) -> None:
    program = Program(tmp_path)
    assert program.ok("versions") == []
    ran = program.run("plan", "ssbtek@10")
    assert ran.code == 3
    assert ran.out.startswith("RELEASEVAKT UNKNOWN")


def test_checks_say_by_their_exit_code_how_they_went(program: Program, site: Site) -> None:
    program.pages["ssbtek-drift"] = site.url("/nothing", host="localhost")
    assert program.run("check", KEY).code == 0
    ran = program.run("check", "ssbtek-drift", KEY)
    assert ran.code == 1
    assert [row["outcome"] for row in ran.json] == ["failed", "unchanged"]
    assert "404" in ran.json[0]["why"]
    site.put("/nothing", "<html><body><main><h1>Hej</h1></main></body></html>")
    assert program.run("check", "ssbtek-drift").code == 3
