"""The kinds of channels there are. A new one is a file like `slack.py` and a line here."""

from __future__ import annotations

from collections.abc import Mapping

from monitor.deliver import email, mattermost, slack, teams, webhook
from monitor.deliver.model import Channel
from monitor.errors import UsageError

KINDS: Mapping[str, Channel] = {
    "slack": slack.CHANNEL,
    "teams": teams.CHANNEL,
    "webhook": webhook.CHANNEL,
    "email": email.CHANNEL,
    "mattermost": mattermost.CHANNEL,
}


def channel(kind: str) -> Channel:
    """The channel of that kind. Raises UsageError that names those there are."""
    try:
        return KINDS[kind]
    except KeyError:
        raise UsageError(f"expected a kind of channel ({', '.join(KINDS)}), got {kind!r}") from None


def known_hosts() -> tuple[str, ...]:
    """The hosts that channels of known services lie on: what a proxy is asked for without further permission."""
    return tuple(host for kind in KINDS.values() for host in kind.hosts)
