"""Which service, and which of its versions, a sentence speaks of.

A number is bound to the nearest service noun, and to the page's own service only where there is none: "versionerna
5, 6 och 7" under an SSBTEK heading may well be LEFI Online's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from monitor.words import slips_of

SERVICE_NOUNS: dict[str, str] = {
    "lefi-prenumeration": r"lefi[ -]?prenumeration(?:en|stjänsten)?s?|prenumerationstjänsten",
    "lefi-rest": r"lefi (?:extern\w*|rest)(?: förmånsinformation)?",
    "lefi-online": r"lefi[ -]?onlines?",
    "ssbtek": r"ssbteks?(?:-tjänsten)?",
    "csn": r"csn:?s?",
    "af": r"arbetsförmedlingens?|af:?s?",
    "transportstyrelsen": r"transportstyrelsens?",
    "migrationsverket": r"migrationsverkets?|miv",
    "skatteverket": r"skatteverkets?|skv",
    "pensionsmyndigheten": r"pensionsmyndighetens?",
    "a-kassorna": r"a-kassorna?s?|a-kassans?|sveriges a-kassor|\bso\b",
}
"""The nouns by service key; the agency's own services first, then those inside SSBTEK."""

AGENCY_SERVICES = frozenset({"ssbtek", "lefi-online", "lefi-prenumeration"})
"""Services whose versions have a life of their own; versions of the others are components."""

OWNERS = {
    "migrationsverket": "Migrationsverket",
    "af": "Arbetsförmedlingen",
    "csn": "CSN",
    "transportstyrelsen": "Transportstyrelsen",
    "skatteverket": "Skatteverket",
    "pensionsmyndigheten": "Pensionsmyndigheten",
    "a-kassorna": "a-kassorna",
}

