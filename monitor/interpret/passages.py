"""An item cut into sentences and clauses, each with its dates, versions and services.

Interpreters look at clauses: the stretch of a sentence that holds one predicate. What a clause leaves out ("Nytt
datum är 30 september.") they take from the clause before, the sub-heading or the heading.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from itertools import pairwise

from monitor.dates import Found, Reference, find_dates
from monitor.interpret.mentions import (
    BlanketMention,
    ServiceMention,
    VersionMention,
    blankets_in,
    services_in,
    untouched_in,
    versions_in,
)
from monitor.model import Block, Item, Page
from monitor.words import fold, sentences

_BOUNDARY = re.compile(
    r"(?:\s*[;]\s+|\s+-\s+|,?\s+(?:och|men|samt|medan|varefter|när|varvid|så att|för att|innan|eftersom|varför|"
    r"utan)\s+|"
    r",\s+(?:(?:då|dock|däremot|därefter|sedan)\s+)?|:\s+)"
)
_VERBS = (
    # closing and opening
    r"\w*stäng(?:s|as|er|de|des|t|d|da|a)|avveckla\w*|upphör\w*|släcks|släpps|driftsätts?|driftsattes|driftsätta|"
    r"produktionssätts?|produktionssattes|införs|inför\w*|lanseras|öppnas|öppnar|slutar|fasas|utgår|ersätts|"
    r"ersätter|pensioneras|"
    # moving and calling off
    r"planeras|flyttas|senareläggs|tidigareläggs|skjuts|skjuter|skjutits|ställs|dras|drar|förlängs|pausas|beräknas|"
    # being, having, being able
    r"är|var|blir|blev|kommer|ska|skall|har|kan|(?<!i )går|gick|finns|får|fick|behöver|måste|gäller|berörs|"
    r"påverkas|fungerar|svarar|"
    r"stöds|används|saknas|uteblir|hålls|lever|"
    # doing
    r"sker|skedde|tas|togs|sätts|sattes|sätter|tillkommer|levereras|läggs|byts|åtgärdades|löstes|påbörjas|"
    r"avslutas|genomförs|"
    r"genomfördes|utförs|görs|gjordes|kompletteras|kompletterats|heter|började|börjar|döps|numreras|tar slut"
)
_PREDICATE = re.compile(rf"\b(?:{_VERBS})\b")
_VERB_MEETS_VERB = re.compile(
    r"\b(?:driftsätts|driftsatts|driftsattes|släpps|släppts|lanseras|införs|införts|i (?:drift|produktion)|"
    r"finns|på plats|klar|"
    r"tillgänglig)(?P<cut>\s+)(?:stängs|stänger|avvecklas|avvecklar|släcks|tas|upphör|läggs|fasas|kommer|kan|är)\b"
)
_RELATIVE = re.compile(r"(?:som|vilket|vilka|där|vars)\b")
_ENDS_RELATIVE = re.compile(r",\s+(?:som|vilket|vilka|där|vars)\b[^,]*,$")
_CORRECTED = re.compile(r"\b(?:inte|ej)\b.*\butan\b|\b(?:utan|, inte|, ej)\b[^,.]*\d")


@dataclass(frozen=True)
class Clause:
    """A stretch of text with one predicate. Offsets are those of its sentence."""

    text: str
    start: int
    sentence: Sentence

    @cached_property
    def folded(self) -> str:
        """The clause for matching: lower case, plain dashes and spaces, same length as `text`."""
        return fold(self.text)

    @cached_property
    def dates(self) -> tuple[Found, ...]:
        """The dates of the sentence that lie in this clause, those inside a version mention left out."""
        return self._within(self.sentence.dates)

    @cached_property
    def versions(self) -> tuple[VersionMention, ...]:
        """The versions of the sentence that are named in this clause."""
        end = self.start + len(self.text)
        return tuple(mention for mention in self.sentence.versions if self.start <= mention.start < end)

    @cached_property
    def dates_ahead(self) -> tuple[Found, ...]:
        """The clause's dates when what they date is known to lie ahead, whatever the tense of the verbs."""
        return self._within(self.sentence.dates_ahead)

    def _within(self, dates: Sequence[Found]) -> tuple[Found, ...]:
        """The dates in this clause; "i går, den 30 november" is one."""
        end = self.start + len(self.text)
        mine = [found for found in dates if self.start <= found.start < end]
        days = [(found.when.start, found.when.end) for found in mine]
        return tuple(found for index, found in enumerate(mine) if days[index] not in days[:index])

    def paired(self, mentions: Sequence[VersionMention], dates: Sequence[Found]) -> bool:
        """Whether each mention has its own date: "version 7 den 2 maj och version 8 den 3 juni"."""
        if len(mentions) < 2 or len(mentions) != len(dates):
            return False
        marks = sorted([(m.start, 0) for m in mentions] + [(d.start, 1) for d in dates])
        return all(kind != marks[index + 1][1] for index, (_, kind) in enumerate(marks[:-1]))

    @cached_property
    def blankets(self) -> tuple[BlanketMention, ...]:
        """Versions meant without a number in this clause."""
        end = self.start + len(self.text)
        return tuple(mention for mention in self.sentence.blankets if self.start <= mention.start < end)

    @cached_property
    def untouched(self) -> tuple[tuple[str, str], ...]:
        """Versions, as (service, label), that this clause says are not concerned."""
        passage = self.sentence.passage
        return untouched_in(self.folded, passage.own, default=passage.default_service(self.sentence.section))


