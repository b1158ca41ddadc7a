"""The words that claims turn on, as lists of Swedish phrases: this is where a new turn of phrase is taught.

A phrase is written as it stands on a page, in lower case and with plain dashes and spaces. `…` stands for any part of
a word ("avveckl…"), ` ~ ` for up to four words in between, `(a|b)` for a choice, `(a)?` for what may be missing, and
` / ` parts one phrase from the next. Anything else of the regular expressions works as well.
"""

from __future__ import annotations

import re

from monitor.words import slips_of

_WORD = r"[^\s.;:]+"


def words(*lines: str) -> re.Pattern[str]:
    """A pattern that finds any of the phrases, as whole words."""
    alternatives = "|".join(_pattern(phrase.strip()) for line in lines for phrase in line.split(" / "))
    return re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)")


def _pattern(phrase: str) -> str:
    plain = re.sub(r"(?<!\\)\((?!\?)", "(?:", phrase)
    plain = plain.replace(" ~ ", rf" (?:{_WORD} ){{0,4}}?")
    if plain.endswith(" ~"):
        plain = plain[:-2] + rf"(?: {_WORD}){{0,4}}?"
    return plain.replace("…", r"\w*")


# --- where ---------------------------------------------------------------------------------------------------------

TEST = words(
    "…testmiljö…",
    "kundtest…",
    "acceptanstest…",
    "acceptansmiljö…",
    "utbildningsmiljö…",
    "shs[ -]?ref",
    "ref(erens)?miljö…",
    "testsystem…",
    "verifieringsmiljö…",
    "i test(en)?",
    "för test",
    "testas?",
)
"""The agency's environments for those who try out their clients."""

PRODUCTION = words("produktion…", "skarp… (drift|miljö…)", "driftsätt…", "i drift")
"""The real thing."""

TEST_ENVIRONMENT = TEST
GOES_TO_TEST = words(
    "(driftsätt…|installera…|släpp…|lansera…|rulla…|läggs|sätts|tas i drift) ~ (i|till) (vår |er |en |"
    "den )?(…testmiljö…|kundtest…)",
    "(driftsätt…|installera…|släpp…|lansera…|rulla…|läggs|sätts|tas i drift) ~ (i|till) (vår |er |en |"
    "den )?(acceptanstest…|test|ref…)",
)
"""A version that is put into a test environment goes live nowhere."""

PRODUCTION_ENVIRONMENT = PRODUCTION

UNTOUCHED = words(
    "(påverkas|berörs|omfattas|störs) ~ (inte|ej) / (inte|ej) ~ (påverkas|berörs|omfattas) / opåverka… / "
    "(påverkar|berör) ~ (inte|ej)",
    "är ~ som vanligt / fungerar ~ som vanligt / ingen påverkan på / är inte berör…",
)
"""Something is not concerned."""

# --- what closes a version ------------------------------------------------------------------------------------------

