"""E-mail: plain text and HTML, the day as a calendar file, over SMTP with TLS.

What is rendered is the message without its envelope headers; sender, recipient and Message-ID are put before it when
it is sent. The Message-ID is made from the message's id, so that a mail that went out twice can be told. A mail
server's 250 means that it has taken the mail over, and no more: `accepted`.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from html import escape
from urllib.parse import parse_qs, unquote, urlsplit

from monitor.deliver.answers import MASK
from monitor.deliver.fit import plain_lines, reference, shorten
from monitor.deliver.model import Answer, Carriers, Channel, Draft, Letter, Parcel, Rendered, Verdict
from monitor.errors import UsageError
from monitor.model import Message, Pace, Text

CHARACTERS = 8000
ENTRIES = 200
SMTP_SECONDS = 15.0
OPERATORS_FAULT = frozenset({530, 534, 535, 538})

_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_DOMAIN = re.compile(r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]*[a-z][a-z0-9-]*")


def check_address(address: str) -> str:
    """A mailbox, `name@example.org`, without a display name."""
    local, _, domain = address.rpartition("@")
    try:
        domain = domain.encode("idna").decode("ascii").lower()
    except UnicodeError as error:
        raise UsageError("expected an e-mail address such as name@example.org") from error
    if not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(domain) or len(address) > 254:
        raise UsageError("expected an e-mail address such as name@example.org, without a name beside it")
    return f"{local}@{domain}"


def mask(address: str) -> str:
    """`n••••@example.org`."""
    local, _, domain = address.partition("@")
    return f"{local[:1]}{MASK}@{domain}"


def render(draft: Draft, *, plain: bool = False) -> Rendered:
    """The message as MIME, all but the headers that name people."""
    assert draft.message is not None
    message = shorten(draft.message, characters=CHARACTERS, entries=ENTRIES)
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = message.toast
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail["Content-Language"] = message.lang
    if message.urgency == "now":
        mail["Importance"] = "high"
    text = "\n\n".join([*plain_lines(message), reference(draft.id)]) + "\n"
    mail.set_content(text, cte="quoted-printable")
    if not plain:
        mail.add_alternative(html(message, draft.id), subtype="html", cte="quoted-printable")
        if draft.calendar is not None:
            mail.add_attachment(
                draft.calendar.decode(),
                subtype="calendar",
                params={"method": "PUBLISH"},
                cte="quoted-printable",
                filename="datum.ics" if message.lang == "sv" else "date.ics",
            )
    for number, part in enumerate(part for part in mail.walk() if part.is_multipart()):
        part.set_boundary(f"part-{number}-{hashlib.sha256(draft.id.encode()).hexdigest()[:24]}")
    return Rendered(media_type="message/rfc822", body=mail.as_bytes())


def html(message: Message, message_id: str) -> str:
    """The message as HTML that mail programs of any age show: paragraphs, a table of facts, quotations, links."""
    parts = [f"<p><strong>{escape(message.label)}: {escape(message.headline)}</strong></p>"]
    if message.facts:
        rows = "".join(
            f'<tr><th align="left" valign="top" style="padding-right:1em">{escape(fact.name)}</th>'
            f"<td>{_lines(fact.value)}</td></tr>"
            for fact in message.facts
        )
        parts.append(f'<table role="presentation" cellpadding="2">{rows}</table>')
    parts += [f"<p>{_lines(words)}</p>" for words in message.lead]
    parts += [f"<p><strong>{_lines(words)}</strong></p>" for words in message.advice]
    for quotation in message.quotes:
        words = f"«{_lines(quotation.value)}»" if quotation.value else ""
        source = f"<br><small>{escape(quotation.name)}</small>" if quotation.name else ""
        style = "border-left:3px solid #8a8a8a;margin:0 0 1em;padding-left:1em"
        parts.append(f'<blockquote lang="sv" style="{style}">{words}{source}</blockquote>')
    links = [f'<a href="{escape(button.url)}">{escape(button.text)}</a>' for button in message.buttons]
    if links:
        parts.append(f"<p>{' · '.join(links)}</p>")
    parts.append(f"<p><small>{escape(message.footer)} · {reference(message_id)}</small></p>")
    return (
        f'<!doctype html><html lang="{message.lang}"><head><meta charset="utf-8"><title>{escape(message.toast)}</title>'
        f'</head><body style="font-family:sans-serif">{"".join(parts)}</body></html>'
    )


def _lines(text: str) -> str:
    return escape(text).replace("\n", "<br>")


async def send(parcel: Parcel, carriers: Carriers) -> Answer:
    """Put the envelope headers before the rendered message and hand it to the mail server."""
    if carriers.mailer is None:
        return Answer(error="smtp", detail="no mail server is configured (SMTP_URL, MAIL_FROM)")
    sender = carriers.mailer.sender
    domain = sender.rpartition("@")[2].strip("> ")
    headers = EmailMessage(policy=SMTP)
    headers["From"] = sender
    headers["To"] = parcel.destination.address
    headers["Date"] = format_datetime(parcel.at)
    headers["Message-ID"] = f"<{parcel.message_id}@{domain}>"
    letter = Letter(
        recipient=parcel.destination.address,
        content=headers.as_bytes().rstrip(b"\r\n") + b"\r\n" + parcel.rendered.body,
    )
    return await carriers.mailer.mail(letter)


def classify(answer: Answer) -> Verdict:
    """SMTP's classes: 2 taken over, 4 later, 5 never; an unknown mailbox is the address's fault, not the mail's."""
    code = answer.status
    if code is None or code in OPERATORS_FAULT or 400 <= code < 500:
        return Verdict(outcome="retry", reason=answer.error or "smtp", detail=answer.detail or answer.text[:200])
    if 200 <= code < 300:
        return Verdict(outcome="accepted", reason="taken_over", detail="the mail server has taken it over")
    if code in (550, 551, 553) or answer.error == "refused":
        return Verdict(
            outcome="denied", reason="mailbox", detail=f"the mail server does not take the recipient ({code})"
        )
    return Verdict(outcome="unfit", reason="refused", detail=f"the mail server does not take the mail ({code})")


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpMailer:
    """Sends through one mail server. `encryption`: `tls` from the first byte, `starttls`, or `none` where said so."""

    host: str
    port: int
    encryption: str
    sender: str
    user: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    context: ssl.SSLContext | None = field(default=None, repr=False)
    seconds: float = SMTP_SECONDS

    async def mail(self, letter: Letter) -> Answer:
        """Send one mail from a thread; smtplib's waits are bounded one by one, and all of them together here."""
        try:
            async with asyncio.timeout(self.seconds * 2):
                return await asyncio.to_thread(self._mail, letter)
        except TimeoutError:
            return Answer(error="timeout", detail=f"the mail server took more than {self.seconds * 2:g} seconds")

    def _mail(self, letter: Letter) -> Answer:
        try:
            server = self._connect()
            try:
                if self.user is not None:
                    server.login(self.user, self.password or "")
                server.sendmail(parseaddr(self.sender)[1], [letter.recipient], letter.content)
            finally:
                # The mail has been taken over by now; how the goodbye goes changes nothing.
                with suppress(smtplib.SMTPException, OSError):
                    server.quit()
        except smtplib.SMTPRecipientsRefused as error:
            code, answer = next(iter(error.recipients.values()))
            return Answer(status=code, body=answer, error="refused")
        except smtplib.SMTPResponseException as error:
            body = error.smtp_error if isinstance(error.smtp_error, bytes) else str(error.smtp_error).encode()
            return Answer(status=error.smtp_code, body=body)
        except smtplib.SMTPException as error:
            return Answer(error="smtp", detail=f"the mail server does not do what is needed ({type(error).__name__})")
        except ssl.SSLError as error:
            return Answer(error="tls", detail=f"TLS with the mail server failed ({error.reason or 'certificate'})")
        except TimeoutError:
            return Answer(error="timeout", detail="the mail server did not answer in time")
        except OSError as error:
            return Answer(
                error="connect", detail=f"the mail server cannot be reached ({error.strerror or 'no address'})"
            )
        return Answer(status=250)

    def _connect(self) -> smtplib.SMTP:
        context = self.context or ssl.create_default_context()
        if self.encryption == "tls":
            return smtplib.SMTP_SSL(self.host, self.port, timeout=self.seconds, context=context)
        server = smtplib.SMTP(self.host, self.port, timeout=self.seconds)
        try:
            if self.encryption == "starttls":
                server.starttls(context=context)
        except BaseException:
            server.close()
            raise
        return server


