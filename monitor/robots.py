"""What a site's robots.txt allows us, by RFC 9309: asked for once a day, obeyed, and when in doubt obeyed more."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from protego import Protego

from monitor.errors import FetchError

AGENT = "Releasevakt"
"""The product token that robots.txt addresses us by."""

MAX_AGE = 24 * 3600.0
"""Seconds an answer is relied on; the standard's own limit."""

MOST_BYTES = 512_000
"""What is read of a robots.txt; the standard asks for at least 500 KiB."""

MOST_DELAY = 30.0
"""Seconds of Crawl-delay that are honoured; a longer one would only be a mistake or a trap."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotsAnswer:
    """What came when robots.txt was asked for."""

    status: int
    body: bytes
    retry_after: float | None = None


@dataclass(slots=True)
class _Origin:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    rules: Protego | None = None
    good_until: float = 0.0
    failure: FetchError | None = None
    failed_at: float = 0.0


class Robots:
    """The rules of every site asked, by origin ("https://host:port").

    `ask` fetches a robots.txt and raises FetchError when it cannot be had. A site that cannot be reached gives that
    very error, because the page would meet it too.
    """

    def __init__(self, ask: Callable[[str], Awaitable[RobotsAnswer]], *, max_age: float = MAX_AGE) -> None:
        self._ask = ask
        self._max_age = max_age
        self._origins: dict[str, _Origin] = {}

    async def delay_for(self, origin: str, url: str) -> float:
        """Seconds the site wants between requests, 0 when it does not say. Raises FetchError where we may not go."""
        rules = await self._rules(origin)
        if not rules.can_fetch(url, AGENT):
            raise FetchError("robots", f"robots.txt of {origin} asks us not to fetch {url}")
        return min(rules.crawl_delay(AGENT) or 0.0, MOST_DELAY)

    async def _rules(self, origin: str) -> Protego:
        now = asyncio.get_running_loop().time
        asked_at = now()
        site = self._origins.setdefault(origin, _Origin())
        async with site.lock:
            if site.rules is not None and now() < site.good_until:
                return site.rules
            # Whoever stood in line while the site was found to be down need not wait for it once more.
            if site.failure is not None and asked_at < site.failed_at:
                raise _again(site.failure)
            try:
                site.rules = _read(origin, await self._ask(f"{origin}/robots.txt"))
            except FetchError as error:
                site.rules, site.failure, site.failed_at = None, error, now()
                raise
            site.good_until, site.failure = now() + self._max_age, None
            return site.rules


def _read(origin: str, answer: RobotsAnswer) -> Protego:
    """4xx means that there are no rules; 5xx and 429 that nobody knows them, and then nothing may be fetched."""
    if answer.status >= 500 or answer.status == 429:
        raise FetchError(
            "robots",
            f"robots.txt of {origin} answered {answer.status}, so for now we may not fetch anything there",
            retry_after=answer.retry_after,
            status_code=answer.status,
        )
    found = answer.status == 200
    return Protego.parse(answer.body.decode("utf-8-sig", "replace") if found else "")


def _again(error: FetchError) -> FetchError:
    return FetchError(error.kind, str(error), retry_after=error.retry_after, status_code=error.status_code)
