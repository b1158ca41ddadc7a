"""The worlds of end-to-end tests: an agency's site, a receiver, and the program between them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.agency import START, page
from tests.e2e.program import Program, end_runner
from tests.e2e.receiver import Receiver
from tests.watch.site import Site


@pytest.fixture
def site() -> Iterator[Site]:
    """The agency, with a release page of SSBTEK at "/release"."""
    with Site() as running:
        running.put("/release", page(*START))
        yield running


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Who is told."""
    with Receiver() as running:
        yield running


@pytest.fixture
def program(tmp_path: Path, site: Site) -> Iterator[Program]:
    """The program, watching the agency's release page."""
    made = Program(tmp_path, pages={"ssbtek-release": site.url("/release")})
    yield made
    made.end()


@pytest.fixture(scope="session", autouse=True)
def _runner() -> Iterator[None]:
    yield
    end_runner()
