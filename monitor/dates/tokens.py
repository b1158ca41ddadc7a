"""From a line of text to the words and numbers that can be part of a date; everything else is left out.

Works on folded text, whose offsets are those of the original. Each position is looked at a bounded number of times,
so that the time is linear in the length of the line, whatever stands in it.
"""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

from monitor.dates.lexicon import (
    MONTH_ABBREVIATIONS,
    MONTHS,
    NO_PART,
    NUMBERED_NOUNS,
    PHRASES,
    SERVICE_NOUNS,
    VERSION_NOUNS,
    WORDS,
    Kind,
)

WIDEST_GAP = 3
"""So many spaces may stand between two words of one date; the agency types double spaces."""


class Token(NamedTuple):
    """A word or number that can be part of a date. `value` depends on the kind: numbers, the greatest unit first."""

    kind: Kind
    start: int
    end: int
    value: tuple[int, ...] = ()


_SCAN = re.compile(r"(?:https?://|www\.)[^\s<>\"]*|[^\W\d_]+|\d|[-,|(/'’]")
_MARKS: dict[str, Kind] = {
    "-": "dash",
    ",": "comma",
    "|": "cell",
    "(": "open",
    "/": "mark",
    "'": "quote",
    "’": "quote",
}

_FILES = r"\.(?:xsd|xml|wsdl|pdf|zip|json|html?|txt|docx?|xlsx?|csv|ya?ml|jar|aspx?)\b"
_ENDS = rf"(?![\w/]|\.\d|{_FILES}|-[^\W\d_][\w-]{{0,80}}[./_]\w)"
_UNITS = (
    r"(?! ?(?:%|kr\b|kronor|st\b|sek\b|mkr\b|[kmgt]b\b|procent|personer|användare|ärenden|ansökningar|kommuner|tecken|"
    r"rader|poster|dagar|timmar|minuter|meter|euro\b))"
)
_FULL_DATE = re.compile(rf"((?:19|20)\d\d)[-.](\d\d?)[-.](\d\d?)(?:t(?=\d\d:\d\d)|{_ENDS})")
_COMPACT = re.compile(rf"((?:19|20)\d\d)(\d\d)(\d\d)(?!-\d{{4}}){_ENDS}")
_SHORT_YEAR_FIRST = re.compile(rf"(\d\d)-(\d\d)-(\d\d)(?!-\d){_ENDS}")
_DAY_FIRST = re.compile(rf"(\d\d?)[-./](\d\d?)[-./]((?:19|20)\d\d)(?!-\d){_ENDS}")
_YEAR_MONTH = re.compile(rf"((?:19|20)\d\d)-(0[1-9]|1[0-2])(?![-:]\d){_ENDS}")
_YEARS = re.compile(r"((?:19|20)\d\d)[-/]((?:19|20)?\d\d)(?![\d:/]|-\d)")
_SLASH = re.compile(r"(\d\d?)/(\d\d?)(?![\d:/]|-[^\W\d_]|\.\d| ?(?:av|del|delar|sjuk\w*|ersättning\w*)\b)")
_TIME = re.compile(rf"(\d\d?)[.:](\d\d)(?::\d\d)?(?!\d|[.:,/]\d|(?!z\b)[^\W\d_]){_UNITS}")
_YEAR = re.compile(rf"((?:19|20)\d\d)(?![\d_]|[^\W\d_]|[:/.,]\d){_UNITS}")
_FOUR = re.compile(r"([01]\d|2[0-4])([0-5]\d)(?!\d)")
_ORDINAL = re.compile(r"(\d\d?):?(?:e|a|de)\b")
_NUMBER = re.compile(r"(\d\d?)(?![\d_]|[^\W\d_]|[.,:]\d)")
_DIGITS = re.compile(r"\d[\d_]*(?:[.:,/]\d[\d_]*)*")

