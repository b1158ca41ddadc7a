"""Bytes of a page -> its text, whatever was declared about them.

A byte order mark decides; then UTF-8, because bytes that are valid UTF-8 with Swedish letters in them are nothing
else; then what the header or the page declares; then windows-1252. Saved pages lie about their charset often enough
that the bytes are believed before the label.
"""

from __future__ import annotations

import codecs
import re
import unicodedata

from monitor.errors import UnreadablePage

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MAGIC = (
    b"%PDF-",
    b"PK\x03\x04",
    b"\x89PNG",
    b"GIF8",
    b"\xff\xd8\xff",
    b"\x1f\x8b",
    b"\xd0\xcf\x11\xe0",
    b"7z\xbc\xaf",
)
_DECLARED = re.compile(rb"""<(?:meta|\?xml)\b[^>]{0,300}?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]{2,40})""", re.I)
_HEADER = re.compile(r"""charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.I)
_LATIN = {"iso-8859-1", "iso8859-1", "latin1", "latin-1", "us-ascii", "ascii", "windows-1252", "cp1252"}
_DAMAGE = 0.02
"""A page with a few broken bytes is damaged UTF-8; one with more is something else."""


def decode(body: bytes, content_type: str | None = None) -> str:
    """The text of `body`. Raises UnreadablePage for bytes that are no text at all."""
    for magic in _MAGIC:
        if body.startswith(magic):
            raise UnreadablePage(f"expected a web page, got a binary file that begins with {magic!r}")
    for mark, name in _MARKS:
        if body.startswith(mark):
            return _text(body[len(mark) :].decode(name, "replace"))
    wide = _wide(body[:4000])
    if wide:
        return _text(body.decode(wide, "replace"))
    try:
        return _text(body.decode("utf-8"))
    except UnicodeDecodeError:
        return _text(_not_quite_utf8(body, content_type))


def _wide(head: bytes) -> str | None:
    """UTF-16 without its mark shows as every other byte being NUL."""
    half = len(head) // 2
    if half < 8:
        return None
    if head[1::2].count(0) > 0.6 * half and head[0::2].count(0) < 0.1 * half:
        return "utf-16-le"
    if head[0::2].count(0) > 0.6 * half and head[1::2].count(0) < 0.1 * half:
        return "utf-16-be"
    return None


def _not_quite_utf8(body: bytes, content_type: str | None) -> str:
    text = body.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    letters = sum(1 for character in text if character > "\x7f") - broken
    if letters > broken and broken <= 3 + _DAMAGE * len(text):
        return text
    for name in (_header(content_type), _meta(body)):
        if name and name.lower() not in _LATIN and not name.lower().replace("-", "").startswith("utf"):
            try:
                if codecs.lookup(name)._is_text_encoding:
                    return body.decode(name, "replace")
            except (LookupError, UnicodeError):
                continue
    return body.decode("windows-1252", "replace")


def _header(content_type: str | None) -> str | None:
    found = _HEADER.search(content_type or "")
    return found[1] if found else None


def _meta(body: bytes) -> str | None:
    found = _DECLARED.search(body[:4096])
    return found[1].decode("ascii") if found else None


_LATER = "[\u0080-\u00bf\u0152-\u02dc\u2013-\u2122]"
_TWICE = re.compile(f"[\u00c2\u00c3]{_LATER}|\u00e2{_LATER}{{2}}")
_SWEDISH = re.compile("[åäöÅÄÖé]")


def _once(text: str) -> str:
    """The text with its letters put right where UTF-8 was taken for windows-1252 and encoded again: "stÃ¤ngs"."""
    twice = len(_TWICE.findall(text))
    if twice < 3 or twice <= len(_SWEDISH.findall(text)):
        return text
    return _TWICE.sub(_encoded_once, text)


def _encoded_once(found: re.Match[str]) -> str:
    try:
        return found[0].encode("windows-1252").decode("utf-8")
    except UnicodeError:
        return found[0]


_UNWANTED = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ud800-\udfff\ufeff\ufffe\uffff]")


def _text(text: str) -> str:
    sample = text[:20000]
    unwanted = len(_UNWANTED.findall(sample)) + sample.count("\ufffd")
    if unwanted > 8 + 0.1 * len(sample):
        raise UnreadablePage("expected a web page, got bytes that are no text in any charset tried")
    return clean(_once(text))


def clean(text: str) -> str:
    """Without the control characters and half characters that no page means and no feed may carry; composed."""
    text = _UNWANTED.sub("", text)
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)
