# ruff: noqa: E501 - alternatives are easier to survey side by side than one under the other
"""The words by which a page's parts are known, whatever element they stand in.

Each pattern is matched against folded text (`monitor.words.fold`): lower case, plain dashes and blanks.
"""

from __future__ import annotations

import re


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


SHELL_LINE = _any(
    r"(?:gå|hoppa) (?:direkt )?till (?:huvud)?innehåll(?:et)?(?: på sidan)?", r"till innehållet?", r"skip to (?:main )?content",
    r"till (?:sidans )?topp(?:en)?", r"(?:gå )?(?:upp )?till toppen(?: av sidan)?", r"tillbaka till .{1,60}",
    r"webbinnehållsvisning(?: \(jsr 286\))?", r"web content viewer(?: \(jsr 286\))?", r"actions", r"loading\.*", r"laddar\.*",
    r"skriv ut(?: sidan)?", r"dela(?: sidan| på .{1,20})?", r"tipsa(?: en vän)?", r"lyssna(?: på sidan)?",
    r"visa (?:mer|mindre|alla|fler)", r"läs upp", r"öppna alla", r"stäng alla", r"fäll ut alla?", r"expandera alla?",
    r"visa(?: eller |/)?dölj.{0,20}", r"logga in", r"mina sidor", r"kopiera länk(?:en)?",
    r"hjälpte (?:informationen|sidan).{0,60}", r"var (?:informationen|sidan|detta).{0,60}till hjälp.{0,20}",
    r"(?:hittade du|fick du svar|svarade sidan|är du nöjd).{0,80}\?", r"lämna (?:synpunkter|feedback).{0,40}",
    r"försäkringskassans logotyp.{0,20}", r"du är här:?.{0,120}", r"tyck till.{0,40}", r"kontakta oss", r"cookies?", r"kakor",
    r"sidansvarig.{0,80}", r"till startsidan", r"skriv tabellbeskrivning här", r"huvudinnehåll", r"innehåll på (?:denna |den här )?sidan?",
    r"på denna sida", r"på den här sidan", r"©.{0,120}", r"javascript (?:är|måste).{0,120}",
)  # fmt: skip
"""Lines that belong to the portal around the text, or to a prompt that an editor left standing."""

CONTROL = _any(
    r"facebook", r"twitter", r"x", r"linkedin", r"e-post", r"rss", r"prenumerera", r"ja\b.{0,60}", r"nej\b.{0,60}", r"skicka", r"start(?:sida)?", r"upp",
    r"tillbaka", r"åtgärder", r"stäng", r"öppna", r"meny", r"sök", r"spara", r"avbryt", r"acceptera.{0,40}", r"godkänn.{0,40}", r"neka.{0,40}", r"inställningar",
)  # fmt: skip
"""Words of buttons and of links that are buttons."""

SHELL_HEADING = _any(
    r"kakor på .{1,60}", r"(?:vi|.{1,40} )?använder (?:vi )?(?:kakor|cookies).{0,60}", r"(?:om )?(?:kakor|cookies)(?: och .{1,40})?",
    r"(?:hantera )?(?:kakor|cookies|cookie-?inställningar)", r"tänk på att\.{2,}", r"keep in mind\.{2,}", r"(?:din )?webbläsare.{0,40}",
    r"dela(?: sidan| informationen)?", r"hjälpte .{1,60}\??", r"var (?:informationen|sidan|detta).{0,60}\??", r"tyck till.{0,40}",
    r"lämna (?:synpunkter|feedback).{0,40}", r"kontakt(?:a oss|uppgifter| och support)?", r"kontakta .{1,60}", r"sök(?: på .{1,40})?",
    r"meny", r"navigation", r"sidfot", r"sidhuvud", r"om webbplatsen", r"följ oss.{0,30}", r"genvägar",
    r"innehåll på (?:denna |den här )?sidan?", r"på (?:denna|den här) sidan?", r"innehållsförteckning", r"hitta på sidan",
    r"webbinnehållsvisning.{0,20}", r"web content viewer.{0,20}", r"actions", r"synpunkter.{0,40}", r"prenumerera.{0,60}",
    r"språk", r"languages?", r"logga in", r"fråga oss", r"feedback",
)  # fmt: skip
"""Headings of boxes that tell nothing of the service: never items, and neither is what stands under them."""

