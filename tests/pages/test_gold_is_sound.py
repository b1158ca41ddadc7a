"""The judge is judged first: gold that contradicts its own page would make right readings look wrong."""

from __future__ import annotations

import calendar
import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any, get_args

import pytest
from bs4 import BeautifulSoup

from monitor.model import STOCKHOLM, ClosingState, EventType, Precision

HERE = Path(__file__).parent
PAGES = sorted(HERE.glob("*/*.html"))
PARAPHRASES = sorted((HERE / "paraphrases").glob("*.jsonl"))
PAGE_KINDS = {
    f"{service}-{kind}" for service in ("ssbtek", "lefi-online", "lefi-prenumeration") for kind in ("release", "drift")
}
READ_FROM_A_PAGE = {
    event_type
    for event_type in get_args(EventType)
    if event_type.partition(".")[0] not in ("announcement", "event", "page")
}
VERSIONED = ("release.", "closure.")
COMMON_KEYS = {"type", "service", "date", "previous_date", "affects", "environment", "thread", "note"}
KEYS_BY_ROOT = {
    "release": {"version"},
    "closure": {"version", "state"},
    "type": {"code_list", "code", "owner"},
}
VERSION_KEYS = {
    "service", "version", "released", "closes", "closing_state", "is_current", "components", "note",
}  # fmt: skip


def folded(text: str) -> str:
    """Text as the scorer compares it: white space and dash variants folded, soft hyphens dropped."""
    text = text.replace("\u00ad", "")
    text = re.sub("[\u2010-\u2015\u2212]", "-", text)
    return re.sub(r"\s+", " ", text).strip()


def page_text(path: Path) -> str:
    return folded(BeautifulSoup(path.read_bytes(), "lxml").get_text(" "))


def without_spaces(text: str) -> str:
    return re.sub(r"\s+", "", folded(text))


