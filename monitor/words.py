"""White space, dashes, case and sentences of Swedish text, so that every other room sees the same characters.

The agency's pages mix U+2011, en and em dashes, no-break spaces and soft hyphens within one sentence. Matching is done
on `fold`, whose offsets are valid in the original; storage uses `squeeze`; identity uses `heading_key`.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
NO_BREAK_SPACES = "\u00a0\u202f"
SPACES = NO_BREAK_SPACES + "\t\x1f\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u205f\u3000"
LINE_ENDS = "\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"


def slips_of(*stems: str) -> tuple[str, ...]:
    """Patterns of the words with at most one letter wrong, missing, doubled or swapped, never the first."""
    forms: dict[str, None] = {}
    for stem in stems:
        for at in range(1, len(stem)):
            forms[rf"{stem[:at]}\w?{stem[at + 1 :]}"] = None
            forms[rf"{stem[:at]}\w{stem[at:]}"] = None
            if at + 1 < len(stem):
                forms[f"{stem[:at]}{stem[at + 1]}{stem[at]}{stem[at + 2 :]}"] = None
    return tuple(forms)


def word_set(words: str) -> frozenset[str]:
    """The words of a list that is written as one string, which is easier to read and to extend."""
    return frozenset(words.split())


_FOLDED = str.maketrans(
    {
        **dict.fromkeys(DASHES, "-"),
        **dict.fromkeys(SPACES, " "),
        **dict.fromkeys(LINE_ENDS, "\n"),
    }
)
_UNSEEN = str.maketrans(dict.fromkeys(INVISIBLE))
_BREAKABLE = re.compile(r"[^\S\u00a0\u202f]+")

_SENTENCE_END = re.compile(r"\n|[.!?\u2026]+[\"'\u201d\u2019\u00bb)\]]*(?=\s)")
_LAST_WORD = re.compile(r"[^\W\d_]+(?:\.[^\W\d_]+)*$")
_ABBREVIATIONS = word_set(
    "kl bl.a bla t.ex tex dvs d.v.s ca nr p.g.a pga t.o.m fr.o.m from f.o.m fom s.k sk f.d resp ev jfr inkl exkl prel "
    "tel tfn forts obs kap ver vers rev prop dnr jan feb mar apr jun jul aug sep sept okt nov dec "
    "mån tis ons tors tor fre lör sön"
)
_LONGEST_ABBREVIATION = 16
_WIDEST_GAP = 8
LONGEST_SENTENCE = 800
"""Letters of a sentence; the longest known has some three hundred."""


class Span(NamedTuple):
    """A stretch of a text, half open."""

    start: int
    end: int


def fold(text: str) -> str:
    """The text for matching: lower case, every dash "-", every space " ", every line end a newline.

    As long as `text`, character by character, so that an offset found in the one is valid in the other.
    """
    plain = text.translate(_FOLDED)
    lowered = plain.casefold()
    if len(lowered) == len(plain):
        return lowered
    return "".join(low if len(low := letter.casefold()) == 1 else letter for letter in plain)


def squeeze(text: str) -> str:
    """The text for storage: each run of white space one space, ends trimmed, soft hyphens and zero-width marks gone.

    Dashes and no-break spaces stay as the agency typed them; letters typed as two code points become one.
    """
    return _BREAKABLE.sub(" ", unicodedata.normalize("NFC", text.translate(_UNSEEN))).strip()


def heading_key(text: str) -> str:
    """The form by which two headings are the same: dashes, spaces, case and invisible marks make no difference."""
    return " ".join(unicodedata.normalize("NFC", fold(text.translate(_UNSEEN))).split())


def sentences(text: str) -> tuple[Span, ...]:
    """Where the sentences stand, without the white space around them. A line end always ends one.

    A full stop ends a sentence when white space follows and it is not that of an abbreviation ("kl. 08.00", "t.o.m.",
    "dvs.") with more of the sentence behind it; within numbers, versions and dates none does. What goes on
    without an end is cut between words: no page means it, and no reader may be held up by it.
    """
    found: list[Span] = []
    start = 0
    for match in _SENTENCE_END.finditer(text):
        if match.group() != "\n" and not _ends_sentence(text, match.start(), match.end()):
            continue
        _add_trimmed(found, text, start, match.end())
        start = match.end()
    _add_trimmed(found, text, start, len(text))
    return tuple(found)


def _ends_sentence(text: str, stop: int, end: int) -> bool:
    if text[stop] != ".":
        return True
    if text[end : end + _WIDEST_GAP].lstrip()[:1].islower():
        return False
    word = _LAST_WORD.search(text, max(0, stop - _LONGEST_ABBREVIATION), stop)
    if word is None:
        return True
    abbreviation = word.group().casefold()
    return abbreviation not in _ABBREVIATIONS and len(abbreviation) > 1


def _add_trimmed(found: list[Span], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    lead = len(piece) - len(piece.lstrip())
    at, stop = start + lead, start + lead + len(piece.strip())
    while stop - at > LONGEST_SENTENCE:
        cut = max(text.rfind(" ", at + 1, at + LONGEST_SENTENCE), at)
        cut = at + LONGEST_SENTENCE if cut == at else cut
        found.append(Span(at, cut))
        at = cut + (text[cut] == " ")
    if stop > at:
        found.append(Span(at, stop))
