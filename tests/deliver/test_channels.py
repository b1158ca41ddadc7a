"""Each kind of channel: what it sends is valid by its receiver's own rules, and shows hostile text as it is."""

from __future__ import annotations

import email
import json
import re
from datetime import timedelta
from email import policy
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import slackblocks
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block
from standardwebhooks import Webhook, WebhookVerificationError

from monitor.deliver import email as mail
from monitor.deliver import mattermost, slack, teams, webhook
from monitor.deliver.fit import clean, cut
from monitor.deliver.kinds import KINDS, channel, known_hosts
from monitor.deliver.model import Answer, Draft
from monitor.deliver.redact import redact, secrets_of
from monitor.errors import UsageError
from monitor.model import Destination, Fact, Link, Message, Secret
from monitor.wire import to_wire
from monitor.wording import compose
from tests.deliver.world import BASE_URL, closing
from tests.factories import NOON

HOSTILE = (
    "<!channel> <@U123> </at><at>Alla</at> *fet* _kursiv_ ~struken~ `kod` ](javascript:alert(1)) "
    "[x](http://evil.example) &amp; &lt;b&gt; <b>html</b> <script>alert(1)</script> @all "
    "@channel # rubrik - lista 1. nummer | tabell \\ slut"
)
LONG = "Meddelandet är mycket långt, och ändå ska början gå att läsa. " * 2000
ODD = "nul:\x00 surrogat:\ud800 vänd:\u202etxet noll\u200bbredd kombination: e\u0301 familj: 👨‍👩‍👧‍👦"


def message(**changes: Any) -> Message:
    """A message as the wording gives it."""
    return Message(
        **{
            "lang": "sv",
            "toast": "SSBTEK 10 stängs ons 31 mars 2027 (planerat) – byt till 11",
            "label": "Kräver åtgärd",
            "headline": "SSBTEK 10 stängs onsdag 31 mars 2027",
            "facts": (Fact(name="Läge", value="planerat, inte beslutat"), Fact(name="Berör", value="SSBTEK 10")),
            "lead": ("FK anger inget klockslag.",),
            "advice": ("Gör så här: byt till 11 före 31 mars.",),
            "quotes": (Fact(name="Publicerat 20 nov 2026", value="Version 10 stängs den 31 mars 2027."),),
            "buttons": (Link(text="Läs hos FK", url="https://fk.example/a?b=c#d"),),
            "footer": "SSBTEK 10 · inofficiell bevakning",
            **changes,
        }
    )


def hostile(text: str) -> Message:
    """A message that is made of that text wherever the page's words can come."""
    return message(
        toast=text[:80],
        headline=text,
        facts=(Fact(name=text[:40], value=text),) * 3,
        lead=(text,),
        advice=(text,),
        quotes=(Fact(name=text, value=text),),
        footer=text,
    )


def draft(found: Message | None = None, **changes: Any) -> Draft:
    event = closing(1, seq=7)
    return Draft(
        **{
            "id": "0f3a9c1e-aaaa-5bbb-8ccc-000000000000",
            "kind": "event",
            "type": event.type,
            "subject": event.subject,
            "at": event.seen_at,
            "source": BASE_URL,
            "message": found or message(),
            "data": to_wire(event),
            **changes,
        }
    )


MESSAGES = [message(), hostile(HOSTILE), hostile(LONG), hostile(ODD), message(facts=(Fact(name="a", value="b"),) * 500)]
PEOPLE = [kind for kind in KINDS.values() if kind.people]


# --- all of them -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", PEOPLE, ids=lambda kind: kind.kind)
@pytest.mark.parametrize("found", MESSAGES, ids=["usual", "hostile", "long", "odd", "many facts"])
@pytest.mark.parametrize("plain", [False, True])
def test_what_goes_out_is_bounded_valid_utf8(kind: Any, found: Message, plain: bool) -> None:
    body = kind.render(draft(found), plain=plain).body
    body.decode("utf-8")
    if kind.kind != "email":
        assert len(body) < 28_000
        json.loads(body)


@pytest.mark.parametrize("kind", PEOPLE, ids=lambda kind: kind.kind)
def test_what_is_shortened_says_so(kind: Any) -> None:
    body = kind.render(draft(hostile(LONG))).body
    text = _mail_text(body) if kind.kind == "email" else body.decode()
    assert "(förkortat)" in text.replace("\\", "")


