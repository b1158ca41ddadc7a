"""When an operations notice says that things happen: its days and hours, joined where they stand apart.

The day may stand in the heading, on the line above or behind a label, and the hours in the text. Each moment has a cue:
the words about it tell whether something begins or ends there, was to happen there, or is only expected.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal

from monitor.dates import Found, Role, Tense, Times, combine, find_dates, find_recurrences, find_times
from monitor.interpret.passages import Passage, Sentence, day_of
from monitor.interpret.vocabulary import words
from monitor.model import Precision, When
from monitor.words import fold

Cue = Literal["plain", "begin", "end", "old", "expected", "aside"]

_WEEKDAYS = ("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag")
_BARE_WEEKDAY = re.compile(r"(?:mån|tis|ons|tors|fre|lör|sön)dag")
_BETWEEN_HOURS = re.compile(
    r"\bmellan (?P<opens>\d{1,2}) och (?P<closes>\d{1,2})(?![\d:/-]|\.\d)(?! (?:jan|feb|mar|apr|maj|jun|jul|aug|"
    r"sep|okt|nov|dec|kommun|procent|person|dag|vecko|år|svar|fil))"
)
_NUMBERED = re.compile(
    r"\d{1,2}(?:/\d| ?(?:jan|feb|mar|apr|maj|jun|jul|aug|sep|okt|nov|dec)|:[ae])|\d{6}|\d{4}-\d|dag(?:en)? (?:den )?\d"
)
_YEAR_ALONE = re.compile(r"^\D{0,40}\b(20\d\d)\W*$")
_LABEL_TIME = re.compile(
    r"^(?:uppdater\w+|åtgärda\w+|löst|klart|avsluta\w+|status|läget?|kl\.? ?\d\d?[.:]?\d*|"
    r"\d\d?[.:]\d\d)\b[^:\n]{0,40}?:(?=\s)"
)

_BEGINS = words(
    "sedan / med start / redan / började / börjar / påbörja… / startar / startade / inleds / inleddes",
    "uppstod… / uppstått / inträffa… / upptäck… / rapportera… / drabba… / noterade… / larm…",
    "stängs / stänger / stängdes / släcks / tas ner / gick ner / slutade / stannade / föll / kraschade",
)
_ENDS = words(
    "fram till / öppna… / slutar / slutade / avsluta… / upphör… / klar… / färdig… / åter… / igen / igång / tillbaka",
    "löst… / lösts / åtgärda… / avhjälp… / rättades / rättats / rättade / uppe / tillgänglig… / fungera…",
    "varade till",
    "släpp… på / startades / över",
)
_NOT_YET = words("(inte|ej|ännu) ~ (klar…|löst…|åtgärda…|avhjälp…|uppe|tillgänglig…|fungera…|igång|öppna…)")
_STOPPED_WORKING = words("slutade ~ (svara|fungera|leverera|skicka|lämna|ta emot|gälla)")
_NO_MORE = (
    "i stället för / istället för / tidigare / ursprunglig… / skulle ~ / skulle ha ~ / ersätter",
    "(gamla|förra) (tid…|dat…|dag…)",
    "(var|varit) ~ (planera…|avisera…|utlys…|bokad…|utsatt…|satt…|tänkt…|annonsera…|bestäm…)",
)
OLD_ANYWAY = words(*_NO_MORE)
"""The day that follows no longer holds, whatever the item is about."""
OLD_BEFORE = words(
    *_NO_MORE,
    "(vara|är) ~ (planera…|avisera…|utlys…|bokad…|utsatt…|satt…|tänkt…|annonsera…|bestäm…)",
    "(planera…|avisera…|annonsera…|meddela…|utlova…|utlys…|bestäm…) (till|den)",
)
"""The same of something that moves: what is planned for a day then was planned for it."""
_OLD_AFTER = words(
    "gäller ~ (inte|ej) / (inte|ej) längre / utgår / händer ~ ingenting / blir ~ inget / ersätts / bortfaller",
    "stryks",
    "är ~ (öppen|öppet|tillgänglig…) som vanligt / sker ~ inget / görs ~ inget / utförs ~ inget",
)
_EXPECTED = words(
    "vänta… / förvänta… / beräkna… / räknar ~ med / prognos… / bedöm… / hoppas / uppskatta…",
    "planerar ~ att vara klar…",
    "senast / tidigast",
)
_NOT_THEN = re.compile(r"\b(?:inte|ej) (?:längre )?(?:på )?(?:\w+dagen )?(?:den |kl\.? ?|klockan )?$")
_AFTER_IT = re.compile(r"\befter \w*(?:störning|avbrott|fel|problem|stopp)\w*\b")
_LATELY = re.compile(r"i (?:dag|går|natt|morse|kväll|veckan)\b")
_OF_A_RUN = re.compile(
    r"\b(?:filen|filerna|fil|körning\w*|leverans\w*|avisering\w*|uppgift\w*|utskick\w*|svar\w*)(?: \w+ för)? $"
)
_FROM_AN_OCCASION = re.compile(r"\b(?:från och med|fr?\.? ?o\.? ?m\.?|from) (?:\w+ ){1,3}(?:den )?$")
_INSTEAD_AFTER = re.compile(
    r"\W*(?:\w+ ){0,3}?(?:görs|sker|genomförs|utförs|hålls|blir|äger rum|börjar|startar|inleds|läggs|körs|tas)"
    r"(?:(?: \w+){0,2}? i ?stället(?! för)| (?:\w+ )?(?:inte|ej)\b(?: \w+){0,3},? utan\b)"
)
_NAMES_A_RUN = re.compile(
    r"\b(?:fil|körning|leverans|avisering|uppgift|utskick|svar)\w* (?:i |\w+ )?(?:för|från|av|den)(?: den)? $"
)
_ABOUT_NEWS = words(
    "nästa (uppdatering|information|besked|lägesrapport|avstämning|rapport) / återkommer / meddelas / informerar",
    "ny information / mer information / uppdaterad information / besked / senast (uppdaterad|ändrad) / publicera…",
    "lägesrapport… / informeras",
)
_ABOUT_STAFF = words(
    "support… / servicedesk… / kontor… / kundtjänst… / kundcenter… / växel… / telefon… / reception… / bemann…",
    "kontakta",
    "anmäl… / möte… / semester… / öppettid… / telefontid…",
)
_BECAUSE = words(
    "beror på / berodde på / orsaka… / orsaken (är|var) / på grund av en ändring / efter en ändring",
    "till följd av / i samband med en",
)
_DAY_WORD = (
    r"(?:mån|tis|ons|tors|fre|lör|sön)dag\w*|jan(?:uari)?|feb(?:ruari)?|mars|april|maj|juni|juli|aug(?:usti)?|"
    r"sep\w*|okt\w*|nov\w*|dec\w*|våren|sommaren|hösten|vintern|vecka|klockan|kl\.?"
)
_OTHER_TIME = (
    r"(?:en |ett )?(?:annan |annat |ny |nytt |senare |tidigare )?"
    r"(?:dag|helg|kväll|natt|tid|vecka|datum|tillfälle|tidpunkt)"
)
TIME_FOLLOWS = (
    r"(?= (?:fram |upp |bakåt |därför |alltså |nu |dock |tyvärr |i ?stället |återigen |redan )*"
    rf"(?:till (?:och med )?(?:(?:den|på|nästa|senare|efter)\b|\d|(?:{_DAY_WORD})\b|{_OTHER_TIME}\b)|"
    r"(?:från|en|ett|två|tre|tills|på obestämd|och|i|med)\b|\d)|[.,:;]|\s*$)"
)
"""What follows a verb of moving when it moves in time: a day, a span, nothing. "till ny serverhall" moves a machine."""
_MOVE = words(
    r"flytta(s|t|ts|d|de|des|r)?" + TIME_FOLLOWS,
    "framflytta… / skjuts / skjutits / sköts / skjuta / skjuter / uppskju… / framskju… / senarelägg…",
    "senarelagd…",
    "senarelagt… / senarelades / tidigarelägg… / tidigarelagd… / tidigarelagt… / tidigarelades / omplanera…",
    "ombokad… / ombokas",
    "bokas om / bokats om / byter dag / byta dag / byter datum / ersätts av / ändras / ändrats / ändrad…",
    "ändrat / förskju…",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A date with its hours, where it stands, and what the words about it make of it."""

    sentence: Sentence
    when: When
    start: int
    end: int
    role: Role = "plain"
    cue: Cue = "plain"
    others: tuple[When, ...] = ()

    @property
    def timed(self) -> bool:
        """Whether hours are given."""
        return self.when.precision == "minute"

    @property
    def is_window(self) -> bool:
        """Whether it has hours, and both a beginning and an end."""
        return self.timed and None not in (self.when.start, self.when.end) and self.when.start != self.when.end


