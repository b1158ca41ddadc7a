"""The stamps an editor types below a heading: "(Publicerad 2021-06-17— uppdaterad 2021-09-03)" and its kin.

Only full dates count: a day and a month without a year are what an item says, not when it was said.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from monitor.model import STOCKHOLM
from monitor.words import fold, slips_of

Moment = date | datetime

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januari january jan", "februari february feb", "mars march mar", "april apr", "maj may", "juni june jun",
            "juli july jul", "augusti august aug", "september sept sep", "oktober october okt oct",
            "november nov", "december dec",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DATE = (
    r"(?:(?P<y>(?:19|20)\d\d)-(?P<m>\d{1,2})-(?P<d>\d{1,2})(?!\d)"
    r"|(?P<cy>20\d\d)(?P<cm>[01]\d)(?P<cd>[0-3]\d)(?!\d)"
    rf"|(?P<td>\d{{1,2}})\.? +(?P<tm>{_MONTH})\.?,? +(?P<ty>(?:19|20)\d\d)(?!\d)"
    rf"|(?P<em>{_MONTH}) +(?P<ed>\d{{1,2}}), *(?P<ey>(?:19|20)\d\d)(?!\d))"
)
_TIME = (
    r"(?:(?:,? +|t)(?:(?:kl\.?|klockan) *)?(?P<h>[01]?\d|2[0-3])[.:](?P<mi>[0-5]\d)(?::[0-5]\d)?"
    r"(?:z|[+-]\d\d:?\d\d)?(?!\d))?"
)
_WEEKDAY = r"(?:(?:mån|tis|ons|tors|fre|lör|sön)dag(?:en)?,? +)?"
_PUBLISHED = r"publicer(?:ades|ats|ad|at)|publ\.?|upplagd|inlagd|published(?: on)?"
_UPDATED = (
    r"(?:(?:senast|sist) +)?(?:uppdater(?:ades|ats|ad|at)|ändra(?:des|ts|d|t)|reviderad|redigerad)"
    r"|(?:last +)?updated(?: on)?"
)
_NO_SLIP = r"(?!(?:publicera|uppdatera)[rs]?\b)"
"""Words of their own that are one letter away: what is going to be published or updated."""
_PUBLISHED_SLIP = rf"{_NO_SLIP}(?:{'|'.join(slips_of('publicerad', 'publicerat'))})"
_UPDATED_SLIP = rf"(?:(?:senast|sist) +)?{_NO_SLIP}(?:{'|'.join(slips_of('uppdaterad', 'uppdaterat'))})"
_PART = re.compile(
    rf"(?:(?P<published>{_PUBLISHED}|{_PUBLISHED_SLIP})|(?P<updated>{_UPDATED}|{_UPDATED_SLIP}))"
    rf" *:? *(?:den +)?{_WEEKDAY}{_DATE}{_TIME}",
    re.I,
)
_BARE = re.compile(rf"(?:den +)?{_WEEKDAY}{_DATE}{_TIME}", re.I)
_BETWEEN = re.compile(r"[ ,;|/()\[\]\-.*]*(?:och +)?(?=[a-zåäö])", re.I)
_END = re.compile(r" *(?:av +[^.:]{2,60}?)? *[)\]]*[ .]*", re.I)
_LABELLED = re.compile(rf"\(?(?:{_PUBLISHED})\b.{{0,40}}\d.{{0,20}}\)?", re.I)
_HINTS = ("publ", "cera", "uppd", "pdate", "tera", "ndra", "reviderad", "redigerad", "pplagd", "nlagd")
_SUFFIX = re.compile(rf"[ ,\-|]*[(\[]? *(?=(?:{_PUBLISHED}|{_UPDATED}) *:? *(?:den +)?{_WEEKDAY}\d)", re.I)
_FREE = re.compile(
    rf"\b(?:texten|informationen|nyheten|inlägget|tabellen|listan)\b[^.\d]{{0,30}}\buppdater\w+[^.\d]{{0,20}}{_DATE}",
    re.I,
)
_PAGE_HINT = re.compile(r"pdat|ndra|ransk|ublic|odified|UPPDAT|PUBLIC")
_PAGE = re.compile(
    r"(?P<bracket>\(?) *"
    r"(?:(?:denna +|den +här +)?(?:sidan|innehållet|webbsidan|this +page|page)(?: +(?:är|blev|was))? *)?"
    r"(?:(?:senast|sist|last) +)?(?P<kind>uppdatera\w+|ändra\w+|granska\w+|updated|modified|publicera\w+|published)"
    r" *:? *(?:den +)?(?P<rest>.*)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Stamp:
    """What one stamp says. Both dates None: a line that wants to be a stamp, with a date that cannot be read."""

    published: Moment | None
    updated: Moment | None
    text: str
    bracketed: bool = False


def moment(text: str) -> Moment | None:
    """The full date that `text` is, with its time where it has one."""
    found = _BARE.fullmatch(fold(text).strip(" .()"))
    return _moment(found) if found else None


def _moment(found: re.Match[str]) -> Moment | None:
    part = found.groupdict()
    year = part["y"] or part["cy"] or part["ty"] or part["ey"]
    day = part["d"] or part["cd"] or part["td"] or part["ed"]
    named = part["tm"] or part["em"]
    month = _MONTHS[named.lower()] if named else int(part["m"] or part["cm"])
    try:
        if part.get("h"):
            return datetime(int(year), month, int(day), int(part["h"]), int(part["mi"]), tzinfo=STOCKHOLM)
        return date(int(year), month, int(day))
    except ValueError:
        return None


def _hinted(text: str) -> bool:
    lowered = text.lower()
    return any(hint in lowered for hint in _HINTS)


def line_stamp(text: str) -> Stamp | None:
    """The stamp that the whole line is, if it is one."""
    if len(text) > 160 or not _hinted(text):
        return None
    found = _parts(fold(text), 0)
    if found is not None:
        stamp, end = found
        if end == len(text):
            return Stamp(stamp.published, stamp.updated, text, stamp.bracketed)
        return None
    if len(text) <= 80 and _LABELLED.fullmatch(fold(text)) and "." not in text[:-1]:
        return Stamp(None, None, text, text.startswith("("))
    return None


def leading_stamp(text: str) -> tuple[Stamp, int] | None:
    """The stamp in brackets that other words follow on the same line, and where it ends."""
    if text[:1] not in "([" or not _hinted(text[:40]):
        return None
    found = _parts(fold(text), 0)
    if found is None or text[found[1] - 1 : found[1]] not in (")", "]", " ", "."):
        return None
    stamp, end = found
    return Stamp(stamp.published, stamp.updated, text[:end].strip(), True), end


def trailing_stamp(text: str) -> tuple[Stamp, int] | None:
    """The stamp at the end of a heading, and where it begins."""
    if not _hinted(text[-160:]):
        return None
    flat = fold(text)
    for start in _SUFFIX.finditer(flat):
        if start.start() == 0:
            continue
        found = _parts(flat, start.start())
        if found is not None and found[1] == len(flat):
            stamp = found[0]
            return Stamp(stamp.published, stamp.updated, text[start.start() :].strip(" ,-–—|"), stamp.bracketed), (
                start.start()
            )
    return None


def _parts(flat: str, start: int) -> tuple[Stamp, int] | None:
    published: Moment | None = None
    updated: Moment | None = None
    at = start
    while True:
        between = _BETWEEN.match(flat, at)
        part = _PART.match(flat, between.end()) if between else None
        if part is None:
            break
        when = _moment(part)
        if when is None:
            return None
        if part["published"]:
            published = published or when
        else:
            updated = when
        at = part.end()
    if published is None and updated is None:
        return None
    end = _END.match(flat, at)
    at = end.end() if end else at
    return Stamp(published, updated, flat[start:at].strip(), flat[start:].lstrip(" -,").startswith(("(", "["))), at


def free_update(text: str) -> Moment | None:
    """The date of a sentence that tells of an edit: "Texten är uppdaterad 2020-04-17, se kursiv text."."""
    found = _FREE.search(fold(text)) if "uppdater" in text else None
    return _moment(found) if found else None


def page_stamp(text: str) -> tuple[str, Moment | None] | None:
    """The page's own stamp, or only its label with the date still to come: ("updated" or "published", date)."""
    if len(text) > 120 or not _PAGE_HINT.search(text):
        return None
    found = _PAGE.fullmatch(fold(text))
    if found is None or found["bracket"]:
        return None
    kind = "published" if found["kind"].lower().startswith("publi") else "updated"
    rest = found["rest"].strip(" .")
    if not rest:
        return kind, None
    when = moment(re.split(r",? +av +", rest)[0])
    return (kind, when) if when is not None else None


def later(first: Moment, second: Moment) -> bool:
    """Whether `first` lies after `second`, to the day where either is a day."""
    return _day(first) > _day(second)


def _day(when: Moment) -> date:
    return when.date() if isinstance(when, datetime) else when
