"""What the mutation of pages and the stories over time found, each as a case of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from monitor.model import Announcement, Event, Memory, Page
from monitor.observe import learn, still_missing
from monitor.parse import parse
from monitor.settle import settle

RELEASE = Page(key="ssbtek-release", service="ssbtek", kind="release", url="https://fk.example/release")
DRIFT = Page(key="ssbtek-drift", service="ssbtek", kind="drift", url="https://fk.example/drift")
START = datetime(2027, 5, 10, 9, tzinfo=UTC)

CLOSING = "<h2>Version 9 stängs</h2><p>(Publicerad 2027-03-01)</p><p>SSBTEK version 9 stängs den 31 december 2027.</p>"
SOONER = (
    "<h2>Version 9 stängs tidigare</h2><p>(Publicerad 2027-04-20)</p>"
    "<p>SSBTEK version 9 stängs den 30 september 2027 i stället för den 31 december 2027.</p>"
)
STAFF = "<h2>Bemanning i sommar</h2><p>(Publicerad 2027-02-02)</p><p>Supporten har kortare telefontid i juli.</p>"
ADVICE = "<h2>Tips om testdata</h2><p>(Publicerad 2027-01-12)</p><p>Nya testpersoner finns i kundtestmiljön.</p>"


def overview(*rows: tuple[str, str, str], heading: str = "Sammanställning av versioner") -> str:
    cells = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return (
        f"<h2>{heading}</h2><p>(Publicerad 2026-01-15)</p><table><tr><th>Version</th><th>Driftsättningsdatum</th>"
        f"<th>Stängning av version</th></tr>{cells}</table>"
    )


OVERVIEW = overview(("9", "2023-12-17", "Ej inplanerat"), ("10", "2025-11-16", "Ej inplanerat"))


@dataclass
class Watched:
    """A page that is read again and again, as checks do it, without any store."""

    page: Page
    memory: Memory = field(default_factory=Memory)
    told: dict[str, Event] = field(default_factory=dict)
    looks: int = 0

    def see(self, *parts: str, times: int = 1) -> list[Event]:
        """Read the page of these parts, as often as asked; what that tells."""
        title = "Driftinformation" if self.page.kind == "drift" else "Releaseinformation"
        body = f"<main><h1>{title} för SSBTEK</h1>{''.join(parts)}</main>".encode()
        reading = parse(body, page=self.page.key, url=self.page.url)
        told: list[Event] = []
        for turn in range(times):
            at = START + timedelta(days=self.looks)
            self.looks += 1
            if turn == 0:
                learnt = learn(self.memory, reading, self.page, at=at, url=self.page.url, known_events=self.told)
            else:
                again = still_missing(self.memory, self.page, at=at, known_events=self.told)
                if again is None:
                    continue
                learnt = again
            self.memory = learnt.memory
            self.told |= {event.id: event for event in learnt.events}
            told += learnt.events
        return told

    def announcement(self, heading: str) -> Announcement:
        (found,) = [a for a in self.memory.announcements if a.heading == heading]
        return found

    def closing(self, version: str) -> str:
        """The day on which a version closes, as it stands."""
        story = settle(self.memory.statements, self.memory.announcements).stories[f"closing:ssbtek:{version}"]
        return str(story[-1].date.end) if story[-1].date else story[-1].type


def types(events: Sequence[Event]) -> list[str]:
    return sorted(event.type for event in events)


@pytest.fixture
def release() -> Watched:
    return Watched(RELEASE)


@pytest.fixture
def drift() -> Watched:
    return Watched(DRIFT)


def test_an_overview_that_was_gone_for_a_while_takes_nothing_back_when_it_returns(release: Watched) -> None:
    release.see(CLOSING, STAFF, ADVICE, OVERVIEW)
    assert types(release.see(CLOSING, STAFF, ADVICE, times=2)) == ["announcement.removed"]
    assert types(release.see(CLOSING, STAFF, ADVICE, OVERVIEW)) == ["announcement.updated"]
    assert release.closing("9") == "2027-12-31"


def test_an_overview_under_another_heading_says_nothing_new(release: Watched) -> None:
    release.see(CLOSING, STAFF, ADVICE, OVERVIEW)
    renamed = OVERVIEW.replace("Sammanställning av versioner", "Versionshistorik").replace("2026-01-15", "2026-01-16")
    assert types(release.see(CLOSING, STAFF, ADVICE, renamed)) == ["announcement.updated"]
    assert release.closing("9") == "2027-12-31"


def test_a_cell_that_lost_its_words_takes_no_closing_back(release: Watched) -> None:
    dated = overview(("9", "2023-12-17", "2027-12-31"), ("10", "2025-11-16", "Ej inplanerat"))
    release.see(dated, STAFF)
    emptied = overview(("9", "2023-12-17", ""), ("10", "2025-11-16", "Ej inplanerat"))
    assert types(release.see(emptied, STAFF)) == ["announcement.updated"]
    assert types(release.see(dated, STAFF)) == ["announcement.updated"]
    assert release.closing("9") == "2027-12-31"


def test_words_in_an_overview_that_no_closing_is_planned_any_more_take_it_back(release: Watched) -> None:
    release.see(overview(("9", "2023-12-17", "2027-12-31"), ("10", "2025-11-16", "Ej inplanerat")), STAFF)
    assert "closure.withdrawn" in types(release.see(OVERVIEW, STAFF))


def test_a_row_with_a_cell_too_many_moves_no_closing(release: Watched) -> None:
    release.see(overview(("9", "2023-12-17", "2027-12-31"), ("10", "2025-11-16", "Ej inplanerat")), STAFF)
    shifted = overview(("9", "9", "2023-12-17", "2027-12-31"), ("10", "2025-11-16", "Ej inplanerat"))  # type: ignore[arg-type]
    assert types(release.see(shifted, STAFF)) == ["announcement.updated"]
    assert release.closing("9") == "2027-12-31"


def test_an_old_announcement_that_returns_outranks_nothing(release: Watched) -> None:
    release.see(CLOSING, STAFF, ADVICE)
    assert "closure.rescheduled" in types(release.see(SOONER, CLOSING, STAFF, ADVICE))
    release.see(SOONER, STAFF, ADVICE, times=2)
    assert types(release.see(SOONER, CLOSING, STAFF, ADVICE)) == ["announcement.updated"]
    assert release.closing("9") == "2027-09-30"


def test_half_an_announcement_and_then_the_whole_again_moves_nothing(release: Watched) -> None:
    release.see(SOONER, CLOSING, STAFF)
    half = CLOSING.replace("SSBTEK version 9 stängs den 31 december 2027.", "SSBTEK version 9 stä")
    release.see(SOONER, half, STAFF)
    assert types(release.see(SOONER, CLOSING, STAFF)) == ["announcement.updated"]
    assert release.closing("9") == "2027-09-30"


def test_a_day_that_is_changed_and_changed_back_is_news_both_times(release: Watched) -> None:
    release.see(CLOSING, STAFF)
    later = CLOSING.replace("31 december 2027", "31 mars 2028")
    assert "closure.rescheduled" in types(release.see(later, STAFF))
    assert "closure.rescheduled" in types(release.see(CLOSING, STAFF))
    assert release.closing("9") == "2027-12-31"


def test_an_announcement_with_an_old_stamp_that_turns_up_late_changes_nothing_told(release: Watched) -> None:
    release.see(SOONER, STAFF)
    known = dict(release.told)
    assert types(release.see(SOONER, CLOSING, STAFF)) == ["notice.published"]
    turns = {turn.id for turn in settle(release.memory.statements, release.memory.announcements).turns()}
    assert known.keys() <= turns
    assert release.closing("9") == "2027-09-30"


def test_a_page_that_stands_twice_on_itself_tells_nothing(drift: Watched) -> None:
    fault = (
        "<h2>Driftstörning i SSBTEK</h2><p>(Publicerad 2027-05-08)</p><p>Sedan kl. 09.10 svarar SSBTEK inte.</p>"
        "<p>Uppdatering kl. 10.05: Felet är hittat.</p>"
    )
    window = "<h2>Servicefönster</h2><p>(Publicerad 2027-05-03)</p><p>SSBTEK är stängt 16 maj kl. 08.00–12.00.</p>"
    drift.see(fault, window)
    assert drift.see(fault, window, fault, window) == []
    assert drift.see(fault, window, times=2) == drift.see(fault, window, times=2)


def test_of_two_twins_each_stays_itself_when_the_lower_one_goes(drift: Watched) -> None:
    one = "<h2>Driftstopp</h2><p>(Publicerad 2027-05-03)</p><p>SSBTEK är stängt 16 maj kl. 08.00–12.00.</p>"
    other = "<h2>Driftstopp</h2><p>(Publicerad 2027-05-03)</p><p>SSBTEK är stängt 23 maj kl. 20.00–22.00.</p>"
    third = "<h2>Driftstopp</h2><p>(Publicerad 2027-05-03)</p><p>SSBTEK är stängt 6 juni kl. 06.00–07.00.</p>"
    drift.see(other, one)
    ids = {announcement.text: announcement.id for announcement in drift.memory.announcements}
    assert drift.see(other) == []
    assert types(drift.see(third, other, times=2)) == ["announcement.removed", "maintenance.scheduled"]
    assert len(drift.memory.announcements) == 3
    for announcement in drift.memory.announcements:
        assert ids.get(announcement.text, announcement.id) == announcement.id


def test_an_update_written_above_the_last_one_is_told_with_its_own_words(drift: Watched) -> None:
    head = "<h2>Driftstörning i SSBTEK</h2><p>(Publicerad 2027-05-08)</p>"
    first, second, third = (
        "<p>Uppdatering kl. 10.05: Orsaken är känd, en databas har stannat.</p>",
        "<p>Uppdatering kl. 11.20: Omstart pågår hos leverantören.</p>",
        "<p>Sedan kl. 09.10 svarar SSBTEK inte.</p>",
    )
    drift.see(head, first, third)
    told = [event for event in drift.see(head, second, first, third) if event.type == "incident.updated"]
    assert [event.evidence for event in told] == ["Uppdatering kl. 11.20: Omstart pågår hos leverantören."]


def test_a_cancelled_window_whose_day_is_told_less_exactly_is_not_cancelled_again(drift: Watched) -> None:
    head = "<h2>Inställt driftstopp i maj</h2><p>(Publicerad 2027-05-08)</p>"
    drift.see(head, "<p>Driftstoppet den 16 maj kl. 08.00–12.00 är inställt.</p>", STAFF)
    assert types(drift.see(head, STAFF)) == ["announcement.updated"]


def test_what_loses_its_heading_stays_an_announcement(release: Watched) -> None:
    release.see(CLOSING, STAFF, ADVICE)
    known = release.announcement("Version 9 stängs").id
    bare = "<p>SSBTEK version 9 stängs den 31 december 2027.</p>"
    told = release.see(bare, STAFF, ADVICE, times=3)
    assert types(told) == ["announcement.updated"]
    assert {a.id for a in release.memory.announcements if a.removed_at is None} >= {known}


def test_lines_of_an_announcement_that_look_like_the_pages_own_are_kept(release: Watched) -> None:
    release.see(STAFF, CLOSING, ADVICE)
    known = release.announcement("Bemanning i sommar").id
    told = release.see("<p>Supporten har kortare telefontid i juli.</p>", CLOSING, ADVICE, times=3)
    assert "announcement.removed" not in types(told)
    assert {a.id for a in release.memory.announcements if a.removed_at is None} >= {known}


def test_text_that_was_encoded_twice_is_read_as_it_was_meant(release: Watched) -> None:
    page = f"<main><h1>Releaseinformation för SSBTEK</h1>{CLOSING}{STAFF}<p>Räksmörgås – å Ä Ö é</p></main>"
    once = parse(page, page=RELEASE.key, url=RELEASE.url)
    twice = parse(page.encode().decode("windows-1252", "replace").encode(), page=RELEASE.key, url=RELEASE.url)
    assert [(item.heading, item.text) for item in once.items] == [(item.heading, item.text) for item in twice.items]


def test_a_stamp_whose_year_is_put_right_tells_nothing_twice(release: Watched) -> None:
    typo = "<h2>Version 9 stängs</h2><p>(Publicerad 2026-03-01)</p><p>SSBTEK version 9 stängs den 30 juni.</p>"
    release.see(typo, STAFF)
    assert release.closing("9") == "2026-06-30"
    assert types(release.see(typo.replace("2026", "2027"), STAFF)) == ["announcement.updated"]
    assert release.closing("9") == "2027-06-30"


def test_a_window_keeps_its_subject_when_its_stamp_is_corrected(drift: Watched) -> None:
    window = "<h2>Servicehelg</h2><p>(Publicerad 2027-05-03)</p><p>SSBTEK är stängt 16 maj kl. 08.00–12.00.</p>"
    drift.see(window, STAFF)
    assert types(drift.see(window.replace("2027-05-03", "2027-06-03"), STAFF)) == ["announcement.updated"]