def moments_of(passage: Passage, tense: Tense | None, *, anchored: bool = False) -> tuple[Moment, ...]:
    """The moments of an item, its heading's first, in order; `anchored` hours without any day get the stamp's day.

    Days that their own hours repeat elsewhere are left out, and so is what recurs.
    """
    found: list[Moment] = []
    day: When | None = None
    for sentence in (passage.heading, *passage.sentences):
        if find_recurrences(sentence.text):
            continue
        dated = _dates(sentence, tense, _known_days(found))
        spare = _spare_times(sentence, dated)
        stamp_day = _stamp_day(passage) if anchored and day is None and not dated else None
        here = sorted(_joined(sentence, dated, spare, day or stamp_day), key=lambda moment: moment.start)
        found.extend([replace(moment, cue=_cue(moment, here)) for moment in here])
        last = next(
            (m.when for m in reversed(found) if m.when.precision in ("day", "minute") and m.cue != "aside"), None
        )
        if dated:
            day = _only_days(last) if last is not None else day
    return tuple(_without_repeats(found))


def _dates(sentence: Sentence, tense: Tense | None, known: list[tuple[date, date]]) -> list[Found]:
    """The dates of a sentence in the tense of the matter, of the year above them, weekdays as days named before."""
    passage = sentence.passage
    year = next(
        (
            int(match[1])
            for text in (sentence.section, passage.item.heading)
            if (match := _YEAR_ALONE.match(fold(text)))
        ),
        None,
    )
    versions = [(mention.start, mention.end) for mention in sentence.versions if mention.tight]
    return [
        _of_a_run(_of_known_days(_not_a_year_off(found, passage, tense), known), sentence)
        for found in find_dates(
            sentence.text, passage.reference, tense=tense, year=None if sentence.in_heading else year
        )
        if not any(start <= found.start and found.end <= end for start, end in versions)
    ]


