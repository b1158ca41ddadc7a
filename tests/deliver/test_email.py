"""E-mail through a real SMTP server on loopback."""

from __future__ import annotations

import asyncio
import email
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import policy
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

from db.engine import Database
from monitor.deliver.email import SmtpMailer, mailer_from_url
from monitor.deliver.model import Letter
from monitor.errors import UsageError
from tests.deliver.test_client import certificate, serving
from tests.deliver.world import Clock, World, closing

SENDER = "Releasevakt <vakt@releasevakt.example>"


@dataclass
class Mailbox:
    """What the server took, and what it says next."""

    taken: list[tuple[str, list[str], bytes]] = field(default_factory=list)
    recipient_answer: str = ""
    data_answer: str = "250 taken"

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        if self.recipient_answer:
            return self.recipient_answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        if self.data_answer.startswith("250"):
            self.taken.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))
        return self.data_answer


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def server(mailbox: Mailbox) -> Iterator[Controller]:
    controller = Controller(mailbox, hostname="127.0.0.1", port=_free_port())
    with _running(controller):
        yield controller


@contextmanager
def _running(controller: Controller) -> Iterator[None]:
    controller.start()
    try:
        yield
    finally:
        controller.stop()


def _free_port() -> int:
    # aiosmtpd checks itself by connecting to the port it was told, and cannot do so for port 0.
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def test_a_mail_arrives_with_both_parts_and_a_message_id_that_stays(
    sqlite_database: Database, server: Controller, mailbox: Mailbox
) -> None:
    clock = Clock()
    mailer = mailer_from_url(f"smtp://127.0.0.1:{server.port}?tls=none", sender=SENDER)
    world = World(sqlite_database, clock=clock, mailer=mailer)
    world.subscribe("email", "team@kommun.example")
    world.tell(closing(1))
    mailbox.data_answer = "451 later"
    assert world.send_now() == {"retry": 1}
    mailbox.data_answer = "250 taken"
    clock.forward(seconds=10)
    assert world.send_now() == {"accepted": 1}
    ((sender, recipients, content),) = mailbox.taken
    assert (sender, recipients) == ("vakt@releasevakt.example", ["team@kommun.example"])
    mail = email.message_from_bytes(content, policy=policy.default)
    (delivery,) = world.deliveries()
    assert mail["Message-ID"] == f"<{delivery.message_id}@releasevakt.example>"
    assert mail["To"] == "team@kommun.example"
    assert mail["From"] == SENDER
    assert mail["Auto-Submitted"] == "auto-generated"
    assert "SSBTEK" in mail["Subject"]
    assert [part.get_content_type() for part in mail.walk()][1:] == ["text/plain", "text/html"]
    assert delivery.state == "accepted"


@pytest.mark.parametrize(
    ("recipient", "data", "outcome"),
    [
        ("550 no such user", "250 taken", {"denied": 1}),
        ("", "552 too big", {"unfit": 2}),
        ("450 greylisted", "250 taken", {"retry": 1}),
    ],
)
def test_refusals_are_told_apart(
    sqlite_database: Database,
    server: Controller,
    mailbox: Mailbox,
    recipient: str,
    data: str,
    outcome: dict[str, int],
) -> None:
    mailbox.recipient_answer, mailbox.data_answer = recipient, data
    mailer = mailer_from_url(f"smtp://127.0.0.1:{server.port}?tls=none", sender=SENDER)
    world = World(sqlite_database, clock=Clock(), mailer=mailer)
    world.subscribe("email", "team@kommun.example")
    world.tell(closing(1))
    assert world.send_now() == outcome


def test_without_a_mail_server_mails_wait(sqlite_database: Database) -> None:
    world = World(sqlite_database, clock=Clock())
    world.subscribe("email", "team@kommun.example")
    world.tell(closing(1))
    assert world.send_now() == {"retry": 1}
    assert world.outbox.attempts(world.deliveries()[0].id)[0].outcome == "smtp"


def _post(mailer: SmtpMailer) -> Any:
    return asyncio.run(mailer.mail(Letter(recipient="a@kommun.example", content=b"Subject: x\r\n\r\nx\r\n")))


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_tls_is_spoken_and_the_password_goes_only_through_it(mailbox: Mailbox, tmp_path: Path, scheme: str) -> None:
    public, private = certificate(tmp_path, "127.0.0.1")
    seen: list[bytes] = []

    def authenticate(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        seen.append(data.password)
        right = data.password == b"p@ss:w/rd"
        return AuthResult(success=right, handled=right)

    context = serving(public, private)

    class Server(Controller):
        def factory(self) -> SMTP:
            tls = {"tls_context": context, "require_starttls": True} if scheme == "smtp" else {}
            return SMTP(mailbox, authenticator=authenticate, auth_require_tls=scheme == "smtp", **tls)

    controller = Server(
        mailbox, hostname="127.0.0.1", port=_free_port(), ssl_context=context if scheme == "smtps" else None
    )
    trusted = ssl.create_default_context(cafile=str(public))
    with _running(controller):
        address = f"{scheme}://user:p%40ss%3Aw%2Frd@127.0.0.1:{controller.port}"
        assert _post(mailer_from_url(address, sender=SENDER, context=trusted)).status == 250
        assert seen == [b"p@ss:w/rd"]
        assert _post(mailer_from_url(address, sender=SENDER)).error == "tls"
        assert len(seen) == 1
        wrong = address.replace("p%40ss", "nope")
        assert _post(mailer_from_url(wrong, sender=SENDER, context=trusted)).status == 535
    assert len(mailbox.taken) == 1


def test_a_server_without_starttls_gets_nothing(server: Controller, mailbox: Mailbox) -> None:
    answer = _post(mailer_from_url(f"smtp://127.0.0.1:{server.port}", sender=SENDER))
    assert answer.error == "smtp"
    assert mailbox.taken == []


def test_a_server_that_is_not_there_is_a_passing_fault() -> None:
    assert _post(mailer_from_url("smtp://127.0.0.1:9", sender=SENDER)).error == "connect"


@pytest.mark.parametrize(
    "url",
    ["http://x", "smtp://", "smtp://user:hush@host:x", "smtp://user:hush@host?tls=maybe", "host:25"],
)
def test_a_bad_server_address_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(UsageError) as refused:
        mailer_from_url(url, sender=SENDER)
    assert "hush" not in str(refused.value)
    assert "hush" not in repr(mailer_from_url("smtp://user:hush@host", sender=SENDER))
    with pytest.raises(UsageError, match="MAIL_FROM"):
        mailer_from_url("smtp://host", sender="nobody")