@dataclass(frozen=True)
class Sentence:
    """One sentence of a passage, a contiguous substring of the announcement's heading or text."""

    text: str
    passage: Passage
    index: int
    in_heading: bool
    block: Block | None
    section: str
    lead: str

    @cached_property
    def folded(self) -> str:
        """The sentence for matching; same length as `text`."""
        return fold(self.text)

    @cached_property
    def dates(self) -> tuple[Found, ...]:
        """The dates in the sentence, those inside a version mention left out."""
        spans = [(mention.start, mention.end) for mention in self.versions if mention.tight]
        return tuple(
            found
            for found in find_dates(self.text, self.passage.reference)
            if not any(start <= found.start and found.end <= end for start, end in spans)
        )

    @cached_property
    def services(self) -> tuple[ServiceMention, ...]:
        """The service nouns in the sentence."""
        return services_in(self.folded, self.passage.own)

    @cached_property
    def versions(self) -> tuple[VersionMention, ...]:
        """The version numbers in the sentence, bound to their services."""
        return versions_in(self.folded, self.passage.own, default=self.passage.default_service(self.section))

    @cached_property
    def blankets(self) -> tuple[BlanketMention, ...]:
        """Versions meant without a number."""
        return blankets_in(self.folded, self.passage.own, default=self.passage.default_service(self.section))

    @cached_property
    def dates_ahead(self) -> tuple[Found, ...]:
        """The same dates when what they date is known to lie ahead, whatever the tense of the verbs."""
        ahead = {found.start: found for found in find_dates(self.text, self.passage.reference, tense="ahead")}
        return tuple(ahead.get(found.start, found) for found in self.dates)

    @cached_property
    def lead_dates(self) -> tuple[Found, ...]:
        """The dates in the line that led the list in."""
        return find_dates(self.lead, self.passage.reference) if self.lead else ()

    @cached_property
    def folded_lead(self) -> str:
        """The line that led the list in, for matching."""
        return fold(self.lead)

    @cached_property
    def clauses(self) -> tuple[Clause, ...]:
        """The sentence cut where both sides have a predicate of their own."""
        cuts = [0]
        for position in () if _CORRECTED.search(self.folded) else self._boundaries:
            if (
                position > cuts[-1]
                and _PREDICATE.search(self.folded, cuts[-1], position)
                and self._own_predicate(position)
            ):
                cuts.append(position)
        cuts.append(len(self.text))
        return tuple(
            Clause(text=self.text[start:end], start=start, sentence=self)
            for start, end in pairwise(cuts)
            if self.text[start:end].strip()
        )

    @cached_property
    def _boundaries(self) -> tuple[int, ...]:
        """Where a clause may begin; a relative clause belongs to what it is about."""
        found = [
            match.end()
            for match in _BOUNDARY.finditer(self.folded)
            if not _RELATIVE.match(self.folded, match.end())
            and not _ENDS_RELATIVE.search(self.folded, max(0, match.start() - 80), match.start() + 1)
            and not any(mention.start < match.start() < mention.end for mention in self.versions)
        ]
        found += [match.end("cut") for match in _VERB_MEETS_VERB.finditer(self.folded)]
        return tuple(sorted(found))

    def _own_predicate(self, start: int) -> bool:
        end = next((position for position in self._boundaries if position > start), len(self.folded))
        return _PREDICATE.search(self.folded, start, end) is not None


