"""What things are called in front of people: services, pages, authorities, and lists of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from monitor.model import Affected, Component, Language, Text

SERVICES = {
    "ssbtek": "SSBTEK",
    "lefi-online": "LEFI Online",
    "lefi-prenumeration": "LEFI Prenumeration",
    "csn": "CSN",
    "af": "Arbetsförmedlingen",
    "migrationsverket": "Migrationsverket",
    "transportstyrelsen": "Transportstyrelsen",
    "pensionsmyndigheten": "Pensionsmyndigheten",
    "skatteverket": "Skatteverket",
}
"""Display names. The list of services is open: a key that is not here is spelt out from itself."""

Phrasing = Callable[[Language], str]


def both(say: Phrasing) -> Text:
    """The same thing said in both languages."""
    return Text(sv=say("sv"), en=say("en"))


def in_language(text: Text, lang: Language) -> str:
    """One language of a text."""
    return text.sv if lang == "sv" else text.en


def service_name(key: str) -> str:
    """The name people know a service by."""
    return SERVICES.get(key) or " ".join(part[:1].upper() + part[1:] for part in key.split("-") if part)


def version_name(service: str, version: str | None) -> str:
    """A version with its service, because a number alone says nothing: "SSBTEK 7.1"."""
    return service_name(service) if version is None else f"{service_name(service)} {version}"


def page_name(key: str, lang: Language) -> str:
    """What people call a watched page: "SSBTEK driftinformation", "the SSBTEK operations page"."""
    service, _, kind = key.rpartition("-")
    name = service_name(service or key)
    match kind:
        case "drift":
            return f"{name} driftinformation" if lang == "sv" else f"the {name} operations page"
        case "release":
            return f"{name} releaseinformation" if lang == "sv" else f"the {name} release page"
    return f"sidan {service_name(key)}" if lang == "sv" else f"the page {service_name(key)}"


def listed(words: Iterable[str], lang: Language) -> str:
    """Words in a row: "7, 7.1 och 8", "7, 7.1 and 8"."""
    several = list(words)
    if len(several) < 2:
        return "".join(several)
    return f"{', '.join(several[:-1])} {'och' if lang == 'sv' else 'and'} {several[-1]}"


def version_order(label: str) -> tuple[tuple[int, str], ...]:
    """The key that sorts version labels as numbers: 7 before 7.1 before 10."""
    return tuple((int(number), "") if number else (0, word) for number, word in re.findall(r"(\d+)|(\D+)", label))


def versions_name(service: str, versions: Iterable[str], lang: Language) -> str:
    """Several versions of one service, in order: "SSBTEK 7, 7.1 och 8"."""
    return f"{service_name(service)} {listed(sorted(set(versions), key=version_order), lang)}"


def affected_name(affected: Affected, lang: Language) -> str:
    """A service a statement concerns, with its versions where they are named."""
    if affected.versions:
        return versions_name(affected.service, affected.versions, lang)
    return service_name(affected.service)


def component_name(component: Component) -> str:
    """A sub-service inside a version: "LEFI Online 5.1"."""
    return version_name(component.service, component.version)


def count(number: int, one: str, many: str) -> str:
    """A number with its noun: "1 sida", "6 sidor"."""
    return f"{number} {one if number == 1 else many}"


def capital(words: str) -> str:
    """The words with a capital first letter, the rest untouched."""
    return words[:1].upper() + words[1:]


def lower(words: str) -> str:
    """The words with a small first letter, the rest untouched."""
    return words[:1].lower() + words[1:]