def test_rendering_is_the_same_every_time() -> None:
    for kind in KINDS.values():
        assert kind.render(draft()).body == kind.render(draft()).body


@given(st.text(max_size=200), st.integers(20, 120))
def test_cutting_keeps_the_beginning_and_never_exceeds_the_length(text: str, length: int) -> None:
    shortened = cut(text, length, lang="sv")
    assert len(shortened) <= length
    assert shortened == text or shortened.endswith("(förkortat)")


@settings(max_examples=50)
@given(st.text(max_size=300))
def test_any_text_can_be_sent_on_any_channel(text: str) -> None:
    for kind in PEOPLE:
        kind.render(draft(hostile(text or "x"))).body.decode("utf-8")


def test_a_link_that_is_no_web_address_is_left_out() -> None:
    found = message(buttons=(Link(text="x", url="javascript:alert(1)"),))
    for kind in PEOPLE:
        assert b"javascript" not in kind.render(draft(found)).body


def test_a_link_to_a_loopback_base_address_is_left_out() -> None:
    words = compose([closing(1)], lang="sv", base_url="http://127.0.0.1:8000", now=NOON)
    for kind in PEOPLE:
        assert b"127.0.0.1" not in kind.render(draft(words)).body


# --- addresses ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "address", "shown"),
    [
        ("slack", "https://hooks.slack.com/services/T0ABC/B0DEF/xyzzy1234567", "https://hooks.slack.com/T0A…/••••"),
        ("slack", "https://slack.example/hook/xyzzy1234567", "https://slack.example/••••"),
        (
            "teams",
            "https://default1.aa.environment.api.powerplatform.com:443/powerautomate/automations/direct/cu/04/workflows/"
            "0/triggers/manual/paths/invoke?api-version=1&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=xyzzy1234567",
            "https://default1.aa.environment.api.powerplatform.com:443/••••",
        ),
        (
            "teams",
            "https://prod-1.westeurope.logic.azure.com:443/x?sig=xyzzy1234567",
            "https://prod-1.westeurope.logic.azure.com:443/••••",
        ),
        ("webhook", "https://hook.example/in/xyzzy1234567", "https://hook.example/••••"),
        ("mattermost", "https://chat.example/hooks/xyzzy1234567", "https://chat.example/••••"),
        ("email", "xyzzy1234567@example.org", "x••••@example.org"),
    ],
)
def test_an_address_is_kept_whole_and_shown_masked(kind: str, address: str, shown: str) -> None:
    assert channel(kind).check_address(address) == address
    assert channel(kind).mask(address) == shown
    assert "xyzzy" not in shown.replace("x••••", "")


@pytest.mark.parametrize(
    ("kind", "address", "way_out"),
    [
        ("teams", "https://contoso.webhook.office.com/webhookb2/a/IncomingWebhook/b/c", "Workflows"),
        ("teams", "https://outlook.office.com/webhook/a/IncomingWebhook/b/c", "Workflows"),
        ("slack", "https://hooks.slack.com/", "hooks.slack.com/services"),
        ("slack", "https://hooks.slack.com/workflows/T0/A0/1/x", "incoming webhook"),
        ("mattermost", "https://chat.example/api/v4/posts", "/hooks/"),
        ("email", "nobody", "name@example.org"),
        ("email", "a@b@c.example", "name@example.org"),
        ("email", "a@example.org\r\nBcc: b@example.org", "name@example.org"),
        ("email", "Namn <a@example.org>", "name@example.org"),
        ("email", "", "name@example.org"),
        ("webhook", "hook.example", "https://"),
        ("pigeon", "x", "slack, teams, webhook, email, mattermost"),
    ],
)
def test_an_unusable_address_is_refused_with_the_way_out(kind: str, address: str, way_out: str) -> None:
    with pytest.raises(UsageError, match=re.escape(way_out)):
        channel(kind).check_address(address)


def test_the_known_hosts_are_what_a_proxy_may_be_asked_for() -> None:
    assert "hooks.slack.com" in known_hosts()
    assert ".environment.api.powerplatform.com" in known_hosts()


