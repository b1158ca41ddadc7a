"""Whether a sentence speaks of what lies ahead or of what has been."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import Final

from monitor.dates.nouns import Tense
from monitor.words import fold, word_set

AHEAD: Final = word_set(
    "kommer ska skall måste behöver planen planerad planerat planerade plan avser tänkt väntas framöver kommande "
    "stängs stänger driftsätts sätts införs inför sker öppnar släpps sänds upphör byts byter startar börjar tas utgår "
    "höjs sänks ersätts upphävs skjuts genomförs utförs görs gör bör kan får blir gäller tidigast beslutat"
)
PAST: Final = word_set(
    "var blev fick kunde hade gick kom tog stod fanns låg gav gjorde skedde drabbades uppstod pågick började slutade "
    "inträffade beslutade genomförde meddelade informerade fungerade påverkade saknade upptäckte berodde orsakade "
    "åtgärdade löste rättade startade öppnade stängde införde driftsatte släppte"
)
NO_VERBS: Final = frozenset(("deras", "andras", "allas", "våras"))
AUXILIARIES: Final = frozenset(("har", "hade"))
SUPINE_REACH = 3

PLANS: Final = word_set(
    "driftsättning driftsättningen driftsättningshelg driftsättningshelgen produktionssättning produktionssättningen "
    "driftsättningsdatum stängningsdatum stängning stängningen servicefönster servicefönstret serviceunderhåll "
    "underhåll uppgradering uppgraderingen release releasen systemhelg systemhelgen nytt senast innan höst "
    "sommar vinter"
)
MISHAPS: Final = word_set("driftstörning driftstörningen driftstörningar störning störningen störningar fel felet")
"""Where no verb tells, the matter does."""

_WORD = re.compile(r"[^\W\d_]+")
_PRESENT_PASSIVE = re.compile(r"\w{3,}as\Z")
_PAST_PASSIVE = re.compile(r"\w{2,}(?:ades|ddes|gdes|ldes|ndes|rdes|ktes|ptes|stes|ttes)\Z")
_SUPINE = re.compile(r"\w{2,}(?:at|ats|it|its|tt|tts|rt|rts|lt|lts|st|sts)\Z")
_MOVES = re.compile(
    r"\b(?:(?:fram)?flytta\w*|(?:senare|tidigare)(?:lägg|la)\w+|skjut\w*|sköts|uppskj\w+|framskj\w+|ändra\w*|"
    r"omplanera\w*|omboka\w*|förskj\w+)\b"
)
_AIMS = re.compile(
    r"\b(?:\w{0,20}planera\w*|satt|satts|sätts|bestäm\w+|beräkna\w*|förlägg\w*|förlagt?|förlagd|\w{0,20}boka\w*|schemal\w+|"
    r"\w{0,30}datum\w*|siktar|sikte)\b"
)
_REACH_BACK = 90


class Telling:
    """The words of one sentence that tell its tense, found once for all its dates."""

    def __init__(self, folded: str) -> None:
        words = [(match.group(), match.start()) for match in _WORD.finditer(folded)]
        self._starts: list[int] = []
        self._tenses: list[Tense] = []
        for index, (word, start) in enumerate(words):
            tense = _tense_of_word(word, [following for following, _ in words[index + 1 : index + 1 + SUPINE_REACH]])
            if tense is not None:
                self._starts.append(start)
                self._tenses.append(tense)
        self._matter = _tense_of_matter(words)

    def first(self) -> Tense | None:
        """The tense of the first verb that tells."""
        return self._tenses[0] if self._tenses else self._matter

    def nearest(self, at: int) -> Tense | None:
        """The tense of the telling verb nearest to an offset, of two as near that of the one before it."""
        if not self._starts:
            return self._matter
        behind = bisect_left(self._starts, at)
        if behind == len(self._starts):
            return self._tenses[-1]
        if behind and at - self._starts[behind - 1] <= self._starts[behind] - at:
            return self._tenses[behind - 1]
        return self._tenses[behind]


def tense_of(sentence: str, *, at: int | None = None) -> Tense | None:
    """Whether the sentence speaks of what lies ahead or of what has been; None where nothing tells.

    With `at`, an offset in the sentence, the telling verb nearest to it decides: one sentence can say what was decided
    last week about next autumn. Without it the first one does. A text without verbs, such as a heading, tells by its
    matter: maintenance lies ahead, a disturbance has been.
    """
    telling = Telling(fold(sentence))
    return telling.first() if at is None else telling.nearest(at)


def moves(folded: str, start: int, at: int) -> bool:
    """Whether the words from `start` to `at` move a thing, so that "från A till B" is two days and no span."""
    return _MOVES.search(folded, max(start, at - _REACH_BACK), at) is not None


def aims(folded: str, start: int, at: int) -> bool:
    """Whether the words from `start` to `at` set a day for a thing, so that "till B" is a target and no end."""
    return moves(folded, start, at) or _AIMS.search(folded, max(start, at - _REACH_BACK), at) is not None


def _tense_of_matter(words: list[tuple[str, int]]) -> Tense | None:
    if any(word in MISHAPS for word, _ in words):
        return "past"
    return "ahead" if any(word in PLANS for word, _ in words) else None


def _tense_of_word(word: str, following: list[str]) -> Tense | None:
    if word in AUXILIARIES and (supine := next((other for other in following if _SUPINE.match(other)), None)):
        return "ahead" if _MOVES.match(supine) else "past"
    if _MOVES.match(word):
        return "ahead"  # What was moved yesterday happens tomorrow.
    if word in PAST or _PAST_PASSIVE.match(word):
        return "past"
    if word in AHEAD or (_PRESENT_PASSIVE.match(word) and word not in NO_VERBS):
        return "ahead"
    return None
