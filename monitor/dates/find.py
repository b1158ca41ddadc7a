"""Finding the dates of a text: lines to phrases, phrases to days, days to `When`s."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from monitor.dates.clocks import Clock, clock_at
from monitor.dates.line import Line
from monitor.dates.nouns import Found, Reference, Role, Tense, Times
from monitor.dates.phrases import Element, Phrase, phrase_at
from monitor.dates.recurrence import recurrences_in
from monitor.dates.spans import NIGHTS, Dated, Days
from monitor.dates.tense import Telling, aims, moves
from monitor.dates.windows import Ends, at_times, meaning_of
from monitor.dates.years import date_phrase
from monitor.model import Precision, When
from monitor.words import Span, fold, sentences

REMEMBERED = 4096
"""Texts whose dates are remembered: a page is read again and again, and most of its sentences stand as they stood."""

OPENING_HOURS = ("öppettid", "öppet", "öppen", "telefontid", "bemannad", "support")
"""In a sentence with one of these, times are opening hours and no window of its date."""


@lru_cache(maxsize=REMEMBERED)
def find_dates(
    text: str, reference: Reference, *, tense: Tense | None = None, year: int | None = None
) -> tuple[Found, ...]:
    """Every date of the text, in its order, with what it means.

    A missing year comes from `year` (that of a heading above a list) or, by the rule of the contract, from the
    `reference`; where neither tells, the date is left out. `tense` says whether the text speaks of what lies ahead;
    without it the verbs of each sentence decide. Recurring days and times are no dates. Times that stand apart from
    the only date of their sentence join it. Spans do not overlap, except that days which share a month ("21 och 28
    mars") each reach to it. Never raises; takes time linear in the length of the text.
    """
    return _Reader(text, reference, tense, year).read()


@lru_cache(maxsize=REMEMBERED)
def find_times(text: str) -> tuple[Times, ...]:
    """The times of day in a text, without regard to dates, recurring ones left out; for `combine`."""
    found: list[Times] = []
    for line in _lines(fold(text)):
        index = 0
        while index < len(line.tokens):
            clock = _lone_clock(line, index)
            if clock is not None:
                found.append(
                    Times(
                        opens=clock.opens,
                        closes=clock.closes,
                        zone=clock.zone,
                        text=text[clock.start : clock.end],
                        start=clock.start,
                        end=clock.end,
                    )
                )
            index = clock.stop if clock else index + 1
    return tuple(found)


def combine(day: When, times: Times) -> tuple[When, ...]:
    """A day read in one place with the times read in another: a date in the heading, its window in the text.

    The first is the reading; further ones stand behind it when a window over several days can be meant day by day. A
    day that is open, coarser or already timed comes back as it is. The text stays that of the day.
    """
    if day.precision != "day" or day.start is None or day.end is None:
        return (day,)
    clock = Clock(times.opens, times.closes, times.zone, times.start, times.end, 0, sure=True)
    readings = at_times(Days(day.start, day.end), clock)
    return tuple(replace(day, start=start, end=end, precision="minute") for start, end in readings) or (day,)


def _lines(folded: str) -> Iterator[Line]:
    """The lines of the text as tokens, without those that belong to something recurring."""
    recurring = recurrences_in(folded)
    start = 0
    while start <= len(folded):
        end = folded.find("\n", start)
        end = len(folded) if end < 0 else end
        yield Line(folded, start, end, without=recurring)
        start = end + 1


def _lone_clock(line: Line, index: int) -> Clock | None:
    line.origin = index
    clock = clock_at(line, index)
    return clock if clock is not None and clock.sure else None


@dataclass(frozen=True, slots=True)
class _Draft:
    """A date found; `days` are set where times that stand apart in its sentence may join it."""

    found: Found
    days: Days | None
    night: bool


class _Reader:
    """One reading of one text."""

    def __init__(self, text: str, reference: Reference, tense: Tense | None, year: int | None) -> None:
        self._text = text
        self._folded = fold(text)
        self._reference = reference
        self._tense = tense
        self._year = year
        self._spans: tuple[Span, ...] | None = None
        self._telling: tuple[Span, Telling] | None = None
        self._drafts: list[_Draft] = []
        self._clocks: list[Clock] = []

    def read(self) -> tuple[Found, ...]:
        """All dates of the text."""
        for line in _lines(self._folded):
            index = 0
            while index < len(line.tokens):
                index = self._read_at(line, index)
        if self._clocks:
            self._join_apart()
        return tuple(draft.found for draft in self._drafts)

    def _read_at(self, line: Line, index: int) -> int:
        phrase = phrase_at(line, index)
        if phrase is not None and not phrase.elements:
            return phrase.stop
        if phrase is not None:
            dated = date_phrase(
                phrase,
                self._reference,
                tense=self._tense_for(phrase),
                year=self._year,
                around=self._around(),
            )
            if dated is not None:
                self._add(phrase, dated, rough=index > 0 and line.tokens[index - 1].kind == "roughly")
            return phrase.stop
        clock = _lone_clock(line, index)
        if clock is None:
            return index + 1
        self._clocks.append(clock)
        return clock.stop

    def _add(self, phrase: Phrase, dated: tuple[Dated, ...], *, rough: bool) -> None:
        role = phrase.role
        if (phrase.loose or phrase.joined_by_until) and self._is_target(phrase):
            role = "plain"
            elements = phrase.elements
            if phrase.joined_by_until:
                elements = (*(Element(point) for point in elements[0].points), *elements[1:])
            phrase = replace(phrase, elements=elements, start=elements[0].first.start)
        for number, element in enumerate(phrase.elements):
            count = len(element.points)
            start = phrase.start if number == 0 else element.first.start
            final = phrase.end if number == len(phrase.elements) - 1 else element.final.end
            self._put(element, dated[:count], role if number == 0 else "plain", Span(start, final), rough=rough)
            dated = dated[count:]

    def _is_target(self, phrase: Phrase) -> bool:
        """Whether "från" and "till" name the old and the new day of a thing and no ends: it is moved or planned."""
        start = self._sentence(phrase.start).start
        if phrase.joined_by_until or phrase.role == "from":
            return moves(self._folded, start, phrase.start)
        # "till hösten" is the coming autumn.
        return phrase.elements[0].first.unit.kind == "season" or aims(self._folded, start, phrase.start)

    def _put(self, element: Element, dated: tuple[Dated, ...], role: Role, span: Span, *, rough: bool) -> None:
        meaning = meaning_of(element, dated, role)
        inferred = any(one.inferred for one in dated)
        target = meaning.role == "plain" and meaning.precision not in ("minute", "day")
        found = Found(
            when=self._when(meaning.ends, meaning.precision, span, inferred),
            start=span.start,
            end=span.end,
            role=meaning.role,
            alternatives=tuple(self._when(ends, meaning.precision, span, inferred) for ends in meaning.others),
            tentative=rough or target or bool(meaning.others),
        )
        joinable = meaning.role == "plain" and meaning.precision == "day" and not meaning.others
        days = Days(dated[0].days.start, dated[-1].days.end) if joinable else None
        self._drafts.append(_Draft(found, days, element.first.unit.kind in NIGHTS))

    def _when(self, ends: Ends, precision: Precision, span: Span, inferred: bool) -> When:
        return When(
            start=ends[0],
            end=ends[1],
            precision=precision,
            text=self._text[span.start : span.end],
            year_inferred=inferred,
        )

    def _around(self) -> Days | None:
        """The days read last, to which bare weekdays with times may belong."""
        return self._drafts[-1].days if self._drafts else None

    # --- sentences ----------------------------------------------------------------------------------------------

    def _sentence(self, at: int) -> Span:
        if self._spans is None:
            self._spans = sentences(self._text)
        return self._spans[max(0, bisect_right(self._spans, at, key=lambda span: span.start) - 1)]

    def _tense_for(self, phrase: Phrase) -> Tense | None:
        """The tense around a phrase that lacks a year; looked for only then."""
        complete = all(point.unit.years for element in phrase.elements for point in element.points)
        if self._tense is not None or complete:
            return self._tense
        sentence = self._sentence(phrase.start)
        if self._telling is None or self._telling[0] != sentence:
            self._telling = sentence, Telling(self._folded[sentence.start : sentence.end])
        return self._telling[1].nearest(phrase.start - sentence.start)

    def _join_apart(self) -> None:
        """Give the only date of a sentence the only times that stand apart from it there."""
        clocks: dict[Span, list[Clock]] = defaultdict(list)
        for clock in self._clocks:
            clocks[self._sentence(clock.start)].append(clock)
        drafts: dict[Span, list[int]] = defaultdict(list)
        for number, draft in enumerate(self._drafts):
            drafts[self._sentence(draft.found.start)].append(number)
        for sentence, times in clocks.items():
            numbers = drafts.get(sentence, [])
            if len(times) == 1 and len(numbers) == 1 and not self._tells_hours(sentence):
                self._drafts[numbers[0]] = self._joined(self._drafts[numbers[0]], times[0])

    def _tells_hours(self, sentence: Span) -> bool:
        words = self._folded[sentence.start : sentence.end]
        return any(word in words for word in OPENING_HOURS)

    def _joined(self, draft: _Draft, clock: Clock) -> _Draft:
        if draft.days is None:
            return draft
        readings = at_times(draft.days, clock, night=draft.night)
        if not readings:
            return draft
        span = Span(min(draft.found.start, clock.start), max(draft.found.end, clock.end))
        inferred = draft.found.when.year_inferred
        found = Found(
            when=self._when(readings[0], "minute", span, inferred),
            start=span.start,
            end=span.end,
            role=clock.role,
            alternatives=tuple(self._when(ends, "minute", span, inferred) for ends in readings[1:]),
            tentative=draft.found.tentative or len(readings) > 1,
        )
        return replace(draft, found=found, days=None)