# --- Slack -------------------------------------------------------------------------------------------------------


def slack_payload(found: Message, **options: Any) -> dict[str, Any]:
    payload: dict[str, Any] = json.loads(slack.render(draft(found), **options).body)
    return payload


def rebuilt(block: dict[str, Any]) -> slackblocks.Block:
    """The same block by a library that checks every limit as it is built."""
    match block["type"]:
        case "header":
            return slackblocks.HeaderBlock(slackblocks.PlainText(block["text"]["text"], emoji=False))
        case "rich_text":
            return slackblocks.RichTextBlock([_rich(element) for element in block["elements"]])
        case "actions":
            buttons = [
                slackblocks.Button(text=slackblocks.PlainText(found["text"]["text"]), action_id="a", url=found["url"])
                for found in block["elements"]
            ]
            return slackblocks.ActionsBlock(buttons)
        case "context":
            return slackblocks.ContextBlock([slackblocks.PlainText(found["text"]) for found in block["elements"]])
        case other:
            raise AssertionError(other)


def _rich(element: dict[str, Any]) -> Any:
    texts = [slackblocks.RichText(found["text"]) for found in element["elements"]]
    return {"rich_text_section": slackblocks.RichTextSection, "rich_text_quote": slackblocks.RichTextQuote}[
        element["type"]
    ](texts)


@pytest.mark.parametrize("found", MESSAGES, ids=["usual", "hostile", "long", "odd", "many facts"])
def test_slack_blocks_are_valid_by_two_libraries(found: Message) -> None:
    payload = slack_payload(found)
    built = [rebuilt(block) for block in payload["blocks"]]
    assert slackblocks.WebhookMessage(text=payload["text"], blocks=built)
    parsed = Block.parse_all(payload["blocks"])
    assert len(parsed) == len(payload["blocks"]) <= 50
    for block in parsed:
        block.to_dict()
    assert slack.characters(payload["blocks"]) <= slack.MAX_CHARACTERS
    assert payload["text"]


def test_slack_shows_hostile_text_as_it_is() -> None:
    payload = slack_payload(hostile(HOSTILE))
    assert payload["text"].startswith("&lt;!channel&gt; &lt;@U123&gt;")
    assert not re.search(r"<[!@#]", payload["text"])
    kinds = set(re.findall(r'"type": "(\w+)"', json.dumps(payload["blocks"])))
    assert "mrkdwn" not in kinds
    assert HOSTILE in [found["text"] for found in _texts(payload["blocks"])]
    plain = slack_payload(hostile(HOSTILE), plain=True)
    assert "blocks" not in plain
    assert not re.search(r"<[!@#]", plain["text"])


def _texts(node: Any) -> list[dict[str, Any]]:
    if isinstance(node, dict):
        own = [node] if node.get("type") in ("text", "plain_text") else []
        return own + [found for value in node.values() for found in _texts(value)]
    return [found for value in node for found in _texts(value)] if isinstance(node, list) else []


def test_a_slack_message_says_which_it_is_so_that_a_second_one_can_be_told() -> None:
    assert "0f3a9c1e" in json.dumps(slack_payload(message())["blocks"][-1])


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (200, "ok", "delivered"),
        (200, "", "retry"),
        (200, "<html>login</html>", "retry"),
        (400, "invalid_payload", "unfit"),
        (400, "invalid_blocks", "unfit"),
        (400, "no_text", "unfit"),
        (413, "", "unfit"),
        (400, "invalid_token", "gone"),
        (404, "no_service", "gone"),
        (404, "no_active_hooks", "gone"),
        (410, "channel_is_archived", "gone"),
        (404, "channel_not_found", "denied"),
        (403, "action_prohibited", "denied"),
        (403, "posting_to_general_channel_denied", "denied"),
        (400, "user_not_found", "denied"),
        (429, '{"retry_after":1,"ok":false,"error":"rate_limited"}', "retry"),
        (500, "rollup_error", "retry"),
        (503, "", "retry"),
        (None, "", "retry"),
    ],
)
def test_slack_answers_are_understood_by_their_words(status: int | None, body: str, outcome: str) -> None:
    assert slack.classify(Answer(status=status, body=body.encode())).outcome == outcome


