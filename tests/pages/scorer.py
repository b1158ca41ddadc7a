"""Scores a reader against the gold: which events it got exactly, which it missed, which it invented.

`python tests/pages/scorer.py` prints the table of `docs/reading.md`; with names of samples or paraphrases it prints
what is wrong in them.
"""

from __future__ import annotations

import html
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from monitor.labels import plain_label
from monitor.model import Page, Snapshot
from monitor.reading import read
from monitor.wire import from_wire, to_wire

HERE = Path(__file__).parent
KEYS = ["type", "service", "version", "date", "previous_date", "state", "code_list", "code", "owner", "environment"]
VERSION_KEYS = ["released", "closes", "closing_state", "is_current", "components"]
Key = tuple[str, str | None]


@dataclass(frozen=True, slots=True)
class Answer:
    """A reader's answer: the events of each announcement, by its heading and published stamp, and the versions."""

    events: Mapping[Key, list[dict[str, Any]]]
    versions: Sequence[Mapping[str, Any]] = ()


Reader = Callable[[bytes, str, date], Answer]


@dataclass(slots=True)
class Case:
    """A page or a paraphrase with its gold."""

    name: str
    page: str
    body: bytes
    retrieved: date
    gold: dict[Key, list[dict[str, Any]]]
    versions: list[dict[str, Any]] = field(default_factory=list)


@dataclass(slots=True)
class Score:
    """How a reader did on a set of cases."""

    right: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    invented: Counter[str] = field(default_factory=Counter)
    exact: int = 0
    hinted: int = 0
    cases: int = 0
    wrong: list[str] = field(default_factory=list)


def samples() -> Iterator[Case]:
    """The sample pages."""
    for path in sorted(HERE.glob("*/*.gold.json")):
        gold = json.loads(path.read_text(encoding="utf-8"))
        body = path.with_name(path.name.replace(".gold.json", ".html")).read_bytes()
        yield Case(
            name=f"{path.parent.name}/{path.name.removesuffix('.gold.json')}",
            page=gold["page"],
            body=body,
            retrieved=date.fromisoformat(gold["retrieved"][:10]),
            gold={(_plain(a["heading"]), a["published"]): a["events"] for a in gold["announcements"]}
            if len({(_plain(a["heading"]), a["published"]) for a in gold["announcements"]})
            == len(gold["announcements"])
            else _numbered(gold["announcements"]),
            versions=gold.get("versions", []),
        )


def _numbered(announcements: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str | None], list[dict[str, Any]]]:
    found: dict[tuple[str, str | None], list[dict[str, Any]]] = {}
    for announcement in announcements:
        found.setdefault((_plain(announcement["heading"]), announcement["published"]), []).extend(
            announcement["events"]
        )
    return found


def paraphrases(*names: str) -> Iterator[Case]:
    """The single notices of the named sets, or of all."""
    for path in sorted(HERE.glob("paraphrases/*.jsonl")):
        if names and path.stem not in names:
            continue
        for line in path.read_text(encoding="utf-8").splitlines():
            notice = json.loads(line)
            published = notice.get("published")
            yield Case(
                name=notice["id"],
                page=notice["page"],
                body=as_page(notice),
                retrieved=date.fromisoformat((published or "2027-01-01")[:10]),
                gold={(_plain(notice["heading"]), published): notice["gold"]["events"]},
            )


def as_page(notice: Mapping[str, Any]) -> bytes:
    """A notice as the only item of a page: lines are paragraphs, with bars rows, with dashes a list."""
    stamp = f"<p>(Publicerad {notice['published'].replace('T', ' ')})</p>" if notice.get("published") else ""
    blocks: list[str] = []
    for line in notice["text"].split("\n"):
        if " | " in line:
            cells = "".join(f"<td>{html.escape(cell)}</td>" for cell in line.split(" | "))
            blocks.append(f"<tr>{cells}</tr>")
        elif line.startswith(("- ", "• ")):
            blocks.append(f"<li>{html.escape(line[2:])}</li>")
        else:
            blocks.append(f"<p>{html.escape(line)}</p>")
    body = "".join(_wrapped(blocks))
    title = "Driftinformation" if notice["page"].endswith("drift") else "Releaseinformation"
    return (
        f"<!DOCTYPE html><html lang=sv><head><meta charset=utf-8><title>{title}</title></head><body><main>"
        f"<h1>{title}</h1><h2>{html.escape(notice['heading'])}</h2>{stamp}{body}</main></body></html>"
    ).encode()


