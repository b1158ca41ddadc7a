"""The few words that feeds, calendars and pictures add to what an event already says, in both languages."""

from __future__ import annotations

from monitor.model import Language
from monitor.wording.names import listed, service_name

UNOFFICIAL: dict[Language, str] = {
    "sv": "Inofficiell bevakning. Källan är Försäkringskassans sida, som alltid gäller före denna text.",
    "en": "Unofficial monitoring. The source is the agency's own page, which always takes precedence over this text.",
}


def titled(about: tuple[str, ...], lang: Language) -> str:
    """The name of a feed or a calendar: ours, and the services it is limited to."""
    if about:
        return f"Releasevakt: {listed((service_name(service) for service in about), lang)}"
    return "Releasevakt: alla tjänster" if lang == "sv" else "Releasevakt: all services"
