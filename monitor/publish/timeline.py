"""A picture of a service's versions in time, as SVG: from production to closing, in light and in dark.

Every bar carries its words, and the picture its full text in `desc`: nothing is said by colour or place alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from html import escape

from monitor.model import Language, Version
from monitor.publish.days import closing_day, first_day, is_over, is_released, not_later_than
from monitor.publish.feeds import one_line
from monitor.publish.labels import newest_first
from monitor.wording.names import service_name

_WIDTH, _LEFT, _RIGHT, _ROW, _TOP = 760, 64, 16, 30, 44
_STYLE = (
    ":root{color-scheme:light dark}"
    "text{font:13px system-ui,sans-serif;fill:#1b1b1b}.small{font-size:11px;fill:#4a4a4a}.grid{stroke:#d0d0d0}"
    ".today{stroke:#1b1b1b;stroke-dasharray:4 3}.active{fill:#bfe3c8;stroke:#1a7f37}"
    ".closing{fill:#ffe1ad;stroke:#9a5b00}"
    ".closed{fill:#e2e2e2;stroke:#6a6a6a}.planned{fill:none;stroke:#3457b2;stroke-dasharray:3 2}"
    "@media(prefers-color-scheme:dark){text{fill:#f2f2f2}.small{fill:#c4c4c4}.grid{stroke:#474747}"
    ".today{stroke:#f2f2f2}.active{fill:#17422a;stroke:#5fd08a}.closing{fill:#4f3608;stroke:#f0b64a}"
    ".closed{fill:#333;stroke:#9a9a9a}.planned{stroke:#9db8ff}}"
)


def timeline(service: str, versions: Iterable[Version], *, today: date, lang: Language = "sv") -> bytes:
    """The timeline of one service."""
    drawn = [(version, _span(version, today)) for version in newest_first(versions)]
    rows = [(version, span) for version, span in drawn if span is not None]
    first = min((span[0] for _, span in rows), default=today) - timedelta(days=60)
    last = max((span[1] for _, span in rows), default=today) + timedelta(days=180)
    first, last = min(first, today - timedelta(days=365)), max(last, today + timedelta(days=180))
    name = service_name(service)
    title = f"{name}: versioner över tid" if lang == "sv" else f"{name}: versions over time"
    height = _TOP + _ROW * max(len(drawn), 1) + 12
    sentences = [_sentence(version, today, lang) for version, _ in drawn]
    empty = "Ingen version har lästs ännu." if lang == "sv" else "No version has been read yet."
    described = one_line(f"{name}. " + " ".join(sentences or [empty]))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}" viewBox="0 0 {_WIDTH} {height}"'
        f' role="img" aria-labelledby="t d" lang="{lang}"><title id="t">{escape(title)}</title>'
        f'<desc id="d">{escape(described)}</desc><style>{_STYLE}</style>'
    ]
    parts.extend(_grid(first, last, height))
    for row, (version, span) in enumerate(drawn):
        parts.append(_bar(version, span, row, first, last, today, lang))
    if not drawn:
        parts.append(f'<text x="{_LEFT}" y="{_TOP + 20}">{escape(empty)}</text>')
    x = _place(today, first, last)
    now = "i dag" if lang == "sv" else "today"
    parts.append(f'<line class="today" x1="{x}" x2="{x}" y1="30" y2="{height - 6}"/>')
    parts.append(f'<text class="small" x="{x}" y="26" text-anchor="middle">{now}</text></svg>\n')
    return "".join(parts).encode()


def _span(version: Version, today: date) -> tuple[date, date] | None:
    begins = first_day(version.released) if not is_released(version) else not_later_than(version)
    closes = closing_day(version)
    if begins is None:
        return None
    ends = closes if closes is not None else max(today, begins)
    return begins, max(begins, ends)


def _sentence(version: Version, today: date, lang: Language) -> str:
    begins, closes = first_day(version.released), closing_day(version)
    parts = []
    if begins is not None:
        parts.append(f"i produktion {begins}" if lang == "sv" else f"in production {begins}")
    if version.is_current:
        parts.append("gällande" if lang == "sv" else "current")
    if closes is not None:
        over = is_over(version, today)
        if lang == "sv":
            parts.append(f"{'stängd' if over else 'stängs'} {closes}")
        else:
            parts.append(f"{'closed' if over else 'closes'} {closes}")
        if version.closing_state == "planned":
            parts.append("planerat" if lang == "sv" else "planned")
    if not parts:
        parts.append("inga datum angivna" if lang == "sv" else "no dates given")
    return f"{version.version}: {', '.join(parts)}."


def _grid(first: date, last: date, height: int) -> list[str]:
    step = max(1, (last.year - first.year) // 10)
    parts = []
    for year in range(first.year + 1, last.year + 1, step):
        x = _place(date(year, 1, 1), first, last)
        parts.append(f'<line class="grid" x1="{x}" x2="{x}" y1="36" y2="{height - 6}"/>')
        parts.append(f'<text class="small" x="{x}" y="14" text-anchor="middle">{year}</text>')
    return parts


def _bar(
    version: Version, span: tuple[date, date] | None, row: int, first: date, last: date, today: date, lang: Language
) -> str:
    y = _TOP + row * _ROW
    label = f'<text x="{_LEFT - 8}" y="{y + 15}" text-anchor="end">{escape(one_line(version.version)[:10])}</text>'
    words = one_line(_sentence(version, today, lang).removeprefix(f"{version.version}: ").rstrip("."))
    if span is None:
        return f'{label}<text class="small" x="{_LEFT}" y="{y + 15}">{escape(words)}</text>'
    kind = "closed" if is_over(version, today) else version.status
    x1, x2 = _place(span[0], first, last), _place(span[1], first, last)
    width = max(round(x2 - x1, 1), 3)
    room = 6.2 * len(words)
    after = x1 + width + 6
    if width > room + 12:
        text = f'<text class="small" x="{round(x1 + 6, 1)}" y="{y + 15}">{escape(words)}</text>'
    elif after + room < _WIDTH:
        text = f'<text class="small" x="{round(after, 1)}" y="{y + 15}">{escape(words)}</text>'
    else:
        text = f'<text class="small" x="{round(x1 - 6, 1)}" y="{y + 15}" text-anchor="end">{escape(words)}</text>'
    return f'{label}<rect class="{kind}" x="{x1}" y="{y}" width="{width}" height="22" rx="3"/>{text}'


def _place(day: date, first: date, last: date) -> float:
    share = (day - first).days / max((last - first).days, 1)
    return round(_LEFT + share * (_WIDTH - _LEFT - _RIGHT), 1)