def mailer_from_url(url: str, *, sender: str, context: ssl.SSLContext | None = None) -> SmtpMailer:
    """The mail server of SMTP_URL. Raises UsageError without showing the address, which holds a password.

    `smtps://` speaks TLS at once (465); `smtp://` demands STARTTLS (587), unless `?tls=none` says that plain is meant.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise UsageError(
            "SMTP_URL: expected smtps://user:password@host:465 or smtp://user:password@host:587"
        ) from error
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise UsageError("SMTP_URL: expected smtps://user:password@host:465 or smtp://user:password@host:587")
    if "@" not in parseaddr(sender)[1]:
        raise UsageError("MAIL_FROM: expected an e-mail address, which mails are sent from")
    asked = parse_qs(parts.query).get("tls", ["starttls"])[0]
    if asked not in ("starttls", "none"):
        raise UsageError(f"SMTP_URL: expected tls=starttls or tls=none, got tls={asked}")
    encryption = "tls" if parts.scheme == "smtps" else asked
    return SmtpMailer(
        host=parts.hostname,
        port=port or (465 if encryption == "tls" else 587),
        encryption=encryption,
        sender=sender,
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        context=context,
    )


CHANNEL = Channel(
    kind="email",
    people=True,
    pace=Pace(interval=timedelta(milliseconds=500), burst=10),
    check_address=check_address,
    mask=mask,
    render=render,
    send=send,
    classify=classify,
    leaving=Text(
        sv="En personlig brevlåda stängs när personen slutar. Använd en funktionsbrevlåda.",
        en="A personal mailbox closes when the person leaves. Use a shared mailbox.",
    ),
)
