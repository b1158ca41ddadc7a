"""What happens again and again: "varje torsdag", "första onsdagen varje månad", "söndagar kl. 00–06". No event."""

from __future__ import annotations

import re

from monitor.words import Span, fold

_STEM = r"(?:mån|tis|ons|tors|fre|lör|sön)dag"
_ORDINAL = r"(?:första|andra|tredje|fjärde|femte|sista|nästsista|\d:?[ae])"
_MONTH = r"(?:jan|feb|mar|apr|maj|jun|jul|aug|sep|okt|nov|dec)"
_TIME = rf"(?:(?:kl\.?|klockan)\x20?)?\d{{1,2}}(?:[.:]\d\d)?(?![\d/:-]|\.\d|\x20?{_MONTH})"
_FIRST_TIME = rf"(?:(?:kl\.?|klockan)\x20?)?\d\d?(?:[.:]\d\d)?(?![\d/:]|\.\d|(?:-\d\d?)?(?:/|\x20?{_MONTH}))"
_TIMES = rf"(?:,?\x20{{0,2}}(?:mellan |från )?{_FIRST_TIME}(?:\x20{{0,2}}(?:-|till|och)\x20{{0,2}}{_TIME})?)?"
_AGAIN = re.compile(
    (
        r"\b(?:"
        rf"{_ORDINAL} (?:\(\d\d?\) )?{_STEM}(?:en)? (?:i )?(?:varje|varannan|var) (?:månad|kvartal)(?:en)?"
        rf"|{_ORDINAL} (?:\(\d\d?\) )?{_STEM}en i (?:månaden|kvartalet)"
        r"|(?:varje|varannan|vartannat|vart annat|var (?:andra|tredje|fjärde|sjätte)) "
        rf"(?:{_STEM}(?:en)?|dag|natt|kväll|morgon|vecka|helg|vardag|arbetsdag|månad|kvartal|år)"
        rf"(?:(?:, | och | samt | eller |-){_STEM}(?:en)?){{0,6}}(?: den \d\d?(?! [^\W\d_]))?"
        rf"|{_STEM}ar(?:na)?(?:(?:, | och | samt | till |-){_STEM}ar(?:na)?){{0,6}}"
        r"|måndag(?:\x20?-\x20?| till | t\.?o\.?m\.? | till och med )(?:tors|fre|lör|sön)dag"
        r"(?!\x20{0,2}\d\d?\x20?[/a-z])"
        rf"|(?:helgfria )?vardag(?:ar|arna)|alla (?:vardagar|dagar|helger)|nätterna mellan {_STEM} och {_STEM}"
        r"|dagligen|årligen|månatligen|månadsvis|veckovis|nattetid|dygnet runt"
        r"|(?:en|två|tre|fyra) gånger? (?:per|i|om) (?:dag|vecka|veckan|månad|månaden|år|året|kvartal)"
        rf")\b{_TIMES}"
    ).replace(" ", " {1,2}")
)


def find_recurrences(text: str) -> tuple[Span, ...]:
    """Where the text speaks of recurring days and times, each with the times that stand behind it."""
    return recurrences_in(fold(text))


def recurrences_in(folded: str) -> tuple[Span, ...]:
    """The same for text that is folded already."""
    return tuple(Span(match.start(), match.end()) for match in _AGAIN.finditer(folded))