MONTHS = (
    r"(?:jan(?:uari)?|feb(?:ruari)?|mar(?:s)?|apr(?:il)?|maj|jun(?:i)?|jul(?:i)?|aug(?:usti)?|sep(?:t(?:ember)?)?|"
    r"okt(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_NUMBER = (
    rf"\d{{1,2}}(?:\.\d{{1,3}}){{0,3}}(?![\d%])(?!:\d)(?!\.\d)(?! ?(?:{MONTHS}\b|kr\b|kronor|år\b|dagar|dygn|"
    rf"timm|minuter|procent|%))"
    rf"(?!/\d)(?!-\d{{1,2}}-\d)(?!(?:-| och )\d{{1,2}}\.? {MONTHS}\b)"
)
_JOIN = (
    r"\s*(?:,\s*(?:och|samt)?|och|samt|eller|&|/|resp\.|respektive|(?P<range>-|till(?: och med)?\b|t\.?o\.?m\.?))\s*"
)
_PREFIX = r"(?:versionen?\s+|v\.?)?"
_JOIN_PLAIN = _JOIN.replace("(?P<range>", "(?:")
_LIST = rf"(?P<numbers>{_NUMBER}(?:{_JOIN_PLAIN}{_PREFIX}{_NUMBER})*)"
_WORD = (
    r"(?:\w*versioner(?:na)?s?|\w*versionens?|\w*versions?|vers?\.|versionsnummer|releasen?|"
    rf"(?:{'|'.join(slips_of('version'))})(?:en|er|erna)?)"
)
_CALLED = r"(?:(?:får|har|med|blir|heter|är)\s+)?(?:versions)?(?:nr\.?|nummer|beteckningen)\s+"
_WORDED = re.compile(rf"\b{_WORD}:?\s+(?:{_CALLED})?\(?(?:v\.?\s?)?{_LIST}")
_APART = re.compile(
    rf"\bversion\w*\s+(?:av|för|i)\s+(?:tjänsten\s+)?[\w-]+(?:\s(?:online|prenumeration))?(?:,\s*|"
    rf"\s*\()(?:nr\.?\s*|nummer\s+)?{_LIST}"
)
_IS = re.compile(
    rf"\bversion(?:en)?(?:\s+(?:av|för|i)\s+(?:tjänsten\s+)?[\w-]+(?:\s(?:online|"
    rf"prenumeration))?)?\s*(?:\s(?:är|blir)|:)\s+"
    rf"(?:nu\s+|numera\s+)?{_LIST}(?!\s*(?:veckor|månader|dagar|dygn|gånger))"
)
_LETTER = re.compile(rf"\bv{_LIST}")
_RANGE = re.compile(
    r"(\d{1,2})\s*(?:-|till(?: och med)?|t\.?o\.?m\.?)\s*(?:version(?:en)?\s*|v\.?\s?)?(\d{1,2})(?![.\d])"
)
_EACH = re.compile(r"\d{1,2}(?:\.\d{1,3}){0,3}")
_OTHER_ROLE = re.compile(
    r"(?:\b(?P<target>till|mot|över till|upp till|på|använd\w*|köra?|byta?|välj\w*|anropa\w*)|"
    r"\b(?P<source>från|ifrån)|\b(?P<replaced>ersätter|efterträder|avlöser|(?:ersätts|ersatts|efterträds|"
    r"avlöses)(?: \w+){0,2} av)|"
    r"\b(?P<inside>i|inom|ur|med|än|som|använder|utöver))\s+"
    r"(?:(?:den|er|era|en|nya|gamla|nuvarande|senaste|högsta|lägst|minst|gällande|kommande|tidigare|tjänsten|"
    r"då|därmed|sig av|av)\s+)*$"
)
_OF_SERVICE = re.compile(
    r"\s*\)?\s*(?:av|för|i|på|hos|inom|i tjänsten|av tjänsten|för tjänsten)\s+(?:den\s+)?(?:tjänsten\s+)?$"
)
_BLANKET = re.compile(
    r"(?:\b(?:samtliga|alla|övriga|resterande|de|våra)\s+)*"
    r"(?:tidigare|äldre|föregående|gamla|lägre)\s+(?:och \w+ )?versioner(?:na)?\b"
    r"(?!\s*\(?(?:version\w*\s*)?\d)"
)
_ADDRESS = re.compile(r"https?://\S+|www\.\S+|(?<!\S)\S{1,200}@\S{1,200}\.\w+|(?<!\S)\S{0,200}/v\d+\b\S*|\b[\w/-]+\.(?:xsd|xml|wsdl|pdf|zip)\b")
_BEFORE = re.compile(
    rf"\b(?:samtliga|alla|övriga|de|resterande|varje)?\s*(?:\w+ )?version(?:er(?:na)?)?\s+(?:av \S+(?: "
    rf"online)?\s+)?(?:som är\s+)?"
    rf"(?P<how>före|innan|äldre än|tidigare än|lägre än|under|till och med|t\.?o\.?m\.?|upp till(?: och med)?)\s+"
    rf"(?:version(?:en)?\s+|v\.?)?(?P<number>{_NUMBER})"
)
_AND_OLDER = re.compile(
    rf"\b(?:version(?:en)?\s+|v\.?)(?P<number>{_NUMBER})\s+(?:och|samt|eller)\s+(?:alla\s+|samtliga\s+)?"
    r"(?:äldre|tidigare|lägre|nedåt|bakåt)(?:\s+versioner(?:na)?)?"
)
_ALL = re.compile(
    r"\b(?:samtliga|alla|övriga|resterande)\s+(?:öppna\s+|andra\s+)?versioner(?:na)?\b|"
    r"\b(?:alla|samtliga|allt)(?= (?:utom|förutom) (?:version|v\.?)\s?\d)"
)
_SPARED = re.compile(
    rf"\b(?:utom|förutom|undantaget|undantagna|med undantag (?:för|av)|bortsett från|undantag (?:är|"
    rf"görs för))\s+(?:för\s+)?"
    rf"(?:version(?:en|erna)?\s+|v\.?)?(?P<numbers>{_NUMBER}(?:{_JOIN_PLAIN}{_NUMBER})*)"
)
_UNTOUCHED = re.compile(
    r"\b(?:berörs|påverkas|omfattas|ingår) (?:alltså |dock |däremot )?(?:inte|ej)\b|"
    r"\b(?:är|förblir|hålls|lämnas) (?:dock |fortsatt |fortfarande |alltså )*(?:fortsatt |"
    r"fortfarande )?(?:öppen|öppna|kvar|opåverkad\w*)\b"
    r"|\bgäller (?:inte|ej)\b|\bfortsätter (?:att )?(?:fungera|vara öppen|vara öppna|som vanligt)"
)

