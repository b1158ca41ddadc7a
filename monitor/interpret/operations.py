"""What operations notices have in common: whether one tells of planned work or of a disturbance, of what, and where.

The words alone do not tell: "SSBTEK är nere" is a disturbance since this morning and planned work on Saturday. Words of
work and words of faults decide where there are any, the day decides where there are none.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from itertools import pairwise
from typing import Literal

from monitor.dates import find_recurrences
from monitor.interpret.mentions import AGENCY_SERVICES, ServiceMention
from monitor.interpret.moments import TIME_FOLLOWS, Moment, moments_of
from monitor.interpret.passages import Passage, Sentence, day_of
from monitor.interpret.vocabulary import PRODUCTION_ENVIRONMENT, TEST_ENVIRONMENT, UNTOUCHED, words
from monitor.model import Environment
from monitor.words import slips_of

Matter = Literal["work", "fault"]

_DISTURBANCE = slips_of("störning")
_OUTAGE = slips_of("avbrott")
_UPKEEP = slips_of("underhåll", "servicefönst")

WORK = words(
    *(f"…{slip}…" for slip in _UPKEEP),
    # the window and its names
    "…underhåll(et|en|s|sarbete…|sfönst…|stillfälle…|shelg…|sdag…)? / servicefönst… / servicetid…",
    "servicehelg… / servicestopp…",
    "systemhelg… / driftsättningshelg… / releasehelg… / driftuppehåll… / uppehåll… / byteshelg… / förvaltningsfönst…",
    "serviceunder… / service (på|av|i) / (utför|utförs|görs|gör) ~ service / servicearbete… / driftfönst…",
    "ändringsfönst…",
    # announced standstills
    "(planera…|planlag…|aviserad…|aviserat|schemalag…|kommande|tillfällig…) ~ (…stopp…|…stop|…avbrott…|…arbete…|"
    "nedtid|nertid)",
    "planerat / planerad / planerade ~ (nedstängning…|omstart…)",
    # what is done
    "uppgrader… / uppdateras / uppdaterar vi / vi uppdaterar / patch… / patchas / migrer… / omstart…",
    "start(as|a|ar) ~ om",
    " driftsättning… / produktionssättning… / byggs om / bygger om / …arbeten / arbetet utförs",
    "(utför|utförs|genomför|genomförs|görs) ~ …arbete… / driftsätter vi / underhålls / flytten av / flytt av",
    "datorhallsflytt…",
    "(flyttas|flyttar|byts|byter|byte av|bytet av) ~ (server|servrar|servrarna|driftmiljö…|datorhall…|drifthall…|"
    "databas…)",
    "(byts|byter|byte av|bytet av) ~ (brandvägg…|nätverk…|plattform…|hårdvar…|lastbalanser…|utrustning…|disk…|"
    "lagring…)",
    "installation… / reservkraft… / elarbete…",
    "nätverksarbete… / återläsningstest… / katastroftest… / failovertest…",
)
STANDSTILL = words(
    *(f"…{slip}(et|en)?" for slip in _OUTAGE),
    "…avbrott(et|en|ets)? / …stop(p|pet|pen|ps)? / nere / ned(e)?tid… / nertid… / …stängning… / avstäng… / nedstäng…",
    "nedsläck…",
    "otillgänglig… / onåbar… / oåtkomlig…",
    "(inte|ej) ~ (tillgänglig…|nåbar…|åtkomlig…|nås|användas|anropas|svara|öppen)",
    "stängd / stängt / stängda / stängs / stänger / stängas / släcks / tas ner / tas ned / ligger ner…",
    "ur drift / ligger still",
    "(går|gick) ~ (inte|ej) ~ att ~ (nå|använda|anropa|komma åt|logga in|ställa|hämta|få|skicka|söka)",
    "(inte|ej) ~ vara igång / driftavbrott…",
    "inga (filer|aviseringar|svar|uppgifter|meddelanden|leveranser) / ingen (fil|leverans|avisering|körning)",
)
FAULT = words(
    *(f"…{slip}…" for slip in _DISTURBANCE),
    # names of disturbances
    "…störn… / driftproblem… / driftincident… / incident… / haveri… / krasch… / strul… / …bugg… / oplanera…",
    "akut… / nätfel…",
    "…fel / …felet / …felen / …felets / …problem / …problemet / …problemen / …problematik… / tekniskt bekymmer",
    "tekniska bekymmer",
    "felaktig… / felkörning… / felmeddelande… / felsök… / felanmäld… / felkod… / feltext… / felutskick…",
    "…felet / systemfel",
    # what does not work
    "(svarar|svarade|svara|fungerar|fungerade|fungera) ~ (inte|ej) / (inte|ej) ~ (svarar|svarade|fungerar|fungerade)",
    "(gått|går|gick|kan|kunde|kunnat) ~ (inte|ej) ~ (hämta…|skicka…|ta emot|leverera…|visa…|lämna…) / ur funktion",
    "misslyckas / misslyckad… / misslyckats / avbröts",
    "(slutade|slutat|slutar) ~ (svara|fungera|skicka|lämna|ta emot) / stannat / stannade / hängt sig",
    "hänger sig / låst sig",
    "tappa[dr]… / instabil…",
    "ostabil… / oregelbund… / nedsatt… / begränsad tillgänglighet / svårighet… / överbelast… / timeout… / time-?out…",
    "(arbetet|arbete) ~ att ~ (återställa|åtgärda|lösa|rätta|hitta|avhjälpa|felsöka)",
    # slow
    "…svarstider / …svarstid / svarstiderna / …svarstiderna / långsam… / trög… / seg / segt / sega / dröjer",
    "dröjde / väntetider",
    "fördröj… / försena… / försening… / köas / köade / eftersläp…",
    # what is wrong with the data
    "saknade / försvunn… / saknas / saknades / saknats / uteblir / uteblev / utebliv… / dubbl… / dubletter",
    "ofullständig…",
    "tomma svar / tomt svar",
    "(får|fick|fått|kommer|kom|kommit|ger|gav|lämnar|lämnade) ~ (inga|ingen|inget|inte) ~ (svar|uppgifter|fil…|"
    "aviseringar|fram|information)",
    "inte kommit fram",
    "(skickades|levererades|lämnades|visades|aviserades) ~ (två gånger|igen av misstag|av misstag|inte)",
    "(har|hade) ~ (inte|ej) ~ (skickats|levererats|kommit|körts|kunnat) / gick inte i ?väg / uteblivit / förväxla…",
    "(i|under|från|sedan) gårdagens körning / fortfarande inga / av misstag / ska inte användas / läs inte in",
)
CALLED_OFF = words(
    "ställs ~ in / ställas ~ in / ställts ~ in / ställer ~ in / ställt ~ in / inställ(d|t|da) / avlys…",
    "avblås… / avboka…",
    "utgår / utgått / blir ~ (inte|ej) av / blev ~ (inte|ej) av / strukit… / stryks / struk(en|et|na)",
    "annuller… / återkalla…",
    "(genomförs|utförs|görs|sker|behövs|krävs) ~ (inte|ej)",
    "(inte|ej) längre ~ (aktuell…|nödvändig…|planera…|behövs|göra)",
    "(inte|ej) ~ (att )?(genomföras|utföras|göras|äga rum) / (inte|ej) ~ (genomföra|utföra) / dras tillbaka",
    "dragits tillbaka",
    "(inget|ingen) ~ (underhåll…|servicefönst…|driftstopp…|avbrott|stopp|uppgradering|systemhelg|nedtid|omstart) ~ den",
    "ingen (uppgradering|systemhelg|omstart) / avbeställ… / avstyrts / faller bort / skippas / hoppas över",
)
MOVED = words(
    r"(fram)?flytta(s|t|ts|d|de|des|r)?" + TIME_FOLLOWS,
    "framflytta… / framskju… / uppskju… / skjuts / skjutits / skjuts ~ (upp|fram) / sköts ~ (upp|fram)",
    "skjuter ~ (upp|fram)",
    "skjuta ~ (upp|fram) / senarelägg… / senarelagd… / senarelagt… / senarelades / tidigarelägg…",
    "tidigarelagd… / tidigarelagt…",
    "tidigarelades / omplanera… / ombokad… / ombokas / bokas om / bokats om / byter (dag|datum|tid|helg)",
    "byta (dag|datum|tid)",
    "förskju… / nytt ~ datum / ny ~ (dag|tidpunkt) / ny tid / nya (tider|datum) / nytt ~ (klockslag|tillfälle)",
    "ny start…",
    "ändra(d|t|de|ts|s) ~ (tid…|datum|dag|tidpunkt|servicefönst…|servicehelg…|systemhelg…|start…|underhåll…|"
    "driftstopp…)",
    "(tid…|datum…|dagen|servicefönst…|tidpunkten) ~ (ändras|ändrats|har ändrats|är ändra…) / flyttat / flyttad",
    "(sker|görs|genomförs|utförs|äger rum|blir|börjar|startar|hålls|inleds|är|slutar|avslutas|stängs) ~ (i ?stället)",
    "i ?stället för (den|kl|klockan|som) / i ?stället för (mån|tis|ons|tors|fre|lör|sön)dag…",
    "i ?stället (gäller|är)",
    "tidigare start / senare start / flyttat datum",
    "(börjar|startar|inleds) ~ (tidigare|senare) än / skulle ~ ha (gjorts|skett|genomförts|utförts)",
)
_DENIED = words(
    "(inga|ingen|inget|utan|inte|ej|inte haft|aldrig) ~ (…störning…|…avbrott…|…stop(p|pet)?|nedtid|nertid|"
    "…problem|fel|driftpåverkan)",
    "(…störning…|…avbrott…|…problem) ~ kan ~ (förekomma|uppstå|inträffa|märkas)",
    "risk för ~ (…störning…|…avbrott…|fel)",
    "kan ~ (förekomma|uppstå|inträffa|innebära|medföra|ge|leda till|bli) ~ (…störning…|…avbrott…|…svarstider|fördröj…)",
    "kan ~ (förekomma|uppstå) ~ (korta|mindre|enstaka) ~ (…störning…|…avbrott…)",
    "(inga|inget|ingen) ~ (uppgifter|uppgift|data|information|meddelanden|svar) ~ (gått förlora…|förlora…|tappa…|"
    "påverka…)",
    "(mindre|korta|kortare|enstaka) ~ (störning…|avbrott…) kan / kan ~ (misslyckas|dröja|störas|påverkas)",
    "kan ~ ha störningar",
    "(vid|om) ~ (akuta|eventuella|akut) ~ (fel|problem|störning…) / vid (fel|problem|frågor|störning…)",
    "(om|när) (du|ni|någon) ~ (problem|fel|felmeddelande…|störning…) / rätta till fel / hitta fel / felanmälan",
    "(beskrivs|publiceras|samlas|samlar|hittar|finns|information om) ~ (…störning…|…avbrott…) ~ (på|sida…|här)",
    "(…störning…|…avbrott…|driftinformation…) ~ (beskrivs|publiceras|samlas|finns|hittar) / vid akuta fel",
    "(ändrings|förändrings|drift|driftsättnings|kod)-?stopp(et)? (över|under|från|mellan|gäller|inför|kring)",
    "(ny|nya|nytt|fler|ytterligare|övriga|följande|inför|införs|ändrad…) ~ fel(kod|text|meddelande)(er|en|et|erna)?",
    "fel(kod|text|meddelande)(er|en|et|erna|na)? ~ (betyder|inför|införs|tas bort|utgår|läggs till|tillkommer|ändras)",
    "(lista…|kodlista…|förklaring…|betydelse…) ~ felkod… / felanmäl(er|an|ningar|ningen)",
    "(anmäler|anmäla|rapportera|rapporterar (du|ni)) ~ (fel|problem|…störning…|…avbrott…)",
    "(frys…|ändringsstopp…|förändringsstopp…|driftsättningsstopp…|kodstopp…|frysperiod…)",
)
_MISSPELT_DISTURBANCE, _MISSPELT_OUTAGE = re.compile("|".join(_DISTURBANCE)), re.compile("|".join(_OUTAGE))
_ASKED = re.compile(r"\W*(?:hur|vad|vem|vart|vilk\w+|när|var|kan|ska|får|behöver|måste|finns|går)\b[^.!\n]*\?\W*$")
_SUPPOSED = re.compile(
    r"\W*(?:så (?:här )?(?:informerar|anmäler|rapporterar|gör|hanterar|kontaktar|arbetar)|med [^.\n]* menar)\b"
    r"|\W*(?:om|ifall|när (?:du|ni|det|någon) (?:får|ser|har|är|blir|märker|upptäcker|uppstår))\b"
    r"[^.\n]*?\b(?:fel|problem\w*|\w*störning\w*|\w*avbrott)\b[^.\n]*?"
    r"\b(?:(?:ska|bör|måste) (?:du|ni|man)|(?:du|ni|man) (?:ska|bör|måste)|kontakta\w*|ring|vänd|anmäl)\b"
    r"|\W*(?:är det|uppstår|inträffar|(?:får|har|ser|märker|upptäcker|misstänker) (?:du|ni))\b[^.\n]*?"
    r"\b(?:fel|problem\w*|\w*störning\w*|\w*avbrott)\b[^.\n]*?\b(?:kan|ska|bör|måste|kontakta\w*|ring|vänd|anmäl|gör)\b"
)
_STAFF = words(
    "…kontor(et|en)? / …support(en|ens)? / servicedesk(en)? / kundtjänst(en)? / kundcenter / växel(n)?",
    "reception(en)?",
    "telefon… / telefontid… / webbplats(en)? / informationssida… / bemann… / kansli(et)? / huset",
)
_IN_DOUBT = words(
    "just nu / för närvarande / nu / sedan / tyvärr / i dag / i natt / i morse / har ~ (haft|fått|varit)",
    "felsök… / undersöker",
    "var / blev / hade / gick / kunde / pågick / låg / drabbade… / uppstod / inträffade / stod / varade",
)
_DELAYS = words("försena… / försening… / fördröj… / dröjer / dröjde")
_WAS = words(
    "var / blev / hade / gick / kunde / pågick / låg / drabbade… / uppstod / inträffade / stod / varade",
    "svarade / …ades",
    "uteblev / fungerade / berodde / orsakades / har ~ fungerat",
)
_WORKING = words("arbetet? (i|på|av|med)")
_GOING_LIVE = words(
    "driftsätt… / produktionssätt… / uppgrader… / uppdatera… / versionsbyte… / stängs / stängning… / stänger",
    "stänga / stängd / stängt",
)
"""What is done with a version, which is no work on the service as such."""
_PLANNED_ON_A_RELEASE_PAGE = words(
    "servicefönst… / …underhåll(et)? / driftstopp… / systemhelg… / servicestopp… / driftuppehåll…",
    "planera… ~ (avbrott|stopp)",
    "är ~ (stängd|stängt|avstängd|avstängt|nere|otillgänglig…|onåbar…) / (inte|ej) ~ (tillgänglig…|nås)",
    "(går|kan) ~ (inte|ej) ~ att ~ (nå|ställa|hämta|få svar|skicka|söka)",
)


def clean(folded: str) -> str:
    """The text without what it only denies, allows for, asks or supposes: "inga kända störningar"."""
    if _ASKED.match(folded) or _SUPPOSED.match(folded):
        return " "
    return _DENIED.sub(" ", _MISSPELT_OUTAGE.sub("avbrott", _MISSPELT_DISTURBANCE.sub("störning", folded)))


def about_staff(sentence: Sentence) -> bool:
    """Whether a sentence is about people and their hours, and not about a service."""
    staff = _STAFF.search(sentence.folded)
    if staff is None:
        return False
    mentions = [mention for mention in sentence.services if mention.start < staff.start()]
    return not mentions or STANDSTILL.search(sentence.folded[: staff.start()]) is None


def is_work(sentence: Sentence) -> bool:
    """Whether a sentence speaks of work on a service, or of its standing still."""
    if about_staff(sentence):
        return False
    told = clean(sentence.folded)
    return WORK.search(told) is not None or STANDSTILL.search(told) is not None


def matter_of(passage: Passage) -> Matter | None:
    """Whether an item tells of planned work or of a disturbance; None when of neither.

    The first sentence that leaves no doubt decides, beginning with the heading; then the first that makes one likely.
    """
    heading = passage.folded_heading
    if FAULT.search(heading) and _DENIED.search(heading) and not FAULT.search(clean(heading)):
        return None
    moments = moments_of(passage, "ahead")
    likely: Matter | None = None
    for sentence in (passage.heading, *passage.sentences):
        matter, sure = _matter(sentence, [m for m in moments if m.sentence is sentence], passage)
        if sure:
            return matter
        likely = likely or matter
    return likely or ("work" if is_calendar(passage) else None)


def _matter(sentence: Sentence, moments: list[Moment], passage: Passage) -> tuple[Matter | None, bool]:
    if about_staff(sentence) or find_recurrences(sentence.text):
        return None, False
    said = _GOING_LIVE.sub(" ", sentence.folded) if sentence.versions else sentence.folded
    known = (_PLANNED_ON_A_RELEASE_PAGE,) if passage.page.kind == "release" else (WORK, STANDSTILL, _WORKING)
    if any(pattern.search(said) for pattern in known) and _replans(sentence, moments):
        return "work", True
    told = clean(said)
    work, fault, standstill = WORK.search(told), FAULT.search(told), STANDSTILL.search(told)
    if passage.page.kind == "release":
        work = standstill = _PLANNED_ON_A_RELEASE_PAGE.search(told)
    ahead = any(is_ahead(moment, passage) for moment in moments if moment.cue != "expected")
    if fault and not work:
        return "fault", not (standstill and ahead)
    if work and fault and not FAULT.search(_DELAYS.sub(" ", told)):
        return "work", True
    if work and fault:
        return ("work" if ahead else "fault"), ahead or not sentence.in_heading
    if work:
        return "work", not _finished(told)
    if not standstill:
        return None, False
    if ahead:
        return "work", not sentence.in_heading
    if moments and _WAS.search(told):
        return "fault", True
    if re.search(r"\bkan\b", told) or (moments and not _IN_DOUBT.search(told) and not sentence.in_heading):
        return "work", False
    if sentence.in_heading and not _IN_DOUBT.search(told):
        return None, False
    return "fault", _WAS.search(told) is not None or bool(moments)


def _replans(sentence: Sentence, moments: list[Moment]) -> bool:
    """Whether a planned standstill is moved or called off: then it is no disturbance."""
    if MOVED.search(sentence.folded) and not FAULT.search(clean(sentence.folded)):
        return True
    return CALLED_OFF.search(sentence.folded) is not None and any(m.cue != "aside" for m in moments)


def _finished(told: str) -> bool:
    return re.search(r"\b(?:genomför[td]\w*|avslut\w*|slutför\w*|klar[ta]?)\b", told) is not None


def is_ahead(moment: Moment, passage: Passage) -> bool:
    """Whether a moment lies ahead of the item's stamp; on the very day when its words do not speak of what has been."""
    when, stamp = moment.when, passage.stamp or passage.reference.on
    last = when.end or when.start
    if last is None or stamp is None or moment.cue == "aside" or _since(moment):
        return False
    if isinstance(last, datetime) and isinstance(stamp, datetime):
        return last.replace(tzinfo=None) > stamp.replace(tzinfo=None)
    day, today = day_of(last), day_of(stamp)
    return day > today or (day == today and _WAS.search(moment.sentence.folded) is None and not _since(moment))