CLOSES = words(
    *slips_of("stängs", "stängas", "stängning", "stängningen", "avvecklas"),
    # the verb and its compounds: stängs, stänger ned, nedstängd, har stängts
    "(ned|ner|av|in)?stäng(s|as|er|a|t|d|da|de|des|ts)",
    # the noun and its compounds: stängning, stängningsdatum, versionsstängning
    "…stängning…",
    "avveckl…",
    "upphör… / upphört",
    "sluta(r|de|t)? [^.]{0,40}(fungera|svara|gälla|stödjas|besvaras)",
    "(ned|ner)?släck(s|as|er|a|t|ta|te|tes|ts) / …släckning…",
    "fasa(s|r|t|d|de|des|ts)? ~ ut / utfas…",
    # laid down, taken down, wound down
    "lägg(a|er|s|as) ~ ne[rd] / (lades|lagts|lagt|lade) ~ ne[rd] / ne[rd]l(agd|agda|ägg…)",
    "lägg(a|er|s|as) ~ i malpåse / (lagts|lades) ~ i malpåse",
    "(ta|tas|tar|tagits|tagit|togs|tog|plockas|plockar) ~ ne[rd] / ne[rd]ta(gen|gna|gning…)",
    "montera(s|r|des|ts)? ~ ne[rd] / nedmonter…",
    "koppla(s|r|de|des|ts|t)? ~ (ne[rd]|bort|ur|från) / (ned|bort|ur|från)koppl…",
    # taken out of service, taken away
    "(ta|tas|tar|tagits|tagit|togs|tog|tagen|tagna) ~ (ur|ut ur) (drift|bruk|produktion|tjänst)",
    "plocka(s|r|des|ts)? ~ bort",
    "(ned|ut|av|in)?mönstra(s|r|des|ts|d)? ~ ut / utmönstra…",
    "(av|in|de)aktivera(s|r|des|ts|d|t)",
    "avinstallera… / spärra(s|r|des|ts|d|t)",
    # figures of speech
    "pensioner… / går i pension / skrota(s|r|des|ts|t)? / skrotning…",
    "(går|gått|gick) i graven / tjänat ut / begrav(s|er) / tacka(s|r|de)? ~ av / är historia",
    "(dra|drar|drog|dragit) ~ ur (sladden|kontakten|proppen) / (sätter|sätts) ~ punkt för / sjunger på sista versen",
    "…end of life / eol / slutdatum…",
    "(når|nått|nådde) slutet / tar slut / (är|blir) (det )?slut (på|med|för) / "
    "slut(et)? (på|för) (version… )?v?[\\d.]+",
    "sista (dag…|datum…|anropsdag…) (för|att|då|som|med|blir|är)",
)
"""Words of closing, whatever their tense."""

NO_LONGER = words(
    "(inte|ej) längre ~ (stöd…|använda…|anropa…|nås?|svara…|fungera…|finnas|tillgänglig…|tillåt…|accepter…|besvara…)",
    "(stöds|stöder|svarar|fungerar|finns|används|accepteras|besvaras|tillåts|kan|går) ~ (inte|ej) ~ längre",
    "(stöds|svarar|fungerar|finns|används|kan|går) (det )?(inte|ej) längre",
    "anrop ~ (avvisas|nekas|blockeras|stoppas)",
)
"""What can no longer be done with a version: it closes, or has closed."""

UNUSABLE = words(
    "(kan|går) ~ (inte|ej) ~ (använda|användas|anropa|anropas|nå|nås)",
    "(fungerar?|svarar?|stöds|stödjas|besvaras|tillåts|accepteras|finns) ~ (inte|ej)",
    "(inte|ej) ~ (fungera|svara|stödjas|besvaras|kunna användas|kunna anropas|vara tillgänglig)",
)
"""What cannot be done with a version from a day on; without a day it is a disturbance."""

OPEN_UNTIL = re.compile(
    # "hålls öppen till", "finns kvar till och med", "är tillgänglig fram till"
    r"\b(?:(?:håll(?:s|as|er)|är|vara|förblir|finns|finnas|ligger|ligga|bli|blir)\b(?:[^.]|"
    r"\.(?=\d)){0,40}?\b(?:öppen|öppna|"
    r"kvar|vidare|"
    r"tillgänglig\w*|i drift|igång)"
    # "lever vidare till", "kan användas till", "stöds till och med"
    r"|lev(?:er|a)(?: vidare| kvar)?|(?:kan|går|får) (?:\w+ ){0,2}(?:använda|användas|anropa|anropas|"
    r"köra)\b(?:[^.]|\.(?=\d)){0,40}?"
    r"|stöds|stöder|förvaltas|stödet för)\b(?:[^.]|\.(?=\d)){0,40}?\b(?:till|t\.?\s?o\.?\s?m|tom|fram till)\b"
)
"""Open until a day: the other way to say that it closes then."""

