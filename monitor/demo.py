"""A small made-up agency site that changes while one watches, and a receiver that shows what a subscriber got.

The pages, their texts and the steps of the story are data (`templates/demo/story.toml`); the markup is of the kind
that the agency's site has, with a nonce that differs in every answer. Everything stays on this machine.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import secrets
import threading
import time
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from monitor.errors import UsageError
from monitor.model import STOCKHOLM
from monitor.settings import Settings, load_settings
from monitor.wording.when import say_day, say_moment

TEMPLATES = Path(__file__).resolve().parent.parent / "templates" / "demo"
EVERY = "2s"
CHANNEL_PATH, WEBHOOK_PATH, RECEIVED_PATH = "/hooks/demo", "/webhook", "/received"
MOST_BYTES = 1_000_000
_KEPT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One version in an overview."""

    version: str
    summary: tuple[str, ...]
    live: str
    closes: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoItem:
    """One heading with what stands under it."""

    key: str
    heading: str
    stamp: str
    html: str
    panels: tuple[Panel, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPage:
    """One page of the made-up agency, as it stands at some moment."""

    key: str
    path: str
    title: str
    intro: str
    items: tuple[DemoItem, ...]
    broken: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that happens, `after` seconds into the story: items put on pages, a page broken or mended."""

    after: float
    sv: str
    en: str
    put: tuple[tuple[str, DemoItem], ...] = ()
    broken: str | None = None
    mended: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """The pages as they stand at first, and what happens to them, in order."""

    pages: tuple[DemoPage, ...]
    steps: tuple[Step, ...]

    def at(self, seconds: float) -> tuple[DemoPage, ...]:
        """The pages as they stand that many seconds into the story."""
        pages = {page.key: page for page in self.pages}
        for step in self.steps:
            if step.after > seconds:
                break
            for key, item in step.put:
                pages[key] = _with_item(pages[key], item)
            if step.broken is not None:
                pages[step.broken] = replace(pages[step.broken], broken=True)
            if step.mended is not None:
                pages[step.mended] = replace(pages[step.mended], broken=False)
        return tuple(pages.values())

    @property
    def seconds(self) -> float:
        """When the last step happens."""
        return self.steps[-1].after


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What the receiver got: a message for people, or one for programs with whether its signature was right."""

    at: datetime
    for_people: bool
    text: str
    type: str = ""
    title: str = ""
    signed: bool = False


def load_story(today: date) -> Story:
    """The story, its dates counted from `today`."""
    data = tomllib.loads((TEMPLATES / "story.toml").read_text(encoding="utf-8"))
    words: Mapping[str, _Counted] = {
        "day": _Counted(today, lambda day: say_day(day, "sv", weekday=False)),
        "date": _Counted(today, lambda day: say_day(day, "sv", weekday=False, year=False)),
        "iso": _Counted(today, date.isoformat),
    }
    pages = [
        DemoPage(
            key=page["key"],
            path=page["path"],
            title=page["title"],
            intro=page["intro"],
            items=tuple(_item(item, words) for item in page["item"]),
        )
        for page in data["page"]
    ]
    steps = [
        Step(
            after=step["after"],
            sv=step["sv"],
            en=step["en"],
            put=tuple((put["page"], _item(put, words)) for put in step.get("put", ())),
            broken=step.get("broken"),
            mended=step.get("mended"),
        )
        for step in data["step"]
    ]
    return Story(pages=tuple(pages), steps=tuple(sorted(steps, key=lambda step: step.after)))


@dataclass(slots=True)
class DemoSite:
    """The made-up agency and the receiver, on one loopback address. A context manager once started.

    The story begins when every page has been read once, so that the first reading is whole however slow the machine.
    `clock` gives seconds and `pace` how many of them a second of the story takes; `home` is where Releasevakt's own
    pages are, for a link. `secret` is what the webhook is signed with.
    """

    today: date = field(default_factory=lambda: datetime.now(STOCKHOLM).date())
    clock: Callable[[], float] = time.monotonic
    pace: float = 1.0
    home: str | None = None
    secret: str = field(default_factory=lambda: f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}")
    story: Story = field(init=False)
    base_url: str = field(init=False, default="")
    _began: float | None = field(init=False, default=None)
    _read: set[str] = field(init=False, default_factory=set)
    _received: list[Received] = field(init=False, default_factory=list)
    _server: ThreadingHTTPServer | None = field(init=False, default=None)
    _lock: threading.Lock = field(init=False, default_factory=threading.Lock)
    _templates: Environment = field(init=False)

    def __post_init__(self) -> None:
        self.story = load_story(self.today)
        self._templates = Environment(
            loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
        )

    def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Serve in a thread of its own; returns the base address. Raises UsageError when the port is taken."""
        try:
            self._server = ThreadingHTTPServer((host, port), _handler(self))
        except OSError as error:
            raise UsageError(f"demo site: expected {host}:{port} to be free, got {error.strerror}") from error
        self._server.daemon_threads = True
        self.base_url = f"http://{host}:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, name="demo-site", daemon=True).start()
        return self.base_url

    def stop(self) -> None:
        """Stop serving."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def seconds(self) -> float:
        """How far into the story we are; 0 until every page has been read."""
        return 0.0 if self._began is None else (self.clock() - self._began) / self.pace

    @property
    def received_url(self) -> str:
        """The page that shows what the subscriber got."""
        return self.base_url + RECEIVED_PATH

    @property
    def received(self) -> tuple[Received, ...]:
        """What came in so far, oldest first."""
        with self._lock:
            return tuple(self._received)

    def pages(self) -> tuple[DemoPage, ...]:
        """The pages as they stand now."""
        return self.story.at(self.seconds)

    # --- answers -----------------------------------------------------------------------------------------------------

    def page(self, path: str) -> bytes | None:
        """One page of the agency as HTML; None when there is none at this path."""
        page = next((page for page in self.pages() if page.path == path), None)
        if page is None:
            return None
        with self._lock:
            self._read.add(page.key)
            if self._began is None and len(self._read) == len(self.story.pages):
                self._began = self.clock()
        if page.broken:
            return (TEMPLATES / "broken.html").read_bytes()
        return self._rendered(
            "page.html",
            page=page,
            nonce=secrets.token_hex(11),
            updated=say_day(self.today, "sv", weekday=False),
        )

    def received_page(self) -> bytes:
        """What happened and what came of it, for people; it renews itself until the story is over."""
        seconds = self.seconds
        shown = [_shown(received) for received in reversed(self.received)]
        steps = [
            {"after": step.after, "sv": step.sv, "en": step.en, "done": step.after <= seconds}
            for step in self.story.steps
        ]
        over = seconds > self.story.seconds + 60
        began = self._began is not None
        return self._rendered(
            "received.html",
            steps=steps,
            pages=self.story.pages,
            people=[message for message in shown if message["for_people"]],
            programs=[message for message in shown if not message["for_people"]],
            home=self.home,
            over=over,
            clock_words=f"{seconds:.0f} sekunder in i berättelsen." if began else "Väntar på den första läsningen.",
        )

    def take(self, path: str, headers: Mapping[str, str], body: bytes) -> bool:
        """Keep what was sent to us; False when it is not one of our addresses or cannot be read."""
        try:
            data = json.loads(body)
        except ValueError:
            return False
        if not isinstance(data, dict):
            return False
        now = datetime.now(UTC)
        if path == CHANNEL_PATH:
            message = Received(at=now, for_people=True, text=str(data.get("text", "")))
        elif path == WEBHOOK_PATH:
            inner = data.get("data")
            title = inner.get("title") if isinstance(inner, dict) else None
            message = Received(
                at=now,
                for_people=False,
                text=json.dumps(data, ensure_ascii=False, indent=2),
                type=str(data.get("type", "")),
                title=str(title.get("sv", "")) if isinstance(title, dict) else "",
                signed=is_signed(headers, body, self.secret),
            )
        else:
            return False
        with self._lock:
            self._received.append(message)
            del self._received[:-_KEPT]
        return True

    def _rendered(self, name: str, **values: Any) -> bytes:
        return self._templates.get_template(name).render(**values).encode()


def is_signed(headers: Mapping[str, str], body: bytes, secret: str) -> bool:
    """Whether a message carries a right signature by Standard Webhooks."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers.get('webhook-id', '')}.{headers.get('webhook-timestamp', '')}.".encode() + body
    right = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    given = (part.removeprefix("v1,") for part in headers.get("webhook-signature", "").split())
    return any(hmac.compare_digest(part, right) for part in given)


def demo_settings(site: DemoSite, *, data_dir: Path, host: str = "127.0.0.1", port: int = 8000) -> Settings:
    """Settings that watch a started `site` and tell its receiver, with all data in `data_dir`."""
    tables = [
        f"[[page]]\nkey = {_quoted(page.key)}\nurl = {_quoted(site.base_url + page.path)}\nevery = {_quoted(EVERY)}\n"
        for page in site.story.pages
    ]
    tables.append(
        '[[subscription]]\nname = "Demokanalen"\nkind = "mattermost"\noperator = true\n'
        f"address = {_quoted(site.base_url + CHANNEL_PATH)}\n"
    )
    tables.append(
        '[[subscription]]\nname = "Demoprogrammet"\nkind = "webhook"\noperator = true\n'
        f"address = {_quoted(site.base_url + WEBHOOK_PATH)}\nsecret = {_quoted(site.secret)}\n"
    )
    config = data_dir / "demo.toml"
    config.write_text("\n".join(tables), encoding="utf-8")
    config.chmod(0o600)
    return load_settings(
        {
            "RELEASEVAKT_CONFIG": str(config),
            "RELEASEVAKT_DATA_DIR": str(data_dir),
            "RELEASEVAKT_HOST": host,
            "RELEASEVAKT_PORT": str(port),
            "RELEASEVAKT_EGRESS_ALLOW": "127.0.0.0/8,::1/128",
            "RELEASEVAKT_CONTACT": "https://demo.invalid/",
        }
    )


class _Counted:
    """A day that a format string counts from: "{day:120}"."""

    def __init__(self, today: date, say: Callable[[date], str]) -> None:
        self._today = today
        self._say = say

    def __format__(self, days: str) -> str:
        return self._say(self._today + timedelta(days=int(days)))


def _item(data: Mapping[str, Any], words: Mapping[str, _Counted]) -> DemoItem:
    def said(text: str) -> str:
        return text.format_map(words)

    panels: Sequence[Mapping[str, Any]] = data.get("panel", ())
    return DemoItem(
        key=data["key"],
        heading=said(data["heading"]),
        stamp=said(data["stamp"]),
        html=Markup(said(data["html"])),
        panels=tuple(
            Panel(
                version=panel["version"],
                summary=tuple(panel["summary"]),
                live=said(panel["live"]),
                closes=said(panel["closes"]),
            )
            for panel in panels
        ),
    )


def _with_item(page: DemoPage, item: DemoItem) -> DemoPage:
    if any(known.key == item.key for known in page.items):
        return replace(page, items=tuple(item if known.key == item.key else known for known in page.items))
    return replace(page, items=(item, *page.items))


def _shown(received: Received) -> dict[str, Any]:
    return {
        "at": say_moment(received.at, "sv", year=False),
        "for_people": received.for_people,
        "text": _as_read(received.text),
        "body": received.text,
        "type": received.type,
        "title": received.title,
        "signed": received.signed,
    }


def _as_read(markdown: str) -> str:
    """A channel's Markdown as people see it, near enough: no marks, and the words of links."""
    words = re.sub(r"\[([^\]]+)\]\(\S+?\)", r"\1 ›", markdown.replace("**", ""))
    return re.sub(r"^> ?", "", words, flags=re.MULTILINE).replace("\\", "")


def _quoted(text: str) -> str:
    return json.dumps(text)


def _handler(site: DemoSite) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            if path in ("/", RECEIVED_PATH):
                self._answer(200, "text/html; charset=utf-8", site.received_page())
            elif path == "/demo.css":
                self._answer(200, "text/css; charset=utf-8", (TEMPLATES / "demo.css").read_bytes())
            elif path == "/robots.txt":
                self._answer(200, "text/plain; charset=utf-8", b"User-agent: *\nAllow: /\n")
            else:
                body = site.page(path)
                if body is None:
                    self._answer(404, "text/plain; charset=utf-8", b"Not found\n")
                else:
                    self._answer(200, "text/html; charset=utf-8", body)

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            if length > MOST_BYTES:
                self.close_connection = True
                self._answer(413, "text/plain; charset=utf-8", b"Too large\n")
                return
            taken = site.take(urlsplit(self.path).path, _plain(self.headers.items()), self.rfile.read(length))
            self._answer(200 if taken else 400, "text/plain; charset=utf-8", b"ok" if taken else b"Not understood\n")

        def _answer(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Silent: the program's own log tells the story."""

    return Handler


def _plain(headers: Sequence[tuple[str, str]]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers}