def _wrapped(blocks: Iterable[str]) -> Iterator[str]:
    open_tag: str | None = None
    for block in blocks:
        wanted = "table" if block.startswith("<tr>") else "ul" if block.startswith("<li>") else None
        if wanted != open_tag:
            yield f"</{open_tag}>" if open_tag else ""
            yield f"<{wanted}>" if wanted else ""
            open_tag = wanted
        yield block
    yield f"</{open_tag}>" if open_tag else ""


def our_reader(body: bytes, page: str, retrieved: date) -> Answer:
    """This project's reader."""
    service, _, kind = page.rpartition("-")
    watched = from_wire(Page, {"key": page, "service": service, "kind": kind, "url": f"https://example.se/{page}"})
    moment = _noon(retrieved)
    snapshot = Snapshot(page=page, url=watched.url, fetched_at=moment, body=body)
    reading = read(snapshot, watched, at=moment, today=retrieved)
    where = {a.id: (_plain(a.heading), a.published.isoformat() if a.published else None) for a in reading.announcements}
    found: dict[tuple[str, str | None], list[dict[str, Any]]] = {key: [] for key in where.values()}
    for event in reading.events:
        found[where[str(event.announcement_id)]].append(to_wire(event))
    return Answer(found, [to_wire(version) for version in reading.versions])


def _noon(day: date) -> Any:
    from datetime import UTC, datetime, time

    return datetime.combine(day, time(11), tzinfo=UTC)


def score(cases: Iterable[Case], reader: Reader = our_reader, *, hint_is_enough: bool = True) -> Score:
    """Run a reader over cases and compare, announcement by announcement."""
    total = Score()
    for case in cases:
        total.cases += 1
        try:
            answer = reader(case.body, case.page, case.retrieved)
        except Exception as error:  # a reader that fails has missed everything; the benchmark goes on
            answer = Answer({})
            total.wrong.append(f"{case.name}: {type(error).__name__}: {error}")
        before = len(total.wrong)
        hinted = True
        answered = {_loose(key): events for key, events in answer.events.items()}
        for key, gold in case.gold.items():
            events = answered.pop(_loose(key), None)
            hinted &= _compare(case.name, key, gold, events, total)
        for key, events in answered.items():
            for event in events:
                if event["type"] != "notice.published":
                    total.invented[event["type"]] += 1
                    total.wrong.append(f"{case.name} [{key[0]}]: invented {brief(event)}")
        _compare_versions(case, answer.versions, total)
        clean = len(total.wrong) == before
        total.exact += clean
        total.hinted += clean or hinted
    return total


def _compare_versions(case: Case, versions: Sequence[Mapping[str, Any]], total: Score) -> None:
    """Count the versions whose facts agree with the gold; those that the gold does not list are not judged."""
    found = {(version["service"], plain_label(version["version"])): version for version in versions}
    for wanted in case.versions:
        version = found.get((wanted["service"], plain_label(wanted["version"])))
        judged = [key for key in VERSION_KEYS if key in wanted]
        differs = [key for key in judged if version is None or _fact(wanted, key) != _fact(version, key)]
        if version is not None and not differs:
            total.right["versions"] += 1
            continue
        total.missed["versions"] += 1
        said = [f"{key} {_fact(wanted, key)} but {_fact(version, key)}" for key in differs if version is not None]
        total.wrong.append(f"{case.name}: version {wanted['version']}: {'; '.join(said) or 'not found'}")


