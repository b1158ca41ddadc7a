"""The second, independent net: a plain word scan that knows nothing of the interpreters.

It asks of an item only "is there a word here that looks like a closing, or like a disturbance?", so that what the
interpreters failed to understand still reaches people, marked as something to read for themselves.
"""

from __future__ import annotations

import re

from monitor.model import Hint, Item
from monitor.words import fold

_CLOSING = re.compile(
    r"stäng(?:s|as|er|d|da|de|des|ts|ning)|nedstängning|avveckl|upphör|sluta[rdt]? (?:att )?fungera|släck(?:s|as|er|ning|tes)|fasas? ut|utfas|ur (?:drift|bruk|produktion)\b|"
    r"läggs? ne[rd]|(?:inte|ej) längre (?:att )?(?:kunna )?(?:stöd|använd|anrop|gå att|nå)|stöds (?:inte|ej) längre|sista (?:dag|datum)|(?:kan|går) (?:\w+ )?(?:inte|ej) (?:att )?(?:använda|anropa)|end of life|pensioneras|tjänat ut|går i graven|skrotas|slopas"
)
_ABOUT_A_SERVICE = re.compile(r"\bversion|\bv\.?\d|\bssbtek|\blefi|\btjänst(?:en|er|erna)?\b|\bgränssnitt|\bändpunkt|\bschema|\bapi\b|\bbastjänst")
_INCIDENT = re.compile(
    r"driftstörning|störning(?:en|ar|arna)?\b|driftavbrott|driftproblem|tekniskt? (?:fel|problem)|felkörning|felaktig körning|akut|ligger nere|oplanera|felsök|problem med|svarar (?:inte|ej)|fungerar (?:inte|ej)|långa svarstider|uteblivna|uteblir|felaktiga? (?:information|uppgifter|leverans|data|svar)"
)
_DENIED = re.compile(
    r"(?:inga|ingen|inget|inte|utan|ej) (?:\w+ ){0,3}(?:driftstörning|störning|driftavbrott|driftproblem|avbrott|stäng|fel|problem)|mindre störningar|kan (?:\w+ )?(?:förekomma|störningar)|risk för (?:\w+ )?(?:störning|avbrott)|öppnas? och stängs?|stängningsbelopp"
)
_SENTENCE_END = re.compile(r"[.!?\n]+\s")


def hints(item: Item) -> tuple[Hint, ...]:
    """What an item's words look like: a closing of something one calls, a disturbance, both or neither."""
    sentences = [part for part in _SENTENCE_END.split(fold(item.heading) + "\n " + fold(item.text)) if part]
    found: list[Hint] = []
    heading = fold(item.heading)
    if any(_suspects_closing(sentence, heading) for sentence in sentences):
        found.append("closing")
    if any(_INCIDENT.search(_DENIED.sub(" ", sentence)) for sentence in sentences):
        found.append("incident")
    return tuple(found)


def _suspects_closing(sentence: str, heading: str) -> bool:
    if not _CLOSING.search(_DENIED.sub(" ", sentence)):
        return False
    return _ABOUT_A_SERVICE.search(sentence) is not None or _ABOUT_A_SERVICE.search(heading) is not None