_MONTH_NAMES = "|".join((*MONTHS, *MONTH_ABBREVIATIONS))
_VERSION = re.compile(r"[. ]{0,3}\d+(?:\.\d+)*(?![\d/])(?:-\d\d-\d\d)?")
_ONE_MORE_VERSION = re.compile(
    rf" {{0,2}}(?:,|-|och|eller|samt|till) {{0,2}}\d+(?:\.\d+)*(?![\d.:/-]| {{1,2}}(?:{_MONTH_NAMES})\b)"
)
_LONGEST_LIST = 40
_NAMED = re.compile(r"[.:]? {0,2}(?:fk |hslf-fs )?[+\d(][\d/:.()-]*(?: \d\d\d?\b(?! {1,2}[^\W\d_]|[.:/-]))*")
_WEEK_DOT = re.compile(r"v\. {0,2}(?=\d)")
_WEEK_GLUED = re.compile(r"v ?(\d\d?)(?!\d|[.:/]\d|[^\W\d_])")
_QUARTER = re.compile(r"q([1-4])\b")
_HALF = re.compile(r"h([12])\b")
_MONTH_OF = re.compile(
    r"-(?:release|driftsättning)\w*| {1,2}månads [^\W\d_]{3,30}(?= {1,2}(?:19|20)\d\d\b)| {1,2}månads?\b|s\b"
)
_ABBREVIATING_STOP = re.compile(r"\.(?= {0,2}\d)")
_FIRST_PLAIN_WEEK = 20
"""From this number on a bare "v46" is a week and no version."""

_FRACTIONS = frozenset(((1, 2), (1, 3), (2, 3), (1, 4), (2, 4), (3, 4), (24, 7)))
"""What looks like a day of a month and is mostly a share, or "round the clock"."""
CERTAIN, DOUBTFUL = 1, 0

_PHRASES: dict[str, list[tuple[re.Pattern[str], Kind, tuple[int, ...]]]] = {}
for _first, _pattern, _kind, _value in PHRASES:
    _PHRASES.setdefault(_first, []).append((re.compile(_pattern.replace(" ", " {1,3}")), _kind, _value))


def tokens_of(folded: str, start: int, end: int) -> list[Token]:
    """The words and numbers of one line (`folded[start:end]`, no newline in it) that can be part of a date."""
    found: list[Token] = []
    position = start
    last_word = ""
    scan = _SCAN.search
    while match := scan(folded, position, end):
        first = match.group()
        position = match.end()
        letter = first[0]
        if letter.isdigit():
            token, position = _number(folded, match.start(), end, found)
            if token is not None:
                found.append(token)
            last_word = ""
        elif letter.isalpha():
            if "." in first or ":" in first:
                continue
            if first == "z" and found and found[-1].kind == "time" and found[-1].end == match.start():
                found.append(Token("zone", match.start(), match.end(), (0,)))
                continue
            token, position = _word(folded, match.start(), match.end(), end, last_word)
            if token is not None:
                found.append(token)
            last_word = first
        elif letter in _MARKS:
            found.append(Token(_MARKS[letter], match.start(), match.end()))
    return found


def _word(folded: str, start: int, stop: int, end: int, last_word: str) -> tuple[Token | None, int]:
    word = folded[start:stop]
    before = folded[start - 1] if start else " "
    if before.isdigit() or before in "_@":
        return None, stop
    for pattern, kind, value in _PHRASES.get(word, ()):
        if phrase := pattern.match(folded, start, end):
            return Token(kind, start, phrase.end(), value), phrase.end()
    if word[0] in "vqh" and (token := _lettered(folded, start, end, last_word)):
        return token, token.end
    if word in VERSION_NOUNS:
        return None, _after_versions(folded, stop, end)
    if word in NUMBERED_NOUNS:
        named = _NAMED.match(folded, stop, end)
        return None, named.end() if named else stop
    entry = WORDS.get(word)
    if entry is None or last_word in NO_PART.get(word, ()):
        return None, stop
    kind, value = entry
    if kind == "month" and (noun := _MONTH_OF.match(folded, stop, end)):
        stop = noun.end()
    elif kind in ("abbreviation", "weekday") and _ABBREVIATING_STOP.match(folded, stop, end):
        stop += 1
    return Token(kind, start, stop, value), stop


def _lettered(folded: str, start: int, end: int, last_word: str) -> Token | None:
    """ "v. 46", "v46", "Q2", "H1": a letter that stands for week, quarter or half-year."""
    if quarter := _QUARTER.match(folded, start, end):
        return Token("quarter_number", start, quarter.end(), (int(quarter.group(1)),))
    if half := _HALF.match(folded, start, end):
        return Token("half_number", start, half.end(), (int(half.group(1)),))
    if last_word in SERVICE_NOUNS or last_word in VERSION_NOUNS:
        return None
    if dotted := _WEEK_DOT.match(folded, start, end):
        return Token("week", start, dotted.end())
    if glued := _WEEK_GLUED.match(folded, start, end):
        number = int(glued.group(1))
        if number >= _FIRST_PLAIN_WEEK or last_word == "under":
            return Token("week_number", start, glued.end(), (number,))
    return None


