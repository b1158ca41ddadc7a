"""Striking out what is secret before anything is kept or logged: receivers do echo addresses and signatures."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

from monitor.deliver.answers import MASK
from monitor.model import Destination

SHORTEST = 6
"""Shorter pieces of an address are ordinary words; striking them out would only spoil the answer."""

_KNOWN = re.compile(
    r"(?i)(v1,[A-Za-z0-9+/=]{20,})|(whsec_[A-Za-z0-9+/=]+)|(bearer\s+[^\s\"',;]+)|(authorization\"?\s*[:=]\s*\"?[^\"\r\n]+)"
)


def secrets_of(destination: Destination) -> tuple[str, ...]:
    """Everything in a destination that must not be seen, longest first, so that no part is left standing."""
    parts = urlsplit(destination.address)
    pieces = {destination.address}
    if parts.scheme in ("http", "https"):
        pieces |= {parts.path, parts.query, f"{parts.path}?{parts.query}", unquote(parts.path), unquote(parts.query)}
        pieces |= set(parts.path.split("/")) | {pair.partition("=")[2] for pair in parts.query.split("&")}
        pieces |= {unquote(piece) for piece in pieces}
    pieces |= {value for _, value in destination.headers}
    pieces |= {value.partition(" ")[2] for _, value in destination.headers}
    pieces |= {secret.value for secret in destination.secrets}
    pieces |= {secret.value.removeprefix("whsec_") for secret in destination.secrets}
    return tuple(sorted((piece for piece in pieces if len(piece) >= SHORTEST), key=len, reverse=True))


def redact(text: str, secrets: Iterable[str]) -> str:
    """The text with every secret, and everything that looks like one of ours, struck out."""
    for secret in secrets:
        text = text.replace(secret, MASK)
    return _KNOWN.sub(MASK, text)