CLOSED = words(
    "(ned|ner|av)?stängdes",
    "(ned|ner)?stängde",
    "har ~ (ned|ner|av)?stängts?",
    "har ~ (avvecklats|avvecklat|släckts|släckt|upphört|fasats ut|lagts ne[rd]|pensionerats)",
    "har ~ (tagits|kopplats|monterats|plockats|släckts|fasats) ~ (ur|bort|ne[rd]|ut)",
    "är ~ (ned|ner|av)?(stängd|stängda)",
    "är ~ (avvecklad|avvecklade|släckt|släckta|nedsläckt|ne[rd]lagd|ne[rd]lagda|borttagen)",
    "avvecklades",
    "upphörde",
    "släcktes",
    "fasades ut",
    "lades ne[rd]",
    "togs ~ (ur|bort)",
    "slutade",
    "kopplade(s)? ~ (ne[rd]|bort|ur) / (monterades|plockades|togs) ~ ne[rd]",
    "(är|har) ~ (nedtagen|nedtagna|nedmonterad|bortkopplad|urkopplad|frånkopplad|utfasad|avaktiverad|tagen ur drift)",
    "(stängd|nedtagen|nedlagd|avvecklad|nedsläckt|avstängd|nedkopplad)(?= (sedan|den|\\d))",
    "…stängning… ~ (gjordes|skedde|genomfördes|verkställdes)",
    "…stängning… är (nu )?(genomförd|gjord|klar)",
)
"""It has happened."""

# --- what puts a version into production ----------------------------------------------------------------------------

RELEASES = words(
    *slips_of("driftsätts", "driftsättning", "driftsättningen", "driftsattes"),
    "driftsätt…",
    "driftsatt…",
    "produktionss?(ä|a)tt…",
    "produktionsätt…",
    "driftstart…",
    "produktionsstart…",
    "i (skarp )?(produktion|drift)",
    "(ta|tas|tar|tagits|tagit|togs|tog) ~ i (skarp )?(drift|bruk|produktion)",
    "(sätts|sätter|satte|sattes|sätta|sättas) ~ i (skarp )?(drift|produktion)",
    "lanser…",
    "släpp(s|er|te|tes|ts|a|as|t)?",
    "(går|gick|gå) ~ (live|i produktion|i drift)",
    "inför(s|des|ts|er|as|a)?",
    "införande…",
    "ny(a)? (…version…|versioner…)",
    "release…",
    "(blir|finns|är|blev|bli) ~ (tillgänglig…|i drift|igång|ute|på plats|live)",
    "öppna(r|s|des|de|ts)?",
    "rulla(r|s|des|ts)? ~ ut",
    "utrullning…",
    "uppgraderas till",
    "ersätt(er|a)",
    "kommer (ut )?(den|i|under|till|vecka|nästa|efter|först|tidigast|senast)",
    "start(ar|as|ade|ades|a)?",
    "(går|gick) ut",
    "planera… (till|att|för)",
    "publicera(s|des|ts|r)",
    "leverera(s|des|ts|r)",
    "…övergång… till / (går|gick|gå) (vi|alla|tjänsten) ~ över till",
    "(kör|körs|kördes|köra|drar|dras|drogs) ~ (i ?gång|ut|igång) / sjösätt… / sjösatt… / (går|gick) i luften",
    "(ges|ge|gavs|getts) ut / aktivera(s|r|des|ts) / tillgängliggör… / börja(r|de)? (att )?(gälla|användas|användes)",
)
"""Words of a version coming into production, whatever their tense."""

CONTAINS = words(
    "ingår",
    "innehåll…",
    "innefatt…",
    "bygger på",
    "använd(er|s)",
    "anropar",
    "omfatta…",
    "hämta…",
    "går ~ (mot|över till)",
    "med (lefi|csn|af)",
    "bastjänst…",
    "baseras på",
    "nytt i / nyhet… / anropas",
)
"""What a version is made of."""

CURRENT = words(
    "är ~ (aktuella?|gällande|senaste|nuvarande) version…",
    "(aktuell|gällande|nuvarande|senaste) version(en)? (av \\S+( online)? )?(är|:)",
    "(aktuell|gällande|nuvarande) version(en)?:",
)
"""The page calls a version the current one."""

NO_RELEASE = words(
    "ing(en|a|et) (ny… )?(version|versioner|release|releaser|driftsättning)(?! \\d)",
    "(inte|ej) ~ (ny version|någon version|nya versioner|nytt versionsnummer)",
    "utan (att )?(… )?(ny version|versionsbyte)",
)
"""There is no new version."""

