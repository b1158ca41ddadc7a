"""Ways in which a page can come out wrong: what editors, servers and converters do to it, by chance and repeatably.

Each way takes the page as a tree or as bytes and the chance that decides; none knows what a reader makes of it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bs4 import BeautifulSoup
from bs4.element import NavigableString, Tag

BLOCKS = ["p", "li", "tr", "td", "ul", "ol", "dl", "dd", "table", "section", "article", "details", "div"]
HEADINGS = ["h2", "h3", "h4", "h5", "h6"]
_NAMES = ["p", "div", "span", "section", "article", "li", "td", "strong", "em", "h2", "h3", "h4", "q", "x-block"]
_STAMP = re.compile(r"publicera|uppdatera", re.I)
_CHARSETS = ["windows-1252", "iso-8859-1", "utf-16", "utf-8-sig", "mac-roman"]

_FRAME = """<!DOCTYPE html><html lang="sv"><head><meta charset="utf-8"><title>%s</title></head>
<body><main>%s</main></body></html>"""
ERROR_PAGE = _FRAME % (
    "Ett fel har inträffat",
    """<h1>Tekniskt fel</h1><p>Sidan kan inte visas just nu. Försök igen om en stund.</p>
<p>Felkod 500, ärende 20270503-1144.</p>""",
)
LOGIN_PAGE = _FRAME % (
    "Logga in",
    """<h1>Logga in</h1><form><h2>Välj hur du vill logga in</h2><label>Användarnamn <input name="u"></label>
<label>Lösenord <input type="password"></label><button>Logga in</button></form>
<p>Tjänsten är stängd för underhåll varje natt mellan klockan 02 och 04.</p>""",
)
LANDING_PAGE = _FRAME % (
    "För kommuner",
    """<h1>Tjänster för kommuner</h1><h2>SSBTEK</h2><p>Sammansatt bastjänst för ekonomiskt bistånd.</p>
