"""Planned windows: announced, moved, put off, called off, overrunning. Recurring and finished ones make no claim."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from monitor.dates import find_recurrences
from monitor.interpret.certificates import CONNECTION
from monitor.interpret.codes import affected
from monitor.interpret.moments import Moment, as_target, joined_span, moments_of
from monitor.interpret.operations import (
    CALLED_OFF,
    MOVED,
    STANDSTILL,
    WORK,
    about_staff,
    environment_of,
    hour_and_day,
    is_ahead,
    is_calendar,
    is_line,
    is_work,
    matter_of,
    quote,
    service_of,
)
from monitor.interpret.passages import Passage, Sentence
from monitor.interpret.vocabulary import words
from monitor.model import Change, Claim, Environment, Maintenance, When
from monitor.words import fold, heading_key

_OVERRUNS = words(
    "drar ~ ut på tiden / drar över / förläng… / (pågår|tar|varar) ~ längre",
    "blir ~ (försenad…|försenat|fördröj…) / är försena…",
    "(blir|vara|är) ~ klar(t|a)? (först|senare) / längre tid än / (räknar|beräknas|väntas) ~ nu",
    "(inte|ej) ~ hunnit / (inte|ej) ~ klar(t)?",
    "överskrid… / dragit ut på tiden / fortsätter (till|längre|fram)",
)
_TODAYS = words("dagens / kvällens / pågående / dagens…")
_NO_NEW_DAY = words(
    "(nytt|ny|nya) ~ (datum|tid|tider|dag|tidpunkt|tillfälle) ~ (meddela…|återkom…|kommer|senare|ännu|inte|"
    "bestäm…|annonser…|är)",
    "tills vidare / på obestämd tid / återkommer ~ (om|med) ~ (datum|tid|dag|tidpunkt|när)",
    "(inte|ej) ~ (bestämt|fastställt|satt)",
    "(datum|tid|dag) ~ (är )?(inte|ej) ~ (bestäm…|klar…|fastställ…|satt…) / meddelas senare / återkommer när",
    "(återkommer|meddelar|informerar|hör av oss) ~ (nytt|ny|nya) ~ (datum|tid|tider|dag|tidpunkt|tillfälle)",
    "återkommer ~ med nytt / på framtiden / (nytt|ny|nya) ~ (datum|tid|tider|dag|tidpunkt|tillfälle) ~ (när|så snart)",
    "uppskju… / skjuts upp / skjutits upp / sköts upp",
)
_WAITS = words("(får|fått|måste) vänta")
_BUT = words("(inte|ej) ~ utan ~ (den|på|kl|klockan)")
_NO_OTHER_DAY = words(
    "(nytt|ny|inget nytt|någon ny) ~ (tillfälle|datum|tid|dag) ~ (planeras|blir) ~ (inte|ej) / inget nytt"
)
_FINISHED = words(
    "(är|har|blev|var) ~ (avslut…|genomför(d|t|da|ts)|klar|klart|klara|slutför…|färdig…|över|förbi)",
    "genomfördes / slutfördes / avslutades / utfördes / gjordes",
    "gick ~ (bra|planenligt|som planerat|enligt plan|som det skulle)",
    "uppgraderades / uppdaterades / startades om / hade / underhölls",
)
_GOES_ON = words(
    "(så snart|när|tills|innan|då) ~ (avslut…|klar…|slutför…|genomför…)",
    "(inte|ej|ännu) ~ (avslut…|klar|klart|slutför…|genomför…) / skulle ~ (vara|varit|ha) / väntas / beräknas",
)
_UNHARMED = words(
    "(innebär|medför|ger|orsakar|krävs|kräver|blir|får) ~ (inget|ingen|inga|inte|ej) ~ (driftstopp|nedtid|nertid|"
    "avbrott|stopp)",
    "(innebär|medför|ger|får) ~ (ingen|inga|inte) ~ (…påverkan|störning…)",
    "utan ~ (driftstopp|avbrott|nedtid|nertid|driftpåverkan)",
    "(ingen|inga|inget) ~ (nedtid|nertid|driftpåverkan|driftstopp|avbrott) / märks (inte|ej)",
    "påverkar (inte|ej) ~ tjänst…",
)
_STILL_POSSIBLE = words("kan ~ (förekomma|uppstå|inträffa|dröja|vara|bli|misslyckas)")
_NAMED_WINDOW = words(
    "servicefönst… / …underhåll(et|s)? / systemhelg… / servicehelg… / driftsättningshelg…",
    "planera… ~ (arbete…|…stopp|avbrott)",
    "serviceunder… / servicearbete… / underhållsarbete… / …arbeten",
)
_CONFIRMED = words(
    "som (tänkt|planerat|tidigare|vanligt|bestämt) / enligt plan / ligger fast / kvarstår",
    "(genomförs|gäller|blir|sker) ~ (av|fortfarande)",
    "(genomförs|gäller|sker|utförs) / står fast",
)
_FREEZE = words(
    "frys… / ändringsstopp… / förändringsstopp… / driftsättningsstopp… / kodstopp… / releasestopp…",
    "(görs|gör|sker|genomförs|utförs|planeras) ~ (inga|ingen|inget) ~ (ändring…|förändring…|uppdatering…|"
    "driftsättning…|underhåll…)",
)
_AFTERWARDS = re.compile(r"\b(?:efter|sedan)\s+\w*(?:helg|helgen|fönstret|underhållet|uppgraderingen)\s+(?:den\s+)?$")
"""A window that only tells from when something else holds: "efter driftsättningshelgen 18–19 maj"."""
_FINE = ("minute", "day", "week", "month")


@dataclass(frozen=True, slots=True)
class _Window:
    """A window with the sentence that gives it."""

    sentence: Sentence
    when: When
    others: tuple[When, ...] = ()
    moment: Moment | None = None


def maintenance(passage: Passage) -> Iterator[Claim]:
    """The planned windows of an item, one claim each; recurring and finished ones give none."""
    if matter_of(passage) != "work" or find_recurrences(passage.item.heading) or _says(_FREEZE, passage):
        return
    on_the_day = _says(_OVERRUNS, passage) is not None or _TODAYS.search(passage.folded_text) is not None
    moments = [m for m in moments_of(passage, "ahead", anchored=on_the_day) if m.when.precision in _FINE]
    moments = [
        m for m in moments if not CONNECTION.search(m.sentence.folded) or _NAMED_WINDOW.search(m.sentence.folded)
    ]
    moments = [m for m in moments if not _AFTERWARDS.search(m.sentence.folded[: m.start])]
    change = _change(passage)
    if CONNECTION.search(passage.folded_heading) and (change != "stated" or not moments):
        return
    if change == "stated":
        yield from _stated(passage, moments)
    elif change == "withdrawn":
        yield from _called_off(passage, moments)
    else:
        yield from _moved(passage, moments, put_off=change == "put_off")


def _sentences(passage: Passage) -> tuple[Sentence, ...]:
    return (passage.heading, *passage.sentences)


def _says(pattern: re.Pattern[str], passage: Passage) -> Sentence | None:
    """The first sentence that says so, those of the text first; not one about people and their hours."""
    order = (*passage.sentences, passage.heading)
    return next((s for s in order if pattern.search(s.folded) and not about_staff(s)), None)


def _change(passage: Passage) -> Change:
    off, moved, overruns = _says(CALLED_OFF, passage), _says(MOVED, passage), _says(_OVERRUNS, passage)
    if off is not None:
        renewed = _says(_NO_NEW_DAY, passage) if not _says(_NO_OTHER_DAY, passage) else None
        if renewed is not None:
            return "put_off"
        if _BUT.search(off.folded):
            return "moved"
        fresh = moved is not None and moved is not off and any(moments_of_sentence(passage, moved))
        return "moved" if fresh and not _says(_NO_OTHER_DAY, passage) else "withdrawn"
    if _says(_WAITS, passage) and _says(_NO_NEW_DAY, passage):
        return "put_off"
    if overruns is not None or moved is not None:
        return "moved"
    return "put_off" if _says(words("uppskju… / skjuts upp / skjutits upp / på obestämd tid"), passage) else "stated"


def moments_of_sentence(passage: Passage, sentence: Sentence) -> list[Moment]:
    """The moments of one sentence that still hold."""
    return [m for m in moments_of(passage, "ahead") if m.sentence is sentence and m.cue not in ("old", "aside")]


# --- announced -----------------------------------------------------------------------------------------------------


def _stated(passage: Passage, moments: list[Moment]) -> Iterator[Claim]:
    unharmed = _says(_UNHARMED, passage)
    if unharmed is not None and not _says(_STILL_POSSIBLE, passage) and not _says(_NAMED_WINDOW, passage):
        return
    finished = _is_finished(passage)
    for window in _windows(passage, moments):
        if finished and not (window.moment and is_ahead(window.moment, passage)):
            continue
        if _FINISHED.search(window.sentence.folded) and not _GOES_ON.search(window.sentence.folded):
            continue
        yield _claim(passage, window.sentence, window.when, derivation=_both_readings(window))


def _is_finished(passage: Passage) -> bool:
    told = [s for s in _sentences(passage) if is_work(s)]
    return any(_FINISHED.search(s.folded) and not _GOES_ON.search(s.folded) for s in told)


def _windows(passage: Passage, moments: list[Moment]) -> list[_Window]:
    """The windows of an item: those of sentences that speak of work, of lists, and else of the heading's day."""
    held = [m for m in moments if m.cue not in ("aside", "old")]
    calendar = is_calendar(passage)
    headed = calendar or WORK.search(passage.folded_heading) or STANDSTILL.search(passage.folded_heading)
    own = [m for m in held if not m.sentence.in_heading and (is_work(m.sentence) or _is_entry(m, passage))]
    own = _with_ends(own, held)
    if not own and headed:
        own = [m for m in held if not m.sentence.in_heading and m.cue != "expected"]
    if not own or not any(m.timed or m.when.precision == "day" for m in own):
        own = [m for m in held if m.sentence.in_heading and m.when.precision in ("day", "minute", "week")] or own
    fine = [m for m in own if m.when.precision in ("minute", "day")]
    if not fine:
        fine = [m for m in own if m.when.precision == "week"] or own[:1]
    return _unique(list(_as_windows(fine)))