def _since(moment: Moment) -> bool:
    return re.search(r"\bsedan\b", moment.sentence.folded[: moment.end]) is not None


def is_calendar(passage: Passage) -> bool:
    """Whether an item on an operations page is a bare list of days under a year or a name of the calendar."""
    heading = passage.folded_heading
    if passage.page.kind != "drift" or not passage.sentences:
        return False
    if not re.fullmatch(r"(?:år )?20\d\d\W*|\w*kalender\w*.{0,30}", heading):
        return False
    return any(is_line(moment) for moment in moments_of(passage, "ahead"))


def is_line(moment: Moment) -> bool:
    """Whether a moment is an entry of a list: a row, a list item, or a line that is little more than a date."""
    block = moment.sentence.block
    if block is None:
        return False
    if block.kind in ("row", "list_item"):
        return True
    rest = len(moment.sentence.text.strip()) - (moment.end - moment.start)
    return moment.sentence.text.strip() == block.text.strip() and rest <= 45


# --- of what, and where --------------------------------------------------------------------------------------------


def service_of(passage: Passage, sentence: Sentence, pattern: re.Pattern[str] | None = None) -> str:
    """The service a sentence is about: the nearest to the words of `pattern` in it, else that of the heading or text.

    Where the page's own stands in one enumeration with others, it is its own.
    """
    told = [s for s in _order(passage, sentence) if _ours(s, passage)]
    for candidate in told:
        mentions = [m for m in candidate.services if m.service in AGENCY_SERVICES or m.service == passage.own]
        mentions = _touched(mentions, candidate)
        if not mentions:
            continue
        if len({m.service for m in mentions}) == 1:
            return mentions[0].service
        if any(m.service == passage.own for m in mentions) and _enumerated(mentions, candidate):
            return passage.own
        key = pattern.search(candidate.folded) if pattern is not None else None
        if key is None:
            return mentions[0].service
        return min(mentions, key=lambda m: m.start - key.end() if m.start >= key.end() else key.start() - m.end).service
    return passage.own