# --- Teams -------------------------------------------------------------------------------------------------------

ELEMENTS: dict[str, dict[str, Any]] = {
    "AdaptiveCard": {"$schema", "type", "version", "lang", "fallbackText", "msteams", "body", "actions"},  # type: ignore[dict-item]
    "TextBlock": {"type", "text", "wrap", "size", "weight", "style", "color", "isSubtle"},  # type: ignore[dict-item]
    "FactSet": {"type", "facts"},  # type: ignore[dict-item]
    "Container": {"type", "style", "items"},  # type: ignore[dict-item]
    "Action.OpenUrl": {"type", "title", "url"},  # type: ignore[dict-item]
}
VALUES = {
    "size": {"Small", "Default", "Medium", "Large", "ExtraLarge"},
    "weight": {"Lighter", "Default", "Bolder"},
    "color": {"Default", "Dark", "Light", "Accent", "Good", "Warning", "Attention"},
    "style": {"default", "heading", "emphasis", "good", "attention", "warning", "accent"},
}


def check_element(element: dict[str, Any]) -> None:
    """The rules of the Adaptive Cards schema 1.4 for the elements that we use."""
    kind = element["type"]
    assert set(element) <= set(ELEMENTS[kind]), (kind, set(element) - set(ELEMENTS[kind]))
    for name, allowed in VALUES.items():
        assert element.get(name, next(iter(allowed))) in allowed
    match kind:
        case "AdaptiveCard":
            assert element["version"] == "1.4"
            assert element["body"]
            for child in [*element["body"], *element.get("actions", [])]:
                check_element(child)
        case "TextBlock":
            assert isinstance(element["text"], str)
            assert element["text"]
        case "FactSet":
            assert element["facts"]
            for fact in element["facts"]:
                assert set(fact) == {"title", "value"}
                assert all(isinstance(value, str) for value in fact.values())
        case "Container":
            assert element["items"]
            for child in element["items"]:
                check_element(child)
        case "Action.OpenUrl":
            assert element["url"].startswith(("https://", "http://"))


def teams_payload(found: Message, **options: Any) -> dict[str, Any]:
    payload: dict[str, Any] = json.loads(teams.render(draft(found), **options).body)
    return payload


@pytest.mark.parametrize("plain", [False, True])
@pytest.mark.parametrize("found", MESSAGES, ids=["usual", "hostile", "long", "odd", "many facts"])
def test_teams_cards_keep_to_the_schema_and_the_limits(found: Message, plain: bool) -> None:
    payload = teams_payload(found, plain=plain)
    assert set(payload) == {"type", "summary", "attachments"}
    (attachment,) = payload["attachments"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    check_element(attachment["content"])
    text = json.dumps(payload, ensure_ascii=False)
    assert len(text.encode()) <= 20_000
    assert len(text.encode("utf-16-le")) <= 26_000


def markdown_of_teams(text: str) -> str:
    """What Teams shows of its markdown when nothing in it is a mark: backslashes before marks gone, folding undone."""
    return re.sub(r"\\([\\*_\[\]()~`#+>-])", r"\1", text).replace("\u200b", "")


@pytest.mark.parametrize("text", [HOSTILE, "- punkt", "# rubrik", "1. ett", "> citat", "*", "a_b_c", "\\*", "[x](y)"])
def test_teams_markdown_is_escaped_mark_by_mark(text: str) -> None:
    escaped = teams.escape(text)
    assert markdown_of_teams(escaped) == text
    assert not re.search(r"(?<!\\)(?:\\\\)*[*_\[\]()~`]", escaped)
    assert not re.search(r"(?im)^\s*([-#+>]|\d+[.)])", escaped)
    assert "<at" not in escaped.lower()


@pytest.mark.parametrize(
    ("status", "body", "outcome", "reason"),
    [
        (202, "", "accepted", "queued"),
        (200, "", "delivered", "ok"),
        (
            200,
            "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429",
            "retry",
            "throttled",
        ),
        (200, "Microsoft Teams endpoint returned HTTP error 403 with ContextId x", "retry", "not_ok"),
        (400, "", "unfit", "refused"),
        (413, "", "unfit", "too_large"),
        (401, "", "denied", "workflow"),
        (403, "", "denied", "workflow"),
        (404, "", "denied", "workflow"),
        (410, "", "gone", "gone"),
        (429, "", "retry", "throttled"),
        (502, "", "retry", "status"),
    ],
)
def test_teams_answers_are_understood(status: int, body: str, outcome: str, reason: str) -> None:
    verdict = teams.classify(Answer(status=status, body=body.encode()))
    assert (verdict.outcome, verdict.reason) == (outcome, reason)


# --- Mattermost --------------------------------------------------------------------------------------------------


def test_mattermost_markdown_is_escaped_and_mentions_nobody() -> None:
    text = json.loads(mattermost.render(draft(hostile(HOSTILE))).body)["text"]
    assert not re.search(r"@(all|channel|here)", text)
    assert not re.search(r"(?<!\\)[`~|]", text)
    assert "](javascript" not in text
    assert len(text) <= mattermost.MAX_CHARACTERS


# --- generic webhooks --------------------------------------------------------------------------------------------

SCHEMA = json.loads((Path(__file__).parents[2] / "templates/schemas/webhook.schema.json").read_text())


def validator() -> jsonschema.Draft202012Validator:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    return jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER)