def _with_ends(own: list[Moment], held: list[Moment]) -> list[Moment]:
    """The moments with the ends that the sentences right behind give: "Vi räknar med att vara klara kl. 23."."""
    behind = {m.sentence.index + 1 for m in own if not m.is_window and m.cue == "begin"}
    ends = [m for m in held if m.timed and m.cue in ("end", "expected") and m.sentence.index in behind and m not in own]
    return sorted([*own, *ends], key=lambda m: (m.sentence.index, m.start)) if ends else own


def _is_entry(moment: Moment, passage: Passage) -> bool:
    lead = fold(moment.sentence.lead)
    about = lead or passage.folded_heading + "\n" + passage.folded_text
    return is_line(moment) and (
        is_calendar(passage) or WORK.search(about) is not None or STANDSTILL.search(about) is not None
    )


def _as_windows(moments: list[Moment]) -> Iterator[_Window]:
    """Windows as they are, and those whose beginning and end stand apart in one sentence or in two that follow."""
    index = 0
    while index < len(moments):
        moment = moments[index]
        following = moments[index + 1] if index + 1 < len(moments) else None
        if following is not None and _apart(moment, following):
            whole = joined_span([following, moment] if moment.cue == "end" else [moment, following])
            if whole is not None:
                yield _Window(moment.sentence, whole, moment=moment)
                index += 2
                continue
        if not (moment.cue in ("end", "expected") and moment.when.start is None and index > 0):
            yield _Window(moment.sentence, moment.when, moment.others, moment)
        index += 1


