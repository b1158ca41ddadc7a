"""The second, independent net: a plain word scan that knows nothing of the interpreters.

It asks of an item only "is there a word here that looks like a closing, or like a disturbance?", so that what the
interpreters failed to understand still reaches people, marked as something to read for themselves. It has a list of
words of its own on purpose, forgives a slip of the pen in the weightiest, and errs on the side of speaking; but it is
silent where benefits, rights and applications end, for then nobody has to upgrade anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from monitor.model import Hint, Item, PageKind
from monitor.words import fold, sentences, slips_of

_CALLED = (
    r"(?:stöd|använd|anrop|nå|ta emot|tar emot|finn|fungera|svara|gå|kan|möjlig|tillgänglig|vara|är|besvara|"
    r"leverera|hämta|gäll|gilt|"
    r"erbjud|underhåll|förvalta|aktiv|öpp)\w*"
)
_CLOSING = re.compile(
    r"\b(?:ned|av)?(?:" + "|".join(slips_of("stängs", "stängning", "avvecklas", "avveckling")) + r")"
    r"|\b(?:ned|av)?stäng(?:a|as|er|d|da|t|de|des|ts)\b|\bstängd\w*|\bavveckla\w*|\bupphör\w*|\bupphöra\b"
    r"|\bsluta[rst]?\b(?: \w+)? (?:att )?(?:fungera|gälla|svara|stödja|stöda|finnas|leverera|vara|ta emot)"
    r"|\b(?:ned)?släck(?:s|as|er|ning\w*|tes|ts|t)\b|\bfasa[sr]? (?:\w+ )?ut\b|\but(?:fas|fasning)\w*|\bfasning\b"
    r"|\bur (?:drift|bruk|produktion|tiden)\b|\bläggs? (?:\w+ )?ne[rd]\b|\blagts ne[rd]\b|\bned?lägg\w*|"
    r"\bstängs ne[rd]\b"
    r"|\b(?:inte|ej) (?:\w+ ){0,2}?längre (?:\w+ ){0,3}?"
    + _CALLED
    + r"|\b"
    + _CALLED
    + r" (?:\w+ ){0,3}?(?:inte|ej) (?:\w+ ){0,2}?längre"
    r"|\bsista (?:dag\w*|datum|tillfälle\w*|gången|möjlig\w*)"
    r"|\bslutdatum\b|\bstoppdatum\b|\blivslängd\b|\bend[ -]of[ -]life\b|\beol\b|\bpension(?:eras|erad)\b|\bgå(?:r|"
    r"tt)? i pension"
    r"|\bskrota\w*|\bslopa\w*|\btjänat ut\b|\bgå(?:r|tt)? i graven|\bgå(?:r|tt)? ur tiden|\bförsvinner\b|"
    r"\btas (?:\w+ )?bort\b"
    r"|\butgår\b|\btackar? för sig|\bavslutas\b|\bsupport(?:en)? (?:för \S+ (?:\S+ )?)?upphör|"
    r"\bdrar? ur (?:kontakten|sladden)"
    r"|\b(?:går|kan|får|möjligt)\b.{0,60}?\b(?:till och med|t\.? ?o\.? ?m\b|fram till)"
    r"|\bplockas (?:ne[rd]|bort)|\bstryps\b|\bspärras\b|\bbegravs?\b|\bi malpåse|\bgår inte längre att (?:anropa|"
    r"använda|nå)"
)
_ABOUT_A_VERSION = re.compile(
    r"\bversion\w*|\bv\.?\s?\d|\b(?:ssbtek|lefi(?:[ -]online|[ -]prenumeration)?)(?:[ -]v?\d|\b)|\bgränssnitt\w*|"
    r"\bändpunkt\w*"
    r"|\bapi(?:et|:et)?\b|\btjänste(?:version|kontrakt|gränssnitt)\w*|\bwebbtjänst\w*|\bden gamla tjänsten\b|"
    r"\btjänsten\b"
)
_SOMETHING_ELSE = re.compile(
    r"\b(?:rätten|rätt till|ansökan|ansökningar|ärendet|ersättningen|ersättning|förmånen|bidraget|möjligheten|"
    r"lagen|perioden|"
    r"anmälan|anställning\w*|beslutet|avtalet|enkäten|undersökningen|kontoret|kontor|support\w*|servicedesk\w*|"
    r"telefon\w*|växeln|"
    r"utbetalning\w*|pandemi\w*|reglerna|bestämmels\w*|uppgift\w*|information\w*|\w*störning\w*|avbrott\w*|"
    r"fel(?:et|en)?|problem\w*|fält\w*|kod(?:en|er|erna)?|värde\w*|"
    r"förmån\w*|garanti\w*|typ(?:en|er|erna)|blankett\w*|dokument\w*|certifikat\w*|adress\w*|nyck\w*|skickas|"
    r"levereras|tls|person(?:er|en|erna)|inskriv\w*|sökande\w*|barn\w*|försäkrade)\b"
)
_VERSION_CLOSES = re.compile(
    r"\bversion\w* ?\d|\bversionerna\b|\bversionen\b|\bv\.?\d|\b(?:ssbtek|lefi online) \d|\b(?:äldre|tidigare|"
    r"gamla) versioner"
)
_NOT_CLOSING = re.compile(
    r"\b(?:någon|ingen) (?:\w+ )?stängning\b[^.]{0,60}|\bstängning\w* (?:\w+ ){0,4}(?:inte|ej) (?!förrän)\w+|"
    r"\bej (?:in)?planera\w*"
    r"|\b(?:information|uppgift|data|belopp|beslut|ärende|förmån|fält)\w* (?:\w+ ){0,2}?(?:inte|ej) längre "
    r"(?:\w+ ){0,4}?i (?:tidigare |äldre |gamla )?version\w*"
    r"|\bstängs? (?:\w+ )?(?:inte|ej)\b(?! förrän)|\b(?:inga|ingen) (?:\w+ )?version\w* (?:\w+ )?stäng\w*|"
    r"\bstängningsbelopp\w*"
    r"|\b(?:när|om) [^.?]{0,60}\?|\böppna[sr]? och stäng\w*|\bstängt för (?:helg|jul|påsk|midsommar)\w*"
)
_INCIDENT = re.compile(
    r"\b\w*(?:"
    + "|".join(slips_of("störning", "avbrott", "haveri"))
    + r")\w*|\b\w*störn\w*|\btekniskt? (?:fel|problem|bekymmer)"
    r"|\bfelkörning\w*|\bfelsök\w*|\bfelmeddeland\w*|\bfelaktig\w*|\bfel(?:et|en)\b|\bakut\w*|"
    r"\bligger (?:\w+ )?ne[rd]e?\b|\bnere\b"
    r"|\boplanera\w*|\bproblem(?:et|en|atik)?\b|\bincident\w*|\bkrasch\w*|\bstrul\w*|\binstabil\w*|\bostabil\w*|"
    r"\btimeout\w*"
    r"|\b(?:svara|fungera)(?:r|de|t)? (?:\w+ ){0,3}?(?:inte|ej)\b|\b(?:inte|ej) (?:\w+ ){0,2}?(?:svara|"
    r"fungera)(?:r|de|t)?\b"
    r"|\b(?:går|gick|gått) (?:\w+ ){0,3}?(?:inte|ej) (?:\w+ ){0,2}?att (?:nå|anropa|använda|hämta|logga|komma)"
    r"|\blånga svarstider|\bsvarstid\w* (?:\w+ ){0,3}?(?:läng|lång|hög|förhöjd)\w*|\blångsam\w*|\btrög\w*|"
    r"\butebl\w+|\buteblivn\w*"
    r"|\bförsena[dt]\w*|\bsaknas\b|\bsaknats\b|\bsaknades\b|\bdubbla \w+|\bdubblett\w*|\bmisslyck\w*|\bstannat\b|"
    r"\bstörd\w*"
    r"|\botillgänglig\w*|\bigång igen\b|\bi gång igen\b|\buppe igen\b|\bfungerar (?:nu|åter|igen)"
)
_CERTAIN = re.compile(
    r"\b\w*störn\w*|\bdriftavbrott|\btekniskt? (?:fel|problem)|\bfelkörning\w*|\bfelaktig körning|\bfelsök\w*|"
    r"\bligger nere|\boplanera\w*"
    r"|\bsvara[rd]e? (?:\w+ ){0,2}inte(?! (?:[\w.]+ ){0,4}längre)"
    r"|\bfungera[rd]e? (?:\w+ ){0,2}inte|\blånga svarstider|\bhaveri\w*|"
    r"\bkrasch\w*|\bincident\w*"
    r"|\b(?:går|gick) (?:\w+ )?inte att (?:nå|anropa)|\bjust nu\b[^.]{0,80}\b(?:fel|problem)|\b(?:fel|"
    r"problem)\b[^.]{0,80}\bjust nu"
)
"""What a page of releases, which speaks of data and its corrections all the time, must say to be suspected."""
_NOT_AN_INCIDENT = re.compile(
    r"\b(?:inga|ingen|inget|inte|utan|ej|aldrig) (?:\w+ ){0,3}?(?:\w*störning\w*|\w*avbrott\w*|driftproblem|"
    r"fel(?:et)?|problem)\b"
    r"|\b(?:mindre|korta|kortare|enstaka) (?:störning|avbrott)\w*|\bkan (?:\w+ ){0,3}?(?:förekomma|saknas|dröja|"
    r"misslyckas|vara)\b"
    r"(?: \w+){0,2}|\brisk för (?:\w+ ){0,2}\w*(?:störning|avbrott)\w*|\bvid (?:akuta |eventuella )?(?:fel|"
    r"problem|störning\w*|frågor)"
    r"|\bplanera\w* (?:\w+ )?avbrott\w*|\bfelanmäl\w*|\bom (?:du|ni) (?:\w+ ){0,2}(?:fel|problem)\w*|"
    r"\bnär uppgift saknas"
    r"|\b(?:driftinformation|akutsjukvård|akut tandvård|föräldrapenningen?)\b|\bavbrott i (?:studier|arbete|"
    r"anställning)\w*"
)


_POINTS_ELSEWHERE = re.compile(
    r"\b(?:beskrivs|publiceras|samlas|samlar|hittar|finns|läs mer|läser|information om|"
    r"informerar vi om)\b[^.]{0,80}\bsid(?:a|an|or|orna)\b"
    r"|\bpå (?:den här |denna )?sidan\b"
)


_UNHARMED = re.compile(
    r"\b(?:ssbtek|lefi \w+|våra tjänster|tjänste(?:n|rna))\b[^.]{0,60}\b(?:påverkas|berörs|"
    r"drabbas) (?:\w+ ){0,2}?(?:inte|ej)\b"
)


def hints(item: Item, kind: PageKind) -> tuple[Hint, ...]:
    """What an item's words look like: a closing of something one calls, a disturbance, both or neither."""
    heading = fold(item.heading)
    told = [(sentence, row) for sentence, row in _sentences(item) if not _POINTS_ELSEWHERE.search(sentence)]
    found: list[Hint] = []
    if any(_suspects_closing(sentence, heading, row) for sentence, row in told):
        found.append("closing")
    disturbance = _INCIDENT if kind == "drift" else _CERTAIN
    unharmed = _NOT_AN_INCIDENT.search(heading) is not None or any(_UNHARMED.search(sentence) for sentence, _ in told)
    if not unharmed and any(disturbance.search(_NOT_AN_INCIDENT.sub(" ", sentence)) for sentence, _ in told):
        found.append("incident")
    return tuple(found)


def _sentences(item: Item) -> Iterator[tuple[str, bool]]:
    """The sentences of heading and text, folded, each with whether it is a row of a table."""
    yield fold(item.heading), False
    for block in item.blocks:
        for span in sentences(block.text):
            yield fold(block.text[span.start : span.end]), block.kind == "row"


def _suspects_closing(sentence: str, heading: str, row: bool) -> bool:
    told = _NOT_CLOSING.sub(" ", sentence)
    if not _CLOSING.search(told):
        return False
    if _SOMETHING_ELSE.search(told):
        return _VERSION_CLOSES.search(told) is not None and not row
    return _ABOUT_A_VERSION.search(told) is not None or (not row and _ABOUT_A_VERSION.search(heading) is not None)