# --- how a day changes ----------------------------------------------------------------------------------------------

MOVES = words(
    "(hinner|hinns) ~ (inte|ej) / (inte|ej) (hinner|hinns) / (inte|ej) ~ (blir|bli|är) ~ (klar|färdig)…",
    "(senare|tidigare)lägg…",
    "(senare|tidigare)lagd…",
    "(fram)?flytta(s|t|d|de|des|ts|r)?",
    "framflytt…",
    "(skjut|skjuts|skjuter|skjuta|skjutas|skjutit|skjutits|sköts) ~ (upp|fram|framåt|på|till)",
    "(upp|fram)skj…",
    "uppskov",
    "förläng…",
    "förskj…",
    "omplanera…",
    "försena…",
    "dröj…",
    "(ändra|ändras|ändrar|ändrat|ändrad|ändrats|ändrades|justeras|justerat) ~ (…datum…|…dag|…dagen|tid…)",
    "(…datum…|tidplan…|…dagen) ~ (ändras|ändrat|ändrats|ändrades|justerats)",
    "(ny|nytt|nya) ~ (…datum…|…dag|tidpunkt…|tidplan…|dagen)",
    "(stängs|stängning…|driftsätt…|släpps|lanseras) ~ (senare|tidigare) än",
    "(senare|tidigare) än ~ (meddelat|planerat|aviserat|sagt|beslutat|angett)",
    "(får|måste) ~ vänta till",
    "(får|ska|kan) ~ (leva|vara kvar|finnas kvar|vara öppen) ~ längre",
)
"""A day becomes another day, or is put off."""

INSTEAD = re.compile(
    r"(?<!använd )(?<!byt )\bi ?stället(?: först| redan)?(?: den| till| under| i| vecka| på|,)?\b(?! version|"
    r" för version| använ| ska ni| behöver)|"
    r"\bistället\b(?= (?:den|till|först|under|i|vecka) )"
)
"""A day instead of another; not a version instead of another."""

PUT_OFF = words(
    "(?<!något )(nytt|ett nytt|ny|nya) ~ (…datum…|tid|tidpunkt|tidplan|…dag) ~ "
    "(meddela…|återkom…|kommer|beslut…|sätts|satts|fastställ…|bestäm…|ännu|senare|annonser…|publicer…|informera…)",
    "(återkommer|meddelar|informerar|återkomma) ~ (…datum…|tidplan…|ny dag|ny tid)",
    "(…datum…|tidplan…) ~ (återkommer vi|meddelar vi|informerar vi)",
    "skjut… ~ tills vidare",
    "(vilar|vilande|pausa…|stoppa…|avvakta…|uppskj…) ~ tills vidare",
    "(?<!kvar )(?<!öppen )(?<!öppna )(tills vidare|på obestämd tid)",
    "på framtiden",
    "vilande",
    "pausa(s|r|d|t|de|des|ts)?",
    "(vänta|väntar|avvakta|avvaktar|avvaktas|väntas) ~ med",
    "(hör av oss|återkommer|meddelar|berättar|informerar|meddelas|återkomma) ~ när",
    "när ~ (bestämt|beslutat|satt) ~ (ny|nytt) / talar vi om ~ (när|här|det)",
    "så (snart|fort) (vi|det) ~ (vet|finns|är) / när ~ (blir|kan ske) ~ (inte|ännu|senare)",
    "(vet|kan) ~ (inte|ännu) ~ (när|svara)",
)
"""It will happen another day, which is not yet known."""

WITHDRAWS = words(
    "(ställs|ställts|ställer|ställas|ställa|ställdes) ~ in",
    "inställ(d|t|da|das|ts)",
    "(dra|dras|drar|dragits|dragit|drogs) ~ tillbaka",
    "tillbakadrag… / (tar|tagit|tog|tas|tagits) ~ tillbaka",
    "avblås… / uteblir / uteblev / uteblivit",
    "bli(r)? ~ (inte|ej) av",
    "(inte|ej) längre aktuell…",
    "slopa…",
    "återkalla…",
    "återta…",
    "upphäv…",
    "upphävt",
    "skrinl…",
    "(stryks|strukits|struken|strukna|stryker|struket)",
    "annuller…",
    "avbryt…",
    "avbrutits",
    "backa(r|t|s)? ~ från",
    "rivs? upp",
    "avstå(r|tt)? ~ från",
    "inte (kommer|ska) bli av",
)
"""What was announced will not happen."""

