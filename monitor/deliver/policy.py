"""What the outbox is told by those who know about messages and receivers: planning, pace and bounds in one object."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from monitor.deliver.kinds import KINDS
from monitor.deliver.plan import Known, VersionKey, plan
from monitor.deliver.retry import BREAKER_OPENS, MAX_ATTEMPTS
from monitor.model import Component, Event, Pace, Planned, Subscription


class DeliveryPolicy:
    """The policy of this program, as `db.outbox.Outbox` takes it."""

    breaker = BREAKER_OPENS
    max_attempts = MAX_ATTEMPTS

    def plan(
        self,
        events: Sequence[Event],
        subscriptions: Sequence[Subscription],
        *,
        now: datetime,
        components: Mapping[VersionKey, Collection[Component]],
        told: Mapping[str, Collection[str]],
    ) -> Sequence[Planned]:
        """The messages that new events make."""
        return plan(events, subscriptions, now=now, known=Known(components=components, told=told))

    def pace(self, kind: str) -> Pace:
        """How fast an address of that kind may be sent to; a kind that we no longer know goes slowly."""
        return KINDS[kind].pace if kind in KINDS else Pace()