CONTENTS = re.compile(r"innehåll|på sidan|genvägar|snabblänkar|hoppa till|contents?|on this page")
"""Headings of a list of links within the page; nothing but such links follows."""

RELATED = _any(
    r"relaterade? (?:länkar|information|innehåll|sidor|artiklar)", r"relaterat(?: innehåll)?", r"related (?:links?|content)",
)  # fmt: skip
RELATED_WHEN_LINKS = _any(
    r"länkar(?: till .{1,60})?",
    r"(?:andra|fler) (?:länkar|sidor)",
    r"läs (?:även|också|mer)(?: om .{1,80}| på .{1,80})?:?", r"mer information(?: om .{1,80})?", r"se (?:även|också):?", r"mer om .{1,60}",
    r"hitta mer", r"vidare läsning", r"aktuellt", r"snabblänkar",
)  # fmt: skip
"""Headings of the related links; the second kind only where nothing but links follows."""

INTRO = _any(
    r"(?:på|i) (?:denna|den här) (?:webb)?sidan?\b.{0,60}\b(?:publicer|hittar|finns|finner|informer|samla|visa|lägg|presenter|kan du|får du)\w*.{0,200}",
    r"här (?:publicer|informer|samla|presenter|redovisa|lägg)\w*\b.{0,240}",
    r"här (?:hittar|finner|får) du .{0,40}\b(?:release|drift|informationen?|nyheter|version|ändring|störning)\w*.{0,200}",
    r"(?:denna|den här)? ?(?:sidan?) (?:uppdateras|innehåller|visar|listar|är till för)\b.{0,200}",
    r"(?:information|meddelanden|nyheter) om .{1,160} (?:publiceras|läggs ut|visas|hittar du) (?:här|löpande|på denna sida|på den här sidan).{0,120}",
    r"(?:sammanfattning|beskrivning) av sidan:?.{0,200}",
    r"(?:on|in) this page.{0,240}",
)  # fmt: skip
"""Standing sentences about the page itself. They may stand anywhere and belong to no announcement."""

WEAK_INTRO = _any(
    r"(?:här|nedan) .{0,240}", r"(?:för )?(?:information om )?(?:planerade |akuta )?(?:drift|release).{0,40} (?:finns|hittar du|publiceras|se) .{0,200}",
    r"prenumerera på .{0,200}", r"aktuell .{0,60} (?:finns|hittar du|publiceras) .{0,200}",
)  # fmt: skip
"""Sentences that are standing ones only where they have a container to themselves."""

SECTION = _any(
    r"(?:19|20)\d\d", r"år (?:19|20)\d\d", r"(?:pågående|kommande|planerade|tidigare|aktuella|äldre|avslutade|åtgärdade|lösta|historiska|akuta|senaste|nya)"
    r"(?: (?:och|eller) \w+)?(?: (?:drift\w*|störning\w*|avbrott|driftstopp|händelser|arbeten|servicefönster|nyheter|release\w*|meddelanden|underhåll\w*|ändringar|notiser|information|uppdateringar|driftsättningar))?",
    r"(?:pågår )?(?:just )?nu", r"arkiv", r"historik", r"nyheter", r"aktuellt", r"driftinformation(?: (?:för|om) .{1,40})?", r"releaser",
    r"driftstörningar", r"driftmeddelanden?", r"planerade driftstopp", r"meddelanden", r"releaseinformation(?: (?:för|om) .{1,40})?", r"tidigare",
)  # fmt: skip
"""Headings over a group of announcements."""

PAGE_NAME = re.compile(
    r"(?:release|drift|service|versions)?information(?: (?:för|om|från|till) .{1,60})?|(?:release|drift)-?info(?:rmation)?\b.{0,60}|nyheter om .{1,60}"
)
"""Names of the pages we read."""