OLD = re.compile(
    r"\b(?:tidigare|ursprunglig\w*|förut|först|från början|sedan tidigare|"
    r"dittills)\b[^.]{0,50}\b(?:kommunicer\w*|meddela\w*|"
    r"avisera\w*|annonser\w*|angiv\w*|angett|angivet|angav|planera\w*|informera\w*|publicera\w*|beslut\w*|sagt|"
    r"datum\w*|stängnings\w+|"
    r"utlova\w*|besked\w*|skrivit|gått ut)|"
    r"\b(?:har|hade) (?:\w+ ){0,12}(?:kommunicer\w*|meddelat|aviserat|annonserat|informerat|angett|sagt)\b|"
    r"\b(?:skrev|sa|sade|meddelade|angav|aviserade|informerade|lovade|uppgav) vi\b|\bvi (?:skrev|sa|sade|lovade) att\b|"
    r"\btidigare (?:var|gällde|angavs|stod|löd)\b|\b(?:angav|meddelade|aviserade|planerade|uppgav|sa|"
    r"sade)s? (?:vi )?(?:tidigare|förra)\b|\bgäller (?:inte|ej) längre|"
    r"\bskulle (?:ha |egentligen |ursprungligen )*(?:stäng\w*|avvecklas|upphör\w*|sluta|ske|släckas|"
    r"driftsätt\w*|driftsatt\w*|produktionss[äa]tt\w*|satts|sättas|börja\w*|öppna\w*|komma|varit|ägt rum|"
    r""
    r"släpp\w*|lanser\w*|inför\w*|tas|tagits|gå|kommit)|"
    r"\b(?:det )?(?:tidigare|gamla|ursprungliga|förra) (?:datumet|\w*datumet|dagen|beskedet|planen)|"
    r"\bvar (?:tidigare |först |från början )?planera\w*"
)
"""What was said before and may no longer hold."""

PLANNED = words(
    "planering(en)?",
    "plan(en|er|erna|eras?|erad|erat|erade|erar)?",
    "preliminär…",
    "prel",
    "avse[rs]?",
    "avsikt…",
    "tänkt…",
    "tänker",
    "mål(et|sättning…)",
    "sikta…",
    "inrikt…",
    "förvänta…",
    "vänta(s|des)",
    "beräkna(s|d|t|de|r)?",
    "trolig(en|tvis)",
    "sannolikt",
    "förhoppning…",
    "hoppas",
    "föresl…",
    "förslag…",
    "räkna(r|s) med",
    "ämnar",
)
"""It is meant, not decided."""

DECIDED = words("besluta(t|d|de|ts|des)?", "beslut(et)?", "fastställ…", "definitiv…", "bestämt")
"""It is decided, whatever else the words say of plans."""

UNDECIDED = words(
    "(inget|inga|ingen) ~ (beslut|datum|planer|stängning…|…plan)",
    "(inte|ej) ~ (besluta…|fastställ…|bestäm…|inplanera…|planera…|satt)",
)
"""There is no decision or plan."""

ASKS = re.compile(
    r"\b(?:fråg\w+|undra\w*|huruvida)\b|\b(?:besluta|bestäm|fastställ|veta?|vet|klar|oklar)\w* (?:om |när |"
    r"huruvida )|\?\s*$"
)
"""A question, not a statement."""

CONDITIONAL = re.compile(r"^\s*(?:annars|i annat fall|om (?:ni|du|man|inte)\b|den som inte|de som inte|i så fall)")
WINDOW = words(
    "underhåll(s…|et|sarbete…)?",
    "servicefönst…",
    "driftstopp…",
    "planera… (stopp|avbrott)",
    "tillfällig…",
    "under tiden",
    "uppgradering…",
    "öppna… igen",
    "åter öpp…",
)
"""Something closes for a while and opens again."""