def _apart(one: Moment, other: Moment) -> bool:
    if other.sentence.index - one.sentence.index > 1 or is_line(other) or one.is_window or other.is_window:
        return False
    if one.cue == "end":
        return other.cue == "begin" and one.when.start is None
    return one.cue in ("begin", "plain") and other.cue in ("end", "expected")


def _unique(windows: list[_Window]) -> list[_Window]:
    windows = [window for window in windows if not any(_begins_in(window.when, other.when) for other in windows)]
    found: dict[tuple[object, object, Environment | None], _Window] = {}
    for window in windows:
        environment = environment_of(window.sentence.passage, window.sentence)
        found.setdefault((window.when.start, window.when.end, environment), window)
    return list(found.values())


def _begins_in(one: When, other: When) -> bool:
    """Whether a bare beginning is told again as that of a whole window."""
    bare = one.precision == "minute" and (one.end is None or one.end == one.start)
    return bare and one.start == other.start and other.end is not None and other.end != other.start


def _both_readings(window: _Window) -> str | None:
    if not window.others:
        return None
    readings = " eller ".join(
        " till ".join(hour_and_day(end) for end in (when.start, when.end) if end is not None)
        for when in (window.when, *window.others)
    )
    return f"tiden kan läsas på flera sätt: {readings}"


# --- moved and called off --------------------------------------------------------------------------------------------


