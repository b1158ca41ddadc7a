"""Slack: incoming webhooks with Block Kit.

Texts of the page go into `plain_text` and `rich_text`, which read no markup at all; only the fallback `text` is
mrkdwn and is escaped. Limits by Slack's reference (2026-11) and, for the total over all blocks, by the limit that
people have run into at about 13,200 characters (slackapi/bolt-js 2509). The answers are plain words with a status;
the words decide, after Slack's changelog of 2016 and issues since.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlsplit

from monitor.deliver.answers import MASK, judge_http, post_json
from monitor.deliver.fit import cut, fit, plain_lines, reference
from monitor.deliver.guard import split_url
from monitor.deliver.model import Answer, Channel, Draft, Rendered, Verdict
from monitor.errors import UsageError
from monitor.model import Message, Pace, Text

HOSTS = ("hooks.slack.com", "hooks.slack-gov.com")
MAX_CHARACTERS = 10_000
MAX_BLOCKS = 50
HEADER = 150
BUTTON_TEXT = 75
BUTTON_URL = 3000
PLAIN = 3500

OUR_FAULT = frozenset(
    {"invalid_payload", "invalid_blocks", "invalid_blocks_format", "no_text", "msg_blocks_too_long"}
    | {"msg_too_long", "too_many_attachments", "invalid_attachments"}
)
GONE = frozenset({"no_service", "no_service_id", "no_active_hooks", "no_team", "invalid_token", "channel_is_archived"})
DENIED = frozenset(
    {"user_not_found", "channel_not_found", "action_prohibited", "posting_to_general_channel_denied", "team_disabled"}
)


def check_address(address: str) -> str:
    """An incoming webhook's address. Other hosts are taken too: Slack has had several, and tests have their own."""
    parts = split_url(address)
    if parts.hostname in HOSTS and not parts.path.startswith(("/services/", "/workflows/", "/triggers/")):
        raise UsageError(
            "expected the address of an incoming webhook, https://hooks.slack.com/services/…; in Slack: Apps → "
            "Incoming Webhooks → Add to a channel → copy the webhook URL"
        )
    if parts.hostname in HOSTS and parts.path.startswith(("/workflows/", "/triggers/")):
        raise UsageError(
            "this is the address of a Slack workflow, which takes its own variables and no messages; create an "
            "incoming webhook instead (https://hooks.slack.com/services/…)"
        )
    return parts.geturl()


def mask(address: str) -> str:
    """`https://hooks.slack.com/services/T0…/••••`: team visible, the rest not."""
    parts = urlsplit(address)
    steps = parts.path.strip("/").split("/")
    team = f"/{steps[1][:3]}…" if parts.hostname in HOSTS and len(steps) > 1 else ""
    return f"{parts.scheme}://{parts.netloc}{team}/{MASK}"


def render(draft: Draft, *, plain: bool = False) -> Rendered:
    """The message as Block Kit; with `plain`, as one piece of escaped text."""
    assert draft.message is not None
    if plain:
        message = fit(draft.message, fits=lambda short: len("\n".join(plain_lines(short))) <= PLAIN)
        payload: dict[str, Any] = {"text": escape("\n".join(plain_lines(message)))}
    else:
        message = fit(draft.message, fits=lambda short: characters(blocks(short, draft.id)) <= MAX_CHARACTERS)
        payload = {"text": escape(message.toast), "blocks": blocks(message, draft.id)}
    payload |= {"unfurl_links": False, "unfurl_media": False}
    return Rendered(media_type="application/json", body=json.dumps(payload, ensure_ascii=False).encode())


def blocks(message: Message, message_id: str) -> list[dict[str, Any]]:
    """The message's blocks, top down."""
    heading = cut(f"{message.label}: {message.headline}", HEADER, lang=message.lang)
    made: list[dict[str, Any]] = [{"type": "header", "text": _plain_text(heading)}]
    elements = [_section(_text(f"{fact.name}: ", bold=True), _text(fact.value)) for fact in message.facts]
    elements += [_section(_text(words)) for words in message.lead if words]
    elements += [_section(_text(words, bold=True)) for words in message.advice if words]
    for quotation in message.quotes:
        if quotation.value:
            elements.append({"type": "rich_text_quote", "elements": [_text(f"«{quotation.value}»")]})
        if quotation.name:
            elements.append(_section(_text(quotation.name, italic=True)))
    # One block per handful keeps each far from Slack's own bounds.
    made += [{"type": "rich_text", "elements": elements[start : start + 12]} for start in range(0, len(elements), 12)]
    buttons = [
        {"type": "button", "text": _plain_text(button.text[:BUTTON_TEXT]), "url": link(button.url)}
        for button in message.buttons
        if len(link(button.url)) <= BUTTON_URL
    ]
    if buttons:
        made.append({"type": "actions", "elements": buttons})
    made.append(
        {"type": "context", "elements": [_plain_text(f"{message.footer} · {reference(message_id)}".lstrip(" ·"))]}
    )
    return made[:MAX_BLOCKS]


def characters(made: list[dict[str, Any]]) -> int:
    """How many characters the blocks hold, as Slack seems to count them: all of them."""
    return len(json.dumps(made, ensure_ascii=False))


def escape(text: str) -> str:
    """The three characters that mrkdwn gives a meaning, `&` first; that alone makes mentions and links literal."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def link(url: str) -> str:
    """A link's address with nothing in it that could end it early."""
    return quote(url, safe="%/:?#[]@!$&'()*+,;=-._~")


def classify(answer: Answer) -> Verdict:
    """Slack says `ok`, or what is wrong in one word."""
    word = answer.text.strip()
    if answer.status == 200 and word == "ok":
        return Verdict(outcome="delivered", reason="ok")
    known = word.split(":")[0].split()[0] if word else ""
    detail = f"Slack answered {answer.status} {known}".rstrip() if len(known) <= 60 else None
    if known in GONE or answer.status == 410:
        return Verdict(outcome="gone", reason=known or "gone", detail=detail)
    if known in DENIED:
        return Verdict(outcome="denied", reason=known, detail=detail)
    if known in OUR_FAULT or answer.status == 413:
        return Verdict(outcome="unfit", reason=known or "too_large", detail=detail)
    if answer.status is not None and 200 <= answer.status < 300:
        return Verdict(outcome="retry", reason="not_ok", detail="Slack answered success without its word for it")
    if answer.status in (403, 404):
        return Verdict(outcome="denied", reason="status", detail=f"Slack answered {answer.status}")
    return judge_http(answer)


def _plain_text(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text or "–", "emoji": False}


def _section(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text_section", "elements": [*elements, {"type": "text", "text": "\n"}]}


def _text(text: str, *, bold: bool = False, italic: bool = False) -> dict[str, Any]:
    element: dict[str, Any] = {"type": "text", "text": text or "–"}
    style = {name: True for name, on in (("bold", bold), ("italic", italic)) if on}
    return element | ({"style": style} if style else {})


CHANNEL = Channel(
    kind="slack",
    people=True,
    pace=Pace(interval=timedelta(seconds=1), burst=3),
    check_address=check_address,
    mask=mask,
    render=render,
    send=post_json,
    classify=classify,
    leaving=Text(
        sv="Webhooken hör till en app som någon har installerat och försvinner om appen tas bort. "
        "Se till att fler än en person sköter appen.",
        en="The webhook belongs to an app that somebody installed, and goes if the app is removed. "
        "See to it that more than one person manages the app.",
    ),
    hosts=HOSTS,
)
