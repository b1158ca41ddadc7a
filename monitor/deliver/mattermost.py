"""Mattermost: incoming webhooks with Markdown. The servers are people's own, often on private networks."""

from __future__ import annotations

import json
import re
from datetime import timedelta

from monitor.deliver.answers import judge_http, mask_url, post_json
from monitor.deliver.fit import fit, reference
from monitor.deliver.guard import split_url
from monitor.deliver.model import Answer, Channel, Draft, Rendered, Verdict
from monitor.errors import UsageError
from monitor.model import Message, Pace, Text

MAX_CHARACTERS = 12_000
"""Below the 16,383 that a server takes in one post before it splits or refuses."""

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!~>|<&])")
_MENTION = re.compile(r"[@:](?=\S)")


def check_address(address: str) -> str:
    """An incoming webhook's address: `https://server/hooks/…`."""
    parts = split_url(address)
    if "/hooks/" not in parts.path:
        raise UsageError(
            "expected an incoming webhook of Mattermost, https://server/hooks/…; in Mattermost: Integrations → "
            "Incoming Webhooks → Add"
        )
    return parts.geturl()


def render(draft: Draft, *, plain: bool = False) -> Rendered:
    """The message as Markdown."""
    assert draft.message is not None
    message = fit(draft.message, fits=lambda short: len(markdown(short, draft.id)) <= MAX_CHARACTERS)
    text = markdown(message, draft.id)
    return Rendered(
        media_type="application/json", body=json.dumps({"text": text, "props": {}}, ensure_ascii=False).encode()
    )


def markdown(message: Message, message_id: str) -> str:
    """The message's paragraphs."""
    parts = [f"**{escape(message.label)}: {escape(message.headline)}**"]
    if message.facts:
        parts.append("\n".join(f"- **{escape(fact.name)}:** {escape(fact.value)}" for fact in message.facts))
    parts += [escape(words) for words in message.lead]
    parts += [f"**{escape(words)}**" for words in message.advice if words]
    for quotation in message.quotes:
        lines = [f"«{quotation.value}»" if quotation.value else "", quotation.name]
        parts.append("\n".join(f"> {escape(line)}" for text in lines for line in text.split("\n") if line))
    if message.buttons:
        parts.append(" · ".join(f"[{escape(button.text)}]({_link(button.url)})" for button in message.buttons))
    parts.append(f"{escape(message.footer)} · {reference(message_id)}")
    return "\n\n".join(part for part in parts if part)


def escape(text: str) -> str:
    """Text that is shown as it is: every mark with a backslash; mentions and emoji names broken up."""
    return _MENTION.sub(lambda mark: f"{mark[0]}\u200b", _MARKDOWN.sub(r"\\\1", text))


def _link(url: str) -> str:
    return url.replace("(", "%28").replace(")", "%29").replace(" ", "%20")


def classify(answer: Answer) -> Verdict:
    """The words in the JSON body tell a removed webhook from a passing fault."""
    if answer.status == 404 or (answer.status == 400 and "webhook" in answer.text.lower()):
        return Verdict(outcome="denied", reason="webhook", detail="Mattermost does not know this webhook")
    if answer.status in (401, 403):
        return Verdict(outcome="denied", reason="status", detail=f"Mattermost answered {answer.status}")
    if answer.status in (400, 413):
        return Verdict(outcome="unfit", reason="refused", detail=f"Mattermost does not take the post ({answer.status})")
    return judge_http(answer)


CHANNEL = Channel(
    kind="mattermost",
    people=True,
    pace=Pace(interval=timedelta(seconds=1), burst=3),
    check_address=check_address,
    mask=mask_url,
    render=render,
    send=post_json,
    classify=classify,
    leaving=Text(
        sv="Webhooken tillhör den som skapade den. "
        "Fråga den som sköter servern vad som händer med den när kontot stängs.",
        en="The webhook belongs to whoever made it. "
        "Ask those who run the server what becomes of it when the account is closed.",
    ),
)
