"""What an answer costs: beside a bare endpoint of the same framework that returns the same bytes, in one run; and from
100,000 events beside 1,000.

    python -m bench.http [--seconds 2] [--events 1000 100000]

Each server is uvicorn in a process of its own; the client keeps a few connections open and counts whole answers. Ours
and the bare one take turns, and the best turn of each counts, since other work on the machine only ever slows a turn.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import uvicorn
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from api.app import create_app
from bench.postgresql import cluster, programs
from db.engine import migrate, open_database
from db.store import Store
from monitor.model import Announcement, Event, Observation, Page, PageState, Release, Statement, Text, When

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
PAGE = Page(key="ssbtek-release", service="ssbtek", kind="release", url="https://fk.example/ssbtek", confirmed=True)
CONNECTIONS = 8
TURNS = 5

PROMISES = {"feed": 0.7, "versions": 0.7, "feed, 304": 0.8, "versions, 304": 0.8}
"""The least share of the bare endpoint's requests per second."""

PATHS = {"feed": "/feeds/all.rss", "versions": "/v1/services/ssbtek/versions"}
QUERIES = (
    "/v1/events?limit=50",
    "/v1/events?after=500&limit=50",
    "/v1/events?service=ssbtek&type=closure&limit=50",
    "/v1/events?service=lefi-online&limit=50",
    "/v1/events?min_severity=critical&limit=50",
    "/v1/events?subject=closing:ssbtek:7",
    "/v1/events?date_from=2026-05-04&date_until=2026-05-31&limit=50",
    "/v1/services/ssbtek/versions",
    "/feeds/all.rss",
    "/feeds/ssbtek.atom?type=release",
)
SLOWEST_GROWTH = 1.5
"""How much longer the median of the same queries may take from a hundred times the events."""


def main() -> int:
    """Measure, print, and exit 1 when a promise is not kept."""
    arguments = _arguments()
    counts = tuple(arguments.events)
    with tempfile.TemporaryDirectory() as folder:
        urls = [f"sqlite:///{folder}/{count}.db" for count in counts]
        _fill_all(urls, counts)
        kept = [_beside_bare(urls[0], arguments.seconds), _growth("SQLite", urls, counts)]
    if programs() is None:
        print("PostgreSQL is not installed here: not measured")
    else:
        with cluster() as few, cluster() as many:
            _fill_all([few, many], counts)
            kept.append(_growth("PostgreSQL", [few, many], counts))
    return 0 if all(kept) else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="what an answer costs")
    parser.add_argument("--seconds", type=float, default=2.0, help="how long each turn lasts")
    parser.add_argument("--events", type=int, nargs=2, default=(1_000, 100_000))
    return parser.parse_args()


# --- what is served -----------------------------------------------------------------------------------------------


def _fill_all(urls: Sequence[str], counts: Sequence[int]) -> None:
    for url, count in zip(urls, counts, strict=True):
        fill(url, count)


def fill(url: str, count: int) -> None:
    """A database with so many events, and one service with a dozen versions."""
    database = open_database(url)
    migrate(database)
    store = Store(database)
    store.ensure_pages([PAGE], now=NOW)
    state = PageState(page=PAGE.key, url=PAGE.url, state="ok", reader_version=1, baseline_at=NOW, last_good_at=NOW)
    store.commit(
        Observation(
            state=replace(state, last_changed_at=NOW),
            announcements=tuple(_announcement(number) for number in range(1, 13)),
            statements=tuple(_release(number) for number in range(1, 13)),
        )
    )
    for first in range(0, count, 5_000):
        events = tuple(_event(number) for number in range(first, min(first + 5_000, count)))
        store.commit(Observation(state=state, events=events))
    database.close()


def _announcement(number: int) -> Announcement:
    said = f"Version {number} driftsätts."
    return Announcement(
        id=f"00000000-0000-4000-9000-{number:012d}", page=PAGE.key, service="ssbtek", heading=f"Version {number}",
        published=_day(number), updated=None, text=said, html=f"<p>{said}</p>", url=PAGE.url, position=number,
        first_seen_at=NOW, changed_at=NOW,
    )  # fmt: skip


def _day(number: int) -> date:
    return date(2015, 1, 1) + timedelta(days=300 * number)


def _release(number: int) -> Statement:
    day = _day(number)
    when = When(start=day, end=day, precision="day", text=day.isoformat())
    claim = Release(service="ssbtek", version=str(number), evidence=f"Version {number} driftsätts.", date=when)
    return Statement(
        id=f"00000000-0000-4000-8000-{number:012d}", page=PAGE.key,
        announcement_id=f"00000000-0000-4000-9000-{number:012d}", claim=claim, overview=False, known_on=day,
        stamped=True, seen_at=NOW, position=number,
    )  # fmt: skip


def _event(number: int) -> Event:
    kinds = (
        ("closure.announced", "critical", "closing"),
        ("release.announced", "major", "release"),
        ("type.added", "minor", "code"),
        ("maintenance.scheduled", "minor", "maintenance"),
        ("notice.published", "info", "notice"),
    )
    kind, severity, prefix = kinds[number % 5]
    service = ("ssbtek", "lefi-online", "lefi-prenumeration")[number % 3]
    day = date(2020, 1, 1) + timedelta(days=number % 2_500)
    said = f"Försäkringskassan skriver att något händer med {service} {number % 40} den {day}."
    return Event(
        id=f"00000000-0000-4000-a000-{number:012d}", type=kind, severity=severity, service=service,  # type: ignore[arg-type]
        subject=f"{prefix}:{service}:{number % 5_000}", page=PAGE.key, announcement_id=None, published=day,
        seen_at=NOW - timedelta(seconds=200_000 - number), title=Text(sv=said, en=said), summary=Text(sv=said, en=said),
        evidence=said, url=PAGE.url, version=str(number % 40), pushed=True,
        date=When(start=day, end=day, precision="day", text=day.isoformat()),
    )  # fmt: skip


