"""How well and how fast pages are read.

Right: our reader against the gold of `tests/pages/`, beside a naive script, as the tables of `docs/reading.md`.
Fast: a page of 60 KB from bytes to events against BeautifulSoup building its tree with lxml, in one run.
"""

from __future__ import annotations

import re
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from bs4 import BeautifulSoup

from bench.naive_reader import read as naive
from monitor.model import Page, Snapshot
from monitor.reading import read

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "pages"))
import scorer

PROMISE = 3.0
ROUNDS = 15


def main() -> None:
    """Print both."""
    for title, cases in (("Sample pages", list(scorer.samples())), ("Paraphrases", list(scorer.paraphrases()))):
        print(scorer.table(f"{title}: Releasevakt", scorer.score(cases)), end="\n\n")
        print(scorer.table(f"{title}: a naive script", scorer.score(cases, naive)), end="\n\n")
    print_speed()


def print_speed() -> None:
    """Print the ratio of reading to tree building."""
    body = page_of(60_000)
    tree = median(lambda: BeautifulSoup(body, "lxml"))
    whole = median(lambda: read_whole(body))
    print(f"a page of {len(body) // 1000} KB: tree {tree * 1000:.1f} ms, bytes to events {whole * 1000:.1f} ms")
    print(f"ratio {whole / tree:.2f} (promised: at most {PROMISE})")


def read_whole(body: bytes) -> None:
    """From bytes to events and versions."""
    page = Page(key="ssbtek-release", service="ssbtek", kind="release", url="https://example.se/")
    at = datetime(2026, 11, 23, tzinfo=UTC)
    read(Snapshot(page=page.key, url=page.url, fetched_at=at, body=body), page, at=at, today=date(2026, 11, 23))


def page_of(size: int) -> bytes:
    """A release page of about `size` bytes: the items of a sample over and over, under other headings and stamps."""
    sample = max((case.body for case in scorer.samples() if case.page == "ssbtek-release"), key=len).decode()
    start, end = sample.index("<h2"), sample.rindex("</main>")
    items = sample[start:end]
    rounds = [
        re.sub(
            r"\(([Pp]ublicera[dt]) 20(\d\d)", rf"(\1 20{number:02}", re.sub(r"(<h2[^>]*>)", rf"\g<1>{number}. ", items)
        )
        for number in range(10, 10 + max(1, (size - len(sample)) // len(items) + 1))
    ]
    return (sample[:start] + "".join(rounds) + sample[end:]).encode()


def median(work: Callable[[], object]) -> float:
    """The median time of some rounds, after one to warm up."""
    work()
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


if __name__ == "__main__":
    main()
