"""The Swedish words of dates and times, all in the folded form of `monitor.words.fold`."""

from __future__ import annotations

from typing import Final, Literal

from monitor.words import word_set

Kind = Literal[
    "date", "year_month", "slash", "num", "time", "year", "pair", "four",
    "month", "abbreviation", "weekday", "last_weekday", "season", "bare_season", "week", "week_number", "quarter",
    "quarter_number", "half", "half_number", "ordinal", "turn", "part", "day", "week_offset", "month_offset",
    "year_offset", "this_year", "last", "next", "night", "daypart", "zone", "occasion", "den", "prep", "year_word",
    "clock", "and", "also", "instead", "onward", "dash", "comma", "cell", "open", "mark", "quote",
    "from", "until", "by", "before", "after", "earliest", "between", "roughly", "end",
]  # fmt: skip
"""What a word or number can be in a date; "end" is what stands where nothing follows."""

Entry = tuple[Kind, tuple[int, ...]]

_WEEKDAY_STEMS = ("mån", "tis", "ons", "tors", "fre", "lör", "sön")
_WEEKDAY_ENDS = ("dag", "dagen", "")

MONTHS: Final = {
    name: number
    for number, name in enumerate(
        ("januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november",
         "december"),
        start=1,
    )
}  # fmt: skip
MONTH_ABBREVIATIONS: Final = {
    "jan": 1, "feb": 2, "febr": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "sept": 9, "okt": 10,
    "nov": 11, "dec": 12,
}  # fmt: skip
SEASONS: Final = {"våren": 0, "sommaren": 1, "hösten": 2, "vintern": 3}
BARE_SEASONS: Final = {"vår": 0, "sommar": 1, "höst": 2, "vinter": 3}
ORDINALS: Final = {"första": 1, "andra": 2, "tredje": 3, "fjärde": 4}
ZONES: Final = {"cet": 60, "cest": 120, "utc": 0, "gmt": 0}

LOOSE: Final = (1,)
"""Value of the bare "från" and "till", which with a verb of moving name days and no ends."""
DURING: Final = (1,)
"""Value of a preposition after which a bare year is a time."""
HALF_YEAR, WHOLE_YEAR, ONE_MONTH = (6,), (12,), (0,)
"""Which turn a "-skiftet" is."""


def _words(kind: Kind, words: str, value: tuple[int, ...] = ()) -> dict[str, Entry]:
    return dict.fromkeys(words.split(), (kind, value))


def _numbered(kind: Kind, numbers: dict[str, int]) -> dict[str, Entry]:
    return {word: (kind, (number,)) for word, number in numbers.items()}


WORDS: Final[dict[str, Entry]] = {
    **_numbered("month", MONTHS),
    **_numbered("month", {f"{name}{release}": n for name, n in MONTHS.items() for release in ("release", "releasen")}),
    **_numbered("abbreviation", MONTH_ABBREVIATIONS),
    **_numbered("weekday", {f"{stem}{end}": n for n, stem in enumerate(_WEEKDAY_STEMS) for end in _WEEKDAY_ENDS}),
    **_numbered("last_weekday", {f"{stem}dags": n for n, stem in enumerate(_WEEKDAY_STEMS)}),
    **_numbered("season", SEASONS),
    **_numbered("bare_season", BARE_SEASONS),
    **_numbered("ordinal", ORDINALS),
    **_words("last", "sista"),
    **_numbered("zone", ZONES),
    **_words("from", "från", LOOSE),
    **_words("from", "from fom sedan"),
    **_words("until", "till", LOOSE),
    **_words("until", "tom"),
    **_words("by", "senast"),
    **_words("before", "innan före"),
    **_words("earliest", "tidigast"),
    **_words("after", "efter"),
    **_words("between", "mellan"),
    **_words("roughly", "ca cirka omkring runt prel preliminärt troligen troligtvis"),
    **_words("and", "och samt eller respektive resp"),
    **_words("den", "den"),
    **_words("prep", "i vid på per av om"),
    **_words("prep", "under hela", DURING),
    **_words("year_word", "år"),
    **_words("this_year", "året"),
    **_words("next", "nästa nästkommande kommande"),
    **_words("day", "idag ikväll", (0,)),
    **_words("day", "imorgon imorron", (1,)),
    **_words("day", "igår", (-1,)),
    **_words("night", "inatt"),
    **_words("week", "vecka veckan veckorna veckor"),
    **_words("quarter", "kvartal kvartalet kv"),
    **_words("half", "halvår halvåret"),
    **_words("turn", "halvårsskiftet halvårsskifte", HALF_YEAR),
    **_words("turn", "årsskiftet årsskifte", WHOLE_YEAR),
    **_words("turn", "månadsskiftet månadsskifte", ONE_MONTH),
    **_words("daypart", "kvällen natten morgonen förmiddagen eftermiddagen kväll natt morgon förmiddag eftermiddag"),
    **_words("occasion", "perioden tiden helgen veckoslutet datumet"),
    **_words("clock", "kl klockan"),
}

