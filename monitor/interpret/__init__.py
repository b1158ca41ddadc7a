"""Language: what the items of a page say. `Reading` in, claims out; a new turn of phrase is taught here alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache

from monitor.dates import Reference
from monitor.interpret.certificates import certificates
from monitor.interpret.closings import closings, denies_closing
from monitor.interpret.codes import codes
from monitor.interpret.content import changes_in_test, content_changes
from monitor.interpret.incidents import incidents
from monitor.interpret.maintenance import maintenance
from monitor.interpret.net import hints
from monitor.interpret.operations import matter_of
from monitor.interpret.overview import overview, table_of_versions
from monitor.interpret.passages import Passage, day_of
from monitor.interpret.releases import releases
from monitor.labels import number_of
from monitor.model import Blanket, Claim, Closing, Hint, Incident, Item, Notice, Page, Reading, Status
from monitor.words import sentences

REMEMBERED = 1024
"""Items whose claims are remembered: of a page that changed, most items stand as they stood."""

MOST_SENTENCES, MOST_LETTERS = 200, 15_000
"""How much of an item is read closely: ten times the longest notice known."""

__all__ = ["interpret", "newest_stamp", "reference_days"]


def interpret(
    item: Item,
    page: Page,
    *,
    reference_on: date | None,
    newest: date | None = None,
    released: Mapping[date, str] | None = None,
) -> tuple[Claim, ...]:
    """Everything one item says, in the order it says it; a `Notice` when nothing else came out of it.

    `reference_on` is the day missing years come from (see `reference_days`), `newest` the page's newest stamp,
    `released` what is known of versions by the day they went live, for overviews whose titles the layout lost.
    """
    known = tuple(sorted((released or {}).items())) if item.kind == "overview" else ()
    return _interpret(item, page, reference_on, newest, known)


@lru_cache(maxsize=REMEMBERED)
def _interpret(
    item: Item, page: Page, reference_on: date | None, newest: date | None, released: tuple[tuple[date, str], ...]
) -> tuple[Claim, ...]:
    item, rest = _within_reach(item)
    passage = Passage(item=item, page=page, reference=Reference(on=reference_on))
    claims = _claims(passage, newest=newest, released=dict(released))
    events = [claim for claim in claims if not isinstance(claim, Status)]
    suspected = _suspected(passage, claims)
    if rest is not None:
        suspected = tuple(dict.fromkeys((*suspected, *hints(rest, page.kind))))
    if not events or suspected:
        claims.append(Notice(service=page.service, evidence=item.heading, hints=suspected))
    return tuple(claims)


def _within_reach(item: Item) -> tuple[Item, Item | None]:
    """The part of an item that is read closely, and what is left to the word scan alone: nothing of any real notice."""
    count = letters = 0
    for index, block in enumerate(item.blocks):
        for span in sentences(block.text):
            count += block.kind != "row"
            letters += span.end - span.start
            if count > MOST_SENTENCES or letters > MOST_LETTERS:
                cut = 0 if block.kind == "row" else span.start
                head, tail = replace(block, text=block.text[:cut]), replace(block, text=block.text[cut:])
                before, after = item.blocks[:index], item.blocks[index + 1 :]
                within = (*before, head) if cut else before
                return replace(item, blocks=within), replace(item, blocks=(tail, *after))
    return item, None


def _claims(passage: Passage, *, newest: date | None, released: Mapping[date, str]) -> list[Claim]:
    if passage.item.kind == "overview":
        return list(overview(passage, newest_stamp=newest, released=released))
    claims: list[Claim] = [*table_of_versions(passage, newest_stamp=newest), *closings(passage)]
    if passage.page.kind == "drift" and matter_of(passage) is not None:
        claims = [claim for claim in claims if not (isinstance(claim, Closing) and claim.version is None)]
    closed = {(claim.service, number_of(claim.version or "")) for claim in claims if isinstance(claim, Closing)}
    claims += releases(passage, closed)
    lifecycle = any(not isinstance(claim, Status) for claim in claims)
    operations: list[Claim] = list(certificates(passage))
    if not operations and not lifecycle:
        operations = list(incidents(passage))
    if not any(isinstance(claim, Incident) for claim in operations) and not any(isinstance(c, Closing) for c in claims):
        operations += maintenance(passage)
    claims += operations
    if not operations:
        claims += codes(passage)
    silent = all(isinstance(claim, Status) for claim in claims)
    suspected = hints(passage.item, passage.page.kind) if silent else ()
    if silent and (passage.page.kind == "release" or not suspected):
        claims += [c for c in content_changes(passage) if c.environment == "test" or "closing" not in suspected]
    elif lifecycle and not any(claim.environment == "test" for claim in claims):
        claims += changes_in_test(passage, claims)
    return sorted(claims, key=lambda claim: claim.order)


def _suspected(passage: Passage, claims: list[Claim]) -> tuple[Hint, ...]:
    """What the word scan suspects and no claim answers for."""
    if passage.item.kind == "overview" and claims:
        return ()
    answered: set[Hint] = {"closing"} if denies_closing(passage) else set()
    for claim in claims:
        if claim.kind in ("maintenance", "certificate"):
            answered |= {"closing", "incident"}
        elif isinstance(claim, Incident):
            answered.add("incident")
        elif _answers_closing(claim):
            answered.add("closing")
    return tuple(hint for hint in hints(passage.item, passage.page.kind) if hint not in answered)


def _answers_closing(claim: Claim) -> bool:
    """Whether a claim says what the words of closing were about."""
    told = isinstance(claim, Closing | Blanket) or (isinstance(claim, Status) and claim.closing_state is not None)
    return told or claim.environment == "test" or claim.change == "withdrawn"


def newest_stamp(reading: Reading) -> date | None:
    """The newest stamp on a page, the page's own included."""
    stamps = [stamp for item in reading.items for stamp in (item.published, item.updated) if stamp]
    if reading.page_updated:
        stamps.append(reading.page_updated)
    return max(map(day_of, stamps), default=None)


def reference_days(reading: Reading, *, remembered: Mapping[int, date], retrieved_on: date) -> dict[int, date]:
    """The day that missing years come from, by item position.

    An item's own stamp; without one the day remembered for it, else the stamp of the nearest item below or above it
    (pages have the newest item on top, so the one below is the earlier), else the day the page was retrieved.
    """
    stamped = {item.position: day_of(stamp) for item in reading.items if (stamp := item.published or item.updated)}
    days: dict[int, date] = {}
    for item in reading.items:
        if item.position in stamped:
            days[item.position] = stamped[item.position]
            continue
        if item.position in remembered:
            days[item.position] = remembered[item.position]
            continue
        above = [stamped[position] for position in stamped if position < item.position]
        below = [stamped[position] for position in stamped if position > item.position]
        days[item.position] = (above[-1] if above else below[0]) if above or below else retrieved_on
    return days