def _called_off(passage: Passage, moments: list[Moment]) -> Iterator[Claim]:
    sentence = _says(CALLED_OFF, passage) or passage.heading
    dated = [m for m in moments if m.cue != "aside"]
    own = [m for m in dated if m.sentence is sentence] or [m for m in dated if m.sentence.in_heading] or dated
    windows = list(_as_windows([replace(m, cue="plain", when=as_target(m.when)) for m in own]))
    for window in _unique(windows):
        yield _claim(passage, sentence, window.when, change="withdrawn")
    others = [m for m in dated if m.sentence is not sentence and m not in own and _CONFIRMED.search(m.sentence.folded)]
    for window in _unique(list(_as_windows([m for m in others if m.cue != "old"]))):
        yield _claim(passage, window.sentence, window.when, derivation=_both_readings(window))
    if not windows:
        yield _claim(passage, sentence, None, change="withdrawn")


def _moved(passage: Passage, moments: list[Moment], *, put_off: bool) -> Iterator[Claim]:
    told = [m for m in moments if m.cue != "aside"]
    overruns = _says(_OVERRUNS, passage)
    moving = _says(MOVED, passage)
    if overruns is not None and (moving is None or _on_the_day_itself(told, passage)):
        yield _overrunning(passage, told, overruns)
        return
    old = [m for m in told if m.cue == "old"]
    held = [m for m in told if m.cue != "old" and m.when.precision in ("minute", "day", "week")]
    if put_off:
        old, held = old or held, []
    held = _after_moving(held) or held
    old.sort(key=lambda m: _FINE.index(m.when.precision))
    previous = as_target(old[0].when) if old else None
    if previous is not None:
        held = [m for m in held if not _same_start(m.when, previous)] or (
            [] if not _hours_only(held, previous) else held
        )
    windows = _unique(list(_as_windows([replace(m, when=as_target(m.when)) for m in held])))
    timed = [w for w in windows if w.when.precision == "minute"]
    window = next(iter(timed or windows), None)
    sentence = window.sentence if window else moving or _says(_NO_NEW_DAY, passage) or passage.heading
    yield _claim(
        passage,
        sentence,
        window.when if window else None,
        change="moved" if window else "put_off",
        previous=previous,
        derivation=_both_readings(window) if window else None,
    )


def _on_the_day_itself(told: list[Moment], passage: Passage) -> bool:
    """Whether all moments are on the day of the stamp: then a window takes longer, and moves nowhere."""
    days = {(m.when.end or m.when.start or date.min).isoformat()[:10] for m in told}
    return bool(days) and passage.reference.on is not None and days == {passage.reference.on.isoformat()}


def _after_moving(held: list[Moment]) -> list[Moment]:
    """The moments of the first sentence that speaks of the new time, or of the one behind it ("Ny tid:")."""
    named = [m for m in held if MOVED.search(m.sentence.folded) and not m.sentence.in_heading]
    return [m for m in held if named and m.sentence is named[0].sentence]


def _same_start(one: When, other: When) -> bool:
    return one.start is not None and one.start == other.start and one.end == other.end


def _hours_only(held: list[Moment], previous: When) -> bool:
    return any(m.timed and previous.precision != "minute" for m in held)


def _overrunning(passage: Passage, told: list[Moment], sentence: Sentence) -> Claim:
    """A window that goes on for longer: its new end, with its beginning where the words give that too."""
    held = [m for m in told if m.cue != "old"]
    ends = [m for m in held if m.cue in ("expected", "end") and m.timed] or [m for m in held if m.timed][-1:]
    begins = [m for m in held if m.cue in ("begin", "plain") and m.timed and m not in ends[-1:]]
    window = next((m.when for m in held if m.is_window), None)
    if window is None and begins and ends:
        window = joined_span([replace(begins[0], cue="begin"), replace(ends[-1], cue="end")])
    if window is None and ends:
        last = ends[-1].when.end or ends[-1].when.start
        window = replace(ends[-1].when, start=None, end=last)
    if window is None and held:
        window = held[-1].when
    at = ends[-1].sentence if ends else sentence
    return _claim(passage, at, window, change="moved" if window is not None else "put_off")


def _claim(
    passage: Passage,
    sentence: Sentence,
    date: When | None,
    *,
    change: Change = "stated",
    previous: When | None = None,
    derivation: str | None = None,
) -> Maintenance:
    service = service_of(passage, sentence, WORK if WORK.search(sentence.folded) else STANDSTILL)
    return Maintenance(
        service=service,
        evidence=quote(passage, sentence),
        date=date,
        previous_date=previous,
        change=change,
        derivation=derivation,
        affects=affected(passage, service),
        environment=environment_of(passage, sentence),
        order=sentence.index,
        topic=heading_key(passage.item.heading),
    )