def gold_of(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(path.with_suffix(".gold.json").read_text("utf-8"))
    return loaded


def notices() -> list[dict[str, Any]]:
    return [json.loads(line) for path in PARAPHRASES for line in path.read_text("utf-8").splitlines()]


def judged() -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Every gold event with where it stands, the page's service and the text it must be read from."""
    for path in PAGES:
        text, gold = page_text(path), gold_of(path)
        service = gold["page"].rpartition("-")[0]
        for announcement in gold["announcements"]:
            for event in announcement["events"]:
                yield f"{path.parent.name}/{path.stem}: {announcement['heading']}", service, text, event
    for notice in notices():
        service = notice["page"].rpartition("-")[0]
        for event in notice["gold"]["events"]:
            yield notice["id"], service, folded(f"{notice['heading']} {notice['text']}"), event


def names_number(text: str, version: str) -> bool:
    """Whether the version stands in the text as a number of its own; `11` is also written `11.0` and `V11`."""
    return re.search(rf"(?<![\d.]){re.escape(version)}(\.0)?(?!\.?\d)", text) is not None


def end_of(value: str | None, precision: str) -> date | datetime | None:
    if value is None:
        return None
    return datetime.fromisoformat(value) if precision == "minute" else date.fromisoformat(value)


def assert_sound_date(when: dict[str, Any] | None, place: str) -> None:
    if when is None:
        return
    assert set(when) == {"start", "end", "precision"}, place
    precision = when["precision"]
    assert precision in get_args(Precision), place
    start, end = end_of(when["start"], precision), end_of(when["end"], precision)
    assert start is not None or end is not None, place
    for moment in (start, end):
        if isinstance(moment, datetime):
            in_stockholm = moment.replace(tzinfo=STOCKHOLM)
            assert moment.utcoffset() == in_stockholm.utcoffset(), f"{place}: {moment} has not Stockholm's offset"
    if start is None or end is None:
        return
    assert start <= end, place
    days = (start.month, start.day), (end.month, end.day)
    match precision:
        case "week":
            assert (start.weekday(), end.weekday(), (end - start).days) == (0, 6, 6), place
        case "month":
            assert start.day == 1, place
            assert end.day == calendar.monthrange(end.year, end.month)[1], place
        case "quarter":
            assert days in (((1, 1), (3, 31)), ((4, 1), (6, 30)), ((7, 1), (9, 30)), ((10, 1), (12, 31))), place
        case "season":
            assert days[0] in ((3, 1), (6, 1), (9, 1), (12, 1)), place
        case "half_year":
            assert days in (((1, 1), (6, 30)), ((7, 1), (12, 31))), place
        case "year":
            assert days == ((1, 1), (12, 31)), place


def assert_sound_stamp(stamp: str | None, place: str) -> None:
    if stamp is None:
        return
    if "T" in stamp:
        moment = datetime.fromisoformat(stamp)
        assert moment.utcoffset() == moment.replace(tzinfo=STOCKHOLM).utcoffset(), place
    else:
        date.fromisoformat(stamp)


def test_there_are_enough_samples_of_every_kind() -> None:
    kinds = Counter(path.parent.name for path in PAGES)
    assert len(PAGES) >= 44
    assert set(kinds) >= PAGE_KINDS
    assert set(kinds) - PAGE_KINDS, "no sample of a service of another name"
    assert min(kinds[kind] for kind in PAGE_KINDS) >= 5
    assert len(notices()) >= 130
    types = Counter(event["type"] for _, _, _, event in judged())
    assert set(types) == READ_FROM_A_PAGE
    assert min(types.values()) >= 5


@pytest.mark.parametrize("path", PAGES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_sample_has_its_gold_and_the_gold_stands_on_the_page(path: Path) -> None:
    gold, text = gold_of(path), without_spaces(page_text(path))
    assert set(gold) <= {"page", "retrieved", "announcements", "versions", "note"}
    assert gold["page"] == path.parent.name
    date.fromisoformat(gold["retrieved"])
    keys = [(a["heading"], a["published"]) for a in gold["announcements"]]
    assert keys
    assert len(set(keys)) == len(keys), "two announcements cannot be told apart"
    for announcement in gold["announcements"]:
        place = announcement["heading"]
        assert set(announcement) <= {"heading", "published", "updated", "events", "note"}, place
        assert without_spaces(announcement["heading"]) in text, place
        assert_sound_stamp(announcement["published"], place)
        assert_sound_stamp(announcement["updated"], place)
        assert (announcement["published"] or "")[:10] <= gold["retrieved"], place
        assert announcement["events"], f"{place}: an announcement without events has a notice"
        types = [event["type"] for event in announcement["events"]]
        assert "notice.published" not in types or len(types) == 1, place


@pytest.mark.parametrize("path", PAGES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_gold_version_stands_on_the_page(path: Path) -> None:
    gold, text = gold_of(path), page_text(path)
    versions = gold.get("versions", [])
    for version in versions:
        assert set(version) <= VERSION_KEYS, version
        assert version["service"] == gold["page"].rpartition("-")[0]
        assert names_number(text, version["version"]), version
        assert version.get("closing_state", "unknown") in get_args(ClosingState), version
        assert_sound_date(version.get("released"), str(version))
        assert_sound_date(version.get("closes"), str(version))
        for component in version.get("components", ()):
            assert component["version"] is None or names_number(text, component["version"]), component
    labels = [version["version"] for version in versions]
    assert len(set(labels)) == len(labels)
    assert sum(version.get("is_current", False) for version in versions) <= 1


def test_every_gold_event_has_known_words_and_stands_in_its_text() -> None:
    for place, _, text, event in judged():
        root = event["type"].partition(".")[0]
        assert event["type"] in READ_FROM_A_PAGE, place
        assert set(event) <= COMMON_KEYS | KEYS_BY_ROOT.get(root, set()), place
        assert event["service"], place
        assert_sound_date(event.get("date"), place)
        assert_sound_date(event.get("previous_date"), place)
        if event["type"].startswith(VERSIONED):
            assert "version" in event, place
        if (version := event.get("version")) is not None:
            assert names_number(text, version), f"{place}: {version}"
        if (code := event.get("code")) is not None:
            assert re.search(rf"(?<!\w){re.escape(code)}(?!\w)", text), f"{place}: {code}"
        if code_list := event.get("code_list"):
            assert code_list.casefold() in text.casefold(), f"{place}: {code_list}"
        if owner := event.get("owner"):
            assert owner in text, f"{place}: {owner}"
        assert event.get("state", "planned") in ("planned", "decided", "closed"), place
        assert event.get("environment", "test") in ("test", "production"), place
        for affected in event.get("affects", ()):
            assert set(affected) == {"service", "versions"}, place
            for version in affected["versions"]:
                assert names_number(text, version), f"{place}: {version}"


def test_a_subscription_service_never_closes_a_version() -> None:
    for place, _, _, event in judged():
        closes = event["service"] == "lefi-prenumeration" and event["type"].startswith("closure.")
        assert not (closes and event.get("version")), place


def test_paraphrases_have_ids_and_texts_of_their_own() -> None:
    ids = Counter(notice["id"] for notice in notices())
    texts = Counter(folded(notice["text"]) for notice in notices())
    assert max(ids.values()) == 1
    assert max(texts.values()) == 1
    for notice in notices():
        assert set(notice) == {"id", "page", "published", "heading", "text", "gold"}, notice["id"]
        assert notice["page"] in PAGE_KINDS, notice["id"]
        assert_sound_stamp(notice["published"], notice["id"])
        types = [event["type"] for event in notice["gold"]["events"]]
        assert types, notice["id"]
        assert "notice.published" not in types or len(types) == 1, notice["id"]


def test_markup_differs_from_sample_to_sample() -> None:
    """A reader that learned one site's class names by heart must not get through."""
    seen = Counter(
        frozenset(
            name
            for tag in BeautifulSoup(path.read_bytes(), "lxml").find_all(class_=True)
            for name in tag.get_attribute_list("class")
        )
        for path in PAGES
    )
    assert max(seen.values()) <= 5, "too many samples with the very same class names"
    assert len(seen) >= 30