def test_a_webhook_body_is_valid_by_the_published_schema() -> None:
    body = json.loads(webhook.render(draft()).body)
    validator().validate(body)
    assert body["data"]["title"]["sv"]
    assert "pushed" not in body["data"]


def test_every_field_of_an_event_is_described_in_the_published_schema() -> None:
    body = json.loads(webhook.render(draft()).body)
    assert set(body["data"]) == set(SCHEMA["$defs"]["event"]["properties"])
    assert set(body) == set(SCHEMA["properties"])


def test_the_schema_refuses_what_is_not_so() -> None:
    for change in ({"type": "closure.imagined"}, {"time": "yesterday"}, {"data": {}}, {"specversion": "2"}):
        body = json.loads(webhook.render(draft()).body) | change
        with pytest.raises(jsonschema.ValidationError):
            validator().validate(body)


def _headers(*secrets: Secret, at: Any = None) -> dict[str, str]:
    body = webhook.render(draft()).body
    return dict(webhook.signature_headers(draft().id, body, secrets, at=at or NOON))


def test_two_signatures_stand_in_the_header_while_a_secret_is_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import UTC, datetime

    now = datetime.now(UTC)
    old = webhook.make_secret(b"o" * 32, at=now - timedelta(days=9))
    new = webhook.make_secret(b"n" * 32, at=now - timedelta(hours=1))
    secrets = webhook.rotated([old], new)
    headers = _headers(*reversed(secrets), at=now)
    body = webhook.render(draft()).body
    first, second = headers["webhook-signature"].split(" ")
    assert first != second
    for secret in (old, new):
        assert Webhook(secret.value).verify(body, headers)
    alone = {**headers, "webhook-signature": first}
    assert Webhook(new.value).verify(body, alone)
    with pytest.raises(WebhookVerificationError):
        Webhook(old.value).verify(body, alone)
    with pytest.raises(WebhookVerificationError):
        Webhook(old.value).verify(body + b" ", headers)


@pytest.mark.parametrize("value", ["hush", "whsec_hush!", "whsec_aHVzaA==", "whsec_" + "A" * 400])
def test_a_secret_that_is_none_is_refused_without_being_shown(value: str) -> None:
    with pytest.raises(UsageError) as refused:
        webhook.given_secret(value, at=NOON)
    assert value not in str(refused.value)
    made = webhook.make_secret(b"o" * 32, at=NOON)
    assert webhook.given_secret(made.value, at=NOON) == made