def _of_known_days(found: Found, known: list[tuple[date, date]]) -> Found:
    """Bare weekdays ("kl. 05.00 på fredagen") on the days of that name among those named before."""
    text = fold(found.when.text)
    named = _BARE_WEEKDAY.findall(text)
    anchor = found.when.start or found.when.end
    if not named or anchor is None or _NUMBERED.search(text):
        return found
    wanted = _WEEKDAYS.index(named[0])
    if day_of(anchor).weekday() != wanted:
        return found
    for first, last in reversed(known):
        for step in range(min(8, (last - first).days + 1)):
            day = first + timedelta(days=step)
            if day.weekday() == wanted:
                shift = day - day_of(anchor)
                start, end = (
                    moment + shift if moment is not None else None for moment in (found.when.start, found.when.end)
                )
                return replace(found, when=replace(found.when, start=start, end=end))
    return found


def _not_a_year_off(found: Found, passage: Passage, tense: Tense | None) -> Found:
    """A day without a year that a list or a span put a year ahead, when it fits this year as well."""
    start, today = found.when.start, passage.reference.on
    if tense != "ahead" or not found.when.year_inferred or start is None or today is None:
        return found
    if not timedelta(days=334) <= day_of(start) - today <= timedelta(days=400) or (start.month, start.day) == (2, 29):
        return found
    ends = [moment.replace(year=moment.year - 1) if moment is not None else None for moment in (start, found.when.end)]
    return replace(found, when=replace(found.when, start=ends[0], end=ends[1]))


def _of_a_run(found: Found, sentence: Sentence) -> Found:
    """ "Filen från den 14 februari" names a file, and begins nothing."""
    if found.role != "from" or not re.match(r"från (?!och med)", fold(found.when.text)):
        return found
    if not _OF_A_RUN.search(sentence.folded[: found.start]):
        return found
    return replace(found, when=replace(found.when, end=found.when.start), role="plain")


def _known_days(found: list[Moment]) -> list[tuple[date, date]]:
    return [
        (day_of(moment.when.start), day_of(moment.when.end))
        for moment in found
        if moment.when.start is not None
        and moment.when.end is not None
        and moment.when.precision in ("day", "minute", "week")
    ]


def _spare_times(sentence: Sentence, dated: list[Found]) -> list[Times]:
    times = [*find_times(sentence.text), *_bare_hours(sentence)]
    return [one for one in times if not any(found.start < one.end and one.start < found.end for found in dated)]


def _bare_hours(sentence: Sentence) -> Iterator[Times]:
    """Hours without "kl." between two words that can only be hours: "mellan 19 och 21"."""
    for match in _BETWEEN_HOURS.finditer(sentence.folded):
        opens, closes = int(match["opens"]) * 60, int(match["closes"]) * 60
        if max(opens, closes) <= 24 * 60:
            text = sentence.text[match.start() : match.end()]
            yield Times(opens=opens, closes=closes, text=text, start=match.start(), end=match.end())