def _order(passage: Passage, sentence: Sentence) -> list[Sentence]:
    """Where to look for the service: in the sentence, in the heading, then from the top."""
    rest = [other for other in passage.sentences if other is not sentence]
    return [sentence, passage.heading, *rest] if not sentence.in_heading else [sentence, *rest]


def _ours(sentence: Sentence, passage: Passage) -> bool:
    return any(mention.service in AGENCY_SERVICES or mention.service == passage.own for mention in sentence.services)


def _touched(mentions: list[ServiceMention], sentence: Sentence) -> list[ServiceMention]:
    """The mentions without those in a clause that says that they are not touched."""
    return [
        mention
        for mention in mentions
        if not any(
            UNTOUCHED.search(clause.folded)
            for clause in sentence.clauses
            if clause.start <= mention.start < clause.start + len(clause.text)
        )
    ]


def _enumerated(mentions: list[ServiceMention], sentence: Sentence) -> bool:
    return all(
        re.fullmatch(r"\s*(?:,|och|samt|/|och i|&|, och)\s*(?:i |av )?", sentence.folded[one.end : other.start])
        for one, other in pairwise(mentions)
    )


def environment_of(passage: Passage, sentence: Sentence | None = None) -> Environment | None:
    """The environment something happens in, where the words name exactly one; one that is said to be untouched is none.

    The sentence itself tells, else the heading, a label ("Miljö: test"), or a sentence that says what all is about.
    """
    for text in (sentence, passage.heading):
        if text is not None and (found := _environment(text)):
            return found
    for other in passage.sentences:
        told = re.match(
            r"(?:miljö|gäller|avser|berör|påverkar)\b|(?:det|detta|avbrottet|störningen|bytet) (?:gäller|avser)",
            other.folded,
        )
        if told and (found := _environment(other)):
            return found
    labels = [s.folded.strip(" :") for s in passage.sentences]
    if "miljö" in labels[:-1]:
        return _environment(passage.sentences[labels.index("miljö") + 1])
    named = {found for other in passage.sentences if is_work(other) and (found := _environment(other))}
    return named.pop() if len(named) == 1 else None


def _environment(sentence: Sentence) -> Environment | None:
    told = " ".join(clause.folded for clause in sentence.clauses if not UNTOUCHED.search(clause.folded))
    test, production = TEST_ENVIRONMENT.search(told), PRODUCTION_ENVIRONMENT.search(told)
    if re.match(r"(?:kund|acceptans)?test\b", told):
        return None if production else "test"
    if test and not production:
        return "test"
    return "production" if production and not test else None


def quote(passage: Passage, sentence: Sentence) -> str:
    """The words of a sentence as evidence."""
    return passage.item.heading if sentence.in_heading else sentence.text


def hour_and_day(moment: date | datetime) -> str:
    """A moment in figures, for a derivation."""
    return moment.strftime("%Y-%m-%d kl. %H.%M") if isinstance(moment, datetime) else moment.isoformat()