_OF_A_DOCUMENT = re.compile(
    r"\s+(?:av|för) (?:\w+ )?(?:\w*specifikation\w*|\w*dokument\w*|\w*beskrivning\w*|\w*handbok\w*|"
    r"\w*manual\w*|\w*avtal\w*|\w*mall\w*|\w*vägledning\w*)"
)

Role = Literal["subject", "target", "source", "replaced", "inside"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceMention:
    """A service noun at a place in a text."""

    service: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionMention:
    """One or several version numbers at a place in a text, and what part they play in the sentence.

    `service` is None until bound; `tight` says that the noun stood right beside the number.
    """

    labels: tuple[str, ...]
    service: str | None
    tight: bool
    role: Role
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BlanketMention:
    """Versions that are meant without being numbered: all before `before`, or all, save `spared`."""

    before: str | None
    inclusive: bool
    spared: tuple[str, ...]
    service: str | None
    start: int
    end: int


@cache
def _service_pattern(own: str) -> re.Pattern[str]:
    nouns = dict(SERVICE_NOUNS)
    nouns.setdefault(own, re.escape(own).replace(r"\-", "[ -]?"))
    parts = "|".join(f"(?P<k{index}>{noun})" for index, noun in enumerate(nouns.values()))
    return re.compile(rf"(?<![\w.-])(?:{parts})(?!\w|\.\w)")


@cache
def _service_keys(own: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*SERVICE_NOUNS, own)))


def services_in(folded: str, own: str) -> tuple[ServiceMention, ...]:
    """The service nouns of a folded text in order; `own` is the page's service, known by its key if by nothing else."""
    keys = _service_keys(own)
    folded = _without_addresses(folded)
    return tuple(
        ServiceMention(service=keys[int((match.lastgroup or "k0")[1:])], start=match.start(), end=match.end())
        for match in _service_pattern(own).finditer(folded)
    )


def _without_addresses(folded: str) -> str:
    """The text with addresses, paths and names of files blanked out; as long as before."""
    return _ADDRESS.sub(lambda match: " " * len(match[0]), folded)


def labels_of(numbers: str) -> tuple[str, ...]:
    """The version labels of a list as written: "5, 6 och 7" gives 5, 6, 7, and so does "5-7"."""
    ranged = _RANGE.fullmatch(numbers.strip())
    if ranged and int(ranged[1]) < int(ranged[2]) <= int(ranged[1]) + 20:
        return tuple(str(number) for number in range(int(ranged[1]), int(ranged[2]) + 1))
    return tuple(dict.fromkeys(_EACH.findall(numbers)))


def versions_in(folded: str, own: str, *, default: str | None = None) -> tuple[VersionMention, ...]:
    """The version mentions of a folded text, bound to their services.

    `default` is the service of a number with no service noun in the text; the page's own service if not given.
    """
    folded = _without_addresses(folded)
    services = services_in(folded, own)
    found: dict[int, VersionMention] = {}
    for mention in _numbers(folded, services):
        overlaps = any(other.start < mention.end and mention.start < other.end for other in found.values())
        if not overlaps and not _OF_A_DOCUMENT.match(folded, mention.end):
            found[mention.start] = _bind(mention, folded, services, default or own)
    return tuple(found[start] for start in sorted(found))


