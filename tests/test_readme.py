"""What the README says can be typed, opened and set is there: commands run, addresses answer, links resolve."""

from __future__ import annotations

import re
import shlex
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from monitor.cli import cli
from monitor.settings import SINGLES, PageTable, SubscriptionTable
from tests.e2e.agency import START, page
from tests.e2e.program import Program, end_runner
from tests.watch.site import Site

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PROSE = re.sub(r"^```.*?^```", "", README, flags=re.DOTALL | re.MULTILINE)
SPANS = re.findall(r"`([^`\n]+)`", PROSE)
TYPED = [
    line
    for block in re.findall(r"^```console\n(.*?)^```", README, flags=re.DOTALL | re.MULTILINE)
    for line in block.splitlines()
]
NAMED = [span for span in SPANS if span.startswith("releasevakt ")]
ADDRESSES = sorted({span for span in SPANS if re.match(r"/[a-z]", span) and " " not in span and span != "/data"})


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """The program with a page read, and a copy of it under the README's name."""
    folder = tmp_path_factory.mktemp("readme")
    (folder / "page.html").write_text(page(*START), encoding="utf-8")
    with Site() as site:
        site.put("/release", page(*START))
        site.put("/lefi", page(*START))
        made = Program(folder, pages={"ssbtek-release": site.url("/release")})
        made.ok("check", "ssbtek-release")
        yield made
        made.end()
    end_runner()


def test_the_readme_has_something_to_try() -> None:
    assert len(TYPED) >= 5
    assert len(NAMED) >= 5
    assert len(ADDRESSES) >= 10


@pytest.mark.parametrize("line", [line for line in TYPED if line.startswith("make ")])
def test_a_make_target_that_is_named_exists(line: str) -> None:
    asked = subprocess.run(["make", "--dry-run", *shlex.split(line)[1:]], cwd=ROOT, capture_output=True, text=True)
    assert asked.returncode == 0, asked.stderr


@pytest.mark.parametrize("line", [line for line in TYPED if not line.startswith("make ")])
def test_a_command_that_can_be_typed_runs(line: str, program: Program) -> None:
    script, *words = shlex.split(line)
    assert script == ".venv/bin/releasevakt"
    ran = program.run(*words)
    assert "Traceback" not in ran.err
    # The plan's exit code is its answer: 3 says that it knows nothing of a version.
    assert ran.code in ((0, 1, 2, 3) if words[0] == "plan" else (0,)), ran.err
    assert ran.out


@pytest.mark.parametrize("line", NAMED)
def test_a_command_that_is_named_exists_with_its_options(line: str) -> None:
    command: click.Command = cli
    words = shlex.split(line)[1:]
    while words and isinstance(command, click.Group):
        found = command.get_command(click.Context(command), words.pop(0))
        assert found is not None, line
        command = found
    assert {word for word in words if word.startswith("--")} <= options_of(command)


def test_an_option_that_is_named_alone_belongs_to_some_command() -> None:
    known = {option for command in cli.commands.values() for option in options_of(command)}
    alone = {word for span in SPANS if span.startswith("--") for word in span.split() if word.startswith("--")}
    assert alone
    assert alone <= known


def options_of(command: click.Command) -> set[str]:
    return {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}


def test_every_address_that_is_named_answers(program: Program) -> None:
    with program.serve() as serving:
        answers = {address: serving.get(address).status_code for address in ADDRESSES}
    assert {address: status for address, status in answers.items() if status != 200} == {}


def test_every_setting_that_is_named_exists() -> None:
    table = PROSE.partition("| name | default |")[2].partition("\n\n")[0]
    names = {name for row in table.splitlines()[2:] for name in re.findall(r"`([A-Z_]+)`", row.split("|")[1])}
    assert len(names) >= 8
    assert {name.lower() for name in names} <= set(SINGLES)


def test_the_configuration_that_is_shown_has_only_keys_that_there_are() -> None:
    (block,) = re.findall(r"^```toml\n(.*?)^```", README, flags=re.DOTALL | re.MULTILINE)
    shown = tomllib.loads(block)
    assert set(shown) <= {"page", "subscription", *SINGLES}
    for table, kind in (("page", PageTable), ("subscription", SubscriptionTable)):
        for each in shown[table]:
            assert {key.removesuffix("_file") for key in each} <= set(kind.model_fields)


def test_every_link_within_the_project_leads_somewhere() -> None:
    targets = [target for target in re.findall(r"\]\(([^)\s]+)\)", README) if "://" not in target]
    assert targets
    assert [target for target in targets if not (ROOT / target.partition("#")[0]).exists()] == []