YEAR = re.compile(r"(?:år )?(?:19|20)\d\d")

PART = re.compile(
    r"(?:stängning av (?:tidigare|äldre|övriga|gamla)|för dig som\b|för er som\b|till dig som\b|till er som\b|vad (?:innebär|betyder|behöver|händer|gäller|är nytt|ska)"
    r"|så (?:här|påverkas|gör)|hur (?:påverkas|påverkar|gör)|bakgrund|påverkan|konsekvens|tidplan|tidsplan|nytt innehåll|nytt i\b|innehåll\b|mer information|läs mer"
    r"|kontakt|frågor|detta innebär|förändringar?\b|ändringar?\b|schema|scheman\b|testmiljö|test\b|övrigt|uppdatering\b|åtgärd(?:er)?\b|orsak\b|datum\b|händelse\b"
    r"|berörda|vem |vilka |när |åtgärder|kom ihåg|observera|viktigt|obs\b|exempel|certifikat\b$|teknisk|dokumentation|tidpunkt|omfattning|status\b|beskrivning\b)",
)
"""Beginnings of sub-headings: they belong to the item above, also where an editor gave them the item's own level."""

OVERVIEW = re.compile(
    r"sammanställning|sammanfattning av version|översikt|versionshistorik|versionslista|versionstabell|versionsöversikt|(?:alla|våra|tjänstens|samtliga) versioner"
    r"|lista över|^versioner\b|versioner (?:av|för|i) |^versionshantering|version overview|versions?\b.{0,20}overview|livscykel",
)
VERSION_TITLE = re.compile(
    r"(?:(?:ssbtek|lefi[ -]?online|lefi[ -]?prenumeration|tjänsten)[ ,:-]*)?(?:version|v\.?) ?\d+(?:\.\d+)*(?: (?:av|för|i) .{2,40})?(?: ?\([^)]{1,60}\))?"
    r"|(?:ssbtek|lefi[ -]?online|lefi[ -]?prenumeration) \d+(?:\.\d+)*|\d{1,3}(?:\.\d+){0,2}",
)

_LIVE = r"(?:drift|produktions)(?:sättning(?:s?dat(?:um|e)|sdag|en|stillfälle)?|satt|sätts|start)(?: (?:av )?(?:i produktion|version(?:en)?|datum))?|(?:datum för )(?:drift|produktions)sättning|i (?:drift|produktion)(?: (?:sedan|från(?: och med)?|fr\.?o\.?m\.?))?|release ?datum|lanseringsdatum|(?:tas|togs|tagen) i bruk|tillgänglig (?:från|sedan)"
_CLOSED = r"stängning(?:s?datum|sdag|en)?(?: av (?:denna |den )?version(?:en)?)?|(?:datum för )stängning|stängs|stängd(?:es)?|stänger|avveckl(?:ing(?:sdatum|en)?|as|ad|ades)(?: av version(?:en)?)?|upphör|slutdatum|sista dag(?:en)?|i drift till(?: och med)?|(?:tas|togs|tagen) ur bruk"
_CONTENT = r"sammanfattning(?: (?:av )?(?:innehåll(?:et)?|version(?:en)?))?|innehåll|beskrivning|nyheter|nytt(?: innehåll)?|ändringar|omfattning|kommentar(?:er)?|status|anmärkning"
_NAME = r"version(?:snummer|en)?|(?:ssbtek|lefi[ -]?online)?[ -]?version|versioner|release"

CORE_LABEL = re.compile(rf"(?:{_LIVE}|{_CLOSED})")
LABEL = re.compile(rf"(?:{_LIVE}|{_CLOSED}|{_CONTENT})")
TITLE_LABEL = re.compile(rf"(?:{_NAME})")
INLINE_LABEL = re.compile(rf"(?P<label>{_LIVE}|{_CLOSED}|{_CONTENT}) ?(?::|-(?= )) ?(?P<value>.+)")