def _numbers(folded: str, services: tuple[ServiceMention, ...]) -> Iterator[VersionMention]:
    for match in _WORDED.finditer(folded):
        yield _mention(match, folded)
    for service in services:
        direct = re.compile(rf"[ -]?(?:version(?:en)?|v\.?)?[ -]?{_LIST}").match(folded, service.end)
        if direct:
            yield VersionMention(
                labels=labels_of(direct["numbers"]),
                service=service.service,
                tight=True,
                role=_role(folded, service.start),
                start=service.start,
                end=direct.end(),
            )
    for pattern in (_APART, _IS, _LETTER):
        for match in pattern.finditer(folded):
            yield _mention(match, folded)


def _mention(match: re.Match[str], folded: str) -> VersionMention:
    return VersionMention(
        labels=labels_of(match["numbers"]),
        service=None,
        tight=False,
        role=_role(folded, match.start()),
        start=match.start(),
        end=match.end(),
    )


def _role(folded: str, start: int) -> Role:
    before = _OTHER_ROLE.search(folded[max(0, start - 60) : start])
    if before is None:
        return "subject"
    if before["target"]:
        return "target"
    if before["replaced"]:
        return "replaced"
    return "source" if before["source"] else "inside"


def _bind(mention: VersionMention, folded: str, services: tuple[ServiceMention, ...], default: str) -> VersionMention:
    if mention.service:
        return mention
    for service in services:
        if service.end <= mention.start and not folded[service.end : mention.start].strip(" -,("):
            role = _role(folded, service.start) if mention.role == "subject" else mention.role
            return replace(mention, service=service.service, tight=True, role=role, start=service.start)
        if service.start >= mention.end and _OF_SERVICE.fullmatch(folded[mention.end : service.start]):
            return replace(mention, service=service.service, tight=True)
    if not services:
        return replace(mention, service=default)
    nearest = min(
        services,
        key=lambda service: (
            mention.start - service.end if service.end <= mention.start else service.start - mention.end
        ),
    )
    return replace(mention, service=nearest.service)


def blankets_in(folded: str, own: str, *, default: str | None = None) -> tuple[BlanketMention, ...]:
    """Statements about versions that are not numbered: "samtliga tidigare versioner", "alla versioner före 9"."""
    services = services_in(folded, own)
    spared = tuple(label for match in _SPARED.finditer(folded) for label in labels_of(match["numbers"]))
    found: list[BlanketMention] = []

    def add(match: re.Match[str], before: str | None, inclusive: bool) -> None:
        if any(other.start < match.end() and match.start() < other.end for other in found):
            return
        if _role(folded, match.start()) != "subject":
            return
        nearest = min(
            services,
            key=lambda service: min(abs(service.start - match.end()), abs(match.start() - service.end)),
            default=None,
        )
        found.append(
            BlanketMention(
                before=before,
                inclusive=inclusive,
                spared=spared,
                service=nearest.service if nearest else default or own,
                start=match.start(),
                end=match.end(),
            )
        )

    for match in _BEFORE.finditer(folded):
        add(match, match["number"], match["how"].startswith(("till", "t.o", "tom", "upp")))
    for match in _AND_OLDER.finditer(folded):
        add(match, match["number"], True)
    for match in _BLANKET.finditer(folded):
        add(match, None, False)
    for match in _ALL.finditer(folded):
        add(match, None, False)
    return tuple(found)


def untouched_in(folded: str, own: str, *, default: str | None = None) -> tuple[tuple[str, str], ...]:
    """Versions, as (service, label), that the text says are not concerned: "version 10 berörs inte"."""
    mentions = versions_in(folded, own, default=default)
    spared: list[tuple[str, str]] = []
    for match in _SPARED.finditer(folded):
        service = next((m.service for m in mentions if m.start < match.end() and match.start() < m.end), default)
        spared += [(service or own, label) for label in labels_of(match["numbers"])]
    if _UNTOUCHED.search(folded):
        spared += [(m.service or own, label) for m in mentions if m.role == "subject" for label in m.labels]
    return tuple(dict.fromkeys(spared))


def owner_in(folded: str) -> str | None:
    """The authority a text names, as its own name, when it names exactly one."""
    owners = {mention.service for mention in services_in(folded, "ssbtek") if mention.service in OWNERS}
    return OWNERS[owners.pop()] if len(owners) == 1 else None