def _fact(version: Mapping[str, Any], key: str) -> Any:
    value = version.get(key)
    if key in ("released", "closes") and value is not None:
        return tuple(value[part] for part in ("start", "end", "precision"))
    if key == "components":
        return sorted((c["service"], plain_label(c["version"]) if c["version"] else None) for c in value or ())
    return value


def _loose(key: tuple[str, str | None]) -> tuple[str, str | None]:
    return key[0], key[1][:10] if key[1] else None


def _compare(
    name: str,
    key: tuple[str, str | None],
    gold: Sequence[dict[str, Any]],
    events: list[dict[str, Any]] | None,
    total: Score,
) -> bool:
    """Count what is right and wrong in one announcement; say whether each miss was at least hinted."""
    left = list(events or ())
    hints = {hint for event in left for hint in event.get("hints") or ()}
    hinted = True
    for wanted in gold:
        match = next((event for event in left if _fits(wanted, event)), None)
        if match is not None:
            left.remove(match)
            total.right[wanted["type"]] += 1
            continue
        total.missed[wanted["type"]] += 1
        near = next((e for e in left if e["type"].split(".")[0] == wanted["type"].split(".")[0]), None)
        total.wrong.append(
            f"{name} [{key[0]}]: missed {brief(wanted)}"
            + (f"; nearest {brief(near)}" if near else "; announcement not found" if events is None else "")
        )
        kind = wanted["type"].split(".")[0]
        hinted &= (
            near is not None
            or {"closure": "closing", "incident": "incident"}.get(kind, "") in hints
            or (events is not None and kind not in ("closure", "incident"))
        )
    for event in left:
        if event["type"] == "notice.published" and not event.get("hints"):
            continue
        total.invented[event["type"]] += 1
        total.wrong.append(f"{name} [{key[0]}]: invented {brief(event)}")
    return hinted


def _fits(wanted: Mapping[str, Any], event: Mapping[str, Any]) -> bool:
    if wanted["type"].endswith((".cancelled", ".withdrawn")) and "previous_date" in wanted:
        called_off = _value(wanted, "previous_date")
        if called_off not in (_value(event, "previous_date"), _value(event, "date")):
            return False
        return all(
            _value(wanted, key) == _value(event, key) for key in KEYS if key in wanted and not key.endswith("date")
        )
    return all(_value(wanted, key) == _value(event, key) for key in KEYS if key in wanted)


def _value(event: Mapping[str, Any], key: str) -> Any:
    value = event.get(key)
    if key == "version" and value is not None:
        return plain_label(value)
    if key.endswith("date") and value is not None:
        return tuple(value[part] for part in ("start", "end", "precision"))
    if key == "code_list" and value is not None:
        return value.casefold()
    return value


def brief(event: Mapping[str, Any]) -> str:
    """An event in one line."""
    said = [f"{key}={_value(event, key)}" for key in KEYS[1:] if event.get(key) is not None]
    return f"{event['type']} {' '.join(said)}" + (f" hints={event['hints']}" if event.get("hints") else "")


def _plain(text: str) -> str:
    from monitor.words import heading_key

    return heading_key(text)


def table(title: str, total: Score) -> str:
    """The score as Markdown."""
    lines = [f"### {title}", "", f"{total.exact} of {total.cases} exact, {total.hinted} exact or hinted.", ""]
    lines += ["| kind | right | missed | invented |", "| --- | --- | --- | --- |"]
    for kind in sorted({*total.right, *total.missed, *total.invented}):
        lines.append(f"| `{kind}` | {total.right[kind]} | {total.missed[kind]} | {total.invented[kind]} |")
    return "\n".join(lines)


def main(names: Sequence[str]) -> None:
    """Print the tables, or what is wrong in the named cases."""
    for title, cases in (("Sample pages", samples()), ("Paraphrases", paraphrases())):
        total = score(case for case in cases if not names or any(name in case.name for name in names))
        print(table(title, total))
        if names:
            print("\n".join(total.wrong))


if __name__ == "__main__":
    main(sys.argv[1:])