def _serve(url: str, port: int) -> None:
    store = Store(open_database(url))
    app = create_app(store=store, pages=[PAGE], base_url="http://127.0.0.1", clock=lambda: NOW, rate_per_second=0)
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="error", access_log=False)


def _serve_bare(answers: dict[str, tuple[bytes, list[tuple[str, str]]]], port: int) -> None:
    """The framework with nothing of ours: each path returns its bytes with the same headers, or a 304."""
    app = FastAPI(openapi_url=None)
    for path, (body, headers) in answers.items():
        _add_bare(app, path, body, dict(headers))
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="error", access_log=False)


def _add_bare(app: FastAPI, path: str, body: bytes, headers: dict[str, str]) -> None:
    etag = headers["etag"]

    async def bare(request: Request) -> Response:
        if request.headers.get("if-none-match") == etag:
            return Response(status_code=304, headers={"etag": etag})
        return Response(body, headers=headers)

    app.add_api_route(path, bare, response_model=None)


@contextmanager
def _running(target: Any, *arguments: Any) -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    process = multiprocessing.get_context("spawn").Process(target=target, args=(*arguments, port), daemon=True)
    process.start()
    try:
        deadline = time.monotonic() + 30
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            if time.monotonic() > deadline:
                raise TimeoutError("the server did not start")
            time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.join(10)


# --- how it is asked ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Got:
    """One answer."""

    status: int
    headers: dict[str, str]
    body: bytes


async def _ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> Got:
    writer.write(request)
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)}
    length = int(headers.get("content-length", 0))
    body = await reader.readexactly(length) if length else b""
    return Got(int(first.split()[1]), headers, body)


def _request(path: str, etag: str | None = None) -> bytes:
    known = f"If-None-Match: {etag}\r\n" if etag else ""
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: */*\r\n{known}\r\n".encode()


async def _one(port: int, path: str) -> Got:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    got = await _ask(reader, writer, _request(path))
    writer.close()
    return got


async def _rate(port: int, request: bytes, status: int, seconds: float) -> float:
    """Requests per second over a few connections."""
    done = 0
    until = time.perf_counter() + seconds

    async def keep_asking() -> None:
        nonlocal done
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while time.perf_counter() < until:
            got = await _ask(reader, writer, request)
            if got.status != status:
                raise RuntimeError(f"expected {status}, got {got.status}")
            done += 1
        writer.close()

    started = time.perf_counter()
    await asyncio.gather(*(keep_asking() for _ in range(CONNECTIONS)))
    return done / (time.perf_counter() - started)


# --- what is promised ---------------------------------------------------------------------------------------------


def _beside_bare(url: str, seconds: float) -> bool:
    with _running(_serve, url) as ours:
        answers = {}
        for path in PATHS.values():
            got = asyncio.run(_one(ours, path))
            passed = [(name, value) for name, value in got.headers.items() if name not in ("date", "server")]
            answers[path] = (got.body, passed)
        with _running(_serve_bare, answers) as bare:
            kept = True
            print(f"{'answer':16}{'bytes':>8}{'bare/s':>10}{'ours/s':>10}{'share':>8}{'promise':>9}")
            for name, promise in PROMISES.items():
                path = PATHS[name.partition(",")[0]]
                etag = dict(answers[path][1])["etag"] if name.endswith("304") else None
                request, status = _request(path, etag), 304 if etag else 200
                best = {bare: 0.0, ours: 0.0}
                for _ in range(TURNS):
                    for port in best:
                        best[port] = max(best[port], asyncio.run(_rate(port, request, status, seconds)))
                share = best[ours] / best[bare]
                kept = kept and share >= promise
                size = 0 if etag else len(answers[path][0])
                print(f"{name:16}{size:8}{best[bare]:10.0f}{best[ours]:10.0f}{share:8.2f}{promise:9.2f}")
    return kept


def _growth(name: str, urls: Sequence[str], counts: Sequence[int]) -> bool:
    """The median time of the queries, nothing kept ready, from few and from many events."""
    medians = []
    for url, count in zip(urls, counts, strict=True):
        with _running(_serve, url) as port:
            times = asyncio.run(_times(port))
        medians.append(statistics.median(times.values()))
        print(f"{name}, {count} events: median {1_000 * medians[-1]:.1f} ms")
        for path, seconds in times.items():
            print(f"    {1_000 * seconds:7.1f} ms  {path}")
    growth = medians[1] / medians[0]
    print(f"{name}: {counts[1]} events take {growth:.2f} times as long as {counts[0]} (promise {SLOWEST_GROWTH})")
    return growth <= SLOWEST_GROWTH


async def _times(port: int) -> dict[str, float]:
    """The best of a few for each query; a parameter that changes nothing keeps the ready answers out of it."""
    times = {}
    for path in QUERIES:
        taken = []
        for turn in range(7):
            started = time.perf_counter()
            got = await _one(port, _varied(path, turn))
            taken.append(time.perf_counter() - started)
            if got.status != 200:
                raise RuntimeError(f"{path}: {got.status}")
        times[path] = min(taken[1:])
    return times


def _varied(path: str, turn: int) -> str:
    if "versions" in path:
        return f"{path}?as_of=2026-04-{10 + turn}"
    if "limit=50" in path:
        return path.replace("limit=50", f"limit={50 + turn}")
    return f"{path}{'&' if '?' in path else '?'}limit={50 + turn}"


if __name__ == "__main__":
    sys.exit(main())
