"""What one announcement says, without a page around it: `say` gives the claims, `saying` tells them in short lines."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from monitor.interpret import interpret
from monitor.labels import plain_label
from monitor.model import (
    Blanket,
    Block,
    CertificateChange,
    Claim,
    Closing,
    Incident,
    Item,
    Maintenance,
    Notice,
    Page,
    Release,
    Status,
    TypeCode,
    When,
)

Say = Callable[..., tuple[Claim, ...]]
Saying = Callable[..., list[str]]


@pytest.fixture(scope="session")
def say() -> Say:
    """What an announcement says: `say(heading, text, published=…, page=…)`. Lines of the text are its blocks."""
    return claims_of


@pytest.fixture(scope="session")
def saying() -> Saying:
    """The same, each claim as one short line that tells what it is about and what it says."""

    def told(heading: str, text: str, **more: Any) -> list[str]:
        return [line for claim in claims_of(heading, text, **more) if (line := brief(claim))]

    return told


class Phrase(NamedTuple):
    """A line of `phrases/*.txt`: an announcement and what is read out of it."""

    line: str
    heading: str
    text: str
    page: str
    published: str
    expected: list[str]


def phrases(name: str) -> list[Phrase]:
    """The lines of a list of phrases; its head tells the notation."""
    found: list[Phrase] = []
    for line in (Path(__file__).parent / "phrases" / name).read_text("utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        said, _, expected = line.partition(" =>")
        options = re.match(r"\[([^\]]*)\] ", said)
        words = options[1].split() if options else []
        heading, _, text = said[options.end() if options else 0 :].partition(" # ")
        found.append(
            Phrase(
                line=line,
                heading=heading,
                text=text.replace("\\n", "\n"),
                page=next((word for word in words if not word[0].isdigit()), "ssbtek-release"),
                published=next((word for word in words if word[0].isdigit()), "2027-03-01"),
                expected=sorted(part.strip() for part in expected.split(";") if part.strip()),
            )
        )
    return found


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that takes a `phrase` runs once for each line of the list that its module calls `PHRASES`."""
    if "phrase" in metafunc.fixturenames:
        lines = phrases(metafunc.module.PHRASES)
        metafunc.parametrize("phrase", lines, ids=[f"{one.heading} {one.text}"[:70] for one in lines])


def claims_of(
    heading: str,
    text: str,
    *,
    published: str | None = "2027-03-01",
    page: str = "ssbtek-release",
    reference_on: date | None = None,
) -> tuple[Claim, ...]:
    """The claims of an announcement whose lines are blocks: "## x" a sub-heading, "- x" a list item, "a | b" a row."""
    service, _, kind = page.rpartition("-")
    stamp = date.fromisoformat(published) if published else None
    watched = Page(key=page, service=service, kind="drift" if kind == "drift" else "release", url="https://fk.example/")
    item = Item(
        heading=heading,
        level=2,
        published=stamp,
        updated=None,
        stamp_text="",
        blocks=tuple(_blocks(text)),
        position=1,
    )
    return interpret(item, watched, reference_on=reference_on or stamp)


def _blocks(text: str) -> list[Block]:
    blocks: list[Block] = []
    table = 0
    for line in text.split("\n"):
        if " | " in line:
            table += not (blocks and blocks[-1].kind == "row")
            cells = tuple(cell.strip() for cell in line.split("|"))
            blocks.append(Block(kind="row", text=" | ".join(filter(None, cells)), cells=cells, table=table))
        elif line.startswith("- "):
            blocks.append(Block(kind="list_item", text=line[2:], level=1))
        elif line.startswith("## "):
            blocks.append(Block(kind="heading", text=line[3:], level=3))
        else:
            blocks.append(Block(kind="paragraph", text=line))
    return blocks


def brief(claim: Claim) -> str:
    """A claim in one short line; "" for a plain notice."""
    said: list[str | None]
    match claim:
        case Closing():
            said = ["closing", claim.service, plain_label(claim.version) if claim.version else "-", *_change(claim)]
            said.append(None if claim.change in ("withdrawn", "put_off") else claim.state)
        case Blanket():
            reach = f"{'<=' if claim.inclusive else '<'}{claim.before or '?'}"
            spared = f"not:{','.join(claim.spared)}" if claim.spared else None
            said = ["blanket", claim.service, reach, spared, *_change(claim), claim.state]
        case Release():
            current = "current" if claim.is_current else None
            said = ["release", claim.service, plain_label(claim.version), *_change(claim), current]
        case Status():
            said = ["status", claim.service, plain_label(claim.version), claim.closing_state]
        case TypeCode():
            kind = "removed" if claim.removed else "added"
            said = [
                kind,
                claim.service,
                claim.code_list or "-",
                claim.code or f"({claim.label})",
                *_change(claim),
                claim.owner,
            ]
        case Maintenance():
            said = ["maintenance", claim.service, *_change(claim)]
        case Incident():
            said = ["incident", claim.stage, claim.service, *_change(claim)]
        case CertificateChange():
            said = ["certificate", claim.service, *_change(claim)]
        case Notice():
            return f"hint {' '.join(claim.hints)}" if claim.hints else ""
        case _:
            said = ["content", claim.service, *_change(claim), claim.environment]
    return " ".join(part for part in said if part)


def _change(claim: Claim) -> list[str | None]:
    date_ = _day(claim.date)
    changed = None if claim.change == "stated" else claim.change.replace("_", "-")
    return [changed, date_, f"was:{_day(claim.previous_date)}" if claim.previous_date else None]


def _day(when: When | None) -> str | None:
    if when is None:
        return None
    start, end = (moment.isoformat()[:16] if moment else "" for moment in (when.start, when.end))
    return start if start == end else f"{start}..{end}"