@dataclass(frozen=True)
class Passage:
    """An item with the day its missing years come from and the service its page is about."""

    item: Item
    page: Page
    reference: Reference

    @property
    def own(self) -> str:
        """The page's own service."""
        return self.page.service

    @cached_property
    def folded_heading(self) -> str:
        """The heading for matching."""
        return fold(self.item.heading)

    @cached_property
    def folded_text(self) -> str:
        """The whole text for matching."""
        return fold(self.item.text)

    @cached_property
    def heading_services(self) -> tuple[str, ...]:
        """The services the heading names, in order."""
        return tuple(dict.fromkeys(mention.service for mention in services_in(self.folded_heading, self.own)))

    @cached_property
    def services(self) -> tuple[str, ...]:
        """The services that heading and text name, in order of first mention."""
        text = self.folded_heading + "\n" + self.folded_text
        return tuple(dict.fromkeys(mention.service for mention in services_in(text, self.own)))

    def default_service(self, section: str = "") -> str:
        """Whose a number is when its sentence names no service: the sub-heading's, the heading's, the page's own."""
        for text in (fold(section), self.folded_heading):
            named = [mention.service for mention in services_in(text, self.own)]
            if self.own in named:
                return self.own
            if named:
                return named[0]
        return self.own

    @cached_property
    def heading(self) -> Sentence:
        """The heading as a sentence of its own."""
        return Sentence(text=self.item.heading, passage=self, index=0, in_heading=True, block=None, section="", lead="")

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """The sentences of the text in order; each knows its sub-heading and the line that led its list in."""
        found: list[Sentence] = []
        section = lead = ""
        for block in self.item.blocks:
            if not block.text or _is_sample(block.text):
                continue
            if block.kind == "heading":
                section, lead = block.text, ""
            listed = block.kind in ("list_item", "row") or _is_line(block)
            for span in sentences(block.text):
                text = block.text[span.start : span.end]
                found.append(
                    Sentence(
                        text=text,
                        passage=self,
                        index=len(found) + 1,
                        in_heading=False,
                        block=block,
                        section="" if block.kind == "heading" else section,
                        lead=lead if listed else "",
                    )
                )
            if block.kind == "paragraph" and not (lead and listed):
                lead = block.text if block.text.rstrip().endswith(":") else ""
        return tuple(found)

    @property
    def stamp(self) -> date | datetime | None:
        """The newest stamp of the item."""
        stamps = [stamp for stamp in (self.item.published, self.item.updated) if stamp]
        return max(stamps, key=day_of) if stamps else None


def _is_line(block: Block) -> bool:
    """Whether a paragraph looks like an entry of a list: short, and no sentence."""
    text = block.text.strip()
    return block.kind == "paragraph" and len(text) <= 80 and not text.endswith((".", "!", "?", ":"))


def _is_sample(text: str) -> bool:
    return text.lstrip().startswith("<") and ">" in text


def day_of(stamp: date | datetime) -> date:
    """The day of a stamp."""
    return stamp.date() if isinstance(stamp, datetime) else stamp


def first_match(pattern: re.Pattern[str], texts: Sequence[str]) -> re.Match[str] | None:
    """The first match of a pattern in any of the texts."""
    return next((match for text in texts if (match := pattern.search(text))), None)
