"""The links of a page, whatever its layout: what discovery reads on pages that hold no announcements."""

from __future__ import annotations

import warnings
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup, Tag, XMLParsedAsHTMLWarning
from bs4.filter import SoupStrainer

from monitor.model import Link

TRAILERS = ("env-assistive-text", "sr-only")
"""Classes of words for screen readers only ("Länk till annan webbplats, öppnas i nytt fönster.")."""

MOST_LINKS = 5_000


def find_links(body: bytes, url: str) -> tuple[Link, ...]:
    """The links of a page fetched from `url`, in page order: their visible words and absolute http(s) addresses.

    Fragments are cut off, since they lead to a place in a page and not to another page.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
        soup = BeautifulSoup(body, "lxml", parse_only=SoupStrainer(["a", "base"]))
    base = url
    links: list[Link] = []
    for tag in soup.find_all(["a", "base"], href=True, limit=MOST_LINKS):
        address = _absolute(base, str(tag["href"]))
        if address is None:
            continue
        if tag.name == "base":
            base = address
        else:
            links.append(Link(text=_visible_words(tag), url=address))
    return tuple(links)


def _absolute(base: str, href: str) -> str | None:
    href = href.strip()
    if not href or href.startswith("#"):
        return None
    try:
        address = urljoin(base, href)
        parts = urlsplit(address)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return None
    return parts._replace(fragment="").geturl()


def _visible_words(tag: Tag) -> str:
    for trailer in tag.find_all(class_=TRAILERS):
        trailer.decompose()
    return " ".join(tag.get_text().split())
