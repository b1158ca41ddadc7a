"""Stories of pages over weeks: edits, removals, returns, corrections; what was told once is told once, and holds."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pytest

from db.engine import Database
from db.store import Store
from monitor.diff import fold_events, standings
from monitor.history import ingest
from monitor.model import Event, Memory, Page, Reading, Snapshot
from monitor.observe import learn, still_missing
from monitor.parse import parse
from monitor.settle import settle

RELEASE = Page(key="ssbtek-release", service="ssbtek", kind="release", url="https://fk.example/release")
DRIFT = Page(key="ssbtek-drift", service="ssbtek", kind="drift", url="https://fk.example/drift")
START = datetime(2027, 1, 11, 9, tzinfo=UTC)
STORIES = 25
LOOKS = 12
MONTHS = (
    *("januari", "februari", "mars", "april", "maj", "juni"),
    *("juli", "augusti", "september", "oktober", "november", "december"),
)

RELEASE_TEXTS = (
    ("Version {v} stängs", "SSBTEK version {v} stängs den {day}."),
    ("Version {v} av SSBTEK", "Version {v} av SSBTEK driftsätts den {day}. LEFI Online version 9 ingår."),
    ("Ändrat datum", "Stängningen av version {v} senareläggs till den {day}."),
    ("Äldre versioner stängs", "Samtliga tidigare versioner än {v} stängs den {day}."),
    ("Version {v} skjuts upp", "Driftsättningen av version {v} skjuts upp. Nytt datum meddelas senare."),
    ("Stängningen ställs in", "Version {v} stängs inte den {day} som tidigare meddelats."),
    ("Ny kod", "Koden P{v}X läggs till i kodlistan BeslutsTyp den {day}."),
    ("Sommarbemanning", "Supporten har kortare telefontid under veckorna 27 till 3{v}."),
)
DRIFT_TEXTS = (
    ("Servicefönster", "SSBTEK är stängt för underhåll den {day} kl. 20.00–2{v}.00."),
    ("Driftstopp flyttas", "Driftstoppet flyttas till den {day} kl. 06.00–0{v}.00."),
    ("Inställt driftstopp", "Driftstoppet den {day} är inställt."),
    ("Driftstörning i SSBTEK", "Sedan klockan 0{v}.10 har vi störningar i SSBTEK. Felsökning pågår."),
    ("Uppdatering om driftstörningen", "Felet som rapporterades tidigare är hittat. Vi arbetar vidare med det."),
    ("Driftstörningen är löst", "Störningarna i SSBTEK är åtgärdade sedan klockan 1{v}.00."),
    ("Nytt certifikat", "Den {day} byter vi certifikat för SSBTEK."),
)


@dataclass(frozen=True)
class Notice:
    """An item of a made-up page. `key` says which it is, whatever happens to its words."""

    key: int
    heading: str
    text: str
    stamp: date | None
    updated: date | None = None

    def html(self) -> str:
        edited = f" — uppdaterad {self.updated}" if self.updated else ""
        stamp = f"<p>(Publicerad {self.stamp}{edited})</p>" if self.stamp else ""
        return f"<h2>{self.heading}</h2>{stamp}<p>{self.text}</p><p>Ärendet har nummer {self.key * 7919}.</p>"


@dataclass(frozen=True)
class Scene:
    """What a page shows at one look."""

    notices: tuple[Notice, ...]
    cells: tuple[tuple[str, str, str], ...]

    def body(self, page: Page) -> bytes:
        rows = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in self.cells)
        overview = (
            "<h2>Sammanställning av versioner</h2><p>(Publicerad 2026-09-01)</p><table><tr><th>Version</th>"
            f"<th>Driftsättningsdatum</th><th>Stängning av version</th></tr>{rows}</table>"
        )
        title = "Driftinformation" if page.kind == "drift" else "Releaseinformation"
        parts = [notice.html() for notice in self.notices]
        if page.kind == "release":
            parts.append(overview)
        return f"<main><h1>{title} för SSBTEK</h1>{''.join(parts)}</main>".encode()


def story(seed: int, page: Page) -> list[Scene]:
    """The scenes of a story, one for each look: in each something happens to the page."""
    chance = random.Random(f"{page.key}:{seed}")
    number = 0

    def written(at: int) -> Notice:
        nonlocal number
        number += 1
        texts = DRIFT_TEXTS if page.kind == "drift" else RELEASE_TEXTS
        heading, text = chance.choice(texts)
        when = START.date() + timedelta(days=at * 7 + chance.randint(3, 200))
        words = {"v": chance.randint(1, 3) if page.kind == "drift" else chance.randint(8, 12), "day": _swedish(when)}
        heading = heading.format(**words)
        stamp = START.date() + timedelta(days=at * 7)
        if chance.random() < 0.15 and not heading.startswith("Uppdatering"):
            # Without a stamp the heading is all that tells two notices apart; one about an update is a part of another.
            return Notice(number, f"{heading} ({number})", text.format(**words), None)
        return Notice(number, heading, text.format(**words), stamp)

    cells = tuple(
        (str(version), f"{2014 + version}-05-17", chance.choice(["Ej inplanerat", "2027-12-31"]))
        for version in (8, 9, 10)
    )
    scene = Scene(tuple(written(-n) for n in range(1, 5)), cells)
    scenes = [scene]
    gone: list[Notice] = []
    for at in range(1, LOOKS):
        scene = _next(scene, at, chance, gone, written(at), page)
        scenes.append(scene)
    return scenes


def _swedish(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _next(scene: Scene, at: int, chance: random.Random, gone: list[Notice], fresh: Notice, page: Page) -> Scene:
    notices = list(scene.notices)
    one = chance.randrange(len(notices))
    today = START.date() + timedelta(days=at * 7)
    match chance.choice(
        ["new", "new", "text", "heading", "stamp", "updated", "remove", "return", "cell", "swap", "same"]
    ):
        case "new":
            notices.insert(0, fresh)
        case "text":
            notices[one] = replace(notices[one], text=notices[one].text + f" Texten är ändrad {at} gånger.")
        case "heading":
            notices[one] = replace(notices[one], heading=f"{notices[one].heading} – viktigt")
        case "stamp" if (stamp := notices[one].stamp) is not None:
            notices[one] = replace(notices[one], stamp=stamp - timedelta(days=1))
        case "updated":
            notices[one] = replace(notices[one], updated=today if notices[one].stamp else None)
        case "remove" if len(notices) > 3:
            gone.append(notices.pop(one))
        case "return" if gone:
            notices.insert(min(one, len(notices)), gone.pop())
        case "cell":
            version, live, _ = scene.cells[one % 3]
            changed = (version, live, chance.choice(["Ej inplanerat", _swedish(today + timedelta(days=150)), ""]))
            return replace(scene, cells=tuple(changed if row[0] == version else row for row in scene.cells))
        case "swap":
            chance.shuffle(notices)
    return replace(scene, notices=tuple(notices))


def at_look(number: int) -> datetime:
    return START + timedelta(days=7 * number)


def reading_of(scene: Scene, page: Page) -> Reading:
    return parse(scene.body(page), page=page.key, url=page.url)


@pytest.mark.parametrize("page", [RELEASE, DRIFT], ids=["release", "drift"])
@pytest.mark.parametrize("seed", range(STORIES))
def test_what_is_told_is_told_once_and_holds(seed: int, page: Page) -> None:
    memory = Memory()
    told: dict[str, Event] = {}
    ids: dict[int, str] = {}
    for number, scene in enumerate(story(seed, page)):
        reading = reading_of(scene, page)
        before = {turn.id for turn in settle(memory.statements, memory.announcements).turns()}
        learnt = learn(memory, reading, page, at=at_look(number), url=page.url, known_events=told)
        assert not told.keys() & {event.id for event in learnt.events}
        assert len({event.id for event in learnt.events}) == len(learnt.events)
        told |= {event.id: event for event in learnt.events}
        after = {turn.id for turn in learnt.ledger.turns()}
        assert before <= after, "what was told has left the ledger"
        memory = learnt.memory

        heard = [event for event in told.values() if not event.type.startswith("announcement.")]
        assert fold_events(heard) == standings(learnt.ledger)

        present = {announcement.text: announcement for announcement in memory.announcements if not announcement.absent}
        for notice in scene.notices:
            (found,) = [a for text, a in present.items() if text.endswith(f"nummer {notice.key * 7919}.")]
            assert ids.setdefault(notice.key, found.id) == found.id

        again = learn(memory, reading, page, at=at_look(number) + timedelta(hours=1), url=page.url, known_events=told)
        assert {event.type for event in again.events} <= {"announcement.removed"}
        assert all(statement.gone_at for statement in again.statements)
        year = timedelta(days=366)
        later = learn(memory, reading, page, at=at_look(number) + year, url=page.url, known_events=told)
        assert [event for event in later.events if event.type != "announcement.removed"] == []
        twice = still_missing(memory, page, at=at_look(number) + timedelta(hours=1), known_events=told)
        if twice is not None:
            assert {event.type for event in twice.events} <= {"announcement.removed"}
            told |= {event.id: event for event in twice.events}
            memory = twice.memory


@pytest.mark.parametrize("seed", range(3))
def test_saved_copies_in_any_order_make_the_same_history(
    seed: int, sqlite_database: Database, tmp_path: object
) -> None:
    scenes = story(seed, RELEASE)
    copies = [
        Snapshot(page=RELEASE.key, url=RELEASE.url, fetched_at=at_look(number), body=scene.body(RELEASE))
        for number, scene in enumerate(scenes)
    ]
    store = Store(sqlite_database)
    chance = random.Random(seed)
    chance.shuffle(copies)
    while copies:
        some = [copies.pop() for _ in range(min(len(copies), chance.randint(1, 5)))]
        ingest(store, [RELEASE], some)

    memory, told = Memory(), dict[str, Event]()
    for number, scene in enumerate(scenes):
        learnt = learn(
            memory, reading_of(scene, RELEASE), RELEASE, at=at_look(number), url=RELEASE.url, known_events=told
        )
        memory = learnt.memory
        told |= {event.id: event for event in learnt.events}
    kept = store.memory()
    assert {a.id for a in kept.announcements} == {a.id for a in memory.announcements}
    assert {s.id for s in kept.statements} == {s.id for s in memory.statements}
    stands = {turn.id for turn in settle(memory.statements, memory.announcements).turns()}
    assert {event.id for event in store.all_events() if not event.type.startswith("announcement.")} >= stands
    assert standings(settle(kept.statements, kept.announcements)) == standings(
        settle(memory.statements, memory.announcements)
    )