def test_a_replaced_secret_stops_signing_after_the_overlap() -> None:
    old = webhook.make_secret(b"o" * 32, at=NOON - timedelta(days=9))
    new = webhook.make_secret(b"n" * 32, at=NOON)
    secrets = webhook.rotated([old], new)
    assert len(_headers(*secrets, at=NOON + timedelta(hours=23))["webhook-signature"].split(" ")) == 2
    assert len(_headers(*secrets, at=NOON + timedelta(hours=24))["webhook-signature"].split(" ")) == 1
    newest = webhook.make_secret(b"m" * 32, at=NOON + timedelta(hours=1))
    assert len(webhook.rotated(secrets, newest)) == 2


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Host", "x"),
        ("Webhook-Signature", "x"),
        ("Content-Length", "0"),
        ("X Y", "x"),
        ("X:Y", "x"),
        ("", "x"),
        ("X", "a\r\nB: c"),
        ("X", "a\x00"),
        ("X", "ä"),
    ],
)
def test_a_header_that_cannot_be_sent_or_is_ours_is_refused_without_its_value(name: str, value: str) -> None:
    with pytest.raises(UsageError) as refused:
        webhook.check_headers([(name, value)])
    assert value not in str(refused.value) or len(value) == 1


# --- e-mail ------------------------------------------------------------------------------------------------------


def _mail(body: bytes) -> email.message.EmailMessage:
    found = email.message_from_bytes(body, policy=policy.default)
    assert isinstance(found, email.message.EmailMessage)
    return found


def _mail_text(body: bytes) -> str:
    part = _mail(body).get_body(("plain",))
    assert part is not None
    return str(part.get_content())


class _Shown(HTMLParser):
    """The text that a reader of an HTML mail sees, and the elements there are."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text, self.elements = "", set[str]()
        self.feed(text)

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        assert not any(name.startswith("on") for name, _ in attrs)


def test_a_mail_has_a_plain_and_an_html_part_and_a_calendar_where_there_is_a_date() -> None:
    found = _mail(mail.render(draft(calendar=b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")).body)
    assert found["Subject"] == message().toast
    assert found["Auto-Submitted"] == "auto-generated"
    assert found["List-Unsubscribe"] is None
    kinds = [part.get_content_type() for part in found.walk()]
    assert kinds == ["multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar"]
    assert "Läs hos FK: https://fk.example/a?b=c#d" in _mail_text(mail.render(draft()).body)


def test_a_mail_shows_hostile_text_as_it_is() -> None:
    body = mail.render(draft(hostile(HOSTILE))).body
    assert HOSTILE in _mail_text(body)
    part = _mail(body).get_body(("html",))
    assert part is not None
    shown = _Shown(part.get_content())
    assert HOSTILE in shown.text
    assert "script" not in shown.elements
    assert _mail(mail.render(draft(message(toast="a\r\nBcc: x@example.org"))).body)["Bcc"] is None


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        (250, "accepted"),
        (421, "retry"),
        (451, "retry"),
        (550, "denied"),
        (552, "unfit"),
        (535, "retry"),
        (None, "retry"),
    ],
)
def test_smtp_answers_are_understood_by_their_class(code: int | None, outcome: str) -> None:
    assert mail.classify(Answer(status=code)).outcome == outcome


# --- secrets -----------------------------------------------------------------------------------------------------


def test_what_a_receiver_echoes_is_struck_out() -> None:
    secret = webhook.make_secret(b"o" * 32, at=NOON)
    destination = Destination(
        address="https://hook.example/in/very%2Fsecret/token12345?sig=abcdef%2Bghi&v=1",
        headers=(("Authorization", "Bearer hush-hush-hush"), ("X-Key", "another-secret")),
        secrets=(secret,),
    )
    signature = _headers(secret)["webhook-signature"]
    echo = (
        f"you sent to {destination.address} path /in/very%2Fsecret/token12345 or very/secret sig abcdef%2Bghi "
        f"abcdef+ghi with Bearer hush-hush-hush and another-secret, signed {signature} by {secret.value}; "
        "Authorization: Basic eHh4"
    )
    told = redact(echo, secrets_of(destination))
    for hidden in ("token12345", "very/secret", "very%2Fsecret", "abcdef", "hush-hush", "another-secret", "eHh4"):
        assert hidden not in told
    assert secret.value not in told
    assert signature not in told
    assert "hook.example" not in told or "••••" in told
    assert "token12345" not in repr(destination)
    assert secret.value not in repr(secret)


def test_clean_text_keeps_what_people_write() -> None:
    assert clean("åäö – \u00a0 \u2011 👨‍👩‍👧 e\u0301\tx\ny") == "åäö – \u00a0 \u2011 👨‍👩‍👧 e\u0301\tx\ny"
    assert clean("\ud800\x00\u202e") == "\ufffd"