ABBREVIATED_UNTIL: Final = r"(?:t\.\x20?o\.\x20?m\b\.?|t o m\b\.?|tom\b)"
_ABBREVIATED_FROM = r"(?:fr?\.\x20?o\.\x20?m\b\.?|fr? o m\b\.?)"

PHRASES: Final[tuple[tuple[str, str, Kind, tuple[int, ...]], ...]] = (
    ("från", r"från och med\b", "from", ()),
    ("fr", _ABBREVIATED_FROM, "from", ()),
    ("f", _ABBREVIATED_FROM, "from", ()),
    ("from", r"from\b\.?", "from", ()),
    ("fom", r"fom\b\.?", "from", ()),
    ("med", r"med (?:start|början)\b", "from", ()),
    ("till", r"till och med\b", "until", ()),
    ("t", ABBREVIATED_UNTIL, "until", ()),
    ("fram", rf"fram (?:till och med\b|till\b|{ABBREVIATED_UNTIL})", "until", ()),
    ("ända", rf"ända (?:fram )?(?:till och med\b|till\b|{ABBREVIATED_UNTIL})", "until", ()),
    ("och", rf"och (?=till och med\b|{ABBREVIATED_UNTIL}|fram till\b)", "also", ()),
    ("och", r"och (?:framåt|tills vidare|tillsvidare)\b", "onward", ()),
    ("i", r"i stället för\b", "instead", ()),
    ("istället", r"istället för\b", "instead", ()),
    ("inte", r"inte (?:före|innan|förrän)\b", "earliest", ()),
    ("ej", r"ej (?:före|innan|förrän)\b", "earliest", ()),
    ("ca", r"ca\.", "roughly", ()),
    ("prel", r"prel\.", "roughly", ()),
    ("preliminärt", r"preliminärt:", "roughly", ()),
    ("resp", r"resp\.", "and", ()),
    ("kl", r"kl\.", "clock", ()),
    ("tid", r"tid:", "clock", ()),
    ("kv", r"kv\.", "quarter", ()),
    ("i", r"i (?:dag|kväll|eftermiddag|förmiddag)\b", "day", (0,)),
    ("i", r"i (?:morgon|morron)\b", "day", (1,)),
    ("i", r"i övermorgon\b", "day", (2,)),
    ("i", r"i går\b", "day", (-1,)),
    ("i", r"i förrgår\b", "day", (-2,)),
    ("i", r"i natt\b", "night", ()),
    ("i", r"i år\b", "year_offset", (0,)),
    ("i", r"i höst\b", "season", (2,)),
    ("i", r"i sommar\b", "season", (1,)),
    ("i", r"i vinter\b", "season", (3,)),
    ("i", r"i vår(?=\x20?(?:[.,;)]|$))", "season", (0,)),
    ("nästa", r"nästa vecka\b", "week_offset", (1,)),
    ("kommande", r"kommande vecka\b", "week_offset", (1,)),
    ("denna", r"denna vecka\b", "week_offset", (0,)),
    ("förra", r"förra veckan\b", "week_offset", (-1,)),
    ("nästa", r"nästa månad\b", "month_offset", (1,)),
    ("denna", r"denna månad\b", "month_offset", (0,)),
    ("förra", r"förra månaden\b", "month_offset", (-1,)),
    ("nästa", r"nästa år\b", "year_offset", (1,)),
    ("förra", r"förra året\b", "year_offset", (-1,)),
    ("nu", r"nu på\b", "next", ()),
    ("slutet", r"slutet (?:av|på)\b", "part", ()),
    ("början", r"början (?:av|på)\b", "part", ()),
    ("inledningen", r"inledningen av\b", "part", ()),
    ("mitten", r"mitten (?:av|på)\b", "part", ()),
    ("första", r"första (?:halvan|hälften|delen) av\b", "part", ()),
    ("andra", r"andra (?:halvan|hälften) av\b", "part", ()),
    ("senare", r"senare (?:delen|hälften) av\b", "part", ()),
    ("natten", r"natten (?:mellan|till|mot)\b", "night", ()),
    ("natt", r"natt (?:till|mot)\b", "night", ()),
)
"""First word, pattern, kind and value; tried in order before the single words. A space stands for one to three."""

NO_PART: Final = {
    "tom": word_set("är var blir blev vara varit helt lämnas lämnades som"),
    "sedan": word_set("och"),
}
"""Behind these words "tom" is "empty", and "sedan" is "then"."""

VERSION_NOUNS: Final = word_set("version versionen versioner versionerna versions versionens ver vers v")
"""Behind these words a number is a version."""

SERVICE_NOUNS: Final = word_set("ssbtek online prenumeration lefi schema schemat api csn af")
"""Behind these words "v 9" is a version and no week."""

NUMBERED_NOUNS: Final = word_set(
    "sida sidan sid steg del punkt punkten bilaga avsnitt nr nummer dnr diarienummer diarienr kap kapitel id kod koder "
    "koden felkod artikel ärendenummer blankett tabell figur rev revision utgåva prop sfs hslf tel telefon "
    "telefonnummer mobil fax ring växel ip orgnr personnummer"
)
"""Behind these words a number is the name of something, or a telephone number."""