def _joined(sentence: Sentence, dated: list[Found], spare: list[Times], day: When | None) -> Iterator[Moment]:
    """The dates of a sentence, and its hours on the day that stands nearest before them."""
    label = _LABEL_TIME.match(sentence.folded)
    first = label.end() if label else 0
    found = [
        Moment(
            sentence=sentence,
            when=one.when,
            start=one.start,
            end=one.end,
            role=one.role,
            cue="aside" if one.start < first else "plain",
            others=one.alternatives,
        )
        for one in dated
    ]
    days = [one for one in found if one.when.precision in ("day", "minute")]
    starts = [one.start for one in days]
    used: set[int] = set()
    for times in spare:
        place = bisect_right(starts, times.start)
        base = days[max(0, place - 1)] if days else None
        bases = _only_days(base.when) if base is not None else day
        if bases is None or (times.start < first and not sentence.in_heading):
            continue
        readings = combine(bases, times)
        if readings[0].precision != "minute":
            continue
        if base is not None:
            used.add(id(base))
        yield Moment(
            sentence=sentence,
            when=readings[0],
            start=times.start,
            end=times.end,
            role="until" if times.opens is None else "plain",
            others=readings[1:],
        )
    yield from (one for one in found if id(one) not in used or one.timed)


def _only_days(when: When) -> When | None:
    ends = [day_of(moment) for moment in (when.start, when.end) if moment is not None]
    if not ends or when.precision not in ("day", "minute"):
        return None
    last = ends[0] if when.precision == "minute" and len(ends) == 2 and _hour(when.end) == 0 else ends[-1]
    return replace(when, start=ends[0], end=max(ends[0], last), precision="day")


def _hour(moment: date | datetime | None) -> int | None:
    return moment.hour * 60 + moment.minute if isinstance(moment, datetime) else None


def _stamp_day(passage: Passage) -> When | None:
    day = passage.reference.on
    return When(start=day, end=day, precision="day", text="", year_inferred=False) if day is not None else None


def _cue(moment: Moment, here: list[Moment]) -> Cue:
    """What the words about a moment make of it, up to the moments beside it."""
    if moment.cue != "plain":
        return moment.cue
    folded = moment.sentence.folded
    left = max((other.end for other in here if other.end <= moment.start), default=0)
    right = min((other.start for other in here if other.start > moment.start), default=len(folded))
    before, after = (
        folded[max(left, moment.start - 90) : moment.start],
        folded[moment.end : min(right, moment.end + 60)],
    )
    before += "till " if folded.startswith("till ", moment.start) else ""
    clause = re.split(r"[,;:(]|\b(?:och|men|samt)\b", before)[-1]
    if _ABOUT_NEWS.search(before) or _ABOUT_NEWS.search(after) or _ABOUT_STAFF.search(before + after):
        return "aside"
    if _BECAUSE.search(before):
        return "aside"
    if _is_old(moment, before, clause, after, right < len(folded)):
        return "old"
    if _EXPECTED.search(before) or (moment.role in ("by", "before", "earliest") and _EXPECTED.search(clause)):
        return "expected"
    return _side(moment, _NOT_YET.sub(" ", before), clause, after)


def _is_old(moment: Moment, before: str, clause: str, after: str, another: bool) -> bool:
    cue = _last(OLD_BEFORE, clause) or _last(OLD_BEFORE, before)
    earlier_today = cue is not None and cue[0] == "tidigare" and _LATELY.match(fold(moment.when.text))
    if cue is not None and not earlier_today and len(before) - cue.end() < 40 and not _MOVE.search(before, cue.end()):
        return not _EXPECTED.search(before, cue.end())
    if OLD_BEFORE.search(fold(moment.when.text)):
        return True
    if (moment.role == "plain" and _NOT_THEN.search(before)) or _OLD_AFTER.search(after[:45]):
        return True
    if another and _INSTEAD_AFTER.match(after):
        return True
    leaving = re.search(r"\bfrån (?:den |\w+dagen )*(?:den )?$", before) or moment.role == "from"
    if another and leaving and _MOVE.search(before):
        return re.match(r"[ ,]*till\b", after) is not None or re.search(r"\btill\b", fold(moment.when.text)) is not None
    return _is_left_behind(after, moment.sentence.folded[moment.end : moment.end + 80])