DATED = re.compile(
    r"(?:den |ca |cirka |prel\w*\.? |tidigast |senast )?\d|ej\b|inte\b|ingen\b|inget\b|inga\b|planer|v\.? ?\d|vecka|kvartal|(?:jan|feb|mar|apr|maj|jun|jul|aug|sep|okt|nov|dec)\w* ?\d|-|$"
)
"""How the cell of a date begins, also where it says that there is none."""

EMPTY = re.compile(
    r"(?:just nu|för närvarande|i nuläget|idag|det finns|vi har)?.{0,40}\b(?:inga|ingen|inte några|inget)\b.{0,80}\b(?:störning|avbrott|driftstopp|underhåll|driftinformation|"
    r"driftmeddelande|servicefönster|release|nyhet|ändring|planerad|information)\w*",
)
"""A page that says that it has nothing to say."""

TOPIC = re.compile(
    r"release|driftinfo|driftst|driftmedd|driftstatus|servicefönster|operati(?:ng|ons?)|service information|versioner|planerade (?:avbrott|driftstopp|underhåll)|störningar|avbrott"
    r"|underhåll|servicekalender|nyheter om|ändringslogg|ssbtek|lefi",
)
"""Titles of the pages we read."""

MATTER = re.compile(
    r"ssbtek|lefi|driftst|driftsätt|produktionss|releas|version(?:en|er|erna)? ?\d|servicefönster|underhåll|avbrott|störning|bastjänst|certifikat|testmiljö|planerat|stängning|xml|schema",
)
"""Words of the matter; without any of them a list of headings may be anybody's."""

ERROR = re.compile(
    r"hittades inte|(?:kunde|kan|går) inte (?:hitta|visa)|kan inte visas|finns inte|hittar inte|\b(?:40[0-9]|50[0-9])\b|(?:tekniskt|internt) fel|ett fel|något gick fel|fel har? (?:uppst|intr)|logga in"
    r"|inloggning|(?:tillfälligt|inte|ej) (?:tillgänglig|nåbar|åtkomlig)|otillgänglig|underhåll (?:pågår|av webb)|pågår underhåll|webbplatsen är (?:stängd|nere)|åtkomst nekad|saknar behörighet|behörighet saknas|forbidden|\berror\b|not found"
    r"|unavailable|access denied|under maintenance|maintenance|robot|just a moment|attention required|sign in|log ?in|request rejected|kommer snart tillbaka|är strax tillbaka",
)
"""Titles of answers that are not the page, though they came with status 200."""

URGENT = re.compile(
    r"stäng(?:s|as|er|ning|de)|driftst(?:opp|örning)|avbrott|störning|otillgänglig|inställ|ur drift|nere\b|fungerar inte"
    r"|driftsätt|driftsatt|produktionss|skjuts upp|lägges|läggs till|flytta[rs]|avveckl|upphör|utgår|tas bort|införs|tillkommer|nya? (?:kod|ip|certifikat)|certifikat"
)
"""What an IT team must hear of: no line that tells of such a thing on a day is anybody's boilerplate."""
POINT_IN_TIME = re.compile(
    r"\d{4}-\d\d?-\d\d?|\b\d{1,2}\.? (?:jan|feb|mars|apr|maj|jun|jul|aug|sep|okt|nov|dec)|\b\d{1,2}/\d{1,2}\b|just nu|pågår|i kväll|ikväll|i natt|i morgon|imorgon|i dag|idag|vecka \d"
    r"|\b(?:jan|feb|mars|apr|maj|jun|jul|aug|sep|okt|nov|dec)[a-z]* 20\d\d|kvartalet 20\d\d|\b(?:våren|sommaren|hösten|vintern) 20\d\d|(?:halvårs|års)skiftet",
)

FIELD = re.compile(
    r"datum|tid|händelse|driftstörning|driftstopp|orsak|åtgärd|berörda? .{1,30}|status|start(?:tid)?|slut(?:tid)?|tjänst(?:er)?|miljö|påverkan|system|beskrivning|kontakt|uppdatering|omfattning|obs!?|viktigt!?|tidpunkt",
)
"""Labels of a notice filled in like a form; set in bold they are no headings."""
