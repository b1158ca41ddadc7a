"""What becomes of a page that comes out wrong: `python -m bench.mutations --count 10000 --seed 1`.

Each round takes a sample page in, damages it by chance and takes the damaged page in after it, twice, as two checks in
a row would. Whatever happened to the page, the reader must say nothing that is not in it, lose nothing silently, and
take nothing as called off only because it is not there. Every fault is printed with the name that repeats it alone:
`python -m bench.mutations --only SEED:NUMBER`.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from pathlib import Path

from bs4 import BeautifulSoup

from bench.damage import KINDS, Damaged, damage
from monitor.errors import MonitorError
from monitor.model import Announcement, Event, Memory, Page, Reading
from monitor.observe import Learnt, learn, still_missing
from monitor.parse import digest, parse
from monitor.settle import settle
from monitor.turns import Turn
from monitor.words import squeeze

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "pages"))
import scorer

OUTCOMES = ("unchanged", "nothing told", "edits told", "events told", "hinted", "suspicious", "unreadable")
CALLED_OFF = ("release.withdrawn", "closure.withdrawn", "maintenance.cancelled", "incident.resolved")
_UNSEEN = ["script", "style", "template", "noscript", "head"]
_SPACE = re.compile(r"\s+")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f\ufffd]")
_LINE_WORTH_KEEPING = 25
"""Letters of a line that is looked for in the damaged page; shorter ones stand in many places."""


@dataclass(frozen=True, slots=True)
class Known:
    """A page as it was before: what was learnt of it."""

    name: str
    page: Page
    body: bytes
    memory: Memory
    told: dict[str, Event]
    digest: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Round:
    """How one round went. `faults` are the sentences that must not be there."""

    name: str
    kind: str
    sample: str
    outcome: str
    faults: tuple[str, ...] = ()


@cache
def known_pages() -> tuple[Known, ...]:
    """The sample pages, and the real ones where `RELEASEVAKT_REAL_PAGES` names their folder, each taken in."""
    bodies = [(case.name, case.page, case.body, case.retrieved) for case in scorer.samples()]
    folder = os.environ.get("RELEASEVAKT_REAL_PAGES")
    bodies += [
        (path.stem, "ssbtek-release", path.read_bytes(), date(2025, 5, 12))
        for path in (sorted(Path(folder).glob("*.html")) if folder else ())
    ]
    return tuple(
        _known(name, key, body, datetime(*day.timetuple()[:3], 12, tzinfo=UTC)) for name, key, body, day in bodies
    )


def _known(name: str, key: str, body: bytes, at: datetime) -> Known:
    service, _, kind = key.rpartition("-")
    page = Page(
        key=key, service=service, kind="drift" if kind == "drift" else "release", url=f"https://fk.example/{key}"
    )
    reading = parse(body, page=key, url=page.url)
    learnt = learn(Memory(), reading, page, at=at, url=page.url, known_events=())
    told = {event.id: event for event in learnt.events}
    return Known(name=name, page=page, body=body, memory=learnt.memory, told=told, digest=digest(reading), at=at)


def play(seed: int, number: int) -> Round:
    """One round, the same for the same seed and number."""
    chance = random.Random(f"{seed}:{number}")
    pages = known_pages()
    known, kind = chance.choice(pages), KINDS[number % len(KINDS)]
    damaged = damage(known.body, kind, chance, others=[other.body for other in pages if other is not known])
    outcome, faults = judge(known, damaged)
    return Round(f"{seed}:{number}", kind, known.name, outcome, tuple(faults))


def judge(known: Known, damaged: Damaged) -> tuple[str, list[str]]:
    """Take the damaged page in after the good one: what came of it, and what is wrong with that."""
    try:
        reading = parse(damaged.body, page=known.page.key, url=known.page.url, content_type=damaged.content_type)
    except MonitorError:
        return "unreadable", []
    except Exception as error:  # what must never come out of a page is what is looked for here
        return "unreadable", [f"parse raised {error!r}"]
    if digest(reading) == known.digest:
        return "unchanged", []
    try:
        first, then = _taken_in(known, reading)
    except Exception as error:
        return "nothing told", [f"learning raised {error!r}"]
    if first.suspicious:
        return "suspicious", []
    faults = [
        *_changed_survivors(known, first),
        *_invented(known, first.events, damaged),
        *_lost(known, reading, first, damaged),
        *_called_off(known, {id(look): look for look in (first, then)}.values(), damaged),
        *_gone(known, then),
        *_untold(known, first),
    ]
    return _outcome(first.events), faults


def _taken_in(known: Known, reading: Reading) -> tuple[Learnt, Learnt]:
    """The first check that sees the page, and the second, for which it is as it was."""
    at = known.at + timedelta(days=1)
    first = learn(known.memory, reading, known.page, at=at, url=known.page.url, known_events=known.told)
    told = {*known.told, *(event.id for event in first.events)}
    later = at + timedelta(minutes=15)
    return first, still_missing(first.memory, known.page, at=later, known_events=told) or first


def _outcome(events: Sequence[Event]) -> str:
    if any(event.hints for event in events):
        return "hinted"
    if any(not event.type.startswith("announcement.") for event in events):
        return "events told"
    return "edits told" if events else "nothing told"


# --- what must not happen ---------------------------------------------------------------------------------------


def _changed_survivors(known: Known, learnt: Learnt) -> Iterator[str]:
    """Announcements that stand word for word keep their id and their events, and tell nothing new."""
    after = {announcement.id: announcement for announcement in learnt.memory.announcements}
    before = {announcement.id: announcement for announcement in known.memory.announcements}
    unchanged = {id_ for id_, old in before.items() if _words(after[id_]) == _words(old) and not after[id_].absent}
    words = {_words(old): old.id for old in before.values()}
    for new in after.values():
        if new.id not in before and _words(new) in words and words[_words(new)] not in unchanged:
            yield f"“{new.heading}” stands word for word and got another id"
    turns = {turn.id: turn for turn in learnt.ledger.turns()}
    for event in known.told.values():
        if event.announcement_id in unchanged:
            turn = turns.get(event.id)
            if turn is None or (turn.type, turn.subject, turn.version, turn.date) != _facts(event):
                yield f"{event.type} {event.subject} of an untouched announcement is not what it was"
    for event in learnt.events:
        told = event.type.startswith(("announcement.", "notice."))
        if event.announcement_id in unchanged and not told:
            yield f"{event.type} {event.subject} is told anew of an untouched announcement: {event.evidence!r}"


def _words(announcement: Announcement) -> tuple[object, ...]:
    return announcement.heading, announcement.text, announcement.published, announcement.updated, announcement.kind


def _facts(event: Event) -> tuple[object, ...]:
    return event.type, event.subject, event.version, event.date


def _invented(known: Known, events: Sequence[Event], damaged: Damaged) -> Iterator[str]:
    """Versions and dates stand in the page, and so does what is quoted."""
    seen = visible(damaged)
    spaced = shown(damaged)
    words = seen + "".join(_bare(a.heading + a.text) for a in known.memory.announcements)
    for event in events:
        if event.type.startswith("announcement."):
            continue
        if event.version and not re.search(rf"(?<![\d.]){re.escape(event.version)}(?!\d)", spaced):
            yield f"{event.type} {event.subject}: version {event.version} is not in the page"
        if event.date and not _stands(event.date.text, seen):
            yield f"{event.type} {event.subject}: “{event.date.text}” is not in the page"
        if event.previous_date and not _stands(event.previous_date.text, words):
            yield f"{event.type} {event.subject}: “{event.previous_date.text}” was never in the page"
        if event.evidence and not _stands(event.evidence, seen):
            yield f"{event.type} {event.subject}: the quotation {event.evidence[:60]!r} is not in the page"


def _stands(text: str, seen: str) -> bool:
    """Whether each line of a text, cell by cell, stands in the page."""
    return all(_bare(part) in seen for part in re.split(r"[\n|]", text))


def _lost(known: Known, reading: Reading, learnt: Learnt, damaged: Damaged) -> Iterator[str]:
    """Each line of a known announcement that still stands in the page stands in an announcement of its own."""
    if reading.coverage.unaccounted:
        return
    seen = visible(Damaged(damaged.body.decode("utf-8", "backslashreplace").encode()))
    present = [announcement for announcement in learnt.memory.announcements if not announcement.absent]
    kept = "".join(_bare(f"{announcement.heading}{announcement.text}") for announcement in present)
    for announcement in known.memory.announcements:
        for line in announcement.text.split("\n"):
            bare = _bare(line)
            if len(bare) >= _LINE_WORTH_KEEPING and bare in seen and bare not in kept:
                yield f"lost: {line[:70]!r} of “{announcement.heading}”"


def _called_off(known: Known, learnt: Iterable[Learnt], damaged: Damaged) -> Iterator[str]:
    """What is told as called off or over is called so in words, and its announcement did not have them before."""
    seen = visible(damaged)
    before = {announcement.id: _bare(announcement.text) for announcement in known.memory.announcements}
    told = {event.subject: event for event in known.told.values() if event.type in CALLED_OFF}
    for event in (event for look in learnt for event in look.events if event.type in CALLED_OFF):
        if not event.evidence or not _stands(event.evidence, seen):
            yield f"{event.type} {event.subject} without a word in the page"
        elif event.subject in told and _bare(event.evidence) in before.get(event.announcement_id or "", ""):
            yield f"{event.type} {event.subject} of words that stood there before: {event.evidence[:60]!r}"


def _gone(known: Known, then: Learnt) -> Iterator[str]:
    removed = [announcement for announcement in then.memory.announcements if announcement.removed_at is not None]
    if len(removed) * 2 > len(known.memory.announcements):
        yield f"{len(removed)} of {len(known.memory.announcements)} announcements are taken as removed"


def _untold(known: Known, learnt: Learnt) -> Iterator[str]:
    """Edits are told; and what stood in the ledger without its words having been taken back stands in it still."""
    edited = {event.announcement_id for event in learnt.events if event.type == "announcement.updated"}
    before = {announcement.id: announcement for announcement in known.memory.announcements}
    for new in learnt.memory.announcements:
        old = before.get(new.id)
        if old is not None and _words(old) != _words(new) and new.id not in edited:
            yield f"the edit of “{old.heading}” is not told"
    was = _standing(settle(known.memory.statements, known.memory.announcements).stories)
    now = _standing(learnt.ledger.stories)
    for subject in was.keys() - now.keys():
        yield f"{subject} has left the ledger"


def _standing(stories: object) -> dict[str, Turn]:
    return {subject: story[-1] for subject, story in dict(stories).items()}  # type: ignore[call-overload]


# --- the page in our own eyes -----------------------------------------------------------------------------------


def visible(damaged: Damaged) -> str:
    """All the words of a page without white space, by BeautifulSoup alone."""
    return _bare(shown(damaged))


def shown(damaged: Damaged) -> str:
    """All the words of a page, in each charset that it may have."""
    return _shown(damaged.body, damaged.content_type)


@lru_cache(maxsize=256)
def _shown(body: bytes, content_type: str) -> str:
    named = content_type.partition("charset=")[2]
    found = []
    for charset in dict.fromkeys(("utf-8", named, "windows-1252", "utf-16", "mac-roman")):
        soup = BeautifulSoup(body.decode(charset, "replace"), "lxml")
        for tag in soup(_UNSEEN):
            tag.decompose()
        found.append(soup.get_text(" "))
    return "\n".join(found)


def _bare(text: str) -> str:
    return _SPACE.sub("", squeeze(_CONTROL.sub("", text)))


# --- the run ----------------------------------------------------------------------------------------------------


def table(rounds: Sequence[Round]) -> str:
    """Ways of damage against outcomes."""
    counted = Counter((played.kind, played.outcome) for played in rounds)
    faulty = Counter(played.kind for played in rounds if played.faults)
    lines = [f"| {'damage':24} | {' | '.join(f'{outcome:>12}' for outcome in OUTCOMES)} | {'faulty':>6} |"]
    lines.append("| --- |" + " ---: |" * (len(OUTCOMES) + 1))
    for kind in KINDS:
        cells = " | ".join(f"{counted[kind, outcome]:12}" for outcome in OUTCOMES)
        lines.append(f"| {kind:24} | {cells} | {faulty[kind]:6} |")
    totals = [sum(counted[kind, outcome] for kind in KINDS) for outcome in OUTCOMES]
    lines.append(f"| {'all':24} | {' | '.join(f'{total:12}' for total in totals)} | {sum(faulty.values()):6} |")
    return "\n".join(lines)


def _play(task: tuple[int, int]) -> Round:
    return play(*task)


def main(arguments: Sequence[str] | None = None) -> int:
    """Play the rounds, print the table and every fault; 1 when there is one."""
    parser = argparse.ArgumentParser(prog="python -m bench.mutations", description=__doc__)
    parser.add_argument("--count", type=int, default=10_000, help="rounds to play (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="what chance begins with (default: %(default)s)")
    parser.add_argument("--only", metavar="SEED:NUMBER", help="play this round alone")
    asked = parser.parse_args(arguments)
    if asked.only:
        seed, _, number = asked.only.partition(":")
        rounds = [play(int(seed), int(number))]
    else:
        started = time.perf_counter()
        with ProcessPoolExecutor() as pool:
            rounds = list(pool.map(_play, [(asked.seed, number) for number in range(asked.count)], chunksize=50))
        print(f"{len(rounds)} damaged pages, seed {asked.seed}, {time.perf_counter() - started:.0f} s\n")
    print(table(rounds))
    for played in rounds:
        for fault in played.faults:
            print(f"{played.name} {played.sample}, {played.kind}: {fault}")
    return 1 if any(played.faults for played in rounds) else 0


if __name__ == "__main__":
    sys.exit(main())