def _after_versions(folded: str, stop: int, end: int) -> int:
    """Where the version numbers behind the word "version" end: "7", "5, 6 och 7", "9.0.4", "2015-05-30"."""
    version = _VERSION.match(folded, stop, end)
    if version is None:
        return stop
    stop = version.end()
    for _ in range(_LONGEST_LIST):
        more = _ONE_MORE_VERSION.match(folded, stop, end)
        if more is None:
            break
        stop = more.end()
    return stop


def _number(folded: str, start: int, end: int, found: list[Token]) -> tuple[Token | None, int]:
    """The date, time or number that begins here; None for a number that is part of something else."""
    digits = _DIGITS.match(folded, start, end)
    after = digits.end() if digits else start + 1
    if not _may_begin(folded, start, found):
        return None, after
    for pattern in (_FULL_DATE, _COMPACT):
        if match := pattern.match(folded, start, end):
            year, month, day = map(int, match.groups())
            return _date(year, month, day, start, match.end())
    if match := _SHORT_YEAR_FIRST.match(folded, start, end):
        year, month, day = map(int, match.groups())
        return _date(2000 + year, month, day, start, match.end())
    if match := _DAY_FIRST.match(folded, start, end):
        day, month, year = map(int, match.groups())
        return _date(year, month, day, start, match.end())
    if match := _YEAR_MONTH.match(folded, start, end):
        return Token("year_month", start, match.end(), (int(match.group(1)), int(match.group(2)))), match.end()
    if match := _YEARS.match(folded, start, end):
        first, second = match.groups()
        if int(second) % 100 == (int(first) + 1) % 100:
            return Token("pair", start, match.end(), (int(first),)), match.end()
    if match := _SLASH.match(folded, start, end):
        day, month = map(int, match.groups())
        if 1 <= month <= 12 and 1 <= day <= 31:
            sure = DOUBTFUL if (day, month) in _FRACTIONS else CERTAIN
            return Token("slash", start, match.end(), (month, day, sure)), match.end()
        return None, after
    return _plain_number(folded, start, end, after)


def _plain_number(folded: str, start: int, end: int, after: int) -> tuple[Token | None, int]:
    if match := _TIME.match(folded, start, end):
        hour, minute = int(match.group(1)), int(match.group(2))
        if minute < 60 and (hour < 24 or (hour, minute) == (24, 0)):
            sure = CERTAIN if ":" in match.group() else DOUBTFUL
            return Token("time", start, match.end(), (hour * 60 + minute, sure)), match.end()
        return None, after
    if match := _YEAR.match(folded, start, end):
        return Token("year", start, match.end(), (int(match.group(1)),)), match.end()
    if match := _FOUR.match(folded, start, end):
        return Token("four", start, match.end(), (int(match.group(1)) * 60 + int(match.group(2)),)), match.end()
    if match := _ORDINAL.match(folded, start, end) or _NUMBER.match(folded, start, end):
        return Token("num", start, match.end(), (int(match.group(1)),)), match.end()
    return None, after


def _may_begin(folded: str, start: int, found: list[Token]) -> bool:
    """Whether what stands directly before the number leaves it a number of its own."""
    if start == 0:
        return True
    before = folded[start - 1]
    if before == ":" and start > 1 and folded[start - 2].isalpha():
        return True
    if before.isalnum() or before in "_/=#@§\\~%&+:":
        return bool(found) and found[-1].end == start and found[-1].kind in ("week", "mark", "clock", "date")
    if before in "-.,":
        joined = bool(found) and found[-1].end == start
        if before == "-":
            return joined and (start < 2 or not folded[start - 2].isalpha() or _stands_before(found, start - 1))
        return joined or (start < 2 or not folded[start - 2].isdigit())
    return True


def _stands_before(found: list[Token], dash: int) -> bool:
    return len(found) > 1 and found[-2].end == dash


def _date(year: int, month: int, day: int, start: int, stop: int) -> tuple[Token | None, int]:
    try:
        date(year, month, day)
    except ValueError:
        return None, stop
    return Token("date", start, stop, (year, month, day)), stop
