"""Any HTTPS receiver: one event, one message, in the contract's JSON form, signed by Standard Webhooks 1.0.0.

The bytes are made once; the signature is made for each attempt, because receivers refuse a timestamp that is more than
five minutes off. While a secret is being changed there are two signatures in the header, the newest first, with exactly
one blank between them: some published verifiers fail on anything else. `templates/schemas/webhook.schema.json` is the
published form of the body.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from monitor.deliver.answers import judge_http, mask_url, post_json
from monitor.deliver.guard import split_url
from monitor.deliver.model import Answer, Carriers, Channel, Draft, Parcel, Rendered
from monitor.errors import UsageError
from monitor.model import Pace, Secret, Text
from monitor.wire import instant

SECRET_PREFIX = "whsec_"
SECRET_BYTES = 32
OVERLAP = timedelta(hours=24)
"""How long a replaced secret keeps signing beside the new one."""

RESERVED_HEADERS = frozenset(
    {"host", "content-length", "content-type", "transfer-encoding", "connection", "upgrade", "te", "trailer", "expect"}
    | {"accept-encoding", "webhook-id", "webhook-timestamp", "webhook-signature", "proxy-authorization"}
)


def check_address(address: str) -> str:
    """Any address that the guard takes."""
    return split_url(address).geturl()


def check_headers(headers: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """A receiver's own headers. Raises UsageError for one that cannot be sent or is ours; never shows a value."""
    checked = []
    for name, value in headers:
        if not name or not all(letter.isascii() and (letter.isalnum() or letter in "-_") for letter in name):
            raise UsageError(f"expected a header name of letters, digits and hyphens, got {name!r}")
        if name.lower() in RESERVED_HEADERS:
            raise UsageError(f"the header {name} is set by us and cannot be given")
        if not value.isascii() or not value.isprintable() or len(value) > 4096:
            raise UsageError(f"the value of header {name} has characters that a header cannot carry")
        checked.append((name, value.strip()))
    return tuple(checked)


def render(draft: Draft, *, plain: bool = False) -> Rendered:
    """The envelope with the event, or the message's data, as `data`."""
    time = instant(draft.at)
    body = {
        "specversion": "1.0",
        "id": draft.id,
        "source": draft.source,
        "type": draft.type,
        "subject": draft.subject,
        "time": time,
        "timestamp": time,
        "datacontenttype": "application/json",
        "data": dict(draft.data),
    }
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Rendered(media_type="application/json", body=text.encode("utf-8", "replace"))


def make_secret(random: bytes, *, at: datetime) -> Secret:
    """A signing secret of `random`, which should be 32 bytes that nobody can guess."""
    return Secret(value=SECRET_PREFIX + base64.b64encode(random).decode(), created_at=at)


def given_secret(value: str, *, at: datetime) -> Secret:
    """A signing secret that somebody brings along. Raises UsageError, without showing it, for one that is none."""
    try:
        length = len(base64.b64decode(value.removeprefix(SECRET_PREFIX), validate=True))
    except ValueError:
        length = 0
    if not value.startswith(SECRET_PREFIX) or not 24 <= length <= 64:
        raise UsageError(f"expected a signing secret: {SECRET_PREFIX} and then 24 to 64 bytes in base64")
    return Secret(value=value, created_at=at)


def rotated(secrets: Sequence[Secret], new: Secret, *, overlap: timedelta = OVERLAP) -> tuple[Secret, ...]:
    """The secrets with a new one in front; what signed until now goes on for the overlap, anything older ends."""
    kept = [secret for secret in secrets if secret.expires_at is None]
    return (new, *(replace(secret, expires_at=new.created_at + overlap) for secret in kept))


def signature_headers(
    message_id: str, body: bytes, secrets: Sequence[Secret], *, at: datetime
) -> tuple[tuple[str, str], ...]:
    """The three headers of Standard Webhooks for one attempt."""
    timestamp = str(int(at.timestamp()))
    content = f"{message_id}.{timestamp}.".encode() + body
    valid = [secret for secret in secrets if secret.expires_at is None or at < secret.expires_at]
    newest_first = sorted(valid, key=lambda secret: secret.created_at, reverse=True)
    signatures = [_sign(secret, content) for secret in newest_first]
    return (
        ("webhook-id", message_id),
        ("webhook-timestamp", timestamp),
        ("webhook-signature", " ".join(signatures)),
    )


def _sign(secret: Secret, content: bytes) -> str:
    key = base64.b64decode(secret.value.removeprefix(SECRET_PREFIX))
    return "v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()


async def send(parcel: Parcel, carriers: Carriers) -> Answer:
    """Sign for this attempt, and post."""
    signed = signature_headers(parcel.message_id, parcel.rendered.body, parcel.destination.secrets, at=parcel.at)
    destination = replace(parcel.destination, headers=(*parcel.destination.headers, *signed))
    return await post_json(replace(parcel, destination=destination), carriers)


CHANNEL = Channel(
    kind="webhook",
    people=False,
    pace=Pace(at_once=2),
    check_address=check_address,
    mask=mask_url,
    render=render,
    send=send,
    classify=judge_http,
    leaving=Text(
        sv="Adressen och signeringshemligheten finns i mottagarens program. "
        "Se till att fler än ägaren kommer åt programmet.",
        en="The address and the signing secret are in the receiving program. "
        "See to it that others than the owner can reach it.",
    ),
    signed=True,
)