def _is_left_behind(after: str, beyond: str) -> bool:
    """Whether a verb of moving follows the date: "underhållet den 14 november flyttas till …"."""
    move = _MOVE.search(beyond)
    if move is None or move.start() >= len(after) or re.search(r"[.;]", after[: move.start()]):
        return False
    return not re.match(r" (?:våra|alla|de|den|det|en|ett|nya|samtliga) ?\w+", beyond[move.end() :]) or (
        re.match(r" (?:en|ett|två|tre|fyra) (?:dag|dygn|vecka|veckor|timm|månad)", after[move.end() :]) is not None
    )


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    return max(pattern.finditer(text), key=lambda match: match.start(), default=None)


def _side(moment: Moment, before: str, clause: str, after: str) -> Cue:
    if moment.is_window or (moment.when.precision == "day" and moment.when.start != moment.when.end):
        return "plain"
    if _NAMES_A_RUN.search(clause) or _AFTER_IT.search(clause):
        return "plain"
    if _STOPPED_WORKING.search(clause) or _STOPPED_WORKING.search(after):
        return "begin"
    if moment.role in ("until", "by", "before") or _ENDS.search(clause) or re.search(r"\btill (?:\w+ )?$", before):
        return "end"
    if re.match(r"sedan\b", fold(moment.when.text)) and _ENDS.search(_NOT_YET.sub(" ", after.split(",")[0])):
        return "end"
    if moment.role == "from" or _BEGINS.search(clause) or re.search(r"\bfrån (?:\w+ )?$", before):
        return "begin"
    if clause.strip() not in ("", "den", "kl", "kl.", "klockan", "vid"):
        return "plain"
    following = re.split(r"[,;:(]|\b(?:och|men|samt)\b", after)[0][:40]
    if _ENDS.search(_NOT_YET.sub(" ", following)):
        return "end"
    return "begin" if _BEGINS.search(following) else "plain"


def _without_repeats(found: list[Moment]) -> Iterator[Moment]:
    """The moments without bare days that hours elsewhere stand for, and without repetitions."""
    seen: set[tuple[object, object, object]] = set()
    timed = [moment for moment in found if moment.timed and moment.cue not in ("aside", "expected")]
    for moment in found:
        if moment.when.precision == "day" and moment.cue != "old" and any(_holds(moment, t) for t in timed):
            continue
        key = (moment.when.start, moment.when.end, moment.cue == "old")
        if moment.sentence.in_heading or key not in seen or moment.sentence.block is not None:
            seen.add(key)
            yield moment


def _holds(day: Moment, timed: Moment) -> bool:
    if day.when.start is None or day.when.end is None or timed.cue == "old":
        return False
    ends = [day_of(moment) for moment in (timed.when.start, timed.when.end) if moment is not None]
    return day_of(day.when.start) <= ends[0] <= day_of(day.when.end)


def opened(found: Found, sentence: Sentence) -> When:
    """The date, open where an occasion stands between: "från och med utbetalningen i januari"."""
    leading = _FROM_AN_OCCASION.search(sentence.folded[: found.start])
    if found.role != "plain" or leading is None:
        return found.when
    return replace(found.when, end=None, text=sentence.text[leading.start() : found.end])


def as_target(when: When) -> When:
    """What something is moved or planned "till" is where it ends up, and no end of a span."""
    return replace(when, start=when.end) if when.start is None else when


def joined_span(moments: list[Moment]) -> When | None:
    """One span out of a beginning and an end that stand apart: "stängs kl. 23 på torsdagen och öppnar kl. 05"."""
    begins = next((m for m in moments if m.cue == "begin"), None)
    if begins is None:
        begins = next((m for m in moments if m.cue == "plain" and m.timed and not m.is_window), None)
    if begins is None:
        return None
    start = begins.when.start
    place = moments.index(begins)
    others = [*moments[place + 1 :], *moments[:place]]
    ends = next((m for m in others if m.cue in ("end", "expected")), None)
    if ends is None or start is None:
        return None
    end = ends.when.end if ends.when.end is not None else ends.when.start
    if end is None:
        return None
    if isinstance(start, datetime) != isinstance(end, datetime):
        start, end = day_of(start), day_of(end)
    if end < start:
        end += timedelta(days=1)
    if not timedelta(0) <= end - start <= timedelta(days=60):
        return None
    precision: Precision = "minute" if isinstance(start, datetime) else "day"
    text = begins.when.text if begins.sentence is not ends.sentence else begins.sentence.text[begins.start : ends.end]
    return replace(begins.when, start=start, end=end, precision=precision, text=text)
