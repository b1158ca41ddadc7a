"""Which days the points of a phrase are: written years first, what they lend each other next, the reference last."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.dates.nouns import Reference, Tense
from monitor.dates.phrases import Phrase
from monitor.dates.spans import Dated, Days, Unit, date_unit, days_of, follow, lead, weekday_before, weekday_from


def date_phrase(
    phrase: Phrase, reference: Reference, *, tense: Tense | None, year: int | None, around: Days | None
) -> tuple[Dated, ...] | None:
    """The days of each point of the phrase, in order; None where one of them cannot be told.

    A year written once holds for its siblings. `around` is the span read just before, to which the bare weekdays of
    "torsdag kl. 08 – söndag kl. 18" belong.
    """
    units = [point.unit for element in phrase.elements for point in element.points]
    ends_span = [flag for element in phrase.elements for flag in ((False, True) if element.last else (False,))]
    anchor = next((index for index, unit in enumerate(units) if unit.years), None)
    if anchor is None:
        anchor = next((index for index, unit in enumerate(units) if not unit.is_relative), 0)
    first = _anchored(units[anchor], reference, tense, year, around)
    if first is None:
        return None
    dated: list[Dated] = [first]
    for index in range(anchor + 1, len(units)):
        following = _follow(units[index], dated[-1], reference, span=ends_span[index])
        if following is None:
            return None
        dated.append(following)
    for index in range(anchor - 1, -1, -1):
        leading = _lead(units[index], dated[0], reference, span=ends_span[index + 1])
        if leading is None:
            return None
        dated.insert(0, leading)
    return tuple(dated) if _in_order(dated, ends_span) else None


def _anchored(
    unit: Unit, reference: Reference, tense: Tense | None, year: int | None, around: Days | None
) -> Dated | None:
    if unit.kind == "weekday" and around is not None:
        found = weekday_from(unit.number, around.start)
        if found.end <= around.end:
            return Dated(found, inferred=False)
    if year is not None and not unit.years and not unit.is_relative:
        days = days_of(unit, year)
        return None if days is None else Dated(days, inferred=False)
    return date_unit(unit, reference, tense)


def _follow(unit: Unit, before: Dated, reference: Reference, *, span: bool) -> Dated | None:
    if unit.kind == "weekday":
        return Dated(weekday_from(unit.number, before.days.start), before.inferred)
    if unit.is_relative or unit.years:
        return date_unit(unit, reference, None)
    days = follow(unit, before.days, span=span)
    return None if days is None else Dated(days, before.inferred)


def _lead(unit: Unit, behind: Dated, reference: Reference, *, span: bool) -> Dated | None:
    if unit.kind == "weekday":
        return Dated(weekday_before(unit.number, behind.days.start), behind.inferred)
    if unit.is_relative or unit.years:
        return date_unit(unit, reference, None)
    days = lead(unit, behind.days, span=span)
    return None if days is None else Dated(days, behind.inferred)


def _in_order(dated: Sequence[Dated], ends_span: Sequence[bool]) -> bool:
    """Whether no span ends before it begins; such words were no span."""
    return all(not span or dated[index].days.end >= dated[index - 1].days.start for index, span in enumerate(ends_span))
