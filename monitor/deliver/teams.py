"""Microsoft Teams: an Adaptive Card 1.4 posted to a Workflows (Power Automate) address.

Connector addresses (`*.webhook.office.com`) died in 2026 and are refused. A Workflows address is never judged by its
path, which Microsoft has changed three times, and its query goes out byte for byte. An answer of 202 means that Power
Automate has queued the card; whether it was posted we are never told, and we say so: `accepted`.
"""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

from monitor.deliver.answers import judge_http, mask_url, post_json
from monitor.deliver.fit import fit, plain_lines, reference
from monitor.deliver.guard import split_url
from monitor.deliver.model import Answer, Channel, Draft, Rendered, Verdict
from monitor.errors import UsageError
from monitor.model import Message, Pace, Text

HOSTS = (".environment.api.powerplatform.com", ".logic.azure.com", ".logic.azure.us", ".logic.azure.cn")
DEAD_HOSTS = ("webhook.office.com", "outlook.office.com", "outlook.office365.com")
MAX_UTF8 = 20_000
MAX_UTF16 = 26_000

_MARKDOWN = re.compile(r"([\\*_\[\]()~`])")
_LEADING = re.compile(r"^(\s*)([-#+>]|\d+(?=[.)]))", re.MULTILINE)
_ENTITY = re.compile(r"&(?=#?\w+;)")
_MENTION = re.compile(r"<(?=/?at\b)", re.IGNORECASE)
_ERROR_IN_SUCCESS = re.compile(r"HTTP error (\d{3})")


def check_address(address: str) -> str:
    """A Workflows address; a dead connector's is refused with the way out."""
    parts = split_url(address)
    host = parts.hostname or ""
    if any(host == dead or host.endswith(f".{dead}") for dead in DEAD_HOSTS):
        raise UsageError(
            "this is an Office 365 connector, and Microsoft has switched those off. In Teams: the channel's … menu → "
            "Workflows → “Send webhook alerts to a channel” (Skicka webhookaviseringar till en kanal), and copy its URL"
        )
    return parts.geturl()


def render(draft: Draft, *, plain: bool = False) -> Rendered:
    """The message as an Adaptive Card; with `plain`, as a card of plain paragraphs."""
    assert draft.message is not None
    message = fit(draft.message, fits=lambda short: _small_enough(envelope(short, draft.id, plain=plain)))
    return Rendered(
        media_type="application/json",
        body=json.dumps(envelope(message, draft.id, plain=plain), ensure_ascii=False).encode(),
    )


def envelope(message: Message, message_id: str, *, plain: bool = False) -> dict[str, Any]:
    """What Workflows takes. `summary` is what the notification shows; without it that says "sent a card"."""
    card: dict[str, Any] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "lang": message.lang,
        "fallbackText": message.toast,
        "msteams": {"width": "Full"},
        "body": _plain_body(message) if plain else body(message, message_id),
    }
    actions = [{"type": "Action.OpenUrl", "title": button.text, "url": button.url} for button in message.buttons]
    if actions and not plain:
        card["actions"] = actions
    return {
        "type": "message",
        "summary": message.toast,
        "attachments": [
            {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
        ],
    }


def body(message: Message, message_id: str) -> list[dict[str, Any]]:
    """The card's elements, top down."""
    heading = _block(f"{message.label}: {message.headline}", size="Medium", weight="Bolder", style="heading")
    if message.urgency == "now":
        heading["color"] = "Attention"
    made = [heading]
    if message.facts:
        made.append(
            {
                "type": "FactSet",
                "facts": [{"title": escape(fact.name), "value": escape(fact.value)} for fact in message.facts],
            }
        )
    made += [_block(words) for words in message.lead if words]
    made += [_block(words, weight="Bolder") for words in message.advice if words]
    for quotation in message.quotes:
        items = [_block(f"«{quotation.value}»")] if quotation.value else []
        if quotation.name:
            items.append(_block(quotation.name, isSubtle=True, size="Small"))
        if items:
            made.append({"type": "Container", "style": "emphasis", "items": items})
    made.append(_block(f"{message.footer} · {reference(message_id)}", isSubtle=True, size="Small"))
    return made


def escape(text: str) -> str:
    """Text that Teams' markdown shows as it is: its marks with a backslash, entities and mentions broken up."""
    text = _MENTION.sub("<\u200b", _ENTITY.sub("&\u200b", text))
    text = _LEADING.sub(lambda mark: f"{mark[1]}{_led(mark[2])}", _MARKDOWN.sub(r"\\\1", text))
    return "\n\n".join(line for line in text.split("\n") if line.strip())


def _led(mark: str) -> str:
    # A number starts a list by the full stop after it, and only that can take the backslash.
    return f"{mark}\u200b" if mark.isdigit() else f"\\{mark}"


def classify(answer: Answer) -> Verdict:
    """202 is queued by Power Automate; 200 came from a Response action after the post, so the card is there."""
    if answer.status is not None and 200 <= answer.status < 300:
        if error := _ERROR_IN_SUCCESS.search(answer.text):
            return Verdict(
                outcome="retry",
                reason="throttled" if error[1] == "429" else "not_ok",
                detail=f"Teams answered success, but with the words “HTTP error {error[1]}”",
                retry_after=answer.retry_after,
            )
        if answer.status == 202:
            return Verdict(outcome="accepted", reason="queued", detail="Power Automate has queued it")
        return Verdict(outcome="delivered", reason="ok")
    if answer.status == 413:
        return Verdict(outcome="unfit", reason="too_large", detail="Teams finds the card too large (413)")
    if answer.status == 400:
        return Verdict(outcome="unfit", reason="refused", detail="Workflows does not take the card (400)")
    if answer.status in (401, 403, 404):
        return Verdict(
            outcome="denied",
            reason="workflow",
            detail=f"the workflow is switched off, removed or has lost its owner ({answer.status})",
        )
    return judge_http(answer)


def _block(text: str, **properties: Any) -> dict[str, Any]:
    return {"type": "TextBlock", "text": escape(text) or "–", "wrap": True} | properties


def _plain_body(message: Message) -> list[dict[str, Any]]:
    return [_block(line) for line in plain_lines(message)]


def _small_enough(payload: dict[str, Any]) -> bool:
    # Teams refuses about 28 KB, and counts in places in UTF-16, after expansions of its own.
    text = json.dumps(payload, ensure_ascii=False)
    return len(text.encode()) <= MAX_UTF8 and len(text.encode("utf-16-le")) <= MAX_UTF16


CHANNEL = Channel(
    kind="teams",
    people=True,
    pace=Pace(interval=timedelta(seconds=2), burst=1),
    check_address=check_address,
    mask=mask_url,
    render=render,
    send=post_json,
    classify=classify,
    leaving=Text(
        sv="Arbetsflödet tillhör den som skapade det och slutar att fungera när kontot stängs. Ge det en medägare.",
        en="The workflow belongs to whoever made it and stops when the account is closed. Give it a co-owner.",
    ),
    hosts=HOSTS,
)