<ul><li><a href="/release">Releaseinformation</a></li><li><a href="/drift">Driftinformation</a></li></ul>
<h2>LEFI Online</h2><p>Uppgifter om förmåner, på fråga.</p><h2>Kontakt</h2><p>Ring oss vardagar 8–16.</p>""",
)


@dataclass(frozen=True, slots=True)
class Damaged:
    """A page after it was damaged: its bytes, and what the server said of them."""

    body: bytes
    content_type: str = "text/html; charset=utf-8"


Change = Callable[[Tag, BeautifulSoup, random.Random], None]


def damage(body: bytes, kind: str, chance: random.Random, *, others: Sequence[bytes]) -> Damaged:
    """`body` damaged in the way of this name; `others` are further pages of the site."""
    if kind in TREE_KINDS:
        soup = BeautifulSoup(body, "lxml")
        main = soup.find("main") or soup.body or soup
        for _ in range(chance.choice([1, 1, 1, 2, 3, 5])):
            TREE_KINDS[kind](main, soup, chance)
        return Damaged(str(soup).encode())
    return BYTE_KINDS[kind](body, chance, others)


def _blocks(main: Tag) -> list[Tag]:
    return main.find_all([*BLOCKS, *HEADINGS])


def _texts(main: Tag) -> list[NavigableString]:
    return [text for text in main.find_all(string=True) if text.strip() and text.parent.name not in ("script", "style")]


def _a_block(main: Tag, chance: random.Random) -> Tag | None:
    blocks = _blocks(main)
    return chance.choice(blocks) if blocks else None


def _drop(main: Tag, soup: BeautifulSoup, chance: random.Random) -> None:
    if block := _a_block(main, chance):
        block.decompose()


def _double(main: Tag, soup: BeautifulSoup, chance: random.Random) -> None:
    if block := _a_block(main, chance):
        block.insert_after(_copy(block))


def _copy(block: Tag) -> Tag:
    copied = BeautifulSoup(str(block), "html.parser").contents[0]
    return copied.extract() if isinstance(copied, Tag) else block


def _halve(main: Tag, soup: BeautifulSoup, chance: random.Random) -> None:
    block = _a_block(main, chance)
    if block is None:
        return
    children = list(block.children)
    if len(children) > 1:
        for child in children[len(children) // 2 :]:
            child.extract()
    elif children and isinstance(children[0], NavigableString):
        children[0].replace_with(NavigableString(children[0][: len(children[0]) // 2]))


def _swap(main: Tag, soup: BeautifulSoup, chance: random.Random) -> None:
    blocks = _blocks(main)
    if len(blocks) < 2:
        return
    one, other = chance.sample(blocks, 2)
    if one in other.parents or other in one.parents:
        return
    marker = soup.new_tag("i")
    one.replace_with(marker)
    other.replace_with(one)
    marker.replace_with(other)


def _empty_text(main: Tag, soup: BeautifulSoup, chance: random.Random) -> None:
    texts = _texts(main)
    if texts:
        chance.choice(texts).replace_with("")


def _rename(main: Tag, soup: BeautifulSoup, chance: random.Random) -> None:
    tags = main.find_all(True)
    if tags:
        chance.choice(tags).name = chance.choice(_NAMES)


def _shuffle_classes(main: Tag, soup: BeautifulSoup, chance: random.Random) -> None:
    tags = soup.find_all(class_=True)
    classes = [tag["class"] for tag in tags]
    chance.shuffle(classes)
    for tag, names in zip(tags, classes, strict=True):
        tag["class"] = names


def _relevel(main: Tag, soup: BeautifulSoup, chance: random.Random) -> None:
    headings = main.find_all(HEADINGS)
    if not headings:
        return
    if chance.random() < 0.3:
        for heading in headings:
            heading.name = f"h{min(6, int(heading.name[1]) + 1)}"
    else:
        chance.choice(headings).name = chance.choice(HEADINGS)


def _unstamp(main: Tag, soup: BeautifulSoup, chance: random.Random) -> None:
    stamps = [text for text in _texts(main) if _STAMP.search(text)]
    if stamps:
        for text in stamps if chance.random() < 0.2 else [chance.choice(stamps)]:
            text.replace_with("")


def _break_table(main: Tag, soup: BeautifulSoup, chance: random.Random) -> None:
    parts = main.find_all(["table", "thead", "tbody", "tr", "td", "th"])
    if not parts:
        return
    part = chance.choice(parts)
    match chance.randrange(4):
        case 0:
            part.unwrap()
        case 1:
            part.name = chance.choice(["td", "th", "div", "tr"])
        case 2:
            part.extract()
        case _:
            part["colspan"], part["rowspan"] = str(chance.randint(0, 9)), str(chance.randint(0, 9))


def _unwrap(main: Tag, soup: BeautifulSoup, chance: random.Random) -> None:
    tags = main.find_all(True)
    if tags:
        chance.choice(tags).unwrap()


def _cut(body: bytes, chance: random.Random, others: Sequence[bytes]) -> Damaged:
    return Damaged(body[: chance.randrange(len(body))])


def _splice(body: bytes, chance: random.Random, others: Sequence[bytes]) -> Damaged:
    """A hole in the middle: a proxy that lost a piece."""
    start = chance.randrange(len(body))
    return Damaged(body[:start] + body[start + chance.randint(1, 3000) :])


def _error(body: bytes, chance: random.Random, others: Sequence[bytes]) -> Damaged:
    if chance.random() < 0.5:
        return Damaged(ERROR_PAGE.encode())
    soup = BeautifulSoup(body, "lxml")
    _say_instead(soup, ERROR_PAGE)
    return Damaged(str(soup).encode())


def _login(body: bytes, chance: random.Random, others: Sequence[bytes]) -> Damaged:
    if chance.random() < 0.5:
        return Damaged(LOGIN_PAGE.encode())
    soup = BeautifulSoup(body, "lxml")
    _say_instead(soup, LOGIN_PAGE)
    return Damaged(str(soup).encode())


def _say_instead(soup: BeautifulSoup, page: str) -> None:
    """The words of another page within the frame of this one, as sites do it."""
    main = soup.find("main") or soup.body
    said = BeautifulSoup(page, "lxml").find("main")
    if isinstance(main, Tag) and isinstance(said, Tag):
        main.clear()
        for child in list(said.children):
            main.append(child.extract())


def _another(body: bytes, chance: random.Random, others: Sequence[bytes]) -> Damaged:
    return Damaged(chance.choice([LANDING_PAGE.encode(), *others]))


def _garble(body: bytes, chance: random.Random, others: Sequence[bytes]) -> Damaged:
    text = body.decode("utf-8", "replace")
    match chance.randrange(4):
        case 0:
            return Damaged(text.encode(chance.choice(_CHARSETS), "replace"))
        case 1:
            return Damaged(text.encode().decode("windows-1252", "replace").encode())
        case 2:
            return Damaged(text.encode(), f"text/html; charset={chance.choice(_CHARSETS)}")
        case _:
            broken = bytearray(body)
            for _ in range(chance.randint(1, 30)):
                broken[chance.randrange(len(broken))] = chance.randrange(256)
            return Damaged(bytes(broken))


TREE_KINDS: Mapping[str, Change] = {
    "block dropped": _drop,
    "block doubled": _double,
    "block halved": _halve,
    "blocks swapped": _swap,
    "text emptied": _empty_text,
    "tag renamed": _rename,
    "tag unwrapped": _unwrap,
    "classes shuffled": _shuffle_classes,
    "heading level changed": _relevel,
    "stamp removed": _unstamp,
    "table broken": _break_table,
}
BYTE_KINDS: Mapping[str, Callable[[bytes, random.Random, Sequence[bytes]], Damaged]] = {
    "page cut": _cut,
    "hole in the page": _splice,
    "error page with 200": _error,
    "login page": _login,
    "another page": _another,
    "encoding damaged": _garble,
}
KINDS = (*TREE_KINDS, *BYTE_KINDS)
