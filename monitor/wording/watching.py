"""How our own watching goes: in one line, and as a message when a page cannot be seen and when it can again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from monitor.model import Event, Fact, Language, Message
from monitor.wording.matter import Matter
from monitor.wording.message import buttons_for, footer_line, label_words
from monitor.wording.names import capital, count, in_language, listed, page_name
from monitor.wording.phrase import phrase_matter
from monitor.wording.when import say_moment, say_stamp


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """How our watching went in a period: pages watched, readings made, the latest good one, and the blind pages' keys.

    `unread` are the keys of pages that have never been read well, `source_newest` is the newest stamp on the pages.
    """

    pages: int
    readings: int
    last_good_at: datetime | None = None
    blind: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    source_newest: date | datetime | None = None


def watch_line(watch: Watch, lang: Language) -> str:
    """Our watching in one line: how much was read, when last, and where we are blind."""
    sv = lang == "sv"
    parts = [
        f"{count(watch.pages, 'sida', 'sidor')}, {count(watch.readings, 'läsning', 'läsningar')}"
        if sv
        else f"{count(watch.pages, 'page', 'pages')}, {count(watch.readings, 'reading', 'readings')}"
    ]
    if watch.last_good_at is not None:
        parts.append(f"{'senast' if sv else 'latest'} {say_moment(watch.last_good_at, lang)}")
    if watch.blind:
        names = listed([page_name(key, lang) for key in watch.blind], lang)
        parts.append(f"vi ser inte {names}" if sv else f"we cannot see {names}")
    else:
        parts.append("inget avbrott" if sv else "no interruption")
    if watch.unread:
        unread = count(len(watch.unread), "sida", "sidor") if sv else count(len(watch.unread), "page", "pages")
        parts.append(f"{unread} har inte lästs ännu" if sv else f"{unread} not read yet")
    line = ", ".join(parts)
    if watch.source_newest is not None:
        newest = say_stamp(watch.source_newest, lang)
        line += f"; FK:s senaste datum {newest}" if sv else f"; the agency's newest date {newest}"
    return line


def page_message(
    event: Event,
    *,
    lang: Language,
    base_url: str | None = None,
    to_readers: bool = False,
    cause: str | None = None,
    attempts: int | None = None,
    items: int | None = None,
    news: int | None = None,
) -> Message:
    """How our own watching of one page goes, from a `page.*` event; one form for operators, one for readers.

    `cause` is the reason in plain words, `attempts` the failed looks so far, `items` how many notices the page usually
    has, `news` how many changes were found when it came back.
    """
    said = phrase_matter(Matter((event,)))
    sv = lang == "sv"
    blind = event.type in ("page.unreadable", "page.failing")
    facts: list[tuple[str, str]] = []
    since = say_moment(event.seen_at, lang)
    if attempts:
        since += f", {count(attempts, 'försök', 'försök')}" if sv else f", {count(attempts, 'attempt', 'attempts')}"
    facts.append(
        (("Sedan" if sv else "Since") if blind or not event.type.endswith("moved") else "Sett" if sv else "Seen", since)
    )
    if cause is not None:
        facts.append(("Orsak" if sv else "Cause", cause))
    elif event.derivation:
        facts.append(("Orsak" if sv else "Cause (in Swedish)", event.derivation))
    elif event.type == "page.unreadable" and items:
        reason = (
            f"sidan svarar, men vi känner inte igen innehållet (brukar ha {count(items, 'meddelande', 'meddelanden')})"
            if sv
            else f"the page answers, but we do not recognise its content (usually {count(items, 'notice', 'notices')})"
        )
        facts.append(("Orsak" if sv else "Cause", reason))
    return Message(
        lang=lang,
        toast=in_language(said.title, lang),
        label=label_words("now" if blind else "know", lang),
        headline=_page_headline(event, lang, to_readers=to_readers),
        facts=tuple(Fact(name=name, value=value) for name, value in facts),
        lead=_page_lead(event, lang, to_readers=to_readers, news=news),
        buttons=buttons_for(event.url, lang=lang, base_url=base_url, path="/pages"),
        footer=footer_line(capital(page_name(event.page, lang)), lang),
        urgency="now" if blind else "planned",
    )


def _page_headline(event: Event, lang: Language, *, to_readers: bool) -> str:
    page = page_name(event.page, lang)
    sv = lang == "sv"
    if event.type in ("page.unreadable", "page.failing"):
        if to_readers:
            return f"Just nu ser vi inte {page}" if sv else f"At present we cannot see {page}"
        return f"Bevakningen är blind på en sida: {page}" if sv else f"We are blind on one page: {page}"
    said = phrase_matter(Matter((event,)))
    return in_language(said.heading, lang)


def _page_lead(event: Event, lang: Language, *, to_readers: bool, news: int | None) -> tuple[str, ...]:
    sv = lang == "sv"
    match event.type:
        case "page.unreadable" | "page.failing":
            silence = (
                "Utebliven varning betyder inte att allt fungerar."
                if sv
                else "Silence from us does not mean that all is well."
            )
            if to_readers:
                tell = "Titta själv hos FK. Vi säger till när det går igen."
                tell_en = "Look for yourself. We will tell you when it works again."
            else:
                tell = "Det vi visste ligger kvar. Titta själv på sidan; vi säger till när det går igen."
                tell_en = "What we knew stands. Look for yourself; we will tell you when it works again."
            return (silence, tell if sv else tell_en)
        case "page.readable" | "page.recovered":
            if news is None:
                return ()
            if news == 0:
                return ("Under avbrottet: inget nytt." if sv else "While we were blind: nothing new.",)
            return (
                f"Under avbrottet: {news} nytt, se nedan." if sv else f"While we were blind: {news} new, see below.",
            )
        case "page.moved":
            move = (
                "Kontrollera den nya adressen och rätta den i inställningarna."
                if sv
                else "Check the new address and put it into the settings."
            )
            return (move,)
        case _:
            return ()
