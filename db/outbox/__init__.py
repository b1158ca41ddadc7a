"""The outbox: channels, and what is to be sent to them, claimed, settled and kept.

New events and their deliveries are written in one transaction (`fan_out` is given to the store's commit). Sending is
apart from it: a worker claims a delivery with a lease, sends with no transaction open, and settles it with the fence
that it got. Who comes back after its lease has run out, and was overtaken, changes nothing.

Whoever claims locks the channel, not only the delivery: that is what keeps pace, concurrency and probes right with any
number of workers. On PostgreSQL locked channels are skipped and the database's clock counts; SQLite has one writer.
"""

from __future__ import annotations

from db.outbox.channels import Channels
from db.outbox.history import Backlog, History
from db.outbox.room import LEASE, Policy
from db.outbox.sending import Decide, Sending

__all__ = ["LEASE", "Backlog", "Decide", "Outbox", "Policy"]


class Outbox(Channels, Sending, History):
    """All that is kept about channels and deliveries. Every method is one transaction, short, and safe to repeat."""
